//! A clause: a token's name, an operator, and the operand after it.

use super::{FrameKind, Parser};
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{Clause, Comparison, Condition, ExprKind, Literal, TokenName};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::is_token_name;
use crate::syntax::lex::{self, Operator, Place, WrongStart};

impl Parser<'_> {
    /// `clause = token , ( IS , [ NOT ] , NULL | ":" , operand | comparison , scalar )`
    pub(super) fn clause(&mut self, token: TokenName) {
        self.blanks();
        if let Some(negated) = self.null_test() {
            let span = self.since(token.span.start);
            let condition = Condition::Null { negated };
            return self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
        }
        let start = self.at();
        let Some(operator) = lex::operator(self.rest) else {
            return self.operand(token, ":");
        };
        self.take(operator.len);
        let span = self.since(start);
        if let Some(comparison) = lex::comparison(operator.ascii) {
            self.right_operator(span, operator);
            return self.comparison(token, comparison);
        }
        match operator.ascii {
            ":" => {
                self.right_operator(span, operator);
                self.after_colon(token, start)
            }
            ":=" => {
                let fix = Edit::replace(span, " = ");
                self.error_with_fix(ParseErrorKind::ColonComparison, span, fix);
                self.comparison(token, Comparison::Equal);
            }
            "=>" => self.reversed(token, span, "=>", Comparison::AtLeast),
            "=<" => self.reversed(token, span, "=<", Comparison::AtMost),
            wrong => {
                self.wrong_operator(&token, span, wrong);
                self.operand(token, ":");
            }
        }
    }

    /// An operator that is right if it is written in ASCII.
    fn right_operator(&mut self, span: Span, operator: Operator) {
        if operator.is_foreign {
            let fix = Edit::replace(span, operator.ascii);
            self.unicode_operator(span, operator.ascii, fix);
        }
    }

    /// The operand after a colon, unless another operator is there.
    fn after_colon(&mut self, token: TokenName, colon: u32) {
        self.blanks();
        let second = lex::operator(self.rest).filter(|operator| operator.ascii != ":");
        let Some(operator) = second else {
            return match is_exists(&token.text) || self.is_existence(&token.text) {
                true => self.exists(&token),
                false => match lex::wrong_start(self.rest) {
                    Some((len, found)) => self.wrong_start(token, colon, len, found),
                    None => self.operand(token, ":"),
                },
            };
        };
        let start = self.at();
        self.take(operator.len);
        let Some(comparison) = lex::comparison(operator.ascii) else {
            let span = self.since(start);
            self.wrong_operator(&token, span, operator.ascii);
            return self.operand(token, ":");
        };
        let span = self.since(colon);
        let fix = Edit::replace(span, format!(" {} ", comparison.as_str()));
        self.error_with_fix(ParseErrorKind::ColonComparison, span, fix);
        self.comparison(token, comparison);
    }

    /// Whether `exists` is asked of a token, whose name has a dot in it and so is hardly a value.
    fn is_existence(&self, name: &str) -> bool {
        let value = lex::token_name(self.rest);
        name.eq_ignore_ascii_case("exists")
            && value.is_ok_and(|(after, value)| {
                let after = lex::after_blanks(after);
                let ends =
                    after.is_empty() || after.starts_with(')') || lex::boolean_word(after).is_ok();
                value.contains('.') && ends
            })
    }

    /// An operator of another language after the colon: `name:in ["a"]`.
    fn wrong_start(&mut self, token: TokenName, colon: u32, len: usize, found: WrongStart) {
        let start = self.at();
        self.take(len);
        let span = self.since(start);
        let word = span.of(self.text).to_owned();
        match found {
            WrongStart::In if self.rest.trim_start_matches(lex::is_blank).starts_with('[') => {
                self.blanks();
                let fix = Edit::replace(self.since(colon), ":");
                self.error_with_fix(ParseErrorKind::InList, span, fix);
                self.operand(token, ":");
            }
            WrongStart::In => self.in_list(token, span, false),
            WrongStart::Between => self.between(token, span, false),
            WrongStart::Braces => {
                let inside = word.trim_matches(['{', '}', ']']);
                let range = inside.split_once(" TO ").map(|(lower, upper)| {
                    let close = if word.ends_with(']') { ']' } else { ')' };
                    format!("({} .. {}{close}", lower.trim(), upper.trim())
                });
                match range.filter(|_| !word.ends_with('\n')) {
                    Some(range) => {
                        let fix = Edit::replace(span, range);
                        self.error_with_fix(ParseErrorKind::RangeTo, span, fix);
                    }
                    None => self.error(ParseErrorKind::RangeTo, span),
                }
                self.push_error(token.span.start);
            }
            WrongStart::Tilde => {
                self.error(ParseErrorKind::ForeignOperator { operator: word }, span);
                self.operand(token, ":");
            }
            WrongStart::Word => {
                self.error(ParseErrorKind::WordOperator { word }, span);
                self.operand(token, ":");
            }
        }
    }

    fn reversed(
        &mut self,
        token: TokenName,
        span: Span,
        operator: &'static str,
        comparison: Comparison,
    ) {
        let fix = Edit::replace(span, comparison.as_str());
        self.error_with_fix(ParseErrorKind::ReversedComparison { operator }, span, fix);
        self.comparison(token, comparison);
    }

    /// An operator of other languages, which ends here.
    fn wrong_operator(&mut self, token: &TokenName, span: Span, ascii: &'static str) {
        let whole = Span::new(token.span.start, span.end);
        let kind = match ascii {
            "==" => ParseErrorKind::DoubleEquals,
            "!=" | "!==" | "<>" => ParseErrorKind::NotEquals { operator: ascii },
            _ => ParseErrorKind::ForeignOperator {
                operator: span.of(self.text).to_owned(),
            },
        };
        // The colon before it, if there is one, is removed with it.
        let between = Span::new(token.span.end, span.end);
        let before = Span::new(token.span.end, span.start).of(self.text);
        // With another operator after it, or without a token, it is not clear what is meant.
        if lex::operator(lex::after_blanks(self.rest)).is_some()
            || !is_token_name(&token.text)
            || is_exists(&token.text)
        {
            return self.error(kind, span);
        }
        match ascii {
            "==" | "===" | ":==" => {
                let fix = match before.contains(|c| lex::symbol(c) == ':') {
                    true => Edit::replace(between, ":"),
                    false => Edit::replace(span, ":"),
                };
                self.error_with_fix(kind, span, fix);
            }
            "!=" | "!==" | "<>" => {
                let fix = self.words_before(whole, &format!("NOT {}:", token.text));
                self.error_with_fix(kind, span, fix);
            }
            _ => self.error(kind, span),
        }
    }

    /// `token , comparison , scalar`
    pub(super) fn comparison(&mut self, token: TokenName, comparison: Comparison) {
        self.blanks();
        let start = self.at();
        if self.is_symbol('[') || self.is_symbol('(') {
            let mut chars = self.rest.chars();
            chars.find(|c| matches!(lex::symbol(*c), ']' | ')'));
            self.rest = chars.as_str();
            self.error(ParseErrorKind::ComparisonOperand, self.since(start));
            return self.push_error(token.span.start);
        }
        let Some(literal) = self.value(comparison.as_str()) else {
            return self.push_error(token.span.start);
        };
        let span = token.span.to(literal.span);
        let condition = Condition::Compare(comparison, literal);
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }

    /// `operand = range | list | nested | group | value`
    pub(super) fn operand(&mut self, token: TokenName, after: &'static str) {
        self.blanks();
        if self.is_symbol('[') {
            return self.brackets(token);
        }
        if self.is_symbol('(') {
            let start = token.span.start;
            return self.open(FrameKind::Operand(token), start);
        }
        let Some(literal) = self.value(after) else {
            return self.not_behind_colon(&token);
        };
        let span = token.span.to(literal.span);
        let condition = Condition::Value(literal);
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }

    /// After a colon without a value: a `NOT` there with its value is part of that mistake.
    fn not_behind_colon(&mut self, token: &TokenName) {
        let start = self.at();
        match self.eat(lex::boolean_word) {
            Some(word) if word.eq_ignore_ascii_case("not") => {
                self.blanks();
                let _ = self.scalar(Place::Value);
            }
            Some(_) => self.rest = self.text.get(start as usize..).unwrap_or_default(),
            None => {}
        }
        self.mark_clause();
        self.push_error(token.span.start);
    }

    /// The one value of a clause.
    pub(super) fn value(&mut self, after: &'static str) -> Option<Literal> {
        let start = self.at();
        while let Some(found) = self.peek().filter(|c| "[]<>=,!".contains(*c)) {
            let here = self.at();
            self.take(found.len_utf8());
            let kind = match found {
                '!' => ParseErrorKind::Exclamation,
                found => ParseErrorKind::UnexpectedCharacter { found },
            };
            self.error(kind, self.since(here));
            self.blanks();
        }
        let literal = self.scalar(Place::Value);
        if literal.is_none() && self.at() == start {
            // The place between the operator and what follows it, or its end.
            let end = self.text.get(..start as usize).unwrap_or_default();
            let end = end.trim_end_matches(|c| lex::is_blank(c) || lex::is_no_text(c));
            let operator = after.chars().count();
            let from = end.char_indices().rev().take(operator).last();
            let from = from.map_or(0, |(at, _)| at);
            let span = Span::new(from as u32, end.len() as u32);
            self.error(ParseErrorKind::MissingValue { after }, span);
        }
        literal
    }

    /// A quoted or bare value; nothing where none starts.
    pub(super) fn scalar(&mut self, place: Place) -> Option<Literal> {
        let c = self.peek()?;
        if lex::opening_quote(c).is_some() {
            return Some(self.quoted());
        }
        let none = match c {
            '[' | ']' | ')' | ',' | '<' | '>' | '=' | '!' => true,
            '&' | '|' => self.starts("&&") || self.starts("||"),
            c if !c.is_ascii() => self.ends_here(c, place),
            _ => lex::boolean_word(self.rest).is_ok(),
        };
        (!none).then(|| self.bare(place))
    }
}

/// Whether this is the token with which other languages ask whether there is a value.
fn is_exists(name: &str) -> bool {
    name == "_exists_" || name == "_missing_"
}
