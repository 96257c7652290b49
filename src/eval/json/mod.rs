//! Reading raw event bytes: what is asked for, and as little else as can be.
//!
//! [`Cursor`] reads single values and skips others; [`walk`] follows a tree of wanted keys. What
//! is skipped is not validated beyond its brackets and strings; what is read is. Nothing here
//! recurses, and no byte outside of the slice is looked at.

mod block;
mod walk;

use std::borrow::Cow;

pub(super) use walk::{Found, Wanted, WantedBuilder, walk};

use super::error::{EventError, EventErrorKind};

type Result<T> = std::result::Result<T, EventError>;

/// A place in an event's bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'e> {
    bytes: &'e [u8],
    at: usize,
    /// How deep objects and arrays may be nested.
    nesting: usize,
}

/// A string as it stands in the event, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawString<'e> {
    inside: &'e [u8],
    offset: usize,
    escaped: bool,
}

impl<'e> Cursor<'e> {
    pub(super) fn new(bytes: &'e [u8], nesting: usize) -> Cursor<'e> {
        Cursor {
            bytes,
            at: 0,
            nesting,
        }
    }

    /// At another place of the same event.
    pub(super) fn moved_to(self, at: usize) -> Cursor<'e> {
        Cursor { at, ..self }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn nesting(&self) -> usize {
        self.nesting
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn error(&self, kind: EventErrorKind) -> EventError {
        EventError::new(kind, self.at)
    }

    /// That something else is expected here than what stands here.
    pub(super) fn unexpected(&self) -> EventError {
        self.error(match self.peek() {
            Some(_) => EventErrorKind::UnexpectedByte,
            None => EventErrorKind::UnexpectedEnd,
        })
    }

    /// Blanks of JSON.
    pub(super) fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// This byte, if it stands here.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn require(&mut self, byte: u8) -> Result<()> {
        match self.eat(byte) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// A string, from its opening quote.
    pub(super) fn string(&mut self) -> Result<RawString<'e>> {
        self.require(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at += plain_bytes(self.bytes.get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    let inside = self.bytes.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    let offset = start;
                    return Ok(RawString {
                        inside,
                        offset,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(0..=0x1f) => return Err(self.error(EventErrorKind::ControlCharacter)),
                Some(_) => self.at += 1,
                None => {
                    // An escape at the very end steps beyond it.
                    self.at = self.bytes.len();
                    return Err(self.error(EventErrorKind::UnexpectedEnd));
                }
            }
        }
    }

    /// A number, as it is written.
    pub(super) fn number(&mut self) -> Result<&'e str> {
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.peek() {
            self.at += 1;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        match std::str::from_utf8(text) {
            Ok(text) if is_number(text) => Ok(text),
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

    /// Skips a value: to its closing bracket, or over a string or what looks like a number or a
    /// word. `depth` objects and arrays are around it.
    pub(super) fn skip(&mut self, depth: usize) -> Result<()> {
        match self.peek() {
            Some(b'{' | b'[') => {
                let nesting = self.nesting.saturating_sub(depth);
                self.at = block::skip(self.bytes, self.at, 0, nesting)?;
            }
            Some(b'"') => {
                self.string()?;
            }
            Some(b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'E' | b'a'..=b'z') = self.peek()
                {
                    self.at += 1;
                }
            }
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }
}

impl<'e> Cursor<'e> {
    /// Skips the rest of the object that the cursor is in; `depth` counts it and those around it.
    pub(super) fn close(&mut self, depth: usize) -> Result<()> {
        let nesting = self.nesting.saturating_sub(depth.saturating_sub(1));
        self.at = block::skip(self.bytes, self.at, 1, nesting)?;
        Ok(())
    }
}

impl<'e> RawString<'e> {
    /// The bytes between the quotes, if they are the string itself.
    pub(super) fn plain(self) -> Option<&'e [u8]> {
        (!self.escaped).then_some(self.inside)
    }

    /// The string, with its escapes undone.
    pub(super) fn decode(self) -> Result<Cow<'e, str>> {
        let text = std::str::from_utf8(self.inside).map_err(|error| {
            EventError::new(
                EventErrorKind::InvalidUtf8,
                self.offset + error.valid_up_to(),
            )
        })?;
        if !self.escaped {
            return Ok(Cow::Borrowed(text));
        }
        let mut decoded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('\\') {
            decoded.push_str(before);
            let offset = self.offset + (text.len() - after.len()) - 1;
            rest = unescape(after, &mut decoded).map_err(|kind| EventError::new(kind, offset))?;
        }
        decoded.push_str(rest);
        Ok(Cow::Owned(decoded))
    }
}

/// How many bytes at least stand here before the next quote, backslash or control character; looked
/// for eight at a time.
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    // The top bit of each byte that is zero; a false one may stand above a true one, never below.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = zeros(word & (ONES * 0xe0));
        let found = quotes | backslashes | controls;
        if found != 0 {
            return bytes.len() - rest.len() + found.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    bytes.len() - rest.len()
}

/// Undoes the escape behind a backslash; gives what follows it.
fn unescape<'t>(
    after: &'t str,
    decoded: &mut String,
) -> std::result::Result<&'t str, EventErrorKind> {
    let mut chars = after.chars();
    let plain = match chars.next() {
        Some(c @ ('"' | '\\' | '/')) => c,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => {
            let (unit, rest) = code_unit(chars.as_str())?;
            let (c, rest) = match unit {
                0xd800..=0xdbff => {
                    let low = rest
                        .strip_prefix("\\u")
                        .ok_or(EventErrorKind::LoneSurrogate)?;
                    let (low, rest) = code_unit(low)?;
                    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400);
                    let low = low.ok_or(EventErrorKind::LoneSurrogate)?;
                    (0x10000 + ((unit - 0xd800) << 10) + low, rest)
                }
                _ => (unit, rest),
            };
            decoded.push(char::from_u32(c).ok_or(EventErrorKind::LoneSurrogate)?);
            return Ok(rest);
        }
        _ => return Err(EventErrorKind::InvalidEscape),
    };
    decoded.push(plain);
    Ok(chars.as_str())
}

