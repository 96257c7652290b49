//! Places in a query, and the replacement of what stands there.

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
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// What stands at this span in `text`; nothing where the span does not fit it.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        (span.start as usize, span.len()).into()
    }
}

/// A change to a query's text that mends a diagnostic: put `text` in place of `span`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What goes away; empty to insert.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

impl Fix {
    /// Replaces what stands at `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Fix {
        Fix {
            span,
            text: text.into(),
        }
    }

    /// Puts `text` in before the byte `at`.
    pub fn insert(at: u32, text: impl Into<String>) -> Fix {
        Fix::replace(Span::new(at, at), text)
    }

    /// The whole text with this change made.
    ///
    /// ```
    /// use qualys_filter::{Fix, Span};
    ///
    /// let fix = Fix::replace(Span::new(4, 6), ":");
    /// assert_eq!(fix.apply("type==FILE"), "type:FILE");
    /// ```
    pub fn apply(&self, source: &str) -> String {
        let before = source.get(..self.span.start as usize).unwrap_or(source);
        let after = source.get(self.span.end as usize..).unwrap_or_default();
        format!("{before}{}{after}", self.text)
    }
}
