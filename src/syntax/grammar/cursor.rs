//! What every production stands on: the place in the text, the tree so far, the mistakes so far.

use nom::error::Error;

use super::{Frame, Parser};
use crate::span::{Fix, Span};
use crate::syntax::ast::{Expr, ExprId, ExprKind, Literal, Quoting};
use crate::syntax::error::{ParseError, ParseErrorKind, ParseErrors};
use crate::syntax::lex;

impl<'s> Parser<'s> {
    fn add(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.exprs.push(Expr { span, kind });
        id
    }

    /// A clause or a value, counted against the limit.
    pub(super) fn push_clause(&mut self, span: Span, kind: ExprKind) {
        let limit = self.limits.clauses;
        if self.clauses == limit {
            self.error(ParseErrorKind::TooManyClauses { limit }, span);
        }
        self.clauses += 1;
        if matches!(kind, ExprKind::Clause(_)) {
            self.mark_clause();
        }
        self.push(span, kind);
    }

    pub(super) fn mark_clause(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.has_clauses = true;
        }
    }

    /// A condition with the `NOT`s before it.
    pub(super) fn push(&mut self, span: Span, kind: ExprKind) {
        let mut id = self.add(span, kind);
        let nots = self
            .frames
            .last_mut()
            .map(|frame| std::mem::take(&mut frame.nots));
        for not in nots.into_iter().flatten().rev() {
            self.depth -= 1;
            id = self.add(not.to(span), ExprKind::Not(id));
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.and.push(id);
            frame.operator = None;
        }
        self.expects_condition = false;
    }

    /// In place of a condition that could not be read; its error is reported already.
    pub(super) fn push_broken(&mut self, start: u32) {
        let span = self.since(start);
        let (quoting, text) = (Quoting::Bare, "".into());
        let literal = Literal {
            span,
            quoting,
            text,
        };
        self.push(span, ExprKind::FreeText(literal));
    }

    pub(super) fn close_and(&mut self, frame: &mut Frame) {
        let ids = std::mem::take(&mut frame.and);
        if let Some(id) = self.join_ids(ids, ExprKind::And) {
            frame.or.push(id);
        }
    }

    pub(super) fn finish(&mut self, frame: &mut Frame) -> Option<ExprId> {
        self.close_and(frame);
        self.join_ids(std::mem::take(&mut frame.or), ExprKind::Or)
    }

    /// One expression for all of these, or the only one.
    fn join_ids(&mut self, ids: Vec<ExprId>, kind: fn(Vec<ExprId>) -> ExprKind) -> Option<ExprId> {
        let span = |id: &ExprId| self.exprs.get(id.0 as usize).map(|expr| expr.span);
        match (ids.first(), ids.last()) {
            (Some(first), Some(last)) if first != last => {
                let span = span(first)?.to(span(last)?);
                Some(self.add(span, kind(ids)))
            }
            (first, _) => first.copied(),
        }
    }

    pub(super) fn at(&self) -> u32 {
        (self.text.len() - self.rest.len()) as u32
    }

    pub(super) fn since(&self, start: u32) -> Span {
        Span::new(start, self.at())
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    pub(super) fn take(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    pub(super) fn eat<T>(
        &mut self,
        mut leaf: impl nom::Parser<&'s str, Output = T, Error = Error<&'s str>>,
    ) -> Option<T> {
        let (rest, found) = leaf.parse(self.rest).ok()?;
        self.rest = rest;
        Some(found)
    }

    /// Blanks; what only looks like one is a mistake.
    pub(super) fn blanks(&mut self) {
        loop {
            let _ = self.eat(lex::blanks);
            let Some(found) = self.peek().filter(|c| lex::is_foreign_blank(*c)) else {
                return;
            };
            let start = self.at();
            self.take(found.len_utf8());
            let span = self.since(start);
            let kind = ParseErrorKind::UnicodeBlank { found };
            self.error_with_fix(kind, span, Fix::replace(span, " "));
        }
    }

    /// Skips what cannot be read, up to the next Boolean word or the end of the group.
    pub(super) fn skip_to_boolean_word(&mut self) {
        loop {
            let _ = self.eat(lex::blanks);
            let Some(c) = self.peek().filter(|c| *c != ')') else {
                return;
            };
            if lex::boolean_word(self.rest).is_ok() {
                return;
            }
            let inside = self.rest.get(c.len_utf8()..).unwrap_or_default();
            let quoted = lex::opening_quote(c)
                .and_then(|(quote, straight)| lex::quoted(inside, quote, straight));
            match quoted {
                Some((after, _)) => self.rest = after,
                None if self.eat(lex::skip_word).is_some() => {}
                None => self.take(c.len_utf8()),
            }
        }
    }

    /// Goes one level deeper, unless that is one too many.
    pub(super) fn deeper(&mut self, span: Span) -> bool {
        let limit = self.limits.nesting;
        if self.depth >= limit {
            self.error(ParseErrorKind::NestingTooDeep { limit }, span);
            self.halted = true;
        } else {
            self.depth += 1;
        }
        !self.halted
    }

    pub(super) fn error(&mut self, kind: ParseErrorKind, span: Span) {
        self.report(ParseError::new(kind, span));
    }

    pub(super) fn error_with_fix(&mut self, kind: ParseErrorKind, span: Span, fix: Fix) {
        self.report(ParseError::new(kind, span).with_fix(fix));
    }

    fn report(&mut self, error: ParseError) {
        self.errors.push(error);
        self.halted |= self.errors.len() >= ParseErrors::MOST;
    }
}
