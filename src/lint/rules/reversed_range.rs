//! A range whose lower bound is above its upper one.

use chrono::{DateTime, Utc};

use crate::check::{NodeId, NodeKind, Test};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::meaning::Meaning;
use crate::lint::rule::Rule;
use crate::lint::sets::{Hollow, hollow};
use crate::span::Span;
use crate::syntax::{Clause, Condition, ExprKind, Range};
use crate::value::{Unit, written_period};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::reversed_range",
        Level::Warning,
        FixAvailability::Unsafe,
        "a range that ends before it starts, so that nothing lies in it",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for ranges whose first bound is above the second.

## Why

Nothing lies in such a range, so the clause never holds.

## Example

```qql-lint edr
file.size:[100 .. 10]
```

## Use instead

```qql edr
file.size:[10 .. 100]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let diagnostics =
        hollow_ranges(context, meaning).filter(|(_, _, why)| *why == Hollow::Reversed);
    let diagnostics = diagnostics.map(|(clause, span, _)| {
        let diagnostic = RULE
            .diagnostic(
                span,
                "the range ends before it starts, so nothing lies in it",
            )
            .with_label("reversed")
            .with_help("write the lower bound first, if the range is to hold anything");
        match &clause.condition {
            Condition::Range(range) => {
                let (lower, upper) = (range.lower.span, range.upper.span);
                let edits = vec![
                    Edit::replace(lower, context.text(upper)),
                    Edit::replace(upper, context.text(lower)),
                ];
                diagnostic.with_fix(Fix::new(Applicability::Unsafe, edits))
            }
            _ => diagnostic,
        }
    });
    diagnostics.collect()
}

/// The clauses with a range in which nothing lies, where the range stands, and why.
pub(super) fn hollow_ranges<'a, 'q>(
    context: &'a Context<'q>,
    meaning: &'a Meaning<'q>,
) -> impl Iterator<Item = (&'q Clause, Span, Hollow)> {
    (0..meaning.checked.len())
        .map(NodeId::new)
        .filter_map(|id| {
            let NodeKind::Test(_, _, Test::Range(range)) = &meaning.checked.node(id).kind else {
                return None;
            };
            let why = hollow(range)?;
            let seen = context.seen.get(meaning.written(id)?)?;
            let ExprKind::Clause(clause) = &seen.expr.kind else {
                return None;
            };
            let (span, why) = match &clause.condition {
                Condition::Range(written) => {
                    let dates = range.dates.and_then(|_| dates(written, context.now()));
                    let span = written.lower.span.to(written.upper.span);
                    (span, dates.unwrap_or(why))
                }
                Condition::Value(literal) => (literal.span, why),
                _ => return None,
            };
            Some((clause, span, why))
        })
}

/// What is wrong with a range of dates in which nothing lies. Its bounds are periods, one of which may
/// be part of the other.
fn dates(range: &Range, now: Option<DateTime<Utc>>) -> Option<Hollow> {
    let start = |text: &str| match text.strip_prefix("now") {
        Some("") => now,
        Some(offset) => {
            let (count, unit) = offset.split_at_checked(offset.len() - 1)?;
            let unit: Unit = unit.parse().ok()?;
            unit.after(now?, count.parse().ok()?)
        }
        None => written_period(text).map(|period| period.start()),
    };
    Some(
        match start(&range.lower.text)? > start(&range.upper.text)? {
            true => Hollow::Reversed,
            false => Hollow::Empty,
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "reversed_range",
            "file.size:[100 .. 10)",
            "file.size:[10 .. 100)",
        );
        fixed(
            "reversed_range",
            "dateTime:[2024-02 .. 2024-01]",
            "dateTime:[2024-01 .. 2024-02]",
        );
        good(
            "reversed_range",
            &[
                "file.size:[5 .. 5]",
                "file.size:(5 .. 5)",
                "dateTime:[2024 .. 2024-01]",
            ],
        );
    }
}
