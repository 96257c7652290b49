//! Hits and bad events: the results of reading a buffer.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use crate::eval::error::EventError;

/// An event that matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hit {
    /// Its bytes in the buffer.
    pub range: Range<usize>,
}

/// An event that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub struct BadEvent {
    /// Why, with its offset in the buffer.
    pub error: EventError,
    /// The bytes that are skipped.
    pub range: Range<usize>,
    /// The line of the mistake, counted from 1.
    pub line: u64,
}

impl Display for BadEvent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.error)
    }
}
