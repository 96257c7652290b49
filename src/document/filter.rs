//! A filter of a document.

use std::ops::Range;
use std::sync::Arc;

use super::Map;
use super::host::{Literal, Plain};
use super::params::Param;

/// The text of a filter, and where it is in its host.
#[derive(Clone, Debug)]
pub struct FilterText {
    /// Its text, with blanks in place of comments.
    pub(super) text: String,
    pub(super) map: Map,
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
    pub(super) comments: Vec<Comment>,
    /// The bytes of its text for which other text will be at run time: values and parts of a filter that
    /// a program puts in.
    pub(super) holes: Vec<Range<usize>>,
    /// Those of the holes that a program fills with text that may be anything.
    pub(super) open: Vec<Range<usize>>,
    /// The parameters of the request that the filter is a part of.
    pub(super) params: Vec<Param>,
    /// Whether the host may be written at this filter.
    pub(super) writable: bool,
    /// How it is written in its host.
    pub(super) literal: Arc<dyn Literal>,
}

/// A comment of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its range in the host.
    pub range: Range<usize>,
    /// The comment, without the blanks around it.
    pub text: String,
    /// For a comment inside of a filter, the bytes of the filter's text that are blank for it.
    pub inside: Option<Range<usize>>,
}

impl FilterText {
    /// A filter without a name, a path or comments, which may be written.
    pub(super) fn new(text: impl Into<String>, map: Map) -> FilterText {
        FilterText {
            text: text.into(),
            map,
            name: None,
            path: None,
            comments: Vec::new(),
            holes: Vec::new(),
            open: Vec::new(),
            params: Vec::new(),
            writable: true,
            literal: Arc::new(Plain),
        }
    }

    /// The text: what [`Query`](crate::Query) reads. Comments inside of it are blanks.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The map from the bytes of the text to those of the host.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The range of the whole filter in the host.
    pub fn range(&self) -> Range<usize> {
        self.map.host_range(0..self.text.len())
    }

    /// The name that a comment `# name: …`, or a key `name` beside the filter, gives it.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The keys of JSON at which it is, as in `filters[].query`.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The bytes of its text for which other text will be at run time, as for `{name}` of an `f"…"` in
    /// Python. What the text has there only keeps the place.
    pub fn holes(&self) -> &[Range<usize>] {
        &self.holes
    }

    /// The comments before it, and inside of it.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }
}
