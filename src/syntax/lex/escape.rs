//! Escapes of the places that filters are kept in: HTML, JSON and shells, URLs.

use super::{is_blank, quoted};

/// What a filter may be escaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Encoding {
    Html,
    Backslashes,
    Percent,
}

/// How a text is decoded.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Decoding {
    pub(in crate::syntax) encoding: Encoding,
    /// Whether what is between quotes stays as it is.
    pub(in crate::syntax) skips_quotes: bool,
    /// Whether a plus is a blank, as forms write it.
    pub(in crate::syntax) plus: bool,
}

/// A text without its escapes.
#[derive(Debug)]
pub(in crate::syntax) struct Decoded {
    pub(in crate::syntax) text: String,
    /// Where the first escape outside of quotes is, with its length.
    pub(in crate::syntax) first: (usize, usize),
}

impl Encoding {
    pub(in crate::syntax) fn name(self) -> &'static str {
        match self {
            Encoding::Html => "HTML",
            Encoding::Backslashes => "JSON or a shell",
            Encoding::Percent => "a URL",
        }
    }

    /// All ways to decode a text that may be escaped so.
    pub(in crate::syntax) fn decodings(self, text: &str) -> impl Iterator<Item = Decoding> {
        // A plus is itself where a blank is written otherwise.
        let forms = self == Encoding::Percent && !text.contains("%20");
        let plus: &[bool] = if forms { &[true, false] } else { &[false] };
        let quotes: &[bool] = match self {
            Encoding::Percent => &[true],
            _ => &[false, true],
        };
        plus.iter().flat_map(move |plus| {
            quotes.iter().map(move |skips| Decoding {
                encoding: self,
                skips_quotes: *skips,
                plus: *plus,
            })
        })
    }

    /// The escape at the start of `input`, with the bytes that it means.
    pub(in crate::syntax) fn escape(self, input: &str) -> Option<(usize, Bytes)> {
        match self {
            Encoding::Html => entity(input),
            Encoding::Backslashes => backslash(input),
            Encoding::Percent => percent(input).map(|byte| (3, Bytes::of(&[byte]))),
        }
    }
}

/// What an escape means: a few bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Bytes {
    bytes: [u8; 4],
    len: usize,
}

impl Bytes {
    fn of(some: &[u8]) -> Bytes {
        let mut bytes = [0; 4];
        let len = some.len().min(4);
        for (to, from) in bytes.iter_mut().zip(some) {
            *to = *from;
        }
        Bytes { bytes, len }
    }

    fn of_char(c: char) -> Bytes {
        Bytes::of(c.encode_utf8(&mut [0; 4]).as_bytes())
    }

    pub(in crate::syntax) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Decoding {
    /// The text without escapes; none where there are none outside of quotes, or where it cannot be one.
    pub(in crate::syntax) fn decode(self, text: &str) -> Option<Decoded> {
        let plus = self.plus && (has_percent(text) || has_plus_word(text));
        let mut bytes = Vec::with_capacity(text.len());
        let mut first = None;
        let (mut rest, mut in_url) = (text, false);
        // Up to here, the text is between quotes.
        let mut quoted_to = 0;
        while let Some(c) = rest.chars().next() {
            let at = text.len() - rest.len();
            if matches!(c, '"' | '\'' | '`') && at >= quoted_to && starts_a_value(text, at) {
                let inside = rest.get(1..).unwrap_or_default();
                let closed = quoted(inside, c, true);
                // Of a value that is not closed, the backslash before what looks like its end is the mistake.
                if closed.is_none() && self.encoding == Encoding::Backslashes {
                    return None;
                }
                if let Some((after, _)) = closed {
                    quoted_to = text.len() - after.len();
                    // An apostrophe is not escaped in URLs.
                    if self.skips_quotes && !(self.encoding == Encoding::Percent && c == '\'') {
                        bytes.extend_from_slice(text.get(at..quoted_to)?.as_bytes());
                        rest = after;
                        continue;
                    }
                }
            }
            // A URL in a filter has escapes of its own.
            in_url = match c {
                ':' => in_url || rest.starts_with("://"),
                '"' | '\'' | '`' | '(' | ')' | '[' | ']' | ',' => false,
                c => in_url && !is_blank(c),
            };
            let is_kept = in_url && self.encoding == Encoding::Percent;
            let escape = self.encoding.escape(rest).filter(|_| !is_kept);
            let len = match escape {
                Some((len, meant)) => {
                    if at >= quoted_to {
                        first = first.or(Some((at, len)));
                    }
                    bytes.extend_from_slice(meant.as_slice());
                    len
                }
                None if plus && c == '+' && !is_kept => {
                    first = first.or(Some((at, 1)));
                    bytes.push(b' ');
                    1
                }
                None => {
                    let len = c.len_utf8();
                    bytes.extend_from_slice(rest.get(..len)?.as_bytes());
                    len
                }
            };
            rest = rest.get(len..)?;
        }
        let (first, text) = (first?, String::from_utf8(bytes).ok()?);
        Some(Decoded { text, first })
    }
}

/// Whether a quote here opens a value: it is not in the middle of a word.
fn starts_a_value(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.is_empty() || before.ends_with(|c: char| is_blank(c) || ":=<>([,".contains(c))
}

/// Whether there is an escape of a URL in a text.
fn has_percent(text: &str) -> bool {
    let mut places = text.match_indices('%').map(|(at, _)| at);
    places.any(|at| text.get(at..).and_then(percent).is_some())
}

/// Whether a Boolean word has a plus on both sides, in place of blanks.
fn has_plus_word(text: &str) -> bool {
    let mut words = text.split('+').skip(1);
    let mut last = words.next();
    words.any(|next| {
        let word = last.replace(next);
        let is = |text: &str| word.is_some_and(|word| word.eq_ignore_ascii_case(text));
        is("and") || is("or") || is("not")
    })
}

/// Characters of HTML that occur in filters, by their names. Case is ignored, as browsers do for some.
const ENTITIES: [(&str, &str); 44] = [
    ("quot", "\""),
    ("apos", "'"),
    ("grave", "`"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("le", "<="),
    ("ge", ">="),
    ("ne", "!="),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("tab", "\t"),
    ("newline", "\n"),
    ("colon", ":"),
    ("semi", ";"),
    ("comma", ","),
    ("period", "."),
    ("excl", "!"),
    ("quest", "?"),
    ("equals", "="),
    ("ast", "*"),
    ("plus", "+"),
    ("num", "#"),
    ("dollar", "$"),
    ("percnt", "%"),
    ("commat", "@"),
    ("sol", "/"),
    ("bsol", "\\"),
    ("lowbar", "_"),
    ("verbar", "|"),
    ("lpar", "("),
    ("rpar", ")"),
    ("lsqb", "["),
    ("rsqb", "]"),
    ("lbrack", "["),
    ("rbrack", "]"),
    ("ldquo", "\""),
    ("rdquo", "\""),
    ("lsquo", "'"),
    ("rsquo", "'"),
    ("ndash", "-"),
    ("hellip", "..."),
];

/// `&quot;`, `&#34;` or `&#x22;`.
fn entity(input: &str) -> Option<(usize, Bytes)> {
    let inside = input.strip_prefix('&')?;
    let end = inside.bytes().take(12).position(|byte| byte == b';')?;
    let name = inside.get(..end)?;
    let meant = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => number_of(digits, 16)?,
                None => number_of(number, 10)?,
            };
            match char::from_u32(code)? {
                '\u{a0}' => Bytes::of(b" "),
                c => Bytes::of_char(c),
            }
        }
        None => {
            let mut entities = ENTITIES.iter();
            let (_, meant) = entities.find(|(known, _)| name.eq_ignore_ascii_case(known))?;
            Bytes::of(meant.as_bytes())
        }
    };
    Some((end + 2, meant))
}

