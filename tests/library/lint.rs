//! The linter: pages and examples of every rule, and what fixes may do.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use qualys_filter::lint::{Linter, Rule};
use qualys_filter::{Applicability, CheckOptions, Level, Schema, Severity, Stage};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::pages::{hold, hold_lines};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_toml(include_str!("../data/schema.toml")).unwrap());

fn options() -> CheckOptions {
    CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap())
}

/// With every rule switched on.
fn linter(schema: &Schema) -> Linter {
    let linter = Linter::new(schema).with_options(options());
    Rule::all().iter().fold(linter, |linter, rule| {
        let level = rule.level().max(Level::Advice);
        linter.with_level(rule, level)
    })
}

fn checked(schema: &Schema, filter: &str) -> Option<Asked> {
    testkit::checked_if_it_fits(filter, schema)
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// A filter with what rules look for: parentheses and `NOT`s that change nothing, the same again,
/// alternatives.
fn filter(c: &mut Choices<'_>) -> String {
    let a = generate::filter(c);
    let b = generate::filter(c);
    match c.below(9) {
        0 => format!("({a}) AND ({b}) AND ({a})"),
        1 => format!("{a} OR {b} AND {a}"),
        2 => format!("NOT NOT ({a}) OR (NOT (NOT {b}))"),
        3 => format!("({a}) OR (({b}) AND ({a}))"),
        4 => format!("({a} OR {b})"),
        5 => format!("NOT ({a}) AND ({b}) AND NOT ({b})"),
        6 => format!("{a} OR {b} OR {a} OR {b}"),
        7 => format!("({a} AND ({b} AND ({a})))AND{b}"),
        _ => a,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6000,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn safe_fixes_keep_the_meaning(choices in bytes(120), events in prop::collection::vec(bytes(400), 1..6)) {
        let before = filter(&mut Choices::new(&choices));
        let linter = linter(&SCHEMA);
        let fixed = linter.fix(&before, Applicability::Safe);
        if let Some(was) = checked(&SCHEMA, &before) {
            let is = checked(&SCHEMA, &fixed.text);
            prop_assert!(is.is_some(), "{} -> {}", before, fixed.text);
            let is = is.unwrap();
            for event in events {
                let event = generate::event(&mut Choices::new(&event));
                let json = Json::read(event.as_bytes(), 128).unwrap();
                prop_assert_eq!(
                    was.right(&json), is.right(&json),
                    "{} -> {} by {:?}\n{}", before, fixed.text, fixed.applied, event,
                );
            }
        }
        // Nothing is left that could be fixed.
        let again = linter.fix(&fixed.text, Applicability::Safe);
        prop_assert_eq!(&again.text, &fixed.text, "{}", before);
    }

    #[test]
    fn unsafe_fixes_add_no_errors(choices in bytes(120)) {
        let before = filter(&mut Choices::new(&choices));
        let linter = linter(&SCHEMA);
        let errors = |text: &str| {
            let report = linter.lint(text);
            report.diagnostics().iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count()
        };
        let fixed = linter.fix(&before, Applicability::Unsafe);
        prop_assert!(errors(&fixed.text) <= errors(&before), "{} -> {}", before, fixed.text);
    }

    #[test]
    fn any_text_gets_remarks_with_places(text in "[a-c:(),.\\[\\]<>=!&|\"'`*?\\\\ \u{a0}“”’NOTANDIS0-9-]{0,40}") {
        let linter = linter(Schema::edr());
        for diagnostic in linter.lint(&text).diagnostics() {
            prop_assert!(text.get(diagnostic.span().range()).is_some(), "{:?}", diagnostic);
            if let Some(change) = diagnostic.fix() {
                let mut last = 0;
                for edit in change.edits() {
                    prop_assert!(text.get(edit.span.range()).is_some(), "{:?}", diagnostic);
                    prop_assert!(last <= edit.span.start, "{:?}", diagnostic);
                    last = edit.span.end;
                }
            }
        }
        linter.fix(&text, Applicability::Unsafe);
    }
}

#[test]
fn generated_filters_are_fixed() {
    // The properties above are worth little if there is nothing to fix.
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let linter = linter(&SCHEMA);
    let mut codes = std::collections::BTreeMap::new();
    for _ in 0..3000 {
        let choices = bytes(120).new_tree(&mut runner).unwrap().current();
        let before = filter(&mut Choices::new(&choices));
        if checked(&SCHEMA, &before).is_some() {
            for code in linter.fix(&before, Applicability::Safe).applied {
                *codes.entry(code.as_str()).or_insert(0) += 1;
            }
        }
    }
    for name in [
        "double_negation",
        "duplicate_clause",
        "implied_clause",
        "mixed_and_or",
        "or_chain",
        "redundant_parentheses",
        "unquoted_blanks",
        "value_group",
    ] {
        let count = codes
            .get(Rule::find(name).unwrap().code().as_str())
            .copied()
            .unwrap_or_default();
        assert!(count > 5, "{name}: {count} of {codes:?}");
    }
}

#[test]
fn converted_patterns_match_after_their_fix() {
    for (filter, event, right) in [
        (
            r"registry.path:`*\Microsoft\Terminal Server Client\Servers\\*`",
            r"HKCU\Software\Microsoft\Terminal Server Client\Servers\203.0.113.7",
            r#"registry.path:"*\Microsoft\Terminal Server Client\Servers\*""#,
        ),
        (
            r"registry.path:`*\Services\PortProxy\v4tov4\tcp\\*`",
            r"HKLM\SYSTEM\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/8080",
            r#"registry.path:"*\Services\PortProxy\v4tov4\tcp\*""#,
        ),
        (
            r"NOT registry.path:[`x`, `*\\Run\\*`] OR registry.path:(`*\Run\\*` AND `a*`)",
            r"HKCU\Run\x",
            r#"NOT registry.path:[`x`, "*\Run\*"] OR registry.path:("*\Run\*" AND "a*")"#,
        ),
        (
            r"registry.path:`\\server\share\\*`",
            r"\\server\share\x",
            r#"registry.path:"\\\server\share\*""#,
        ),
    ] {
        let rule = Rule::find("wildcard_in_backticks").unwrap();
        let wanted = |diagnostic: &qualys_filter::Diagnostic| diagnostic.code() == rule.code();
        let fixed = linter(Schema::edr()).fix_where(filter, Applicability::Unsafe, wanted);
        assert_eq!(fixed.text, right);
        let event = event.replace('\\', r"\\");
        let event = format!(r#"{{"type":"REGISTRY","registry":{{"path":"{event}"}}}}"#);
        let matches = |filter: &str| {
            let checked = checked(Schema::edr(), filter).unwrap();
            testkit::answer(&checked, event.as_bytes())
        };
        assert_eq!(matches(&fixed.text), !filter.starts_with("NOT"), "{filter}");
        assert_ne!(matches(&fixed.text), matches(filter), "{filter}");
    }
}

#[test]
fn dates_are_fixed_at_every_precision() {
    let fix = |filter: &str, most: Applicability| linter(Schema::edr()).fix(filter, most).text;
    for (filter, safe) in [
        (
            "dateTime > '2029-01-18 09:14:11Z'",
            "dateTime > '2029-01-18T09:14:11Z'",
        ),
        (
            "dateTime:[2024-01-01T05 .. 2024-01-01T06:30]",
            "dateTime:[2024-01-01T05Z .. 2024-01-01T06:30Z]",
        ),
        ("dateTime > 1704067200123", "dateTime > 1704067200123"),
    ] {
        assert_eq!(fix(filter, Applicability::Safe), safe, "{filter}");
        assert!(checked(Schema::edr(), safe).is_some(), "{safe}");
    }
    for (filter, meant) in [
        ("dateTime > 2029-01-18Z", "dateTime > 2029-01-18"),
        ("dateTime > 1704067200", "dateTime > 1704067200000"),
        (
            "dateTime:[1704067300000 .. 1704067200000]",
            "dateTime:[1704067200000 .. 1704067300000]",
        ),
        (
            "dateTime:[2024-01-01T07 .. 2024-01-01T05:30Z]",
            "dateTime:[2024-01-01T05:30Z .. 2024-01-01T07Z]",
        ),
    ] {
        assert_eq!(fix(filter, Applicability::Unsafe), meant, "{filter}");
        assert!(checked(Schema::edr(), meant).is_some(), "{meant}");
    }
}

#[test]
fn a_suggested_value_is_written_in_quotes_that_fit() {
    let text = "[tokens.category]\nkind = \"keyword\"\nvalues = [\"Bridges and Routers\", \"IoT\", \"a`b c`d\"]";
    let schema = Schema::from_toml(text).unwrap();
    for (filter, right) in [
        (
            "category:\"Bridges and Router\"",
            "category:\"Bridges and Routers\"",
        ),
        (
            "category:'Bridges and Router'",
            "category:\"Bridges and Routers\"",
        ),
        (
            "NOT category:`Bridges and Router`",
            "NOT category:`Bridges and Routers`",
        ),
        (
            "NOT(category:Bridges-and-Routers)",
            "NOT(category:\"Bridges and Routers\")",
        ),
        (
            "category:[IoT, 'Bridges and Router']",
            "category:[IoT, \"Bridges and Routers\"]",
        ),
        (
            "category:[Bridges-and-Routers,IoT]",
            "category:[\"Bridges and Routers\",IoT]",
        ),
        (
            "category:(\"Bridges and Router\" OR IoTT)AND x:y",
            "category:(\"Bridges and Routers\" OR IoT)AND x:y",
        ),
        ("category:IoTs", "category:IoT"),
        ("category:'a`b c d'", "category:\"a`b c`d\""),
        ("category:'a`b c`'AND x:y", "category:\"a`b c`d\"AND x:y"),
    ] {
        let linter = Linter::new(&schema);
        let fixes = |text: &str| {
            let report = linter.lint(text);
            let unknown = report
                .diagnostics()
                .iter()
                .filter(|diagnostic| diagnostic.code().as_str().ends_with("unknown_value"));
            unknown
                .map(|diagnostic| diagnostic.fix().unwrap().clone())
                .collect::<Vec<_>>()
        };
        let fixed = fixes(filter)
            .into_iter()
            .rev()
            .fold(filter.to_owned(), |text, fix| fix.apply(&text));
        assert_eq!(fixed, right);
        assert!(fixes(&fixed).is_empty(), "{fixed}");
    }
}

#[test]
fn free_text_that_seems_something_else_is_rare() {
    let names = ["bare_token", "filter_in_quotes"];
    let said = |schema: &str, filter: &str| {
        let report = linter(Schema::built_in(schema).unwrap()).lint(filter);
        let codes = report
            .diagnostics()
            .iter()
            .map(|diagnostic| diagnostic.code().name());
        codes.filter(|name| names.contains(name)).count()
    };
    let mut filters = 0;
    for line in include_str!("../data/written-by-others.tsv")
        .lines()
        .skip(1)
    {
        let filter = line.split('\t').nth(2).unwrap();
        filters += 1;
        for schema in Schema::BUILT_IN {
            assert_eq!(said(schema, filter), 0, "{schema}: {filter}");
        }
    }
    assert!(filters > 300);
    for (schema, filter) in [
        ("edr", r#""type:FILE and action:CREATED""#),
        (
            "open",
            "`vulnerabilities.vulnerability.cveIds:CVE-2021-44228`",
        ),
        ("edr", "not process.name"),
    ] {
        assert_eq!(said(schema, filter), 1, "{filter}");
    }
}

/// The blocks of a page marked so, by lines, with the schema that the mark names.
fn lines(page: &str, mark: &str) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (is, schema) = info.split_once(' ').unwrap_or((info, ""));
                open = Some(if is == mark {
                    schema.to_owned()
                } else {
                    String::new()
                });
            }
            (Some(_), Some(_)) => open = None,
            (Some(schema), None) if !schema.is_empty() => {
                lines.push((schema.clone(), line.to_owned()));
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn examples_of_every_rule_show_it() {
    let mut rules = 0;
    for rule in Rule::all()
        .iter()
        .filter(|rule| rule.stage() == Stage::Lint)
    {
        rules += 1;
        let page = rule.page();
        let headings: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        let right = ["## What it does", "## Why", "## Example", "## Use instead"];
        assert_eq!(headings, right, "{}", rule.code());
        let codes = |schema: &str, filter: &str| -> Vec<&str> {
            let report = linter(Schema::built_in(schema).unwrap()).lint(filter);
            report
                .diagnostics()
                .iter()
                .map(|diagnostic| diagnostic.code().as_str())
                .collect()
        };
        // Those about files are shown by files, which the tests of the command line read.
        if page.contains("-file\n") {
            continue;
        }
        let bad = lines(page, "qql-lint");
        assert!(!bad.is_empty(), "{}", rule.code());
        for (schema, filter) in bad {
            // The one example that is too long to show.
            let filter = match &*filter {
                "(801 clauses)" => vec!["type:FILE"; 801].join(" OR "),
                _ => filter,
            };
            assert!(
                codes(&schema, &filter).contains(&rule.code().as_str()),
                "{}: {filter}",
                rule.code()
            );
        }
        let good = lines(page, "qql");
        assert!(!good.is_empty(), "{}", rule.code());
        for (schema, filter) in good {
            assert!(
                !codes(&schema, &filter).contains(&rule.code().as_str()),
                "{}: {filter}",
                rule.code()
            );
        }
    }
    assert!(rules >= 34, "{rules}");
}

#[test]
fn every_rule_can_be_found() {
    for rule in Rule::all() {
        assert_eq!(
            Rule::find(rule.code().as_str()).unwrap().code(),
            rule.code()
        );
        assert_eq!(
            Rule::find(rule.name()).unwrap().code(),
            rule.code(),
            "names are unique"
        );
        assert!(
            !rule.summary().is_empty() && !rule.summary().ends_with('.'),
            "{}",
            rule.code()
        );
    }
    assert_eq!(Rule::suggest("or_chian").unwrap().name(), "or_chain");
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")
}

/// The page of a rule, as it is in the documentation.
fn page(rule: &Rule) -> String {
    let (code, level, fixes) = (rule.code(), rule.level(), rule.fix().as_str());
    format!(
        "# {}\n\n`{code}` · level: {level} · fix: {fixes}\n\n{}",
        rule.name(),
        rule.page()
    )
}

#[test]
fn pages_are_those_that_the_rules_show() {
    let mut table = String::from("\n| rule | finds | level | fix |\n|---|---|---|---|\n");
    let mut summary = String::from("- [Rules](rules.md)\n");
    let mut right = Vec::new();
    for rule in Rule::all() {
        let name = rule.name();
        let link = match rule.stage() {
            Stage::Lint => format!("rules/{name}.md"),
            stage => format!(
                "codes/{}.md#{}",
                stage.as_str(),
                rule.code().as_str().replace(':', "")
            ),
        };
        let (finds, level, fix) = (rule.summary(), rule.level(), rule.fix().as_str());
        let finds = finds.replace('|', "\\|");
        writeln!(table, "| [{name}]({link}) | {finds} | {level} | {fix} |").unwrap();
        if rule.stage() == Stage::Lint {
            writeln!(summary, "  - [{name}]({link})").unwrap();
            right.push(format!("{name}.md"));
            hold(&link, &page(rule));
        }
    }
    let index = fs::read_to_string(docs().join("rules.md")).unwrap();
    let (introduction, _) = index.split_once("\n| rule |").unwrap();
    hold("rules.md", &format!("{introduction}{table}"));
    hold_lines("SUMMARY.md", "- [Rules](rules.md)\n", "  - ", &summary);
    let kept = fs::read_dir(docs().join("rules")).unwrap();
    let mut kept: Vec<String> = kept
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    right.sort();
    assert_eq!(kept, right, "pages and rules");
}

#[test]
fn fixes_end_and_long_filters_are_linted_in_time() {
    let linter = linter(&SCHEMA);
    let many = vec!["size:1"; 900].join(" OR ");
    assert_eq!(linter.fix(&many, Applicability::Safe).text, "size:1");
    let nested = format!("{}size:1{}", "(".repeat(900), ")".repeat(900));
    assert_eq!(linter.fix(&nested, Applicability::Safe).text, "size:1");
    let not = format!("{}size:1", "NOT ".repeat(901));
    assert_eq!(linter.fix(&not, Applicability::Safe).text, "NOT size:1");
    let heads = format!("{}x:1{}", "a:(".repeat(900), ")".repeat(900));
    linter.lint(&heads);
    let chain: Vec<String> = (0..900).map(|n| format!("size > {n}")).collect();
    assert_eq!(
        linter.fix(&chain.join(" AND "), Applicability::Safe).text,
        "size > 899"
    );
}
