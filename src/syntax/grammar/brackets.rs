//! What is in brackets: the bounds of a range, or the items of a list.

use super::Parser;
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{Clause, Condition, ExprKind, Literal, Quoting, Range, TokenName};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::lex::{self, Place};
use crate::syntax::print::{ends_like_a_word, quote};

impl Parser<'_> {
    /// `range | list`, in brackets.
    pub(super) fn brackets(&mut self, token: TokenName) {
        let start = self.at();
        self.take_symbol();
        let open = self.since(start);
        self.blanks();
        if self.is_symbol(']') {
            self.take_symbol();
            self.error(ParseErrorKind::EmptyList, self.since(start));
            return self.push_error(token.span.start);
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

    /// The habits `[a TO b]` and `[1 – 5]`: reads on after the `TO` as if it were the dots of a range.
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

    /// `range = ("[" | "(") , bound , dots , bound , ("]" | ")")`, from after the dots.
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

    /// More dots after the second bound.
    fn third_bound(&mut self) {
        let start = self.at();
        let closing = |c| matches!(lex::symbol(c), ']' | ')');
        let until = self.rest.find(closing).unwrap_or(self.rest.len());
        self.take(until);
        self.error(ParseErrorKind::ThirdBound, self.since(start));
    }

    /// A place where a bound should be.
    pub(super) fn missing_bound(&mut self) -> Literal {
        let span = Span::new(self.at(), self.at());
        let (quoting, text) = (Quoting::Bare, "".into());
        Literal {
            span,
            quoting,
            text,
        }
    }

    /// `list = "[" , value , { "," , value } , "]"`, from after the first value. Returns whether it is
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
