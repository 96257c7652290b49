//! Ranges in quotes: `token:"[a .. b]"`, as some apps write them.

use super::checked::Test;
use super::finding::FindingKind;
use super::literal::Limit;
use super::named::Named;
use super::{Checker, Finding};
use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::limits::Limits;
use crate::schema::{Kind, QuotedRanges};
use crate::span::Span;
use crate::syntax::{Condition, ExprKind, Literal, Query, Quoting};

/// What a range in quotes says.
pub(super) struct QuotedRange {
    lower: String,
    upper: String,
    /// The range without the quotes, if it is one as it is written.
    plain: Option<String>,
}

/// Where a range in quotes is written.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// After a colon or `=`, with the end of the token's name.
    After(u32),
    /// Among others, in a list or a group, where no range without quotes may be.
    Among,
}

impl QuotedRange {
    /// The range that a literal in quotes is on a token whose values have an order.
    pub(super) fn read(literal: &Literal, kind: Kind, limits: &Limits) -> Option<QuotedRange> {
        const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
        let takes = matches!(kind, Kind::DateTime | Kind::Auto);
        if !takes || literal.quoting == Quoting::Bare {
            return None;
        }
        let text = literal.text.trim_matches(BLANKS);
        let (lower, upper) = text
            .strip_prefix('[')?
            .strip_suffix(']')?
            .split_once("..")?;
        // The quotes of a bound belong to it, so the range is read as one without quotes is.
        if let Some(range) = QuotedRange::parsed(text, limits) {
            return Some(range);
        }
        let upper = upper.strip_prefix('.').unwrap_or(upper);
        Some(QuotedRange {
            lower: lower.trim_matches(BLANKS).to_owned(),
            upper: upper.trim_matches(BLANKS).to_owned(),
            plain: None,
        })
    }

    fn parsed(text: &str, limits: &Limits) -> Option<QuotedRange> {
        let query = Query::parse_with(&format!("t:{text}"), limits).ok()?;
        let ExprKind::Clause(clause) = &query.expr(query.root()?).kind else {
            return None;
        };
        let Condition::Range(range) = &clause.condition else {
            return None;
        };
        Some(QuotedRange {
            lower: range.lower.text.to_string(),
            upper: range.upper.text.to_string(),
            plain: Some(range.to_string()),
        })
    }
}

impl Checker<'_> {
    /// A range in quotes as what is asked; whether it is remarked on is the product's choice.
    pub(super) fn quoted_range(
        &mut self,
        token: &Named,
        literal: &Literal,
        range: &QuotedRange,
        place: Place,
    ) -> Test {
        let product = self.schema.product();
        let severity = match product.quoted_ranges {
            QuotedRanges::Allow => None,
            QuotedRanges::Advise => Some(Severity::Advice),
            QuotedRanges::Warn => Some(Severity::Warning),
        };
        if let Some(severity) = severity {
            let fix = match (place, &range.plain) {
                (Place::After(start), Some(plain)) => {
                    let span = Span::new(start, literal.span.end);
                    let applicability = match product.quoted_ranges {
                        QuotedRanges::Warn => Applicability::Safe,
                        _ => Applicability::Unsafe,
                    };
                    let edit = Edit::replace(span, format!(":{plain}"));
                    Some(Fix::new(applicability, [edit]))
                }
                _ => None,
            };
            let kind = FindingKind::QuotedRange;
            self.findings
                .push(Finding::new(kind, severity, literal.span, fix));
        }
        let lower = self.limit(token, &range.lower, literal.span);
        let upper = self.limit(token, &range.upper, literal.span);
        match (lower, upper) {
            (Some(lower), Some(upper)) => Test::Range(Limit::range((&lower, true), (&upper, true))),
            _ => Test::Exists,
        }
    }
}
