//! Where answers of the API have their events. `tests/tool/answers.rs` scans those of the samples.

use std::fs;
use std::path::Path;

use qualys_filter::schema::{Root, SchemaErrorKind};
use qualys_filter::{Query, ScanOptions, Schema};
use testkit::reference::compare::library;
use testkit::reference::filters::filter;
use testkit::reference::generate::{Dice, event, schema};

fn root(schema: &str, document: &str) -> Option<String> {
    let schema = Schema::named(schema).unwrap();
    schema.root_of(document.as_bytes()).map(ToString::to_string)
}

fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/samples");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn answers_are_told_from_events() {
    for (schema, name, right) in [
        ("edr", "answers/edr-event.json", None),
        ("edr", "answers/edr-event-details.json", Some("data")),
        ("edr", "fetch-event-details-2024.json", Some("data")),
        ("edr", "edr-1.0-events.json", None),
        ("edr", "events.ndjson", None),
        ("fim", "answers/fim-event.json", Some("data")),
        ("fim:incident", "answers/fim-incident.json", Some("data")),
        (
            "csam",
            "answers/csam-asset.json",
            Some("assetListData.asset[]"),
        ),
        ("cs", "answers/cs-image.json", Some("data[]")),
        ("cs", "answers/cs-image-details.json", None),
        ("cs:container", "answers/cs-container.json", Some("data[]")),
        (
            "totalcloud",
            "answers/totalcloud-resource.json",
            Some("content[]"),
        ),
        (
            "totalcloud:connector",
            "answers/totalcloud-connector.json",
            Some("content[]"),
        ),
        ("pm", "answers/pm-patch.json", None),
        ("certview", "answers/certview-certificate.json", None),
        // Another app's answer is none.
        ("csam", "answers/fim-event.json", None),
        ("cs", "answers/csam-asset.json", None),
        ("open", "answers/cs-image.json", None),
    ] {
        assert_eq!(
            root(schema, &sample(name)).as_deref(),
            right,
            "{schema} {name}"
        );
    }
}

#[test]
fn the_page_has_the_roots_of_all_catalogs() {
    let page = include_str!("../../docs/src/events.md");
    let mut rows = 0;
    for name in Schema::BUILT_IN {
        for root in Schema::built_in(name).unwrap().roots() {
            assert!(
                page.contains(&format!("\n| `{name}` | `{root}` |")),
                "{name} {root}"
            );
            rows += 1;
        }
    }
    let table = page.split("| schema | root |").nth(1).unwrap();
    let table = table.split("\n\n").next().unwrap();
    assert_eq!(table.lines().count(), rows + 2);
}

