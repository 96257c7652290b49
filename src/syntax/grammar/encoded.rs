//! A filter that was escaped for a place that it no longer is in: for HTML, for JSON or a shell, for
//! a URL.

use super::Parser;
use crate::diagnostic::Edit;
use crate::span::Span;
use crate::syntax::error::ParseErrorKind;
use crate::syntax::lex;

/// What a filter may be escaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Html,
    Backslashes,
    Percent,
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Encoding::Html => "HTML",
            Encoding::Backslashes => "JSON or a shell",
            Encoding::Percent => "a URL",
        }
    }

    /// The length of an escape at the start of `input`.
    fn escape(self, input: &str) -> Option<usize> {
        match self {
            Encoding::Html => entity(input).map(|(len, _)| len),
            Encoding::Backslashes => {
                let quote = input.strip_prefix('\\')?.chars().next()?;
                matches!(quote, '"' | '\'' | '`').then_some(2)
            }
            Encoding::Percent => percent(input).map(|_| 3),
        }
    }

    /// The text without escapes; none where it cannot be one.
    fn decode(self, text: &str) -> Option<String> {
        let mut bytes = Vec::with_capacity(text.len());
        let has_blanks = text.contains(lex::is_blank);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let len = match (self, c) {
                // The `&&` of other languages.
                (Encoding::Html, '&') if rest.starts_with("&amp;&amp;") => {
                    let after = rest.get("&amp;&amp;".len()..).unwrap_or_default();
                    let blank = |is_there: bool| if is_there { "" } else { " " };
                    bytes.extend_from_slice(blank(bytes.ends_with(b" ")).as_bytes());
                    bytes.extend_from_slice(b"AND");
                    bytes.extend_from_slice(blank(after.starts_with(' ')).as_bytes());
                    Some("&amp;&amp;".len())
                }
                (Encoding::Html, '&') => entity(rest).map(|(len, meant)| {
                    bytes.extend_from_slice(meant.as_bytes());
                    len
                }),
                (Encoding::Backslashes, '\\') => {
                    let next = rest.as_bytes().get(1).copied();
                    let next = next.filter(|next| matches!(next, b'"' | b'\'' | b'`' | b'\\'));
                    next.map(|next| {
                        bytes.push(next);
                        2
                    })
                }
                (Encoding::Percent, '%') => percent(rest).map(|byte| {
                    bytes.push(byte);
                    3
                }),
                // Forms write a blank so.
                (Encoding::Percent, '+') if !has_blanks => {
                    bytes.push(b' ');
                    Some(1)
                }
                _ => None,
            };
            let len = len.unwrap_or_else(|| {
                let len = c.len_utf8();
                bytes.extend_from_slice(rest.as_bytes().get(..len).unwrap_or_default());
                len
            });
            rest = rest.get(len..)?;
        }
        String::from_utf8(bytes).ok()
    }
}

/// The characters of HTML that occur in filters.
const ENTITIES: [(&str, &str); 16] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#x22;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&#96;", "`"),
    ("&#x60;", "`"),
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&lt;", "<"),
    ("&#60;", "<"),
    ("&gt;", ">"),
    ("&#62;", ">"),
    ("&nbsp;", " "),
    ("&#160;", " "),
];

fn entity(input: &str) -> Option<(usize, &'static str)> {
    let mut entities = ENTITIES.iter();
    let is_it = |name: &str| {
        let start = input.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let (name, meant) = entities.find(|(name, _)| is_it(name))?;
    Some((name.len(), meant))
}

/// The byte of `%3A`.
fn percent(input: &str) -> Option<u8> {
    let digits = input.strip_prefix('%')?.get(..2)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u8::from_str_radix(digits, 16).ok())?
}

impl Parser<'_> {
    /// Whether a word that starts here shows that the whole filter is escaped. Reports it, and reads no
    /// further: nothing that follows is what it looks like.
    pub(super) fn is_encoded(&mut self, free: bool) -> bool {
        let (encoding, at) = match self.peek() {
            Some('&') => (Encoding::Html, 0),
            Some('\\') => (Encoding::Backslashes, 0),
            _ if free => match encoded_operator(self.rest) {
                Some(found) => found,
                None => return false,
            },
            _ => return false,
        };
        self.report_encoded(encoding, at)
    }

    /// The same for an escape of HTML, `at` bytes on.
    pub(super) fn is_entity(&mut self, at: usize) -> bool {
        self.report_encoded(Encoding::Html, at)
    }

    fn report_encoded(&mut self, encoding: Encoding, at: usize) -> bool {
        let escape = self.rest.get(at..).and_then(|rest| encoding.escape(rest));
        let Some(len) = escape else {
            return false;
        };
        let start = self.at() + at as u32;
        let span = Span::new(start, start + len as u32);
        let kind = ParseErrorKind::EncodedText {
            target: encoding.name(),
        };
        match encoding.decode(self.text) {
            Some(text) => {
                let fix = Edit::replace(Span::new(0, self.text.len() as u32), text);
                self.error_with_fix(kind, span, fix);
            }
            None => self.error(kind, span),
        }
        self.halted = true;
        true
    }
}

/// An escaped operator after a name: `state%3A`, `severity&gt;`. Returns its offset.
fn encoded_operator(input: &str) -> Option<(Encoding, usize)> {
    let (after, _) = lex::token_name(input).ok()?;
    let at = input.len() - after.len();
    let byte = percent(after).or_else(|| entity(after)?.1.bytes().next());
    let encoding = match after.starts_with('%') {
        true => Encoding::Percent,
        false => Encoding::Html,
    };
    byte.is_some_and(|byte| b":<>=!".contains(&byte))
        .then_some((encoding, at))
}
