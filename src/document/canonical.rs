//! Filters of a document in their canonical form.

use std::ops::Range;

use super::{Document, FilterText, with_edits};
use crate::syntax::{Comment, Layout, ParseErrors, Query};

/// A document with its filters in their canonical form.
#[derive(Clone, Debug)]
pub struct Formatted {
    /// The text, with every filter written that can be.
    pub text: String,
    /// The filters that cannot be read, by index, with what is wrong; they are left as they are.
    pub unreadable: Vec<(usize, ParseErrors)>,
    /// The filters, by index, that are not in their canonical form and where the host is never written,
    /// with that form on one line.
    pub unwritten: Vec<(usize, String)>,
}

impl Document {
    /// The document with every filter in its canonical form, in lines of at most `width` characters
    /// where the host takes several. What is around the filters, and comments in them, stays.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    ///
    /// let json = r#"{"name": "hosts", "filter": "file.name : \"hosts\" and type:FILE"}"#;
    /// let document = Document::new(json, Format::of("x.json").unwrap())?;
    /// assert_eq!(
    ///     document.formatted(100).text,
    ///     r#"{"name": "hosts", "filter": "file.name:\"hosts\" AND type:FILE"}"#
    /// );
    /// # Ok::<(), qualys_filter::document::HostError>(())
    /// ```
    pub fn formatted(&self, width: usize) -> Formatted {
        let (mut unreadable, mut unwritten) = (Vec::new(), Vec::new());
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let windows = self.text.contains("\r\n");
        // The text at a hole only keeps its place, and is never written.
        let whole = |(_, filter): &(usize, &FilterText)| filter.holes.is_empty();
        for (index, filter) in self.filters.iter().enumerate().filter(whole) {
            let query = match filter.text.parse::<Query>() {
                Ok(query) => query,
                Err(errors) => {
                    unreadable.push((index, errors));
                    continue;
                }
            };
            let on_one_line = || canonical(&query, filter, usize::MAX);
            if !self.is_writable(filter) {
                let (is, line) = (filter.text.trim(), on_one_line());
                if is != line && is != canonical(&query, filter, width) {
                    unwritten.push((index, line));
                }
                continue;
            }
            let new = match filter.literal.is_multiline() {
                true => canonical(&query, filter, width),
                false => on_one_line(),
            };
            if new == filter.text {
                // Escapes that are not needed stay, too.
                continue;
            }
            let written = filter.literal.write(&new);
            // A value over several lines may look like something else at the start of a line.
            if self.reads_as(&written, filter, &query) {
                edits.push(match windows && filter.literal.is_multiline() {
                    true => (
                        filter.range(),
                        written.replace("\r\n", "\n").replace('\n', "\r\n"),
                    ),
                    false => (filter.range(), written),
                });
            }
        }
        let text = with_edits(&self.text, &edits);
        let text = match edits.is_empty() || self.has_same_filters(&text) {
            true => text,
            false => self.text.to_string(),
        };
        Formatted {
            text,
            unreadable,
            unwritten,
        }
    }

    /// Whether a text has as many filters as this one, each the same query, so that no edit of one has
    /// changed what is around it.
    fn has_same_filters(&self, text: &str) -> bool {
        let Ok(after) = self.format.find(text, &self.options) else {
            return false;
        };
        let same = |(before, after): (&FilterText, &FilterText)| {
            let query = |filter: &FilterText| filter.text.parse::<Query>().ok();
            before.text == after.text || query(before).is_some_and(|it| query(after) == Some(it))
        };
        let pairs = self.filters.iter().zip(&after.filters);
        after.filters.len() == self.filters.len() && pairs.into_iter().all(same)
    }

    /// Whether what is written in place of a filter is the same query with as many comments.
    fn reads_as(&self, written: &str, filter: &FilterText, query: &Query) -> bool {
        let Some(read) = self.read_back(written, filter) else {
            return false;
        };
        let inside = filter.comments.iter().filter(|it| it.inside.is_some());
        let comments = read.comments.len() == inside.count();
        comments && read.text.parse::<Query>().is_ok_and(|new| new == *query)
    }
}

/// The canonical form of a filter with its comments.
fn canonical(query: &Query, filter: &FilterText, width: usize) -> String {
    let comment = |comment: &super::Comment| {
        let at = comment.inside.as_ref()?.start;
        let text = comment.text.clone();
        let at = u32::try_from(at).ok()?;
        Some(Comment { at, text })
    };
    let comments = filter.comments.iter().filter_map(comment).collect();
    query.format(&Layout { width, comments })
}
