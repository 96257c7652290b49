//! The end of an event in JSON Lines, found without reading the event.

use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// The first offset at or after `from` where an event may end: a line break, or a `}` followed by a
/// byte that cannot follow it inside a document.
///
/// Inside a document `}` is followed by a comma or another closing bracket. Inside a string
/// anything may follow, so such an offset is only a candidate. A backslash after `}` would be an
/// error anywhere but in a string, so it is skipped.
pub(in crate::eval) fn line_end(level: Level, bytes: &[u8], from: usize) -> Option<usize> {
    match level.kind() {
        Kind::Scalar => line_end_by(Scalar, bytes, from),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2(avx2) => avx2.line_end(bytes, from),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512(avx512) => avx512.line_end(bytes, from),
        #[cfg(target_arch = "aarch64")]
        Kind::Neon(neon) => neon.line_end(bytes, from),
    }
}

#[inline(always)] // into the functions that have the processor's features
pub(super) fn line_end_by<V: Vector>(vector: V, bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(rest) = bytes.get(at..)
        && let Some(block) = rest.first_chunk()
    {
        vector.prefetch(block);
        let block = vector.load(block);
        let breaks = vector.equal(block, b'\n');
        let goes_on = vector.equal(block, b',')
            | vector.equal_cased(block, b'}')
            | vector.equal(block, b'\\')
            | breaks;
        let next_goes_on = u64::from(goes_on_with(rest.get(64)));
        let seams = vector.equal(block, b'}') & !(goes_on >> 1 | next_goes_on << 63);
        let places = breaks | seams;
        if places != 0 {
            return Some(at + places.trailing_zeros() as usize);
        }
        at += 64;
    }
    (at..bytes.len()).find(|place| match bytes.get(*place) {
        Some(b'\n') => true,
        Some(b'}') => !goes_on_with(bytes.get(place + 1)),
        _ => false,
    })
}

/// Whether a line may continue with this byte after a `}`.
#[inline(always)]
fn goes_on_with(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b',' | b'}' | b']' | b'\\' | b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_level_finds_the_same_place(
            bytes in prop_oneof![
                prop::collection::vec(prop::sample::select(&b"aaaaaaaa}}}},,]{\\\" \n"[..]), 0..300),
                // No end for a long stretch.
                "([a-z]{0,9}}[,}\\]\\\\]){0,50}[ }]a{0,3}".prop_map(String::into_bytes),
            ],
            from in 0_usize..70,
        ) {
            let right = (from..bytes.len()).find(|at| {
                let next = bytes.get(at + 1);
                bytes[*at] == b'\n'
                    || bytes[*at] == b'}' && !next.is_some_and(|next| b",}]\\\n".contains(next))
            });
            for (name, level) in Level::all() {
                prop_assert_eq!(line_end(level, &bytes, from), right, "{}", name);
            }
        }
    }
}
