//! Events on one line.

use std::io::{self, Write};

/// Writes an event on one line, without the blanks between its parts.
pub(crate) fn write(out: &mut impl Write, event: &[u8]) -> io::Result<()> {
    let mut rest = event;
    // Bytes outside of strings and strings alternate. Blanks in strings stay.
    while !rest.is_empty() {
        let outside = rest
            .iter()
            .position(|byte| *byte == b'"')
            .unwrap_or(rest.len());
        let (before, string) = rest.split_at_checked(outside).unwrap_or_default();
        for part in before.split(u8::is_ascii_whitespace) {
            out.write_all(part)?;
        }
        let (string, after) = string
            .split_at_checked(string_length(string))
            .unwrap_or_default();
        out.write_all(string)?;
        rest = after;
    }
    Ok(())
}

/// The length of the string that starts here, with its quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_blanks_between_parts_go() {
        for (event, compact) in [
            (
                "{ \"a b\" :\n [ 1 , \"c\\\" d\" ] }",
                r#"{"a b":[1,"c\" d"]}"#,
            ),
            (r#""\\" "#, r#""\\""#),
            ("", ""),
        ] {
            let mut out = Vec::new();
            super::write(&mut out, event.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), compact);
        }
    }
}
