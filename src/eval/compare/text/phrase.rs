//! Phrases: words that follow each other in a text.

use super::any_word;
use crate::value::{equals_folded, fold, fold_into, starts_with_folded};

/// Words that must be adjacent.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Phrase {
    words: Vec<Box<str>>,
    /// Whether the last word is a prefix.
    prefix: bool,
    /// How many bytes a text at least has that holds it.
    least: usize,
}

impl Phrase {
    /// The words of a text; none if there are no words in it, for then it matches nothing.
    pub(in crate::eval) fn new(text: &str, prefix: bool) -> Option<Phrase> {
        let mut words: Vec<Box<str>> = Vec::new();
        any_word(text, |word| {
            words.push(fold(word).into());
            false
        });
        // Letters beyond ASCII may be shorter than their lower-case forms, but never shorter than
        // an ASCII form.
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
    pub(in crate::eval) fn words(&self) -> &[Box<str>] {
        &self.words
    }

    /// Whether its last word is a prefix.
    pub(in crate::eval) fn ends_with_prefix(&self) -> bool {
        self.prefix
    }

    /// The word, if there is only one and it is a prefix.
    pub(in crate::eval) fn only_prefix(&self) -> Option<&str> {
        match &*self.words {
            [only] if self.prefix => Some(only),
            _ => None,
        }
    }

    /// Whether it occurs in the text.
    pub(in crate::eval) fn is_in(&self, text: &str) -> bool {
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

    /// Whether a word can be at this position.
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
pub(in crate::eval) struct Prefixes {
    /// Folded and sorted; none begins with another.
    words: Vec<Box<str>>,
}

impl Prefixes {
    pub(in crate::eval) fn new(mut words: Vec<Box<str>>) -> Prefixes {
        words.sort();
        // A word sorts after its prefixes.
        words.dedup_by(|word, before| word.starts_with(&**before));
        Prefixes { words }
    }

    /// Whether a word of the text begins with any of them.
    pub(in crate::eval) fn is_in(&self, text: &str, buffer: &mut String) -> bool {
        any_word(text, |word| {
            let word = fold_into(word, buffer);
            // Whatever sorts between a prefix and a word with that prefix has the prefix as well.
            let after = self.words.partition_point(|prefix| **prefix <= *word);
            let before = after.checked_sub(1).and_then(|at| self.words.get(at));
            before.is_some_and(|prefix| word.starts_with(&**prefix))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

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
}
