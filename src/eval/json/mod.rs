//! A lazy JSON reader: reads the values that are asked for, and as little else as possible.
//!
//! [`Cursor`] reads single values and skips others. Skipped values are validated only in their
//! brackets and strings; values that are read are validated fully; [`validate`] reads everything.
//! Nothing here recurses, and no byte outside of the slice is read.

mod after_key;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
mod document;
mod find;
mod keys;
mod level;
mod line;
#[cfg(target_arch = "aarch64")]
mod neon;
mod string;
mod vector;
mod window;

pub(super) use after_key::{AfterKey, after_key};
pub(super) use document::{any_string, validate};
pub(super) use find::Needle;
pub(super) use keys::{Keys, Seen};
pub(super) use level::Level;
pub(super) use line::line_end;
pub(super) use string::RawString;

use crate::eval::error::{EventError, EventErrorKind};
use crate::value::WrittenNumber;
use window::Window;

type Result<T> = std::result::Result<T, EventError>;

/// An offset in an event's bytes, outside of strings.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'e> {
    bytes: &'e [u8],
    at: usize,
    /// How deep objects and arrays may be nested.
    nesting: usize,
    window: Window<'e>,
    level: Level,
}

impl<'e> Cursor<'e> {
    pub(super) fn new(level: Level, bytes: &'e [u8], at: usize, nesting: usize) -> Cursor<'e> {
        Cursor {
            bytes,
            at,
            nesting,
            window: Window::new(level, bytes, at),
            level,
        }
    }

    /// Another one in the same bytes.
    pub(super) fn moved_to(&self, at: usize) -> Cursor<'e> {
        Cursor::new(self.level, self.bytes, at, self.nesting)
    }

    /// Moves to an offset outside of strings, which may be an earlier one.
    pub(super) fn seek(&mut self, at: usize) {
        self.at = at;
        self.window.seek(at);
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// All that is left.
    pub(super) fn rest(&self) -> &'e [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn error(&self, kind: EventErrorKind) -> EventError {
        EventError::new(kind, self.at)
    }

    /// The error for the byte at the cursor, which is not the expected one.
    #[cold]
    pub(super) fn unexpected(&self) -> EventError {
        self.error(match self.peek() {
            Some(_) => EventErrorKind::UnexpectedByte,
            None => EventErrorKind::UnexpectedEnd,
        })
    }

    /// Blanks of JSON.
    #[inline(always)] // there are hardly ever any
    pub(super) fn blanks(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.some_blanks();
        }
    }

    #[inline(never)]
    fn some_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes this byte, if it is next.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    pub(super) fn require(&mut self, byte: u8) -> Result<()> {
        match self.eat(byte) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// An opening bracket, inside of `depth` objects and arrays.
    pub(super) fn open(&mut self, depth: usize) -> Result<()> {
        if depth >= self.nesting {
            return Err(self.error(EventErrorKind::NestingTooDeep));
        }
        self.at += 1;
        Ok(())
    }

    /// A string, from its opening quote.
    #[inline(always)] // as `Window::quote`
    pub(super) fn string(&mut self) -> Result<RawString<'e>> {
        self.require(b'"')?;
        let start = self.at;
        let (end, escaped) = self.window.quote(start)?;
        self.at = end + 1;
        let inside = self.bytes.get(start..end).unwrap_or_default();
        Ok(RawString::new(inside, start, escaped))
    }

    /// A number, as it is written.
    pub(super) fn number(&mut self) -> Result<&'e str> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.peek() {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        match std::str::from_utf8(text) {
            Ok(text) if is_number(text.as_bytes()) => Ok(text),
            _ => Err(EventError::new(EventErrorKind::InvalidNumber, start)),
        }
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self) -> Result<Option<bool>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let words: [(&[u8], _); 3] = [
            (b"true", Some(true)),
            (b"false", Some(false)),
            (b"null", None),
        ];
        for (word, value) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        let wrong = words.iter().any(|(word, _)| word.starts_with(rest));
        Err(match wrong {
            true => EventError::new(EventErrorKind::UnexpectedEnd, self.bytes.len()),
            false => self.unexpected(),
        })
    }

    /// Moves to the next element of an array, or after its `]`; returns whether there is one.
    /// `first` says that the cursor is after the `[`, and not after an element.
    #[inline(always)] // as `blanks`
    pub(super) fn next_element(&mut self, first: bool) -> Result<bool> {
        self.next_or_close(first, b']')
    }

    /// Moves to the key of the next member of an object, or after its `}`; returns whether there is
    /// one. `first` says that the cursor is after the `{`, and not after a member.
    #[inline(always)] // as `blanks`
    pub(super) fn next_member(&mut self, first: bool) -> Result<bool> {
        self.next_or_close(first, b'}')
    }

    #[inline(always)] // as `blanks`
    fn next_or_close(&mut self, first: bool, close: u8) -> Result<bool> {
        if first {
            self.blanks();
            return Ok(!self.eat(close));
        }
        if self.comma() {
            return Ok(true);
        }
        self.require(close)?;
        Ok(false)
    }

    /// Takes the comma after a value and the blanks around it, if there is one.
    #[inline(always)] // as `blanks`
    fn comma(&mut self) -> bool {
        if let Some([b',', next]) = self.two()
            && *next > b' '
        {
            self.at += 1;
            return true;
        }
        self.blanks();
        let found = self.eat(b',');
        self.blanks();
        found
    }

    /// The next two bytes.
    #[inline(always)] // as `blanks`
    fn two(&self) -> Option<&[u8; 2]> {
        let rest = self.bytes.get(self.at..)?;
        rest.first_chunk()
    }

    /// Takes the colon after a key, and the blanks around it.
    #[inline(always)] // as `blanks`
    pub(super) fn colon(&mut self) -> Result<()> {
        if let Some([b':', next]) = self.two()
            && *next > b' '
        {
            self.at += 1;
            return Ok(());
        }
        self.blanks();
        self.require(b':')?;
        self.blanks();
        Ok(())
    }

    /// Skips a value: to its closing bracket, or over a string or what looks like a number or a
    /// word. `depth` objects and arrays are around it.
    #[inline(always)] // as `Window::quote`
    pub(super) fn skip(&mut self, depth: usize) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.at = self.window.quote(self.at + 1)?.0 + 1,
            Some(b'{' | b'[') => {
                let nesting = self.nesting.saturating_sub(depth);
                self.at = self.window.close(self.at, 0, nesting)?;
            }
            _ => return self.skip_word(),
        }
        Ok(())
    }

    #[inline(never)]
    fn skip_word(&mut self) -> Result<()> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9' | b'a'..=b'z')) {
            return Err(self.unexpected());
        }
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'E' | b'a'..=b'z') = self.peek() {
            self.at += 1;
        }
        Ok(())
    }

    /// Skips the rest of the innermost objects and arrays, as many as `levels`; `depth` are open.
    pub(super) fn close(&mut self, levels: usize, depth: usize) -> Result<()> {
        let nesting = self.nesting.saturating_sub(depth.saturating_sub(levels));
        self.at = self.window.close(self.at, levels, nesting)?;
        Ok(())
    }
}

/// Whether a text is a number of JSON (RFC 8259, 6).
pub(super) fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let number = WrittenNumber::read(unsigned);
    number.is_some_and(|number| number.whole == 1 || !unsigned.starts_with(b"0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_json() {
        for text in [
            "0", "-0", "10", "1.5", "1e5", "1E+5", "1.5e-5", "01", "-", "1.", ".5", "1e", "+1",
            "1-1",
        ] {
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(is_number(text.as_bytes()), theirs, "{text}");
        }
    }
}
