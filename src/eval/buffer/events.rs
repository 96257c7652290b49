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

use memchr::{memchr, memchr_iter};

use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Comma, Part, ReadOptions};
use crate::eval::buffer::root;
use crate::eval::buffer::split::{BOM, next_line};
use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::json::{Cursor, Level};

/// The events of a buffer.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Events<'b> {
    buffer: &'b [u8],
    /// The offset from which the next document is searched.
    at: usize,
    /// Line breaks up to this offset have been counted.
    counted: usize,
    line: u64,
    /// How many events have been returned, good and bad.
    number: u64,
    /// Whether an array of events is open.
    in_array: bool,
    /// Whether more text follows the buffer.
    goes_on: bool,
    /// Whether the line in which the buffer starts has something other than blanks before the
    /// buffer.
    mid_line: bool,
    /// Whether a comma must come before the next element of the array.
    comma: Comma,
    /// The end of the last line that was looked up.
    line_end: usize,
    /// Whether any document so far spanned lines. The most recent one, in `taken`, is checked
    /// lazily, in `next_starts`.
    over_lines: bool,
    taken: Range<usize>,
    /// Up to this offset an event must end in its line, because an earlier attempt to read further
    /// failed. This way every byte is read at most twice.
    one_line_until: usize,
    /// The path of the event in each document.
    root: Vec<String>,
    /// An array at the root path of the current document, not yet read to its end.
    inner: Option<Range<usize>>,
    level: Level,
    nesting: usize,
    bytes: usize,
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

