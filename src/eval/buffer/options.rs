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
/// let options = ScanOptions::default().with_root("data".parse()?);
/// let filter = "action:Delete".parse::<Query>()?.check(Schema::fim())?.compile();
/// let hits = filter.scan_with(answer, &options).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(&answer[hits[0].range.clone()], br#"{"action": "Delete"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ScanOptions {
    /// The path of the event in each document, if it is not at the top. An array there holds
    /// several events.
    pub root: Option<Path>,
    /// Whether to return the events that do not match instead.
    pub invert: bool,
    /// Whether [`Scan::events`](crate::eval::Scan::events) counts every event. Without this, events
    /// are not counted that are skipped because they cannot match, which is faster.
    pub count: bool,
    /// Which part of a longer text the buffer is, as a [`Cutter`](crate::eval::Cutter) returns it;
    /// by default the whole.
    pub part: Part,
}

impl ScanOptions {
    /// Sets where the event is in each document.
    #[must_use]
    pub fn with_root(mut self, root: Path) -> ScanOptions {
        self.root = Some(root);
        self
    }

    /// Sets whether the events that do not match are wanted instead.
    #[must_use]
    pub fn with_invert(mut self, invert: bool) -> ScanOptions {
        self.invert = invert;
        self
    }

    /// Sets whether every event is counted.
    #[must_use]
    pub fn with_count(mut self, count: bool) -> ScanOptions {
        self.count = count;
        self
    }

    /// Sets which part of a longer text the buffer is.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> ScanOptions {
        self.part = part;
        self
    }
}

/// Which part of a longer text a buffer is. The default is the whole of it.
///
/// Made by [`Cutter::cut`](crate::eval::Cutter::cut), and passed on in [`ScanOptions::part`](crate::eval::ScanOptions::part).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// Whether a comma must come next, if an array of events is open at the start.
    pub(in crate::eval) array: Option<Comma>,
    /// Whether a document has spanned several lines.
    pub(in crate::eval) over_lines: bool,
    /// Up to this offset an event must end in its line.
    pub(in crate::eval) one_line: usize,
    /// Whether the buffer starts in a line that has more than blanks before it.
    pub(in crate::eval) mid_line: bool,
    /// Whether more text follows the buffer.
    pub(in crate::eval) goes_on: bool,
}

/// The comma before the next element of an array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::eval) enum Comma {
    /// There must be none: at the start of the array and after a comma.
    #[default]
    Refused,
    /// There must be one: after an element.
    Required,
    /// There may be one: after a value that could not be read, as the comma may have been skipped
    /// with it.
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
