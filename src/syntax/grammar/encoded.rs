//! A filter that was escaped for a place that it no longer is in: for HTML, for JSON or a shell, for
//! a URL.

use super::Parser;
use crate::diagnostic::{Applicability, Edit};
use crate::limits::Limits;
use crate::span::Span;
use crate::syntax::ast::{Condition, ExprKind, Literal, Query, Quoting};
use crate::syntax::error::{Mistake, ParseErrorKind};
use crate::syntax::lex::{self, Encoding};

const ENCODINGS: [Encoding; 3] = [Encoding::Percent, Encoding::Html, Encoding::Backslashes];

/// How often a text may have been escaped.
const LEVELS: usize = 4;

/// How many mistakes of a decoded text are fixed to see whether it is a filter.
const REPAIRS: usize = 8;

/// Reads a text. If it is a filter that is escaped, that is what is wrong with it.
pub(super) fn read(text: &str, limits: &Limits) -> (Query, Vec<Mistake>) {
    let (query, mut mistakes) = Parser::new(text, limits).query();
    let is_over = |mistake: &Mistake| {
        let kind = &mistake.kind;
        kind.leaves_nothing() && !matches!(kind, ParseErrorKind::EncodedText { .. })
    };
    if !may_have_escapes(text) || mistakes.iter().any(is_over) {
        return (query, mistakes);
    }
    let is_reported =
        |mistake: &&mut Mistake| matches!(mistake.kind, ParseErrorKind::EncodedText { .. });
    let whole = Span::new(0, text.len() as u32);
    if let Some(mistake) = mistakes.iter_mut().find(is_reported) {
        let decoded = decoded(text, limits, None);
        mistake.edit = decoded.map(|(_, _, text)| Edit::replace(whole, text));
        return (query, mistakes);
    }
    if any_decoded(text).is_none() {
        return (query, mistakes);
    }
    let shape = match mistakes.is_empty() {
        true => Shape::of(&query),
        false => filter(text, limits).map_or(Shape::NONE, |(shape, _)| shape),
    };
    let Some((encoding, span, decoded)) = decoded(text, limits, Some(shape)) else {
        return (query, mistakes);
    };
    let kind = ParseErrorKind::EncodedText {
        target: encoding.name(),
    };
    let edit = Some(Edit::replace(whole, decoded));
    (Query::unread(text), vec![Mistake { kind, span, edit }])
}

/// How many mistakes a text has. That it is escaped is one, and looked for only where there is none: of more
/// mistakes it could only make one.
pub(super) fn count(text: &str, limits: &Limits) -> usize {
    match Parser::new(text, limits).query().1.len() {
        0 => read(text, limits).1.len(),
        count => count,
    }
}

/// Whether there can be an escape in a text.
fn may_have_escapes(text: &str) -> bool {
    text.contains(['%', '&', '\\', '+'])
}

/// The filter that a text is once it is decoded, if that has more to it than this shape: what it was escaped for,
/// where, and its text.
fn decoded(text: &str, limits: &Limits, shape: Option<Shape>) -> Option<(Encoding, Span, String)> {
    let mut best: Option<(Shape, Encoding, Span, String)> = None;
    for encoding in ENCODINGS {
        for decoding in encoding.decodings(text) {
            let Some(first) = decoding.decode(text) else {
                continue;
            };
            let (at, len) = first.first;
            let span = Span::new(at as u32, (at + len) as u32);
            let mut decoded = first.text;
            for _ in 0..LEVELS {
                let least = best.as_ref().map(|(shape, ..)| *shape).or(shape);
                if let Some((found, repaired)) = filter(&decoded, limits)
                    && least.is_none_or(|least| found > least)
                {
                    best = Some((found, encoding, span, repaired));
                }
                match any_decoded(&decoded) {
                    Some(again) => decoded = again,
                    None => break,
                }
            }
        }
    }
    best.map(|(_, encoding, span, text)| (encoding, span, text))
}

/// A text without the escapes of the first kind that it has.
fn any_decoded(text: &str) -> Option<String> {
    let mut all = ENCODINGS.into_iter().flat_map(|it| it.decodings(text));
    Some(all.find_map(|decoding| decoding.decode(text))?.text)
}

/// The filter that a text is, or becomes by the safe fixes of its mistakes.
fn filter(text: &str, limits: &Limits) -> Option<(Shape, String)> {
    let mut text = text.to_owned();
    let mut left = usize::MAX;
    for _ in 0..=REPAIRS {
        let (query, mistakes) = Parser::new(&text, limits).query();
        if mistakes.is_empty() {
            return query.root.map(|_| (Shape::of(&query), text));
        }
        if mistakes.len() >= left {
            return None;
        }
        left = mistakes.len();
        let fixes = mistakes.into_iter().filter_map(|mistake| {
            let code = mistake.kind.code();
            Some(code.fix_of(mistake.edit?))
        });
        let mut safe = fixes.filter(|fix| fix.applicability() == Applicability::Safe);
        text = safe.next()?.apply(&text);
    }
    None
}

