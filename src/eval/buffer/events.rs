//! Splits a buffer into events.
//!
//! Takes JSON Lines (with LF or CRLF, blank lines, byte order marks, no line break at the end),
//! documents one after the other over any number of lines, and arrays of events. Returns the bytes
//! of each event. A value that cannot be read as an event is returned as bad, and reading resumes
//! after it:
//!
//! * in JSON Lines at the next line;
//! * in documents over several lines at the next line that starts as the bad one did.

use std::ops::Range;

use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Comma, Part, ReadOptions};
use crate::eval::buffer::position::{Mode, Position};
use crate::eval::buffer::root;
use crate::eval::buffer::split::{BOM, next_line};
use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::json::Cursor;

/// The events of a buffer, which is passed to each method.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Events {
    pub(in crate::eval) position: Position,
    /// The path of the event in each document.
    root: Vec<String>,
    /// An array at the root path of the current document, not yet read to its end.
    inner: Option<Range<usize>>,
    read_options: ReadOptions,
}

/// What comes before a value.
#[derive(Debug)]
pub(in crate::eval) enum Step {
    /// A value starts here.
    Value,
    /// Something is wrong before the next value.
    Bad(BadEvent),
    End,
}

impl Events {
    pub(in crate::eval) fn new(
        root: Vec<String>,
        read_options: ReadOptions,
        part: &Part,
    ) -> Events {
        // Events inside documents are not lines, and strict reading reads all of each document.
        let mode = match read_options.strict || !root.is_empty() {
            true => Mode::ALWAYS_EXACT,
            false => Mode::Exact { until: 0 },
        };
        Events {
            position: Position::new(part, mode),
            root,
            inner: None,
            read_options,
        }
    }

    /// Starts again, at the start of a buffer that is this part of a text.
    pub(in crate::eval) fn restart(&mut self, part: &Part) {
        let root = std::mem::take(&mut self.root);
        *self = Events::new(root, self.read_options, part);
    }

