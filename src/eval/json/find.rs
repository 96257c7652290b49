//! Looking for a literal in a buffer of JSON, together with the one escape that could hide it.
//!
//! The two bytes of the literal that are rarest in JSON are compared at 64 offsets at a time, each
//! loaded from where it would be. Where both occur, the rest of the literal is compared. An ASCII
//! character can also be written as `\u00..`, so a `\u00` is found as well, by its `u0`.
//!
//! The comparisons stay in vectors, and bits are read only where a vector has any. That is cheaper
//! than loading each byte once and shifting bits, although more loads cross cache lines: 1.3 to 1.6
//! times the speed for a rare literal (`cargo bench --bench scan`, rows q0, q1, q6, q7 and q8, on an
//! Intel Xeon of the generation Sapphire Rapids, AVX-512).

use super::block::padded;
use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// An ASCII literal to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::eval) struct Needle {
    /// In lower case, if case does not matter.
    text: Box<[u8]>,
    any_case: bool,
    /// Two of its bytes with their positions, in order.
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
            // Capitals are rare, unless lower-case letters count as well.
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

    /// The offset of the first literal or `\u00` that starts at or after `from`.
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

    /// The first of these places, as bits from an offset on, at which the literal or an escape is.
    #[inline(always)] // a call in the loop that looks for it costs an eighth of a scan's speed
    fn first_of(&self, bytes: &[u8], from: usize, mut places: u64) -> Option<usize> {
        while places != 0 {
            let place = from + places.trailing_zeros() as usize;
            if self.is_at(bytes, place) || is_escape(bytes, place) {
                return Some(place);
            }
            places &= places - 1;
        }
        None
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
    let looked_for = Pair::of(needle);
    let mut at = from;
    let mut rest = bytes.get(from..).unwrap_or_default();
    // Bits are read only where there are any: reading them costs more than comparing does.
    while let Some(two) = rest.first_chunk() {
        let [low, high] = looked_for.in_two(vector, two);
        if vector.any(low, high) {
            let found = needle.first_of(bytes, at, vector.bits(low));
            let found = found.or_else(|| needle.first_of(bytes, at + 64, vector.bits(high)));
            if found.is_some() {
                return found;
            }
        }
        rest = rest.get(128..).unwrap_or_default();
        at += 128;
    }
    while !rest.is_empty() {
        let places = match rest.first_chunk() {
            Some(one) => looked_for.in_one(vector, one),
            None => looked_for.in_one(vector, &padded(rest)),
        };
        let found = needle.first_of(bytes, at, vector.bits(places));
        if found.is_some() {
            return found;
        }
        rest = rest.get(64..).unwrap_or_default();
        at += 64;
    }
    None
}

/// The two bytes of a literal that are searched for.
#[derive(Clone, Copy)]
struct Pair {
    /// Their offsets in the literal, each less than 64.
    offsets: [usize; 2],
    /// For each the bits that make its case not matter, and the byte with them.
    bytes: [(u8, u8); 2],
}

impl Pair {
    #[inline(always)]
    fn of(needle: &Needle) -> Pair {
        let [(first, a), (second, b)] = needle.pair;
        let case = |byte: u8| u8::from(needle.any_case && byte.is_ascii_lowercase()) << 5;
        Pair {
            offsets: [first, second],
            bytes: [(case(a), a), (case(b), b)],
        }
    }

    /// Where in the first 128 bytes the literal or an escape may start.
    #[inline(always)] // a closure would not be, and so not have the processor's features
    fn in_two<V: Vector>(self, vector: V, bytes: &[u8; 192]) -> [V::Places; 2] {
        match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(low), Some(high)) => [self.in_one(vector, low), self.in_one(vector, high)],
            _ => [vector.no_places(); 2],
        }
    }

    /// Where in the first 64 bytes the literal or an escape may start.
    #[inline(always)] // as above
    fn in_one<V: Vector>(self, vector: V, bytes: &[u8; 128]) -> V::Places {
        let [first, second] = self.offsets;
        let [(case_a, a), (case_b, b)] = self.bytes;
        vector.prefetch(loaded(bytes, 0));
        let literals = vector.or_both(
            vector.no_places(),
            (vector.set(vector.load(loaded(bytes, first)), case_a), a),
            (vector.set(vector.load(loaded(bytes, second)), case_b), b),
        );
        // Of `\u00` the two bytes that are the rarest pair.
        vector.or_both(
            literals,
            (vector.load(loaded(bytes, 1)), b'u'),
            (vector.load(loaded(bytes, 2)), b'0'),
        )
    }
}

/// The 64 bytes at an offset less than 64.
#[inline(always)]
fn loaded(bytes: &[u8; 128], offset: usize) -> &[u8; 64] {
    const NONE: &[u8; 64] = &[0; 64];
    let rest = bytes.get(offset % 64..);
    rest.and_then(<[u8]>::first_chunk).unwrap_or(NONE)
}

pub(super) fn is_escape(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.starts_with(b"\\u00")
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
