//! Looking for a literal in a buffer of JSON, together with the one escape that could hide it.
//!
//! Two bytes of the literal are looked for 64 at a time, those that are rarest in JSON; where both
//! stand at their distance, the rest is compared. An ASCII character can be written as `\u00..`
//! besides as itself, so a place where `\u00` stands is found as well.
//!
//! Each byte is loaded once: what stands at a distance is had by shifting bits, not by loading it
//! again from places that cross cache lines.

use super::block::padded;
use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// An ASCII literal to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::eval) struct Needle {
    /// In small letters, if case does not matter.
    text: Box<[u8]>,
    any_case: bool,
    /// Two of its bytes with their places, the first place first.
    pair: [(usize, u8); 2],
}

impl Needle {
    /// A literal of at least two ASCII bytes.
    pub(in crate::eval) fn new(text: &str, any_case: bool) -> Option<Needle> {
        let usable = text.is_ascii() && text.len() >= 2;
        let text: Box<[u8]> = match any_case {
            true => text.to_ascii_lowercase().into_bytes().into(),
            false => text.as_bytes().into(),
        };
        // Their distance has to be less than a block.
        let mut places: Vec<(usize, u8)> = text.iter().copied().enumerate().take(64).collect();
        places.sort_by_key(|(_, byte)| match byte.is_ascii_uppercase() {
            // Capitals are rare, unless small letters count as well.
            true => frequency(*byte).saturating_sub(3),
            false => frequency(*byte),
        });
        let (first, second) = (*places.first()?, *places.get(1)?);
        let pair = [first.min(second), first.max(second)];
        usable.then_some(Needle {
            text,
            any_case,
            pair,
        })
    }

    /// The literal.
    pub(in crate::eval) fn text(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// Whether small and capital letters are the same.
    pub(in crate::eval) fn any_case(&self) -> bool {
        self.any_case
    }

    /// A place in the first literal or `\u00` that starts at or behind `from`: its start, or that of
    /// a `\u00` inside of it.
    pub(in crate::eval) fn find(&self, level: Level, bytes: &[u8], from: usize) -> Option<usize> {
        match level.kind() {
            Kind::Scalar => find_by(Scalar, self, bytes, from),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(avx2) => avx2.find(self, bytes, from),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(avx512) => avx512.find(self, bytes, from),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(neon) => neon.find(self, bytes, from),
        }
    }

    /// Whether the literal is here.
    #[inline(always)] // a call in the loop that looks for it costs an eighth of a scan's speed
    pub(in crate::eval) fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        let here = bytes.get(at..).and_then(|rest| rest.get(..self.text.len()));
        here.is_some_and(|here| match self.any_case {
            true => here.eq_ignore_ascii_case(&self.text),
            false => *here == *self.text,
        })
    }
}

/// How common a byte is in JSON of events, roughly: letters and punctuation of its syntax, hex
/// digits of hashes and ids, words, the rest.
pub(super) fn frequency(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        b'"' | b'\\' | b'e' => 9,
        b'0'..=b'9' | b'a' | b':' | b',' => 8,
        b'b'..=b'd' | b'f' | b't' | b'i' | b's' | b'r' | b'n' | b'o' => 7,
        b'-' | b'.' | b' ' | b'{' | b'}' | b'm' | b'l' | b'u' | b'p' => 5,
        b'g' | b'h' | b'w' | b'y' | b'_' => 4,
        b'k' | b'v' | b'[' | b']' | b'/' => 3,
        b'x' | b'z' | b'q' | b'j' => 2,
        _ => 1,
    }
}

