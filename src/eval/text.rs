//! Matching text: case, words, phrases and patterns.
//!
//! Nothing here allocates but into a buffer of the caller's, which keeps its size. ASCII, which
//! nearly all events are, has ways of its own that give the same answers.

use std::borrow::Cow;

use memchr::memmem::Finder;
use unicode_segmentation::UnicodeSegmentation;

/// The text in small letters, character by character, so that texts that differ only in case
/// become equal.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let mut folded = String::new();
    match fold_into(text, &mut folded) {
        same if same.as_ptr() == text.as_ptr() => Cow::Borrowed(text),
        _ => Cow::Owned(folded),
    }
}

/// The same, in the buffer if it is not the text itself.
pub(super) fn fold_into<'t>(text: &'t str, buffer: &'t mut String) -> &'t str {
    if !text.is_ascii() {
        buffer.clear();
        buffer.extend(text.chars().flat_map(char::to_lowercase));
        return buffer;
    }
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    buffer.clear();
    buffer.push_str(text);
    buffer.make_ascii_lowercase();
    buffer
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
    if text.is_ascii() {
        let start = text.get(..folded.len());
        return start.is_some_and(|start| start.eq_ignore_ascii_case(folded));
    }
    let mut chars = text.chars().flat_map(char::to_lowercase);
    folded.chars().all(|c| chars.next() == Some(c))
}

/// Calls `each` with the words of a text until it says that it has seen enough; gives whether it
/// has. Words are those of UAX #29, as Elasticsearch's standard analyzer splits text.
pub(super) fn any_word<'t>(text: &'t str, mut each: impl FnMut(&'t str) -> bool) -> bool {
    match text.is_ascii() {
        true => AsciiWords { text, at: 0 }.any(&mut each),
        false => text.unicode_words().any(&mut each),
    }
}

/// The words of an ASCII text, told by a table.
struct AsciiWords<'t> {
    text: &'t str,
    at: usize,
}

/// What UAX #29 says of an ASCII character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    /// `_`, which joins letters, digits and itself.
    Low,
    /// Joins letters.
    MidLetter,
    /// Joins digits.
    MidDigit,
    /// Joins letters, and digits.
    MidBoth,
    Other,
}

#[expect(
    clippy::indexing_slicing,
    reason = "computed when the program is built: a wrong index would not compile"
)]
const CLASSES: [Class; 128] = {
    let mut classes = [Class::Other; 128];
    let mut at = 0;
    while at < 128 {
        let byte = at as u8;
        classes[at] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Low,
            b':' => Class::MidLetter,
            b',' | b';' => Class::MidDigit,
            b'.' | b'\'' => Class::MidBoth,
            _ => Class::Other,
        };
        at += 1;
    }
    classes
};

impl<'t> AsciiWords<'t> {
    fn class(&self, at: usize) -> Class {
        let byte = self.text.as_bytes().get(at);
        let class = byte.and_then(|byte| CLASSES.get(usize::from(*byte)));
        class.copied().unwrap_or(Class::Other)
    }
}

impl<'t> Iterator for AsciiWords<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        use Class::{Digit, Letter, Low, MidBoth, MidDigit, MidLetter};
        while self.at < self.text.len() {
            let start = self.at;
            let mut last = self.class(start);
            self.at += 1;
            if !matches!(last, Letter | Digit | Low) {
                continue;
            }
            let mut is_word = last != Low;
            loop {
                let next = self.class(self.at);
                self.at += match (last, next) {
                    (_, Letter | Digit | Low) => 1,
                    (Letter, MidLetter | MidBoth) if self.class(self.at + 1) == Letter => 2,
                    (Digit, MidDigit | MidBoth) if self.class(self.at + 1) == Digit => 2,
                    _ => break,
                };
                if matches!(next, Letter | Digit | Low) {
                    last = next;
                }
                is_word |= last != Low;
            }
            if is_word {
                return self.text.get(start..self.at);
            }
        }
        None
    }
}

/// Words that have to stand next to each other.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    words: Vec<Box<str>>,
    /// Whether the last one may be the beginning of a word.
    prefix: bool,
    /// How many bytes a text at least has that holds it.
    least: usize,
}

impl Phrase {
    /// The words of a text; none if there are no words in it, for then it matches nothing.
    pub(super) fn new(text: &str, prefix: bool) -> Option<Phrase> {
        let mut words: Vec<Box<str>> = Vec::new();
        any_word(text, |word| {
            words.push(fold(word).into());
            false
        });
        // Letters beyond ASCII may be shorter than the small letters that they become; none is
        // shorter than the ASCII that it becomes.
        let least = match words.iter().all(|word| word.is_ascii()) {
            true => words
                .iter()
                .map(|word| word.len() + 1)
                .sum::<usize>()
                .saturating_sub(1),
            false => 0,
        };
        (!words.is_empty()).then_some(Phrase {
            words,
            prefix,
            least,
        })
    }

    /// Its words, folded; at least one.
    pub(super) fn words(&self) -> &[Box<str>] {
        &self.words
    }

    /// Whether its last word may be the beginning of one.
    pub(super) fn ends_with_prefix(&self) -> bool {
        self.prefix
    }

    /// The word, if there is only one and it may be the beginning of a word.
    pub(super) fn only_prefix(&self) -> Option<&str> {
        match &*self.words {
            [only] if self.prefix => Some(only),
            _ => None,
        }
    }