    /// The next event, or what is wrong with it.
    pub(in crate::eval) fn next(&mut self, buffer: &[u8]) -> Option<Result<Hit, BadEvent>> {
        loop {
            if let Some(range) = self.inner.take() {
                match self.inner_element(buffer, range) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            let range = match self.document(buffer)? {
                Err(bad) => return Some(Err(bad)),
                Ok(range) if self.root.is_empty() => return Some(self.event(buffer, range)),
                Ok(range) => range,
            };
            let mut cursor = self.cursor_in(buffer, range.clone());
            match root::value_at(&self.root, &mut cursor) {
                Err(error) => return Some(Err(self.position.bad(buffer, range, error))),
                Ok(place) if buffer.get(place.start) == Some(&b'[') => {
                    self.inner = Some(place.start + 1..place.end - 1);
                }
                Ok(place) => return Some(self.event(buffer, place)),
            }
        }
    }

    /// The next document, or the next element of an array of events.
    fn document(&mut self, buffer: &[u8]) -> Option<Result<Range<usize>, BadEvent>> {
        match self.before_value(buffer) {
            Step::End => None,
            Step::Bad(bad) => Some(Err(bad)),
            Step::Value => {
                let start = self.position.at();
                let until = self.position.limit(buffer, start);
                let skipped = self.skip(buffer, start, until);
                Some(self.settle(buffer, start, skipped))
            }
        }
    }

    /// Moves to the next value.
    pub(in crate::eval) fn before_value(&mut self, buffer: &[u8]) -> Step {
        let ReadOptions { level, nesting, .. } = self.read_options;
        let position = &mut self.position;
        loop {
            let mut cursor = Cursor::new(level, buffer, position.at(), nesting);
            cursor.blanks();
            let at = cursor.at();
            position.pass_to(at);
            match (cursor.peek(), position.array()) {
                (None, Some(_)) if !position.goes_on() => {
                    position.abandon_array();
                    let error = cursor.error(EventErrorKind::UnexpectedEnd);
                    return Step::Bad(position.bad(buffer, at..at, error));
                }
                (None, _) => return Step::End,
                (Some(b'['), None) => position.open_array(),
                (Some(b']'), Some(_)) => position.close_array(),
                (Some(b','), Some(Comma::Required | Comma::Allowed)) => position.pass_comma(),
                // Files joined with `cat` have byte order marks inside.
                (Some(0xef), None) if cursor.rest().starts_with(BOM) => {
                    position.pass_to(at + BOM.len());
                }
                (Some(_), Some(Comma::Required)) => {
                    position.omit_comma();
                    let error = cursor.error(EventErrorKind::UnexpectedByte);
                    return Step::Bad(position.bad(buffer, at..at, error));
                }
                (Some(_), _) => return Step::Value,
            }
        }
    }

    /// Moves past the value at `start`. `skipped` is the result of [`Events::skip`]: its end, or
    /// what is wrong.
    pub(in crate::eval) fn settle(
        &mut self,
        buffer: &[u8],
        start: usize,
        skipped: Result<usize, EventError>,
    ) -> Result<Range<usize>, BadEvent> {
        let line_end = self.position.line_end(buffer, start);
        match skipped {
            Ok(end) => {
                self.position.pass_value(end, line_end);
                Ok(start..end)
            }
            Err(error) => {
                self.position.fail_at(error.offset());
                let resume = self.resume(buffer, start, line_end);
                // In JSON Lines the error is that of the line alone.
                let error = match resume == line_end {
                    _ if resume - start > self.read_options.bytes => {
                        EventError::new(EventErrorKind::TooLong, start)
                    }
                    true => self.skip(buffer, start, line_end).err().unwrap_or(error),
                    false => error,
                };
                self.position.resume_at(buffer, start, resume, line_end);
                Err(self.position.bad(buffer, start..resume, error))
            }
        }
    }

    /// The offset where reading resumes after a bad value.
    fn resume(&mut self, buffer: &[u8], start: usize, line_end: usize) -> usize {
        let Some(starts) = self.position.next_starts(buffer, start, line_end) else {
            return line_end;
        };
        // Everything up to that line is skipped, so no byte is looked at twice.
        let rest = buffer.get(line_end..).unwrap_or_default();
        let next = next_line(rest, &starts);
        next.map_or(buffer.len(), |at| line_end + at)
    }

    /// The end of the value that starts at `start` and must end before `until`.
    pub(in crate::eval) fn skip(
        &self,
        buffer: &[u8],
        start: usize,
        until: usize,
    ) -> Result<usize, EventError> {
        let mut cursor = self.cursor_in(buffer, start..until);
        cursor.skip(0)?;
        Ok(cursor.at())
    }

    /// The next element of an array at the root path.
    fn inner_element(
        &mut self,
        buffer: &[u8],
        range: Range<usize>,
    ) -> Option<Result<Hit, BadEvent>> {
        let mut cursor = self.cursor_in(buffer, range.clone());
        let (start, end) = root::next_element(&mut cursor)?;
        Some(match end {
            Ok(end) => {
                self.inner = Some(cursor.at()..range.end);
                self.event(buffer, start..end)
            }
            Err(error) => Err(self.position.bad(buffer, start..range.end, error)),
        })
    }

    fn event(&mut self, buffer: &[u8], range: Range<usize>) -> Result<Hit, BadEvent> {
        if range.len() > self.read_options.bytes {
            let error = EventError::new(EventErrorKind::TooLong, range.start);
            return Err(self.position.bad(buffer, range, error));
        }
        Ok(self.position.count(range))
    }

    /// A cursor at the start of this range, which sees nothing after its end.
    fn cursor_in<'b>(&self, buffer: &'b [u8], range: Range<usize>) -> Cursor<'b> {
        let ReadOptions { level, nesting, .. } = self.read_options;
        let bytes = buffer.get(..range.end).unwrap_or_default();
        Cursor::new(level, bytes, range.start, nesting)
    }
}
