//! The text of strings of a program, with the place of every byte, and writing it.

use std::ops::Range;

use super::holes;
use super::language::{Escapes, Form, Holes, Language};
use super::values::{Part, Value};
use crate::document::host::literal::{Decoded, Decoder};

/// The text of a value.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) decoded: Decoded,
    /// The range in the host, without the blanks around the text.
    pub(super) range: Range<usize>,
    pub(super) holes: Vec<Range<usize>>,
    /// Those of the holes for which any text may come.
    pub(super) open: Vec<Range<usize>>,
}

/// Reads the text of a value. Nothing if a string of it is not one of the language.
pub(super) fn read(host: &str, language: &Language, value: &Value) -> Option<Read> {
    let bounds = |part: &Part| match part {
        Part::Text { inside, .. } => inside.clone(),
        Part::Value(range) => range.clone(),
    };
    let mut start = bounds(value.parts.first()?).start;
    let mut end = bounds(value.parts.last()?).end;
    // Blanks around the text are none of it.
    if let Some(Part::Text { inside, .. }) = value.parts.first() {
        let text = host.get(inside.clone())?;
        start += text.len() - text.trim_ascii_start().len();
    }
    if let Some(Part::Text { inside, .. }) = value.parts.last() {
        let text = host.get(inside.clone())?;
        end -= text.len() - text.trim_ascii_end().len();
    }
    let mut reader = Reader {
        decoder: Decoder::new(host.get(start..end.max(start))?),
        host,
        start,
        holes: Vec::new(),
        open: Vec::new(),
    };
    let mut parts = value.parts.iter().peekable();
    let mut before: Option<usize> = None;
    while let Some(part) = parts.next() {
        match part {
            Part::Text {
                form,
                inside,
                format,
            } => {
                let from = inside.start.max(start).min(end);
                let to = inside.end.min(end).max(from);
                reader.go_to(from);
                let holes = match (format, form.holes) {
                    (_, own) if own != Holes::None => own,
                    (Some(format), _) => *format,
                    (None, _) => language.templates,
                };
                reader.string(form, holes, to)?;
                before = Some(to);
            }
            Part::Value(range) => {
                let from = before.unwrap_or(range.start);
                let to = match parts.peek() {
                    Some(Part::Text { inside, .. }) => inside.start,
                    _ => range.end,
                };
                reader.go_to(from);
                let is_open = !holes::is_harmless(host.get(range.clone()).unwrap_or_default());
                reader.hole(to.checked_sub(from)?, is_open);
                before = Some(to);
            }
        }
    }
    Some(Read {
        decoded: reader.decoder.finish(),
        range: start..end,
        holes: reader.holes,
        open: reader.open,
    })
}

struct Reader<'t> {
    decoder: Decoder<'t>,
    host: &'t str,
    start: usize,
    holes: Vec<Range<usize>>,
    open: Vec<Range<usize>>,
}

impl<'t> Reader<'t> {
    /// The offset in the host.
    fn at(&self) -> usize {
        let all = self.decoder.written().len() - self.decoder.rest().len();
        self.start + all
    }

    fn go_to(&mut self, to: usize) {
        let more = to.saturating_sub(self.at());
        self.decoder.skip(more);
    }

    fn hole(&mut self, length: usize, is_open: bool) {
        let range = self.decoder.hole(length);
        match self.holes.last_mut() {
            // Two holes without anything between are one.
            Some(last) if last.end == range.start => {
                if is_open && self.open.last() != Some(last) {
                    self.open.push(last.clone());
                }
                let was = last.clone();
                last.end = range.end;
                let last = last.clone();
                if let Some(open) = self.open.last_mut().filter(|open| **open == was) {
                    *open = last;
                }
            }
            _ => {
                if is_open {
                    self.open.push(range.clone());
                }
                self.holes.push(range);
            }
        }
    }

    /// Reads to the end of what is between quotes.
    fn string(&mut self, form: &Form, holes: Holes, end: usize) -> Option<()> {
        loop {
            let rest: &'t str = self.host.get(self.at()..end)?;
            let is_special = |c: char| matches!(c, '\\' | '{' | '}' | '$' | '%' | '<' | '"' | '\r');
            let plain = rest.find(is_special).unwrap_or(rest.len());
            self.decoder.plain(plain);
            let rest = rest.get(plain..)?;
            let Some(c) = rest.chars().next() else {
                return Some(());
            };
            if let Some(found) = holes::at(rest, holes, self.decoder.text()) {
                match found {
                    holes::Found::Sign(c, length) => self.decoder.character(length, c),
                    holes::Found::Hole { length, is_open } => self.hole(length, is_open),
                }
                continue;
            }
            match c {
                '\\' => self.escape(form, rest)?,
                '"' if form.escapes == Escapes::Doubled => self.decoder.character(2, '"'),
                c => self.decoder.plain(c.len_utf8()),
            }
        }
    }

