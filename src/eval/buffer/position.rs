//! Where a reader is in its buffer, and how it reads on from there.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Comma, Part};
use crate::eval::buffer::split::BOM;
use crate::eval::error::EventError;

/// How the next event is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) enum Mode {
    /// As a line of JSON Lines, where the bytes prove that an event is one.
    Lines,
    /// As a document, whatever its lines are: up to this offset, and to the end of an open array.
    Exact { until: usize },
}

impl Mode {
    /// Every event is read as a document.
    pub(in crate::eval) const ALWAYS_EXACT: Mode = Mode::Exact { until: usize::MAX };
}

/// A position in a buffer: the one owner of what a reader knows about where it is.
///
/// It has offsets and no bytes, so its owner need not keep the buffer. All methods of a
/// position must be called with the same buffer.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Position {
    /// The offset from which the next document is searched.
    at: usize,
    mode: Mode,
    /// How many events have been returned, good and bad.
    number: u64,
    /// The open array of events, with the comma before its next element.
    array: Option<Comma>,
    /// Whether more text follows the buffer.
    goes_on: bool,
    /// Whether the line in which the buffer starts has something other than blanks before the
    /// buffer.
    mid_line: bool,
    /// Whether any document so far spanned lines. The most recent one, in `taken`, is checked
    /// lazily, in `next_starts`.
    over_lines: bool,
    taken: Range<usize>,
    /// Up to this offset an event must end in its line, because an earlier attempt to read further
    /// failed. This way every byte is read at most twice.
    one_line_until: usize,
    /// Line breaks up to this offset have been counted.
    counted: usize,
    line: u64,
    /// The end of the last line that was looked up.
    line_end: usize,
}

impl Position {
    /// The start of a buffer that is this part of a text.
    pub(in crate::eval) fn new(part: &Part, mode: Mode) -> Position {
        Position {
            at: 0,
            mode,
            number: 0,
            array: part.array,
            goes_on: part.goes_on,
            mid_line: part.mid_line,
            over_lines: part.over_lines,
            taken: 0..0,
            one_line_until: part.one_line,
            counted: 0,
            line: 1,
            line_end: 0,
        }
    }

    /// The part that starts at this offset, which is at or before the current one with only blanks
    /// between.
    pub(in crate::eval) fn part(&self, at: usize, mid_line: bool) -> Part {
        Part {
            array: self.array,
            over_lines: self.over_lines,
            one_line: self.one_line_until.saturating_sub(at),
            mid_line,
            goes_on: true,
        }
    }

    /// The offset from which the next document is searched.
    pub(in crate::eval) fn at(&self) -> usize {
        self.at
    }

    pub(in crate::eval) fn number(&self) -> u64 {
        self.number
    }

    /// The open array of events, with the comma before its next element.
    pub(in crate::eval) fn array(&self) -> Option<Comma> {
        self.array
    }

    pub(in crate::eval) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// How the next event is read.
    pub(in crate::eval) fn mode(&mut self) -> Mode {
        if let Mode::Exact { until } = self.mode
            && self.at >= until
            && self.array.is_none()
        {
            self.mode = Mode::Lines;
        }
        self.mode
    }

    /// Reads documents from here to this offset.
    pub(in crate::eval) fn read_exactly(&mut self, until: usize) {
        self.mode = Mode::Exact { until };
    }

    /// Reads the next document exactly.
    pub(in crate::eval) fn read_one_exactly(&mut self) {
        self.read_exactly(self.at + 1);
    }

    /// Moves over bytes in which no event starts.
    pub(in crate::eval) fn pass_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Moves after the `[` of an array of events.
    pub(in crate::eval) fn open_array(&mut self) {
        self.at += 1;
        self.array = Some(Comma::Refused);
    }

    /// Moves after the `]` of the array.
    pub(in crate::eval) fn close_array(&mut self) {
        self.at += 1;
        self.array = None;
    }

    /// Moves after the comma between two elements.
    pub(in crate::eval) fn pass_comma(&mut self) {
        self.at += 1;
        self.array = Some(Comma::Refused);
    }

    /// Reads what follows a missing comma as the next element.
    pub(in crate::eval) fn omit_comma(&mut self) {
        self.array = Some(Comma::Refused);
    }

    /// Leaves the array, which the buffer ends in.
    pub(in crate::eval) fn abandon_array(&mut self) {
        self.array = None;
    }

    /// Moves after an event that was read as a line.
    pub(in crate::eval) fn take(&mut self, range: Range<usize>) -> Hit {
        self.at = range.end;
        self.taken = range.clone();
        self.count(range)
    }

    /// An event that was read.
    pub(in crate::eval) fn count(&mut self, range: Range<usize>) -> Hit {
        self.number += 1;
        Hit { range }
    }

    /// Moves after a document, or an element of the array, that ends here. `line_end` is the end
    /// of the line in which it starts.
    pub(in crate::eval) fn pass_value(&mut self, end: usize, line_end: usize) {
        self.at = end;
        self.array = self.array.map(|_| Comma::Required);
        self.over_lines |= end > line_end;
    }

    /// Records that the value at the position could not be read further than to this offset.
    pub(in crate::eval) fn fail_at(&mut self, offset: usize) {
        self.one_line_until = self.one_line_until.max(offset);
    }

