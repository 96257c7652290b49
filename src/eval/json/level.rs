//! Which instructions the processor has: chosen when the program runs, not when it is built.

/// A way to look at 64 bytes at once. One exists only where the processor can do it, so having one
/// is the proof that its instructions may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) struct Level(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2(super::avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(super::avx512::Avx512),
    #[cfg(target_arch = "aarch64")]
    Neon(super::neon::Neon),
}

impl Level {
    /// The plain one, which every processor has.
    pub(in crate::eval) const SCALAR: Level = Level(Kind::Scalar);

    /// The best that this processor has.
    pub(in crate::eval) fn best() -> Level {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(level) = super::avx512::Avx512::new() {
                return Level(Kind::Avx512(level));
            }
            if let Some(level) = super::avx2::Avx2::new() {
                return Level(Kind::Avx2(level));
            }
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(level) = super::neon::Neon::new() {
            return Level(Kind::Neon(level));
        }
        Level::SCALAR
    }

    /// All that this processor has, with their names.
    pub(in crate::eval) fn all() -> Vec<(&'static str, Level)> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64")),
            expect(unused_mut, reason = "other processors have no more")
        )]
        let mut all = vec![("scalar", Level::SCALAR)];
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = super::avx2::Avx2::new().map(|level| ("avx2", Level(Kind::Avx2(level))));
            let avx512 =
                super::avx512::Avx512::new().map(|level| ("avx512", Level(Kind::Avx512(level))));
            all.extend(avx2.into_iter().chain(avx512));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(super::neon::Neon::new().map(|level| ("neon", Level(Kind::Neon(level)))));
        all
    }

    pub(super) fn kind(self) -> Kind {
        self.0
    }
}
