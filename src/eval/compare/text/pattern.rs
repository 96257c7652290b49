//! Patterns: texts with stars in them.

use memchr::memmem::Finder;

use super::any_word;
use crate::value::{fold, fold_into};

/// A pattern with `*` for any run of characters, ignoring case. Matching is linear in the text.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Pattern {
    /// What the text begins with, before the first `*`.
    start: Box<str>,
    /// What follows in this order, between two `*`.
    middle: Vec<Finder<'static>>,
    /// What the text ends with, after the last `*`.
    end: Box<str>,
    /// Whether one word could match where the whole text does not.
    on_words: bool,
    /// Whether the pattern holds an ASCII character that no word of an ASCII text holds.
    splits_words: bool,
}

impl Pattern {
    /// A pattern with at least one `*`.
    pub(in crate::eval) fn new(pattern: &str) -> Pattern {
        let folded = fold(pattern);
        let mut parts = folded.split('*');
        let start: Box<str> = parts.next().unwrap_or_default().into();
        let end: Box<str> = parts.next_back().unwrap_or_default().into();
        let middle = parts.filter(|part| !part.is_empty());
        let middle = middle.map(|part| Finder::new(part).into_owned()).collect();
        // Between two stars, a word matches only if the text around it does too.
        let on_words = !start.is_empty() || !end.is_empty();
        let splits_words = folded
            .bytes()
            .any(|byte| byte.is_ascii() && !in_words(byte));
        Pattern {
            start,
            middle,
            end,
            on_words,
            splits_words,
        }
    }

    /// The texts between its stars, folded, some of which may be empty.
    pub(in crate::eval) fn parts(&self) -> impl Iterator<Item = &str> {
        let middle = self.middle.iter();
        let middle = middle.map(|part| std::str::from_utf8(part.needle()).unwrap_or_default());
        std::iter::once(&*self.start)
            .chain(middle)
            .chain([&*self.end])
    }

    /// Whether it holds an ASCII character that no word of an ASCII text holds.
    pub(in crate::eval) fn splits_words(&self) -> bool {
        self.splits_words
    }

    /// Whether it has text before its first star or after its last one.
    pub(in crate::eval) fn is_anchored(&self) -> bool {
        self.on_words
    }

    /// Whether the whole text matches.
    pub(in crate::eval) fn matches(&self, text: &str, buffer: &mut String) -> bool {
        self.matches_folded(fold_into(text, buffer))
    }

    /// Whether the whole text or any one of its words matches.
    pub(in crate::eval) fn matches_text(&self, text: &str, buffer: &mut String) -> bool {
        if self.matches_folded(fold_into(text, buffer)) {
            return true;
        }
        let words_may_match = self.on_words && !(self.splits_words && text.is_ascii());
        words_may_match && any_word(text, |word| self.matches_folded(fold_into(word, buffer)))
    }

    fn matches_folded(&self, text: &str) -> bool {
        let Some(rest) = text.strip_prefix(&*self.start) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(&*self.end) else {
            return false;
        };
        // Matching each part at its earliest offset leaves the most text for the next.
        for part in &self.middle {
            let Some(at) = part.find(rest.as_bytes()) else {
                return false;
            };
            rest = rest.get(at + part.needle().len()..).unwrap_or_default();
        }
        true
    }
}

/// Whether a word of an ASCII text may hold this character: a letter, digit or `_`, or one of
/// those that join letters or digits (UAX #29: MidLetter, MidNum, MidNumLet, Single_Quote), or the
/// `*` of the pattern itself.
fn in_words(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.,:;'*".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_anchored_and_ignore_case() {
        let cases = [
            ("win*", "Windows", true),
            ("*dows", "Windows", true),
            ("w*d*s", "Windows", true),
            ("w*w*w", "Windows", false),
            ("wind*ndows", "Windows", false),
            ("*ab*ab*", "ab", false),
            ("*ab*ab*", "abab", true),
            ("*", "", true),
            ("a*", "", false),
            ("*É*", "café", true),
            ("*\\system32\\*", r"C:\Windows\System32\a.dll", true),
        ];
        for (pattern, text, expected) in cases {
            let found = Pattern::new(pattern).matches(text, &mut String::new());
            assert_eq!(found, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_may_match_one_word() {
        let matches = |pattern, text| Pattern::new(pattern).matches_text(text, &mut String::new());
        assert!(matches("serv*", "Windows Server"));
        assert!(!matches("erv*", "Windows Server"));
        assert!(!matches("s* x", "Windows Server x y"));
    }
}
