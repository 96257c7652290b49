//! The index of a field: one lookup of a value finds all predicates that it may satisfy, however
//! many there are.

use std::collections::HashMap;

use super::entry::Entry;
use super::equal::Equal;
use super::ids::PredicateId;
use super::intervals::Intervals;
use super::lists::{ListId, Lists};
use super::pieces::Pieces;
use super::trie::{NodeLists, Trie};
use crate::eval::compare::scalar::{
    Coercions, Scalar, address_of, boolean_of, instant_of, number_of, text_of,
};
use crate::eval::compare::text::any_word;
use crate::value::{Number, fold_into};

/// The indexed predicates of a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    any: ListId,
    /// Whole texts, and whether there is nothing else.
    equal: Equal,
    equal_only: bool,
    /// Prefixes of folded texts.
    starts: Trie,
    /// How many of those are also prefixes of words, in texts that are not ASCII.
    starts_of_words: usize,
    /// Folded words and prefixes of words.
    words: Trie,
    pieces: Pieces,
    numbers: HashMap<Number, ListId>,
    number_ranges: Intervals<Number>,
    booleans: [ListId; 2],
    dates: Intervals<i128>,
    addresses: HashMap<u128, ListId>,
    nets: Intervals<u128>,
}

/// The hits for one value.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// Lists of predicates, each once.
    pub(super) lists: Vec<ListId>,
    /// Single predicates, besides those of the lists.
    pub(super) single: Vec<PredicateId>,
    /// For each list, the last value that it was found for.
    found: Vec<u32>,
    value: u32,
}

impl Hits {
    /// Starts the next value, in a set with these lists.
    pub(super) fn start(&mut self, lists: &Lists) {
        self.lists.clear();
        self.single.clear();
        if self.found.len() < lists.len() {
            self.found.resize(lists.len(), 0);
        }
        self.value = self.value.wrapping_add(1);
        if self.value == 0 {
            self.found.fill(0);
            self.value = 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.single.is_empty()
    }

    fn list(&mut self, list: ListId) {
        if let Some(found) = self.found.get_mut(list.index())
            && *found != self.value
        {
            *found = self.value;
            self.lists.push(list);
        }
    }
}

impl Index {
    /// Adds a predicate under an entry.
    pub(super) fn add(&mut self, entry: &Entry<'_>, predicate: PredicateId, lists: &mut Lists) {
        match entry {
            Entry::Any => lists.add(&mut self.any, predicate),
            Entry::Folded(text) => lists.add(self.equal.folded_entry(text), predicate),
            Entry::Exact(text) => lists.add(self.equal.exact_entry(text), predicate),
            Entry::Start { text, words } => {
                self.starts_of_words += usize::from(*words);
                lists.add(&mut self.starts.entry(text.as_bytes()).starts, predicate);
            }
            Entry::WordStart(text) => {
                lists.add(&mut self.words.entry(text.as_bytes()).starts, predicate);
            }
            Entry::Words { words, start } => {
                // Under the word that the fewest others are under.
                let load = |(at, word): &(usize, &str)| {
                    let there = self.words.get(word.as_bytes()).map(|mut there| {
                        let list = *of_word(&mut there, is_start(words, *start, *at));
                        lists.iter(list).take(64).count()
                    });
                    (there.unwrap_or_default(), usize::MAX - word.len())
                };
                let words_at = words.iter().map(|word| &**word).enumerate();
                if let Some((at, word)) = words_at.min_by_key(load) {
                    let there = self.words.entry(word.as_bytes());
                    let list = of_word(there, is_start(words, *start, at));
                    lists.add(list, predicate);
                }
            }
            Entry::Piece(text) => self.pieces.add(text.as_bytes(), predicate, lists),
            Entry::Number(number) => lists.add(self.numbers.entry(*number).or_default(), predicate),
            Entry::Boolean(boolean) => {
                let [no, yes] = &mut self.booleans;
                lists.add(if *boolean { yes } else { no }, predicate);
            }
            Entry::Address(address) => {
                lists.add(self.addresses.entry(*address).or_default(), predicate);
            }
            Entry::Numbers(interval) => self.number_ranges.add(*interval, predicate),
            Entry::Dates(interval) => self.dates.add(*interval, predicate),
            Entry::Addresses(interval) => self.nets.add(*interval, predicate),
        }
        self.equal_only = self.is_equal_only();
    }

    /// Removes what was added with the same entry. All entries of a predicate are removed together:
    /// where entries share a word or a piece, it may be another one's that goes here.
    pub(super) fn remove(&mut self, entry: &Entry<'_>, predicate: PredicateId, lists: &mut Lists) {
        match entry {
            Entry::Any => drop(lists.remove(&mut self.any, predicate)),
            Entry::Folded(text) => {
                lists.remove(self.equal.folded_entry(text), predicate);
                self.equal.prune(text);
            }
            Entry::Exact(text) => {
                lists.remove(self.equal.exact_entry(text), predicate);
                self.equal.prune(text);
            }
            Entry::Start { text, words } => {
                self.starts_of_words -= usize::from(*words);
                self.starts.remove_start(text.as_bytes(), predicate, lists);
            }
            Entry::WordStart(text) => {
                self.words.remove_start(text.as_bytes(), predicate, lists);
            }
            Entry::Words { words, start } => {
                // The loads have changed since, so the word that was chosen is not known.
                for (at, word) in words.iter().map(|word| word.as_bytes()).enumerate() {
                    if let Some(there) = self.words.get_mut(word) {
                        let list = of_word(there, is_start(words, *start, at));
                        while lists.remove(list, predicate) {}
                        self.words.prune(word);
                    }
                }
            }
            Entry::Piece(text) => self.pieces.remove(text.as_bytes(), predicate, lists),
            Entry::Number(number) => remove_from(&mut self.numbers, number, predicate, lists),
            Entry::Boolean(boolean) => {
                let [no, yes] = &mut self.booleans;
                lists.remove(if *boolean { yes } else { no }, predicate);
            }
            Entry::Address(address) => {
                remove_from(&mut self.addresses, address, predicate, lists);
            }
            Entry::Numbers(interval) => drop(self.number_ranges.remove(interval, predicate)),
            Entry::Dates(interval) => drop(self.dates.remove(interval, predicate)),
            Entry::Addresses(interval) => drop(self.nets.remove(interval, predicate)),
        }
        self.equal_only = self.is_equal_only();
    }

