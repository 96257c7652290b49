//! One filter against a buffer of many events.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use super::cut::is_blank;
use super::error::{EventError, EventErrorKind};
use super::events::Events;
use super::filter::Filter;
use super::json::{Cursor, line_end};
use super::raw::Raw;
use super::scratch::Scratch;
use super::walk::walk;
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
    /// Whether [`Scan::events`] counts every event. Else those are not counted that are passed over
    /// because they cannot match, which is faster.
    pub count: bool,
}

/// An event that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its bytes in the buffer.
    pub range: Range<usize>,
}

/// An event that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadEvent {
    /// Why, with its place in the buffer.
    pub error: EventError,
    /// The bytes that are passed over.
    pub range: Range<usize>,
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
    /// What cannot match is passed over unread: stretches of the buffer without a piece of text
    /// that every match contains ([`Filter::explain`] says which), and the rest of an event once
    /// the answer is known. What is broken there is not noticed. [`Filter::strict`] reads
    /// everything and reports every event that is not JSON.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let events = b"{\"type\": \"FILE\"}\n{\"type\": \n{\"type\": \"FILE\"}\n";
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let found: Vec<_> = filter.strict().scan(events).map(|event| match event {
    ///     Ok(hit) => format!("bytes {:?} match", hit.range),
    ///     Err(bad) => bad.to_string(),
    /// }).collect();
    /// assert_eq!(found, [
    ///     "bytes 0..16 match",
    ///     "line 2: the event ends too early at byte 26",
    ///     "bytes 27..43 match",
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
            self.program.level,
            self.program.event_nesting,
            self.program.event_bytes,
        );
        let program = &*self.program;
        let raw = match program.raw.get_or_init(|| Raw::choose(program)) {
            Raw::Nothing => None,
            _ if program.strict || options.invert => None,
            raw => Some(raw),
        };
        Scan {
            filter: self,
            buffer,
            events,
            raw,
            searched: 0..0,
            decides: false,
            slow_until: 0,
            scratch: Scratch::default(),
            invert: options.invert,
            count: options.count,
        }
    }
}

/// The hits of a filter in a buffer. Made by [`Filter::scan`].
#[derive(Debug)]
pub struct Scan<'a> {
    filter: &'a Filter,
    buffer: &'a [u8],
    events: Events<'a>,
    /// What is looked for.
    raw: Option<&'a Raw>,
    /// Between these places it does not stand, but at the end it does.
    searched: Range<usize>,
    /// Whether the event matches if its first key stands at the end of these.
    decides: bool,
    /// Up to here events are taken apart exactly.
    slow_until: usize,
    scratch: Scratch,
    invert: bool,
    count: bool,
}

