//! 64 bytes as one vector of AVX-512.
#![allow(
    unsafe_code,
    reason = "`Avx512` exists only where the processor has the instructions"
)]

use std::arch::x86_64::{
    __m512i, __mmask64, _MM_HINT_T0, _kor_mask64, _mm_clmulepi64_si128, _mm_cvtsi128_si64,
    _mm_prefetch, _mm_set_epi64x, _mm_set1_epi8, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask,
    _mm512_loadu_si512, _mm512_mask_cmpeq_epi8_mask, _mm512_or_si512, _mm512_set1_epi8,
};

use super::block::{self, Block, Carry};
use super::find::{self, Needle};
use super::keys::{self, Each, Keys};
use super::line;
use super::vector::{AHEAD, Vector};

/// The proof that the processor has AVX-512 for bytes and what always comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Avx512(());

impl Avx512 {
    pub(super) fn new() -> Option<Avx512> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("pclmulqdq");
        has.then_some(Avx512(()))
    }

    pub(super) fn blocks(self, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
        #[target_feature(enable = "avx512f,avx512bw,avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx512: Avx512, bytes: &[u8], carry: &mut Carry, out: &mut [Block]) -> usize {
            block::blocks_by(avx512, bytes, carry, out)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, bytes, carry, out) }
    }

    pub(super) fn find(self, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "avx512f,avx512bw,avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx512: Avx512, needle: &Needle, bytes: &[u8], from: usize) -> Option<usize> {
            find::find_by(avx512, needle, bytes, from)
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
        #[target_feature(enable = "avx512f,avx512bw,avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(
            avx512: Avx512,
            wanted: &Keys,
            bytes: &[u8],
            from: usize,
            each: Each<'_>,
        ) -> Option<usize> {
            keys::find_by(avx512, wanted, bytes, from, each)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, wanted, bytes, from, each) }
    }

    pub(super) fn line_end(self, bytes: &[u8], from: usize) -> Option<usize> {
        #[target_feature(enable = "avx512f,avx512bw,avx2,popcnt,bmi1,bmi2,pclmulqdq")]
        fn enabled(avx512: Avx512, bytes: &[u8], from: usize) -> Option<usize> {
            line::line_end_by(avx512, bytes, from)
        }
        // SAFETY: `self` exists, so the processor has these features.
        unsafe { enabled(self, bytes, from) }
    }
}

impl Vector for Avx512 {
    type Bytes = __m512i;

    #[inline(always)]
    fn load(self, block: &[u8; 64]) -> __m512i {
        // SAFETY: the processor has AVX-512, and an unaligned load reads just the 64 bytes.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast::<__m512i>()) }
    }

    #[inline(always)]
    fn equal(self, bytes: __m512i, byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe { _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed())) }
    }

    #[inline(always)]
    fn set(self, bytes: __m512i, bits: u8) -> __m512i {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe { _mm512_or_si512(bytes, _mm512_set1_epi8(bits.cast_signed())) }
    }

    #[inline(always)]
    fn at_most(self, bytes: __m512i, byte: u8) -> u64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe { _mm512_cmple_epu8_mask(bytes, _mm512_set1_epi8(byte.cast_signed())) }
    }

    #[inline(always)]
    fn prefetch(self, block: &[u8; 64]) {
        // SAFETY: a prefetch of any address is allowed, and reads nothing that the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(block.as_ptr().wrapping_add(AHEAD).cast()) }
    }

    type Places = __mmask64;

    #[inline(always)]
    fn no_places(self) -> __mmask64 {
        0
    }

    #[inline(always)]
    fn or_both(self, places: __mmask64, here: (__m512i, u8), there: (__m512i, u8)) -> __mmask64 {
        // SAFETY: `self` exists, so the processor has the instructions.
        unsafe {
            let byte = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
            let first = _mm512_cmpeq_epi8_mask(here.0, byte(here.1));
            let both = _mm512_mask_cmpeq_epi8_mask(first, there.0, byte(there.1));
            _kor_mask64(places, both)
        }
    }

    #[inline(always)]
    fn any(self, some: __mmask64, others: __mmask64) -> bool {
        some | others != 0
    }

    #[inline(always)]
    fn bits(self, places: __mmask64) -> u64 {
        places
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
