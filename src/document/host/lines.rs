//! Lines: one filter on each, with comments.

use std::sync::Arc;

use super::literal::Line;
use super::plain::{comment, is_comment, lines, name_in, read_back};
use super::{Format, Found, Host, HostError, HostOptions};
use crate::document::{FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "lines",
    summary: "One filter on each line.",
    plural: "lines of filters",
    extensions: &[],
    names: &[],
    is_written: true,
    is_plain: true,
    has_keys: false,
    host: &Lines,
};

#[derive(Debug)]
struct Lines;

impl Host for Lines {
    fn find(&self, text: &str, _: &HostOptions) -> Result<Found, HostError> {
        Ok(find(text).into())
    }

    fn read_back(&self, _: &FilterText, written: &str, first: bool) -> Option<FilterText> {
        read_back(find, written, first)
    }

    fn has_comments(&self) -> bool {
        true
    }
}

/// One filter a line.
fn find(text: &str) -> Vec<FilterText> {
    let mut filters = Vec::new();
    let (mut name, mut comments) = (None, Vec::new());
    for (start, line) in lines(text) {
        if is_comment(line) {
            name = name_in(line).or(name);
            comments.push(comment(start, line));
        } else if !line.trim().is_empty() {
            let text = line.trim_end_matches(['\r', '\n']);
            filters.push(FilterText {
                name: name.take(),
                comments: std::mem::take(&mut comments),
                literal: Arc::new(Line),
                ..FilterText::new(text, Map::plain(start))
            });
        }
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_be_comments() {
        let filters = find("a:1\r\n# no\n#name:  b c \n\nb:2");
        assert_eq!(filters[1].name.as_deref(), Some("b c"));
        let texts: Vec<&str> = filters.iter().map(|filter| filter.text.as_str()).collect();
        assert_eq!(texts, ["a:1", "b:2"]);
    }
}
