//! A clause: a token's name, an operator, and the operand behind it.

use super::{FrameKind, Parser};
use crate::span::{Fix, Span};
use crate::syntax::ast::{
    Clause, Comparison, Condition, ExprKind, Literal, Quoting, Range, TokenName,
};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::lex::{self, Place, WordOperator};

impl Parser<'_> {
    /// `clause = token , ( IS , [ NOT ] , NULL | ":" , operand | comparison , scalar )`
    pub(super) fn clause(&mut self, token: TokenName) {
        self.blanks();
        if let Some(negated) = self.eat(lex::null_test) {
            let span = self.since(token.span.start);
            let condition = Condition::Null { negated };
            return self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
        }
        let start = self.at();
        if self.starts("==") {
            self.take(2);
            let span = self.since(start);
            self.error_with_fix(ParseErrorKind::DoubleEquals, span, Fix::replace(span, ":"));
        } else if self.starts("!=") || self.starts("<>") {
            self.not_equals(&token);
        } else if self.starts("=>") || self.starts("=<") {
            let (operator, comparison) = match self.starts("=>") {
                true => ("=>", Comparison::AtLeast),
                false => ("=<", Comparison::AtMost),
            };
            self.take(2);
            let span = self.since(start);
            let fix = Fix::replace(span, comparison.as_str());
            self.error_with_fix(ParseErrorKind::ReversedComparison { operator }, span, fix);
            return self.comparison(token, comparison);
        } else if self.starts(":") {
            self.take(1);
            self.blanks();
            if self.starts("!=") {
                self.not_equals(&token);
            } else if let Some(comparison) = self.eat(lex::comparison) {
                let span = self.since(start);
                let fix = Fix::replace(span, format!(" {} ", comparison.as_str()));
                self.error_with_fix(ParseErrorKind::ColonComparison, span, fix);
                return self.comparison(token, comparison);
            }
        } else if let Some(comparison) = self.eat(lex::comparison) {
            return self.comparison(token, comparison);
        }
        self.operand(token);
    }

    fn not_equals(&mut self, token: &TokenName) {
        let start = self.at();
        let operator = if self.starts("!=") { "!=" } else { "<>" };
        self.take(2);
        let kind = ParseErrorKind::NotEquals { operator };
        let fix = Fix::replace(
            Span::new(token.span.start, self.at()),
            format!("NOT {}:", token.text),
        );
        self.error_with_fix(kind, self.since(start), fix);
    }

    /// `token , comparison , scalar`
    fn comparison(&mut self, token: TokenName, comparison: Comparison) {
        self.blanks();
        let start = self.at();
        if self.starts("[") || self.starts("(") {
            self.take(1);
            let closed = self
                .rest
                .find([']', ')'])
                .map_or(self.rest.len(), |at| at + 1);
            self.take(closed);
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
    fn operand(&mut self, token: TokenName) {
        self.blanks();
        if self.starts("[") {
            return self.brackets(token);
        }
        if self.starts("(") {
            let start = token.span.start;
            return self.open(FrameKind::Operand(token), start);
        }
        let Some(literal) = self.value(":") else {
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
        self.push_broken(token.span.start);
    }

    /// The one value of a clause.
    fn value(&mut self, after: &'static str) -> Option<Literal> {
        let start = self.at();
        while let Some(c) = self.peek().filter(|c| "[]<>=,!".contains(*c)) {
            self.take(c.len_utf8());
            let span = Span::new(self.at() - 1, self.at());
            let kind = match c {
                '!' => ParseErrorKind::Exclamation,
                found => ParseErrorKind::UnexpectedCharacter { found },
            };
            self.error(kind, span);
            self.blanks();
        }
        let literal = self.scalar(Place::Value);
        if literal.is_none() && self.at() == start {
            // The place between the operator and what follows it, or its end.
            let end = self.text.get(..start as usize).unwrap_or_default();
            let blank = |c| lex::is_blank(c) || lex::is_foreign_blank(c);
            let end = end.trim_end_matches(blank).len() as u32;
            let span = Span::new(end - after.len().min(end as usize) as u32, end);
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
            _ => lex::boolean_word(self.rest).is_ok(),
        };
        (!none).then(|| self.bare(place))
    }

    /// `range | list`, in brackets.
    fn brackets(&mut self, token: TokenName) {
        let start = self.at();
        self.take(1);
        let open = self.since(start);
        self.blanks();
        if self.starts("]") {
            self.take(1);
            self.error(ParseErrorKind::EmptyList, self.since(start));
            return self.push_broken(token.span.start);
        }
        let first_at = self.at();
        let first = if lex::dots(self.rest).is_ok() {
            Some(self.missing_bound())
        } else {
            self.scalar(Place::ItemOrBound)
        };
        self.blanks();
        let dots_at = self.at();
        if let Some(lower) = &first {
            if self.eat(lex::dots).is_some() {
                let dots = self.since(dots_at);
                return self.range(token, lower.clone(), open, dots);
            }
            if let Some((lower, dots)) = self.range_to(lower, first_at) {
                return self.range(token, lower, open, dots);
            }
        }
        self.list(token, open, first);
    }

    /// The habit `[a TO b]`: reads on behind the `TO` as if it were the dots of a range.
    fn range_to(&mut self, first: &Literal, first_at: u32) -> Option<(Literal, Span)> {
        let (lower, dots) = if first.quoting == Quoting::Bare {
            let to = lex::bare(first.span.of(self.text), Place::Item).to?;
            let to_at = first_at + to as u32;
            let dots = Span::new(to_at, to_at + 2);
            let span = Span::new(first_at, to_at);
            let text = span.of(self.text).trim_end_matches(lex::is_blank);
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
            self.eat(lex::word("to"))?;
            (first.clone(), self.since(start))
        };
        self.error_with_fix(ParseErrorKind::RangeTo, dots, Fix::replace(dots, ".."));
        Some((lower, dots))
    }

    /// `range = ("[" | "(") , bound , dots , bound , ("]" | ")")`, from behind the dots.
    pub(super) fn range(&mut self, token: TokenName, lower: Literal, open: Span, dots: Span) {
        self.blanks();
        let upper = self
            .scalar(Place::Bound)
            .unwrap_or_else(|| self.missing_bound());
        self.blanks();
        if lex::dots(self.rest).is_ok() {
            self.third_bound();
        }
        let lower_included = open.of(self.text) == "[";
        let upper_included = self.starts("]");
        let closed = self.starts("]") || self.starts(")");
        if closed {
            self.take(1);
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
                let fixed = format!("{} {operator} {bound}", token.text);
                let fix = Fix::replace(Span::new(span.start, end), fixed);
                self.error_with_fix(ParseErrorKind::OpenBound, missing.span, fix);
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
        let until = self.rest.find([']', ')']).unwrap_or(self.rest.len());
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

    /// `list = "[" , value , { "," , value } , "]"`, from behind the first value.
    fn list(&mut self, token: TokenName, open: Span, first: Option<Literal>) {
        let mut items: Vec<Literal> = Vec::new();
        let mut item = first;
        loop {
            self.blanks();
            let here = Span::new(self.at(), self.at() + 1);
            let unclosed = self.rest.is_empty() || self.starts(")");
            match item.take() {
                Some(literal) => self.push_item(&mut items, literal),
                None if self.starts(",") || self.starts("]") => {
                    self.error(ParseErrorKind::MissingListValue, here);
                }
                None if unclosed || self.halted => {}
                None => {
                    let c = self.peek().unwrap_or_default();
                    self.take(c.len_utf8());
                    let kind = ParseErrorKind::UnexpectedCharacter { found: c };
                    self.error(kind, self.since(here.start));
                }
            }
            self.blanks();
            if self.starts("]") {
                self.take(1);
                break;
            }
            if self.rest.is_empty() || self.starts(")") || self.halted || self.clause_follows() {
                self.error(ParseErrorKind::UnclosedBracket, open);
                break;
            }
            self.separator();
            self.blanks();
            item = self.scalar(Place::Item);
        }
        let span = self.since(token.span.start);
        let condition = Condition::List(items);
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
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
        if self.starts(",") {
            return self.take(1);
        }
        if self.starts("&&") || self.starts("||") {
            self.take(2);
        } else {
            let _ = self.eat(lex::boolean_word);
        }
        let span = self.since(start);
        let fix = match span.is_empty() {
            true => Fix::insert(start, ", "),
            false => Fix::replace(span, ","),
        };
        let shown = if span.is_empty() {
            let next = self.peek().map_or(0, char::len_utf8);
            Span::new(start, start + next as u32)
        } else {
            span
        };
        self.error_with_fix(ParseErrorKind::ListSeparator, shown, fix);
    }

    /// Whether a new clause starts here, with or without a Boolean word before it.
    fn clause_follows(&self) -> bool {
        let after_word = lex::boolean_word(self.rest).map_or(self.rest, |(rest, _)| rest);
        let rest = after_word.trim_start_matches(lex::is_blank);
        lex::clause_start(rest).is_ok()
    }

    /// The habits `name in (…)` and `name LIKE "…"`, with or without a `NOT` between.
    pub(super) fn word_operator(&mut self, start: u32, operator: &WordOperator<'_>) {
        let WordOperator {
            name,
            negated,
            word,
        } = *operator;
        let end = self.at();
        let span = Span::new(end - word.len() as u32, end);
        if !word.eq_ignore_ascii_case("in") {
            let word = word.to_owned();
            self.error(ParseErrorKind::WordOperator { word }, span);
            let span = Span::new(start, start + name.len() as u32);
            let text = name.into();
            return self.operand(TokenName { span, text });
        }
        self.blanks();
        let open = self.at();
        self.take(1);
        self.take(self.rest.find(['(', ')']).unwrap_or(self.rest.len()));
        let values = Span::new(open + 1, self.at()).of(self.text).trim();
        if self.starts(")") {
            self.take(1);
            let not = if negated { "NOT " } else { "" };
            let fix = Fix::replace(self.since(start), format!("{not}{name}:[{values}]"));
            self.error_with_fix(ParseErrorKind::InList, span, fix);
        } else {
            self.error(ParseErrorKind::InList, span);
        }
        self.push_broken(start);
    }
}
