//! Skipping an object or array 64 bytes at a time.
//!
//! A block is first turned into masks of one bit a byte: quotes, backslashes, brackets, control
//! characters. Quotes that are not escaped tell which bytes are inside of strings, and the brackets
//! outside of strings are only counted: where fewer close in a block than are open, the whole block
//! goes at once. simdjson does so (Langdale, Lemire: Parsing Gigabytes of JSON per Second, 2019).
//!
//! The masks are made by AVX2 where the processor has it, else byte by byte. Counting is the same
//! code for both. `cargo bench --bench scan`: against a loop over bytes, AVX2 took the row
//! `w rare field`, which skips most of every event, from 131 ms to 34 ms.

use crate::eval::error::{EventError, EventErrorKind};

/// What stands where in 64 bytes, the first byte in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Masks {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
    controls: u64,
}

/// Where `depth` objects and arrays that are open at `start` are closed; none are, if the first of
/// them starts there. No more than `nesting` may be open.
pub(super) fn skip(
    bytes: &[u8],
    start: usize,
    depth: usize,
    nesting: usize,
) -> Result<usize, EventError> {
    #[cfg(target_arch = "x86_64")]
    if let Some(end) = avx2::skip(bytes, start, depth, nesting) {
        return end;
    }
    skip_by(bytes, start, depth, nesting, masks)
}

#[inline(always)] // into the function that has the processor's features
fn skip_by(
    bytes: &[u8],
    start: usize,
    mut depth: usize,
    nesting: usize,
    masks: impl Fn(&[u8; 64]) -> Masks,
) -> Result<usize, EventError> {
    let error = |kind, at| Err(EventError::new(kind, at));
    let mut at = start;
    // Whether the next byte is escaped, as a bit; and all bits set inside of a string.
    let (mut escape, mut inside) = (0_u64, 0_u64);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = match rest.first_chunk() {
            Some(block) => masks(block),
            None if rest.is_empty() => return error(EventErrorKind::UnexpectedEnd, bytes.len()),
            None => masks(&padded(rest)),
        };
        let quotes = found.quotes & !escaped(found.backslashes, &mut escape);
        let strings = prefix_xor(quotes) ^ inside;
        inside = ((strings as i64) >> 63) as u64;
        let opening = found.opening & !strings;
        let closing = found.closing & !strings;
        let controls = found.controls & strings;
        let (opened, closed) = (opening.count_ones() as usize, closing.count_ones() as usize);
        if controls == 0 && closed < depth && depth + opened <= nesting {
            depth = depth + opened - closed;
            at += 64;
            continue;
        }
        let mut events = opening | closing | controls;
        while events != 0 {
            let bit = events & events.wrapping_neg();
            let place = at + events.trailing_zeros() as usize;
            if controls & bit != 0 {
                return error(EventErrorKind::ControlCharacter, place);
            }
            if opening & bit != 0 {
                depth += 1;
                if depth > nesting {
                    return error(EventErrorKind::NestingTooDeep, place);
                }
            } else {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(place + 1);
                }
            }
            events ^= bit;
        }
        at += 64;
    }
}

/// The bytes behind a backslash that is not escaped itself; `carry` is whether the first byte is.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    let mut escaped = *carry;
    let mut left = backslashes & !escaped;
    *carry = 0;
    while left != 0 {
        let bit = left & left.wrapping_neg();
        let next = bit << 1;
        *carry |= u64::from(next == 0);
        escaped |= next;
        left &= !(bit | next);
    }
    escaped
}