impl<'b> Events<'b> {
    pub(in crate::eval) fn new(
        buffer: &'b [u8],
        root: Vec<String>,
        read_options: ReadOptions,
        part: &Part,
    ) -> Events<'b> {
        Events {
            buffer,
            at: 0,
            counted: 0,
            line: 1,
            number: 0,
            in_array: part.array.is_some(),
            goes_on: part.goes_on,
            mid_line: part.mid_line,
            comma: part.array.unwrap_or_default(),
            line_end: 0,
            over_lines: part.over_lines,
            taken: 0..0,
            one_line_until: part.one_line,
            root,
            inner: None,
            level: read_options.level,
            nesting: read_options.nesting,
            bytes: read_options.bytes,
        }
    }

    /// The state at this offset, which is at or before the current one with only blanks between.
    pub(in crate::eval) fn part(&self, at: usize, mid_line: bool) -> Part {
        Part {
            array: self.in_array.then_some(self.comma),
            over_lines: self.over_lines,
            one_line: self.one_line_until.saturating_sub(at),
            mid_line,
            goes_on: true,
        }
    }

    pub(in crate::eval) fn buffer(&self) -> &'b [u8] {
        self.buffer
    }

    /// The offset from which the next document is searched.
    pub(in crate::eval) fn at(&self) -> usize {
        self.at
    }

    pub(in crate::eval) fn number(&self) -> u64 {
        self.number
    }

    /// The offset of the next document, if one may start there: not inside an array.
    pub(in crate::eval) fn between_documents(&self) -> Option<usize> {
        let between = self.root.is_empty() && !self.in_array && self.inner.is_none();
        between.then_some(self.at)
    }

    /// Moves to this offset; the caller has read up to it.
    pub(in crate::eval) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Takes an event that the caller has found.
    pub(in crate::eval) fn take(&mut self, range: Range<usize>) -> Option<Hit> {
        if range.len() > self.bytes {
            return None;
        }
        self.at = range.end;
        self.taken = range.clone();
        self.number += 1;
        Some(Hit { range })
    }

    /// Whether the document at this offset must end in its line.
    pub(in crate::eval) fn is_one_line(&self, start: usize) -> bool {
        start < self.one_line_until
    }

    /// The offset up to which this document may be read: the end of the buffer, or the end of its
    /// line if earlier attempts have failed there.
    pub(in crate::eval) fn limit(&mut self, start: usize) -> usize {
        match self.is_one_line(start) {
            true => self.line_end(start),
            false => self.buffer.len(),
        }
    }

    /// The next event, or what is wrong with it.
    pub(in crate::eval) fn next(&mut self) -> Option<Result<Hit, BadEvent>> {
        loop {
            if let Some(range) = self.inner.take() {
                match self.inner_element(range) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            match self.document()? {
                Err(bad) => return Some(Err(bad)),
                Ok(range) if self.root.is_empty() => return Some(self.event(range)),
                Ok(range) => match root::value_at(&self.root, &mut self.cursor_in(range.clone())) {
                    Err(error) => return Some(Err(self.bad(range, error))),
                    Ok(place) if self.buffer.get(place.start) == Some(&b'[') => {
                        self.inner = Some(place.start + 1..place.end - 1);
                    }
                    Ok(place) => return Some(self.event(place)),
                },
            }
        }
    }

    /// The next document, or the next element of an array of events.
    fn document(&mut self) -> Option<Result<Range<usize>, BadEvent>> {
        match self.before_value() {
            Step::End => None,
            Step::Bad(bad) => Some(Err(bad)),
            Step::Value => {
                let start = self.at;
                let until = self.limit(start);
                let skipped = self.skip(start, until);
                Some(self.settle(start, skipped))
            }
        }
    }

    /// Moves to the next value.
    pub(in crate::eval) fn before_value(&mut self) -> Step {
        loop {
            let mut cursor = self.cursor();
            cursor.blanks();
            self.at = cursor.at();
            let here = self.at..self.at;
            match cursor.peek() {
                None if self.in_array && !self.goes_on => {
                    self.in_array = false;
                    let error = cursor.error(EventErrorKind::UnexpectedEnd);
                    return Step::Bad(self.bad(here, error));
                }
                None => return Step::End,
                Some(b'[') if !self.in_array => {
                    self.at += 1;
                    (self.in_array, self.comma) = (true, Comma::Refused);
                }
                Some(b']') if self.in_array => {
                    self.at += 1;
                    self.in_array = false;
                }
                Some(b',') if self.in_array && self.comma != Comma::Refused => {
                    self.at += 1;
                    self.comma = Comma::Refused;
                }
                // Files joined with `cat` have byte order marks inside.
                Some(0xef) if !self.in_array && cursor.rest().starts_with(BOM) => {
                    self.at += BOM.len();
                }
                Some(_) if self.in_array && self.comma == Comma::Required => {
                    self.comma = Comma::Refused;
                    let error = cursor.error(EventErrorKind::UnexpectedByte);
                    // What follows the missing comma is read as the next element.
                    return Step::Bad(self.bad(here, error));
                }
                Some(_) => return Step::Value,
            }
        }
    }

    /// Moves past the value at `start`. `skipped` is the result of [`Events::skip`]: its end, or
    /// what is wrong.
    pub(in crate::eval) fn settle(
        &mut self,
        start: usize,
        skipped: Result<usize, EventError>,
    ) -> Result<Range<usize>, BadEvent> {
        let line_end = self.line_end(start);
        match skipped {
            Ok(end) => {
                self.comma = Comma::Required;
                self.at = end;
                self.over_lines |= end > line_end;
                Ok(start..end)
            }
            Err(error) => {
                self.one_line_until = self.one_line_until.max(error.offset());
                let resume = self.resume(start, line_end);
                // In JSON Lines the error is that of the line alone.
                let error = match resume == line_end {
                    _ if resume - start > self.bytes => {
                        EventError::new(EventErrorKind::TooLong, start)
                    }
                    true => self.skip(start, line_end).err().unwrap_or(error),
                    false => error,
                };
                if resume != line_end {
                    self.one_line_until = start;
                }
                self.at = resume;
                self.comma = Comma::Allowed;
                // If the rest of the buffer is skipped, so is the end of the array.
                self.in_array &= resume < self.buffer.len();
                Err(self.bad(start..resume, error))
            }
        }
    }

    /// The offset where reading resumes after a bad value.
    fn resume(&mut self, start: usize, line_end: usize) -> usize {
        let Some(starts) = self.next_starts(start, line_end) else {
            return line_end;
        };
        // Everything up to that line is skipped, so no byte is looked at twice.
        let rest = self.buffer.get(line_end..).unwrap_or_default();
        let next = next_line(rest, &starts);
        next.map_or(self.buffer.len(), |at| line_end + at)
    }

    /// The prefix of the line where reading resumes after a bad value: a line break and an indent,
    /// which a bracket follows. `None` if that is the next line.
    pub(in crate::eval) fn next_starts(
        &mut self,
        start: usize,
        line_end: usize,
    ) -> Option<Vec<u8>> {
        // Done once per event: there may be as many errors as bytes.
        let taken = std::mem::take(&mut self.taken);
        let taken = self.buffer.get(taken).unwrap_or_default();
        self.over_lines |= memchr(b'\n', taken).is_some();
        let before = self.buffer.get(..start).unwrap_or_default();
        let line_start = match memchr::memrchr(b'\n', before) {
            None if self.mid_line => return None,
            at => at.map_or(0, |at| at + 1),
        };
        let indent = self.buffer.get(line_start..start).unwrap_or_default();
        let indent = indent.strip_prefix(BOM).unwrap_or(indent);
        let line = self.buffer.get(start..line_end).unwrap_or_default();
        let opens_only = matches!(line.trim_ascii_end(), b"{" | b"[");
        let is_indent = indent.iter().all(u8::is_ascii_whitespace);
        (is_indent && (self.over_lines || opens_only)).then(|| [b"\n", indent].concat())
    }

    /// The end of the value that starts at `start` and must end before `until`.
    pub(in crate::eval) fn skip(&self, start: usize, until: usize) -> Result<usize, EventError> {
        let mut cursor = self.cursor_in(start..until);
        cursor.skip(0)?;
        Ok(cursor.at())
    }

    /// The next element of an array at the root path.
    fn inner_element(&mut self, range: Range<usize>) -> Option<Result<Hit, BadEvent>> {
        let mut cursor = self.cursor_in(range.clone());
        let (start, end) = root::next_element(&mut cursor)?;
        Some(match end {
            Ok(end) => {
                self.inner = Some(cursor.at()..range.end);
                self.event(start..end)
            }
            Err(error) => Err(self.bad(start..range.end, error)),
        })
    }

    fn event(&mut self, range: Range<usize>) -> Result<Hit, BadEvent> {
        if range.len() > self.bytes {
            let error = EventError::new(EventErrorKind::TooLong, range.start);
            return Err(self.bad(range, error));
        }
        self.number += 1;
        Ok(Hit { range })
    }

    pub(in crate::eval) fn bad(&mut self, range: Range<usize>, error: EventError) -> BadEvent {
        self.number += 1;
        self.bad_again(range, error)
    }

    /// The same for an event that has been returned already.
    pub(in crate::eval) fn bad_again(
        &mut self,
        range: Range<usize>,
        error: EventError,
    ) -> BadEvent {
        let line = self.line_of(range.start);
        let before = self.buffer.get(range.start..error.offset());
        let before = before.unwrap_or_default();
        let line = line + memchr_iter(b'\n', before).count() as u64;
        BadEvent { error, range, line }
    }

    /// The line of an offset. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line_of(&mut self, at: usize) -> u64 {
        let passed = self.buffer.get(self.counted..at).unwrap_or_default();
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.counted = self.counted.max(at);
        self.line
    }

    /// The end of the line of an offset. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line_end(&mut self, at: usize) -> usize {
        // A line may be a whole file, so its end is searched for once.
        if self.line_end < at || self.line_end == 0 {
            let rest = self.buffer.get(at..).unwrap_or_default();
            self.line_end = memchr(b'\n', rest).map_or(self.buffer.len(), |len| at + len);
        }
        self.line_end
    }

    fn cursor(&self) -> Cursor<'b> {
        Cursor::new(self.level, self.buffer, self.at, self.nesting)
    }

    /// A cursor at the start of this range, which sees nothing after its end.
    fn cursor_in(&self, range: Range<usize>) -> Cursor<'b> {
        let bytes = self.buffer.get(..range.end).unwrap_or_default();
        Cursor::new(self.level, bytes, range.start, self.nesting)
    }
}