    /// Reads a backslash and what it means.
    fn escape(&mut self, form: &Form, rest: &str) -> Option<()> {
        if matches!(form.escapes, Escapes::None | Escapes::Doubled) {
            self.decoder.plain(1);
            return Some(());
        }
        let next = rest.chars().nth(1)?;
        match form.escapes {
            Escapes::Raw => self.decoder.plain(1 + next.len_utf8()),
            Escapes::Quote if next == '\\' || form.open.starts_with(next) => {
                self.decoder.character(2, next);
            }
            Escapes::None | Escapes::Doubled | Escapes::Quote => self.decoder.plain(1),
            Escapes::Kept | Escapes::Dropped | Escapes::Strict => {
                match escaped(rest, form.escapes)? {
                    Escape::Character(c, length) => self.decoder.character(length, c),
                    Escape::Nothing(length) => self.decoder.skip(length),
                    Escape::Unknown => match form.escapes {
                        Escapes::Kept => self.decoder.plain(1),
                        Escapes::Dropped => {
                            self.decoder.character(1 + next.len_utf8(), next);
                        }
                        _ => return None,
                    },
                }
            }
        }
        Some(())
    }
}

enum Escape {
    Character(char, usize),
    /// The end of a line that goes on.
    Nothing(usize),
    Unknown,
}

/// What a backslash and the characters after it mean in C and its kin.
fn escaped(rest: &str, escapes: Escapes) -> Option<Escape> {
    let mut chars = rest.chars().skip(1);
    let next = chars.next()?;
    let hex = |from: usize, digits: usize| {
        let digits = rest.get(from..from + digits)?;
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    let fixed = |digits: usize| {
        let code = hex(2, digits)?;
        let c = char::from_u32(code);
        if let Some(c) = c {
            return Some(Escape::Character(c, 2 + digits));
        }
        // Beyond the first plane there are two.
        let low_at = 2 + digits;
        rest.get(low_at..)?.strip_prefix("\\u")?;
        let pair = [
            u16::try_from(code).ok()?,
            u16::try_from(hex(low_at + 2, 4)?).ok()?,
        ];
        let c = char::decode_utf16(pair).next()?.ok()?;
        Some(Escape::Character(c, 12))
    };
    let c = match next {
        '\\' | '\'' | '"' => next,
        '`' | '$' | '/' if escapes != Escapes::Kept || next == '$' => next,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'a' if escapes != Escapes::Dropped => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        's' if escapes == Escapes::Strict => ' ',
        'x' => return fixed(2),
        'u' if rest.as_bytes().get(2) == Some(&b'{') => {
            let inside = rest.get(3..)?;
            let length = inside.bytes().take(9).position(|byte| byte == b'}')?;
            let code = u32::from_str_radix(inside.get(..length)?, 16).ok()?;
            return Some(Escape::Character(char::from_u32(code)?, 4 + length));
        }
        'u' => return fixed(4),
        'U' => return fixed(8),
        '\n' => return Some(Escape::Nothing(2)),
        '\r' if rest.as_bytes().get(2) == Some(&b'\n') => return Some(Escape::Nothing(3)),
        '0'..='7' => {
            let digits = rest.bytes().skip(1).take(3);
            let length = digits
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            let code = u32::from_str_radix(rest.get(1..=length)?, 8).ok()?;
            return Some(Escape::Character(char::from_u32(code)?, 1 + length));
        }
        // A name of a character: what it is is not known here.
        'N' if escapes == Escapes::Kept => return None,
        _ => return Some(Escape::Unknown),
    };
    Some(Escape::Character(c, 2))
}

/// A part of a filter as it has to be written between the quotes of a form.
pub(super) fn write(part: &str, form: &Form, holes: Holes, indent: &str) -> String {
    let mut written = String::with_capacity(part.len() + 8);
    let quote = form.open.chars().next().unwrap_or('"');
    for c in part.chars() {
        let backslashes = !matches!(
            form.escapes,
            Escapes::Raw | Escapes::None | Escapes::Doubled | Escapes::Quote
        );
        match c {
            '\n' if form.has_lines => {
                written.push('\n');
                written.push_str(indent);
            }
            '\n' if backslashes => written.push_str("\\n"),
            '\r' if backslashes => written.push_str("\\r"),
            '\t' if backslashes => written.push_str("\\t"),
            '\\' if backslashes || form.escapes == Escapes::Quote => written.push_str("\\\\"),
            c if c == quote && (backslashes || form.escapes == Escapes::Quote) => {
                written.push('\\');
                written.push(c);
            }
            '"' if form.escapes == Escapes::Doubled => written.push_str("\"\""),
            c if c.is_control() && c.is_ascii() && backslashes => {
                written.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            '{' | '}' if holes == Holes::Braces => {
                written.push(c);
                written.push(c);
            }
            '%' if holes == Holes::Percent => written.push_str("%%"),
            '$' if backslashes
                && matches!(holes, Holes::DollarBraces | Holes::Php | Holes::Kotlin) =>
            {
                written.push_str("\\$");
            }
            c => written.push(c),
        }
    }
    written
}
