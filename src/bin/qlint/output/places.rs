//! Lines and columns of a file, and what of it is shown.

use std::borrow::Cow;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Name;
use crate::lint::report::File;

/// A line with more bytes than this is cut.
const LONG_LINE: usize = 240;
/// So many bytes are shown on either side of a place in a line that is cut.
pub(super) const AROUND: usize = 60;

/// The lines of a file.
#[derive(Debug)]
pub(super) struct Places<'f> {
    pub(super) name: &'f Name,
    pub(super) text: &'f str,
    /// Where each line starts.
    starts: Vec<usize>,
    /// How many characters start before each stretch of [`STRETCH`] bytes: a line may be as long as the
    /// file, and have very many findings.
    counts: Vec<usize>,
}

const STRETCH: usize = 1024;

/// How many characters start in these bytes.
fn characters(bytes: &[u8]) -> usize {
    // The other bytes of a character look like 0b10xx_xxxx.
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl<'f> Places<'f> {
    pub(super) fn new(file: &'f File) -> Places<'f> {
        let breaks = memchr::memchr_iter(b'\n', file.text.as_bytes());
        Places {
            name: &file.name,
            text: &file.text,
            starts: std::iter::once(0).chain(breaks.map(|at| at + 1)).collect(),
            counts: std::iter::once(0)
                .chain(
                    file.text
                        .as_bytes()
                        .chunks(STRETCH)
                        .scan(0, |count, bytes| {
                            *count += characters(bytes);
                            Some(*count)
                        }),
                )
                .collect(),
        }
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }

    fn start_of(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Where a line ends, without its line break.
    fn end_of(&self, line: usize) -> usize {
        match self.starts.get(line + 1) {
            Some(next) => next - 1,
            None => self.text.len(),
        }
    }

    /// The line and the column of a byte, both from 1; the column in characters.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let line = self.line_of(at);
        let start = self.characters_before(self.start_of(line));
        let column = self.characters_before(at).saturating_sub(start);
        (line + 1, column + 1)
    }

    /// How many characters start before this byte.
    fn characters_before(&self, at: usize) -> usize {
        let stretch = at / STRETCH;
        let before = self.counts.get(stretch).copied().unwrap_or_default();
        let bytes = self.text.as_bytes().get(stretch * STRETCH..at);
        before + characters(bytes.unwrap_or_default())
    }

    /// Of the line at a place, what stands before and after a range of it, if it is not too far away.
    pub(super) fn around(&self, start: usize, end: usize) -> (Cow<'_, str>, Cow<'_, str>) {
        let from = self.start_of(self.line_of(start));
        let to = self.end_of(self.line_of(end));
        let near = self
            .text
            .ceil_char_boundary(start.saturating_sub(AROUND))
            .max(from);
        let far = self.text.floor_char_boundary((end + AROUND).min(to));
        let cut = |cut: bool| if cut { "…" } else { "" };
        let before = self.text.get(near..start).unwrap_or_default();
        let after = self
            .text
            .get(end..far)
            .unwrap_or_default()
            .trim_end_matches('\r');
        (
            Cow::Owned(format!("{}{before}", cut(near > from))),
            Cow::Owned(format!("{after}{}", cut(far < to))),
        )
    }
}

/// The place of one finding, with the lines around it.
#[derive(Debug)]
pub(super) struct Excerpt<'p>(pub(super) &'p Places<'p>);

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let places = self.0;
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > places.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (first, last) = (places.line_of(start), places.line_of(end));
        if before == 0 && after == 0 {
            // Whoever asks wants to know where it is.
            let (_, column) = places.position(start);
            let data = places.text.get(start..end).unwrap_or_default().as_bytes();
            return Ok(Box::new(MietteSpanContents::new_named(
                places.name.to_string(),
                data,
                *span,
                first,
                column - 1,
                last - first + 1,
            )));
        }
        let from = places.start_of(first.saturating_sub(before));
        let to = places.end_of((last + after).min(places.starts.len().saturating_sub(1)));
        let mut lines = places.line_of(from)..=places.line_of(to);
        let long = lines.any(|line| places.end_of(line) - places.start_of(line) > LONG_LINE);
        let (from, to, line, column) = if long {
            let end = end.min(places.end_of(first)).min(start + LONG_LINE);
            let line_start = places.start_of(first);
            let from = places
                .text
                .floor_char_boundary(start.saturating_sub(AROUND));
            let to = places.text.ceil_char_boundary(end + AROUND);
            let from = from.max(line_start);
            let column = places.characters_before(from) - places.characters_before(line_start);
            (from, to.min(places.end_of(first)), first, column)
        } else {
            (from, to, places.line_of(from), 0)
        };
        let data = places.text.get(from..to).unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            places.name.to_string(),
            data.as_bytes(),
            SourceSpan::from((from, to - from)),
            line,
            column,
            last - first + 1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_and_columns() {
        let file = File::new("x", "é1\n\n34é5\r\n".to_owned());
        let places = Places::new(&file);
        for (at, right) in [
            (0, (1, 1)),
            (2, (1, 2)),
            (3, (1, 3)),
            (4, (2, 1)),
            (7, (3, 3)),
            (9, (3, 4)),
            (5, (3, 1)),
            (12, (4, 1)),
        ] {
            assert_eq!(places.position(at), right, "{at}");
        }
        let long = "aé€".repeat(STRETCH) + "\n" + &"😀b".repeat(STRETCH);
        let file = File::new("x", long);
        let places = Places::new(&file);
        for (at, _) in file.text.char_indices() {
            let before = file.text.get(..at).unwrap().rsplit('\n').next().unwrap();
            assert_eq!(places.position(at).1, before.chars().count() + 1, "{at}");
        }
    }
}
