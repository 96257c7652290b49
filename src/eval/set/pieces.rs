//! An index of pieces: texts that may occur anywhere in a value.
//!
//! The pieces are in a trie. It is walked from every offset of the value where a piece may begin,
//! which a hash of three bytes shows. A text longer than [`LONGEST`] is indexed by a piece of it,
//! so that no walk is long and a value takes linear time. Pieces can be added and removed; an
//! Aho-Corasick automaton would have to be rebuilt.

use super::ids::PredicateId;
use super::lists::{ListId, Lists};
use super::trie::Trie;

#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    /// Pieces of three bytes and more.
    long: Trie,
    /// The hashes of their first three bytes.
    beginnings: Vec<u32>,
    /// A bit for each of those hashes: a power of two of words, at least [`ROOM`] bits for each
    /// piece.
    bits: Vec<u64>,
    short: Trie,
    /// A bit for the first byte of each short piece.
    first: [u64; 4],
}

/// The longest piece that is indexed.
pub(super) const LONGEST: usize = 32;

/// Bits for each piece, so that one of 16 to 32 offsets is walked from in vain.
const ROOM: usize = 16;

/// The hash of the first three bytes of a piece.
#[inline]
fn beginning(text: &[u8]) -> Option<u32> {
    let [a, b, c] = *text.first_chunk()?;
    let three = u32::from_le_bytes([a, b, c, 0]);
    Some(three.wrapping_mul(0x9e37_79b1) >> 8)
}

/// The pieces that a text can be indexed by. Together they cover all of it.
fn windows(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let last = text.len().saturating_sub(LONGEST);
    let starts = (0..last).step_by(LONGEST / 2).chain([last]);
    starts.filter_map(|start| text.get(start..text.len().min(start + LONGEST)))
}

impl Pieces {
    pub(super) fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// How many pieces there are, not counting short ones.
    pub(super) fn len(&self) -> usize {
        self.beginnings.len()
    }

    /// Adds a text, under the piece of it that has the fewest others.
    pub(super) fn add(&mut self, text: &[u8], predicate: PredicateId, lists: &mut Lists) {
        let load = |window: &&[u8]| {
            let there = self.long.get(window);
            there.map_or(0, |there| lists.iter(there.starts).take(64).count())
        };
        let Some(window) = windows(text).min_by_key(load) else {
            return;
        };
        let Some(beginning) = beginning(window) else {
            lists.add(&mut self.short.entry(window).starts, predicate);
            let first = window.first().copied().unwrap_or_default();
            if let Some(word) = self.first.get_mut(usize::from(first / 64)) {
                *word |= 1 << (first % 64);
            }
            return;
        };
        lists.add(&mut self.long.entry(window).starts, predicate);
        self.beginnings.push(beginning);
        if self.bits.len() * 64 >= self.beginnings.len() * ROOM {
            set(&mut self.bits, beginning);
            return;
        }
        let words = (2 * self.beginnings.len() * ROOM / 64).next_power_of_two();
        self.bits = vec![0; words];
        let (bits, all) = (&mut self.bits, self.beginnings.iter());
        all.for_each(|beginning| set(bits, *beginning));
    }

    /// Removes a predicate from all pieces of a text, of which it may be under several: its texts
    /// may share them. All its texts are removed together. Their bits stay until the next rebuild:
    /// a bit that is set only costs a walk.
    pub(super) fn remove(&mut self, text: &[u8], predicate: PredicateId, lists: &mut Lists) {
        for window in windows(text) {
            let Some(beginning) = beginning(window) else {
                self.short.remove_start(window, predicate, lists);
                continue;
            };
            while self.long.remove_start(window, predicate, lists) {
                let mut all = self.beginnings.iter();
                if let Some(at) = all.position(|other| *other == beginning) {
                    self.beginnings.swap_remove(at);
                }
            }
        }
        if self.is_empty() {
            *self = Pieces::default();
        }
    }

    /// Calls `each` with the lists of all pieces in a text; a list may come several times.
    pub(super) fn find(&self, text: &[u8], mut each: impl FnMut(ListId)) {
        if !self.bits.is_empty() {
            for at in 0..text.len().saturating_sub(2) {
                let rest = text.get(at..).unwrap_or_default();
                if beginning(rest).is_some_and(|beginning| has(&self.bits, beginning)) {
                    self.long.walk(rest, &mut each);
                }
            }
        }
        if self.short.is_empty() {
            return;
        }
        for (at, first) in text.iter().enumerate() {
            let word = self.first.get(usize::from(first / 64));
            if word.is_some_and(|word| word >> (first % 64) & 1 == 1) {
                self.short
                    .walk(text.get(at..).unwrap_or_default(), &mut each);
            }
        }
    }
}

/// The word of a hash, and its bit there.
#[inline]
fn bit(bits: &[u64], beginning: u32) -> (usize, u64) {
    let at = beginning as usize & (bits.len() * 64).wrapping_sub(1);
    (at / 64, 1 << (at % 64))
}

fn set(bits: &mut [u64], beginning: u32) {
    let (word, bit) = bit(bits, beginning);
    if let Some(word) = bits.get_mut(word) {
        *word |= bit;
    }
}

#[inline]
fn has(bits: &[u64], beginning: u32) -> bool {
    let (word, bit) = bit(bits, beginning);
    bits.get(word).is_some_and(|word| word & bit != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_is_found_where_it_is(
            texts in prop::collection::vec(prop_oneof!["[ab]{1,4}", "[ab]{30,70}"], 1..20),
            gone in prop::collection::vec(any::<bool>(), 20),
            before in "[ab]{0,6}", which in any::<prop::sample::Index>(), after in "[ab]{0,6}",
        ) {
            let (mut pieces, mut lists) = (Pieces::default(), Lists::default());
            for (predicate, text) in texts.iter().enumerate() {
                pieces.add(text.as_bytes(), PredicateId::new(predicate), &mut lists);
            }
            let all = texts.iter().zip(&gone).enumerate();
            for (predicate, (text, _)) in all.clone().filter(|(_, (_, gone))| **gone) {
                pieces.remove(text.as_bytes(), PredicateId::new(predicate), &mut lists);
            }
            let text = format!("{before}{}{after}", texts[which.index(texts.len())]);
            let mut found = Vec::new();
            pieces.find(text.as_bytes(), |list| found.extend(lists.iter(list)));
            for (predicate, (piece, gone)) in all {
                let is_found = found.contains(&(PredicateId::new(predicate)));
                prop_assert!(!gone || !is_found);
                // A long text is found by a piece of it, so it may be found where it does not
                // occur.
                prop_assert!(*gone || is_found || !text.contains(piece.as_str()));
                prop_assert!(!is_found || piece.len() > LONGEST || text.contains(piece.as_str()));
            }
            prop_assert_eq!(pieces.is_empty(), gone.iter().take(texts.len()).all(|gone| *gone));
        }
    }
}
