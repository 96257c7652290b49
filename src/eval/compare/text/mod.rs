//! Matching text: words, phrases and patterns. Case is folded by [`value`](crate::value).
//!
//! Nothing here allocates except in a buffer of the caller's, which keeps its capacity. ASCII text,
//! which nearly all events are, has fast paths with the same results.

mod pattern;
mod phrase;
mod words;

pub(in crate::eval) use pattern::Pattern;
pub(in crate::eval) use phrase::{Phrase, Prefixes};
pub(in crate::eval) use words::any_word;