fn code_unit(text: &str) -> std::result::Result<(u32, &str), EventErrorKind> {
    let (digits, rest) = text
        .split_at_checked(4)
        .ok_or(EventErrorKind::InvalidEscape)?;
    match digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok((u32::from_str_radix(digits, 16).unwrap_or_default(), rest)),
        false => Err(EventErrorKind::InvalidEscape),
    }
}

/// Whether a text is a number of JSON (RFC 8259, 6).
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let text = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(text);
    let mut rest = text.get(whole..).unwrap_or_default();
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        rest = exponent.get(count..).unwrap_or_default();
        if count == 0 {
            return false;
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> std::result::Result<String, EventErrorKind> {
        let mut cursor = Cursor::new(text.as_bytes(), 128);
        let decoded = cursor.string().and_then(RawString::decode);
        decoded.map(Cow::into_owned).map_err(EventError::kind)
    }

    #[test]
    fn strings_are_decoded_as_serde_json_does() {
        for text in [
            r#""""#,
            r#""plain""#,
            r#""a\"b\\c\/d""#,
            r#""\b\f\n\r\t""#,
            r#""\u0041\u00e9""#,
            r#""\ud83d\ude00""#,
            "\"é😀\"",
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800\u0041""#,
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            r#""\u+123""#,
            "\"a\nb\"",
            "\"a\0b\"",
            r#""open"#,
            r#""open\"#,
            r#""\"#,
        ] {
            let theirs = serde_json::from_str::<String>(text).ok();
            assert_eq!(decode(text).ok(), theirs, "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        for text in [
            "0", "-0", "10", "1.5", "1e5", "1E+5", "1.5e-5", "01", "-", "1.", ".5", "1e", "+1",
            "1-1",
        ] {
            let theirs = serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert_eq!(is_number(text), theirs, "{text}");
        }
    }
}
