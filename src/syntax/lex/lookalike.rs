//! Characters of Unicode that are typed, or put by an editor, in place of those of the language.
//!
//! Fullwidth forms come from keyboards for Chinese, Japanese and Korean, dashes and the ellipsis
//! from word processors, invisible characters from web pages. Which of them is a mistake depends on
//! the place: inside of a word they are text.

use crate::value::sign_of;

/// A blank of the language.
pub(in crate::syntax) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// A blank of Unicode that is not a blank of the language.
pub(in crate::syntax) fn is_foreign_blank(c: char) -> bool {
    c.is_whitespace() && !is_blank(c)
}

/// A zero width joiner or non-joiner: part of the spelling of words and of emoji.
pub(in crate::syntax) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A character that shows nothing and takes no room, joiners included: those of the property
/// `Default_Ignorable_Code_Point` of Unicode, but for the tags of emoji, and what is drawn as nothing.
pub(in crate::syntax) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e001f}' | '\u{e0080}'..='\u{e0fff}'
    )
}

/// Whether an invisible character in a bare value, with its neighbors in the word, is not part of its
/// text. Scripts that need such characters are not written in ASCII.
pub(in crate::syntax) fn is_stray(previous: Option<char>, c: char, next: Option<char>) -> bool {
    let visible = |c: &char| !is_blank(*c) && !is_foreign_blank(*c) && !is_invisible(*c);
    let (previous, next) = (previous.filter(visible), next.filter(visible));
    let is_foreign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let breaks = matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}');
    let text = is_foreign(previous) || is_foreign(next);
    !is_joiner(c) && (!text || (breaks && (previous.is_none() || next.is_none())))
}

/// The character of the language that `c` means: itself, or what it looks like.
///
/// Those whose compatibility decomposition (`UnicodeData.txt`) is one of the language, and those that are
/// drawn as one.
pub(in crate::syntax) fn symbol(c: char) -> char {
    match c {
        _ if c.is_ascii() => c,
        '\u{ff1a}' | '\u{fe55}' | '\u{fe13}' | '\u{2236}' | '\u{a789}' | '\u{2d0}' | '\u{2f8}'
        | '\u{589}' | '\u{5c3}' => ':',
        '\u{ff1d}' | '\u{fe66}' | '\u{207c}' | '\u{208c}' => '=',
        '\u{ff1c}' | '\u{fe64}' => '<',
        '\u{ff1e}' | '\u{fe65}' => '>',
        '\u{ff01}' | '\u{fe57}' | '\u{fe15}' | '\u{ac}' | '\u{ffe2}' => '!',
        '\u{ff5e}' | '\u{223c}' => '~',
        '\u{ff08}' | '\u{fe59}' | '\u{fe35}' | '\u{207d}' | '\u{208d}' => '(',
        '\u{ff09}' | '\u{fe5a}' | '\u{fe36}' | '\u{207e}' | '\u{208e}' => ')',
        '\u{ff3b}' | '\u{fe47}' => '[',
        '\u{ff3d}' | '\u{fe48}' => ']',
        '\u{ff0c}' | '\u{fe50}' | '\u{fe51}' | '\u{fe10}' | '\u{fe11}' | '\u{3001}'
        | '\u{ff64}' | '\u{60c}' => ',',
        '\u{ff1b}' | '\u{fe54}' | '\u{fe14}' | '\u{37e}' | '\u{61b}' | '\u{204f}' => ';',
        '\u{ff06}' | '\u{fe60}' | '\u{2227}' | '\u{22c0}' => '&',
        '\u{ff5c}' | '\u{2223}' | '\u{2228}' | '\u{22c1}' => '|',
        '\u{ff3e}' => '^',
        _ => c,
    }
}

/// A dash or a minus sign that is not the one of ASCII, and shows.
pub(in crate::syntax) fn is_dash(c: char) -> bool {
    !c.is_ascii() && !is_invisible(c) && sign_of(c) == Some('-')
}

/// How many dots a character looks like; zero for others.
pub(in crate::syntax) fn dots_in(c: char) -> usize {
    match c {
        '.' | '\u{2024}' | '\u{ff0e}' | '\u{fe52}' | '\u{b7}' | '\u{3002}' | '\u{30fb}'
        | '\u{ff61}' => 1,
        '\u{2025}' | '\u{fe30}' => 2,
        '\u{2026}' | '\u{22ef}' | '\u{fe19}' => 3,
        _ => 0,
    }
}

/// An operator of a clause, right or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) struct Operator {
    /// The bytes of it.
    pub(in crate::syntax) len: usize,
    /// The operator in ASCII.
    pub(in crate::syntax) ascii: &'static str,
    /// Whether it was written with other characters.
    pub(in crate::syntax) is_foreign: bool,
}

/// Every operator that is told from others, those first that begin with another.
const OPERATORS: [&str; 18] = [
    "===", "!==", ":==", "==", "=>", "=<", "=~", "!=", "!~", "<>", "<=", ">=", "~=", ":=", ":",
    "<", ">", "=",
];

