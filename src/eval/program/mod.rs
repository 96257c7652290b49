//! The program of a filter: what it asks, and what a scan can look for instead.

pub(in crate::eval) mod code;
pub(in crate::eval) mod plan;
pub(in crate::eval) mod prefilter;
pub(in crate::eval) mod wanted;
