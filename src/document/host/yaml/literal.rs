//! The scalars of YAML (YAML 1.2.2, chapters 7.3 and 8.1).

use crate::document::host::literal::{Decoded, Decoder, Literal};
use crate::document::host::scalar;

/// A scalar without quotes, or in single or double quotes. Line breaks in it are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Without quotes; `inside` of a list or table in brackets, where commas and brackets end it.
    Plain {
        inside: bool,
    },
    Single,
    Double,
}

impl Literal for Flow {
    fn read(&self, written: &str) -> Option<Decoded> {
        if let Flow::Plain { inside } = self
            && !is_plain(written, *inside)
        {
            return None;
        }
        let mut decoder = Decoder::new(written);
        loop {
            let rest = decoder.rest();
            let special = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\'' | '"' | '\\');
            decoder.plain(rest.find(special).unwrap_or(rest.len()));
            let rest = decoder.rest();
            let Some(next) = rest.chars().next() else {
                return Some(decoder.finish());
            };
            match (self, next) {
                (Flow::Single, '\'') => match rest.starts_with("''") {
                    true => decoder.character(2, '\''),
                    false => return None,
                },
                (Flow::Double, '"') => return None,
                (Flow::Double, '\\') => match rest.get(1..)?.strip_prefix(['\r', '\n']) {
                    // The line goes on with the next, without the blanks at its start.
                    Some(_) => {
                        let next = rest.get(1..)?;
                        let next = next.strip_prefix("\r\n").or(next.strip_prefix('\n'))?;
                        decoder.skip(rest.len() - next.trim_start_matches([' ', '\t']).len());
                    }
                    None => {
                        let (c, length) = scalar::escape(rest)?;
                        decoder.character(length, c);
                    }
                },
                (_, ' ' | '\t' | '\r' | '\n') => fold(&mut decoder)?,
                _ => decoder.plain(next.len_utf8()),
            }
        }
    }

    fn write(&self, part: &str) -> String {
        match self {
            Flow::Plain { .. } => part.to_owned(),
            Flow::Single => part.replace('\'', "''"),
            Flow::Double => {
                let mut written = String::with_capacity(part.len());
                for c in part.chars() {
                    match c {
                        '"' | '\\' => written.extend(['\\', c]),
                        '\n' => written.push_str("\\n"),
                        '\r' => written.push_str("\\r"),
                        '\t' => written.push_str("\\t"),
                        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => escape(&mut written, c),
                        c if c.is_control() => escape(&mut written, c),
                        c => written.push(c),
                    }
                }
                written
            }
        }
    }
}

fn escape(written: &mut String, c: char) {
    written.push_str(&format!("\\U{:08x}", u32::from(c)));
}

/// Reads blanks, and the line breaks among them: one is a blank, each further one a line break.
fn fold(decoder: &mut Decoder<'_>) -> Option<()> {
    let rest = decoder.rest();
    let end = rest.find(|c| !matches!(c, ' ' | '\t' | '\r' | '\n'));
    let blanks = rest.get(..end.unwrap_or(rest.len()))?;
    let breaks = blanks.bytes().filter(|byte| *byte == b'\n').count();
    match breaks {
        // A carriage return alone is a line break too, which nobody writes.
        0 if blanks.contains('\r') => return None,
        0 => decoder.plain(blanks.len()),
        1 => decoder.character(blanks.len(), ' '),
        _ => {
            decoder.character(blanks.len(), '\n');
            (2..breaks).for_each(|_| decoder.character(0, '\n'));
        }
    }
    Some(())
}

/// Whether a text is one scalar without quotes.
fn is_plain(written: &str, inside: bool) -> bool {
    let starts = |c: char| {
        !c.is_whitespace()
            && !matches!(
                c,
                ',' | '['
                    | ']'
                    | '{'
                    | '}'
                    | '#'
                    | '&'
                    | '*'
                    | '!'
                    | '|'
                    | '>'
                    | '\''
                    | '"'
                    | '%'
                    | '@'
                    | '`'
                    | '-'
                    | '?'
                    | ':'
            )
    };
    let ends = |text: &str| text.ends_with(':') || text.contains(": ") || text.contains(":\t");
    let comment = [" #", "\t#", "\n#"];
    let ended = inside && written.contains([',', '[', ']', '{', '}']);
    written.starts_with(starts)
        && !ended
        && !written.lines().any(ends)
        && !comment.iter().any(|start| written.contains(start))
        && !written
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}

/// A scalar over indented lines, after `|` or `>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// How many blanks begin each line.
    pub(super) indent: usize,
    /// Whether line breaks are folded, as after `>`.
    pub(super) folded: bool,
}

impl Literal for Block {
    fn read(&self, written: &str) -> Option<Decoded> {
        let mut decoder = Decoder::new(written);
        loop {
            let rest = decoder.rest();
            let end = rest.find('\n').unwrap_or(rest.len());
            let line = rest.get(..end)?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            // A line that starts with blanks of its own is not folded; it is not written either.
            let is_odd = line.chars().any(|c| c.is_control() && c != '\t')
                || self.folded && line.starts_with([' ', '\t']);
            if is_odd {
                return None;
            }
            decoder.plain(line.len());
            let rest = decoder.rest();
            if rest.is_empty() {
                return Some(decoder.finish());
            }
            // The line break, empty lines, and the indentation of the next line.
            let (mut at, mut breaks) = (0, 0);
            loop {
                let after = rest.get(at..)?;
                let line = after.get(..after.find('\n').map_or(after.len(), |end| end + 1))?;
                if !line.ends_with('\n') || breaks > 0 && !line.trim().is_empty() {
                    break;
                }
                if breaks > 0 && line.trim_end_matches(['\r', '\n']).len() > self.indent {
                    return None;
                }
                (at, breaks) = (at + line.len(), breaks + 1);
            }
            let next = rest.get(at..)?;
            let indented = next.get(..self.indent)?;
            if indented.bytes().any(|byte| byte != b' ') {
                return None;
            }
            let length = at + self.indent;
            match (self.folded, breaks) {
                (true, 1) => decoder.character(length, ' '),
                (true, _) => {
                    decoder.character(length, '\n');
                    (2..breaks).for_each(|_| decoder.character(0, '\n'));
                }
                (false, _) => {
                    decoder.character(length, '\n');
                    (1..breaks).for_each(|_| decoder.character(0, '\n'));
                }
            }
        }
    }

    fn write(&self, part: &str) -> String {
        let indented = format!("\n{}", " ".repeat(self.indent));
        match self.folded {
            true => part.replace('\n', &format!("\n{indented}")),
            false => part.replace('\n', &indented),
        }
    }

    fn is_multiline(&self) -> bool {
        !self.folded
    }
}
