//! Schemas: the catalogs, files, and what is wrong with them.

use std::collections::HashSet;

use qualys_filter::schema::{Evidence, Kind, OnlyIn, SchemaErrorKind, Token, UnknownTokens};
use qualys_filter::{CheckOptions, FindingKind, Linter, Query, Schema, Span};

/// The catalogs whose tokens do not name their sources yet.
const WITHOUT_SOURCES: &[&str] = &["edr", "fim"];

fn built_ins() -> impl Iterator<Item = &'static Schema> {
    let names = Schema::BUILT_IN.iter();
    names.map(|name| Schema::built_in(name).unwrap())
}

#[test]
fn tokens_of_the_catalogs_say_what_they_are_and_where_they_are_known_from() {
    for schema in built_ins() {
        for token in schema.tokens() {
            let name = format!("{}: {}", schema.name(), token.name());
            let description = token.description();
            assert!(!description.is_empty(), "{name}");
            assert!(!description.ends_with('.'), "{name}: {description}");
            assert!(token.evidence().is_some(), "{name}");
            let is_sourceless = WITHOUT_SOURCES.contains(&schema.name());
            assert_eq!(token.source().is_empty(), is_sourceless, "{name}");
            assert_eq!(
                token.paths().is_empty(),
                token.path_evidence().is_none(),
                "{name}"
            );
            // A kind is not surer than the name.
            assert!(
                token.kind_evidence() >= token.kind_evidence().and(token.evidence()),
                "{name}"
            );
            let values: HashSet<String> = token.values().map(str::to_lowercase).collect();
            assert_eq!(values.len(), token.values().len(), "{name}");
        }
    }
}

#[test]
fn tokens_of_the_catalogs_are_found_in_any_case_within_their_scopes() {
    for schema in built_ins() {
        for token in schema.tokens() {
            let scope = schema.in_scope(token.scope());
            let schema = scope.as_ref().unwrap_or(schema);
            for name in token.aliases().chain([token.name()]) {
                for name in [name.to_uppercase(), name.to_lowercase(), name.to_owned()] {
                    assert_eq!(schema.token(&name), Some(token), "{}", schema.name());
                }
            }
        }
    }
}

/// The table of the catalogs: how many tokens there are, and how they are known.
fn table() -> String {
    let mut table = String::from(CATALOGS);
    let columns = 4 + Evidence::ALL.len();
    for evidence in Evidence::ALL {
        table.push_str(&format!(" {evidence} |"));
    }
    table.push_str(&format!("\n|{}\n", "---|".repeat(columns)));
    for schema in built_ins().filter(|schema| !schema.tokens().is_empty()) {
        let scopes: Vec<&str> = schema.scopes().collect();
        let label = schema.product().label.as_deref().unwrap();
        let (name, tokens) = (schema.name(), schema.tokens());
        let mut row = format!(
            "| `{name}` | {label} | {} | {} |",
            scopes.join(", "),
            tokens.len()
        );
        for evidence in Evidence::ALL {
            let known = tokens
                .iter()
                .filter(|token| token.evidence() == Some(*evidence));
            row.push_str(&format!(" {} |", known.count()));
        }
        table.push_str(&row.replace("|  |", "| |"));
        table.push('\n');
    }
    table
}

const CATALOGS: &str = "| schema | app | scopes | tokens |";

/// The page shows the table, or has it written with `UPDATE_DOCS=1`.
#[test]
fn the_page_says_how_many_tokens_there_are_and_how_they_are_known() {
    testkit::pages::hold_table("schemas.md", CATALOGS, &table());
}

