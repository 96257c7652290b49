//! Paragraphs: one filter in each, with comments.

use super::plain::{self, comment, is_comment, lines, name_in};
use super::{Format, Found, Host, HostError, HostOptions};
use crate::document::{FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "qql",
    summary: "One filter in each paragraph.",
    plural: "paragraphs of filters",
    extensions: &["qql"],
    names: &[],
    is_written: true,
    is_plain: true,
    has_keys: false,
    host: &Paragraphs,
};

#[derive(Debug)]
struct Paragraphs;

impl Host for Paragraphs {
    fn find(&self, text: &str, _: &HostOptions) -> Result<Found, HostError> {
        Ok(find(text).into())
    }

    fn read_back(&self, _: &FilterText, written: &str, first: bool) -> Option<FilterText> {
        read_back(written, first)
    }

    fn has_comments(&self) -> bool {
        true
    }
}

/// The one filter that is read in a place of such a text, which may be the `first` of it.
pub(super) fn read_back(written: &str, first: bool) -> Option<FilterText> {
    plain::read_back(find, written, first)
}

/// One filter a paragraph. Comments inside of one become blanks, so that the rest keeps its place.
pub(super) fn find(text: &str) -> Vec<FilterText> {
    let mut filters: Vec<FilterText> = Vec::new();
    let mut inside = false;
    let (mut name, mut comments) = (None, Vec::new());
    for (start, line) in lines(text) {
        if line.trim().is_empty() {
            inside = false;
            continue;
        }
        let is_comment = is_comment(line);
        if is_comment && !inside {
            name = name_in(line).or(name);
            comments.push(comment(start, line));
            continue;
        }
        if !inside {
            filters.push(FilterText {
                name: name.take(),
                comments: std::mem::take(&mut comments),
                ..FilterText::new("", Map::plain(start))
            });
            inside = true;
        }
        if let Some(filter) = filters.last_mut() {
            if is_comment {
                filter.name = name_in(line).or(filter.name.take());
                let mut comment = comment(start, line);
                let at = filter.text.len();
                comment.inside = Some(at..at + line.len());
                filter.comments.push(comment);
                let end = line.trim_end_matches(['\r', '\n']).len();
                filter.text.extend(std::iter::repeat_n(' ', end));
                filter.text.push_str(line.get(end..).unwrap_or_default());
            } else {
                filter.text.push_str(line);
            }
        }
    }
    for filter in &mut filters {
        let end = filter.text.trim_end().len();
        filter.text.truncate(end);
        // Comments after the last word belong to the filter, and are not inside of it.
        for comment in filter.comments.iter_mut().rev() {
            match &comment.inside {
                Some(inside) if inside.start >= end => comment.inside = None,
                _ => break,
            }
        }
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_keep_their_places() {
        let text = "\u{feff}# first\n# name: one\n\na:1 AND\n# not é this\nb:2\n\r\n  # second\nc:3\n# name: two\n";
        let filters = find(text);
        let texts: Vec<String> = filters
            .iter()
            .map(|f| f.text.split_whitespace().collect())
            .collect();
        assert_eq!(texts, ["a:1ANDb:2", "c:3"]);
        let names: Vec<_> = filters.iter().map(|f| f.name.as_deref()).collect();
        assert_eq!(names, [Some("one"), Some("two")]);
        for filter in &filters {
            for word in filter.text.split_whitespace() {
                let at = filter.map.host_offset(filter.text.find(word).unwrap());
                assert!(text.get(at..).unwrap().starts_with(word), "{word}");
            }
        }
    }

    #[test]
    fn comments_after_the_last_word_are_not_inside() {
        let filters = find("a:1 AND\n# in\nb:2\n# after\n  # name: x\n\nc:3\n# end");
        let inside = |filter: &FilterText| -> Vec<bool> {
            let comments = filter.comments.iter();
            comments.map(|comment| comment.inside.is_some()).collect()
        };
        assert_eq!(inside(&filters[0]), [true, false, false]);
        assert_eq!(inside(&filters[1]), [false]);
        assert_eq!(filters[0].name.as_deref(), Some("x"));
    }
}
