//! Finds the events of a buffer that match one filter, or some of many.
//!
//! The prefilter skips stretches of the buffer that cannot match. In JSON Lines an event ends with
//! its line if the bytes prove it. If they do not, [`Events`] takes the buffer apart exactly.

use std::ops::Range;

use crate::eval::buffer::events::Events;
use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{ReadOptions, ScanOptions};
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

/// The events of a buffer that match.
#[derive(Debug)]
pub(in crate::eval) struct Reader<'b, E> {
    pub(in crate::eval) engine: E,
    read_options: ReadOptions,
    buffer: &'b [u8],
    events: Events<'b>,
    options: ScanOptions,
    /// The prefilter found no candidate in this range; the next one is at its end.
    searched: Range<usize>,
    /// Whether that candidate decides: the event matches if it is the event's first key.
    decides: bool,
    /// Up to this offset events are taken apart exactly.
    slow_until: usize,
}

impl<'b, E: Engine> Reader<'b, E> {
    pub(in crate::eval) fn new(
        engine: E,
        read_options: ReadOptions,
        buffer: &'b [u8],
        options: &ScanOptions,
    ) -> Reader<'b, E> {
        let root = options.root.as_ref();
        let root = root.map(|path| path.keys().map(str::to_owned).collect());
        let root = root.unwrap_or_default();
        Reader {
            engine,
            read_options,
            buffer,
            events: Events::new(buffer, root, read_options, &options.part),
            options: options.clone(),
            searched: 0..0,
            decides: false,
            slow_until: 0,
        }
    }

    /// How many events have been read so far, good and bad.
    pub(in crate::eval) fn events(&self) -> u64 {
        self.events.number()
    }

    /// The line of an offset, counted from 1. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line(&mut self, at: usize) -> u64 {
        self.events.line_of(at)
    }

    /// The next event that matches, or that cannot be read.
    pub(in crate::eval) fn next(&mut self) -> Option<Result<Hit, BadEvent>> {
        loop {
            if !self.read_options.strict
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
                .next_candidate(range.start)
                .is_none_or(|candidate| candidate >= range.end)
            {
                continue;
            }
            let event = self.buffer.get(range.clone()).unwrap_or_default();
            match self.engine.is_match(event) {
                Ok(is_match) if is_match != self.options.invert => return Some(Ok(hit)),
                Ok(_) => {}
                Err(error) => {
                    // An event that is too long was refused before, so the offset is one inside the
                    // event.
                    let error = error.moved(range.start);
                    return Some(Err(self.events.bad_again(range, error)));
                }
            }
        }
    }

    /// The first candidate at or after `at`.
    fn next_candidate(&mut self, at: usize) -> Option<usize> {
        if !self.engine.searches() {
            return Some(at);
        }
        let known = self.searched.start <= at && at <= self.searched.end;
        if !known || self.searched.is_empty() {
            let found = self.engine.find(self.buffer, at);
            self.searched = at..found.map_or(usize::MAX, |found| found.at);
            self.decides = found.is_some_and(|found| found.decides);
        }
        (self.searched.end < self.buffer.len()).then_some(self.searched.end)
    }

    /// The next event, read as a line of JSON Lines.
    fn line_event(&mut self, at: usize) -> Line {
        let start = match self.options.count {
            false => match self.next_candidate(at) {
                Some(candidate) => self.line_start(at, candidate),
                None => return Line::End,
            },
            true => Some(at),
        };
        let Some(start) = start else {
            return Line::Slow;
        };
        let rest = self.buffer.get(start..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        let mut start = start + blanks;
        if let Some(0xef) = self.buffer.get(start)
            && let Some(rest) = self.buffer.get(start..)
            && rest.starts_with(BOM)
        {
            start += BOM.len();
        }
        match self.buffer.get(start) {
            Some(b'{') => {}
            Some(_) => return Line::Slow,
            None => return Line::End,
        }
        self.events.go_to(start);
        let limit = self.events.limit(start);
        let bytes = self.buffer.get(..limit).unwrap_or_default();
        if self.options.count
            && self.engine.searches()
            && let Some(end) = self.clean_end(bytes, start + 1)
            && self
                .next_candidate(start)
                .is_none_or(|candidate| candidate >= end)
        {
            return match self.events.take(start..end) {
                Some(_) => Line::Passed,
                None => Line::Slow,
            };
        }
        // The first key is one of the event itself, and later duplicates of it do not count.
        if self.decides
            && self.searched.end == start + 1
            && !self.options.count
            && let Some(end) = self.clean_end(bytes, start + 1)
        {
            return match self.events.take(start..end) {
                Some(hit) => Line::Hit(hit),
                None => Line::Slow,
            };
        }
        let Ok((answer, stop)) = self.engine.walk(bytes, start) else {
            return Line::Slow;
        };
        let read = stop.depth == 0 && stop.at > start;
        let end = match self.clean_end(bytes, stop.at.max(start + 1)) {
            _ if read => stop.at,
            Some(end) => end,
            None => {
                let mut cursor = Cursor::new(
                    self.read_options.level,
                    bytes,
                    stop.at,
                    self.read_options.nesting,
                );
                if cursor.close(stop.depth, stop.depth).is_err() {
                    return Line::Slow;
                }
                cursor.at()
            }
        };
        match self.events.take(start..end) {
            None => Line::Slow,
            Some(hit) if answer != self.options.invert => Line::Hit(hit),
            Some(_) => Line::Passed,
        }
    }

    /// The start of the candidate's line, if an event starts there: the line before ends with a
    /// `}`, and this one begins with a `{`. Neither can be inside a document, where a comma would be
    /// between them, nor inside a string, which no line end can be in.
    fn line_start(&mut self, at: usize, candidate: usize) -> Option<usize> {
        let before = self.buffer.get(at..candidate).unwrap_or_default();
        let Some(line) = memchr::memrchr(b'\n', before) else {
            return Some(at);
        };
        let before = before.get(..line).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !is_blank(**byte));
        let line = at + line + 1;
        let rest = self.buffer.get(line..).unwrap_or_default();
        if matches!(last, Some(b'}') | None) && opens(rest) {
            return Some(line);
        }
        self.slow_until = candidate;
        None
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

/// The result of reading an event as a line.
enum Line {
    /// No further event may match.
    End,
    /// It does not match.
    Passed,
    Hit(Hit),
    /// The buffer must be split exactly here.
    Slow,
}
