//! Raw JSON strings, whose escapes are decoded on demand.

use std::borrow::Cow;

use super::Result;
use crate::eval::error::{EventError, EventErrorKind};

/// A string as the event writes it, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct RawString<'e> {
    inside: &'e [u8],
    offset: usize,
    escaped: bool,
}

impl<'e> RawString<'e> {
    /// The bytes between two quotes, the offset after the first quote, and whether any of them is a
    /// backslash.
    pub(in crate::eval) fn new(inside: &'e [u8], offset: usize, escaped: bool) -> RawString<'e> {
        RawString {
            inside,
            offset,
            escaped,
        }
    }

    /// The offset after the first quote.
    pub(in crate::eval) fn offset(self) -> usize {
        self.offset
    }

    /// The bytes between the quotes, if they are the string itself.
    #[inline]
    pub(in crate::eval) fn plain(self) -> Option<&'e [u8]> {
        (!self.escaped).then_some(self.inside)
    }

    /// The string, with its escapes undone; in the buffer, if there are any.
    pub(in crate::eval) fn text<'b>(self, buffer: &'b mut String) -> Result<&'b str>
    where
        'e: 'b,
    {
        let text = self.raw_text()?;
        if !self.escaped {
            return Ok(text);
        }
        buffer.clear();
        let mut rest = text;
        while let Some((before, after)) =
            memchr::memchr(b'\\', rest.as_bytes()).and_then(|at| rest.split_at_checked(at))
        {
            buffer.push_str(before);
            // A backslash and another one, as in paths, is the escape that matters.
            if let Some(after) = after.strip_prefix("\\\\") {
                buffer.push('\\');
                rest = after;
                continue;
            }
            let after = after.get(1..).unwrap_or_default();
            let offset = self.offset + (text.len() - after.len()) - 1;
            rest = unescape(after, buffer).map_err(|kind| EventError::new(kind, offset))?;
        }
        buffer.push_str(rest);
        Ok(buffer)
    }

    /// The string, with its escapes undone.
    pub(in crate::eval) fn decode(self) -> Result<Cow<'e, str>> {
        if !self.escaped {
            return self.raw_text().map(Cow::Borrowed);
        }
        let mut decoded = String::new();
        self.text(&mut decoded)?;
        Ok(Cow::Owned(decoded))
    }

    /// The bytes between the quotes, unchanged.
    fn raw_text(self) -> Result<&'e str> {
        std::str::from_utf8(self.inside).map_err(|error| {
            let at = self.offset + error.valid_up_to();
            EventError::new(EventErrorKind::InvalidUtf8, at)
        })
    }
}

/// Decodes the escape after a backslash; returns what follows it.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::json::{Cursor, Level};

    fn decode(level: Level, text: &str) -> std::result::Result<String, EventErrorKind> {
        let mut cursor = Cursor::new(level, text.as_bytes(), 0, 128);
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
            for (name, level) in Level::all() {
                assert_eq!(decode(level, text).ok(), theirs, "{name} {text}");
            }
        }
    }
}
