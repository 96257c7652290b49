//! The walk over the tokens of a program, which finds the values of names and what comments mark.

use std::sync::Arc;

use super::language::Language;
use super::literal::SourceString;
use super::scan::{Kind, Token, tokens};
use super::text;
use super::values::Values;
use crate::document::host::is_likely;
use crate::document::host::keys::{Finder, Keys};
use crate::document::{Comment, FilterText, Map};

/// The filters of a program, of which `bom` bytes are before `text`: those at keys, and those that
/// comments mark.
pub(super) fn filters(
    text: &str,
    bom: usize,
    language: &'static Language,
    keys: &Keys,
) -> Vec<FilterText> {
    let tokens = tokens(text, language);
    let mut walk = Walk {
        values: Values {
            text,
            language,
            tokens: &tokens,
        },
        bom,
        finder: Finder::new(keys, true),
        brackets: Vec::new(),
        filters: Vec::new(),
    };
    walk.all();
    walk.marked();
    walk.filters
}

/// How comments mark a string as a filter, in lower case.
const MARKS: &[&str] = &["qql", "language=qql", "lang=qql"];

/// Whether a text may have a comment that marks a string.
pub(super) fn has_mark(text: &str) -> bool {
    let mut found = memchr::memmem::find_iter(text.as_bytes(), "qql");
    let mut upper = memchr::memmem::find_iter(text.as_bytes(), "QQL");
    found.next().is_some() || upper.next().is_some()
}

/// Whether a comment marks a string.
fn is_mark(comment: &str) -> bool {
    let inside = comment.trim_start_matches(['#', '/', '*', ' ', '\t']);
    let inside = inside.trim_end_matches(['/', '*', ' ', '\t', '\r']);
    let inside = inside.trim_end_matches(':').to_ascii_lowercase();
    MARKS.contains(&&*inside)
}

/// A bracket that is open.
struct Bracket<'t> {
    sign: u8,
    /// The key that the path has for what is in it.
    key: Option<&'t str>,
    /// Whether the path has a step to elements for it.
    has_item: bool,
}

/// The walk over the tokens of a program.
struct Walk<'t, 'k> {
    values: Values<'t>,
    bom: usize,
    finder: Finder<'k, 't>,
    brackets: Vec<Bracket<'t>>,
    filters: Vec<FilterText>,
}

/// Brackets inside of each other: what is deeper has no path.
const DEEPEST: usize = 256;

