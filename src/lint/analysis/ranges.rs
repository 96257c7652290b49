//! Ranges that contain nothing.

use chrono::{DateTime, Utc};

use crate::check::{NodeId, NodeKind, Test};
use crate::lint::context::Context;
use crate::lint::meaning::Meaning;
use crate::lint::sets::{Hollow, hollow};
use crate::span::Span;
use crate::syntax::{Clause, Condition, ExprKind, Range};
use crate::value::{RelativeDate, written_period};

/// The clauses with a range that contains nothing, the span of the range, and why.
pub(in crate::lint) fn hollow_ranges<'a, 'q>(
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
            let seen = context.written(id)?;
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

/// What is wrong with a range of dates that contains nothing. Its bounds are periods, one of which may
/// be part of the other.
fn dates(range: &Range, now: Option<DateTime<Utc>>) -> Option<Hollow> {
    let start = |text: &str| match RelativeDate::is_meant(text) {
        true => RelativeDate::read(text)?.at(now?),
        false => written_period(text).map(|period| period.start()),
    };
    Some(
        match start(&range.lower.text)? > start(&range.upper.text)? {
            true => Hollow::Reversed,
            false => Hollow::Empty,
        },
    )
}