impl Scan<'_> {
    /// How many events have been read so far, good and bad; with [`ScanOptions::count`], how many
    /// there were.
    pub fn events(&self) -> u64 {
        self.events.number()
    }

    /// The line that a hit starts in, counted from 1. Has to be asked for in the order of the hits.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let mut scan = filter.scan(b"{}\n\n{\"type\": \"FILE\"}");
    /// let hit = scan.next().unwrap()?;
    /// assert_eq!(scan.line(&hit), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn line(&mut self, hit: &Hit) -> u64 {
        self.events.line_of(hit.range.start)
    }

    /// The first place from `at` on that an event which matches may have.
    fn next_trace(&mut self, at: usize) -> Option<usize> {
        let Some(raw) = self.raw else {
            return Some(at);
        };
        let known = self.searched.start <= at && at <= self.searched.end;
        if !known || self.searched.is_empty() {
            let program = &self.filter.program;
            let found = raw.find(program, self.buffer, at, &mut self.scratch.buffers);
            self.searched = at..found.map_or(usize::MAX, |found| found.at);
            self.decides = found.is_some_and(|found| found.decides);
        }
        (self.searched.end < self.buffer.len()).then_some(self.searched.end)
    }

    /// The next event, read as a line of JSON Lines.
    fn line_event(&mut self, at: usize) -> Line {
        let start = match self.count {
            false => match self.next_trace(at) {
                Some(trace) => self.line_start(at, trace),
                None => return Line::End,
            },
            true => Some(at),
        };
        let Some(start) = start else {
            return Line::Slow;
        };
        let rest = self.buffer.get(start..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        let start = start + blanks;
        match self.buffer.get(start) {
            Some(b'{') => {}
            Some(_) => return Line::Slow,
            None => return Line::End,
        }
        self.events.go_to(start);
        let limit = self.events.limit(start);
        let bytes = self.buffer.get(..limit).unwrap_or_default();
        if self.count
            && self.raw.is_some()
            && let Some(end) = self.clean_end(bytes, start + 1)
            && self.next_trace(start).is_none_or(|trace| trace >= end)
        {
            return match self.events.take(start..end, false) {
                Some(_) => Line::Passed,
                None => Line::Slow,
            };
        }
        // The first key is that of the event itself, and no other of this name counts.
        if self.decides
            && self.searched.end == start + 1
            && !self.count
            && let Some(end) = self.clean_end(bytes, start + 1)
        {
            return match self.events.take(start..end, false) {
                Some(hit) => Line::Hit(hit),
                None => Line::Slow,
            };
        }
        let program = &self.filter.program;
        let Ok((answer, stop)) = walk(program, bytes, start, &mut self.scratch) else {
            return Line::Slow;
        };
        let read = stop.depth == 0 && stop.at > start;
        let (end, over_lines) = match self.clean_end(bytes, stop.at.max(start + 1)) {
            _ if read => (stop.at, false),
            Some(end) => (end, false),
            None => {
                let mut cursor = Cursor::new(program.level, bytes, stop.at, program.event_nesting);
                if cursor.close(stop.depth, stop.depth).is_err() {
                    return Line::Slow;
                }
                let event = bytes.get(start..cursor.at()).unwrap_or_default();
                (cursor.at(), memchr::memchr(b'\n', event).is_some())
            }
        };
        match self.events.take(start..end, over_lines) {
            None => Line::Slow,
            Some(hit) if answer != self.invert => Line::Hit(hit),
            Some(_) => Line::Passed,
        }
    }

    /// Where the line starts that holds this trace, if it starts with an event: the line before
    /// ends with a `}`, and this one begins with a `{`. Neither can be inside of a document, for
    /// there a comma stands between them, nor inside of a string, where no line ends.
    fn line_start(&mut self, at: usize, trace: usize) -> Option<usize> {
        let before = self.buffer.get(at..trace).unwrap_or_default();
        let Some(line) = memchr::memrchr(b'\n', before) else {
            return Some(at);
        };
        let before = before.get(..line).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !is_blank(**byte));
        let line = at + line + 1;
        let rest = self.buffer.get(line..).unwrap_or_default();
        let first = rest.iter().find(|byte| !is_blank(**byte));
        if matches!(last, Some(b'}') | None) && first == Some(&b'{') {
            return Some(line);
        }
        self.slow_until = trace;
        None
    }

    /// The end of the event that goes on at `from`, if it ends with its line, which the bytes tell
    /// without being read: the line ends with a `}`, none in it is followed by another document,
    /// and the next line begins with a `{`.
    fn clean_end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let end = line_end(self.filter.program.level, bytes, from)?;
        let (line, rest) = bytes.split_at_checked(end)?;
        let rest = rest.strip_prefix(b"\n")?;
        let next = rest.iter().find(|byte| !is_blank(**byte));
        let blanks = line.iter().rev().take_while(|byte| is_blank(**byte));
        let end = end - blanks.count();
        let last = end.checked_sub(1).and_then(|at| line.get(at));
        (last == Some(&b'}') && next == Some(&b'{') && end > from).then_some(end)
    }
}

/// What came of reading an event as a line.
enum Line {
    /// There are no more that may match.
    End,
    /// It does not match.
    Passed,
    Hit(Hit),
    /// It has to be taken apart exactly.
    Slow,
}

impl Iterator for Scan<'_> {
    type Item = Result<Hit, BadEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if !self.filter.program.strict
                && let Some(at) = self.events.between_documents()
                && at >= self.slow_until
            {
                match self.line_event(at) {
                    Line::End => return None,
                    Line::Passed => continue,
                    Line::Hit(hit) => return Some(Ok(hit)),
                    Line::Slow => {}
                }
            }
            let hit = match self.events.next()? {
                Ok(hit) => hit,
                Err(bad) => return Some(Err(bad)),
            };
            let range = hit.range.clone();
            if self
                .next_trace(range.start)
                .is_none_or(|trace| trace >= range.end)
            {
                continue;
            }
            let event = self.buffer.get(range.clone()).unwrap_or_default();
            match self.filter.is_match_in(event, &mut self.scratch) {
                Ok(is_match) if is_match != self.invert => return Some(Ok(hit)),
                Ok(_) => {}
                Err(error) => {
                    let error = match error.kind() {
                        EventErrorKind::TooLong => EventError::new(error.kind(), range.start),
                        _ => error.moved(range.start),
                    };
                    return Some(Err(self.events.bad_again(range, error)));
                }
            }
        }
    }
}