impl<'t> Walk<'t, '_> {
    fn all(&mut self) {
        let tokens = self.values.tokens;
        // The key of a value that begins at the next token.
        let mut key: Option<&'t str> = None;
        // Whether braces would be around the elements of a list.
        let mut of_list = false;
        for (at, token) in tokens.iter().enumerate() {
            let before = key.take();
            match token.kind {
                Kind::Sign(sign @ (b'(' | b'[' | b'{')) => {
                    let key = before.filter(|_| self.brackets.len() < DEEPEST);
                    let is_list = sign == b'[' || std::mem::take(&mut of_list) && sign == b'{';
                    let has_item = key.is_some() && is_list;
                    if let Some(key) = key {
                        self.finder.key(key);
                    }
                    if has_item {
                        self.finder.item();
                    }
                    self.brackets.push(Bracket {
                        sign,
                        key,
                        has_item,
                    });
                    if has_item {
                        self.at_key(at + 1, false);
                    }
                }
                Kind::Sign(b')' | b']' | b'}') => {
                    if let Some(bracket) = self.brackets.pop() {
                        let steps = usize::from(bracket.key.is_some());
                        for _ in 0..steps + usize::from(bracket.has_item) {
                            self.finder.leave();
                        }
                        // `[]string{…}` of Go is a list.
                        let is_empty = at > 0 && tokens.get(at - 1).is_some_and(|it| it.is(b'['));
                        if is_empty {
                            key = bracket.key;
                            of_list = true;
                        }
                    }
                }
                Kind::Sign(sign @ (b'=' | b':' | b',')) => {
                    if sign == b',' && self.brackets.last().is_some_and(|it| it.has_item) {
                        self.at_key(at + 1, false);
                    }
                    let Some(sign) = self.separator(at) else {
                        continue;
                    };
                    for name in self.keys_before(at, sign) {
                        self.finder.key(name);
                        self.at_key(at + 1, sign == Separator::Comma);
                        self.finder.leave();
                    }
                    key = self.keys_before(at, sign).into_iter().next();
                }
                Kind::Sign(b'>') => {
                    // The second sign of `=>`.
                    let arrow = self.values.language.has_arrow
                        && at > 0
                        && tokens
                            .get(at - 1)
                            .is_some_and(|it| it.is(b'=') && it.range.end == token.range.start);
                    if arrow {
                        let keys = self.keys_before(at - 1, Separator::Colon);
                        for name in &keys {
                            self.finder.key(*name);
                            self.at_key(at + 1, false);
                            self.finder.leave();
                        }
                        key = keys.into_iter().next();
                    }
                }
                // As in `{"search": dict(query="…")}`, or `filters := []string{…}`.
                // As in `&["…"]` and `vec!["…"]`.
                Kind::Sign(b'&' | b'!') => key = before,
                Kind::Word | Kind::Comment => key = before.filter(|_| !token.starts_line),
                Kind::Sign(_) | Kind::Text(..) => {}
            }
        }
    }

    /// Which separator a sign is, if it is between a key and its value.
    fn separator(&self, at: usize) -> Option<Separator> {
        let token = self.values.token(at)?;
        let bytes = self.values.text.as_bytes();
        let before = token
            .range
            .start
            .checked_sub(1)
            .and_then(|before| bytes.get(before));
        let after = bytes.get(token.range.end);
        match token.kind {
            Kind::Sign(b'=') => {
                let compares = matches!(after, Some(b'=' | b'>' | b'~'))
                    || matches!(
                        before,
                        Some(
                            b'=' | b'!'
                                | b'<'
                                | b'>'
                                | b'+'
                                | b'-'
                                | b'*'
                                | b'/'
                                | b'%'
                                | b'&'
                                | b'|'
                                | b'^'
                                | b'.'
                                | b'~'
                        )
                    );
                (!compares).then_some(Separator::Equals)
            }
            Kind::Sign(b':') => {
                let is_other = matches!(after, Some(b':' | b'=')) || before == Some(&b':');
                (!is_other).then_some(Separator::Colon)
            }
            _ => Some(Separator::Comma),
        }
    }

    /// The names that the value after a separator may have.
    fn keys_before(&self, at: usize, separator: Separator) -> Vec<&'t str> {
        let text = self.values.text;
        let token = |back: usize| {
            at.checked_sub(back)
                .and_then(|at| self.values.tokens.get(at))
        };
        let written = |token: &Token| text.get(token.range.clone()).unwrap_or_default();
        let string = |token: &Token| match &token.kind {
            Kind::Text(_, inside) => text.get(inside.clone()),
            _ => None,
        };
        // `:=` has the name before the colon.
        let is_walrus = separator == Separator::Equals
            && token(1).is_some_and(|it| {
                it.is(b':')
                    && self
                        .values
                        .tokens
                        .get(at)
                        .is_some_and(|is| is.range.start == it.range.end)
            });
        let first = if is_walrus { 2 } else { 1 };
        let Some(last) = token(first) else {
            return Vec::new();
        };
        if separator == Separator::Comma {
            // The first argument of a call names the second.
            let opens = token(2).is_some_and(|it| it.is(b'(') || it.is(b'{'));
            return string(last).filter(|_| opens).into_iter().collect();
        }
        if let Some(key) = string(last) {
            return vec![key];
        }
        if last.is(b']') {
            let key = token(first + 1).and_then(string);
            let opens = token(first + 2).is_some_and(|it| it.is(b'['));
            return key.filter(|_| opens).into_iter().collect();
        }
        let mut names: Vec<&'t str> = Vec::new();
        if last.is_word() {
            let of_member = text.get(last.range.clone()).map(written_name);
            names.extend(of_member);
        }
        if separator == Separator::Equals && !is_walrus {
            // A type may be between the name and the value: `name: str = …`, `var name string = …`.
            let of_type = |token: &&Token| {
                token.is_word()
                    || matches!(
                        token.kind,
                        Kind::Sign(b'[' | b']' | b'<' | b'>' | b'&' | b'|' | b'?' | b'.' | b'*')
                    )
            };
            let mut back = 1;
            while back < 16 && token(back).is_some_and(|it| of_type(&it) && !it.starts_line) {
                back += 1;
            }
            if back > 1 && token(back).is_some_and(|it| it.is(b':')) {
                let name = token(back + 1).filter(|it| it.is_word());
                names.extend(name.and_then(|it| text.get(it.range.clone())));
            } else if last.is_word() && matches!(written(last), "string" | "String" | "str") {
                let name = token(2).filter(|it| it.is_word());
                names.extend(name.and_then(|it| text.get(it.range.clone())));
            }
        }
        names
    }

    /// Whether lines do not end values here.
    fn is_in_brackets(&self) -> bool {
        self.brackets.last().is_some_and(|bracket| {
            self.values.language.is_adjacent || matches!(bracket.sign, b'(' | b'[')
        })
    }

    /// Takes the value that begins with this token if it is a filter by its path.
    fn at_key(&mut self, at: usize, is_argument: bool) {
        if !self.finder.has_key() {
            return;
        }
        let Some((filter, guessed)) = self.filter(at) else {
            return;
        };
        let wanted = self.finder.wants(&guessed) && (!is_argument || is_likely(&guessed));
        if wanted {
            self.finder.take(filter, None);
            self.filters.extend(self.finder.take_last());
        }
    }

    /// The filter of the value that begins with this token, and its text with nothing in the place of
    /// holes.
    fn filter(&self, at: usize) -> Option<(FilterText, String)> {
        let value = self.values.value(at, self.is_in_brackets())?;
        let read = text::read(self.values.text, self.values.language, &value)?;
        let mut guessed = read.decoded.text.clone();
        for hole in read.holes.iter().rev() {
            guessed.replace_range(hole.clone(), &"_".repeat(hole.len()));
        }
        // A program may put the whole filter in, or none.
        if !guessed.contains(|c: char| c.is_alphanumeric()) {
            return None;
        }
        let start = self.bom + read.range.start;
        let steps = read.decoded.steps.iter();
        let steps = steps.map(|(from, to)| (*from, start + to)).collect();
        let literal = SourceString::of(self.values.text, self.values.language, &value, &read.range);
        let mut filter = FilterText::new(read.decoded.text, Map::steps(steps));
        filter.holes = read.holes;
        filter.open = read.open;
        filter.comments = self.comments(at);
        filter.writable = literal.is_some();
        if let Some(literal) = literal {
            filter.literal = Arc::new(literal);
        }
        Some((filter, guessed))
    }

    /// The comments on the lines before the one with this token, and at its end.
    fn comments(&self, at: usize) -> Vec<Comment> {
        let tokens = self.values.tokens;
        let mut first = at.min(tokens.len().saturating_sub(1));
        while first > 0 && tokens.get(first).is_some_and(|token| !token.starts_line) {
            first -= 1;
        }
        let before = tokens.get(..first).unwrap_or_default().iter().rev();
        let before = before
            .take_while(|token| matches!(token.kind, Kind::Comment) && token.starts_line)
            .take(16);
        let after = tokens.get(at + 1..).unwrap_or_default().iter();
        let after = after
            .take(64)
            .take_while(|token| !token.starts_line)
            .filter(|token| matches!(token.kind, Kind::Comment));
        let mut all: Vec<&Token> = before.collect();
        all.reverse();
        all.extend(after);
        let comment = |token: &&Token| {
            let text = self.values.text.get(token.range.clone())?;
            let text = text.trim_start_matches(['#', '/', '*']);
            let text = text.trim_end_matches('/').trim_end_matches('*').trim();
            Some(Comment {
                range: self.bom + token.range.start..self.bom + token.range.end,
                text: text.to_owned(),
                inside: None,
            })
        };
        all.iter().filter_map(comment).collect()
    }

    /// Takes the strings that comments mark.
    fn marked(&mut self) {
        let tokens = self.values.tokens;
        self.brackets.clear();
        let mut open = 0_usize;
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Sign(b'(' | b'[' | b'{') => open += 1,
                Kind::Sign(b')' | b']' | b'}') => open = open.saturating_sub(1),
                _ => {}
            }
            if !matches!(token.kind, Kind::Comment) || !is_mark(self.values.text_of(token)) {
                continue;
            }
            let Some(string) = self.string_at_mark(at) else {
                continue;
            };
            self.brackets.clear();
            if open > 0 {
                self.brackets.push(Bracket {
                    sign: b'(',
                    key: None,
                    has_item: false,
                });
            }
            let filter = self.filter(string).map(|(filter, _)| filter);
            self.filters.extend(filter);
        }
    }

    /// The string that the comment at a token marks: the last one before it on its line, or else the
    /// first one after it, on the same line or the next.
    fn string_at_mark(&self, at: usize) -> Option<usize> {
        let tokens = self.values.tokens;
        let is_text = |at: usize| {
            let token = tokens.get(at)?;
            let is_key = tokens
                .get(at + 1)
                .is_some_and(|next| next.is(b':') || next.is(b'=') || next.is(b']'));
            Some(matches!(token.kind, Kind::Text(..)) && !is_key)
        };
        if !tokens.get(at)?.starts_line {
            let ends_line = tokens.get(at + 1).is_none_or(|next| next.starts_line);
            let mut back = at;
            while ends_line && back > 0 {
                back -= 1;
                if is_text(back)? {
                    return Some(back);
                }
                if tokens.get(back)?.starts_line {
                    return None;
                }
            }
        }
        let mut lines = usize::from(!tokens.get(at)?.starts_line);
        for next in at + 1..tokens.len().min(at + 64) {
            lines += usize::from(tokens.get(next)?.starts_line);
            if lines > 1 {
                return None;
            }
            if is_text(next)? {
                return Some(next);
            }
        }
        None
    }
}

/// A name without the sign of a variable.
fn written_name(name: &str) -> &str {
    name.trim_start_matches('$')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Equals,
    Colon,
    Comma,
}
