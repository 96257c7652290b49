//! Finds the events of a buffer that match one filter, or some of many.
//!
//! The prefilter skips stretches of the buffer that cannot match. An event is read in one of two
//! modes. In [`Mode::Lines`] it ends with its line, if the bytes prove it. If they do not, the
//! reader changes to [`Mode::Exact`], in which [`Events`] takes the buffer apart document by
//! document, and back after it.

use std::ops::Range;

use crate::eval::buffer::events::Events;
use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Part, ReadOptions, ScanOptions};
use crate::eval::buffer::position::Mode;
use crate::eval::buffer::split::{BOM, is_blank, opens};
use crate::eval::error::EventError;
use crate::eval::event::scratch::Stop;
use crate::eval::json::{Cursor, line_end};
use crate::eval::program::prefilter::Candidate;

/// What runs on each event: a filter, or a set of them.
pub(in crate::eval) trait Engine {
    /// Whether there is a prefilter.
    fn searches(&self) -> bool;

    /// The first candidate at or after `from`.
    fn find(&mut self, buffer: &[u8], from: usize) -> Option<Candidate>;

    /// Whether the event that starts at `start` matches, and where the walk over it stopped.
    fn walk(&mut self, bytes: &[u8], start: usize) -> Result<(bool, Stop), EventError>;

    /// Whether an event matches that no prefilter and no walk has looked at.
    fn is_match(&mut self, event: &[u8]) -> Result<bool, EventError>;
}

/// Finds the events of a buffer that match. The buffer is passed to each method, and must be the
/// same.
#[derive(Debug)]
pub(in crate::eval) struct Reader<E> {
    pub(in crate::eval) engine: E,
    read_options: ReadOptions,
    /// Whether the events that do not match are wanted instead.
    invert: bool,
    /// Whether every event is counted.
    count: bool,
    events: Events,
    ahead: Ahead,
}

/// The last search of the prefilter.
#[derive(Debug, Default)]
struct Ahead {
    /// There is no candidate in this range; the next one is at its end.
    searched: Range<usize>,
    /// Whether that candidate decides: the event matches if it is the event's first key.
    decides: bool,
}

/// What a step of the reader comes to.
enum Step {
    /// No further event may match.
    End,
    /// An event does not match, or nothing was read.
    Passed,
    Hit(Hit),
    Bad(BadEvent),
}

impl<E: Engine> Reader<E> {
    pub(in crate::eval) fn new(
        engine: E,
        read_options: ReadOptions,
        options: &ScanOptions,
    ) -> Reader<E> {
        let root = options.root.as_ref();
        let root = root.map(|path| path.keys().map(str::to_owned).collect());
        Reader {
            engine,
            read_options,
            invert: options.invert,
            count: options.count,
            events: Events::new(root.unwrap_or_default(), read_options, &options.part),
            ahead: Ahead::default(),
        }
    }

    /// Starts again, at the start of a buffer that is this part of a text.
    pub(in crate::eval) fn restart(&mut self, part: &Part) {
        self.events.restart(part);
        self.ahead = Ahead::default();
    }

    /// The offset up to which events have been read.
    pub(in crate::eval) fn position(&self) -> usize {
        self.events.position.at()
    }

    /// How many events have been read so far, good and bad.
    pub(in crate::eval) fn events(&self) -> u64 {
        self.events.position.number()
    }

