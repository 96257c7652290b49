//! Text without characters that a terminal, or a reader of lines, interprets.

use std::borrow::Cow;

/// How a character that is interpreted is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people: as another character of the same length.
    Text,
    /// As JSON escapes it. Such a character can only occur in a string.
    Json,
    /// As a reference of XML.
    Xml,
}

/// Whether a terminal, or a reader of lines, interprets this character: control characters, line
/// separators, and characters that change the direction of text.
fn is_interpreted(c: char) -> bool {
    let direction = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let line = matches!(c, '\u{2028}' | '\u{2029}');
    direction || line || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// Another character of the same length.
fn other(c: char) -> char {
    match c.len_utf8() {
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    }
}

/// The text without characters that a terminal interprets. Each is replaced by a character of the same
/// length, so that offsets stay the same. A carriage return at the end of a line stays.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    written(text, Form::Text)
}

/// The text on one line, without characters that a terminal interprets.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let bad = |c: char| is_interpreted(c) || matches!(c, '\n' | '\t');
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let one = |c: char| match c {
        '\n' | '\t' | '\r' => ' ',
        c if is_interpreted(c) => other(c),
        c => c,
    };
    Cow::Owned(text.chars().map(one).collect())
}

/// The text in one of the forms.
pub(super) fn written(text: &str, form: Form) -> Cow<'_, str> {
    if !text.contains(is_interpreted) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_line = c == '\r' && chars.peek() == Some(&'\n');
        match form {
            _ if ends_line || !is_interpreted(c) => result.push(c),
            Form::Text => result.push(other(c)),
            // All of these characters are below U+10000.
            Form::Json => result.push_str(&format!("\\u{:04x}", u32::from(c))),
            // XML 1.0 cannot express these control characters.
            Form::Xml if c < ' ' => result.push('\u{fffd}'),
            Form::Xml => result.push_str(&format!("&#x{:x};", u32::from(c))),
        }
    }
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_interprets_is_replaced() {
        let bad = "a\u{1b}[31m\u{9b}\u{202e}\tb\rc\r\nd\u{2028}";
        let good = "a?[31m¿\u{fffd}\tb?c\r\nd\u{fffd}";
        assert_eq!(harmless(bad), good);
        assert_eq!(bad.len(), good.len());
        assert_eq!(one_line("a\nb\u{1b}\r\nc\td"), "a b?  c d");
    }

    #[test]
    fn programs_read_what_was_meant() {
        let bad = "\u{1b}\u{7f}\u{9b}\u{202e}";
        let json = written(bad, Form::Json);
        assert_eq!(json, "\\u001b\\u007f\\u009b\\u202e");
        let read: String = serde_json::from_str(&format!("\"{json}\"")).unwrap();
        assert_eq!(read, bad);
        assert_eq!(
            written("\u{1b}\u{9b}\u{202e}", Form::Xml),
            "\u{fffd}&#x9b;&#x202e;"
        );
    }
}
