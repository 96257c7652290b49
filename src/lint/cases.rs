//! How the rules' cases are written.

use super::{Linter, Rule};
use crate::check::CheckOptions;
use crate::diagnostic::{Applicability, Diagnostic, Level};
use crate::schema::Schema;

fn linter(schema: &str, rule: &Rule) -> Linter {
    let now = "2024-09-22T12:00:00Z".parse().unwrap();
    let level = rule.level().max(Level::Advice);
    Linter::new(Schema::built_in(schema).unwrap())
        .with_options(CheckOptions::at(now))
        .with_level(rule, level)
}

fn diagnostics(schema: &str, rule: &str, filter: &str) -> (Linter, Vec<Diagnostic>) {
    let rule = Rule::find(rule).unwrap();
    let linter = linter(schema, rule);
    let report = linter.lint(filter);
    let of = report
        .diagnostics
        .into_iter()
        .filter(|r| r.code() == rule.code());
    let of = of.collect();
    (linter, of)
}

/// The filter gets a diagnostic, and its fixes make this of it.
#[track_caller]
pub(super) fn fixed(rule: &str, filter: &str, right: &str) {
    fixed_in("edr", rule, filter, right);
}

#[track_caller]
pub(super) fn fixed_in(schema: &str, rule: &str, filter: &str, right: &str) {
    let (linter, diagnostics) = diagnostics(schema, rule, filter);
    assert!(!diagnostics.is_empty(), "nothing said of {filter}");
    let code = Rule::find(rule).unwrap().code();
    let fixed = linter.fix_where(filter, Applicability::Unsafe, |diagnostic| {
        diagnostic.code() == code
    });
    assert_eq!(fixed.text, right, "{filter}");
}

/// The filter gets a diagnostic, at this place of it, without a fix.
#[track_caller]
pub(super) fn bad(rule: &str, filter: &str, place: &str) {
    bad_in("edr", rule, filter, place);
}

#[track_caller]
pub(super) fn bad_in(schema: &str, rule: &str, filter: &str, place: &str) {
    let (_, diagnostics) = diagnostics(schema, rule, filter);
    let places: Vec<&str> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.span().of(filter))
        .collect();
    assert_eq!(places, [place], "{filter}");
    assert!(
        diagnostics
            .iter()
            .all(|diagnostic| diagnostic.fix().is_none()),
        "{filter}"
    );
}

/// Nothing is said of these.
#[track_caller]
pub(super) fn good(rule: &str, filters: &[&str]) {
    good_in("edr", rule, filters);
}

#[track_caller]
pub(super) fn good_in(schema: &str, rule: &str, filters: &[&str]) {
    for filter in filters {
        let (_, diagnostics) = diagnostics(schema, rule, filter);
        assert!(diagnostics.is_empty(), "{filter}: {}", diagnostics[0]);
        assert!(filter.parse::<crate::syntax::Query>().is_ok(), "{filter}");
    }
}
