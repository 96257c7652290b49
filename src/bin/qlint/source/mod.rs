//! Where filters are read from, and where they stand there: one reader a kind of file.
//!
//! A reader takes the text of a file and gives the filters in it, each with the way from its bytes to
//! those of the file. To read one more kind of file, write one more reader, and name it in [`Kind`].

mod json;
mod qql;

use std::ops::Range;
use std::path::Path;

pub(crate) use json::{Keys, Pattern};

use crate::output::Name;
use crate::{Failure, open};

/// A file with more bytes is not read: it is no file of filters.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A text with filters in it.
#[derive(Debug)]
pub(crate) struct Source {
    /// What messages call it.
    pub(crate) name: Name,
    pub(crate) text: String,
    pub(crate) filters: Vec<Located>,
}

/// A filter, and where it stands.
#[derive(Debug)]
pub(crate) struct Located {
    /// Its text, with blanks in place of comments.
    pub(crate) text: String,
    pub(crate) map: Map,
    /// What a comment `# name: …`, or its place in the file, calls it.
    pub(crate) name: Option<String>,
    /// The comments before it, and inside of it.
    pub(crate) comments: Vec<Comment>,
}

/// A comment of a file.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    /// Where it stands in the file.
    pub(crate) range: Range<usize>,
    /// The comment, without the blanks around it.
    pub(crate) text: String,
    /// For a comment inside of a filter, the bytes of the filter's text that are blank for it.
    pub(crate) inside: Option<Range<usize>>,
}

/// The way from the bytes of a filter to those of its file: from each of these places on, both go on
/// in step.
#[derive(Debug)]
pub(crate) struct Map(Vec<(usize, usize)>);

impl Map {
    /// A filter that stands in the file as it is.
    pub(crate) fn plain(start: usize) -> Map {
        Map(vec![(0, start)])
    }

    pub(crate) fn at(&self, offset: usize) -> usize {
        let after = self.0.partition_point(|(from, _)| *from <= offset);
        let place = after.checked_sub(1).and_then(|at| self.0.get(at));
        place.map_or(offset, |(from, to)| to + (offset - from))
    }

    pub(crate) fn range(&self, range: Range<usize>) -> Range<usize> {
        self.at(range.start)..self.at(range.end)
    }
}

/// How filters stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole text is one.
    Whole,
    /// One in each paragraph.
    Qql,
    /// One on each line.
    Lines,
    /// In the strings of JSON, at certain keys.
    Json,
}

impl Kind {
    /// By the name of a file.
    pub(crate) fn of(path: &Path) -> Kind {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Kind::Json,
            _ => Kind::Qql,
        }
    }

    /// The filters in a text.
    pub(crate) fn read(self, text: &str, keys: &Keys) -> Result<Vec<Located>, Unreadable> {
        match self {
            Kind::Whole => Ok(vec![Located {
                text: text.to_owned(),
                map: Map::plain(0),
                name: None,
                comments: Vec::new(),
            }]),
            Kind::Qql => Ok(qql::paragraphs(text)),
            Kind::Lines => Ok(qql::lines_of(text)),
            Kind::Json => json::read(text, keys),
        }
    }

    /// A part of a filter as it has to be written there.
    pub(crate) fn write(self, text: &str) -> String {
        match self {
            Kind::Json => json::write(text),
            Kind::Whole | Kind::Qql | Kind::Lines => text.to_owned(),
        }
    }
}

/// The text with these edits, which are in order and do not overlap.
pub(crate) fn with_edits(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        result.push_str(text.get(at..range.start).unwrap_or_default());
        result.push_str(new);
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// Why no filters can be found in a text.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Source {
    /// A file of one filter in each paragraph, or on each line; standard input for `-`.
    pub(crate) fn read(path: &Path, lines: bool) -> Result<Source, Failure> {
        let (name, text) = read_text(path)?;
        let filters = match lines {
            true => qql::lines_of(&text),
            false => qql::paragraphs(&text),
        };
        Ok(Source {
            name,
            text,
            filters,
        })
    }
}

/// The text of a file, or of standard input for `-`, with what messages call it.
pub(crate) fn read_text(path: &Path) -> Result<(Name, String), Failure> {
    let (name, bytes) = match path.as_os_str() == "-" {
        true => {
            let bytes = open::bounded(std::io::stdin().lock(), 0, LARGEST);
            (Name::from("<stdin>"), bytes)
        }
        false => {
            let bytes = open::read(path, LARGEST);
            (Name::from(path), bytes)
        }
    };
    let bytes = bytes.map_err(|error| format!("cannot read {name}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{name}:{line}: the file is not UTF-8 at byte {good}")
    })?;
    if let Some(at) = text.find('\0') {
        return Err(format!("{name}: the file is binary: byte {at} is zero").into());
    }
    Ok((name, text))
}
