//! Vector operations on 64 bytes. Every result has one bit per byte, the first byte's the lowest.

/// How many bytes ahead a prefetch goes. Of 1.1 GB the row `q1` of `benches/peers` took 156 ms with
/// none, 138 ms with 512, 132 ms with 1,024, 124 ms with 2,048 and 123 ms with 4,096.
#[cfg(target_arch = "x86_64")] // elsewhere nothing is asked for ahead
pub(super) const AHEAD: usize = 2048;

/// The instructions of a processor, or plain code that does the same.
///
/// The methods are inlined into functions that enable the instructions.
pub(super) trait Vector: Copy {
    /// 64 bytes, loaded.
    type Bytes: Copy;

    fn load(self, block: &[u8; 64]) -> Self::Bytes;

    /// Which bytes are this one.
    fn equal(self, bytes: Self::Bytes, byte: u8) -> u64;

    /// The bytes with these bits set.
    fn set(self, bytes: Self::Bytes, bits: u8) -> Self::Bytes;

    /// Which bytes are this one once these bits are set.
    #[inline(always)]
    fn equal_with(self, bytes: Self::Bytes, set: u8, byte: u8) -> u64 {
        self.equal(self.set(bytes, set), byte)
    }

    /// Which bytes are this one once their bit 0x20 is set: letters in either case, and the
    /// brackets `{` and `}` together with `[` and `]`.
    #[inline(always)]
    fn equal_cased(self, bytes: Self::Bytes, byte: u8) -> u64 {
        self.equal_with(bytes, 0x20, byte)
    }

    /// Prefetches the bytes some way after this block.
    fn prefetch(self, block: &[u8; 64]);

    /// Which bytes are at most this one.
    fn at_most(self, bytes: Self::Bytes, byte: u8) -> u64;

    /// A set of positions, in the form that is cheapest to add to.
    type Places: Copy;

    /// None.
    fn no_places(self) -> Self::Places;

    /// Adds the positions where one block has one byte and the other block another.
    fn or_both(
        self,
        places: Self::Places,
        here: (Self::Bytes, u8),
        there: (Self::Bytes, u8),
    ) -> Self::Places;

    /// Whether there is any position in one of the two.
    fn any(self, some: Self::Places, others: Self::Places) -> bool;

    /// The positions as bits.
    fn bits(self, places: Self::Places) -> u64;

    /// Each bit becomes the parity of itself and all below.
    fn parity(self, bits: u64) -> u64;
}

/// The instructions that every processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scalar;

/// One bit for each byte that passes.
#[inline(always)]
fn bits(bytes: &[u8; 64], passes: impl Fn(u8) -> bool) -> u64 {
    let mut bits = 0;
    for (at, byte) in bytes.iter().enumerate() {
        bits |= u64::from(passes(*byte)) << at;
    }
    bits
}

impl Vector for Scalar {
    type Bytes = [u8; 64];

    #[inline(always)]
    fn load(self, block: &[u8; 64]) -> [u8; 64] {
        *block
    }

    #[inline(always)]
    fn equal(self, bytes: [u8; 64], byte: u8) -> u64 {
        bits(&bytes, |b| b == byte)
    }

    #[inline(always)]
    fn set(self, bytes: [u8; 64], bits: u8) -> [u8; 64] {
        bytes.map(|byte| byte | bits)
    }

    #[inline(always)]
    fn prefetch(self, _: &[u8; 64]) {}

    #[inline(always)]
    fn at_most(self, bytes: [u8; 64], byte: u8) -> u64 {
        bits(&bytes, |b| b <= byte)
    }

    type Places = u64;

    #[inline(always)]
    fn no_places(self) -> u64 {
        0
    }

    #[inline(always)]
    fn or_both(self, places: u64, here: ([u8; 64], u8), there: ([u8; 64], u8)) -> u64 {
        places | self.equal(here.0, here.1) & self.equal(there.0, there.1)
    }

    #[inline(always)]
    fn any(self, some: u64, others: u64) -> bool {
        some | others != 0
    }

    #[inline(always)]
    fn bits(self, places: u64) -> u64 {
        places
    }

    #[inline(always)]
    fn parity(self, mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }
}
