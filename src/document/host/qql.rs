//! Files of filters: one in each paragraph, or on each line, with comments.

use crate::document::{Comment, Located, Map, Writing};

/// The lines of a text with their places; without a byte order mark.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut at = bom;
    let lines = text.get(bom..).unwrap_or_default().split_inclusive('\n');
    lines.map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The name that a comment gives.
fn name_in(comment: &str) -> Option<String> {
    let text = comment.trim().trim_start_matches('#').trim_start();
    let name = text.strip_prefix("name:")?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A comment on a line of its own.
fn comment(start: usize, line: &str) -> Comment {
    let text = line.trim();
    let from = start + (line.len() - line.trim_start().len());
    Comment {
        range: from..from + text.len(),
        text: text.to_owned(),
        inside: None,
    }
}

/// One filter a line.
pub(crate) fn lines_of(text: &str) -> Vec<Located> {
    let mut filters = Vec::new();
    let (mut name, mut comments) = (None, Vec::new());
    for (start, line) in lines(text) {
        if is_comment(line) {
            name = name_in(line).or(name);
            comments.push(comment(start, line));
        } else if !line.trim().is_empty() {
            filters.push(Located {
                text: line.trim_end_matches(['\r', '\n']).to_owned(),
                map: Map::plain(start),
                name: name.take(),
                path: None,
                comments: std::mem::take(&mut comments),
                writing: Writing::Plain,
            });
        }
    }
    filters
}

/// One filter a paragraph. Comments inside of one become blanks, so that the rest keeps its place.
pub(crate) fn paragraphs(text: &str) -> Vec<Located> {
    let mut filters: Vec<Located> = Vec::new();
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
            filters.push(Located {
                text: String::new(),
                map: Map::plain(start),
                name: name.take(),
                path: None,
                comments: std::mem::take(&mut comments),
                writing: Writing::Plain,
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
        let filters = paragraphs(text);
        let texts: Vec<String> = filters
            .iter()
            .map(|f| f.text.split_whitespace().collect())
            .collect();
        assert_eq!(texts, ["a:1ANDb:2", "c:3"]);
        let names: Vec<_> = filters.iter().map(|f| f.name.as_deref()).collect();
        assert_eq!(names, [Some("one"), Some("two")]);
        for filter in &filters {
            for word in filter.text.split_whitespace() {
                let at = filter.map.at(filter.text.find(word).unwrap());
                assert!(text.get(at..).unwrap().starts_with(word), "{word}");
            }
        }
    }

    #[test]
    fn comments_after_the_last_word_are_not_inside() {
        let filters = paragraphs("a:1 AND\n# in\nb:2\n# after\n  # name: x\n\nc:3\n# end");
        let inside = |filter: &Located| -> Vec<bool> {
            let comments = filter.comments.iter();
            comments.map(|comment| comment.inside.is_some()).collect()
        };
        assert_eq!(inside(&filters[0]), [true, false, false]);
        assert_eq!(inside(&filters[1]), [false]);
        assert_eq!(filters[0].name.as_deref(), Some("x"));
    }

    #[test]
    fn lines_may_be_comments() {
        let filters = lines_of("a:1\r\n# no\n#name:  b c \n\nb:2");
        assert_eq!(filters[1].name.as_deref(), Some("b c"));
        let texts: Vec<&str> = filters.iter().map(|filter| filter.text.as_str()).collect();
        assert_eq!(texts, ["a:1", "b:2"]);
    }
}