/// The operator at the start of `input`.
pub(in crate::syntax) fn operator(input: &str) -> Option<Operator> {
    let mut bytes = input.bytes();
    let first = bytes.next()?;
    // Most words are followed by something else, and most operators are a colon.
    if !matches!(first, b':' | b'<' | b'=' | b'>' | b'!' | b'~' | 0x80..) {
        return None;
    }
    let second = bytes.next().unwrap_or_default();
    if first == b':' && second != b'=' && second.is_ascii() {
        let (len, ascii, is_foreign) = (1, ":", false);
        return Some(Operator {
            len,
            ascii,
            is_foreign,
        });
    }
    let is_ascii = input.bytes().take(3).all(|byte| byte.is_ascii());
    if is_ascii {
        let mut operators = OPERATORS.into_iter();
        let ascii = operators.find(|operator| input.starts_with(operator))?;
        let (len, is_foreign) = (ascii.len(), false);
        return Some(Operator {
            len,
            ascii,
            is_foreign,
        });
    }
    // The longest operator has three characters, which may be one each, or two in one.
    let mut ascii = String::new();
    let mut ends = Vec::new();
    for (at, c) in input.char_indices().take(3) {
        match c {
            '\u{2260}' => ascii.push_str("!="),
            // The stroke through an equals sign is a character of its own in decomposed text.
            '\u{338}' if ascii == "=" => ascii = "!=".to_owned(),
            '\u{2265}' | '\u{2267}' | '\u{2a7e}' | '\u{2273}' | '\u{2a95}' => ascii.push_str(">="),
            '\u{2264}' | '\u{2266}' | '\u{2a7d}' | '\u{2272}' | '\u{2a96}' => ascii.push_str("<="),
            '\u{2254}' => ascii.push_str(":="),
            '\u{21d2}' => ascii.push_str("=>"),
            '\u{2a75}' => ascii.push_str("=="),
            '\u{2a76}' => ascii.push_str("==="),
            c => ascii.push(symbol(c)),
        }
        ends.push((ascii.len(), at + c.len_utf8()));
    }
    let at_end = |operator: &str| ends.iter().find(|(len, _)| *len == operator.len());
    OPERATORS.into_iter().find_map(|operator| {
        let (_, len) = at_end(operator).filter(|_| ascii.starts_with(operator))?;
        let (len, ascii) = (*len, operator);
        let is_foreign = !input.starts_with(operator);
        Some(Operator {
            len,
            ascii,
            is_foreign,
        })
    })
}

/// The dots of a range at the start of `input`: how many bytes they take, and whether they are two or
/// three of ASCII.
///
/// One dot alone is none. Between dots there may be invisible characters, and blanks between
/// single dots where these `start_a_word`, as typographers set an ellipsis.
pub(in crate::syntax) fn dots(input: &str, start_a_word: bool) -> Option<(usize, bool)> {
    let first = input.chars().next()?;
    if dots_in(first) == 0 {
        return None;
    }
    let (mut len, mut count, mut right) = (0, 0, true);
    for (at, c) in input.char_indices() {
        match dots_in(c) {
            0 if count > 0 && is_invisible(c) => {}
            0 => break,
            dots => {
                count += dots;
                len = at + c.len_utf8();
                right &= c == '.';
            }
        }
    }
    right &= (2..=3).contains(&count) && len == count;
    if count == 1 && start_a_word {
        return spaced_dots(input).map(|len| (len, false));
    }
    (count > 1).then_some((len, right))
}

/// Two or three single dots with blanks between them, and a blank after them.
fn spaced_dots(input: &str) -> Option<usize> {
    let any_blank = |c: char| is_blank(c) || is_foreign_blank(c);
    let mut rest = input;
    let mut end = None;
    for count in 1..=3 {
        let Some(after) = rest.strip_prefix('.').filter(|a| a.starts_with(any_blank)) else {
            break;
        };
        if count > 1 {
            end = Some(input.len() - after.len());
        }
        rest = after.trim_start_matches(any_blank);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_told_whatever_they_are_written_with() {
        for (text, len, ascii) in [
            (":a", 1, ":"),
            (":", 1, ":"),
            (":é", 1, ":"),
            ("：a", 3, ":"),
            ("≥5", 3, ">="),
            ("＞＝5", 6, ">="),
            (">＝5", 4, ">="),
            (">≥", 1, ">"),
            ("≠x", 3, "!="),
            ("！=", 4, "!="),
            ("===x", 3, "==="),
            (":=x", 2, ":="),
            ("=~", 2, "=~"),
            (">5", 1, ">"),
        ] {
            let found = operator(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.len, found.ascii), (len, ascii), "{text}");
            assert_eq!(found.is_foreign, !text.starts_with(ascii), "{text}");
        }
        for text in ["", "a", "!", "~", "～", "é", "！"] {
            assert_eq!(operator(text), None, "{text}");
        }
    }

    #[test]
    fn dots_are_told_whatever_they_are_written_with() {
        for (text, found) in [
            (".. 5", Some((2, true))),
            ("...5", Some((3, true))),
            ("....5", Some((4, false))),
            ("…5", Some((3, false))),
            ("..…", Some((5, false))),
            ("…\u{200b}.", Some((7, false))),
            ("．．", Some((6, false))),
            (". . . 5", Some((5, false))),
            (". . 5", Some((3, false))),
            (".5", None),
            (". 5", None),
            (". ..", None),
            ("", None),
            ("5..", None),
        ] {
            assert_eq!(dots(text, true), found, "{text}");
        }
        assert_eq!(dots(". . 5", false), None);
    }

    #[test]
    fn what_joins_letters_is_text() {
        assert!(!is_stray(Some('ی'), '\u{200c}', Some('خ')));
        assert!(!is_stray(None, '\u{200d}', None));
        assert!(!is_stray(Some('ក'), '\u{200b}', Some('ខ')));
        assert!(is_stray(Some('ក'), '\u{200b}', Some(' ')));
        assert!(!is_stray(Some('ם'), '\u{200f}', None));
        assert!(is_stray(Some('a'), '\u{200b}', Some('b')));
        assert!(is_stray(None, '\u{feff}', Some('ክ')));
        assert!(is_stray(Some('a'), '\u{ad}', Some('b')));
    }
}
