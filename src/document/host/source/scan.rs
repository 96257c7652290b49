//! The tokens of a program: words, strings, signs and comments, in time linear to its length.

use std::ops::Range;

use super::language::{Escapes, Form, Holes, Language};

/// Values in strings in values, and so on: what is deeper is not read.
const DEEPEST: usize = 8;

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// Whether it is the first of its line.
    pub(super) starts_line: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Word,
    Sign(u8),
    Comment,
    /// With what is between its quotes.
    Text(&'static Form, Range<usize>),
}

impl Token {
    pub(super) fn is(&self, sign: u8) -> bool {
        matches!(self.kind, Kind::Sign(is) if is == sign)
    }

    pub(super) fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word)
    }
}

/// The tokens of a text. Where it is not of the language, those before.
pub(super) fn tokens(text: &str, language: &'static Language) -> Vec<Token> {
    let mut scanner = Scanner { text, language };
    scanner.all()
}

/// Whether a byte is a part of a word.
pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

struct Scanner<'t> {
    text: &'t str,
    language: &'static Language,
}

/// How a string ends.
enum End {
    /// What is between the quotes, and the end of the whole.
    At(Range<usize>, usize),
    /// Its line does not end it.
    NotOnLine,
    /// Nothing does.
    Nowhere,
}