    /// The line of an offset, counted from 1. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line(&mut self, buffer: &[u8], at: usize) -> u64 {
        self.events.position.line_of(buffer, at)
    }

    /// The next event that matches, or that cannot be read.
    pub(in crate::eval) fn next(&mut self, buffer: &[u8]) -> Option<Result<Hit, BadEvent>> {
        loop {
            let step = match self.events.position.mode() {
                Mode::Lines => self.read_line(buffer),
                Mode::Exact { .. } => self.read_document(buffer),
            };
            match step {
                Step::Passed => {}
                Step::Hit(hit) => return Some(Ok(hit)),
                Step::Bad(bad) => return Some(Err(bad)),
                Step::End => return None,
            }
        }
    }

    /// Reads the next event as a document.
    fn read_document(&mut self, buffer: &[u8]) -> Step {
        let hit = match self.events.next(buffer) {
            Some(Ok(hit)) => hit,
            Some(Err(bad)) => return Step::Bad(bad),
            None => return Step::End,
        };
        let range = hit.range.clone();
        if self.has_no_candidate(buffer, range.clone()) {
            return Step::Passed;
        }
        let event = buffer.get(range.clone()).unwrap_or_default();
        match self.engine.is_match(event) {
            Ok(is_match) if is_match != self.invert => Step::Hit(hit),
            Ok(_) => Step::Passed,
            Err(error) => {
                // An event that is too long was refused before, so the offset is one inside the
                // event.
                let error = error.moved(range.start);
                Step::Bad(self.events.position.bad_again(buffer, range, error))
            }
        }
    }

    /// Reads the next event that may match as a line, or changes to exact reading.
    fn read_line(&mut self, buffer: &[u8]) -> Step {
        match self.find_line(buffer) {
            Found::Start(start) => self.events.position.pass_to(start),
            Found::End => return Step::End,
            Found::Unproven { until } => {
                self.events.position.read_exactly(until);
                return Step::Passed;
            }
        }
        match self.line_event(buffer) {
            Some((range, is_hit)) if range.len() <= self.read_options.bytes => {
                let hit = self.events.position.take(range);
                if is_hit { Step::Hit(hit) } else { Step::Passed }
            }
            _ => {
                self.events.position.read_one_exactly();
                Step::Passed
            }
        }
    }

    /// The start of the next event that may match, or of the next event if all are counted.
    fn find_line(&mut self, buffer: &[u8]) -> Found {
        let at = self.events.position.at();
        let mut start = at;
        if !self.count {
            let Some(candidate) = self.next_candidate(buffer, at) else {
                return Found::End;
            };
            match line_start(buffer, at, candidate) {
                Some(line) => start = line,
                None => return Found::Unproven { until: candidate },
            }
        }
        let rest = buffer.get(start..).unwrap_or_default();
        start += rest.iter().take_while(|byte| is_blank(**byte)).count();
        if let Some(0xef) = buffer.get(start)
            && let Some(rest) = buffer.get(start..)
            && rest.starts_with(BOM)
        {
            start += BOM.len();
        }
        match buffer.get(start) {
            Some(b'{') => Found::Start(start),
            Some(_) => Found::Unproven { until: at + 1 },
            None => Found::End,
        }
    }

    /// The event at the position, and whether it is a hit; `None` if the bytes do not prove where
    /// it ends, or if it cannot be read.
    fn line_event(&mut self, buffer: &[u8]) -> Option<(Range<usize>, bool)> {
        let start = self.events.position.at();
        let limit = self.events.position.limit(buffer, start);
        let bytes = buffer.get(..limit).unwrap_or_default();
        if let Some((end, is_hit)) = self.unread_event(buffer, bytes, start) {
            return Some((start..end, is_hit));
        }
        let (is_match, stop) = self.engine.walk(bytes, start).ok()?;
        let end = self.end_after(bytes, start, stop)?;
        Some((start..end, is_match != self.invert))
    }

    /// The end of the event that starts at `start`, and whether it is a hit, if the prefilter
    /// knows that.
    fn unread_event(&mut self, buffer: &[u8], bytes: &[u8], start: usize) -> Option<(usize, bool)> {
        if self.count {
            if !self.engine.searches() {
                return None;
            }
            let end = self.clean_end(bytes, start + 1)?;
            return self
                .has_no_candidate(buffer, start..end)
                .then_some((end, false));
        }
        // The first key is one of the event itself, and later duplicates of it do not count.
        if self.ahead.decides && self.ahead.searched.end == start + 1 {
            return Some((self.clean_end(bytes, start + 1)?, true));
        }
        None
    }

    /// The end of the event that starts at `start`, in which a walk stopped.
    fn end_after(&self, bytes: &[u8], start: usize, stop: Stop) -> Option<usize> {
        let read = stop.depth == 0 && stop.at > start;
        if read {
            return Some(stop.at);
        }
        if let Some(end) = self.clean_end(bytes, stop.at.max(start + 1)) {
            return Some(end);
        }
        let ReadOptions { level, nesting, .. } = self.read_options;
        let mut cursor = Cursor::new(level, bytes, stop.at, nesting);
        cursor.close(stop.depth, stop.depth).ok()?;
        Some(cursor.at())
    }

    /// Whether the prefilter excludes this event.
    fn has_no_candidate(&mut self, buffer: &[u8], range: Range<usize>) -> bool {
        let candidate = self.next_candidate(buffer, range.start);
        candidate.is_none_or(|candidate| candidate >= range.end)
    }

    /// The first candidate at or after `at`.
    fn next_candidate(&mut self, buffer: &[u8], at: usize) -> Option<usize> {
        if !self.engine.searches() {
            return Some(at);
        }
        let searched = &self.ahead.searched;
        let known = searched.start <= at && at <= searched.end;
        if !known || searched.is_empty() {
            let found = self.engine.find(buffer, at);
            self.ahead = Ahead {
                searched: at..found.map_or(usize::MAX, |found| found.at),
                decides: found.is_some_and(|found| found.decides),
            };
        }
        let end = self.ahead.searched.end;
        (end < buffer.len()).then_some(end)
    }

    /// The end of the event that contains `from`, if the bytes prove that it ends with its line:
    /// the line ends with a `}`, no `}` in it is followed by another document, and the next line
    /// begins with a `{`.
    fn clean_end(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let end = line_end(self.read_options.level, bytes, from)?;
        let (line, rest) = bytes.split_at_checked(end)?;
        let rest = rest.strip_prefix(b"\n")?;
        let blanks = line.iter().rev().take_while(|byte| is_blank(**byte));
        let end = end - blanks.count();
        let last = end.checked_sub(1).and_then(|at| line.get(at));
        (last == Some(&b'}') && opens(rest) && end > from).then_some(end)
    }
}

/// Where the next line to read starts.
enum Found {
    /// An event starts here.
    Start(usize),
    /// No further event may match.
    End,
    /// The bytes do not prove that lines are events before this offset.
    Unproven { until: usize },
}

/// The start of the candidate's line, if an event starts there: the line before ends with a `}`,
/// and this one begins with a `{`. Neither can be inside a document, where a comma would be between
/// them, nor inside a string, which no line end can be in.
fn line_start(buffer: &[u8], at: usize, candidate: usize) -> Option<usize> {
    let before = buffer.get(at..candidate).unwrap_or_default();
    let Some(line) = memchr::memrchr(b'\n', before) else {
        return Some(at);
    };
    let before = before.get(..line).unwrap_or_default();
    let last = before.iter().rev().find(|byte| !is_blank(**byte));
    let line = at + line + 1;
    let rest = buffer.get(line..).unwrap_or_default();
    (matches!(last, Some(b'}') | None) && opens(rest)).then_some(line)
}
