//! What comes of any text: a tree, and what is wrong with the text.

use super::ast::{Clause, Condition, ExprKind, Query};
use super::error::{ParseError, ParseErrorKind, ParseErrors};
use crate::span::Span;

/// What was read of a text: a tree of all that can be read, and the errors. Made by [`Query::parse_lossy`].
///
/// The tree is that of the nearest right text, as far as there is one: `type == FILE` is read as `type:FILE`. What
/// cannot be read is an [`ExprKind::Error`], whose span covers the text that was skipped; so is the place of a
/// condition that is missing. Of a text that is over a limit, and of one that is escaped as a whole, nothing is
/// read: the tree is one `Error`. The tree of a text without errors has no `Error`.
///
/// The span of every expression lies in the text and in that of the expression around it, and those of an
/// expression's children are in the order of the text.
///
/// ```
/// use qualys_filter::{Limits, Query, syntax::ExprKind};
///
/// let parsed = Query::parse_lossy("(type:FILE OR", &Limits::default());
/// assert!(parsed.query().has_errors());
/// assert_eq!(parsed.query().tokens().collect::<Vec<_>>(), ["type"]);
/// assert_eq!(parsed.errors().len(), 2); // a condition and a parenthesis are missing
/// assert!(parsed.ok().is_err());
///
/// let parsed = Query::parse_lossy("type:FILE", &Limits::default());
/// assert_eq!(parsed.ok()?, "type:FILE".parse()?);
/// # Ok::<(), qualys_filter::ParseErrors>(())
/// ```
#[derive(Clone, Debug)]
pub struct Parsed {
    query: Query,
    errors: Option<ParseErrors>,
}

impl Parsed {
    pub(super) fn new(mut query: Query, errors: Option<ParseErrors>) -> Parsed {
        if let Some(errors) = &errors {
            let doubts = errors.iter().filter_map(|error| doubt(&query, error));
            query.doubts = Some(doubts.collect());
        }
        Parsed { query, errors }
    }

    /// The query if the text has no errors, and all of them otherwise.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the text, at most [`ParseErrors::MOST`] of it.
    pub fn ok(self) -> Result<Query, ParseErrors> {
        match self.errors {
            None => Ok(self.query),
            Some(errors) => Err(errors),
        }
    }

    /// The tree, with the text.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What is wrong with the text, in its order; nothing if the tree is that of a whole query.
    pub fn errors(&self) -> &[ParseError] {
        let errors = self.errors.as_ref();
        errors.map_or(&[], |errors| errors.iter().as_slice())
    }

    /// The tree, and what is wrong with the text.
    pub fn into_parts(self) -> (Query, Option<ParseErrors>) {
        (self.query, self.errors)
    }
}

/// The part of the text that an error leaves in doubt: nothing that is found there is said, since it may follow from
/// the error.
///
/// That is the place of the error, if there is a fix: then it is known what was meant, and the tree says it. Without
/// one it is the clause around that place, but of the values of a list or a group only those at the place.
fn doubt(query: &Query, error: &ParseError) -> Option<Span> {
    let (kind, span) = (error.kind(), error.span());
    let around = query.at(span.start).map(|id| query.expr(id));
    if error.fix().is_some() {
        return match kind {
            // If none is missing, the name that follows is none. What comes after that is right.
            ParseErrorKind::MissingOperator => match around.map(|around| &around.kind) {
                Some(ExprKind::Clause(Clause { token, .. }) | ExprKind::Nested(token, _)) => {
                    Some(token.span)
                }
                _ => None,
            },
            _ => Some(span),
        };
    }
    let Some(around) = around.filter(|around| around.span.touches(span)) else {
        return Some(span);
    };
    let doubt = match &around.kind {
        ExprKind::Clause(clause) => match first_value(query, clause) {
            Some(start) if span.start >= start => span,
            _ => around.span,
        },
        ExprKind::FreeText(_) | ExprKind::Error => around.span,
        // An error of its token, or of its opening parenthesis.
        ExprKind::Nested(_, inside) if span.start < query.expr(*inside).span.start => around.span,
        _ => span,
    };
    // Where it ends is not known. Of parentheses without a token that changes nothing inside of them.
    let is_open = match kind {
        ParseErrorKind::UnclosedQuote { .. } => true,
        ParseErrorKind::UnclosedParenthesis => matches!(around.kind, ExprKind::Nested(..)),
        _ => false,
    };
    let end = if is_open {
        query.text.len() as u32
    } else {
        span.end
    };
    Some(doubt.to(Span::new(span.start, end)))
}

/// Where the values of a list or a group begin, after its opening bracket.
fn first_value(query: &Query, clause: &Clause) -> Option<u32> {
    let first = match &clause.condition {
        Condition::List(values) => values.first(),
        Condition::Group(alternatives) => alternatives.first()?.first(),
        _ => None,
    }?;
    let before = Span::new(clause.token.span.end, first.span.start);
    let bracket = before.of(&query.text).find(['[', '(']);
    Some(bracket.map_or(before.end, |at| before.start + at as u32 + 1))
}
