//! Nested groups: which array a group asks an element of, and where its sub-tokens are read.

use qualys_filter::build::{all_of, token};
use qualys_filter::schema::{Kind, Token};
use qualys_filter::{Applicability, Checked, FindingKind, Linter, Query, Schema};

fn holds(schema: &Schema, cases: &[(&str, &str, bool)]) {
    for (filter, event, right) in cases {
        let answer = testkit::answer(&testkit::checked(filter, schema), event.as_bytes());
        assert_eq!(answer, *right, "{filter}\n{event}");
    }
}

/// A schema of keyword tokens, each with its paths.
fn schema(tokens: &[(&str, &[&str])]) -> Schema {
    let text: String = tokens
        .iter()
        .map(|(name, paths)| {
            format!("[tokens.\"{name}\"]\nkind = \"keyword\"\npaths = {paths:?}\n")
        })
        .collect();
    Schema::from_toml(&text).unwrap()
}

#[test]
fn of_equally_deep_arrays_the_first_of_the_first_sub_token_counts() {
    let new = r#"{"indicator2":[{"verdict":"MALICIOUS"}]}"#;
    let both = r#"{"indicator2":[{"verdict":"KNOWN"}],"verdict":["MALICIOUS"]}"#;
    holds(
        Schema::edr(),
        &[
            ("indicator:(verdict:MALICIOUS)", new, true),
            ("indicator:(NOT verdict:KNOWN)", new, true),
            ("indicator:(verdict:MALICIOUS OR category:x)", new, true),
            ("indicator:(verdict:MALICIOUS)", both, false),
            (
                "indicator:(verdict:MALICIOUS)",
                r#"{"verdict":["MALICIOUS"]}"#,
                false,
            ),
        ],
    );
    let schema = schema(&[
        ("g.a", &["x[].a", "y[].a", "z[].a"]),
        ("g.b", &["z[].b", "y[].b", "x[].b"]),
        ("g.c", &["y[].c", "z[].c"]),
    ]);
    let only = |array: &str| format!(r#"{{"{array}":[{{"a":1,"b":1,"c":1}}]}}"#);
    for (filter, array) in [
        ("g:(a:1 AND b:1)", "x"),
        ("g:(b:1 AND a:1)", "z"),
        // What does not share the array does not count, whichever comes first.
        ("g:(a:1 AND b:1 AND c:1)", "y"),
        ("g:(b:1 AND c:1 AND a:1)", "z"),
        ("g:(c:1 AND a:1)", "y"),
        // The first sub-token may be unknown, under `NOT`, or asked for nothing.
        ("g:(d IS NULL AND b:1 AND a:1)", "z"),
        ("g:(NOT b:2 AND a:1)", "z"),
        ("g:((b:1 OR a:2) AND a:1)", "z"),
    ] {
        for other in ["x", "y", "z"] {
            holds(&schema, &[(filter, &only(other), other == array)]);
        }
    }
}

#[test]
fn a_deeper_array_counts_before_one_that_comes_first() {
    let schema = schema(&[
        ("g.a", &["x[].a", "y[].in[].a", "y[].a"]),
        ("g.b", &["y[].b", "x[].b", "y[].in[].b"]),
    ]);
    let cases = [
        (r#"{"y":[{"in":[{"a":1,"b":1}]}]}"#, true),
        (r#"{"y":[{"in":[{"a":1},{"b":1}]}]}"#, false),
        (r#"{"y":[{"in":[{"a":1}]},{"in":[{"b":1}]}]}"#, false),
        (r#"{"y":[{"a":1,"b":1}]}"#, false),
        (r#"{"x":[{"a":1,"b":1}]}"#, false),
    ];
    for (event, right) in cases {
        holds(&schema, &[("g:(a:1 AND b:1)", event, right)]);
        holds(&schema, &[("g:(b:1 AND a:1)", event, right)]);
    }
}

#[test]
fn an_inner_group_speaks_of_the_element_of_the_outer_one() {
    let schema = schema(&[
        ("g.a", &["x[].a", "y[].a"]),
        ("g.h.b", &["y[].b", "x[].b", "x[].h[].b"]),
        ("g.h.c", &["y[].h[].c", "x[].h[].c", "x[].c", "y[].c"]),
    ]);
    holds(
        &schema,
        &[
            // The outer group's first sub-token is before the inner group.
            (
                "g:(a:1 AND h:(b:1))",
                r#"{"x":[{"a":1,"h":[{"b":1}]}]}"#,
                true,
            ),
            ("g:(a:1 AND h:(b:1))", r#"{"y":[{"a":1,"b":1}]}"#, false),
            // Here the first sub-token of both is that of the inner group.
            ("g:(h:(b:1) AND a:1)", r#"{"y":[{"a":1,"b":1}]}"#, true),
            (
                "g:(h:(b:1) AND a:1)",
                r#"{"x":[{"a":1,"h":[{"b":1}]}]}"#,
                false,
            ),
            // Both arrays of the inner group are under that of the outer one.
            (
                "g:(a:1 AND h:(c:1 AND b:1))",
                r#"{"x":[{"a":1,"h":[{"b":1,"c":1}]}]}"#,
                true,
            ),
            (
                "g:(a:1 AND h:(c:1 AND b:1))",
                r#"{"x":[{"a":1,"h":[{"b":1},{"c":1}]}]}"#,
                false,
            ),
        ],
    );
}

#[test]
fn a_group_may_ask_the_elements_themselves() {
    let schema = schema(&[("tags.name", &["tags[]"]), ("tags.own", &["tags[].own"])]);
    holds(
        &schema,
        &[
            ("tags:(name:a)", r#"{"tags":["b","a"]}"#, true),
            ("tags:(NOT name:a)", r#"{"tags":["b","a"]}"#, true),
            ("tags:(NOT name:a)", r#"{"tags":["a","a"]}"#, false),
            ("tags:(NOT name:a)", r#"{"tags":[]}"#, false),
            ("tags:(name IS NULL)", r#"{"tags":["a"]}"#, false),
            ("tags:(name:a AND own IS NULL)", r#"{"tags":["a"]}"#, true),
        ],
    );
}

#[test]
fn unknown_sub_tokens_are_read_in_the_same_elements() {
    let schema = schema(&[("g.a", &["x[].deep.a"]), ("g.h.b", &["x[].in[].b"])]);
    holds(
        &schema,
        &[
            ("g:(a:1 AND u:1)", r#"{"x":[{"deep":{"a":1},"u":1}]}"#, true),
            (
                "g:(u:1 AND a:1)",
                r#"{"x":[{"deep":{"a":1}},{"u":1}]}"#,
                false,
            ),
            (
                "g:(u.v:1 AND a:1)",
                r#"{"x":[{"deep":{"a":1},"u":[{"v":1}]}]}"#,
                true,
            ),
            // A group of which nothing is known, in one of which something is.
            (
                "g:(a:1 AND u:(v:1 AND w:1))",
                r#"{"x":[{"deep":{"a":1},"u":[{"v":1,"w":1}]}]}"#,
                true,
            ),
            (
                "g:(a:1 AND u:(v:1 AND w:1))",
                r#"{"x":[{"deep":{"a":1},"u":[{"v":1},{"w":1}]}]}"#,
                false,
            ),
            (
                "g:(a:1 AND u:(NOT v:1))",
                r#"{"x":[{"deep":{"a":1}}]}"#,
                false,
            ),
            // Known further in: the unknown is read where the known is.
            (
                "g:(h:(b:1 AND u:1) AND a:1)",
                r#"{"x":[{"deep":{"a":1},"in":[{"b":1,"u":1}]}]}"#,
                true,
            ),
            (
                "g:(h:(b:1 AND u:1) AND a:1)",
                r#"{"x":[{"deep":{"a":1},"in":[{"b":1}],"u":1}]}"#,
                false,
            ),
            // No path known: the elements are the values at the group's own path, arrays walked.
            (
                "q.r:(s:1 AND t IS NULL)",
                r#"{"q":[{"r":[[{"s":1}]]}]}"#,
                true,
            ),
            (
                "q.r:(s:1 AND t IS NULL)",
                r#"{"q":[{"r":[[{"s":1,"t":1}]]}]}"#,
                false,
            ),
            ("q.r:(t IS NULL)", r#"{"q":[{"r":[]}]}"#, false),
            ("q.r:(t IS NULL)", r#"{"q":[{"r":{}}]}"#, true),
        ],
    );
}

#[test]
fn a_group_without_a_shared_array_asks_no_more_than_its_clauses() {
    let schema = schema(&[("g.a", &["x[].a"]), ("g.b", &["y[].b"]), ("g.c", &["c"])]);
    let checked = |filter: &str| -> Checked {
        let query: Query = filter.parse().unwrap();
        query.check(&schema).unwrap()
    };
    for (filter, warned) in [
        ("g:(a:1 AND b:1)", true),
        ("g:(a:1 AND c:1)", true),
        ("g:(c:1)", true),
        ("g:(a:1 AND NOT a:2)", false),
        ("g:(u:1)", false),
        ("g:(a:1 AND u:1)", false),
    ] {
        let found = checked(filter);
        let found = found.warnings().iter();
        let found = found.filter(|found| matches!(found.kind(), FindingKind::NoSharedArray));
        assert_eq!(found.count(), usize::from(warned), "{filter}");
    }
    holds(
        &schema,
        &[
            ("g:(a:1 AND b:1)", r#"{"x":[{"a":1}],"y":[{"b":1}]}"#, true),
            ("g:(a:1 AND NOT b:1)", r#"{"x":[{"a":1}]}"#, true),
            (
                "g:(a:1 AND c:1 AND u:1)",
                r#"{"x":[{"a":1}],"c":1,"g":{"u":1}}"#,
                true,
            ),
            ("g:(NOT c:1)", "{}", true),
        ],
    );
}

/// A schema in which only a group takes `software` and `asset.interface`.
fn group_only() -> Schema {
    Schema::from_toml(
        r#"
[tokens."software"]
kind = "auto"
group = "only"
[tokens."software.name"]
kind = "text"
paths = ["software[].name", "name"]
[tokens."software.version"]
kind = "text"
paths = ["software[].version"]
aliases = ["version"]
[tokens."asset.interface"]
kind = "auto"
group = "only"
[tokens."asset.interface.address"]
kind = "ip"
"#,
    )
    .unwrap()
}

/// What the linter finds, and the filter with the fixes made, safe ones or all.
fn fixes(filter: &str, schema: &Schema) -> (Vec<String>, String, String) {
    let linter = Linter::new(schema);
    let report = linter.lint(filter);
    let found = report.diagnostics().iter();
    let found = found.map(|diagnostic| {
        format!(
            "{}: {}",
            diagnostic.code().name(),
            diagnostic.span().of(filter)
        )
    });
    let found = found.collect();
    let fix = |safety| linter.fix(filter, safety).text;
    (found, fix(Applicability::Safe), fix(Applicability::Unsafe))
}

#[test]
fn a_value_of_what_only_a_group_takes_is_an_error() {
    let schema = group_only();
    for filter in [
        "software:chrome",
        "software = chrome",
        "software > 5",
        "software:[a, b]",
        "software:(a OR b)",
        "software:(1 .. 5)",
        "SOFTWARE:\"chrome\"",
    ] {
        let query: Query = filter.parse().unwrap();
        let errors = query.check(&schema).unwrap_err();
        let errors: Vec<_> = errors.iter().collect();
        let [error] = errors.as_slice() else {
            panic!("{filter}: {errors:?}");
        };
        assert!(error.is_error());
        assert_eq!(
            error.to_string(),
            "`software` has no value of its own, only tokens in a group"
        );
        let help = error.diagnostic().help().unwrap().to_owned();
        assert_eq!(
            help,
            "write `software:(name:…)` if `name` is meant, or another of its tokens"
        );
        assert_eq!(error.fix(), None, "{filter}: nobody knows which token");
    }
    // If one token is known, the fix writes it, which is only a guess.
    let errors = |filter: &str| fixes(filter, &schema);
    let (found, safe, all) = errors("NOT asset.interface:10.0.0.1");
    assert_eq!(found, ["group_only: asset.interface:10.0.0.1"]);
    assert_eq!(safe, "NOT asset.interface:10.0.0.1");
    assert_eq!(all, "NOT asset.interface:(address:10.0.0.1)");
    let (_, _, all) = errors("asset.interface > 10.0.0.1 OR asset.interface = 10.0.0.1");
    let right = "asset.interface:(address > 10.0.0.1) OR asset.interface:(address = 10.0.0.1)";
    assert_eq!(all, right);
    let (_, _, all) = errors("asset:(interface:[10.0.0.1, 10.0.0.2])");
    assert_eq!(all, "asset:(interface:(address:[10.0.0.1, 10.0.0.2]))");
    // A test for any value has no value itself.
    for good in ["software IS NULL", "software IS NOT NULL", "software:*"] {
        assert!(errors(good).0.is_empty(), "{good}");
    }
    // Of which no token is known, the help has none either.
    let token = Token::new("lone", Kind::Auto).with_group_only(true);
    let schema = Schema::empty().with_token(token).unwrap();
    let errors = "lone:1"
        .parse::<Query>()
        .unwrap()
        .check(&schema)
        .unwrap_err();
    let error = errors.iter().next().unwrap();
    let help = error.diagnostic().help().unwrap().to_owned();
    assert_eq!(help, "write `lone:(…)` with conditions on its tokens");
}

#[test]
fn a_dotted_name_of_what_only_a_group_takes_is_a_warning() {
    let schema = group_only();
    let found = |filter: &str| fixes(filter, &schema);
    for good in [
        "software:(name:chrome AND version:5)",
        "asset.interface:(address:10.0.0.1)",
    ] {
        assert!(found(good).0.is_empty(), "{good}: {:?}", found(good).0);
    }
    // The fix is safe where the group reads no less than the name.
    for (filter, safe) in [
        ("software.version:5", "software:(version:5)"),
        (
            "NOT software.version : \"5 6\" OR a.b IS NULL",
            "NOT software:(version : \"5 6\") OR a.b IS NULL",
        ),
        (
            "software.version IS NOT NULL",
            "software:(version IS NOT NULL)",
        ),
        (
            "asset.interface.address > 10.0.0.1",
            "asset.interface:(address > 10.0.0.1)",
        ),
        (
            "asset:(interface.address:10.0.0.1)",
            "asset:(interface:(address:10.0.0.1))",
        ),
    ] {
        let (_, fixed, _) = found(filter);
        assert_eq!(fixed, safe);
    }
    for (filter, all) in [
        // Another place counts where the array has no value.
        ("software.name:chrome", "software:(name:chrome)"),
        // Without an element a group is false.
        ("software.version IS NULL", "software:(version IS NULL)"),
    ] {
        let (diagnostics, safe, fixed) = found(filter);
        assert!(
            diagnostics[0].starts_with("dotted_group: software."),
            "{diagnostics:?}"
        );
        assert_eq!((safe.as_str(), fixed.as_str()), (filter, all));
    }
    let (diagnostics, safe, _) = found("asset.interface.more:(a:1 AND b:2)");
    assert!(diagnostics.contains(&"dotted_group: asset.interface.more".to_owned()));
    assert_eq!(safe, "asset.interface.more:(a:1 AND b:2)");
    let query: Query = "software.version:5".parse().unwrap();
    let checked = query.check(&schema).unwrap();
    let warning = &checked.warnings()[0];
    assert_eq!(
        warning.to_string(),
        "`software.version` reaches into `software`, which only a group does"
    );
    let help = warning.diagnostic().help().unwrap().to_owned();
    assert_eq!(help, "write `software:(version:…)`");
    // The same with another place is only a guess.
    let query: Query = "software.name:chrome".parse().unwrap();
    let checked = query.check(&schema).unwrap();
    let help = checked.warnings()[0]
        .diagnostic()
        .help()
        .unwrap()
        .to_owned();
    assert_eq!(
        help,
        "write `software:(name:…)` if one element of `software` is meant"
    );
}

#[test]
fn what_only_a_group_takes_can_be_built() {
    let schema = group_only();
    let inner = all_of([token("name").is("chrome"), token("version").is("5")]);
    let query = token("software").any_element(inner).build().unwrap();
    let checked = query.check(&schema).unwrap();
    assert!(checked.warnings().is_empty());
    let checked = testkit::Asked::of(checked, &schema);
    let event = br#"{"software":[{"name":"x","version":"5"},{"name":"chrome","version":"5"}]}"#;
    assert!(testkit::answer(&checked, event));
    let query = token("software").is("chrome").build().unwrap();
    let errors = query.check(&schema).unwrap_err();
    let kinds: Vec<_> = errors.iter().map(|error| error.kind()).collect();
    assert!(matches!(kinds[..], [FindingKind::GroupOnly { .. }]));
    let query = token("software.version").is("5").build().unwrap();
    let checked = query.check(&schema).unwrap();
    let kinds: Vec<_> = checked
        .warnings()
        .iter()
        .map(|found| found.kind())
        .collect();
    assert!(matches!(kinds[..], [FindingKind::DottedGroup { .. }]));
}

/// Arrays are walked marked or not, so that the keys alone say which array it is.
#[test]
fn an_array_is_the_same_whatever_is_marked_before_it() {
    let schema = schema(&[("g.a", &["r[].b[].a"]), ("g.b", &["r.b[].b"])]);
    let one = r#"{"r":[{"b":[{"a":1},{"a":1,"b":2}]}]}"#;
    let two = r#"{"r":[{"b":[{"a":1},{"b":2}]}]}"#;
    holds(
        &schema,
        &[
            ("g:(a:1 AND b:2)", one, true),
            ("g:(a:1 AND b:2)", two, false),
            ("g:(b:2 AND a:1)", one, true),
            ("g:(b:2 AND a:1)", two, false),
            ("g.a:1 AND g.b:2", two, true),
        ],
    );
}
