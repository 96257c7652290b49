//! Looking for a literal in a buffer of JSON, together with the one escape that could hide it.
//!
//! Two bytes of the literal are compared at 64 places at once, those that are rarest in JSON; where
//! both fit, the rest is. An ASCII character can be written as `\u00..` besides as itself, so a
//! place where `\u00` stands is found as well.

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
        let mut places: Vec<(usize, u8)> = text.iter().copied().enumerate().collect();
        places.sort_by_key(|(_, byte)| frequency(*byte));
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

    /// The first place from `from` on where the literal or `\u00` starts.
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

    /// Whether the literal stands here.
    pub(in crate::eval) fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        let here = bytes.get(at..).and_then(|rest| rest.get(..self.text.len()));
        here.is_some_and(|here| match self.any_case {
            true => here.eq_ignore_ascii_case(&self.text),
            false => *here == *self.text,
        })
    }

    fn is_found(&self, bytes: &[u8], at: usize) -> bool {
        let escape = bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(b"\\u00"));
        escape || self.is_at(bytes, at)
    }
}

/// How common a byte is in JSON of events, roughly: letters and punctuation of its syntax, hex
/// digits of hashes and ids, words, the rest.
fn frequency(byte: u8) -> u8 {
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
    let (cased_a, cased_b) = (
        needle.any_case && a.is_ascii_lowercase(),
        needle.any_case && b.is_ascii_lowercase(),
    );
    // How far behind a place its block reaches: the second byte of the pair, or the `u`.
    let reach = second.max(1) + 64;
    let mut at = from;
    while let Some(rest) = bytes.get(at..)
        && rest.len() >= reach
    {
        let load = |offset: usize| {
            let chunk = rest.get(offset..).and_then(|rest| rest.first_chunk());
            chunk.map(|chunk| vector.load(chunk))
        };
        let (Some(here), Some(next), Some(left), Some(right)) =
            (load(0), load(1), load(first), load(second))
        else {
            break;
        };
        let left = match cased_a {
            true => vector.equal_cased(left, a),
            false => vector.equal(left, a),
        };
        let right = match cased_b {
            true => vector.equal_cased(right, b),
            false => vector.equal(right, b),
        };
        let escapes = vector.equal(here, b'\\') & vector.equal(next, b'u');
        let mut places = (left & right) | escapes;
        while places != 0 {
            let place = at + places.trailing_zeros() as usize;
            if needle.is_found(bytes, place) {
                return Some(place);
            }
            places &= places - 1;
        }
        at += 64;
    }
    let last = bytes.len().saturating_sub(1);
    (at..last).find(|place| needle.is_found(bytes, *place))
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
            text in "[a-c@`\\[{0:\"]{2,6}",
            any_case in any::<bool>(),
            bytes in prop::collection::vec(prop::sample::select(&b"abcABC@`[{0:\"\\u0"[..]), 0..300),
            hidden in 0_usize..300,
            from in 0_usize..70,
        ) {
            let mut bytes = bytes;
            let hidden = hidden.min(bytes.len());
            bytes.splice(hidden..hidden, text.bytes());
            let needle = Needle::new(&text, any_case).unwrap();
            let right = slowly(&needle, &bytes, from);
            for (name, level) in Level::all() {
                prop_assert_eq!(needle.find(level, &bytes, from), right, "{}", name);
            }
        }
    }

    #[test]
    fn short_and_foreign_texts_are_no_needles() {
        assert_eq!(Needle::new("a", false), None);
        assert_eq!(Needle::new("é", false), None);
    }
}