    /// Moves from a bad value to where reading resumes. `line_end` is the end of the line in which
    /// the value starts.
    pub(in crate::eval) fn resume_at(
        &mut self,
        buffer: &[u8],
        start: usize,
        resume: usize,
        line_end: usize,
    ) {
        if resume != line_end {
            self.one_line_until = start;
        }
        self.at = resume;
        // If the rest of the buffer is skipped, so is the end of the array.
        let array = self.array.filter(|_| resume < buffer.len());
        self.array = array.map(|_| Comma::Allowed);
    }

    /// Whether the document at this offset must end in its line.
    pub(in crate::eval) fn is_one_line(&self, start: usize) -> bool {
        start < self.one_line_until
    }

    /// The offset up to which this document may be read: the end of the buffer, or the end of its
    /// line if earlier attempts have failed there.
    pub(in crate::eval) fn limit(&mut self, buffer: &[u8], start: usize) -> usize {
        match self.is_one_line(start) {
            true => self.line_end(buffer, start),
            false => buffer.len(),
        }
    }

    /// The prefix of the line where reading resumes after a bad value: a line break and an indent,
    /// which a bracket follows. `None` if that is the next line.
    pub(in crate::eval) fn next_starts(
        &mut self,
        buffer: &[u8],
        start: usize,
        line_end: usize,
    ) -> Option<Vec<u8>> {
        // Done once per event: there may be as many errors as bytes.
        let taken = std::mem::take(&mut self.taken);
        let taken = buffer.get(taken).unwrap_or_default();
        self.over_lines |= memchr(b'\n', taken).is_some();
        let before = buffer.get(..start).unwrap_or_default();
        let line_start = match memrchr(b'\n', before) {
            None if self.mid_line => return None,
            at => at.map_or(0, |at| at + 1),
        };
        let indent = buffer.get(line_start..start).unwrap_or_default();
        let indent = indent.strip_prefix(BOM).unwrap_or(indent);
        let line = buffer.get(start..line_end).unwrap_or_default();
        let opens_only = matches!(line.trim_ascii_end(), b"{" | b"[");
        let is_indent = indent.iter().all(u8::is_ascii_whitespace);
        (is_indent && (self.over_lines || opens_only)).then(|| [b"\n", indent].concat())
    }

    /// An event that cannot be read.
    pub(in crate::eval) fn bad(
        &mut self,
        buffer: &[u8],
        range: Range<usize>,
        error: EventError,
    ) -> BadEvent {
        self.number += 1;
        self.bad_again(buffer, range, error)
    }

    /// The same for an event that has been counted already.
    pub(in crate::eval) fn bad_again(
        &mut self,
        buffer: &[u8],
        range: Range<usize>,
        error: EventError,
    ) -> BadEvent {
        let line = self.line_of(buffer, range.start);
        let before = buffer.get(range.start..error.offset()).unwrap_or_default();
        let line = line + memchr_iter(b'\n', before).count() as u64;
        BadEvent { error, range, line }
    }

    /// The line of an offset. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line_of(&mut self, buffer: &[u8], at: usize) -> u64 {
        let passed = buffer.get(self.counted..at).unwrap_or_default();
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.counted = self.counted.max(at);
        self.line
    }

    /// The end of the line of an offset. Offsets must not decrease from call to call.
    pub(in crate::eval) fn line_end(&mut self, buffer: &[u8], at: usize) -> usize {
        // A line may be a whole file, so its end is searched for once.
        if self.line_end < at || self.line_end == 0 {
            let rest = buffer.get(at..).unwrap_or_default();
            self.line_end = memchr(b'\n', rest).map_or(buffer.len(), |len| at + len);
        }
        self.line_end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_start(array: Option<Comma>) -> Position {
        let part = Part {
            array,
            ..Part::default()
        };
        Position::new(&part, Mode::Exact { until: 0 })
    }

    #[test]
    fn exact_reading_ends_at_its_offset() {
        let mut position = at_start(None);
        assert_eq!(position.mode(), Mode::Lines);
        position.read_exactly(10);
        position.take(0..9);
        assert_eq!(position.mode(), Mode::Exact { until: 10 });
        position.pass_value(10, 12);
        assert_eq!(position.mode(), Mode::Lines);
        position.read_one_exactly();
        assert_eq!(position.mode(), Mode::Exact { until: 11 });
    }

    #[test]
    fn exact_reading_does_not_end_in_an_array() {
        let buffer = b"  ,{}, {},\n]";
        let mut position = at_start(Some(Comma::Required));
        position.pass_to(2);
        assert_eq!(position.mode(), Mode::Exact { until: 0 });
        position.pass_comma();
        position.pass_value(5, 10);
        assert_eq!(position.array(), Some(Comma::Required));
        position.resume_at(buffer, 7, 10, 10);
        assert_eq!(position.array(), Some(Comma::Allowed));
        assert_eq!(position.mode(), Mode::Exact { until: 0 });
        position.pass_to(11);
        position.close_array();
        assert_eq!(position.mode(), Mode::Lines);
    }

    #[test]
    fn an_array_ends_with_what_is_skipped() {
        let buffer = b"[{]";
        let mut position = at_start(None);
        position.open_array();
        position.resume_at(buffer, 1, buffer.len(), buffer.len());
        assert_eq!((position.array(), position.at()), (None, 3));
    }
}
