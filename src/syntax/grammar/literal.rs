//! A written value: quoted or bare, and what goes wrong with quotes.

use super::Parser;
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{Literal, Quoting};
use crate::syntax::error::ParseErrorKind;
use crate::syntax::lex::{self, Place};
use crate::syntax::print::quote;

impl<'s> Parser<'s> {
    /// A value in quotes of any kind.
    pub(super) fn quoted(&mut self) -> Literal {
        let start = self.at();
        let opener = self.peek().unwrap_or_default();
        let (quote_char, straight) = lex::opening_quote(opener).unwrap_or(('"', true));
        self.take(opener.len_utf8());
        // Where the value ends, if it was closed.
        let mut closed = None;
        let raw = match lex::quoted(self.rest, quote_char, straight) {
            Some((after, raw)) => {
                let glued = !may_follow_a_value(after);
                // With the closing quote right after it, it is meant to be escaped.
                let escaped = escaped_closer(raw, quote_char).filter(|at| at + 2 < raw.len());
                match escaped.filter(|_| glued) {
                    Some(at) => self.trailing_backslash(at),
                    None => {
                        self.rest = after;
                        closed = Some(self.at());
                        if glued {
                            self.text_after_quote(start, quote_char, raw);
                        }
                        raw
                    }
                }
            }
            None => match escaped_closer(self.rest, quote_char) {
                Some(at) => self.trailing_backslash(at),
                None => self.unclosed(start, quote_char),
            },
        };
        let text: Box<str> = match quote_char != '`' && raw.contains('\\') {
            true => lex::unescape(raw, quote_char).into(),
            false => raw.into(),
        };
        let span = self.since(start);
        let quoting = match quote_char {
            '`' => Quoting::Backtick,
            _ => Quoting::Quoted,
        };
        if !straight {
            let kind = ParseErrorKind::CurlyQuote {
                found: opener,
                straight: quote_char,
            };
            let opener_span = Span::new(start, start + opener.len_utf8() as u32);
            // What belongs to no value is left alone.
            let fix = match closed {
                Some(end) => {
                    let as_written = quoting == Quoting::Backtick
                        || (text.contains(['"', '\\']) && !text.ends_with('\\'));
                    let straight = match as_written {
                        true => format!("{quote_char}{raw}{quote_char}"),
                        false => quote(&text),
                    };
                    Edit::replace(Span::new(start, end), straight)
                }
                None => Edit::replace(opener_span, quote_char),
            };
            // A straight one would close what is still open.
            match self.has_unclosed_quote(|quote| fix.text.starts_with(quote)) && closed.is_some() {
                true => self.error(kind, opener_span),
                false => self.error_with_fix(kind, opener_span, fix),
            }
        }
        Literal {
            span,
            quoting,
            text,
        }
    }

    /// Ends a value at an escaped quote, `at` bytes on, that was meant to close it.
    fn trailing_backslash(&mut self, at: usize) -> &'s str {
        let raw = self.rest.get(..at).unwrap_or_default();
        let backslash = self.at() + at as u32;
        self.take(at + 2);
        let fix = Edit::insert(backslash, "\\");
        let span = Span::new(backslash, backslash + 2);
        self.error_with_fix(ParseErrorKind::TrailingBackslash, span, fix);
        raw
    }

    /// Ends a value without its closing quote before the next Boolean word.
    fn unclosed(&mut self, start: u32, quote: char) -> &'s str {
        let span = self.since(start);
        self.error(ParseErrorKind::UnclosedQuote { quote }, span);
        let whole = self.rest;
        let mut end = whole.len();
        for (at, _) in whole.match_indices(lex::is_blank) {
            if whole
                .get(at + 1..)
                .is_some_and(|rest| lex::boolean_word(rest).is_ok())
            {
                end = at;
                break;
            }
        }
        self.take(end);
        whole.get(..end).unwrap_or_default()
    }

    /// What comes directly after a closing quote and does not belong there.
    fn text_after_quote(&mut self, literal: u32, quote_char: char, raw: &str) {
        let start = self.at();
        let word = self.eat(lex::skip_word);
        if word.is_none() {
            self.take(self.peek().map_or(0, char::len_utf8));
        }
        let span = self.since(start);
        // What asks for something near in Lucene's language, or weighs it.
        let rank = word.filter(|word| {
            let number = word.strip_prefix(['~', '^']);
            number.is_some_and(|it| it.chars().all(|c| c.is_ascii_digit() || c == '.'))
        });
        if let Some(rank) = rank {
            let operator = rank.to_owned();
            return self.error(ParseErrorKind::ForeignOperator { operator }, span);
        }
        let kind = ParseErrorKind::TextAfterQuote;
        let is_quote = |c| lex::opening_quote(c).is_some();
        match word.filter(|word| !word.contains(is_quote) && lex::foreign(word).is_none()) {
            Some(word) => {
                let whole = match quote_char {
                    '`' => format!("`{raw}{word}`"),
                    _ => quote(&format!("{}{word}", lex::unescape(raw, quote_char))),
                };
                let fix = Edit::replace(self.since(literal), whole);
                self.error_with_fix(kind, span, fix);
            }
            None => self.error(kind, span),
        }
    }

    /// A value without quotes.
    pub(super) fn bare(&mut self, place: Place) -> Literal {
        let start = self.at();
        if self.is_encoded(place == Place::Free) {
            return self.missing_bound();
        }
        let bare = lex::bare(self.rest, place, self.can_close());
        if let Some((straight, end)) = lex::foreign_quotes(self.rest) {
            return self.foreign_quoted(straight, end);
        }
        if self.has_entity(bare.len) || self.has_escaped_quotes(bare.len) {
            return self.missing_bound();
        }
        let from = |at: usize, len: usize| Span::new(start + at as u32, start + (at + len) as u32);
        let first_blank = self.rest.get(..bare.len).and_then(|text| text.find(' '));
        for (at, found, instead) in bare.foreign {
            // There may be as many as there are characters.
            if self.halted {
                break;
            }
            let span = from(at, found.len_utf8());
            let kind = ParseErrorKind::UnicodeBlank { found };
            // Without it, the words of free text may be more than that.
            let is_name = place == Place::Free && first_blank.is_some_and(|blank| at < blank);
            let is_unclear = is_name || lex::would_be_boolean(self.rest, at);
            match instead.is_empty() && is_unclear {
                true => self.error(kind, span),
                false => self.error_with_fix(kind, span, Edit::replace(span, instead)),
            }
        }
        // A semicolon ends statements elsewhere.
        let value = self.rest.get(..bare.len).unwrap_or_default();
        let last = value.chars().next_back();
        let after = lex::after_blanks(self.rest.get(bare.len..).unwrap_or_default());
        let is_end = after.is_empty() || lex::boolean_word(after).is_ok();
        if let Some(found) = last.filter(|c| lex::symbol(*c) == ';' && is_end)
            && matches!(place, Place::Value | Place::Free)
            && value.len() > found.len_utf8()
        {
            let span = from(bare.len - found.len_utf8(), found.len_utf8());
            let kind = ParseErrorKind::UnexpectedCharacter { found };
            self.error_with_fix(kind, span, Edit::replace(span, ""));
        }
        if let Some((at, len)) = bare.operator {
            let span = from(at, len);
            let operator = span.of(self.text).to_owned();
            self.error(ParseErrorKind::ValueOperator { operator }, span);
        }
        if let Some((at, end)) = bare.colon {
            let word = Span::new(start, start + end as u32);
            match place {
                Place::Free => self.error(ParseErrorKind::FreeTextColon, word),
                _ => self.error(ParseErrorKind::ValueColon, from(at, 1)),
            }
        }
        if let Some((at, count)) = bare.unbalanced {
            self.error(ParseErrorKind::UnbalancedValue, from(at, 1));
            self.forgiven += count;
        }
        if bare.len == 0 {
            let c = self.peek().unwrap_or_default();
            self.take(c.len_utf8());
            let kind = ParseErrorKind::UnexpectedCharacter { found: c };
            self.error(kind, self.since(start));
        }
        self.take(bare.len);
        let span = self.since(start);
        let (quoting, text) = (Quoting::Bare, span.of(self.text).into());
        Literal {
            span,
            quoting,
            text,
        }
    }
}

