//! A clause: a token's name, an operator, and the operand behind it.

use super::{FrameKind, Parser};
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{
    Clause, Comparison, Condition, ExprKind, Literal, Quoting, Range, TokenName,
};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::is_token_name;
use crate::syntax::lex::{self, Operator, Place};
use crate::syntax::print::{ends_like_a_word, quote};

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

    /// The operand behind a colon, unless another operator is there.
    fn after_colon(&mut self, token: TokenName, colon: u32) {
        self.blanks();
        let second = lex::operator(self.rest).filter(|operator| operator.ascii != ":");
        let Some(operator) = second else {
            return match is_exists(&token.text) {
                true => self.exists(&token),
                false => self.operand(token, ":"),
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
        // The colon before it, if there is one, goes away with it.
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
    fn comparison(&mut self, token: TokenName, comparison: Comparison) {
        self.blanks();
        let start = self.at();
        if self.is_symbol('[') || self.is_symbol('(') {
            let mut chars = self.rest.chars();
            chars.find(|c| matches!(lex::symbol(*c), ']' | ')'));
            self.rest = chars.as_str();
            self.error(ParseErrorKind::ComparisonOperand, self.since(start));
            return self.push_broken(token.span.start);
        }
        let Some(literal) = self.value(comparison.as_str()) else {
            return self.push_broken(token.span.start);
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
        self.push_broken(token.span.start);
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

    /// `range | list`, in brackets.
    fn brackets(&mut self, token: TokenName) {
        let start = self.at();
        self.take_symbol();
        let open = self.since(start);
        self.blanks();
        if self.is_symbol(']') {
            self.take_symbol();
            self.error(ParseErrorKind::EmptyList, self.since(start));
            return self.push_broken(token.span.start);
        }
        let first_at = self.at();
        let first = if lex::dots(self.rest, true).is_some() {
            Some(self.missing_bound())
        } else {
            self.scalar(Place::ItemOrBound)
        };
        self.blanks();
        if let Some(lower) = &first {
            if let Some(dots) = self.dots() {
                return self.range(token, lower.clone(), open, dots);
            }
            if let Some((lower, dots)) = self.range_to(lower, first_at) {
                return self.range(token, lower, open, dots);
            }
        }
        self.list(token, open, first, ']');
    }

    /// The habits `[a TO b]` and `[1 – 5]`: reads on behind the `TO` as if it were the dots of a range.
    fn range_to(&mut self, first: &Literal, first_at: u32) -> Option<(Literal, Span)> {
        let (lower, dots) = if first.quoting == Quoting::Bare {
            let bare = lex::bare(first.span.of(self.text), Place::Item, false);
            let (to, len) = bare.to?;
            let to_at = first_at + to as u32;
            let dots = Span::new(to_at, to_at + len as u32);
            let text = Span::new(first_at, to_at).of(self.text);
            let text = text.trim_end_matches(|c| lex::is_blank(c) || lex::is_foreign_blank(c));
            let span = Span::new(first_at, first_at + text.len() as u32);
            self.rest = self.text.get(dots.end as usize..)?;
            let (text, quoting) = (text.into(), Quoting::Bare);
            let lower = Literal {
                span,
                quoting,
                text,
            };
            (lower, dots)
        } else {
            let start = self.at();
            match self.peek().filter(|c| lex::is_dash(*c)) {
                Some(dash) => {
                    let rest = self.rest.get(dash.len_utf8()..)?;
                    if lex::dots(lex::after_blanks(rest), true).is_some() {
                        return None;
                    }
                    self.rest = rest;
                }
                None => drop(self.eat(lex::word("to"))?),
            }
            (first.clone(), self.since(start))
        };
        let found = dots.of(self.text).to_owned();
        let kind = match found.eq_ignore_ascii_case("to") {
            true => ParseErrorKind::RangeTo,
            false => ParseErrorKind::NotARange { found },
        };
        self.error_with_fix(kind, dots, Edit::replace(dots, ".."));
        Some((lower, dots))
    }

    /// `range = ("[" | "(") , bound , dots , bound , ("]" | ")")`, from behind the dots.
    pub(super) fn range(&mut self, token: TokenName, lower: Literal, open: Span, dots: Span) {
        self.blanks();
        let upper = self
            .scalar(Place::Bound)
            .unwrap_or_else(|| self.missing_bound());
        self.blanks();
        if lex::dots(self.rest, true).is_some() {
            self.third_bound();
        }
        let opening = open.of(self.text).chars().next().map(lex::symbol);
        let lower_included = opening == Some('[');
        let upper_included = self.is_symbol(']');
        let closed = upper_included || self.is_symbol(')');
        if closed {
            self.take_symbol();
        }
        let end = self.at();
        if !closed {
            let unclosed = match lower_included {
                true => ParseErrorKind::UnclosedBracket,
                false => ParseErrorKind::UnclosedParenthesis,
            };
            self.error(unclosed, open);
            self.skip_to_boolean_word();
        }
        let span = self.since(token.span.start);
        let is_open = |bound: &Literal| bound.span.is_empty() || &*bound.text == "*";
        match (is_open(&lower), is_open(&upper)) {
            (false, false) => {}
            (true, true) => self.error(ParseErrorKind::OpenBound, lower.span.to(upper.span)),
            (lower_open, _) => {
                let (missing, bound, operator) = match (lower_open, lower_included, upper_included)
                {
                    (true, _, true) => (&lower, &upper, "<="),
                    (true, _, false) => (&lower, &upper, "<"),
                    (false, true, _) => (&upper, &lower, ">="),
                    (false, false, _) => (&upper, &lower, ">"),
                };
                let starts = |c: char| "[]()<>=,!&|".contains(lex::symbol(c));
                let is_special = bound.quoting == Quoting::Bare && bound.text.starts_with(starts);
                let bound = match ends_like_a_word(bound) || is_special {
                    true => quote(&bound.text),
                    false => bound.to_string(),
                };
                let fixed = format!("{} {operator} {bound}", token.text);
                // What follows a range that is not closed would run on in the value.
                match closed {
                    true => {
                        let fix = self.words(Span::new(span.start, end), &fixed);
                        self.error_with_fix(ParseErrorKind::OpenBound, missing.span, fix);
                    }
                    false => self.error(ParseErrorKind::OpenBound, missing.span),
                }
            }
        }
        let condition = Condition::Range(Range {
            lower,
            lower_included,
            dots,
            upper,
            upper_included,
        });
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }

    /// More dots behind the second bound.
    fn third_bound(&mut self) {
        let start = self.at();
        let closing = |c| matches!(lex::symbol(c), ']' | ')');
        let until = self.rest.find(closing).unwrap_or(self.rest.len());
        self.take(until);
        self.error(ParseErrorKind::ThirdBound, self.since(start));
    }

    /// A place where a bound should stand.
    pub(super) fn missing_bound(&mut self) -> Literal {
        let span = Span::new(self.at(), self.at());
        let (quoting, text) = (Quoting::Bare, "".into());
        Literal {
            span,
            quoting,
            text,
        }
    }

    /// `list = "[" , value , { "," , value } , "]"`, from behind the first value. Gives whether it is
    /// closed.
    pub(super) fn list(
        &mut self,
        token: TokenName,
        open: Span,
        first: Option<Literal>,
        closing: char,
    ) -> bool {
        let mut items: Vec<Literal> = Vec::new();
        let mut item = first;
        let is_closed = loop {
            self.blanks();
            let here = self.at();
            match item.take() {
                Some(literal) => self.push_item(&mut items, literal),
                None if self.is_symbol(',') || self.is_symbol(closing) => {
                    let next = self.peek().map_or(0, char::len_utf8) as u32;
                    self.error(
                        ParseErrorKind::MissingListValue,
                        Span::new(here, here + next),
                    );
                }
                None if self.ends_list() => {}
                None if lex::boolean_word(self.rest).is_ok() => {
                    let word = self.eat(lex::boolean_word).unwrap_or_default();
                    let span = self.since(here);
                    if word.eq_ignore_ascii_case("not") {
                        self.error(ParseErrorKind::NotInGroup, span);
                        self.blanks();
                        item = self.scalar(Place::Item);
                        if item.is_some() {
                            continue;
                        }
                    } else {
                        self.error(ParseErrorKind::MissingListValue, span);
                    }
                }
                None => {
                    let found = self.peek().unwrap_or_default();
                    self.take(found.len_utf8());
                    let kind = ParseErrorKind::UnexpectedCharacter { found };
                    self.error(kind, self.since(here));
                }
            }
            self.blanks();
            if self.is_symbol(closing) {
                self.take_symbol();
                break true;
            }
            if self.ends_list() || self.clause_follows() {
                let kind = match closing {
                    ']' => ParseErrorKind::UnclosedBracket,
                    _ => ParseErrorKind::UnclosedParenthesis,
                };
                self.error(kind, open);
                break false;
            }
            self.separator();
            self.blanks();
            item = self.scalar(Place::Item);
        };
        let span = self.since(token.span.start);
        let condition = Condition::List(items);
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
        is_closed
    }

    /// Whether a list that is not closed ends here.
    fn ends_list(&self) -> bool {
        self.rest.is_empty() || self.is_symbol(')') || self.halted
    }

    fn push_item(&mut self, items: &mut Vec<Literal>, literal: Literal) {
        let limit = self.limits.list_items;
        if items.len() == limit {
            self.error(ParseErrorKind::ListTooLong { limit }, literal.span);
        }
        // One more than the limit, so that the error comes once.
        if items.len() <= limit {
            items.push(literal);
        }
    }

    /// The comma between two values of a list, or what was written in its place.
    fn separator(&mut self) {
        let start = self.at();
        if self.is_symbol(',') {
            return self.take_symbol();
        }
        let mut chars = self.rest.chars();
        let two = (chars.next().map(lex::symbol), chars.next().map(lex::symbol));
        if matches!(two, (Some('&'), Some('&')) | (Some('|'), Some('|'))) {
            self.rest = chars.as_str();
        } else {
            let _ = self.eat(lex::boolean_word);
        }
        let span = self.since(start);
        let fix = match span.is_empty() {
            true => Edit::insert(start, ", "),
            false => Edit::replace(span, ","),
        };
        let shown = if span.is_empty() {
            let next = self.peek().map_or(0, char::len_utf8);
            Span::new(start, start + next as u32)
        } else {
            span
        };
        // A quote that is not closed ends before the word.
        match self.has_unclosed_quote(|_| true) {
            true => self.error(ParseErrorKind::ListSeparator, shown),
            false => self.error_with_fix(ParseErrorKind::ListSeparator, shown, fix),
        }
    }

    /// Whether a new clause starts here, with or without a Boolean word before it.
    fn clause_follows(&self) -> bool {
        let after =
            |text| lex::boolean_word(text).map_or(text, |(rest, _)| lex::after_blanks(rest));
        lex::clause_start(after(after(self.rest))).is_ok()
    }
}

/// Whether this is the token with which other languages ask whether there is a value.
fn is_exists(name: &str) -> bool {
    name == "_exists_" || name == "_missing_"
}
