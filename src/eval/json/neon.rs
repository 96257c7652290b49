//! 64 bytes as four vectors of NEON.
#![allow(
    unsafe_code,
    reason = "`Neon` exists only where the processor has the instructions"
)]

use std::arch::aarch64::{
    uint8x16_t, vandq_u8, vceqq_u8, vcleq_u8, vdupq_n_u8, vgetq_lane_u64, vld1q_u8, vmaxvq_u8,
    vorrq_u8, vpaddq_u8, vreinterpretq_u64_u8,
};
use std::arch::is_aarch64_feature_detected;

use super::block::{self, Block, Carry};
use super::find::{self, Needle};
use super::keys::{self, Each, Keys};
use super::line;
use super::vector::{Scalar, Vector};

/// The proof that the processor has NEON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Neon(());

impl Neon {
    pub(super) fn new() -> Option<Neon> {
        is_aarch64_feature_detected!("neon").then_some(Neon(()))
    }

    pub(super) fn blocks(self, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
        #[target_feature(enable = "neon")]
        fn enabled(neon: Neon, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
            block::blocks_by(neon, bytes, carry, out)
        }
        // SAFETY: `self` exists, so the processor has this feature.
        unsafe { enabled(self, bytes, carry, out) }
    }

    pub(super) fn find(self, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "neon")]
        fn enabled(neon: Neon, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
            find::find_by(neon, needle, bytes, from)
        }
        // SAFETY: `self` exists, so the processor has this feature.
        unsafe { enabled(self, needle, bytes, from) }
    }

    pub(super) fn find_keys(
        self,
        wanted: &Keys,
        bytes: &[u8],
        from: usize,
        each: Each<'_>,
    ) -> Option<usize> {
        #[target_feature(enable = "neon")]
        fn enabled(
            neon: Neon,
            wanted: &Keys,
            bytes: &[u8],
            from: usize,
            each: Each<'_>,
        ) -> Option<usize> {
            keys::find_by(neon, wanted, bytes, from, each)
        }
        // SAFETY: `self` exists, so the processor has this feature.
        unsafe { enabled(self, wanted, bytes, from, each) }
    }

    pub(super) fn line_end(self, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "neon")]
        fn enabled(neon: Neon, bytes: &[u8], from: usize) -> Option<usize> {
            line::line_end_by(neon, bytes, from)
        }
        // SAFETY: `self` exists, so the processor has this feature.
        unsafe { enabled(self, bytes, from) }
    }
}

/// One bit for each byte, of which all bits are set or none.
///
/// NEON has no instruction for it: each byte keeps the bit of its position, and three pairwise sums
/// bring the bits of eight bytes together.
#[inline(always)]
fn mask(bytes: [uint8x16_t; 4]) -> u64 {
    const PLACES: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: reached only through a `Neon`, so the processor has the instructions; `PLACES` has
    // the 16 bytes that are loaded.
    unsafe {
        let places = vld1q_u8(PLACES.as_ptr());
        let [a, b, c, d] = bytes.map(|bytes| vandq_u8(bytes, places));
        let sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)))
    }
}

impl Vector for Neon {
    type Bytes = [uint8x16_t; 4];

    #[inline(always)]
    fn load(self, block: &[u8; 64]) -> [uint8x16_t; 4] {
        let at = block.as_ptr();
        // SAFETY: the processor has NEON, and the four loads read the 64 bytes.
        unsafe {
            [
                vld1q_u8(at),
                vld1q_u8(at.add(16)),
                vld1q_u8(at.add(32)),
                vld1q_u8(at.add(48)),
            ]
        }
    }

    #[inline(always)]
    fn equal(self, bytes: [uint8x16_t; 4], byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        mask(bytes.map(|bytes| unsafe { vceqq_u8(bytes, vdupq_n_u8(byte)) }))
    }

    #[inline(always)]
    fn set(self, bytes: [uint8x16_t; 4], bits: u8) -> [uint8x16_t; 4] {
        // SAFETY: `self` exists, so the processor has the instructions.
        bytes.map(|bytes| unsafe { vorrq_u8(bytes, vdupq_n_u8(bits)) })
    }

    #[inline(always)]
    fn at_most(self, bytes: [uint8x16_t; 4], byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        mask(bytes.map(|bytes| unsafe { vcleq_u8(bytes, vdupq_n_u8(byte)) }))
    }

    #[inline(always)]
    fn prefetch(self, _: &[u8; 64]) {}

    type Places = [uint8x16_t; 4];

    #[inline(always)]
    fn no_places(self) -> [uint8x16_t; 4] {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe { [vdupq_n_u8(0); 4] }
    }

    #[inline(always)]
    fn or_both(
        self,
        places: [uint8x16_t; 4],
        (here, a): ([uint8x16_t; 4], u8),
        (there, b): ([uint8x16_t; 4], u8),
    ) -> [uint8x16_t; 4] {
        let one = |places, here, there| {
            // SAFETY: `self` exists, so the processor has the instructions.
            unsafe {
                let (here, there) = (
                    vceqq_u8(here, vdupq_n_u8(a)),
                    vceqq_u8(there, vdupq_n_u8(b)),
                );
                vorrq_u8(places, vandq_u8(here, there))
            }
        };
        let ([p0, p1, p2, p3], [h0, h1, h2, h3], [t0, t1, t2, t3]) = (places, here, there);
        [
            one(p0, h0, t0),
            one(p1, h1, t1),
            one(p2, h2, t2),
            one(p3, h3, t3),
        ]
    }

    #[inline(always)]
    fn any(self, some: [uint8x16_t; 4], others: [uint8x16_t; 4]) -> bool {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe {
            let [a, b, c, d] = some;
            let [e, f, g, h] = others;
            let some = vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d));
            let others = vorrq_u8(vorrq_u8(e, f), vorrq_u8(g, h));
            vmaxvq_u8(vorrq_u8(some, others)) != 0
        }
    }

    #[inline(always)]
    fn bits(self, places: [uint8x16_t; 4]) -> u64 {
        mask(places)
    }

    #[inline(always)]
    fn parity(self, bits: u64) -> u64 {
        // A product without carries is an extension that not every processor has.
        Scalar.parity(bits)
    }
}
