//! Searches a buffer of JSON for any of a few keys, and for the one escape that could hide them.
//!
//! For each key, two adjacent bytes of it are searched for, 64 positions at a time; where they
//! occur, the rest is compared. Each block is loaded twice, one byte apart, to compare adjacent
//! bytes. Shifting bits instead took a sixth longer for five keys
//! (`cargo bench --bench set -- 'set scan/eq 100$'`).

use super::block::padded;
use super::find::{Needle, frequency, is_escape};
use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// A few keys to search for.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Keys {
    keys: Vec<Key>,
    /// The pairs of bytes to search for, at most one for each key.
    pairs: Vec<Pair>,
}

/// What was found: the key of this number, or an escape that could hide one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) enum Seen {
    Key(usize),
    Escape,
}

/// Called with the offset of each find; returns true to stop.
pub(super) type Each<'a> = &'a mut dyn FnMut(usize, Seen) -> bool;

impl Keys {
    /// With more keys than this, the search takes as long as reading the events.
    pub(in crate::eval) const MOST: usize = 8;

    /// The key of this number, in quotes.
    pub(in crate::eval) fn get(&self, key: usize) -> Option<&Needle> {
        self.keys.get(key).map(|key| &key.needle)
    }

    /// Calls `each` with the offsets from `from` on where a key or an escape occurs, in order,
    /// until it returns true; returns that offset.
    pub(in crate::eval) fn find(
        &self,
        level: Level,
        bytes: &[u8],
        from: usize,
        each: Each<'_>,
    ) -> Option<usize> {
        match level.kind() {
            Kind::Scalar => find_by(Scalar, self, bytes, from, each),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(avx2) => avx2.find_keys(self, bytes, from, each),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(avx512) => avx512.find_keys(self, bytes, from, each),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(neon) => neon.find_keys(self, bytes, from, each),
        }
    }
}

/// Two adjacent bytes that some of the keys contain and little else does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pair {
    first: u8,
    second: u8,
}

/// A key with the position of its pair.
#[derive(Clone, Debug)]
pub(super) struct Key {
    needle: Needle,
    pair: usize,
    /// The offset of the pair in the key.
    offset: usize,
}

impl Keys {
    /// The keys, in quotes.
    pub(in crate::eval) fn new(needles: Vec<Needle>) -> Keys {
        let mut pairs: Vec<Pair> = Vec::new();
        let keys = needles.into_iter().map(|needle| {
            let text = needle.text().as_bytes();
            let in_text = text
                .windows(2)
                .enumerate()
                .filter_map(|(offset, two)| match two {
                    [first, second] => {
                        let (first, second) = (*first, *second);
                        Some((offset, Pair { first, second }))
                    }
                    _ => None,
                });
            // One that others have already costs nothing.
            let cost = |(_, pair): &(usize, Pair)| match pairs.contains(pair) {
                true => 0,
                false => rarity(pair.first) + rarity(pair.second),
            };
            let (offset, pair) = in_text.min_by_key(cost).unwrap_or_default();
            let known = pairs.iter().position(|other| *other == pair);
            let pair = known.unwrap_or_else(|| {
                pairs.push(pair);
                pairs.len() - 1
            });
            Key {
                needle,
                pair,
                offset,
            }
        });
        let keys = keys.collect();
        Keys { keys, pairs }
    }
}

/// How common a byte is in JSON of events; capitals are rare.
fn rarity(byte: u8) -> u8 {
    match byte.is_ascii_uppercase() {
        true => frequency(byte).saturating_sub(3),
        false => frequency(byte),
    }
}

#[inline(always)] // into the functions that have the processor's features
pub(super) fn find_by<V: Vector>(
    vector: V,
    keys: &Keys,
    bytes: &[u8],
    from: usize,
    each: Each<'_>,
) -> Option<usize> {
    // The number is known to the compiler in each, so that the pairs stay in registers.
    match keys.pairs.len() {
        1 => find_some::<V, 1>(vector, keys, bytes, from, each),
        2 => find_some::<V, 2>(vector, keys, bytes, from, each),
        3 => find_some::<V, 3>(vector, keys, bytes, from, each),
        4 => find_some::<V, 4>(vector, keys, bytes, from, each),
        5 => find_some::<V, 5>(vector, keys, bytes, from, each),
        6 => find_some::<V, 6>(vector, keys, bytes, from, each),
        7 => find_some::<V, 7>(vector, keys, bytes, from, each),
        _ => find_some::<V, { Keys::MOST }>(vector, keys, bytes, from, each),
    }
}