#[test]
fn an_element_of_a_list_in_an_answer_is_asked_as_a_whole() {
    let asset = br#"{"assetName": "web-1", "softwareListData": {"software": [
        {"fullName": "Docker Engine 27", "productName": "Docker Engine", "publisher": "Docker"},
        {"fullName": "iTunes 12", "productName": "iTunes", "publisher": "Apple"}]},
        "networkInterfaceListData": {"networkInterface": [{"addressIpV6": "fe80::1"}]},
        "agent": {"lastCheckedIn": 1718000000000}, "sensor": {"activatedForModules": ["VM", "PC"]}}"#;
    let image = br#"{"sha": "d838", "created": "1717026901000", "repo": [
        {"registry": "docker.io", "repository": "library/nginx", "tag": "latest"},
        {"registry": "registry.example.com", "repository": "team/app", "tag": "1.2.3"}],
        "vulnerabilities": [{"severity": 5, "title": "one"}, {"severity": 2, "title": "two"}]}"#;
    for (schema, event, filter, right) in [
        (
            "csam",
            &asset[..],
            "software:(product:`Docker Engine` and publisher:`Docker`)",
            true,
        ),
        (
            "csam",
            asset,
            "software:(product:`iTunes` and publisher:`Docker`)",
            false,
        ),
        (
            "csam",
            asset,
            "software.product:`iTunes` and software.publisher:`Docker`",
            true,
        ),
        (
            "csam",
            asset,
            "interfaces.address:\"fe80::1\" and name:web",
            true,
        ),
        (
            "csam",
            asset,
            "qualys.agent.lastCheckedInDate > 2024-06-01 and lastCheckedIn < 2024-07-01",
            true,
        ),
        (
            "csam",
            asset,
            "qualys.activatedForModules:PC and not sensors.activatedForModules:PM",
            true,
        ),
        (
            "cs",
            image,
            "repo:(registry:docker.io and repository:team)",
            false,
        ),
        (
            "cs",
            image,
            "repo:(registry:registry.example.com and repository:\"team/app\")",
            true,
        ),
        (
            "cs",
            image,
            "created:2024-05-29 and vulnerabilities:(severity:5 and title:one)",
            true,
        ),
        (
            "cs",
            image,
            "vulnerabilities:(severity:5 and title:two)",
            false,
        ),
        ("cs:image", image, "tag:latest and sha:d838", true),
    ] {
        let checked = testkit::checked(filter, &Schema::named(schema).unwrap());
        assert!(
            checked.warnings().is_empty(),
            "{filter}: {:?}",
            checked.warnings()
        );
        assert_eq!(testkit::answer(&checked, event), right, "{filter}");
    }
    let fault = finding("state:RUNNING", &Schema::named("cs:image").unwrap()).1;
    assert!(
        fault.ends_with("check it with the schema `cs:container`"),
        "{fault}"
    );
}

fn errors(text: &str) -> Vec<(SchemaErrorKind, String)> {
    let errors = Schema::from_toml(text).unwrap_err();
    let at = |span: Span| text.get(span.range()).unwrap_or("?").to_owned();
    errors
        .iter()
        .map(|error| (error.kind().clone(), at(error.span())))
        .collect()
}

#[test]
fn every_mistake_of_a_file_is_reported_at_its_place() {
    let text = r#"
extends = "vm"
[tokens."file.name"]
kind = "texd"
paths = ["a.b", "a..b"]
aliases = ["2fa"]
[tokens."FILE.name"]
kind = "text"
"#;
    let found: Vec<String> = errors(text).into_iter().map(|(_, at)| at).collect();
    assert_eq!(
        found,
        [
            r#""vm""#,
            r#""texd""#,
            r#""a..b""#,
            r#""2fa""#,
            r#""FILE.name""#
        ]
    );
}

#[test]
fn what_is_no_schema_file_is_one_error() {
    for text in [
        "tokens = 5",
        "[tokens.\"a\"]",
        "nosuch = 1",
        "[tokens.\"a\"]\nkind = \"text\"\npath = []",
        "= =",
        "unknown = \"maybe\"",
    ] {
        let errors = errors(text);
        assert!(
            matches!(errors[..], [(SchemaErrorKind::Toml(_), _)]),
            "{text}: {errors:?}"
        );
    }
}

#[test]
fn a_file_replaces_tokens_of_what_it_extends() {
    let schema =
        Schema::from_toml("extends = \"edr\"\n[tokens.\"TYPE\"]\nkind = \"id\"\nvalues = [\"X\"]")
            .unwrap();
    assert_eq!(schema.token("type").unwrap().kind(), Kind::Id);
    assert_eq!(schema.tokens().len(), Schema::edr().tokens().len());
    assert_eq!(schema.unknown_tokens(), UnknownTokens::Warn);
}

