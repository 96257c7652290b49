//! Bitmaps of a block: one bit for each of 64 bytes of JSON.
//!
//! Unescaped quotes show which bytes are inside strings; brackets count only outside of them.
//! simdjson does the same (Langdale, Lemire: Parsing Gigabytes of JSON per Second, 2019).

use super::level::{Kind, Level};
use super::vector::{Scalar, Vector};

/// The bitmaps of 64 bytes, the first byte in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Quotes that are not escaped.
    pub(super) quotes: u64,
    /// Backslashes.
    pub(super) backslashes: u64,
    /// Opening brackets outside of strings.
    pub(super) opening: u64,
    /// Closing brackets outside of strings.
    pub(super) closing: u64,
    /// Control characters inside of strings.
    pub(super) controls: u64,
    /// How many bits of `opening` are set.
    pub(super) opened: u32,
    /// How many bits of `closing` are set.
    pub(super) closed: u32,
}

/// The state that one block passes to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carry {
    /// Whether the next byte is escaped, as a bit.
    escape: u64,
    /// All bits set inside of a string.
    inside: u64,
}

/// Reads the blocks at the start of the bytes, as many as fit into the slice, and returns their
/// number. The bytes after the end count as blanks.
pub(super) fn blocks(level: Level, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
    match level.kind() {
        Kind::Scalar => blocks_by(Scalar, bytes, carry, out),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2(avx2) => avx2.blocks(bytes, carry, out),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512(avx512) => avx512.blocks(bytes, carry, out),
        #[cfg(target_arch = "aarch64")]
        Kind::Neon(neon) => neon.blocks(bytes, carry, out),
    }
}

#[inline(always)] // into the functions that have the processor's features
pub(super) fn blocks_by(
    vector: impl Vector,
    bytes: &[u8],
    carry: &mut Carry,
    out: &mut [Block],
) -> usize {
    let mut rest = bytes;
    let mut count = 0;
    for block in out {
        if let Some((chunk, after)) = rest.split_first_chunk() {
            *block = one(vector, chunk, carry);
            rest = after;
        } else if !rest.is_empty() {
            *block = one(vector, &padded(rest), carry);
            rest = &[];
        } else {
            break;
        }
        count += 1;
    }
    count
}

#[inline(always)] // as above
fn one<V: Vector>(vector: V, block: &[u8; 64], carry: &mut Carry) -> Block {
    vector.prefetch(block);
    let bytes = vector.load(block);
    let backslashes = vector.equal(bytes, b'\\');
    let quotes = vector.equal(bytes, b'"') & !escaped(backslashes, &mut carry.escape);
    let strings = vector.parity(quotes) ^ carry.inside;
    carry.inside = (strings.cast_signed() >> 63).cast_unsigned();
    let opening = vector.equal_cased(bytes, b'{') & !strings;
    let closing = vector.equal_cased(bytes, b'}') & !strings;
    Block {
        quotes,
        backslashes,
        opening,
        closing,
        controls: vector.at_most(bytes, 0x1f) & strings,
        opened: opening.count_ones(),
        closed: closing.count_ones(),
    }
}

/// The bytes after an unescaped backslash; `carry` says whether the first byte is escaped.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    // In a run of backslashes every second one escapes. Subtracting the run from the odd bits makes
    // a carry run through it, which leaves just those bits different that escape or end the run.
    let starts = backslashes & !*carry;
    let codes = ((starts << 1) | ODD).wrapping_sub(starts) ^ ODD;
    let escaped = codes ^ (backslashes | *carry);
    *carry = (codes & backslashes) >> 63;
    escaped
}

/// The last bytes of a text, padded with blanks.
#[inline(always)]
pub(super) fn padded<const SIZE: usize>(rest: &[u8]) -> [u8; SIZE] {
    let mut block = [b' '; SIZE];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, read as a person would: byte after byte.
    fn slowly(bytes: &[u8]) -> Vec<Block> {
        let mut blocks = vec![Block::default(); bytes.len().div_ceil(64)];
        let (mut in_string, mut escaped) = (false, false);
        for (at, byte) in bytes.iter().enumerate() {
            let (block, bit) = (&mut blocks[at / 64], 1 << (at % 64));
            // A backslash outside a string is not JSON, but it hides a quote there, too.
            let was_escaped = escaped;
            escaped = *byte == b'\\' && !was_escaped;
            block.backslashes |= u64::from(*byte == b'\\') * bit;
            match byte {
                b'"' if !was_escaped => {
                    block.quotes |= bit;
                    in_string = !in_string;
                }
                0..=0x1f if in_string => block.controls |= bit,
                b'{' | b'[' if !in_string => {
                    block.opening |= bit;
                    block.opened += 1;
                }
                b'}' | b']' if !in_string => {
                    block.closing |= bit;
                    block.closed += 1;
                }
                _ => {}
            }
        }
        blocks
    }

    fn in_pieces(level: Level, bytes: &[u8], size: usize) -> Vec<Block> {
        let mut carry = Carry::default();
        let mut all = Vec::new();
        loop {
            let mut some = vec![Block::default(); size];
            let rest = bytes.get(all.len() * 64..).unwrap_or_default();
            let count = blocks(level, rest, &mut carry, &mut some);
            all.extend(&some[..count]);
            if count < size {
                return all;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_level_reads_what_bytes_say(
            bytes in prop_oneof![
                prop::collection::vec(prop::sample::select(&b"{}[]\"\\\\\\ a,\x01"[..]), 0..300),
                prop::collection::vec(prop::sample::select(&b"\"\\ab{}"[..]), 0..300),
                prop::collection::vec(prop::sample::select(&b"\\\\\\\\\""[..]), 0..300),
                prop::collection::vec(any::<u8>(), 0..300),
            ],
            size in 1_usize..5,
        ) {
            let right = slowly(&bytes);
            for (name, level) in Level::all() {
                prop_assert_eq!(in_pieces(level, &bytes, size), right.clone(), "{}", name);
            }
        }
    }
}
