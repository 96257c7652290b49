//! Formatting and safe fixes keep what a filter means, and do nothing the second time; unsafe fixes add
//! no errors; any text can be linted.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::lint::{Linter, Rule};
use qualys_filter::syntax::Layout;
use qualys_filter::{Applicability, CheckOptions, Level, Query, Schema, Severity};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/schema.toml");
    Schema::from_toml(text).expect("the schema is good")
});

/// With every rule switched on.
static LINTER: LazyLock<Linter> = LazyLock::new(|| {
    let linter = Linter::new(&SCHEMA).with_options(options());
    Rule::all().iter().fold(linter, |linter, rule| {
        linter.with_level(rule, rule.level().max(Level::Advice))
    })
});

fn options() -> CheckOptions {
    CheckOptions::at("2024-09-22T12:00:00Z".parse().expect("a date"))
}

fn checked(text: &str) -> Option<Asked> {
    testkit::checked_if_it_fits(text, &SCHEMA)
}

fn errors(text: &str) -> usize {
    let report = LINTER.lint(text);
    for diagnostic in report.diagnostics() {
        assert!(
            text.get(diagnostic.span().range()).is_some(),
            "{diagnostic:?}"
        );
        for edit in diagnostic.fix().map(|fix| fix.edits()).unwrap_or_default() {
            assert!(text.get(edit.span.range()).is_some(), "{diagnostic:?}");
        }
    }
    report
        .diagnostics()
        .iter()
        .filter(|diagnostic| diagnostic.severity() == Severity::Error)
        .count()
}

fuzz_target!(|input: (bool, String, Vec<u8>, Vec<u8>)| {
    let (generated, text, filter, event) = input;
    let text = match generated {
        true => {
            let choices = &mut Choices::new(&filter);
            let (a, b) = (generate::filter(choices), generate::filter(choices));
            format!("({a}) AND NOT ({b} OR {a}) OR {b} AND ({a})")
        }
        false => text,
    };
    let before = errors(&text);
    let fixed = LINTER.fix(&text, Applicability::Safe);
    assert!(errors(&fixed.text) <= before, "{text} -> {}", fixed.text);
    assert_eq!(
        LINTER.fix(&fixed.text, Applicability::Safe).text,
        fixed.text,
        "{text}"
    );
    let bold = LINTER.fix(&text, Applicability::Unsafe);
    assert!(errors(&bold.text) <= before, "{text} -> {}", bold.text);
    let Some(was) = checked(&text) else {
        return;
    };
    let is = checked(&fixed.text).expect("a safe fix keeps a filter good");
    let query: Query = text.parse().expect("it was read");
    let formatted = query.format(&Layout::default().with_width(filter.len() % 120));
    let again = checked(&formatted).expect("formatted text is good");
    let event = generate::event(&mut Choices::new(&event));
    let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
    let right = was.right(&json);
    assert_eq!(is.right(&json), right, "{text} -> {}\n{event}", fixed.text);
    assert_eq!(again.right(&json), right, "{text} -> {formatted}\n{event}");
});
