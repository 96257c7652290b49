//! What every production uses: the place in the text, the tree so far, the mistakes so far.

use nom::error::Error;

use super::{Frame, Parser};
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::ast::{Expr, ExprId, ExprKind};
use crate::syntax::error::{Mistake, ParseErrorKind, ParseErrors};
use crate::syntax::lex;

impl<'s> Parser<'s> {
    pub(super) fn add(&mut self, span: Span, kind: ExprKind) -> ExprId {
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

    /// In place of a condition that could not be read, for the text from `start` to here; its error is reported
    /// already.
    pub(super) fn push_error(&mut self, start: u32) {
        let skipped = self.since(start).of(self.text);
        let skipped = skipped.trim_end_matches(|c| lex::is_blank(c) || lex::is_no_text(c));
        let span = Span::new(start, start + skipped.len() as u32);
        self.push(span, ExprKind::Error);
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

    /// The next character, or the one of the language that it looks like.
    pub(super) fn symbol(&self) -> Option<char> {
        self.peek().map(lex::symbol)
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.symbol() == Some(symbol)
    }

    /// Takes a character, which is a mistake if it only looks like one of the language.
    pub(super) fn take_symbol(&mut self) {
        let Some(found) = self.peek() else { return };
        let start = self.at();
        self.take(found.len_utf8());
        let meant = match lex::symbol(found) {
            c if c == found => return,
            '(' => "(",
            ')' => ")",
            '[' => "[",
            ']' => "]",
            ',' => ",",
            ';' => ";",
            _ => return,
        };
        let span = self.since(start);
        self.unicode_operator(span, meant, Edit::replace(span, meant));
    }

    pub(super) fn unicode_operator(&mut self, span: Span, meant: &'static str, fix: Edit) {
        let found = span.of(self.text).to_owned();
        let kind = ParseErrorKind::UnicodeOperator { found, meant };
        self.error_with_fix(kind, span, fix);
    }

    /// Two or three dots; characters that look like dots are an error. Returns their span.
    pub(super) fn dots(&mut self) -> Option<Span> {
        let start = self.at();
        let (len, right) = lex::dots(self.rest, true)?;
        self.take(len);
        let span = self.since(start);
        if !right {
            let found = span.of(self.text).to_owned();
            let kind = ParseErrorKind::NotARange { found };
            self.error_with_fix(kind, span, Edit::replace(span, ".."));
        }
        Some(span)
    }

    /// Words in place of what is at `span`, with blanks where they would run into their neighbors.
    pub(super) fn words(&self, span: Span, words: &str) -> Edit {
        let joins = |c: char| !lex::is_blank(c) && !"()[],".contains(c);
        let is_operator = matches!(words, "AND" | "OR");
        let joins_before = |c: char| match c {
            '(' | '[' | ',' => is_operator,
            '-' | '!' => !words.starts_with("NOT "),
            _ => joins(c),
        };
        let joins_after = |c: char| match c {
            '(' => words.ends_with(|c: char| c.is_ascii_uppercase()),
            _ => joins(c),
        };
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let after = self.text.get(span.end as usize..).unwrap_or_default();
        let blank = |joins: bool| if joins { " " } else { "" };
        let text = format!(
            "{}{words}{}",
            blank(before.ends_with(joins_before)),
            blank(after.starts_with(joins_after)),
        );
        Edit::replace(span, text)
    }

    /// The same, right before what is at its end.
    pub(super) fn words_before(&self, span: Span, words: &str) -> Edit {
        let fix = self.words(span, words);
        Edit::replace(fix.span, fix.text.trim_end())
    }

    /// Blanks, also none. What only looks like one, or like nothing, is a mistake.
    pub(super) fn blanks(&mut self) {
        loop {
            let _ = self.eat(lex::blanks);
            let Some(found) = self.peek().filter(|c| lex::is_no_text(*c)) else {
                return;
            };
            let next = self.rest.chars().nth(1);
            let joins_text = || {
                lex::is_joiner(found) && next.is_some_and(|c| !c.is_ascii() && c.is_alphanumeric())
            };
            let is_mistake = lex::is_foreign_blank(found)
                || (lex::is_invisible(found)
                    && (lex::is_joiner(found) || lex::is_stray(None, found, next))
                    && !joins_text());
            if !is_mistake {
                return;
            }
            let start = self.at();
            self.take(found.len_utf8());
            self.foreign_blank(self.since(start), found);
        }
    }

    /// A blank that is not one of the language, or an invisible character, between words.
    fn foreign_blank(&mut self, span: Span, found: char) {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let joins =
            before.ends_with(char::is_alphanumeric) && self.rest.starts_with(char::is_alphanumeric);
        let instead = match lex::is_foreign_blank(found) || joins {
            true => " ",
            false => "",
        };
        let kind = ParseErrorKind::UnicodeBlank { found };
        self.error_with_fix(kind, span, Edit::replace(span, instead));
    }

    /// `IS NULL`, with blanks of any kind between its words. Returns whether it is negated.
    pub(super) fn null_test(&mut self) -> Option<bool> {
        let start = self.at();
        let negated = self.eat(lex::null_test)?;
        self.invisible(self.since(start));
        Some(negated)
    }

    /// Reports characters that are not of the language, between and in its words.
    pub(super) fn invisible(&mut self, span: Span) {
        let mut rest = span.of(self.text).chars();
        while let Some(found) = rest.next() {
            if found.is_ascii() && !lex::is_foreign_blank(found) {
                continue;
            }
            let end = span.end - rest.as_str().len() as u32;
            let kind = ParseErrorKind::UnicodeBlank { found };
            let at = Span::new(end - found.len_utf8() as u32, end);
            // `IS` and `NULL` stay two words; a name stays one.
            let is_between = span.of(self.text).contains(lex::is_foreign_blank)
                || lex::null_test(span.of(self.text)).is_ok();
            let instead = if is_between { " " } else { "" };
            self.error_with_fix(kind, at, Edit::replace(at, instead));
        }
    }

    /// Skips what cannot be read, up to the next Boolean word or the end of the group.
    pub(super) fn skip_to_boolean_word(&mut self) {
        loop {
            let _ = self.eat(lex::blanks);
            let Some(c) = self.peek().filter(|c| lex::symbol(*c) != ')') else {
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
        let edit = None;
        self.report(Mistake { kind, span, edit });
    }

    pub(super) fn error_with_fix(&mut self, kind: ParseErrorKind, span: Span, edit: Edit) {
        let edit = Some(edit);
        self.report(Mistake { kind, span, edit });
    }

    fn report(&mut self, mistake: Mistake) {
        if self.halted {
            return;
        }
        self.mistakes.push(mistake);
        self.halted |= self.mistakes.len() >= ParseErrors::MOST;
    }
}