#[test]
fn an_answer_has_something_at_the_root_and_no_key_of_a_token() {
    for (document, right) in [
        (r#"{"assetListData": {"asset": []}}"#, true),
        (r#"{"assetListData": {"asset": {}}}"#, true),
        (
            r#"{"assetListData": {"more": [1, {"asset": 2}], "asset": [{"assetName": "a"}]}}"#,
            true,
        ),
        (
            r#"[{"assetListData": {"asset": [{}]}}, {"assetName": "a"}]"#,
            true,
        ),
        (
            "\u{feff} \n\t[ {\"count\":1, \"assetListData\" : { \"asset\" : [ ] } } ]",
            true,
        ),
        (r#"{"asset\u004cistData": {"\u0061sset": []}}"#, true),
        (r#"{"hasMore": 1, "assetListData": {"asset": [}"#, true),
        (r#"{"assetListData": {"asset": null}}"#, false),
        (r#"{"assetListData": {"asset": "a"}}"#, false),
        (r#"{"assetListData": {}}"#, false),
        (r#"{"assetListData": [{"asset": []}]}"#, false),
        (
            r#"{"assetListData": null, "assetListData": {"asset": []}}"#,
            false,
        ),
        (r#"{"asset": []}"#, false),
        // An event.
        (
            r#"{"assetListData": {"asset": []}, "assetName": "a"}"#,
            false,
        ),
        (r#"{"sensor": 0, "assetListData": {"asset": []}}"#, false),
        (
            r#"{"assetNam\u0065": "a", "assetListData": {"asset": []}}"#,
            false,
        ),
        // The first document counts.
        (
            "{\"assetName\": \"a\"}\n{\"assetListData\": {\"asset\": []}}",
            false,
        ),
        ("{}\n{\"assetListData\": {\"asset\": []}}", false),
        ("[[{\"assetListData\": {\"asset\": []}}]]", false),
        ("", false),
        ("[", false),
        ("{", false),
        ("null", false),
        ("\"{\"", false),
        ("{\"assetListData\"", false),
        ("{\"assetListData\":", false),
    ] {
        assert_eq!(root("csam", document).is_some(), right, "{document}");
    }
}

#[test]
fn a_document_that_breaks_off_is_judged_by_what_there_is() {
    let whole = sample("answers/csam-asset.json");
    let asset = whole.find("\"asset\": [").unwrap() + "\"asset\": [".len();
    for end in 0..whole.len() {
        let found = root("csam", whole.get(..end).unwrap_or_default());
        assert_eq!(found.is_some(), end >= asset, "{end}");
    }
    // No bytes whatsoever end in a panic.
    let bytes = whole.as_bytes();
    for at in (0..bytes.len()).step_by(7) {
        for wrong in [b'{', b'"', b'\\', 0xff, 0] {
            let mut spoilt = bytes.to_vec();
            spoilt[at] = wrong;
            let _ = Schema::built_in("csam").unwrap().root_of(&spoilt);
        }
    }
}

#[test]
fn a_buffer_is_scanned_below_its_root() {
    let text = sample("answers/cs-image.json");
    let schema = Schema::named("cs:image").unwrap();
    let mut options = ScanOptions::default();
    options.root = schema.root_of(text.as_bytes()).cloned();
    let query: Query = "repo:(registry:docker.io AND tag:1.25)".parse().unwrap();
    let filter = query.check(&schema).unwrap().compile();
    assert_eq!(
        filter
            .scan_with(text.as_bytes(), &options)
            .flatten()
            .count(),
        1
    );
    assert_eq!(filter.scan(text.as_bytes()).flatten().count(), 0);
}

#[test]
fn roots_are_of_scopes_and_are_inherited() {
    let own = Schema::from_toml(
        r#"
        name = "own"
        [product]
        scopes = ["event", "asset"]
        roots = ["items[]", { path = "found", scope = "asset" }, { path = "a.b" }]
        "#,
    )
    .unwrap();
    let roots = |schema: &Schema| schema.roots().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(roots(&own), ["items[]", "found", "a.b"]);
    assert_eq!(roots(&own.in_scope("event").unwrap()), ["items[]", "a.b"]);
    assert_eq!(
        roots(&own.in_scope("asset").unwrap()),
        ["items[]", "found", "a.b"]
    );
    // Of several the first that is there counts.
    let both = br#"{"found": [], "items": []}"#;
    assert_eq!(own.root_of(both).unwrap().to_string(), "items[]");
    let nested = br#"{"a": {"b": {}}, "found": 1}"#;
    assert_eq!(own.root_of(nested).unwrap().to_string(), "a.b");
    let event = own.in_scope("event").unwrap();
    assert_eq!(event.root_of(br#"{"found": []}"#), None);

    let heir = |product: &str| {
        Schema::from_toml(&format!("extends = \"fim\"\n[product]\n{product}")).unwrap()
    };
    assert_eq!(roots(&heir("label = \"ours\"")), ["data"]);
    assert_eq!(roots(&heir("roots = [\"hits[]\"]")), ["hits[]"]);
    assert!(roots(&heir("roots = []")).is_empty());
    // A token of the heir makes an event of a document, too.
    let heir = "extends = \"fim\"\n[tokens.\"site\"]\nkind = \"text\"";
    let heir = Schema::from_toml(heir).unwrap();
    assert_eq!(heir.root_of(br#"{"data": {}, "site": "x"}"#), None);
    assert!(
        Schema::fim()
            .root_of(br#"{"data": {}, "site": "x"}"#)
            .is_some()
    );
}

#[test]
fn wrong_roots_of_a_schema_file_are_told_at_their_places() {
    let wrong = |roots: &str| {
        let text = format!("[product]\nscopes = [\"event\"]\nroots = {roots}\n");
        let errors = Schema::from_toml(&text).unwrap_err();
        let of = |error: &qualys_filter::schema::SchemaError| {
            let place = error.span().of(&text).to_owned();
            (error.kind().clone(), place)
        };
        errors.iter().map(of).collect::<Vec<_>>()
    };
    let found = wrong("[\"data\", \"a..b\"]");
    assert!(matches!(found.as_slice(), [(SchemaErrorKind::Path(_), place)] if place == "\"a..b\""));
    let found = wrong("[{ path = \"data\", scope = \"image\" }]");
    let [(SchemaErrorKind::UnknownScope { scope, known }, _)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((scope.as_str(), known.as_str()), ("image", "event"));
    for roots in [
        "\"data\"",
        "[1]",
        "[{ scope = \"event\" }]",
        "[{ path = \"a\", more = 1 }]",
    ] {
        let found = wrong(roots);
        assert!(
            matches!(found.as_slice(), [(SchemaErrorKind::Toml(_), _)]),
            "{roots}: {found:?}"
        );
    }
}

#[test]
fn an_envelope_has_the_answers_of_its_events() {
    let mut hits = 0;
    for seed in 0..200 {
        let dice = &mut Dice::seed(seed);
        let made = schema(dice);
        let own = library(&made);
        let mut product = own.product().clone();
        product.roots = vec![Root::new("envelope.events[]".parse().unwrap())];
        let own = own.with_product(product);
        let events: Vec<String> = (0..5).map(|_| event(dice, &made)).collect();
        let array = format!("[{}]", events.join(", "));
        let answer = format!("{{\"n\": 5, \"envelope\": {{\"x\": {{}}, \"events\": {array}}}}}");
        let pages = format!("{answer}\n{{\"envelope\": {{\"events\": {array}}}}}\n");
        for _ in 0..5 {
            let Some(checked) = testkit::checked_if_it_fits(&filter(dice, &made), &own) else {
                continue;
            };
            let filter = checked.compile();
            let count = |text: &str| {
                let mut options = ScanOptions::default();
                options.root = own.root_of(text.as_bytes()).cloned();
                filter
                    .scan_with(text.as_bytes(), &options)
                    .map(|hit| hit.map(drop))
                    .collect::<Vec<_>>()
            };
            let right = count(&array);
            assert_eq!(count(&answer), right, "{}\n{answer}", checked.text());
            assert_eq!(
                count(&pages),
                [&right[..], &right].concat(),
                "{}\n{pages}",
                checked.text()
            );
            hits += right.len();
        }
    }
    assert!(hits > 300, "{hits}");
}
