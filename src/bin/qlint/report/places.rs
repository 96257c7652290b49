//! Lines and columns of a file, and the excerpts that are shown.

use std::borrow::Cow;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use qualys_filter::document::{Encoding, Position, Positions};

use super::File;
use crate::output::Name;

/// A line with more bytes than this is cut.
const LONG_LINE: usize = 240;
/// How many bytes are shown on either side of a span in a line that is cut.
pub(super) const AROUND: usize = 60;

/// The lines of a file.
#[derive(Debug)]
pub(super) struct Places<'f> {
    pub(super) name: &'f Name,
    pub(super) text: &'f str,
    lines: Positions<'f>,
}

impl<'f> Places<'f> {
    pub(super) fn new(file: &'f File) -> Places<'f> {
        Places {
            name: &file.name,
            text: &file.text,
            lines: Positions::new(&file.text),
        }
    }

    /// The line and column of an offset, both from 1. Columns are counted in characters.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        let Position { line, column } = self.lines.position(at, Encoding::Utf32);
        (line + 1, column + 1)
    }

    /// The parts of the lines before and after a range, cut if they are long.
    pub(super) fn around(&self, start: usize, end: usize) -> (Cow<'_, str>, Cow<'_, str>) {
        let from = self.lines.line_start(self.lines.line(start));
        let to = self.lines.line_end(self.lines.line(end));
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

/// The lines around a finding.
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
        let (first, last) = (places.lines.line(start), places.lines.line(end));
        if before == 0 && after == 0 {
            // Without context only the position is wanted.
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
        let from = places.lines.line_start(first.saturating_sub(before));
        let to = places
            .lines
            .line_end((last + after).min(places.lines.line_count() - 1));
        let mut lines = places.lines.line(from)..=places.lines.line(to);
        let long = lines
            .any(|line| places.lines.line_end(line) - places.lines.line_start(line) > LONG_LINE);
        let (from, to, line, column) = if long {
            let end = end.min(places.lines.line_end(first)).min(start + LONG_LINE);
            let line_start = places.lines.line_start(first);
            let from = places
                .text
                .floor_char_boundary(start.saturating_sub(AROUND));
            let to = places.text.ceil_char_boundary(end + AROUND);
            let from = from.max(line_start);
            let (_, column) = places.position(from);
            (
                from,
                to.min(places.lines.line_end(first)),
                first,
                column - 1,
            )
        } else {
            (from, to, places.lines.line(from), 0)
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
    }
}
