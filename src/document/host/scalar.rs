//! The places of a string's value in the way that YAML and TOML write it.

use std::ops::Range;
use std::sync::Arc;

use super::literal::{self, Literal};
use crate::document::{FilterText, Map};

/// The filter that is written at `range` of a text, without the blanks around it. `value` is what the
/// parser read there. Where the literal reads something else, the filter is not written, and its places
/// are found by following the value.
pub(super) fn filter(
    text: &str,
    range: Range<usize>,
    literal: &Arc<dyn Literal>,
    value: &str,
) -> FilterText {
    let written = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (written.len() - written.trim_start_matches(BLANKS).len());
    let inside = start..start + written.trim_matches(BLANKS).len();
    let filter = literal::filter(text, inside.clone(), literal, None);
    let value = value.trim_matches(BLANKS);
    if filter.writable && filter.text.trim_matches(BLANKS) == value {
        return filter;
    }
    // Which escapes there are does not matter: all that there are in either are followed.
    let style = match text.get(range.clone()).unwrap_or_default().contains('\\') {
        true => Style::Escaped,
        false => Style::Plain,
    };
    FilterText {
        writable: false,
        ..FilterText::new(value, map(text, inside, value, style, range.start))
    }
}

/// What is around a filter in its string, and none of it.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// How a string is written between its quotes, or without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Every character is itself; line breaks may be folded, and lines indented.
    Plain,
    /// With escapes that begin with a backslash.
    Escaped,
}

/// The way from the bytes of a value to those of `written`, a range of the file's text that starts
/// with the first character of the value.
///
/// The value is followed character by character, over folded lines and escapes. Where that does not
/// succeed, only the start of the string is known: `spot`.
///
/// ```text
/// value    a:1 AND b:2
/// written  a:1
///            AND b:2
/// ```
pub(super) fn map(
    text: &str,
    written: Range<usize>,
    value: &str,
    style: Style,
    spot: usize,
) -> Map {
    follow(text, written, value, style).unwrap_or(Map::spot(spot))
}

fn follow(text: &str, written: Range<usize>, value: &str, style: Style) -> Option<Map> {
    // Most are written as they are.
    let special = || memchr::memchr2(b'\\', b'\'', value.as_bytes());
    let is_plain = |rest: &str| rest.starts_with(value) && special().is_none();
    if text.get(written.clone()).is_some_and(is_plain) {
        return Some(Map::plain(written.start));
    }
    let end = written.end;
    let mut at = written.start;
    let mut steps: Vec<(usize, usize)> = vec![(0, at)];
    let mut in_step = (0, at);
    for (offset, c) in value.char_indices() {
        let length = loop {
            let rest = text.get(at..end)?;
            if let Some(length) = next_is(rest, c, style) {
                break length;
            }
            match rest.bytes().next() {
                // A fold: one blank or line break of the value for all the blanks.
                Some(b' ' | b'\t' | b'\r' | b'\n') if c.is_whitespace() => break 0,
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                // A line that goes on with the next.
                Some(b'\\') if style == Style::Escaped => {
                    let blanks = rest.get(1..).unwrap_or_default().trim_start();
                    let skipped = rest.len() - blanks.len();
                    if skipped < 2 {
                        return None;
                    }
                    at += skipped;
                }
                // A block may start with blank lines, which are not a part of what is written.
                _ if c.is_whitespace() && at == written.start => break 0,
                _ => return None,
            }
        };
        let (from, to) = in_step;
        let is_escaped = length != c.len_utf8() && in_step != (offset, at);
        if is_escaped || offset - from != at - to {
            in_step = (offset, at);
            steps.push(in_step);
        }
        at += length;
    }
    let (from, to) = in_step;
    if value.len() - from != at - to {
        steps.push((value.len(), at));
    }
    Some(Map::steps(steps))
}

/// How many bytes of the text write the character, if it is the next.
fn next_is(rest: &str, c: char, style: Style) -> Option<usize> {
    match (style, rest.bytes().next()?) {
        (Style::Escaped, b'\\') => {
            let (escaped, length) = escape(rest)?;
            (escaped == c).then_some(length)
        }
        _ => rest.starts_with(c).then(|| c.len_utf8()),
    }
}

/// The character of an escape, and its length.
pub(super) fn escape(rest: &str) -> Option<(char, usize)> {
    let code = rest.get(1..)?.chars().next()?;
    let hex = |digits: usize| {
        let number = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(number)?, 2 + digits))
    };
    let simple = match code {
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        ' ' | '"' | '/' | '\\' => code,
        _ => return None,
    };
    Some((simple, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written at the place of each word of the value.
    fn words<'t>(text: &'t str, value: &str, style: Style) -> Vec<&'t str> {
        let map = map(text, 0..text.len(), value, style, 0);
        let words = value.split_whitespace();
        let range = |word: &str| {
            let at = word.as_ptr() as usize - value.as_ptr() as usize;
            map.host_range(at..at + word.len())
        };
        words.map(|word| text.get(range(word)).unwrap()).collect()
    }

    #[test]
    fn words_are_found_where_they_are_written() {
        let plain = words(
            "a:1\n   AND   b:2\n\n  OR c",
            "a:1 AND   b:2\nOR c",
            Style::Plain,
        );
        assert_eq!(plain, ["a:1", "AND", "b:2", "OR", "c"]);
        let escaped = words(
            r#"a:\"é\" \\x \u00e9\U0001F600 y"#,
            "a:\"é\" \\x é😀 y",
            Style::Escaped,
        );
        assert_eq!(escaped, ["a:\\\"é\\\"", "\\\\x", "\\u00e9\\U0001F600", "y"]);
        let next_line = words("a:1 \\\n   AND b:2", "a:1 AND b:2", Style::Escaped);
        assert_eq!(next_line, ["a:1", "AND", "b:2"]);
    }

    #[test]
    fn what_cannot_be_followed_is_one_spot() {
        for (text, value, style) in [
            ("abc", "abd", Style::Plain),
            ("ab", "abc", Style::Plain),
            ("a\\qb", "aqb", Style::Escaped),
            ("a\\u00", "a\0", Style::Escaped),
            ("a\\é", "aé", Style::Escaped),
        ] {
            let map = map(text, 0..text.len(), value, style, 7);
            assert_eq!(map, Map::spot(7), "{text}");
            assert_eq!(map.host_range(1..2), 7..7);
        }
    }
}
