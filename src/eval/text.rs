//! Matching text: case, words, phrases and patterns.

use std::borrow::Cow;

use memchr::memmem::Finder;
use unicode_segmentation::UnicodeSegmentation;

/// The text in small letters, character by character, so that texts that differ only in case
/// become equal.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    match text {
        _ if !text.is_ascii() => Cow::Owned(text.chars().flat_map(char::to_lowercase).collect()),
        _ if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Owned(text.to_ascii_lowercase())
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether two texts are equal but for case; the first is folded already.
pub(super) fn equals_folded(folded: &str, text: &str) -> bool {
    match text.is_ascii() {
        true => folded.eq_ignore_ascii_case(text),
        false => text.chars().flat_map(char::to_lowercase).eq(folded.chars()),
    }
}

/// Whether a text begins with another but for case; the beginning is folded already.
pub(super) fn starts_with_folded(text: &str, folded: &str) -> bool {
    let mut chars = text.chars().flat_map(char::to_lowercase);
    folded.chars().all(|c| chars.next() == Some(c))
}

/// The words of a text in small letters (UAX #29, as Elasticsearch's standard analyzer splits it).
pub(super) fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.unicode_words().map(fold)
}

/// Words that have to stand next to each other.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    words: Vec<Box<str>>,
    /// Whether the last one may be the beginning of a word.
    prefix: bool,
}

impl Phrase {
    /// The words of a text; none if there are no words in it, for then it matches nothing.
    pub(super) fn new(text: &str, prefix: bool) -> Option<Phrase> {
        let words: Vec<Box<str>> = words(text).map(|word| word.into()).collect();
        (!words.is_empty()).then_some(Phrase { words, prefix })
    }

    /// Whether it stands somewhere in these words.
    pub(super) fn is_in(&self, words: &[Cow<'_, str>]) -> bool {
        let Some((last, before)) = self.words.split_last() else {
            return false;
        };
        let fits = |window: &[Cow<'_, str>]| match window.split_last() {
            Some((end, start)) => {
                let last_fits = match self.prefix {
                    true => end.starts_with(&**last),
                    false => **end == **last,
                };
                last_fits
                    && start
                        .iter()
                        .zip(before)
                        .all(|(word, wanted)| **word == **wanted)
            }
            None => false,
        };
        words.windows(self.words.len()).any(fits)
    }
}

/// A pattern with `*` for any run of characters, ignoring case. Matching is linear in the text.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
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
    pub(super) fn new(pattern: &str) -> Pattern {
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

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.matches_folded(&fold(text))
    }

    /// Whether the whole text or any one of its words matches.
    pub(super) fn matches_text(&self, text: &str) -> bool {
        let folded = fold(text);
        if self.matches_folded(&folded) {
            return true;
        }
        let words_may_match = self.on_words && !(self.splits_words && text.is_ascii());
        words_may_match && words(text).any(|word| self.matches_folded(&word))
    }

    fn matches_folded(&self, text: &str) -> bool {
        let Some(rest) = text.strip_prefix(&*self.start) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(&*self.end) else {
            return false;
        };
        // The earliest place for each part leaves the most room for the next.
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
            ("*", "", true),
            ("a*", "", false),
            ("*É*", "café", true),
            ("*\\system32\\*", r"C:\Windows\System32\a.dll", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_pattern_may_match_one_word() {
        assert!(Pattern::new("serv*").matches_text("Windows Server"));
        assert!(!Pattern::new("erv*").matches_text("Windows Server"));
        assert!(!Pattern::new("s* x").matches_text("Windows Server x y"));
    }

    #[test]
    fn case_goes_by_characters() {
        // The Kelvin sign and the dotted capital I have small letters of other lengths.
        assert!(equals_folded("k", "\u{212a}"));
        assert!(starts_with_folded("İx", "i\u{307}"));
        assert!(!equals_folded("ss", "ß"));
    }
}