/// Each bit becomes the parity of itself and all below.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// The last bytes of an event, with blanks behind them.
fn padded(rest: &[u8]) -> [u8; 64] {
    let mut block = [b' '; 64];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// The masks of a block, byte by byte.
fn masks(block: &[u8; 64]) -> Masks {
    let mut masks = Masks::default();
    for (at, byte) in block.iter().enumerate() {
        let bit = 1 << at;
        match byte {
            b'"' => masks.quotes |= bit,
            b'\\' => masks.backslashes |= bit,
            b'{' | b'[' => masks.opening |= bit,
            b'}' | b']' => masks.closing |= bit,
            0..=0x1f => masks.controls |= bit,
            _ => {}
        }
    }
    masks
}

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "the processor's features are checked at run time"
)]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_max_epu8, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{Masks, skip_by};
    use crate::eval::error::EventError;

    /// The same as the function of this name above; nothing where the processor cannot do it.
    pub(super) fn skip(
        bytes: &[u8],
        start: usize,
        depth: usize,
        nesting: usize,
    ) -> Option<Result<usize, EventError>> {
        let can = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
        // SAFETY: the processor has just said that it has these features.
        can.then(|| unsafe { skip_with_features(bytes, start, depth, nesting) })
    }

    #[target_feature(enable = "avx2,popcnt")]
    fn skip_with_features(
        bytes: &[u8],
        start: usize,
        depth: usize,
        nesting: usize,
    ) -> Result<usize, EventError> {
        skip_by(bytes, start, depth, nesting, |block| masks(block))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn masks(block: &[u8; 64]) -> Masks {
        let (low, high) = block.split_at(32);
        // SAFETY: each half has 32 bytes, and an unaligned load reads just those.
        let (low, high) = unsafe {
            (
                _mm256_loadu_si256(low.as_ptr().cast::<__m256i>()),
                _mm256_loadu_si256(high.as_ptr().cast::<__m256i>()),
            )
        };
        let bits = |low: __m256i, high: __m256i| {
            let low = u64::from(_mm256_movemask_epi8(low).cast_unsigned());
            let high = u64::from(_mm256_movemask_epi8(high).cast_unsigned());
            low | (high << 32)
        };
        let equal = |low: __m256i, high: __m256i, byte: u8| {
            let wanted = _mm256_set1_epi8(byte.cast_signed());
            bits(
                _mm256_cmpeq_epi8(low, wanted),
                _mm256_cmpeq_epi8(high, wanted),
            )
        };
        // `[` and `{` differ in one bit, and so do `]` and `}`; no other byte becomes one of them.
        let case = _mm256_set1_epi8(0x20);
        let (low_cased, high_cased) = (_mm256_or_si256(low, case), _mm256_or_si256(high, case));
        let last = _mm256_set1_epi8(0x1f);
        let is_control = |half| _mm256_cmpeq_epi8(_mm256_max_epu8(half, last), last);
        Masks {
            quotes: equal(low, high, b'"'),
            backslashes: equal(low, high, b'\\'),
            opening: equal(low_cased, high_cased, b'{'),
            closing: equal(low_cased, high_cased, b'}'),
            controls: bits(is_control(low), is_control(high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, read as a person would: byte after byte.
    fn skip_slowly(bytes: &[u8], start: usize, nesting: usize) -> Result<usize, EventError> {
        let (mut depth, mut in_string, mut escaped) = (0, false, false);
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            // A backslash outside of a string is no JSON; there it hides a quote all the same.
            let was_escaped = escaped;
            escaped = *byte == b'\\' && !was_escaped;
            match byte {
                _ if in_string && *byte < 0x20 => {
                    return Err(EventError::new(EventErrorKind::ControlCharacter, at));
                }
                b'"' if !was_escaped => in_string = !in_string,
                b'{' | b'[' if !in_string => {
                    depth += 1;
                    if depth > nesting {
                        return Err(EventError::new(EventErrorKind::NestingTooDeep, at));
                    }
                }
                b'}' | b']' if !in_string => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(at + 1);
                    }
                }
                _ => {}
            }
        }
        Err(EventError::new(EventErrorKind::UnexpectedEnd, bytes.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn blocks_skip_what_bytes_do(
            before in 0_usize..70,
            nesting in 1_usize..6,
            inside in prop_oneof![
                prop::collection::vec(prop::sample::select(&b"{}[]\"\\\\\\ a,\x01"[..]), 0..300),
                prop::collection::vec(prop::sample::select(&b"\"\\ab{}"[..]), 0..300),
                prop::collection::vec(any::<u8>(), 0..300),
            ],
        ) {
            let mut bytes = vec![b'x'; before];
            bytes.push(b'[');
            bytes.extend(inside);
            let right = skip_slowly(&bytes, before, nesting);
            prop_assert_eq!(skip(&bytes, before, 0, nesting), right);
            prop_assert_eq!(skip_by(&bytes, before, 0, nesting, masks), right);
            // From behind the first bracket, with that one open.
            prop_assert_eq!(skip(&bytes, before + 1, 1, nesting), right);
        }
    }
}
