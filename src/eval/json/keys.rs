//! Looking for any of a few keys in a buffer of JSON, together with the one escape that could hide
//! them: as [`find`](super::find) does for one literal.

use super::block::padded;
use super::find::{Needle, aligned, is_escape};
use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// A few keys to look for.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Keys {
    /// The keys in quotes.
    needles: Vec<Needle>,
}

/// What stands at a place: the key of this number, or an escape that could hide one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) enum Seen {
    Key(usize),
    Escape,
}

/// Calls with each place where something stands; whether it has seen enough.
pub(super) type Each<'a> = &'a mut dyn FnMut(usize, Seen) -> bool;

impl Keys {
    /// With more keys than this, looking for all of them takes as long as reading the events.
    pub(in crate::eval) const MOST: usize = 8;

    /// The keys, in quotes.
    pub(in crate::eval) fn new(needles: Vec<Needle>) -> Keys {
        Keys { needles }
    }

    pub(in crate::eval) fn get(&self, key: usize) -> Option<&Needle> {
        self.needles.get(key)
    }

    /// Calls `each` with the places from `from` on where a key or an escape stands, in order, until
    /// it has seen enough; gives the last one then.
    pub(in crate::eval) fn find(
        &self,
        level: Level,
        bytes: &[u8],
        from: usize,
        each: Each<'_>,
    ) -> Option<usize> {
        let needles = &*self.needles;
        match level.kind() {
            Kind::Scalar => find_by(Scalar, needles, bytes, from, each),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(avx2) => avx2.find_keys(needles, bytes, from, each),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(avx512) => avx512.find_keys(needles, bytes, from, each),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(neon) => neon.find_keys(needles, bytes, from, each),
        }
    }
}

#[inline(always)] // into the functions that have the processor's features
pub(super) fn find_by<V: Vector>(
    vector: V,
    needles: &[Needle],
    bytes: &[u8],
    from: usize,
    each: Each<'_>,
) -> Option<usize> {
    // The number is known to the compiler in each, so that all that is kept fits into registers.
    match needles.len() {
        1 => find_some::<V, 1>(vector, needles, bytes, from, each),
        2 => find_some::<V, 2>(vector, needles, bytes, from, each),
        3 => find_some::<V, 3>(vector, needles, bytes, from, each),
        4 => find_some::<V, 4>(vector, needles, bytes, from, each),
        5 => find_some::<V, 5>(vector, needles, bytes, from, each),
        6 => find_some::<V, 6>(vector, needles, bytes, from, each),
        7 => find_some::<V, 7>(vector, needles, bytes, from, each),
        _ => find_some::<V, 8>(vector, needles, bytes, from, each),
    }
}

/// Two bytes of a key, and how far the second stands behind the first.
#[derive(Clone, Copy, Default)]
struct Pair {
    first: u8,
    second: u8,
    distance: u32,
}

#[inline(always)] // as above
fn find_some<V: Vector, const N: usize>(
    vector: V,
    needles: &[Needle],
    bytes: &[u8],
    from: usize,
    each: Each<'_>,
) -> Option<usize> {
    let mut pairs = [Pair::default(); N];
    for (pair, needle) in pairs.iter_mut().zip(needles) {
        let [(at, first), (behind, second)] = needle.pair();
        let distance = (behind - at) as u32;
        *pair = Pair {
            first,
            second,
            distance,
        };
    }
    // Where the first of each key's two bytes stood in the block before.
    let mut before = [0_u64; N];
    let mut backslashes_before = 0;
    let mut at = aligned(bytes, from);
    while let Some(rest) = bytes.get(at..)
        && !rest.is_empty()
    {
        let last;
        let block = match rest.first_chunk() {
            Some(block) => block,
            None => {
                last = padded(rest);
                &last
            }
        };
        vector.prefetch(block);
        let block = vector.load(block);
        let backslashes = vector.equal(block, b'\\');
        let mut places = vector.equal(block, b'u') & (backslashes << 1 | backslashes_before >> 63);
        backslashes_before = backslashes;
        for (pair, before) in pairs.iter().zip(&mut before) {
            let left = vector.equal(block, pair.first);
            let right = vector.equal(block, pair.second);
            places |= right & (left << pair.distance | *before >> (64 - pair.distance));
            *before = left;
        }
        while places != 0 {
            let place = at + places.trailing_zeros() as usize;
            places &= places - 1;
            if let Some(start) = at_place(needles, bytes, from, place, each) {
                return Some(start);
            }
        }
        at += 64;
    }
    None
}

/// Calls `each` with what stands around a place where the second byte of a pair stands; gives where
/// it starts if that is enough.
#[inline(never)] // few places get here
fn at_place(
    needles: &[Needle],
    bytes: &[u8],
    from: usize,
    place: usize,
    each: Each<'_>,
) -> Option<usize> {
    let start = place.checked_sub(1).filter(|start| *start >= from);
    if let Some(start) = start
        && is_escape(bytes, start)
        && each(start, Seen::Escape)
    {
        return Some(start);
    }
    for (key, needle) in needles.iter().enumerate() {
        let [_, (second, _)] = needle.pair();
        let start = place.checked_sub(second).filter(|start| *start >= from);
        if let Some(start) = start
            && needle.is_at(bytes, start)
            && each(start, Seen::Key(key))
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
            noise in "[a-cN\"\\\\u0 ]{0,70}",
            from in 0_usize..70,
        ) {
            let keys: Vec<String> = keys.into_iter().map(|key| format!("\"{key}\"")).collect();
            let mut text = noise.clone();
            for piece in pieces {
                text.push_str(&keys[piece.index(keys.len())]);
                text.push_str(&noise[..noise.len() / 2]);
                text.push_str("\\u00");
            }
            let bytes = text.as_bytes();
            let mut right = Vec::new();
            for at in from..bytes.len() {
                let rest = &text[at..];
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
