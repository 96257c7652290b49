//! Where filters are read from, and where they stand there.

use std::fs;
use std::io::{self, Read};

use crate::Failure;

/// A text with filters in it.
#[derive(Debug)]
pub(crate) struct Source {
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) filters: Vec<Located>,
}

/// A filter, and the byte of the source that it starts at. Every byte of it stands at the same
/// distance from that in the source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) text: String,
    pub(crate) start: usize,
    /// What a comment `# name: …` before it, or inside of it, calls it.
    pub(crate) name: Option<String>,
}

impl Source {
    /// A filter given as an argument.
    pub(crate) fn expression(text: &str) -> Source {
        let (text, start) = (text.to_owned(), 0);
        Source {
            name: "-e".to_owned(),
            text: text.clone(),
            filters: vec![Located {
                text,
                start,
                name: None,
            }],
        }
    }

    /// A file, or standard input for `-`.
    pub(crate) fn read(path: &str, lines: bool) -> Result<Source, Failure> {
        let (name, text) = read_text(path)?;
        let filters = match lines {
            true => one_a_line(&text),
            false => one_a_paragraph(&text),
        };
        Ok(Source {
            name,
            text,
            filters,
        })
    }
}

/// The text of a file, or of standard input for `-`, with what messages call it.
pub(crate) fn read_text(path: &str) -> Result<(String, String), Failure> {
    let (name, bytes) = read_bytes(path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{name}:{line}: the file is not UTF-8 at byte {good}")
    })?;
    Ok((name, text))
}

/// The bytes of a file, or of standard input for `-`, with what messages call it.
fn read_bytes(path: &str) -> Result<(String, Vec<u8>), Failure> {
    if path == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(("<stdin>".to_owned(), bytes));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    Ok((path.to_owned(), bytes))
}

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

fn one_a_line(text: &str) -> Vec<Located> {
    let mut filters = Vec::new();
    let mut name = None;
    for (start, line) in lines(text) {
        if is_comment(line) {
            name = name_in(line).or(name);
        } else if !line.trim().is_empty() {
            let text = line.trim_end_matches(['\r', '\n']).to_owned();
            let name = name.take();
            filters.push(Located { text, start, name });
        }
    }
    filters
}

/// Comments inside of a paragraph become blanks, so that the rest keeps its place.
fn one_a_paragraph(text: &str) -> Vec<Located> {
    let mut filters: Vec<Located> = Vec::new();
    let mut inside = false;
    let mut name = None;
    for (start, line) in lines(text) {
        if line.trim().is_empty() {
            inside = false;
            continue;
        }
        let comment = is_comment(line);
        if comment && !inside {
            name = name_in(line).or(name);
            continue;
        }
        if !inside {
            let (text, name) = (String::new(), name.take());
            filters.push(Located { text, start, name });
            inside = true;
        }
        if let Some(filter) = filters.last_mut() {
            match comment {
                true => {
                    filter.name = name_in(line).or(filter.name.take());
                    let blanks = std::iter::repeat_n(' ', line.len() - 1);
                    filter.text.extend(blanks.chain(['\n']));
                }
                false => filter.text.push_str(line),
            }
        }
    }
    for filter in &mut filters {
        filter.text.truncate(filter.text.trim_end().len());
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_keep_their_places() {
        let text = "\u{feff}# first\n# name: one\n\na:1 AND\n# not é this\nb:2\n\r\n  # second\nc:3\n# name: two\n";
        let filters = one_a_paragraph(text);
        let texts: Vec<String> = filters
            .iter()
            .map(|f| f.text.split_whitespace().collect())
            .collect();
        assert_eq!(texts, ["a:1ANDb:2", "c:3"]);
        let names: Vec<_> = filters.iter().map(|f| f.name.as_deref()).collect();
        assert_eq!(names, [Some("one"), Some("two")]);
        for filter in &filters {
            for word in filter.text.split_whitespace() {
                let at = filter.text.find(word).unwrap() + filter.start;
                assert!(text.get(at..).unwrap().starts_with(word), "{word}");
            }
        }
    }

    #[test]
    fn lines_may_be_comments() {
        let filters = one_a_line("a:1\r\n# no\n#name:  b c \n\nb:2");
        assert_eq!(filters[1].name.as_deref(), Some("b c"));
        let texts: Vec<&str> = filters.iter().map(|filter| filter.text.as_str()).collect();
        assert_eq!(texts, ["a:1", "b:2"]);
    }
}
