//! Ranges in quotes: where they are read, what is said of them, and what their fixes make of them.

use qualys_filter::build::{Draft, token};
use qualys_filter::lint::Rule;
use qualys_filter::{Applicability, FindingKind, Level, Linter, Query, Schema, Severity};

fn open(filter: &str) -> testkit::Asked {
    testkit::checked(filter, Schema::open())
}

/// Which of the numbers from 0 to 9 a filter on `n` takes.
fn numbers(filter: &str) -> String {
    let checked = open(filter);
    let takes = |n: &u8| testkit::answer(&checked, format!(r#"{{"n":{n}}}"#).as_bytes());
    (0..10).filter(takes).map(|n| n.to_string()).collect()
}

#[test]
fn a_range_in_any_quotes_is_that_range() {
    for filter in [
        "n:'[3 .. 5]'",
        "n:\"[3 .. 5]\"",
        "n:`[3 .. 5]`",
        "n:'[3..5]'",
        "n:'[3...5]'",
        "n:'[ 3 ... 5 ]'",
        "n:' [3 .. 5]'",
        "n:\"\t[3 .. 5]\r\n \"",
        "n:`  [3 .. 5]  `",
        "n = '[3 .. 5]'",
        "n = ` [3 .. 5] `",
        "n:'[\"3\" .. 5]'",
        "n:'[\"3\" .. `5`]'",
        "n:\"[\\\"3\\\" .. 5]\"",
        "n:['[3 .. 5]']",
        "n:('[3 .. 5]' OR `[4 .. 5]`)",
    ] {
        assert_eq!(numbers(filter), "345", "{filter}");
    }
    assert_eq!(numbers("n:['[1 .. 3]', 7]"), "1237");
    assert_eq!(numbers("n:[7, ' [1 .. 3]']"), "1237");
    assert_eq!(numbers("n:[`[1 .. 3]`, '[\"5\" .. 6]']"), "12356");
    assert_eq!(numbers("NOT n:['[1 .. 3]', 7]"), "045689");
    assert_eq!(numbers("n:('[1 .. 3]' OR 7 OR 8)"), "12378");
    assert_eq!(numbers("n:['[1 .. 3]', *]"), "0123456789");
    // Other brackets are no range, nor are those that are not the whole value.
    for text in ["(3 .. 5)", "[3 .. 5)", "x[3 .. 5]", "[3 .. 5]x", "[3, 5]"] {
        assert_eq!(numbers(&format!("n:'{text}'")), "", "{text}");
        assert_eq!(numbers(&format!("n:['{text}', 7]")), "7", "{text}");
    }
}

#[test]
fn a_list_of_ranges_is_no_more_than_its_ranges() {
    let alternatives = |filter: &str| {
        let checked = open(filter);
        checked.node(checked.root()).kind.children().len()
    };
    assert_eq!(alternatives("n:['[1 .. 3]', '[5 .. 6]']"), 2);
    assert_eq!(alternatives("n:['[1 .. 3]', 4, '[5 .. 6]', 8]"), 3);
    // As a list of values it is one condition.
    assert_eq!(alternatives("n:[1, 2, 3]"), 0);
}

#[test]
fn a_range_in_quotes_on_a_date() {
    let holds = |filter: &str, date: &str| {
        let checked = testkit::checked(filter, Schema::edr());
        testkit::answer(&checked, format!(r#"{{"dateTime":"{date}"}}"#).as_bytes())
    };
    for filter in [
        "dateTime = '[2024-01 .. 2024-02]'",
        "dateTime:\" [2024-01 .. 2024-02] \"",
        "dateTime:['[2024-01 .. 2024-02]', 2023]",
        "dateTime:[2023, `[\"2024-01\" .. 2024-02]`]",
    ] {
        assert!(holds(filter, "2024-02-29T23:59:59.999Z"), "{filter}");
        assert!(!holds(filter, "2024-03-01T00:00:00Z"), "{filter}");
        let listed = filter.contains("2023");
        assert_eq!(holds(filter, "2023-05-01T00:00:00Z"), listed, "{filter}");
    }
    // On other kinds it is a value.
    let checked = testkit::checked("file.name:'[3 .. 5]'", Schema::edr());
    assert!(checked.warnings().is_empty());
    for filter in ["file.size:'[3 .. 5]'", "dateTime:'(2024 .. 2025)'"] {
        let query: Query = filter.parse().unwrap();
        assert!(query.check(Schema::edr()).is_err(), "{filter}");
    }
}

#[test]
fn a_wrong_bound_is_an_error_where_the_bound_is_read() {
    for filter in [
        "dateTime:'[2024 .. soon]'",
        "dateTime = '[2024 .. *]'",
        "dateTime:[2024, '[* .. 2024]']",
        "dateTime:'[2024 .. 2025 .. 2026]'",
        "dateTime:'[ .. ]'",
    ] {
        let query: Query = filter.parse().unwrap();
        let errors = query.check(Schema::edr()).unwrap_err();
        let wrong = errors.iter().filter(|found| found.is_error());
        for error in wrong.clone() {
            assert!(
                matches!(error.kind(), FindingKind::NotADate { .. }),
                "{filter}"
            );
        }
        assert!(wrong.count() > 0, "{filter}");
    }
}

/// The severity of what is said of the range, and whether there is a fix that is safe or not.
fn said(filter: &str, schema: &Schema) -> Vec<(Severity, Option<bool>)> {
    let checked = testkit::checked(filter, schema);
    let found = checked.warnings().iter();
    let found = found.filter(|found| *found.kind() == FindingKind::QuotedRange);
    let said = found.map(|found| {
        let safe = found.fix().map(|fix| fix.applies(Applicability::Safe));
        (found.diagnostic().severity(), safe)
    });
    said.collect()
}

#[test]
fn it_is_a_warning_where_the_quotes_are_known_not_to_be_needed() {
    let filter = "dateTime:'[2024-01-01 .. now]'";
    for schema in [Schema::edr(), Schema::fim()] {
        assert_eq!(said(filter, schema), [(Severity::Warning, Some(true))]);
    }
    let own = "[tokens.dateTime]\nkind = \"datetime\"\n";
    let plain = Schema::from_toml(own).unwrap();
    for schema in [Schema::open(), &plain] {
        assert_eq!(said(filter, schema), [(Severity::Advice, Some(false))]);
    }
    let with = |choice: &str| {
        Schema::from_toml(&format!("[product]\nquoted_ranges = \"{choice}\"\n{own}")).unwrap()
    };
    assert_eq!(said(filter, &with("allow")), []);
    assert_eq!(
        said(filter, &with("advise")),
        [(Severity::Advice, Some(false))]
    );
    assert_eq!(
        said(filter, &with("warn")),
        [(Severity::Warning, Some(true))]
    );
    // Among others there is no fix: no range without quotes may be there.
    for filter in [
        "dateTime:[2024, '[2025 .. 2026]']",
        "dateTime:(2024 OR '[2025 .. 2026]')",
    ] {
        assert_eq!(said(filter, Schema::edr()), [(Severity::Warning, None)]);
    }
    // The linter follows it, unless the rule's level is set.
    let level = |linter: &Linter| {
        let report = linter.lint("imagesInUse:'[now-7d ... now]'");
        let levels: Vec<Severity> = report
            .diagnostics()
            .iter()
            .filter(|diagnostic| diagnostic.code().name() == "quoted_range")
            .map(|diagnostic| diagnostic.severity())
            .collect();
        levels
    };
    let now = qualys_filter::CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let linter = |schema| Linter::new(schema).with_options(now.clone());
    assert_eq!(level(&linter(Schema::open())), [Severity::Advice]);
    assert_eq!(level(&linter(Schema::edr())), [Severity::Warning]);
    let rule = Rule::find("quoted_range").unwrap();
    let set = |to| level(&linter(Schema::open()).with_level(rule, to));
    assert_eq!(set(Level::Error), [Severity::Error]);
    assert_eq!(set(Level::Off), []);
}

#[test]
fn fixes_keep_the_range() {
    let fixed = |filter: &str, safety| {
        let rule =
            |diagnostic: &qualys_filter::Diagnostic| diagnostic.code().name() == "quoted_range";
        Linter::new(Schema::open())
            .fix_where(filter, safety, rule)
            .text
    };
    for (filter, right) in [
        ("n:'[3 .. 5]'", "n:[3 .. 5]"),
        ("n:' [3...5] 'AND a:1", "n:[3 .. 5]AND a:1"),
        ("n : `[3 .. 5]`", "n:[3 .. 5]"),
        ("n = '[3 .. 5]'", "n:[3 .. 5]"),
        ("n:'[\"3\" .. 5]'", "n:[\"3\" .. 5]"),
        ("NOT n ='[3 .. \"5\"]'", "NOT n:[3 .. \"5\"]"),
        ("(n:('[3 .. 5]' OR 7))", "(n:('[3 .. 5]' OR 7))"),
        ("n:['[1 .. 5]', 7]", "n:['[1 .. 5]', 7]"),
        ("n:'[3 .. *]'", "n:'[3 .. *]'"),
    ] {
        assert_eq!(fixed(filter, Applicability::Safe), filter);
        assert_eq!(fixed(filter, Applicability::Unsafe), right);
        if filter != right && !filter.contains("AND") {
            assert_eq!(numbers(filter), numbers(right), "{filter}");
        }
    }
}

#[test]
fn the_builder_writes_no_range_by_mistake() {
    let refused = |draft: Draft| draft.build().is_err();
    for text in ["[1 .. 5]", " [1 .. 5]", "[1..5]\n", "\t[x...y] "] {
        assert!(refused(token("n").is(text)), "{text:?}");
        assert!(refused(token("n").has_words(text)), "{text:?}");
        assert!(refused(token("n").equal_to(text)), "{text:?}");
        assert!(refused(token("n").one_of(["a", text])), "{text:?}");
    }
    assert!(refused(token("n").matches("[* .. 5]")));
    for draft in [
        token("n").is("[1, 5]"),
        token("n").is("x[1 .. 5]"),
        token("n").one_of(["[1 .. 5", "1 .. 5]"]),
        token("n").equal_to("5"),
    ] {
        let query = draft.build().unwrap();
        assert!(query.check(Schema::open()).unwrap().warnings().is_empty());
    }
}
