//! Values compared: what is made of a test, and how texts match.

pub(in crate::eval) mod check;
pub(in crate::eval) mod matcher;
pub(in crate::eval) mod scalar;
pub(in crate::eval) mod text;