impl Scanner<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn starts(&self, at: usize, with: &str) -> bool {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        rest.starts_with(with.as_bytes())
    }

    /// The first byte from `at` on that ends a line, or the end.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |more| at + more)
    }

    fn all(&mut self) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let (mut at, mut starts_line) = (0, true);
        let start = self
            .text
            .trim_start_matches(|c: char| c.is_ascii_whitespace());
        let first = self.text.len() - start.len();
        while let Some(byte) = self.byte(at) {
            if byte.is_ascii_whitespace() {
                starts_line |= byte == b'\n';
                at += 1;
                continue;
            }
            if self.language.in_pages {
                let outside = if at == first { self.page(at) } else { None };
                if let Some(end) = outside.or_else(|| self.page_after(at)) {
                    at = end;
                    continue;
                }
                if let Some(end) = self.heredoc(at) {
                    tokens.push(Token {
                        kind: Kind::Sign(b'<'),
                        range: at..end,
                        starts_line,
                    });
                    (at, starts_line) = (end, false);
                    continue;
                }
            }
            let is_regex = byte == b'/'
                && self.language.has_regex
                && may_begin_regex(self.text, tokens.last());
            let mut push = |kind, range: Range<usize>| {
                tokens.push(Token {
                    kind,
                    range,
                    starts_line,
                });
                starts_line = false;
            };
            if let Some(end) = self.comment(at) {
                let Some(end) = end else { break };
                push(Kind::Comment, at..end);
                at = end;
                continue;
            }
            if let Some((form, inside)) = self.opening(at) {
                match self.end_of(form, inside, 0) {
                    End::At(range, end) => {
                        push(Kind::Text(form, range), at..end);
                        at = end;
                    }
                    End::NotOnLine => at = self.line_end(at),
                    End::Nowhere => break,
                }
                continue;
            }
            if byte == b'\'' && self.language.has_characters {
                at = self.character(at);
                continue;
            }
            if let Some(end) = is_regex.then(|| self.regex(at)).flatten() {
                at = end;
                continue;
            }
            if is_of_word(byte) {
                let rest = self.text.as_bytes().get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| !is_of_word(*byte));
                let end = at + length.unwrap_or(rest.len());
                push(Kind::Word, at..end);
                at = end;
                continue;
            }
            push(Kind::Sign(byte), at..at + 1);
            at += 1;
        }
        tokens
    }

    /// The end of the page that begins here, where a program begins; nothing if this is a program, or if
    /// none begins.
    fn page(&self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let start = memchr::memmem::find(rest, b"<?")?;
        Some(at + start + 2)
    }

    /// The end of the page after a program that ends here.
    fn page_after(&self, at: usize) -> Option<usize> {
        self.starts(at, "?>")
            .then(|| self.page(at).unwrap_or(self.text.len()))
    }

    /// The end of the lines of text that begin here, as after `<<<NAME`; they are no filter.
    fn heredoc(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?.strip_prefix("<<<")?;
        let rest = rest.trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
        let end = rest.bytes().position(|byte| !is_of_word(byte))?;
        let name = rest.get(..end).filter(|name| !name.is_empty())?;
        let mut line = self.line_end(at);
        while line < self.text.len() {
            let next = line + 1;
            let text = self.text.get(next..).unwrap_or_default();
            let text = text.trim_start_matches([' ', '\t']);
            let after = text.strip_prefix(name);
            if let Some(after) = after.filter(|after| !after.bytes().next().is_some_and(is_of_word))
            {
                return Some(self.text.len() - after.len());
            }
            line = self.line_end(next);
        }
        Some(self.text.len())
    }

    /// The end of the comment that begins here, if it ends.
    fn comment(&self, at: usize) -> Option<Option<usize>> {
        if self.language.line.iter().any(|mark| self.starts(at, mark)) {
            // Attributes of PHP begin with `#[`.
            let is_attribute = self.language.line.len() > 1 && self.starts(at, "#[");
            return (!is_attribute).then(|| Some(self.line_end(at)));
        }
        let (open, close) = self.language.block?;
        if !self.starts(at, open) {
            return None;
        }
        let mut depth = 1_usize;
        let mut inside = at + open.len();
        let bytes = self.text.as_bytes();
        while depth > 0 {
            let rest = bytes.get(inside..).unwrap_or_default();
            let Some(next) = memchr::memchr2(b'*', b'/', rest) else {
                return Some(None);
            };
            inside += next;
            if self.starts(inside, close) {
                depth -= 1;
                inside += close.len();
            } else if self.language.nested && self.starts(inside, open) {
                depth += 1;
                inside += open.len();
            } else {
                inside += 1;
            }
        }
        Some(Some(inside))
    }

    /// The form of the string that begins here, and the start of what is between its quotes.
    fn opening(&self, at: usize) -> Option<(&'static Form, usize)> {
        let byte = self.byte(at)?;
        if is_of_word(byte) && byte != b'$' {
            // A prefix is short.
            let rest = self
                .text
                .as_bytes()
                .get(at..at + 3_usize.min(self.text.len() - at));
            let quoted = rest?.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'#'));
            if !quoted {
                return None;
            }
        } else if !matches!(byte, b'"' | b'\'' | b'`' | b'$' | b'@') {
            return None;
        }
        self.language.forms.iter().find_map(|form| {
            let mut prefixes = form.prefixes.iter();
            let prefix = prefixes.find_map(|prefix| {
                let is = self.text.get(at..at + prefix.len())?;
                is.eq_ignore_ascii_case(prefix).then_some(prefix.len())
            })?;
            let mut quote = at + prefix;
            if form.fence == Some(b'#') {
                quote += self.count(quote, b'#');
            }
            if !self.starts(quote, form.open) {
                return None;
            }
            let more = match form.fence {
                Some(b'"') => self.count(quote + form.open.len(), b'"'),
                _ => 0,
            };
            Some((form, quote + form.open.len() + more))
        })
    }

    fn count(&self, at: usize, byte: u8) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take_while(|is| **is == byte).count()
    }

    /// Where the string ends whose text begins at `inside`.
    fn end_of(&self, form: &'static Form, inside: usize, depth: usize) -> End {
        let fence = match form.fence {
            Some(b'#') => {
                let before = self.text.as_bytes().get(..inside.saturating_sub(1));
                let fence = before.unwrap_or_default().iter().rev();
                fence.take_while(|byte| **byte == b'#').count()
            }
            Some(_) => {
                let before = self.text.as_bytes().get(..inside).unwrap_or_default();
                let quotes = before.iter().rev().take_while(|byte| **byte == b'"');
                quotes.count().saturating_sub(form.close.len())
            }
            None => 0,
        };
        let fence = std::iter::repeat_n(form.fence.unwrap_or_default(), fence);
        let close: Vec<u8> = form.close.bytes().chain(fence).collect();
        let mut at = inside;
        while let Some(byte) = self.byte(at) {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            if rest.starts_with(&close) {
                if form.escapes == Escapes::Doubled && self.byte(at + 1) == Some(b'"') {
                    at += 2;
                    continue;
                }
                return End::At(inside..at, at + close.len());
            }
            match byte {
                b'\n' if !form.has_lines => return End::NotOnLine,
                b'\\' if !matches!(form.escapes, Escapes::None | Escapes::Doubled) => {
                    at += 2;
                    continue;
                }
                b'{' | b'$' => {
                    if let Some(open) = self.hole(form.holes, at) {
                        match self.hole_end(form, open, depth) {
                            Some(end) => at = end,
                            None if form.has_lines => return End::Nowhere,
                            None => return End::NotOnLine,
                        }
                        continue;
                    }
                    let doubled = form.holes == Holes::Braces && self.starts(at, "{{");
                    at += if doubled { 2 } else { 1 };
                }
                _ => at += 1,
            }
        }
        match form.has_lines {
            true => End::Nowhere,
            false => End::NotOnLine,
        }
    }

    /// The start of the program inside of the braces that begin here.
    fn hole(&self, holes: Holes, at: usize) -> Option<usize> {
        let next = self.byte(at + 1);
        match (holes, self.byte(at)?) {
            (Holes::Braces, b'{') if next != Some(b'{') => Some(at + 1),
            (Holes::DollarBraces | Holes::Kotlin | Holes::Php, b'$') if next == Some(b'{') => {
                Some(at + 2)
            }
            (Holes::Php, b'{') if next == Some(b'$') => Some(at + 1),
            _ => None,
        }
    }

    /// The end of braces in a string, after them.
    fn hole_end(&self, form: &'static Form, inside: usize, depth: usize) -> Option<usize> {
        if depth > DEEPEST {
            return None;
        }
        let (mut at, mut open) = (inside, 1_usize);
        while let Some(byte) = self.byte(at) {
            if byte == b'\n' && !form.has_lines {
                return None;
            }
            if let Some((inner, start)) = self.opening(at) {
                // Before Python 3.12, the quote of the string around ended it.
                match self.end_of(inner, start, depth + 1) {
                    End::At(_, end) => at = end,
                    End::NotOnLine | End::Nowhere => return None,
                }
                continue;
            }
            match byte {
                b'{' => open += 1,
                b'}' => open -= 1,
                _ => {}
            }
            at += 1;
            if open == 0 {
                return Some(at);
            }
        }
        None
    }

    /// The end of `'x'`, or of the quote alone, as of a lifetime in Rust.
    fn character(&self, at: usize) -> usize {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let mut chars = rest.char_indices();
        let (Some((_, first)), second) = (chars.next(), chars.next()) else {
            return at + 1;
        };
        if first == '\\' {
            // The longest is `'\u{10FFFF}'`.
            let near = rest.bytes().enumerate().take(16).skip(2);
            let mut quotes = near.filter(|(_, byte)| *byte == b'\'');
            return quotes.next().map_or(at + 1, |(more, _)| at + 2 + more);
        }
        match second {
            Some((more, '\'')) => at + 2 + more,
            _ => at + 1,
        }
    }

    /// The end of a regular expression on this line.
    fn regex(&self, at: usize) -> Option<usize> {
        let end = self.line_end(at);
        let mut in_class = false;
        let mut inside = at + 1;
        while inside < end {
            match self.byte(inside)? {
                b'\\' => inside += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return Some(inside + 1),
                _ => {}
            }
            inside += 1;
        }
        None
    }
}

/// Whether a slash after this token begins a regular expression, and does not divide.
fn may_begin_regex(text: &str, last: Option<&Token>) -> bool {
    let Some(last) = last else { return true };
    match last.kind {
        Kind::Sign(sign) => !matches!(sign, b')' | b']' | b'}' | b'<'),
        Kind::Word => matches!(
            text.get(last.range.clone()),
            Some("return" | "typeof" | "case" | "in" | "of" | "void")
        ),
        Kind::Text(..) => false,
        Kind::Comment => true,
    }
}