/// What the linter says of a filter: the code's last part and the message.
fn said(filter: &str, schema: &Schema) -> Vec<String> {
    let now = "2024-09-22T12:00:00Z".parse().unwrap();
    let linter = Linter::new(schema).with_options(CheckOptions::at(now));
    let report = linter.lint(filter);
    let diagnostics = report.diagnostics().iter();
    diagnostics
        .map(|diagnostic| format!("{}: {diagnostic}", diagnostic.code().name()))
        .collect()
}

#[test]
fn what_a_product_is_is_inherited_whatever_the_name() {
    let ours = Schema::from_toml("name = \"ours\"\nextends = \"fim\"").unwrap();
    assert_eq!(ours.name(), "ours");
    assert_eq!(ours.product(), Schema::fim().product());
    for filter in [
        "dateTime > 2016-12-31",
        "dateTime > now-3y",
        "processedTime > now-1d",
        "nosuch:1",
        "dateTime:'[now-1d .. now]'",
    ] {
        let (ours, fim) = (said(filter, &ours), said(filter, Schema::fim()));
        assert_eq!(ours, fim);
        assert_eq!(ours.len(), 1, "{filter}: {ours:?}");
    }
    // And kept where tokens are added or replaced.
    let own = ours.replacing(Token::new("severity", Kind::Text)).unwrap();
    assert_eq!(own.product(), Schema::fim().product());
}

#[test]
fn a_product_s_keys_are_set_one_by_one() {
    let schema = Schema::from_toml(
        r#"
extends = "fim"
[product]
since = "2020-03"
retention = "90d"
processed_time = ["custom.time"]
[tokens."custom.time"]
kind = "datetime"
"#,
    )
    .unwrap();
    let one = |filter: &str| match said(filter, &schema).as_slice() {
        [one] => one.clone(),
        several => panic!("{filter}: {several:?}"),
    };
    assert_eq!(
        one("dateTime > 2020-02-29"),
        "before_service: there are no events of FIM from before 2020-03-01"
    );
    assert_eq!(
        one("dateTime > now-91d"),
        "beyond_retention: FIM keeps events for 90 days only"
    );
    assert!(one("custom.time > now-1d").starts_with("processed_time: "));
    for good in [
        "dateTime > 2020-03-01",
        "dateTime > now-90d",
        "processedTime > now-3y",
    ] {
        assert!(said(good, &schema).is_empty(), "{good}");
    }
    // A product of its own needs no label.
    let schema = Schema::from_toml(
        r#"
[product]
since = "2020"
retention = "1y"
event_time = ["at"]
[tokens.at]
kind = "datetime"
"#,
    )
    .unwrap();
    let filters = ["at > 2019", "at > now-2y", "other:1"];
    assert_eq!(
        filters.map(|filter| said(filter, &schema)).concat(),
        [
            "before_service: there are no events from before 2020",
            "beyond_retention: events are kept for 1 year only",
            "unknown_token: `other` is not a known token",
        ]
    );
    // A schema without a product knows none of it.
    let token = "[tokens.dateTime]\nkind = \"datetime\"\npaths = [\"dateTime\"]";
    let schema = Schema::from_toml(token).unwrap();
    for filter in ["dateTime > 1999", "dateTime > now-9y"] {
        assert!(said(filter, &schema).is_empty(), "{filter}");
    }
}

