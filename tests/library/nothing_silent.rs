//! Texts that are no filters, or not the filters that they seem to be: what is said of each, and what its fix writes.
//!
//! `tests/data/nothing-silent.tsv` has a text on each line: the schema, the text as a string of JSON, the severity and the
//! name of the gravest finding, and the text after its fix. A dash is nothing: what is right stays right.

use qualys_filter::{Applicability, CheckOptions, Linter, Query, Schema, Severity};

struct Row {
    schema: &'static str,
    text: String,
    /// The severity and the code's name.
    found: Option<(&'static str, &'static str)>,
    fixed: Option<String>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../data/nothing-silent.tsv").lines();
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [schema, text, found, fixed] = cells[..] else {
            panic!("{line}")
        };
        Row {
            schema,
            text: serde_json::from_str(text).unwrap(),
            found: found.split_once(' '),
            fixed: serde_json::from_str(fixed).ok(),
        }
    };
    lines.map(row).collect()
}

fn linter(schema: &str) -> Linter {
    let options = CheckOptions::at("2024-09-22T00:00:00Z".parse().unwrap());
    Linter::new(Schema::built_in(schema).unwrap()).with_options(options)
}

#[test]
fn what_is_no_filter_is_said_with_the_filter_that_is_meant() {
    let rows = rows();
    assert!(rows.len() > 300);
    for row in rows {
        let Row { schema, text, .. } = &row;
        let report = linter(schema).lint(text);
        let mut found: Vec<_> = report.diagnostics().iter().collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.severity()));
        let first = found.first();
        let named = first.map(|first| {
            let severity = match first.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "advice",
            };
            (severity, first.code().name())
        });
        assert_eq!(named, row.found, "{text}");
        let fixed = first
            .and_then(|first| first.fix())
            .map(|fix| fix.apply(text));
        assert_eq!(fixed, row.fixed, "{text}");
    }
}

/// Whatever the fixes make of a text is a filter, or an error is left.
#[test]
fn no_fix_makes_a_filter_of_what_is_none() {
    for row in rows() {
        let linter = linter(row.schema);
        let fixed = linter.fix(&row.text, Applicability::Unsafe).text;
        let report = linter.lint(&fixed);
        let is_error = |found: &qualys_filter::Diagnostic| found.severity() == Severity::Error;
        let is_left = report.diagnostics().iter().any(is_error);
        assert!(
            is_left || fixed.parse::<Query>().is_ok(),
            "{}: {fixed}",
            row.text
        );
        // Where it is not known what another language's operator means, no other fix hides it.
        let is_foreign =
            |(_, code)| ["word_operator", "foreign_operator", "function_call"].contains(&code);
        if row.found.is_some_and(is_foreign) && row.fixed.is_none() {
            assert!(is_left, "{}: {fixed}", row.text);
        }
    }
}
