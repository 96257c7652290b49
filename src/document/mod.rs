//! Text that holds filters, such as a file: the filters in it, and their offsets there.
//!
//! Each host format has a reader. It takes the text and returns the filters in it, each with the map
//! from its bytes to those of the text. Nothing here does I/O.

mod filter;
mod host;
mod map;

use std::ops::Range;

pub use filter::{Comment, FilterText};
pub use host::{Format, HostError, Keys, Pattern};
pub use map::Map;

/// A text with more bytes is no text of filters, and should not be read.
pub const LARGEST: u64 = 64 * 1024 * 1024;

/// The text with these edits, which are in order and do not overlap.
pub fn with_edits(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        result.push_str(text.get(at..range.start).unwrap_or_default());
        result.push_str(new);
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}