    /// Whether there is nothing but whole texts.
    fn is_equal_only(&self) -> bool {
        self.any.is_empty()
            && self.starts.is_empty()
            && self.words.is_empty()
            && self.pieces.is_empty()
            && self.numbers.is_empty()
            && self.number_ranges.is_empty()
            && self.booleans.iter().all(|list| list.is_empty())
            && self.dates.is_empty()
            && self.addresses.is_empty()
            && self.nets.is_empty()
    }

    /// How many different values there are, not counting prefixes.
    pub(super) fn size(&self) -> usize {
        let ranges = self.number_ranges.len() + self.dates.len() + self.nets.len();
        let values = self.numbers.len() + self.addresses.len();
        self.equal.len() + self.pieces.len() + values + ranges
    }

    /// Whether a string of these bytes may be found; they need not be UTF-8.
    #[inline]
    pub(super) fn may_have(&self, string: &[u8]) -> bool {
        !self.equal_only || self.equal.may_have(string)
    }

    /// Whether a lookup is cheap: nothing is searched for inside of a value.
    pub(super) fn is_quick(&self) -> bool {
        self.starts.is_empty() && self.words.is_empty() && self.pieces.is_empty()
    }

    /// Finds the predicates that a value may satisfy. Takes time linear in the value and in the
    /// hits.
    pub(super) fn find(
        &self,
        value: &Scalar<'_>,
        coercions: Coercions,
        folded: &mut String,
        word: &mut String,
        hits: &mut Hits,
    ) {
        hits.list(self.any);
        if let Some(text) = text_of(value, coercions) {
            self.find_text(text, folded, word, hits);
        }
        if (!self.numbers.is_empty() || !self.number_ranges.is_empty())
            && let Some(number) = number_of(value)
        {
            hits.list(self.numbers.get(&number).copied().unwrap_or_default());
            find_in(&self.number_ranges, &number, hits);
        }
        let [no, yes] = self.booleans;
        if !(no.is_empty() && yes.is_empty())
            && let Some(boolean) = boolean_of(value)
        {
            hits.list(if boolean { yes } else { no });
        }
        if !self.dates.is_empty()
            && let Some(instant) = instant_of(value)
        {
            find_in(&self.dates, &instant, hits);
        }
        if (!self.addresses.is_empty() || !self.nets.is_empty())
            && let Some(address) = address_of(value)
        {
            hits.list(self.addresses.get(&address).copied().unwrap_or_default());
            find_in(&self.nets, &address, hits);
        }
    }

    fn find_text(&self, text: &str, folded: &mut String, room: &mut String, hits: &mut Hits) {
        let equal = self.equal.may_have(text.as_bytes());
        if equal && self.equal.has_exact() {
            hits.list(self.equal.exact(text));
        }
        let (starts, words) = (!self.starts.is_empty(), !self.words.is_empty());
        let equal = equal && self.equal.has_folded();
        if !equal && !starts && !words && self.pieces.is_empty() {
            return;
        }
        let is_ascii = text.is_ascii();
        let folded = fold_into(text, folded);
        if equal {
            hits.list(self.equal.folded(folded));
        }
        if starts {
            self.starts.walk(folded.as_bytes(), |list| hits.list(list));
        }
        self.pieces.find(folded.as_bytes(), |list| hits.list(list));
        let starts = !is_ascii && self.starts_of_words > 0;
        if !words && !starts {
            return;
        }
        // Words are those of the original text; folding ASCII moves no boundary.
        let text = if is_ascii { folded } else { text };
        any_word(text, |word| {
            let word = fold_into(word, room).as_bytes();
            if words {
                self.words.walk(word, |list| hits.list(list));
            }
            if starts {
                self.starts.walk(word, |list| hits.list(list));
            }
            false
        });
    }
}

/// Whether the word at this position is a prefix.
fn is_start(words: &[Box<str>], start: bool, at: usize) -> bool {
    start && at + 1 == words.len()
}

/// The list of a word, or of words with that prefix.
fn of_word(lists: &mut NodeLists, start: bool) -> &mut ListId {
    match start {
        true => &mut lists.starts,
        false => &mut lists.whole,
    }
}

fn remove_from<K: Eq + std::hash::Hash>(
    map: &mut HashMap<K, ListId>,
    key: &K,
    predicate: PredicateId,
    lists: &mut Lists,
) {
    if let Some(list) = map.get_mut(key) {
        lists.remove(list, predicate);
        if list.is_empty() {
            map.remove(key);
        }
    }
}

fn find_in<T: Ord + Copy>(intervals: &Intervals<T>, value: &T, hits: &mut Hits) {
    intervals.find(value, |predicate| hits.single.push(predicate));
}
