//! What is between two conditions: `AND`, `OR`, or what was written in its place.

use super::{Parser, capital};
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{Condition, ExprKind, Quoting};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::lex::{self, Foreign};

/// How many of the preceding conditions are searched for one that excludes the next.
const NEAR: usize = 4;

/// Words that join conditions elsewhere.
const JOINING: [&str; 18] = [
    "xor", "nor", "nand", "but", "with", "plus", "then", "where", "having", "union", "except",
    "minus", "unless", "without", "und", "oder", "et", "ou",
];

impl Parser<'_> {
    /// `AND`, `OR`, a closing parenthesis, or a mistake.
    pub(super) fn operator(&mut self) {
        let start = self.at();
        if let Some(word) = self.eat(lex::boolean_word) {
            let word = capital(word);
            if word != "NOT" {
                return self.join(word, self.since(start));
            }
            // The `NOT` belongs to the condition after the operator that is missing.
            self.rest = self.text.get(start as usize..).unwrap_or_default();
        }
        let found = self.peek().unwrap_or_default();
        match lex::symbol(found) {
            ')' => self.close(),
            '&' if self.has_entity(1) => {}
            '&' | '|' if self.wrong_boolean() => {}
            ',' | ';' => {
                self.take(found.len_utf8());
                let span = self.since(start);
                let kind = ParseErrorKind::UnexpectedCharacter { found };
                // At the end nothing is to be joined.
                if lex::after_blanks(self.rest).is_empty() {
                    return self.error_with_fix(kind, span, Edit::replace(span, ""));
                }
                // A semicolon ends something in most languages, and joins nothing.
                match lex::symbol(found) == ',' && self.is_and_meant() {
                    true => {
                        let fix = self.words(span, "AND");
                        self.error_with_fix(kind, span, fix);
                    }
                    false => self.error(kind, span),
                }
                self.join("AND", span);
            }
            '&' | '|' | '+' | '^' => {
                self.take(found.len_utf8());
                let span = self.since(start);
                let operator = found.to_string();
                let kind = ParseErrorKind::ForeignOperator { operator };
                let (word, is_meant) = match lex::symbol(found) {
                    '|' => ("OR", self.is_between_clauses()),
                    c => ("AND", c == '&' && self.is_and_meant()),
                };
                match is_meant {
                    true => {
                        let fix = self.words(span, word);
                        self.error_with_fix(kind, span, fix);
                    }
                    false => self.error(kind, span),
                }
                self.join(word, span);
            }
            '[' | ']' | ':' | '<' | '>' | '=' => {
                self.take(found.len_utf8());
                let kind = ParseErrorKind::UnexpectedCharacter { found };
                self.error(kind, self.since(start));
                self.skip_to_boolean_word();
                self.push_error(start);
            }
            _ => {
                let word =
                    lex::skip_word(self.rest).map_or(found.len_utf8(), |(_, word)| word.len());
                let span = Span::new(start, start + word as u32);
                // On a line of its own it may be another filter.
                let before = self.text.get(..start as usize).unwrap_or_default();
                let gap = before.trim_end_matches(|c| lex::is_blank(c) || lex::is_no_text(c));
                let is_next_line = before
                    .get(gap.len()..)
                    .is_some_and(|gap| gap.contains('\n'));
                // What joins conditions elsewhere is read as part of the value before it.
                if let Some((foreign, Foreign::Sign | Foreign::Word)) = self.foreign_before()
                    && !is_next_line
                {
                    let operator = foreign.of(self.text).to_owned();
                    self.error(ParseErrorKind::ForeignOperator { operator }, foreign);
                    return self.join("AND", Span::new(start, start));
                }
                let kind = ParseErrorKind::MissingOperator;
                match self.is_and_meant() && !is_next_line {
                    true => {
                        let here = Span::new(start, start);
                        let fix = self.words(here, "AND");
                        let blank = if fix.text.ends_with(' ') { "" } else { " " };
                        let fix = Edit::replace(here, format!("{}{blank}", fix.text));
                        self.error_with_fix(kind, span, fix);
                    }
                    false => self.error(kind, span),
                }
                self.join("AND", Span::new(start, start));
            }
        }
    }

    /// Whether this is between a whole clause or group and another.
    fn is_between_clauses(&self) -> bool {
        let last = self.frames.last().and_then(|frame| frame.and.last());
        let last = last.and_then(|id| self.exprs.get(id.0 as usize));
        let is_part = |kind: &ExprKind| matches!(kind, ExprKind::FreeText(_) | ExprKind::Error);
        let mut last = last;
        while let Some(ExprKind::Not(inside)) = last.map(|expr| &expr.kind) {
            last = self.exprs.get(inside.index());
        }
        let is_whole = last.is_some_and(|expr| !is_part(&expr.kind));
        let mut next = lex::after_blanks(self.rest);
        if let Ok((after, word)) = lex::boolean_word(next)
            && word.eq_ignore_ascii_case("not")
        {
            next = lex::after_blanks(after);
        }
        // A value may end in a word that would be one of the language with a blank after it.
        let is_word = self.ends_like_a_word(self.at()) || self.foreign_before().is_some();
        is_whole && !is_word && (next.starts_with('(') || lex::clause_start(next).is_ok())
    }

    /// A word or sign of another language in the bare value before this, or one at its end that joins conditions there.
    fn foreign_before(&self) -> Option<(Span, Foreign)> {
        let last = self.frames.last()?.and.last()?;
        let literal = match &self.exprs.get(last.index())?.kind {
            ExprKind::Clause(clause) => match &clause.condition {
                Condition::Value(literal) | Condition::Compare(_, literal) => literal,
                Condition::List(literals) => literals.last()?,
                _ => return None,
            },
            ExprKind::FreeText(literal) => literal,
            _ => return None,
        };
        if literal.quoting != Quoting::Bare {
            return None;
        }
        let span = |start: usize, end: usize| {
            let at = literal.span.start;
            Span::new(at + start as u32, at + end as u32)
        };
        let end = literal.text.len();
        let last = literal
            .text
            .rsplit(lex::is_blank)
            .next()
            .unwrap_or_default();
        if last.len() < end && JOINING.iter().any(|it| last.eq_ignore_ascii_case(it)) {
            return Some((span(end - last.len(), end), Foreign::Sign));
        }
        let (found, how) = lex::foreign(&literal.text)?;
        Some((span(found.start, found.end), how))
    }

    /// Whether the text up to a place ends in a word of the language.
    fn ends_like_a_word(&self, at: u32) -> bool {
        let before = self.text.get(..at as usize).unwrap_or_default();
        let before = before.trim_end_matches(|c: char| ",;&|+^ ".contains(lex::symbol(c)));
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
        let is = |text: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(text));
        ["and", "or", "not", "is"].into_iter().any(is)
    }

    /// Whether `AND` between a clause and another can be what is meant: two values of one token hold
    /// for nothing.
    fn is_and_meant(&self) -> bool {
        self.is_between_clauses() && !self.is_excluded_by_one_near()
    }

    /// Whether the clause that comes next has a value for a token that has another just before.
    fn is_excluded_by_one_near(&self) -> bool {
        let next = lex::after_blanks(self.rest);
        let Ok((after, name)) = lex::clause_start(next) else {
            return false;
        };
        if lex::operator(lex::after_blanks(after)).is_none_or(|operator| operator.ascii != ":") {
            return false;
        }
        let conditions = self.frames.last().map(|frame| frame.and.as_slice());
        let mut near = conditions.unwrap_or_default().iter().rev().take(NEAR);
        near.any(
            |id| match self.exprs.get(id.0 as usize).map(|expr| &expr.kind) {
                Some(ExprKind::Clause(clause)) => {
                    clause.token.text.eq_ignore_ascii_case(name)
                        && matches!(
                            clause.condition,
                            Condition::Value(_) | Condition::List(_) | Condition::Group(_)
                        )
                }
                _ => false,
            },
        )
    }

    /// `&&` or `||` in place of a word.
    pub(super) fn wrong_boolean(&mut self) -> bool {
        let mut chars = self.rest.chars();
        let first = chars.next().map(lex::symbol);
        let (kind, word) = match (first, chars.next().map(lex::symbol)) {
            (Some('&'), Some('&')) => (ParseErrorKind::DoubleAmpersand, "AND"),
            (Some('|'), Some('|')) => (ParseErrorKind::DoubleBar, "OR"),
            _ => return false,
        };
        let start = self.at();
        self.rest = chars.as_str();
        let span = self.since(start);
        // Before the first condition the word would be as wrong.
        match self.expects_condition || self.ends_like_a_word(start) {
            true => self.error(kind, span),
            false => {
                let fix = self.words(span, word);
                self.error_with_fix(kind, span, fix);
            }
        }
        self.join(word, span);
        true
    }

    fn join(&mut self, word: &'static str, span: Span) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        frame.operator = Some((word, span));
        if word == "OR" {
            self.close_and(&mut frame);
        }
        self.frames.push(frame);
        self.expects_condition = true;
    }

    /// An operator or a `NOT` at the end of a group, which is at this place, with nothing after it.
    pub(super) fn missing_after(&mut self, end: u32) {
        let Some(frame) = self.frames.last().filter(|_| self.expects_condition) else {
            return;
        };
        let not = frame.nots.last().map(|span| ("NOT", *span));
        if let Some((word, span)) = not.or(frame.operator) {
            let before = false;
            self.error(ParseErrorKind::MissingCondition { word, before }, span);
            self.push(Span::new(end, end), ExprKind::Error);
        }
    }
}
