//! Parentheses: a group of conditions, or an operand that turns out to be a nested group or a group of
//! values when it is closed.

use super::{Frame, FrameKind, Parser, Stray};
use crate::span::Span;
use crate::syntax::ast::{Clause, Condition, ExprId, ExprKind, Literal, TokenName};
use crate::syntax::error::ParseErrorKind;

impl Parser<'_> {
    pub(super) fn open(&mut self, kind: FrameKind, start: u32) {
        let open_at = self.at();
        let length = self.peek().map_or(0, char::len_utf8) as u32;
        let open = Span::new(open_at, open_at + length);
        if !self.deeper(open) {
            return;
        }
        self.take_symbol();
        let inside = self.frames.last().is_some_and(|frame| frame.in_operand);
        if inside && matches!(kind, FrameKind::Parentheses) {
            self.strays
                .push(Stray::Parentheses(Span::new(start, self.at())));
        }
        let mut frame = Frame::new(kind, open);
        frame.in_operand = inside || matches!(frame.kind, FrameKind::Operand(_));
        frame.first_expr = self.exprs.len();
        frame.first_stray = self.strays.len();
        self.frames.push(frame);
        self.expects_condition = true;
    }

    pub(super) fn close(&mut self) {
        let start = self.at();
        if self.frames.len() == 1 {
            // Not a mistake of its own if it looks like one: it may be text.
            self.take(self.peek().map_or(0, char::len_utf8));
            match self.forgiven.checked_sub(1) {
                Some(forgiven) => self.forgiven = forgiven,
                None => self.error(ParseErrorKind::UnmatchedParenthesis, self.since(start)),
            }
            return;
        }
        self.take_symbol();
        let empty = self.frames.last().is_some_and(|frame| {
            self.expects_condition && frame.operator.is_none() && frame.nots.is_empty()
        });
        if empty && let Some(frame) = self.frames.last() {
            let span = frame.open.to(self.since(start));
            self.error(ParseErrorKind::EmptyParentheses, span);
        } else {
            self.missing_after(start);
        }
        if let Some(frame) = self.frames.pop() {
            self.depth -= 1;
            self.leave(frame, true);
        }
    }

    /// Adds a finished group to the expression around it. In a group that is not closed, what does not
    /// belong there is not reported: the missing end may be before it.
    pub(super) fn leave(&mut self, mut frame: Frame, is_closed: bool) {
        let inside = self.finish(&mut frame);
        let mut strays = match frame.kind {
            FrameKind::Operand(_) => self.strays.split_off(frame.first_stray),
            _ => Vec::new(),
        };
        if !is_closed {
            strays.clear();
        }
        match (inside, frame.kind) {
            (Some(inside), FrameKind::Operand(token)) => {
                let span = self.since(token.span.start);
                if frame.has_clauses {
                    self.nested(span, token, inside, strays);
                } else {
                    self.group(span, token, inside, strays, frame.first_expr);
                }
            }
            (Some(inside), _) => {
                if let Some(around) = self.frames.last_mut() {
                    around.has_clauses |= frame.has_clauses;
                }
                let span = self.since(frame.open.start);
                self.push(span, ExprKind::Parentheses(inside));
            }
            (None, FrameKind::Operand(token)) => self.push_error(token.span.start),
            (None, _) => self.push_error(frame.open.start),
        }
    }

    /// `nested = "(" , or_expr , ")"`
    fn nested(&mut self, span: Span, token: TokenName, inside: ExprId, strays: Vec<Stray>) {
        for stray in strays {
            if let Stray::FreeText(span) = stray {
                self.error(ParseErrorKind::FreeTextInNested, span);
            }
        }
        self.push(span, ExprKind::Nested(token, inside));
        self.mark_clause();
    }

    /// `group = "(" , value , { (OR|AND) , value } , ")"`
    fn group(
        &mut self,
        span: Span,
        token: TokenName,
        inside: ExprId,
        strays: Vec<Stray>,
        first: usize,
    ) {
        for stray in strays {
            match stray {
                Stray::FreeText(_) => {}
                Stray::Not(span) => self.error(ParseErrorKind::NotInGroup, span),
                Stray::Parentheses(span) => self.error(ParseErrorKind::ParenthesesInGroup, span),
            }
        }
        let alternatives = match self.exprs.get(inside.index()).map(|expr| &expr.kind) {
            Some(ExprKind::Or(or)) => or.as_slice(),
            _ => &[inside],
        };
        let values = alternatives.iter().map(|id| self.values_below(*id));
        let values: Vec<Vec<Literal>> = values.filter(|values| !values.is_empty()).collect();
        self.exprs.truncate(first);
        let kind = match values.is_empty() {
            true => ExprKind::Error,
            false => {
                let condition = Condition::Group(values);
                ExprKind::Clause(Clause { token, condition })
            }
        };
        self.push(span, kind);
        self.mark_clause();
    }

    /// The values of an expression in the order of the text, also those in a `NOT` or in parentheses, which do not
    /// belong there.
    fn values_below(&self, id: ExprId) -> Vec<Literal> {
        let mut values = Vec::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let Some(expr) = self.exprs.get(id.index()) else {
                continue;
            };
            match &expr.kind {
                ExprKind::FreeText(literal) => values.push(literal.clone()),
                kind => todo.extend(kind.children().iter().rev()),
            }
        }
        values
    }
}