/// How much of the language there is in a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// Conditions with a token.
    clauses: usize,
    /// Quotes, brackets and comparisons.
    marks: usize,
}

impl Shape {
    /// The shape of what is no filter: whatever has a condition with a token is better.
    const NONE: Shape = Shape {
        clauses: 0,
        marks: usize::MAX,
    };

    fn of(query: &Query) -> Shape {
        let mut shape = Shape::default();
        let is_quoted = |literal: &Literal| usize::from(literal.quoting != Quoting::Bare);
        for expr in &query.exprs {
            match &expr.kind {
                ExprKind::FreeText(literal) => shape.marks += is_quoted(literal),
                ExprKind::Nested(..) => shape.clauses += 1,
                ExprKind::Clause(clause) => {
                    shape.clauses += 1;
                    shape.marks += match &clause.condition {
                        Condition::Value(literal) => is_quoted(literal),
                        Condition::List(literals) => {
                            let quoted: usize = literals.iter().map(is_quoted).sum();
                            literals.len() + quoted
                        }
                        Condition::Range(range) => {
                            2 + is_quoted(&range.lower) + is_quoted(&range.upper)
                        }
                        Condition::Compare(_, literal) => 1 + is_quoted(literal),
                        Condition::Group(groups) => groups.iter().flatten().map(is_quoted).sum(),
                        Condition::Null { .. } => 1,
                    };
                }
                _ => {}
            }
        }
        shape
    }
}

impl Parser<'_> {
    /// Whether a word that starts here shows that the whole filter is escaped. Reports it, and reads no
    /// further: nothing that follows is what it looks like.
    pub(super) fn is_encoded(&mut self, free: bool) -> bool {
        let (encoding, at) = match self.peek() {
            Some('\\') => {
                let after = self.rest.trim_start_matches('\\');
                if !after.starts_with(['"', '\'', '`']) {
                    return false;
                }
                (Encoding::Backslashes, 0)
            }
            _ if free => match encoded_operator(self.rest) {
                Some(found) => found,
                None => return false,
            },
            _ => return false,
        };
        self.report_encoded(encoding, at)
    }

    /// The same for an escape of HTML in the next bytes.
    pub(super) fn has_entity(&mut self, len: usize) -> bool {
        let word = self.rest.get(..len).unwrap_or_default();
        let mut places = word.match_indices('&').map(|(at, _)| at);
        let rest = self.rest;
        let is_escape = |at: &usize| {
            rest.get(*at..)
                .and_then(|rest| Encoding::Html.escape(rest))
                .is_some()
        };
        match places.find(is_escape) {
            Some(at) => self.report_encoded(Encoding::Html, at),
            None => false,
        }
    }

    /// The same for two escaped quotes in the next bytes.
    pub(super) fn has_escaped_quotes(&mut self, len: usize) -> bool {
        let word = self.rest.get(..len).unwrap_or_default();
        let places = word.match_indices('\\').map(|(at, _)| at);
        let mut quotes = places.filter(|at| {
            let after = word.get(at + 1..).unwrap_or_default();
            after.starts_with(['"', '\'', '`'])
        });
        match (quotes.next(), quotes.next()) {
            (Some(at), Some(_)) => self.report_encoded(Encoding::Backslashes, at),
            _ => false,
        }
    }

    fn report_encoded(&mut self, encoding: Encoding, at: usize) -> bool {
        let escape = self.rest.get(at..).and_then(|rest| encoding.escape(rest));
        let Some((len, _)) = escape else {
            return false;
        };
        let start = self.at() + at as u32;
        let span = Span::new(start, start + len as u32);
        let kind = ParseErrorKind::EncodedText {
            target: encoding.name(),
        };
        self.error(kind, span);
        self.halted = true;
        true
    }
}

/// An escaped operator after a name: `state%3A`, `severity&gt;`. Returns its offset.
fn encoded_operator(input: &str) -> Option<(Encoding, usize)> {
    let (after, _) = lex::token_name(input).ok()?;
    let at = input.len() - after.len();
    let encoding = match after.starts_with('%') {
        true => Encoding::Percent,
        false => Encoding::Html,
    };
    let (_, meant) = encoding.escape(after)?;
    let first = meant.as_slice().first();
    first
        .is_some_and(|byte| b":<>=!".contains(byte))
        .then_some((encoding, at))
}
