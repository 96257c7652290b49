//! Texts that are looked up as a whole.

use std::collections::HashMap;

use super::lists::ListId;

/// Lists by text, exactly or ignoring case.
///
/// Nearly every lookup fails. So a few bits of a value's first and last bytes are checked first (a
/// Bloom filter with one hash), before the value is decoded, folded and hashed. The maps use a
/// secret key (SipHash), so that no event can be made to collide with their entries; guessing the
/// bits costs only one lookup.
#[derive(Clone, Debug, Default)]
pub(super) struct Equal {
    exact: HashMap<Box<str>, ListId>,
    folded: HashMap<Box<str>, ListId>,
    /// A power of two of words, at least [`ROOM`] bits for each text.
    bits: Vec<u64>,
}

/// Bits for each text. With 16, one in 16 to 32 of the values that are not there is looked up.
const ROOM: usize = 16;

/// Where the bit of a text is, which is the same for the same text in other case.
fn bit(text: &[u8], bits: usize) -> usize {
    const CASE: u64 = 0x2020_2020_2020_2020;
    let (first, last) = match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => {
            let mut short = [0; 8];
            short
                .iter_mut()
                .zip(text)
                .for_each(|(to, from)| *to = *from);
            (u64::from_le_bytes(short), 0)
        }
    };
    let mixed = (first | CASE).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (last | CASE)
            .wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
            .rotate_left(32)
        ^ text.len() as u64;
    let mixed = mixed.wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed >> 32) as usize & (bits - 1)
}

impl Equal {
    pub(super) fn len(&self) -> usize {
        self.exact.len() + self.folded.len()
    }

    pub(super) fn has_exact(&self) -> bool {
        !self.exact.is_empty()
    }

    pub(super) fn has_folded(&self) -> bool {
        !self.folded.is_empty()
    }

    pub(super) fn exact_entry(&mut self, text: &str) -> &mut ListId {
        self.note(text);
        self.exact.entry(text.into()).or_default()
    }

    pub(super) fn folded_entry(&mut self, text: &str) -> &mut ListId {
        self.note(text);
        self.folded.entry(text.into()).or_default()
    }

    /// What has been removed leaves its bit until there is need for more room.
    pub(super) fn prune(&mut self, text: &str) {
        for map in [&mut self.exact, &mut self.folded] {
            if map.get(text).is_some_and(|list| list.is_empty()) {
                map.remove(text);
            }
        }
        if self.len() == 0 {
            *self = Equal::default();
        }
    }

    fn note(&mut self, text: &str) {
        let count = self.len() + 1;
        if self.bits.len() * 64 < count * ROOM {
            let words = (2 * count * ROOM / 64).next_power_of_two();
            self.bits = vec![0; words];
            let texts: Vec<_> = self
                .exact
                .keys()
                .chain(self.folded.keys())
                .cloned()
                .collect();
            texts.iter().for_each(|text| self.set(text));
        }
        self.set(text);
    }

    fn set(&mut self, text: &str) {
        let at = bit(text.as_bytes(), self.bits.len() * 64);
        if let Some(word) = self.bits.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether a text may be there, by its bytes, which need not be UTF-8.
    #[inline]
    pub(super) fn may_have(&self, text: &[u8]) -> bool {
        if self.bits.is_empty() {
            return false;
        }
        let at = bit(text, self.bits.len() * 64);
        // Text beyond ASCII may change in lower case; ASCII stays ASCII.
        self.bits
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
            || !text.is_ascii()
    }

    pub(super) fn exact(&self, text: &str) -> ListId {
        self.exact.get(text).copied().unwrap_or_default()
    }

    /// What waits for a text that is folded.
    pub(super) fn folded(&self, text: &str) -> ListId {
        self.folded.get(text).copied().unwrap_or_default()
    }
}
