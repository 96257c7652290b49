//! Places in a query.

use std::ops::Range;

/// A half-open range of bytes in a query's text.
///
/// A query is limited to less than 4 GiB, so that a span takes eight bytes.
///
/// ```
/// use qualys_filter::Span;
///
/// let span = Span::new(5, 9);
/// assert_eq!(span.of("type:FILE"), "FILE");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to and without `end`.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The span as a range of indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.range().len()
    }

    /// Whether the span holds no byte: a place between two characters.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether the two share a byte, or one of them is a place in or at an end of the other.
    pub(crate) fn touches(self, other: Span) -> bool {
        match self.is_empty() || other.is_empty() {
            true => self.start <= other.end && other.start <= self.end,
            false => self.start < other.end && other.start < self.end,
        }
    }

    /// What is at this span in `text`; nothing where the span does not fit it.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}
