//! One filter against a buffer of many events.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use super::error::{EventError, EventErrorKind};
use super::events::Events;
use super::filter::Filter;
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
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// Where the event stands in each document, if not at its top. An array there holds several
    /// events.
    pub root: Option<Path>,
    /// Whether the events that do not match are wanted instead.
    pub invert: bool,
}

/// An event that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its bytes in the buffer.
    pub range: Range<usize>,
    /// Which event of the buffer it is, counted from 1.
    pub number: u64,
    /// The line that it starts in, counted from 1.
    pub line: u64,
}

/// An event that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadEvent {
    /// Why, with its place in the buffer.
    pub error: EventError,
    /// The bytes that are passed over.
    pub range: Range<usize>,
    /// Which event of the buffer it is, counted from 1.
    pub number: u64,
    /// The line of the mistake, counted from 1.
    pub line: u64,
}

impl Display for BadEvent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.error)
    }
}

impl Filter {
    /// The events of a buffer that match, in order, and the events that cannot be read.
    ///
    /// The buffer may hold JSON Lines, documents one after the other over any number of lines, or
    /// arrays of events as the APIs answer them.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let events = b"{\"type\": \"FILE\"}\n{\"type\": \n{\"type\": \"FILE\"}\n";
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let lines: Vec<_> = filter.scan(events).map(|event| match event {
    ///     Ok(hit) => format!("line {} matches", hit.line),
    ///     Err(bad) => bad.to_string(),
    /// }).collect();
    /// assert_eq!(lines, [
    ///     "line 1 matches",
    ///     "line 2: the event ends too early at byte 26",
    ///     "line 3 matches",
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scan<'a>(&'a self, buffer: &'a [u8]) -> Scan<'a> {
        self.scan_with(buffer, &ScanOptions::default())
    }

    /// The same, read as the options say.
    pub fn scan_with<'a>(&'a self, buffer: &'a [u8], options: &ScanOptions) -> Scan<'a> {
        let root = options.root.as_ref();
        let root = root.map(|path| path.keys().map(str::to_owned).collect());
        let events = Events::new(
            buffer,
            root.unwrap_or_default(),
            self.program.event_nesting,
            self.program.event_bytes,
        );
        let invert = options.invert;
        Scan {
            filter: self,
            buffer,
            events,
            invert,
        }
    }
}

/// The hits of a filter in a buffer. Made by [`Filter::scan`].
#[derive(Debug)]
pub struct Scan<'a> {
    filter: &'a Filter,
    buffer: &'a [u8],
    events: Events<'a>,
    invert: bool,
}

impl Scan<'_> {
    /// How many events have been read so far, good and bad.
    pub fn events(&self) -> u64 {
        self.events.number()
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Hit, BadEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let hit = match self.events.next()? {
                Ok(hit) => hit,
                Err(bad) => return Some(Err(bad)),
            };
            let event = self.buffer.get(hit.range.clone()).unwrap_or_default();
            match self.filter.is_match(event) {
                Ok(is_match) if is_match != self.invert => return Some(Ok(hit)),
                Ok(_) => {}
                Err(error) => return Some(Err(bad_event(self.buffer, hit, error))),
            }
        }
    }
}

/// The event of this place, with an error whose place is counted from its start.
fn bad_event(buffer: &[u8], hit: Hit, error: EventError) -> BadEvent {
    let Hit {
        range,
        number,
        line,
    } = hit;
    let error = match error.kind() {
        EventErrorKind::TooLong => EventError::new(EventErrorKind::TooLong, range.start),
        _ => error.moved(range.start),
    };
    let before = buffer.get(range.start..error.offset()).unwrap_or_default();
    let line = line + memchr::memchr_iter(b'\n', before).count() as u64;
    BadEvent {
        error,
        range,
        number,
        line,
    }
}
