//! The filters in a text, and their places there: one reader for each kind of file.
//!
//! A reader takes the text of a file and returns the filters in it, each with the way from its bytes
//! to those of the file. Readers do no I/O. All commands that read filters from files use them:
//! `check`, `fmt` and `match -f`.

mod json;
mod list;
mod qql;
mod scalar;
mod toml;
mod yaml;

use std::ops::Range;
use std::path::Path;

pub(crate) use json::{Keys, Pattern};

use crate::output::Name;
use crate::{Failure, open};

/// A file with more bytes is not read: it is no file of filters.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A filter, and its place in the file.
#[derive(Debug)]
pub(crate) struct Located {
    /// Its text, with blanks in place of comments.
    pub(crate) text: String,
    pub(crate) map: Map,
    /// The name that a comment `# name: …`, or a key `name` beside it, gives it.
    pub(crate) name: Option<String>,
    /// The keys of JSON at which it is, as in `filters[].query`.
    pub(crate) path: Option<String>,
    /// The comments before it, and inside of it.
    pub(crate) comments: Vec<Comment>,
    pub(crate) writing: Writing,
}

impl Located {
    /// A part of the filter as its file has to have it; none where the file is never written.
    pub(crate) fn write(&self, text: &str) -> Option<String> {
        match self.writing {
            Writing::Plain => Some(text.to_owned()),
            Writing::Json => Some(json::write(text)),
            Writing::Never => None,
        }
    }
}

/// How an edit of a filter is written in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As it is.
    Plain,
    /// With the escapes of a string of JSON.
    Json,
    /// Not at all: the file is only read.
    Never,
}

/// A comment of a file.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    /// Its place in the file.
    pub(crate) range: Range<usize>,
    /// The comment, without the blanks around it.
    pub(crate) text: String,
    /// For a comment inside of a filter, the bytes of the filter's text that are blank for it.
    pub(crate) inside: Option<Range<usize>>,
}

/// The way from the bytes of a filter to those of its file.
#[derive(Debug)]
pub(crate) enum Map {
    /// From each of these places on, both go on in step.
    Steps(Vec<(usize, usize)>),
    /// Only the place of the whole is known.
    Spot(usize),
}

impl Map {
    /// A filter that is in the file as it is.
    pub(crate) fn plain(start: usize) -> Map {
        Map::Steps(vec![(0, start)])
    }

    pub(crate) fn at(&self, offset: usize) -> usize {
        let steps = match self {
            Map::Steps(steps) => steps,
            Map::Spot(at) => return *at,
        };
        let after = steps.partition_point(|(from, _)| *from <= offset);
        let place = after.checked_sub(1).and_then(|at| steps.get(at));
        place.map_or(offset, |(from, to)| to + (offset - from))
    }

    pub(crate) fn range(&self, range: Range<usize>) -> Range<usize> {
        self.at(range.start)..self.at(range.end)
    }
}

/// How filters are read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole text is one.
    Whole,
    /// One in each paragraph.
    Qql,
    /// One on each line.
    Lines,
    /// The strings of JSON at certain keys.
    Json,
    /// A list in TOML.
    Toml,
    /// A list in YAML.
    Yaml,
}

impl Kind {
    /// The kind of a file by the extension of its name, if that is known to hold filters.
    pub(crate) fn of(path: &Path) -> Option<Kind> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match &*extension {
            "qql" => Some(Kind::Qql),
            "json" => Some(Kind::Json),
            "toml" => Some(Kind::Toml),
            "yaml" | "yml" => Some(Kind::Yaml),
            _ => None,
        }
    }

    /// The filters in a text.
    pub(crate) fn read(self, text: &str, keys: &Keys) -> Result<Vec<Located>, Unreadable> {
        match self {
            Kind::Whole => Ok(vec![Located {
                text: text.to_owned(),
                map: Map::plain(0),
                name: None,
                path: None,
                comments: Vec::new(),
                writing: Writing::Plain,
            }]),
            Kind::Qql => Ok(qql::paragraphs(text)),
            Kind::Lines => Ok(qql::lines_of(text)),
            Kind::Json => json::read(text, keys),
            Kind::Toml => toml::read(text),
            Kind::Yaml => yaml::read(text),
        }
    }

    /// What such files are called where they are said never to be written.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Kind::Toml => "lists in TOML",
            Kind::Yaml => "lists in YAML",
            Kind::Whole | Kind::Qql | Kind::Lines | Kind::Json => "lists in JSON",
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

/// Why no filters can be read from a text.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) at: usize,
    pub(crate) message: String,
    /// Whether the text may well be about something else than filters: found in a folder, the file
    /// is passed over.
    pub(crate) unrelated: bool,
}

impl Unreadable {
    pub(crate) fn at(at: usize, message: String) -> Unreadable {
        Unreadable {
            at,
            message,
            unrelated: false,
        }
    }

    /// The message with the line of the file.
    pub(crate) fn in_file(&self, name: &Name, text: &str) -> String {
        let before = text.get(..self.at).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
        format!("{name}:{line}: {}", self.message)
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
