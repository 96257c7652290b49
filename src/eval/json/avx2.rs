//! 64 bytes as two vectors of AVX2.
#![allow(
    unsafe_code,
    reason = "`Avx2` exists only where the processor has the instructions"
)]

use std::arch::x86_64::{
    __m256i, _MM_HINT_T0, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_prefetch, _mm_set_epi64x,
    _mm_set1_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8,
    _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_testz_si256,
};

use super::block::{self, Block, Carry};
use super::find::{self, Needle};
use super::keys::{self, Each, Keys};
use super::line;
use super::vector::{AHEAD, Vector};

/// The proof that the processor has AVX2 and what always comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn new() -> Option<Avx2> {
        let has = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("pclmulqdq");
        has.then_some(Avx2(()))
    }

    pub(super) fn blocks(self, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
        #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx2: Avx2, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
            block::blocks_by(avx2, bytes, carry, out)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, bytes, carry, out) }
    }

    pub(super) fn find(self, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx2: Avx2, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
            find::find_by(avx2, needle, bytes, from)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, needle, bytes, from) }
    }

    pub(super) fn find_keys(
        self,
        wanted: &Keys,
        bytes: &[u8],
        from: usize,
        each: Each<'_>,
    ) -> Option<usize> {
        #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(
            avx2: Avx2,
            wanted: &Keys,
            bytes: &[u8],
            from: usize,
            each: Each<'_>,
        ) -> Option<usize> {
            keys::find_by(avx2, wanted, bytes, from, each)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, wanted, bytes, from, each) }
    }

    pub(super) fn line_end(self, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx2: Avx2, bytes: &[u8], from: usize) -> Option<usize> {
            line::line_end_by(avx2, bytes, from)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, bytes, from) }
    }
}

/// The top bits of 64 bytes.
#[inline(always)]
fn mask(low: __m256i, high: __m256i) -> u64 {
    // SAFETY: reached only through an `Avx2`, so the processor has the instructions.
    let (low, high) = unsafe { (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)) };
    u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
}

impl Vector for Avx2 {
    type Bytes = (__m256i, __m256i);

    #[inline(always)]
    fn load(self, block: &[u8; 64]) -> (__m256i, __m256i) {
        let (low, high) = block.split_at(32);
        // SAFETY: the processor has AVX2, each half has 32 bytes, and an unaligned load reads just
        // those.
        unsafe {
            (
                _mm256_loadu_si256(low.as_ptr().cast::<__m256i>()),
                _mm256_loadu_si256(high.as_ptr().cast::<__m256i>()),
            )
        }
    }

    #[inline(always)]
    fn equal(self, (low, high): (__m256i, __m256i), byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        let (low, high) = unsafe {
            let byte = _mm256_set1_epi8(byte.cast_signed());
            (_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte))
        };
        mask(low, high)
    }

    #[inline(always)]
    fn set(self, (low, high): (__m256i, __m256i), bits: u8) -> (__m256i, __m256i) {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe {
            let bits = _mm256_set1_epi8(bits.cast_signed());
            (_mm256_or_si256(low, bits), _mm256_or_si256(high, bits))
        }
    }

    #[inline(always)]
    fn at_most(self, (low, high): (__m256i, __m256i), byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        let (low, high) = unsafe {
            let limit = _mm256_set1_epi8(byte.cast_signed());
            (
                _mm256_cmpeq_epi8(_mm256_min_epu8(low, limit), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, limit), high),
            )
        };
        mask(low, high)
    }

    #[inline(always)]
    fn prefetch(self, block: &[u8; 64]) {
        // SAFETY: a prefetch of any address is allowed, and reads nothing that the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(block.as_ptr().wrapping_add(AHEAD).cast()) }
    }

    type Places = (__m256i, __m256i);

    #[inline(always)]
    fn no_places(self) -> (__m256i, __m256i) {
        // SAFETY: `self` exists, so the processor has the instructions.
        let none = unsafe { _mm256_setzero_si256() };
        (none, none)
    }

    #[inline(always)]
    fn or_both(
        self,
        (low, high): (__m256i, __m256i),
        (here, a): ((__m256i, __m256i), u8),
        (there, b): ((__m256i, __m256i), u8),
    ) -> (__m256i, __m256i) {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe {
            let (a, b) = (
                _mm256_set1_epi8(a.cast_signed()),
                _mm256_set1_epi8(b.cast_signed()),
            );
            let both = |here, there| {
                _mm256_and_si256(_mm256_cmpeq_epi8(here, a), _mm256_cmpeq_epi8(there, b))
            };
            (
                _mm256_or_si256(low, both(here.0, there.0)),
                _mm256_or_si256(high, both(here.1, there.1)),
            )
        }
    }

    #[inline(always)]
    fn any(self, some: (__m256i, __m256i), others: (__m256i, __m256i)) -> bool {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe {
            let some = _mm256_or_si256(some.0, some.1);
            let all = _mm256_or_si256(some, _mm256_or_si256(others.0, others.1));
            _mm256_testz_si256(all, all) == 0
        }
    }

    #[inline(always)]
    fn bits(self, (low, high): (__m256i, __m256i)) -> u64 {
        mask(low, high)
    }

    #[inline(always)]
    fn parity(self, bits: u64) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions. A product without carries
        // by all ones adds to each bit all those below.
        unsafe {
            let bits = _mm_set_epi64x(0, bits.cast_signed());
            let product = _mm_clmulepi64_si128::<0>(bits, _mm_set1_epi8(-1));
            _mm_cvtsi128_si64(product).cast_unsigned()
        }
    }
}