impl Parser<'_> {
    /// A value between quotes of other languages, which end here.
    fn foreign_quoted(&mut self, straight: char, end: usize) -> Literal {
        let start = self.at();
        let found = self.peek().unwrap_or_default();
        self.take(end);
        let span = self.since(start);
        let mut inside = span.of(self.text).chars();
        inside.next();
        inside.next_back();
        let text = inside.as_str();
        let written = match straight {
            '`' if !text.contains('`') => format!("`{text}`"),
            _ => quote(text),
        };
        let opener = Span::new(start, start + found.len_utf8() as u32);
        let kind = ParseErrorKind::CurlyQuote { found, straight };
        self.error_with_fix(kind, opener, Edit::replace(span, written));
        let quoting = match straight {
            '`' => Quoting::Backtick,
            _ => Quoting::Quoted,
        };
        Literal {
            span,
            quoting,
            text: text.into(),
        }
    }

    /// Whether there is a quote before that is never closed, and that is `wanted`.
    pub(super) fn has_unclosed_quote(&self, wanted: impl Fn(char) -> bool) -> bool {
        let is_it = |kind: &ParseErrorKind| match kind {
            ParseErrorKind::UnclosedQuote { quote } => wanted(*quote),
            _ => false,
        };
        self.mistakes.iter().any(|mistake| is_it(&mistake.kind))
    }

    /// Whether no value can start with this character beyond ASCII.
    pub(super) fn ends_here(&self, c: char, place: Place) -> bool {
        let in_brackets = matches!(place, Place::ItemOrBound | Place::Item);
        match lex::symbol(c) {
            ',' => in_brackets,
            ']' => in_brackets || place == Place::Bound,
            ')' => self.can_close() || place == Place::Bound,
            _ => false,
        }
    }

    /// Whether a parenthesis of Unicode may close something here.
    fn can_close(&self) -> bool {
        self.frames.len() > 1 || self.in_arguments
    }
}

/// Whether this may come directly after a closing quote.
fn may_follow_a_value(rest: &str) -> bool {
    let Some(c) = rest.chars().next() else {
        return true;
    };
    match lex::symbol(c) {
        _ if lex::is_blank(c) || lex::is_no_text(c) => true,
        '(' | ')' | '[' | ']' | ',' | ';' | '.' | ':' | '<' | '>' | '=' | '!' | '&' | '|' => true,
        _ if c.is_ascii() => lex::boolean_word(rest).is_ok(),
        _ => lex::operator(rest).is_some() || lex::dots(rest, false).is_some(),
    }
}

/// Where a backslash escapes a quote that looks like the closing one: the value would end there. Every
/// quote in `raw` is an escaped one, or it would have ended the value.
fn escaped_closer(raw: &str, quote: char) -> Option<usize> {
    let ends = |at: &usize| {
        let after = raw.get(at + 1..).unwrap_or_default();
        after.is_empty() || after.starts_with(|c| lex::is_blank(c) || ")],".contains(c))
    };
    let mut quotes = raw.match_indices(quote).map(|(at, _)| at);
    quotes.find(ends)?.checked_sub(1)
}
