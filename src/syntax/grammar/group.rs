//! Parentheses: a group of conditions, or an operand that turns out to be a nested group or a group of
//! values when it is closed.

use super::{Frame, FrameKind, Parser, Stray};
use crate::span::Span;
use crate::syntax::ast::{Clause, Condition, Expr, ExprId, ExprKind, TokenName};
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
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        self.depth -= 1;
        let empty = self.expects_condition && frame.operator.is_none() && frame.nots.is_empty();
        if empty {
            let span = frame.open.to(self.since(start));
            self.error(ParseErrorKind::EmptyParentheses, span);
        } else {
            self.missing_after(&frame);
        }
        let inside = self.finish(&mut frame);
        match (inside, frame.kind) {
            (Some(inside), FrameKind::Operand(token)) => {
                let span = self.since(token.span.start);
                if frame.has_clauses {
                    self.nested(span, token, inside, frame.first_stray);
                } else {
                    self.group(span, token, inside, frame.first_stray, frame.first_expr);
                }
            }
            (Some(inside), _) => {
                if let Some(around) = self.frames.last_mut() {
                    around.has_clauses |= frame.has_clauses;
                }
                let span = self.since(frame.open.start);
                self.push(span, ExprKind::Parentheses(inside));
            }
            (None, _) => self.push_broken(frame.open.start),
        }
    }

    /// `nested = "(" , or_expr , ")"`
    fn nested(&mut self, span: Span, token: TokenName, inside: ExprId, first_stray: usize) {
        for stray in self.strays.split_off(first_stray) {
            if let Stray::FreeText(span) = stray {
                self.error(ParseErrorKind::FreeTextInNested, span);
            }
        }
        self.push(span, ExprKind::Nested(token, inside));
        self.mark_clause();
    }

    /// `group = "(" , value , { (OR|AND) , value } , ")"`
    fn group(&mut self, span: Span, token: TokenName, inside: ExprId, stray: usize, first: usize) {
        for stray in self.strays.split_off(stray) {
            match stray {
                Stray::FreeText(_) => {}
                Stray::Not(span) => self.error(ParseErrorKind::NotInGroup, span),
                Stray::Parentheses(span) => self.error(ParseErrorKind::ParenthesesInGroup, span),
            }
        }
        let ids = |id: ExprId| -> Vec<ExprId> {
            match self.exprs.get(id.0 as usize).map(|expr| &expr.kind) {
                Some(ExprKind::And(ids)) => ids.clone(),
                _ => vec![id],
            }
        };
        let alternatives: Vec<Vec<ExprId>> = match self.exprs.get(inside.0 as usize) {
            Some(Expr {
                kind: ExprKind::Or(or),
                ..
            }) => or.iter().map(|id| ids(*id)).collect(),
            _ => vec![ids(inside)],
        };
        let literal = |id: &ExprId| match self.exprs.get(id.0 as usize)?.kind {
            ExprKind::FreeText(ref literal) => Some(literal.clone()),
            _ => None,
        };
        let values = alternatives
            .iter()
            .map(|ids| ids.iter().filter_map(literal).collect());
        let condition = Condition::Group(values.collect());
        self.exprs.truncate(first);
        self.push(span, ExprKind::Clause(Clause { token, condition }));
        self.mark_clause();
    }
}