#[test]
fn what_is_no_product_is_reported_at_its_place() {
    let text = r#"
[product]
since = "15M"
retention = "15"
event_time = ["dateTime", "a..b"]
processed_time = ["a b"]
"#;
    let found: Vec<String> = errors(text).into_iter().map(|(_, at)| at).collect();
    assert_eq!(found, [r#""15M""#, r#""15""#, r#""a..b""#, r#""a b""#]);
    for text in [
        "[product]\nquoted_ranges = \"forbid\"",
        "[product]\nnosuch = 1",
        "[product]\nlabel = 5",
    ] {
        let errors = errors(text);
        assert!(
            matches!(errors[..], [(SchemaErrorKind::Toml(_), _)]),
            "{text}: {errors:?}"
        );
    }
}

#[test]
fn a_built_in_schema_has_the_name_that_it_is_found_by() {
    for name in Schema::BUILT_IN {
        assert_eq!(Schema::built_in(name).unwrap().name(), *name);
    }
    assert!(
        Schema::BUILT_IN.is_sorted(),
        "completions and help list them"
    );
    assert!(Schema::built_in("EDR").is_none());
    assert_eq!(Schema::open().unknown_tokens(), UnknownTokens::Allow);
    let errors = Schema::from_toml("extends = \"vm\"").unwrap_err();
    let help = errors.diagnostics().next().unwrap().help().unwrap();
    let names = help.strip_prefix("the built-in schemas are `").unwrap();
    let names = names.strip_suffix('`').unwrap();
    assert!(names.split("`, `").eq(Schema::BUILT_IN.iter().copied()));
}

#[test]
fn names_and_aliases_are_unique_in_any_case() {
    let schema = Schema::empty()
        .with_token(Token::new("a.b", Kind::Text).with_alias("c"))
        .unwrap();
    assert!(
        schema
            .clone()
            .with_token(Token::new("A.B", Kind::Text))
            .is_err()
    );
    assert!(
        schema
            .clone()
            .with_token(Token::new("C", Kind::Text))
            .is_err()
    );
    assert!(
        schema
            .clone()
            .with_token(Token::new("d", Kind::Text).with_alias("A.b"))
            .is_err()
    );
    assert!(
        Schema::empty()
            .with_token(Token::new("d", Kind::Text).with_alias("D"))
            .is_err()
    );
    let schema = schema.with_token(Token::new("d", Kind::Text)).unwrap();
    assert_eq!(schema.token("c").unwrap().name(), "a.b");
}

/// The message and help of the only finding.
fn finding(filter: &str, schema: &Schema) -> (String, String) {
    let query: Query = filter.parse().unwrap();
    let finding = match query.check(schema) {
        Ok(checked) => checked.warnings()[0].clone(),
        Err(errors) => errors.iter().next().unwrap().clone(),
    };
    let help = finding.diagnostic().help().unwrap().to_owned();
    (finding.to_string(), help)
}

#[test]
fn unknown_names_get_the_best_suggestion() {
    let help = |filter: &str, schema: &Schema| finding(filter, schema).1;
    assert_eq!(
        help("file.nmae:x", Schema::edr()),
        "did you mean `file.name`?"
    );
    assert_eq!(
        help("Procss.Nme:x", Schema::edr()),
        "did you mean `process.name`?"
    );
    assert_eq!(
        help("network.remoteIP:x", Schema::edr()),
        "did you mean `network.remote.address.ip`?"
    );
    let elsewhere = "that is a token of FIM: check it with the schema `fim`";
    assert_eq!(help("profiles.rules.severity:5", Schema::edr()), elsewhere);
    let elsewhere = "that is a token of EDR: check it with the schema `edr`";
    assert_eq!(help("network.protocol:TCP", Schema::fim()), elsewhere);
    // A near name wins over a name that a catalog only infers, but not over one that is certain.
    let (cs, csam) = (Schema::built_in("cs"), Schema::built_in("csam"));
    let (cs, csam) = (cs.unwrap(), csam.unwrap());
    assert_eq!(
        help("softwares.name:x", csam),
        "did you mean `software.name`?"
    );
    let elsewhere = "that is a token of CSAM: check it with the schema `csam`";
    assert_eq!(help("software.name:x", cs), elsewhere);
    // Too far from everything, and two edits of a short name.
    assert!(help("vulnerabilities.nosuch:x", Schema::edr()).starts_with("list the tokens"));
    assert!(help("tpye2:x", Schema::edr()).starts_with("list the tokens"));
    let nested = help("file.properties.certificate:(sgined:true)", Schema::edr());
    assert_eq!(nested, "did you mean `file.properties.certificate.signed`?");
}

#[test]
fn of_names_equally_near_the_surest_is_suggested() {
    let token = |name: &str, evidence: &str| {
        format!("[tokens.\"{name}\"]\nkind = \"text\"\npaths = [\"read.here\"]\n{evidence}\n")
    };
    let levels = ["inferred", "client", "shown", "documented"];
    let levels = levels.map(|level| format!("evidence = \"{level}\""));
    for (at, less) in levels.iter().enumerate() {
        let more = levels.iter().skip(at + 1).map(String::as_str).chain([""]);
        for more in more {
            for (first, second) in [(less.as_str(), more), (more, less.as_str())] {
                let file = token("host.name", first) + &token("host.same", second);
                let schema = Schema::from_toml(&file).unwrap();
                let right = if first == more {
                    "host.name"
                } else {
                    "host.same"
                };
                // One edit from both, and the path of both.
                for wrong in ["host.rame", "read.here"] {
                    assert_eq!(schema.suggest(wrong), Some(right), "{wrong}: {file}");
                }
                // A nearer name comes before a surer one.
                for near in ["host.names", "host.sames"] {
                    let right = near.strip_suffix('s').unwrap();
                    assert_eq!(schema.suggest(near), Some(right), "{file}");
                }
            }
        }
    }
}

#[test]
fn a_schema_file_says_what_answers_lack_and_what_to_prefer() {
    let file = r#"
[tokens."a"]
kind = "datetime"
only_in = "details"
null_when = "for some"
prefer = "b"
no_value = ["0"]
[tokens."b"]
kind = "boolean"
"#;
    let schema = Schema::from_toml(file).unwrap();
    let [a, b] = schema.tokens() else { panic!() };
    let said = |token: &Token| {
        let texts = [token.null_when(), token.prefer()];
        (token.only_in(), texts.map(|text| text.map(String::from)))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        said(a),
        (Some(OnlyIn::Details), [some("for some"), some("b")])
    );
    assert_eq!(said(b), (None, [None, None]));
    let never = |token: &Token| token.never().map(|never| never.timestamp_millis());
    assert_eq!((never(a), never(b)), (Some(0), None));
    assert!(a.no_values().eq(["0"]) && b.no_values().len() == 0);
    for only_in in OnlyIn::ALL {
        let file = format!("[tokens.a]\nkind = \"text\"\nonly_in = \"{only_in}\"");
        let schema = Schema::from_toml(&file).unwrap();
        assert_eq!(schema.token("a").unwrap().only_in(), Some(*only_in));
    }
    for wrong in [
        "only_in = \"lists\"",
        "prefer = \"b c\"",
        "null_when = true",
        "never = \"1970\"",
        "no_value = 0",
        "no_value = [0]",
    ] {
        let file = format!("[tokens.a]\nkind = \"text\"\n{wrong}");
        Schema::from_toml(&file).unwrap_err();
    }
}

#[test]
fn a_schema_file_says_where_its_tokens_are_known_from() {
    let file = r#"
[tokens."a"]
kind = "text"
evidence = "client"
kind_evidence = "inferred"
source = "github owner/name"
[tokens."b"]
kind = "text"
"#;
    let schema = Schema::from_toml(file).unwrap();
    let [a, b] = schema.tokens() else { panic!() };
    assert_eq!(a.evidence(), Some(Evidence::Client));
    assert_eq!(a.kind_evidence(), Some(Evidence::Inferred));
    assert_eq!(a.path_evidence(), None);
    assert_eq!(a.source(), "github owner/name");
    assert_eq!(
        (b.evidence(), b.kind_evidence(), b.source()),
        (None, None, "")
    );
    for level in Evidence::ALL {
        let file = format!(
            "[tokens.a]\nkind = \"text\"\nevidence = \"{}\"",
            level.as_str()
        );
        let schema = Schema::from_toml(&file).unwrap();
        assert_eq!(schema.token("a").unwrap().evidence(), Some(*level));
    }
}

#[test]
fn a_name_is_only_put_right_where_its_token_takes_the_condition() {
    let kinds = [
        ("disk.number", Kind::Integer),
        ("disk.address", Kind::Ip),
        ("disk.serial", Kind::Keyword),
    ];
    let schema = Schema::empty().with_unknown_tokens(UnknownTokens::Warn);
    let schema = kinds.into_iter().fold(schema, |schema, (name, kind)| {
        schema.with_token(Token::new(name, kind)).unwrap()
    });
    let fix = |filter: &str| {
        let checked = testkit::checked(filter, &schema);
        let mut found = checked.warnings().iter();
        let found = found.find(|found| matches!(found.kind(), FindingKind::UnknownToken { .. }));
        let found = found.unwrap_or_else(|| panic!("{filter}: no unknown token"));
        let help = found.diagnostic().help().unwrap().to_owned();
        assert!(help.starts_with("did you mean `disk."), "{filter}: {help}");
        found.fix().is_some()
    };
    for takes in [
        "disk.numbre:5",
        "disk.numbre:`5`",
        "disk.numbre:*",
        "disk.numbre IS NULL",
        "disk.numbre:[5, 6]",
        "disk.numbre:(5 OR 6)",
        "disk.numbre > 5",
        "disk.numbre:[5 .. 6]",
        "disk.adress:10.0.0.1",
        "disk.adress:10.0.*",
        "disk.adress > 10.0.0.1",
        "disk.seriall:a*",
        "disk.seriall:`a*`",
    ] {
        assert!(fix(takes), "{takes}");
    }
    for other in [
        "disk.numbre:x",
        "disk.numbre:5*",
        "disk.numbre:[5, x]",
        "disk.numbre:(5 OR x)",
        "disk.numbre > x",
        "disk.numbre:[x .. 5]",
        "disk.numbre:[5 .. x]",
        "disk.adress:10",
        "disk.adress:`10.0.*`",
        "disk.seriall > 5",
        "disk.seriall:[5 .. 6]",
    ] {
        assert!(!fix(other), "{other}");
    }
}

#[test]
fn a_name_that_another_schema_knows_is_not_put_right() {
    let token = Token::new("process.names", Kind::Text);
    let schema = Schema::empty().with_unknown_tokens(UnknownTokens::Warn);
    let schema = schema.with_token(token).unwrap();
    for (filter, elsewhere) in [("process.name:a", true), ("process.namess:a", false)] {
        let checked = testkit::checked(filter, &schema);
        assert_eq!(checked.warnings()[0].fix().is_none(), elsewhere, "{filter}");
        let help = finding(filter, &schema).1;
        assert_eq!(help.starts_with("that is a token of EDR"), elsewhere);
    }
}

#[test]
fn what_is_no_text_on_a_token_of_unknown_kind() {
    let errors = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        let errors = query.check(Schema::open()).err();
        errors.map(|errors| errors.iter().map(|found| found.kind().clone()).collect())
    };
    // What `now` is has to be said, and what begins so is never text.
    for filter in ["x:now-3d", "x > now", "x:[now .. 5]", "x:'now'"] {
        assert_eq!(
            errors(filter),
            Some(vec![FindingKind::NowNotGiven]),
            "{filter}"
        );
    }
    let dash = FindingKind::UnicodeSign {
        found: '–',
        sign: '-',
    };
    assert_eq!(errors("x:'now–3d'"), Some(vec![dash]));
    // A value with a dash elsewhere is text.
    assert_eq!(errors("x:'2024–01–02'"), None);
    assert_eq!(errors("x:'–5'"), None);
}

#[test]
fn what_happens_to_unknown_names_is_the_schema_s_choice() {
    let query: Query = "nosuch:1".parse().unwrap();
    assert!(query.check(Schema::open()).unwrap().warnings().is_empty());
    let kind = |schema: &Schema| match query.check(schema) {
        Ok(checked) => checked
            .warnings()
            .iter()
            .map(|w| w.kind().clone())
            .collect::<Vec<_>>(),
        Err(errors) => errors
            .iter()
            .filter(|e| e.is_error())
            .map(|e| e.kind().clone())
            .collect(),
    };
    let deny = Schema::edr()
        .clone()
        .with_unknown_tokens(UnknownTokens::Deny);
    for schema in [Schema::edr(), &deny] {
        assert!(matches!(
            kind(schema)[..],
            [FindingKind::UnknownToken { .. }]
        ));
    }
    assert!(query.check(&deny).is_err());
}

#[test]
fn aliases_read_the_same_place() {
    let token = Token::new("host", Kind::Text)
        .with_alias("hostname")
        .with_path("asset.name")
        .unwrap();
    let schema = Schema::empty().with_token(token).unwrap();
    let checked = testkit::checked("HostName:web", &schema);
    assert!(checked.warnings().is_empty());
    assert!(testkit::answer(
        &checked,
        br#"{"asset": {"name": "web-1"}}"#
    ));
}

#[test]
fn what_was_checked_is_all_its_conditions() {
    for (filter, conditions) in [
        ("", 1),
        ("a:1", 1),
        ("NOT a:1", 2),
        ("a:1 AND (b:1 OR c:1)", 5),
    ] {
        let query: Query = filter.parse().unwrap();
        let checked = query.check(Schema::open()).unwrap();
        assert_eq!(checked.len(), conditions, "{filter}");
    }
}

const SCOPED: &str = r#"
[product]
scopes = ["event", "incident"]
[[tokens."Status"]]
kind = "integer"
scope = "incident"
[[tokens."status"]]
kind = "keyword"
[tokens."reviewer"]
kind = "text"
scope = "incident"
"#;

#[test]
fn one_name_may_be_of_two_scopes() {
    let schema = Schema::from_toml(SCOPED).unwrap();
    assert_eq!(schema.scopes().collect::<Vec<_>>(), ["event", "incident"]);
    // The scope that is declared first wins, whatever comes first in the file and however it is written.
    for name in ["status", "Status", "STATUS"] {
        assert_eq!(schema.token(name).unwrap().kind(), Kind::Keyword, "{name}");
    }
    assert!(schema.token("reviewer").is_some());
    let incident = schema.in_scope("incident").unwrap();
    for name in ["status", "Status", "STATUS"] {
        assert_eq!(
            incident.token(name).unwrap().kind(),
            Kind::Integer,
            "{name}"
        );
    }
    assert_eq!(incident.tokens().len(), 2);
    let event = incident.in_scope("event").unwrap();
    assert_eq!(event.token("Status").unwrap().kind(), Kind::Keyword);
    assert!(event.token("reviewer").is_none());
    assert!(schema.in_scope("asset").is_none());
    assert!(Schema::open().in_scope("event").is_none());
    // A token of one's own belongs to the scope that is chosen, or of what it replaces.
    let own = |schema: &Schema, name: &str| {
        let schema = schema
            .clone()
            .replacing(Token::new(name, Kind::Ip))
            .unwrap();
        schema.token(name).unwrap().scope().to_owned()
    };
    assert_eq!(own(&incident, "new"), "incident");
    assert_eq!(own(&schema, "new"), "event");
    assert_eq!(own(&schema, "reviewer"), "incident");
    assert_eq!(own(&schema, "status"), "event");
}

#[test]
fn a_name_of_another_scope_says_so() {
    let event = Schema::from_toml(SCOPED)
        .unwrap()
        .in_scope("event")
        .unwrap();
    let (message, help) = finding("reviewer:x", &event);
    assert_eq!(message, "`reviewer` is not a known token");
    let right =
        "that is a token of the scope `incident`: check it with the schema `custom:incident`";
    assert_eq!(help, right);
    let fim = Schema::named("fim:event").unwrap();
    let (_, help) = finding("reviewers:x", &fim);
    let right = "that is a token of the scope `incident`: check it with the schema `fim:incident`";
    assert_eq!(help, right);
    assert!(said("reviewers:x", Schema::fim()).is_empty());
    assert!(said("reviewers:x", &Schema::named("fim:incident").unwrap()).is_empty());
    assert!(Schema::named("fim:image").is_none());
    assert_eq!(Schema::named("edr").unwrap().name(), "edr");
}

#[test]
fn scopes_that_are_not_declared_and_names_twice_in_one_are_errors() {
    let text = r#"
[product]
scopes = ["event", "incident"]
[[tokens."a"]]
kind = "text"
[[tokens."A"]]
kind = "text"
scope = "event"
[tokens."b"]
kind = "text"
scope = "image"
"#;
    let found = errors(text);
    let [(first, name), (second, scope)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(matches!(first, SchemaErrorKind::DuplicateToken(_)));
    assert!(matches!(second, SchemaErrorKind::UnknownScope { .. }));
    assert_eq!((name.as_str(), scope.as_str()), (r#""A""#, r#""image""#));
    assert_eq!(second.to_string(), "there is no scope `image`");
}

#[test]
fn a_file_can_extend_a_scope() {
    let file = r#"
        extends = "fim:incident"

        [tokens."reviewers.team"]
        kind = "keyword"
    "#;
    let schema = Schema::from_toml(file).unwrap();
    assert!(schema.token("reviewers").is_some());
    assert!(schema.token("profiles.name").is_none());
    assert_eq!(schema.token("reviewers.team").unwrap().scope(), "incident");
    let errors = Schema::from_toml("extends = \"fim:image\"").unwrap_err();
    let first = errors.iter().next().unwrap();
    assert!(matches!(first.kind(), SchemaErrorKind::UnknownSchema(name) if name == "fim:image"));
}

/// The page of an app in the book.
fn app_page(schema: &Schema) -> String {
    let label = schema.product().label.as_deref().unwrap_or(schema.name());
    let mut page = format!("# {label}\n\nThe schema `{}`", schema.name());
    let scopes: Vec<String> = schema.scopes().map(|scope| format!("`{scope}`")).collect();
    if !scopes.is_empty() {
        page += &format!(", with the scopes {}", scopes.join(", "));
    }
    page += &format!(": {} search tokens", schema.tokens().len());
    let counts = Evidence::ALL.iter().map(|evidence| {
        let tokens = schema.tokens().iter();
        let known = tokens.filter(|token| token.evidence() == Some(*evidence));
        format!("{} {evidence}", known.count())
    });
    page += &format!(", {}.\n", counts.collect::<Vec<_>>().join(", "));
    page += "\nA kind with a `?` is a guess. *Known from* is about the name; [Schemas](../schemas.md) says what the words\nmean. Without a path a token is read at the path of its own name.\n";
    let roots = schema.product().roots.iter().map(|root| match &root.scope {
        Some(scope) => format!("`{}` ({scope})", root.path),
        None => format!("`{}`", root.path),
    });
    let roots: Vec<String> = roots.collect();
    if !roots.is_empty() {
        page += &format!(
            "\n[Answers of the API](../events.md#answers-of-the-api) have what they list at {}.\n",
            roots.join(", ")
        );
    }
    let groups = schema.tokens().iter().filter(|token| token.is_group_only());
    let groups: Vec<String> = groups.map(|token| format!("`{}`", token.name())).collect();
    if !groups.is_empty() {
        let groups = groups.join(", ");
        page += &format!("\nOnly a [nested group](../language/paths.md) takes {groups}.\n");
    }
    page += "\n| token | kind | known from | JSON path | meaning |\n|---|---|---|---|---|\n";
    for token in schema.tokens() {
        let guessed = token.kind_evidence() == Some(Evidence::Inferred);
        let kind = format!("{}{}", token.kind(), if guessed { "?" } else { "" });
        let names = [token.name()].into_iter().chain(token.aliases());
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let paths = token.paths().iter().map(|path| format!("`{path}`"));
        let values: Vec<String> = token.values().map(|value| format!("`{value}`")).collect();
        let mut meaning = token.description().to_owned();
        if scopes.len() > 1 {
            meaning = format!("{}: {meaning}", token.scope());
        }
        if !values.is_empty() {
            meaning += &format!(" ({})", values.join(", "));
        }
        let none: Vec<String> = token
            .no_values()
            .map(|value| format!("`{value}`"))
            .collect();
        if !none.is_empty() {
            meaning += &format!("; {} counts as no value", none.join(", "));
        }
        page += &format!(
            "| {} | {kind} | {} | {} | {} |\n",
            names.join(", "),
            token.evidence().map_or("", Evidence::as_str),
            paths.collect::<Vec<_>>().join(", "),
            meaning.replace('|', "\\|")
        );
    }
    page
}

/// Every app has a page, which is written with `UPDATE_DOCS=1`, and a line of the summary.
#[test]
fn every_app_has_a_page() {
    let mut summary = String::from("- [Schemas](schemas.md)\n");
    for name in Schema::BUILT_IN.iter().filter(|name| **name != "open") {
        let schema = Schema::built_in(name).unwrap();
        testkit::pages::hold(&format!("apps/{name}.md"), &app_page(schema));
        let label = schema.product().label.as_deref().unwrap_or(name);
        summary += &format!("  - [{label}](apps/{name}.md)\n");
    }
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/apps")).unwrap();
    assert_eq!(
        pages.count() + 1,
        Schema::BUILT_IN.len(),
        "a page of no app"
    );
    testkit::pages::hold_lines("SUMMARY.md", "- [Schemas](schemas.md)\n", "  - ", &summary);
}
