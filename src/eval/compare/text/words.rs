//! The words of a text.

use unicode_segmentation::UnicodeSegmentation;

/// Calls `each` with the words of a text until it returns true; returns whether it did. Words are
/// those of UAX #29, as Elasticsearch's standard analyzer splits text.
pub(in crate::eval) fn any_word<'t>(text: &'t str, mut each: impl FnMut(&'t str) -> bool) -> bool {
    match text.is_ascii() {
        true => AsciiWords { text, at: 0 }.any(&mut each),
        false => text.unicode_words().any(&mut each),
    }
}

/// The words of an ASCII text, found with a table.
struct AsciiWords<'t> {
    text: &'t str,
    at: usize,
}

/// The class of an ASCII character in UAX #29.
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
    }
}