    /// Whether it stands somewhere in the text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let count = self.words.len();
        if text.len() < self.least {
            return false;
        }
        if count > 64 {
            return self.is_long_in(text);
        }
        // Bit n: the words so far end with the first n of the phrase, and the next one is due.
        let mut due = 0_u64;
        any_word(text, |word| {
            let mut next = 0;
            due |= 1;
            while due != 0 {
                let at = due.trailing_zeros();
                due &= due - 1;
                next |= u64::from(self.fits(at as usize, word)) << at;
            }
            // A phrase of 64 words ends with the bit that is shifted out.
            due = next << 1;
            next >> (count - 1) & 1 == 1
        })
    }

    fn is_long_in(&self, text: &str) -> bool {
        let mut words = Vec::new();
        any_word(text, |word| {
            words.push(word);
            false
        });
        let fits = |window: &[&str]| window.iter().enumerate().all(|(at, w)| self.fits(at, w));
        words.windows(self.words.len()).any(fits)
    }

    /// Whether a word can stand at this position.
    fn fits(&self, at: usize, word: &str) -> bool {
        let is_last = at + 1 == self.words.len();
        self.words.get(at).is_some_and(|wanted| match is_last {
            true if self.prefix => starts_with_folded(word, wanted),
            _ => equals_folded(wanted, word),
        })
    }
}

/// Beginnings of words, of which a text has to have any.
#[derive(Clone, Debug)]
pub(super) struct Prefixes {
    /// Folded and sorted; none begins with another.
    words: Vec<Box<str>>,
}

impl Prefixes {
    pub(super) fn new(mut words: Vec<Box<str>>) -> Prefixes {
        words.sort();
        // What begins with another comes behind it.
        words.dedup_by(|word, before| word.starts_with(&**before));
        Prefixes { words }
    }

    /// Whether a word of the text begins with any of them.
    pub(super) fn is_in(&self, text: &str, buffer: &mut String) -> bool {
        any_word(text, |word| {
            let word = fold_into(word, buffer);
            // Whatever stands between a beginning of the word and the word begins with it as well.
            let behind = self.words.partition_point(|prefix| **prefix <= *word);
            let before = behind.checked_sub(1).and_then(|at| self.words.get(at));
            before.is_some_and(|prefix| word.starts_with(&**prefix))
        })
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

    /// The texts between its stars, folded, some of which may be empty.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        let middle = self.middle.iter();
        let middle = middle.map(|part| std::str::from_utf8(part.needle()).unwrap_or_default());
        std::iter::once(&*self.start)
            .chain(middle)
            .chain([&*self.end])
    }

    /// Whether it holds an ASCII character that no word of an ASCII text holds.
    pub(super) fn splits_words(&self) -> bool {
        self.splits_words
    }

    /// Whether it has something before its first star or behind its last one.
    pub(super) fn is_anchored(&self) -> bool {
        self.on_words
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str, buffer: &mut String) -> bool {
        self.matches_folded(fold_into(text, buffer))
    }

    /// Whether the whole text or any one of its words matches.
    pub(super) fn matches_text(&self, text: &str, buffer: &mut String) -> bool {
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
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        any_word(text, |word| {
            words.push(word);
            false
        });
        words
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ascii_words_are_those_of_unicode(
            text in prop_oneof!["[aZ09_.,:;'\" \\\\-]{0,12}", "[\\x00-\\x7f]{0,20}"],
        ) {
            let theirs: Vec<&str> = text.unicode_words().collect();
            prop_assert_eq!(words(&text), theirs);
        }

        #[test]
        fn a_phrase_is_found_where_its_words_stand(
            phrase in "[ab]{1,2}( [ab]{1,2}){0,3}",
            text in "[abé]{1,2}([ -][abB]{1,2}){0,8}",
            prefix in any::<bool>(),
        ) {
            let found = Phrase::new(&phrase, prefix).unwrap();
            prop_assert_eq!(found.is_in(&text), found.is_long_in(&text));
        }

        #[test]
        fn many_beginnings_are_as_good_as_each(
            wanted in prop::collection::vec("[ab.é]{1,3}", 1..6),
            text in "[abBé. ]{0,12}",
        ) {
            let phrases: Vec<_> = wanted.iter().filter_map(|w| Phrase::new(w, true)).collect();
            let single = phrases.iter().filter_map(Phrase::only_prefix);
            let right = phrases.iter().filter(|p| p.only_prefix().is_some()).any(|p| p.is_in(&text));
            let prefixes = Prefixes::new(single.map(Into::into).collect());
            prop_assert_eq!(prefixes.is_in(&text, &mut String::new()), right);
        }
    }

    #[test]
    fn long_phrases_are_found() {
        for count in [1, 2, 63, 64, 65, 200] {
            let text = (0..count).map(|n| format!("w{n} ")).collect::<String>();
            let phrase = Phrase::new(&text, false).unwrap();
            assert!(phrase.is_in(&format!("x {text} y")), "{count}");
            assert!(!phrase.is_in(&text.replace(&format!("w{} ", count - 1), "z ")));
        }
    }

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

    #[test]
    fn case_goes_by_characters() {
        // The Kelvin sign and the dotted capital I have small letters of other lengths.
        assert!(equals_folded("k", "\u{212a}"));
        assert!(starts_with_folded("İx", "i\u{307}"));
        assert!(!equals_folded("ss", "ß"));
    }
}
