//! Comparing values: the matchers of a test, and how text matches.

pub(in crate::eval) mod check;
pub(in crate::eval) mod matcher;
pub(in crate::eval) mod scalar;
pub(in crate::eval) mod text;
