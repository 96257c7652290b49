//! Conditions as other languages write them: what is wrong, and what they would be here.

use super::Parser;
use crate::span::Span;
use crate::syntax::ast::{Clause, Condition, ExprKind, Literal, Quoting, Range, TokenName};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::is_token_name;
use crate::syntax::lex::{self, Habit, HabitKind, Place};

impl Parser<'_> {
    /// A condition of another language, from after its operator.
    pub(super) fn habit(&mut self, start: u32, habit: &Habit<'_>) {
        let end = self.at();
        let span = Span::new(end - habit.operator.len() as u32, end);
        let token = TokenName {
            span: Span::new(start, start + habit.name.len() as u32),
            text: habit.name.into(),
        };
        let word = habit.operator.to_owned();
        match habit.kind {
            HabitKind::In => self.in_list(token, span, habit.is_negated),
            HabitKind::Between => self.between(token, span, habit.is_negated),
            HabitKind::Word => {
                self.error(ParseErrorKind::WordOperator { word }, span);
                self.operand(token, ":");
            }
            HabitKind::Symbol => {
                self.error(ParseErrorKind::ForeignOperator { operator: word }, span);
                self.operand(token, ":");
            }
            HabitKind::Is => self.is(token, habit),
            HabitKind::Not | HabitKind::NotOperator => self.misplaced_not(token, habit),
            HabitKind::Function => {
                let fixed = null_test(habit.name, habit.is_negated);
                let fix = self.words(self.since(start), &fixed);
                let name = word;
                let span = Span::new(start, start + name.len() as u32);
                self.error_with_fix(ParseErrorKind::FunctionCall { name }, span, fix);
                let text = habit.name.into();
                let negated = habit.is_negated;
                let condition = Condition::Null { negated };
                let (token, span) = (TokenName { span, text }, self.since(start));
                self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
            }
        }
    }

    /// `name in (a, b)`, `name not in [a, b]`
    fn in_list(&mut self, token: TokenName, word: Span, is_negated: bool) {
        self.blanks();
        let (start, name) = (token.span.start, token.text.clone());
        let not = if is_negated { "NOT " } else { "" };
        let open = self.at();
        if self.is_symbol('[') {
            let whole = Span::new(start, open);
            let fix = self.words_before(whole, &format!("{not}{name}:"));
            self.error_with_fix(ParseErrorKind::InList, word, fix);
            return self.operand(token, ":");
        }
        self.take_symbol();
        let inside = self.at();
        let mistakes = self.mistakes.len();
        let open = Span::new(open, inside);
        self.in_arguments = true;
        self.blanks();
        let first = self.scalar(Place::Item);
        let is_range = first.as_ref().is_some_and(|first| {
            let bare = lex::bare(&first.text, Place::ItemOrBound, false);
            let is_bare = first.quoting == Quoting::Bare;
            is_bare && (bare.len < first.text.len() || bare.to.is_some())
        });
        let is_closed = self.list(token, open, first, ')');
        self.in_arguments = false;
        let values = self.since(inside).of(self.text);
        let values = values.strip_suffix(|c| lex::symbol(c) == ')');
        let mut inner = self
            .mistakes
            .iter()
            .skip(mistakes)
            .map(|mistake| &mistake.kind);
        let strange = inner.any(|kind| matches!(kind, ParseErrorKind::UnexpectedCharacter { .. }));
        // The list inside has the same mistakes in brackets, but for the parentheses.
        match values.filter(|_| is_closed && !is_range && !strange) {
            Some(values) => {
                let list = format!("{not}{name}:[{}]", values.trim_matches(lex::is_blank));
                let fix = self.words(self.since(start), &list);
                self.error_with_fix(ParseErrorKind::InList, word, fix);
            }
            None => self.error(ParseErrorKind::InList, word),
        }
    }

    /// `name between a and b`
    fn between(&mut self, token: TokenName, word: Span, is_negated: bool) {
        self.blanks();
        let lower = self.scalar(Place::Value);
        self.blanks();
        let start = self.at();
        let and = self.eat(lex::word("and")).is_some();
        let dots = self.since(start);
        self.blanks();
        let upper = if and { self.scalar(Place::Value) } else { None };
        let found = word.of(self.text).to_owned();
        let kind = ParseErrorKind::NotARange { found };
        let (Some(lower), Some(upper)) = (lower, upper) else {
            self.error(kind, word);
            return self.push_error(token.span.start);
        };
        let span = self.since(token.span.start);
        match can_be_bound(&lower) && can_be_bound(&upper) {
            true => {
                let not = if is_negated { "NOT " } else { "" };
                let range = format!("{not}{}:[{lower} .. {upper}]", token.text);
                let fix = self.words(span, &range);
                self.error_with_fix(kind, word, fix);
            }
            false => self.error(kind, word),
        }
        let (lower_included, upper_included) = (true, true);
        let condition = Condition::Range(Range {
            lower,
            lower_included,
            dots,
            upper,
            upper_included,
        });
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }

    /// `name is a`, `name is not a`, `name is`
    fn is(&mut self, token: TokenName, habit: &Habit<'_>) {
        let end = self.at();
        let before = Span::new(token.span.end, end).of(self.text);
        let from = before.len() - lex::after_blanks(before).len();
        let span = Span::new(token.span.end + from as u32, end);
        let word = span.of(self.text).to_owned();
        let kind = ParseErrorKind::IsWithoutNull { word };
        self.blanks();
        let value = self.at();
        let next = lex::operator(self.rest).is_some();
        if next || self.rest.is_empty() || self.is_symbol('[') || self.is_symbol('(') {
            self.error(kind, span);
            return match next || self.rest.is_empty() {
                true => self.push_error(token.span.start),
                false => self.operand(token, ":"),
            };
        }
        let Some(literal) = self.scalar(Place::Value) else {
            self.error(kind, span);
            return self.push_error(token.span.start);
        };
        // A sentence may be free text.
        match is_one_word(&literal) || token.text.contains('.') {
            true => {
                let not = if habit.is_negated { "NOT " } else { "" };
                let whole = Span::new(token.span.start, value);
                let fix = self.words_before(whole, &format!("{not}{}:", token.text));
                self.error_with_fix(kind, span, fix);
            }
            false => self.error(kind, span),
        }
        self.value_clause(token, literal);
    }

    /// `name not a`, `name not:a`
    fn misplaced_not(&mut self, token: TokenName, habit: &Habit<'_>) {
        let kind = ParseErrorKind::MisplacedNot;
        let before = Span::new(token.span.end, self.at()).of(self.text);
        let from = before.len() - lex::after_blanks(before).len();
        let not = token.span.end + from as u32;
        let span = Span::new(not, not + habit.operator.len() as u32);
        self.blanks();
        let whole = Span::new(token.span.start, self.at());
        if habit.kind == HabitKind::NotOperator {
            let fix = self.words_before(whole, &format!("NOT {}", token.text));
            self.error_with_fix(kind, span, fix);
            return self.clause(token);
        }
        let Some(literal) = self.scalar(Place::Value) else {
            self.error(kind, span);
            return self.push_error(token.span.start);
        };
        match is_one_word(&literal) || token.text.contains('.') {
            true => {
                let fix = self.words_before(whole, &format!("NOT {}:", token.text));
                self.error_with_fix(kind, span, fix);
            }
            false => self.error(kind, span),
        }
        self.value_clause(token, literal);
    }

    /// `_exists_:name`, from after the colon.
    pub(super) fn exists(&mut self, token: &TokenName) {
        let Some(literal) = self.value(":") else {
            return self.push_error(token.span.start);
        };
        let name = token.text.to_string();
        let negated = name.eq_ignore_ascii_case("_exists_");
        let kind = ParseErrorKind::FunctionCall { name };
        match is_token_name(&literal.text) {
            true => {
                let span = token.span.to(literal.span);
                let fix = self.words(span, &null_test(&literal.text, negated));
                self.error_with_fix(kind, token.span, fix);
            }
            false => self.error(kind, token.span),
        }
        let token = TokenName {
            span: literal.span,
            text: literal.text,
        };
        let span = self.since(token.span.start);
        let condition = Condition::Null { negated };
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }

    fn value_clause(&mut self, token: TokenName, literal: Literal) {
        let span = token.span.to(literal.span);
        let condition = Condition::Value(literal);
        self.push_clause(span, ExprKind::Clause(Clause { token, condition }));
    }
}

fn null_test(name: &str, negated: bool) -> String {
    match negated {
        true => format!("{name} IS NOT NULL"),
        false => format!("{name} IS NULL"),
    }
}

/// Whether a value is a single word, or quoted, and so not part of a sentence.
fn is_one_word(literal: &Literal) -> bool {
    literal.quoting != Quoting::Bare || !literal.text.contains(lex::is_blank)
}

/// Whether a value can be a bound as it is written.
fn can_be_bound(literal: &Literal) -> bool {
    let ends = |c: char| matches!(lex::symbol(c), ']' | ',' | '[');
    literal.quoting != Quoting::Bare
        || (!literal.text.contains(ends) && !literal.text.contains(".."))
}
