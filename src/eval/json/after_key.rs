//! The value after a key, read in place.

use super::is_number;
use super::string::RawString;

/// What follows a key.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum AfterKey<'b> {
    /// No value, or no colon: what looks like a key is a string.
    Nothing,
    String(RawString<'b>),
    Number(&'b str),
    Boolean(bool),
    /// Something that has to be read.
    Unknown,
}

/// Reads the value after a key that ends at this offset, as far as it is simple.
#[inline(always)] // a call took 4 % of the rows `q4` and `q5` of `benches/scan.rs`
pub(in crate::eval) fn after_key(bytes: &[u8], end: usize) -> AfterKey<'_> {
    let rest = bytes.get(end..).unwrap_or_default().trim_ascii_start();
    let [b':', rest @ ..] = rest else {
        return AfterKey::Nothing;
    };
    match rest.trim_ascii_start() {
        [b'"', string @ ..] => match string_inside(string) {
            Some((inside, escaped)) => AfterKey::String(RawString::new(inside, 0, escaped)),
            None => AfterKey::Unknown,
        },
        number @ [b'-' | b'0'..=b'9', ..] => {
            let digit = |b: &&u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
            let len = number.iter().take_while(digit).count();
            match number.get(..len).map(std::str::from_utf8) {
                Some(Ok(text)) if is_number(text.as_bytes()) => AfterKey::Number(text),
                _ => AfterKey::Unknown,
            }
        }
        rest if rest.starts_with(b"true") => AfterKey::Boolean(true),
        rest if rest.starts_with(b"false") => AfterKey::Boolean(false),
        rest if rest.starts_with(b"null") => AfterKey::Nothing,
        _ => AfterKey::Unknown,
    }
}

/// The bytes before the closing quote, and whether they contain a backslash.
fn string_inside(string: &[u8]) -> Option<(&[u8], bool)> {
    let mut at = memchr::memchr2(b'"', b'\\', string)?;
    let mut escaped = false;
    while string.get(at) == Some(&b'\\') {
        escaped = true;
        at += 2;
        at += memchr::memchr2(b'"', b'\\', string.get(at..)?)?;
    }
    Some((string.get(..at)?, escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_after_a_key_is_as_its_bytes_say() {
        let cases = [
            (r#": "x", "b":"#, "\"x\""),
            (r#":"x\"y" "#, "\"x\\\"y\" escaped"),
            (r#":"x\\""#, "\"x\\\\\" escaped"),
            (r#" : "","#, "\"\""),
            (":\t\r\n-1.5e+3}", "-1.5e+3"),
            (":0}", "0"),
            (":7", "7"),
            (":true,", "true"),
            (":false}", "false"),
            (":null}", "nothing"),
            (r#", "x""#, "nothing"),
            ("", "nothing"),
            // Something that is not a single value must be read by the walk.
            (":1e}", "unknown"),
            (":01}", "unknown"),
            (":1-2}", "unknown"),
            (":-", "unknown"),
            (":[1]", "unknown"),
            (":{}", "unknown"),
            (":tru}", "unknown"),
            (":", "unknown"),
            (r#":"x"#, "unknown"),
            (r#":"x\""#, "unknown"),
            (r#":"x\"#, "unknown"),
        ];
        for (bytes, expected) in cases {
            let found = match after_key(bytes.as_bytes(), 0) {
                AfterKey::Nothing => "nothing".to_owned(),
                AfterKey::Unknown => "unknown".to_owned(),
                AfterKey::Number(text) => text.to_owned(),
                AfterKey::Boolean(boolean) => boolean.to_string(),
                AfterKey::String(string) => match string.plain() {
                    Some(text) => format!("\"{}\"", String::from_utf8_lossy(text)),
                    None => {
                        let (inside, _) =
                            string_inside(bytes.split_once('"').unwrap().1.as_bytes()).unwrap();
                        format!("\"{}\" escaped", String::from_utf8_lossy(inside))
                    }
                },
            };
            assert_eq!(found, expected, "{bytes}");
        }
    }
}