#[inline(always)] // as above
fn find_some<V: Vector, const N: usize>(
    vector: V,
    keys: &Keys,
    bytes: &[u8],
    from: usize,
    each: Each<'_>,
) -> Option<usize> {
    let mut pairs = [Pair::default(); N];
    pairs
        .iter_mut()
        .zip(&keys.pairs)
        .for_each(|(to, pair)| *to = *pair);
    let mut at = from;
    while let Some(rest) = bytes.get(at..)
        && !rest.is_empty()
    {
        // Each byte with the next one.
        let (here, there) = match rest.first_chunk::<65>() {
            Some([here @ .., _]) => (here, rest.get(1..).and_then(<[u8]>::first_chunk)),
            None => (&padded(rest), None),
        };
        vector.prefetch(here);
        let here = vector.load(here);
        let there = match there {
            Some(there) => vector.load(there),
            None => vector.load(&padded(rest.get(1..).unwrap_or_default())),
        };
        let mut places = vector.or_both(vector.no_places(), (here, b'\\'), (there, b'u'));
        for pair in &pairs {
            places = vector.or_both(places, (here, pair.first), (there, pair.second));
        }
        let mut places = vector.bits(places);
        while places != 0 {
            let place = at + places.trailing_zeros() as usize;
            places &= places - 1;
            if let Some(start) = at_place(keys, bytes, from, place, each) {
                return Some(start);
            }
        }
        at += 64;
    }
    None
}

/// Calls `each` with the key or escape around a candidate; returns its offset if `each` returns
/// true.
#[inline(never)] // few places get here
fn at_place(keys: &Keys, bytes: &[u8], from: usize, place: usize, each: Each<'_>) -> Option<usize> {
    let here = bytes.get(place..).unwrap_or_default();
    let [first, second, ..] = *here else {
        return None;
    };
    if first == b'\\' {
        let stop = is_escape(bytes, place) && each(place, Seen::Escape);
        return stop.then_some(place);
    }
    let pair = Pair { first, second };
    for (number, key) in keys.keys.iter().enumerate() {
        if keys.pairs.get(key.pair) == Some(&pair)
            && let Some(start) = place.checked_sub(key.offset).filter(|start| *start >= from)
            && bytes.get(start) == Some(&b'"')
            && key.needle.is_at(bytes, start)
            && each(start, Seen::Key(number))
        {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_level_finds_all_that_is_there(
            keys in prop::collection::btree_set("[a-cN]{1,70}", 1..8),
            pieces in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
            noise in "[a-cN\"\\\\u0 ]{0,35}",
            from in 0_usize..70,
        ) {
            let keys: Vec<String> = keys.into_iter().map(|key| format!("\"{key}\"")).collect();
            let mut text = noise.clone();
            for piece in pieces {
                text.push_str(&keys[piece.index(keys.len())]);
                text.push_str(&noise);
                text.push_str("\\u00");
            }
            let bytes = text.as_bytes();
            let mut right = Vec::new();
            for at in from..bytes.len() {
                let rest = text.get(at..).unwrap();
                let here = keys.iter().enumerate().filter(|(_, key)| rest.starts_with(*key));
                right.extend(here.map(|(number, _)| (at, Seen::Key(number))));
                right.extend(rest.starts_with("\\u00").then_some((at, Seen::Escape)));
            }
            right.sort_by_key(|(at, seen)| (*at, matches!(seen, Seen::Key(_))));
            let needles = keys.iter().map(|key| Needle::new(key, false).unwrap());
            let keys = Keys::new(needles.collect());
            for (name, level) in Level::all() {
                let mut found = Vec::new();
                let end = keys.find(level, bytes, from, &mut |at, seen| {
                    found.push((at, seen));
                    false
                });
                found.sort_by_key(|(at, seen)| (*at, matches!(seen, Seen::Key(_))));
                prop_assert_eq!(&found, &right, "{}", name);
                prop_assert_eq!(end, None);
                let first = keys.find(level, bytes, from, &mut |_, _| true);
                prop_assert_eq!(first.is_some(), !right.is_empty(), "{}", name);
            }
        }
    }
}
