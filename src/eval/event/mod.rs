//! One event: the program run on its bytes or on its parsed value.

pub(in crate::eval) mod decide;
pub(in crate::eval) mod parsed;
pub(in crate::eval) mod scratch;
pub(in crate::eval) mod walk;
