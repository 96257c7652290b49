//! Conditions as other languages write them: what is wrong, and what they would be here.

use super::Parser;
use crate::diagnostic::Edit;
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
                self.blanks();
                match self.is_symbol('(') {
                    true => drop(self.arguments(token)),
                    false => self.operand(token, ":"),
                }
            }
            HabitKind::Symbol => {
                self.error(ParseErrorKind::ForeignOperator { operator: word }, span);
                self.operand(token, ":");
            }
            HabitKind::Compare(meant) => self.compared(token, habit, span, meant),
            HabitKind::OtherFunction => {
                let name = word.trim_end().to_owned();
                let span = Span::new(start, start + name.len() as u32);
                self.error(ParseErrorKind::FunctionCall { name }, span);
                self.skip_to_boolean_word();
                if self.is_symbol(')') {
                    // The end of the arguments, or what is after it.
                    self.take_symbol();
                    self.skip_to_boolean_word();
                }
                self.push_error(start);
            }
            HabitKind::Is => self.is(token, habit),
            HabitKind::Not | HabitKind::NotOperator => self.misplaced_not(token, habit),
            HabitKind::Function => {
                let name = word.trim_end().to_owned();
                let whole = self.since(start);
                let fixed = null_test(habit.name, habit.is_negated);
                let fix = self.words(whole, &fixed);
                let at = whole.of(self.text).find(&*name).unwrap_or_default() as u32;
                let span = Span::new(start + at, start + at + name.len() as u32);
                self.error_with_fix(ParseErrorKind::FunctionCall { name }, span, fix);
                let text = habit.name.into();
                let negated = habit.is_negated;
                let condition = Condition::Null { negated };
                let token = TokenName { span, text };
                self.push_clause(whole, ExprKind::Clause(Clause { token, condition }));
            }
        }
    }

    /// `name gt 5`, `name eq a`
    fn compared(&mut self, token: TokenName, habit: &Habit<'_>, word: Span, meant: &'static str) {
        let kind = ParseErrorKind::WordOperator {
            word: habit.operator.to_owned(),
        };
        self.blanks();
        let whole = Span::new(token.span.start, self.at());
        let fixed = match meant {
            "NOT" => format!("NOT {}:", token.text),
            meant => format!("{}{meant}", token.text),
        };
        let fix = self.words_before(whole, fixed.trim_end());
        let fix = match meant.ends_with(' ') {
            true => Edit::replace(fix.span, format!("{} ", fix.text)),
            false => fix,
        };
        match self.is_symbol('[') || self.is_symbol('(') {
            true => self.error(kind, word),
            false => self.error_with_fix(kind, word, fix),
        }
        match lex::comparison(meant.trim()) {
            Some(comparison) => self.comparison(token, comparison),
            None => self.operand(token, ":"),
        }
    }

    /// `name in (a, b)`, `name not in [a, b]`
    pub(super) fn in_list(&mut self, token: TokenName, word: Span, is_negated: bool) {
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
        if !self.is_symbol('(') {
            // A set in braces, or one value: it is not certain what is meant.
            self.error(ParseErrorKind::InList, word);
            return self.operand(token, ":");
        }
        let inside = open + self.peek().map_or(0, char::len_utf8) as u32;
        let mistakes = self.mistakes.len();
        let (is_closed, is_range) = self.arguments(token);
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

    /// The values in the parentheses that come next. Returns whether they are closed, and whether they look like a
    /// range.
    fn arguments(&mut self, token: TokenName) -> (bool, bool) {
        let start = self.at();
        self.take_symbol();
        let open = self.since(start);
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
        (is_closed, is_range)
    }

    /// `name between a and b`
    pub(super) fn between(&mut self, token: TokenName, word: Span, is_negated: bool) {
        self.blanks();
        if self.is_symbol('(') || self.is_symbol('[') {
            return self.between_brackets(token, word, is_negated);
        }
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

    /// `name between (a and b)`, `name between [a .. b]`
    fn between_brackets(&mut self, token: TokenName, word: Span, is_negated: bool) {
        let found = word.of(self.text).to_owned();
        let kind = ParseErrorKind::NotARange { found };
        let closed = self.rest.find(|c| matches!(lex::symbol(c), ')' | ']'));
        let inside = closed
            .and_then(|at| self.rest.get(1..at))
            .unwrap_or_default();
        let bounds = [" and ", " AND ", "..", ","].iter().find_map(|between| {
            let (lower, upper) = inside.split_once(between)?;
            let is_bound = |text: &str| {
                !text.is_empty()
                    && !text.contains(|c: char| lex::is_blank(c) || "[(,\"'`".contains(c))
            };
            let (lower, upper) = (lower.trim(), upper.trim_start_matches('.').trim());
            (is_bound(lower) && is_bound(upper)).then(|| format!("[{lower} .. {upper}]"))
        });
        match (closed, bounds) {
            (Some(at), Some(range)) => {
                self.take(at + 1);
                let not = if is_negated { "NOT " } else { "" };
                let whole = self.since(token.span.start);
                let fix = self.words(whole, &format!("{not}{}:{range}", token.text));
                self.error_with_fix(kind, word, fix);
            }
            _ => {
                self.error(kind, word);
                self.take(closed.map_or(self.rest.len(), |at| at + 1));
            }
        }
        self.push_error(token.span.start);
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
        if let Some(no_value) = asks_for_null(&literal) {
            let whole = Span::new(token.span.start, literal.span.end);
            let fix = self.words(whole, &null_test(&token.text, habit.is_negated == no_value));
            self.error_with_fix(kind, span, fix);
            return self.value_clause(token, literal);
        }
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
        let negated = !name.eq_ignore_ascii_case("_missing_");
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

/// Whether a word after `is` asks for no value, or for one.
fn asks_for_null(literal: &Literal) -> Option<bool> {
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|word| literal.text.eq_ignore_ascii_case(word))
    };
    let no_value = [
        "empty",
        "missing",
        "none",
        "nil",
        "undefined",
        "blank",
        "unset",
        "absent",
    ];
    match literal.quoting == Quoting::Bare {
        true if is(&no_value) => Some(true),
        true if is(&["present", "set", "defined"]) => Some(false),
        _ => None,
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