/// A number of nothing but digits.
fn number_of(digits: &str, radix: u32) -> Option<u32> {
    let are_digits = digits.chars().all(|c| c.is_digit(radix));
    u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| are_digits)
}

/// `\"`, `\\`, `\n` or `\u0022`.
fn backslash(input: &str) -> Option<(usize, Bytes)> {
    let after = input.strip_prefix('\\')?;
    let next = after.as_bytes().first()?;
    let byte = match next {
        b'"' | b'\'' | b'`' | b'\\' => *next,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => {
            let code = number_of(after.get(1..5)?, 16)?;
            let c = char::from_u32(code)?;
            return Some((6, Bytes::of_char(c)));
        }
        _ => return None,
    };
    Some((2, Bytes::of(&[byte])))
}

/// The byte of `%3A`.
fn percent(input: &str) -> Option<u8> {
    let digits = input.strip_prefix('%')?.get(..2)?;
    number_of(digits, 16)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoding: Encoding, text: &str) -> Vec<String> {
        let decodings = encoding.decodings(text);
        let texts = decodings.filter_map(|decoding| decoding.decode(text));
        texts.map(|decoded| decoded.text).collect()
    }

    #[test]
    fn escapes_are_undone() {
        let all = Encoding::Html;
        for (text, decoded) in [
            ("a:&quot;b&QUOT;&#34;&#x22;&#X22;&#0034;", "a:\"b\"\"\"\"\""),
            ("a&nbsp;&#160;&#xa0;b", "a   b"),
            ("&#x65e5;&amp;amp;", "日&amp;"),
            ("a &le; b &hellip;", "a <= b ..."),
        ] {
            assert_eq!(decode(all, text)[0], decoded, "{text}");
        }
        for text in [
            "a&b",
            "&;",
            "&#;",
            "&#x;",
            "&#x110000;",
            "&nosuch;",
            "&#-1;",
            "&quot",
        ] {
            assert_eq!(decode(all, text), [""; 0], "{text}");
        }
        let all = Encoding::Backslashes;
        assert_eq!(decode(all, r#"a:\"b\\c\u0022\n"#)[0], "a:\"b\\c\"\n");
        for text in [r"C:\Windows", r"\", r"\u12", r#"a:"b\"c""#] {
            assert_eq!(decode(all, text), [""; 0], "{text}");
        }
        let all = Encoding::Percent;
        assert_eq!(decode(all, "a%3a1+b%3A2"), ["a:1 b:2", "a:1+b:2"]);
        assert_eq!(decode(all, "a%20b+c"), ["a b+c"]);
        assert_eq!(decode(all, "%E6%97%A5"), ["日", "日"]);
        assert_eq!(decode(all, "a:b+and+c:d"), ["a:b and c:d"]);
        for text in [
            "100%",
            "%4",
            "%zz",
            "%+1",
            "a+b",
            "%ff",
            "x:\"%20\"",
            "x:http://a/%20b",
        ] {
            assert_eq!(decode(all, text), [""; 0], "{text}");
        }
    }
}
