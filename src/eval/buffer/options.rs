//! How a buffer of events is read.

use crate::eval::json::Level;
use crate::schema::Path;

/// How a buffer of events is read.
///
/// ```
/// use qualys_filter::{Query, ScanOptions, Schema};
///
/// // FIM answers events inside of `data`.
/// let answer = br#"[{"sortValues": [], "data": {"action": "Create"}},
///                   {"sortValues": [], "data": {"action": "Delete"}}]"#;
/// let options = ScanOptions { root: Some("data".parse()?), ..ScanOptions::default() };
/// let filter = "action:Delete".parse::<Query>()?.check(Schema::fim())?.compile();
/// let hits = filter.scan_with(answer, &options).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(&answer[hits[0].range.clone()], br#"{"action": "Delete"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ScanOptions {
    /// Where the event stands in each document, if not at its top. An array there holds several
    /// events.
    pub root: Option<Path>,
    /// Whether the events that do not match are wanted instead.
    pub invert: bool,
    /// Whether [`Scan::events`](crate::eval::Scan::events) counts every event. Else those are not counted that are passed over
    /// because they cannot match, which is faster.
    pub count: bool,
    /// Which part of a longer text the buffer is, as a [`Cutter`](crate::eval::Cutter) says; by default it
    /// is the whole.
    pub part: Part,
}

/// Which part of a longer text a buffer is. The default is the whole of it.
///
/// Made by [`Cutter::cut`](crate::eval::Cutter::cut), and passed on in [`ScanOptions::part`](crate::eval::ScanOptions::part).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// The comma that is due, if an array of events is open at the start.
    pub(in crate::eval) array: Option<Comma>,
    /// Whether a document over several lines has been read.
    pub(in crate::eval) over_lines: bool,
    /// Up to here an event has to end in its line.
    pub(in crate::eval) one_line: usize,
    /// Whether the buffer starts in a line that has more than blanks before it.
    pub(in crate::eval) mid_line: bool,
    /// Whether the text goes on after the buffer.
    pub(in crate::eval) goes_on: bool,
}

/// The comma before the next element of an array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::eval) enum Comma {
    /// None, at the start of the array and behind a comma.
    #[default]
    Refused,
    /// One, behind an element.
    Required,
    /// One or none, behind what could not be read: it may have been passed over.
    Allowed,
}

/// How events are read.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct ReadOptions {
    pub(in crate::eval) level: Level,
    pub(in crate::eval) nesting: usize,
    pub(in crate::eval) bytes: usize,
    pub(in crate::eval) strict: bool,
}