#[inline(always)] // into the functions that have the processor's features
pub(super) fn find_by<V: Vector>(
    vector: V,
    needle: &Needle,
    bytes: &[u8],
    from: usize,
) -> Option<usize> {
    let [(first, a), (second, b)] = needle.pair;
    let distance = (second - first) as u32;
    let case = |byte: u8| u8::from(needle.any_case && byte.is_ascii_lowercase()) << 5;
    let wanted = [(case(a), a), (case(b), b)];
    let mut at = aligned(bytes, from);
    let mut rest = bytes.get(at..).unwrap_or_default();
    let mut here = match rest.first_chunk() {
        Some(block) => look(vector, wanted, block),
        None => look(vector, wanted, &padded(rest)),
    };
    while !rest.is_empty() {
        rest = rest.get(64..).unwrap_or_default();
        let next = match rest.first_chunk() {
            Some(block) => look(vector, wanted, block),
            None if rest.is_empty() => Bits::default(),
            None => look(vector, wanted, &padded(rest)),
        };
        let right = (here.right >> distance) | (next.right << (64 - distance));
        let us = (here.us >> 1) | (next.us << 63);
        let literals = here.left & right;
        let escapes = here.backslashes & us;
        let mut places = literals | escapes;
        while places != 0 {
            let bit = places.trailing_zeros();
            let place = at + bit as usize;
            if escapes >> bit & 1 == 1 && place >= from && is_escape(bytes, place) {
                return Some(place);
            }
            if let Some(start) = place.checked_sub(first)
                && start >= from
                && needle.is_at(bytes, start)
            {
                return Some(start);
            }
            places &= places - 1;
        }
        here = next;
        at += 64;
    }
    None
}

/// Where the bytes that are looked for stand in a block.
#[derive(Clone, Copy, Default)]
struct Bits {
    left: u64,
    right: u64,
    backslashes: u64,
    us: u64,
}

/// Looks for two bytes, each with the bit that makes its case not matter, and for the start of an escape.
#[inline(always)] // a closure would not be, and so not have the processor's features
fn look<V: Vector>(vector: V, wanted: [(u8, u8); 2], block: &[u8; 64]) -> Bits {
    let [(case_a, a), (case_b, b)] = wanted;
    vector.prefetch(block);
    let bytes = vector.load(block);
    Bits {
        left: vector.equal_with(bytes, case_a, a),
        right: vector.equal_with(bytes, case_b, b),
        backslashes: vector.equal(bytes, b'\\'),
        us: vector.equal(bytes, b'u'),
    }
}

pub(super) fn is_escape(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.starts_with(b"\\u00")
}

/// The last place up to `from` at which a block is a cache line, if there is one.
#[inline(always)]
pub(super) fn aligned(bytes: &[u8], from: usize) -> usize {
    let to_next = bytes
        .get(from..)
        .map_or(0, |rest| rest.as_ptr().align_offset(64));
    match to_next {
        0 => from,
        // `align_offset` may say that it does not know.
        _ if to_next > 64 => from,
        _ => (from + to_next).checked_sub(64).unwrap_or(from),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slowly(needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
        (from..bytes.len()).find(|at| {
            let rest = &bytes[*at..];
            let here = rest.get(..needle.text.len());
            rest.starts_with(b"\\u00")
                || here.is_some_and(|here| match needle.any_case {
                    true => here.eq_ignore_ascii_case(&needle.text),
                    false => *here == *needle.text,
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_level_finds_what_is_there(
            text in prop_oneof!["[a-c@`\\[{0:\"]{2,6}", "[a-c]{60,80}", "[u\\\\0a]{2,4}"],
            any_case in any::<bool>(),
            bytes in prop::collection::vec(prop::sample::select(&b"abcABC@`[{0:\"\\u0"[..]), 0..300),
            hidden in 0_usize..300,
            escapes in prop::collection::vec(0_usize..300, 0..3),
            from in 0_usize..70,
        ) {
            let mut bytes = bytes;
            let hidden = hidden.min(bytes.len());
            bytes.splice(hidden..hidden, text.bytes());
            for at in escapes {
                let at = at.min(bytes.len());
                bytes.splice(at..at, *b"\\u00");
            }
            let needle = Needle::new(&text, any_case).unwrap();
            let right = slowly(&needle, &bytes, from);
            for (name, level) in Level::all() {
                let found = needle.find(level, &bytes, from);
                match (found, right) {
                    (Some(found), Some(right)) => {
                        let range = right..right + text.len();
                        prop_assert!(range.contains(&found), "{} {} {:?}", name, found, range);
                    }
                    _ => prop_assert_eq!(found, right, "{}", name),
                }
            }
        }
    }

    #[test]
    fn short_and_foreign_texts_are_no_needles() {
        assert_eq!(Needle::new("a", false), None);
        assert_eq!(Needle::new("é", false), None);
    }
}
