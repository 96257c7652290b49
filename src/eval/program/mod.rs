//! The program of a filter: which paths of an event to read, how to test the values there, and how
//! to combine the results.
//!
//! A program has one part for the event and one for each nested group. A part has the same
//! conditions in two forms:
//!
//! * as *leaves* below *joins*, each of which knows its parent. A walk over bytes meets the values
//!   in the order of the document, and can tell after each of them whether the answer is known;
//! * as instructions over one truth value, with jumps past what need not be read. A parsed event is
//!   tested in the order of the query.
//!
//! Neither takes a call stack, whatever the query's nesting.

pub(in crate::eval) mod code;
pub(in crate::eval) mod cost;
pub(in crate::eval) mod ids;
pub(in crate::eval) mod leaf;
pub(in crate::eval) mod plan;
pub(in crate::eval) mod prefilter;
pub(in crate::eval) mod wanted;

use crate::eval::json::Level;
use code::Op;
use ids::LeafId;
use leaf::{Join, Leaf, Link};
use wanted::Wanted;

/// A compiled query.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Program {
    /// The event's part first.
    pub(in crate::eval) parts: Vec<Part>,
    /// How many conditions on free text there are.
    pub(in crate::eval) free_texts: usize,
    pub(in crate::eval) event_nesting: usize,
    pub(in crate::eval) event_bytes: usize,
    /// Whether every byte of an event is validated.
    pub(in crate::eval) strict: bool,
    pub(in crate::eval) level: Level,
}

/// The conditions on an event, or on one element of a nested group.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Part {
    pub(in crate::eval) wanted: Wanted,
    pub(in crate::eval) leaves: Vec<Leaf>,
    pub(in crate::eval) joins: Vec<Join>,
    /// Joins without children, whose result is known from the start.
    pub(in crate::eval) constants: Vec<(Link, bool)>,
    pub(in crate::eval) code: Vec<Op<LeafId>>,
}
