//! Text that holds filters, such as a file: the filters in it, and their offsets there.
//!
//! Each kind of file has a reader. It takes the text and returns the filters in it, each with the map
//! from its bytes to those of the file. Readers do no I/O.

mod host;

use std::ops::Range;
use std::path::Path;

pub use host::json::{Keys, Pattern};

use host::{json, qql, toml, yaml};

/// A text with more bytes is no file of filters, and should not be read.
pub const LARGEST: u64 = 64 * 1024 * 1024;

/// A filter, and its place in the file.
#[derive(Debug)]
pub struct Located {
    /// Its text, with blanks in place of comments.
    pub text: String,
    /// The map from its bytes to those of the file.
    pub map: Map,
    /// The name that a comment `# name: …`, or a key `name` beside it, gives it.
    pub name: Option<String>,
    /// The keys of JSON at which it is, as in `filters[].query`.
    pub path: Option<String>,
    /// The comments before it, and inside of it.
    pub comments: Vec<Comment>,
    /// How an edit of it is written.
    pub writing: Writing,
}

impl Located {
    /// A part of the filter as its file has to have it; none where the file is never written.
    pub fn write(&self, text: &str) -> Option<String> {
        match self.writing {
            Writing::Plain => Some(text.to_owned()),
            Writing::Json => Some(json::write(text)),
            Writing::Never => None,
        }
    }
}

/// How an edit of a filter is written in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// As it is.
    Plain,
    /// With the escapes of a string of JSON.
    Json,
    /// Not at all: the file is only read.
    Never,
}

/// A comment of a file.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its place in the file.
    pub range: Range<usize>,
    /// The comment, without the blanks around it.
    pub text: String,
    /// For a comment inside of a filter, the bytes of the filter's text that are blank for it.
    pub inside: Option<Range<usize>>,
}

/// The way from the bytes of a filter to those of its file.
#[derive(Debug)]
pub enum Map {
    /// From each of these places on, both go on in step.
    Steps(Vec<(usize, usize)>),
    /// Only the place of the whole is known.
    Spot(usize),
}

impl Map {
    /// A filter that is in the file as it is.
    pub fn plain(start: usize) -> Map {
        Map::Steps(vec![(0, start)])
    }

    /// The offset in the file of a byte of the filter.
    pub fn at(&self, offset: usize) -> usize {
        let steps = match self {
            Map::Steps(steps) => steps,
            Map::Spot(at) => return *at,
        };
        let after = steps.partition_point(|(from, _)| *from <= offset);
        let place = after.checked_sub(1).and_then(|at| steps.get(at));
        place.map_or(offset, |(from, to)| to + (offset - from))
    }

    /// The range in the file of a range of the filter.
    pub fn range(&self, range: Range<usize>) -> Range<usize> {
        self.at(range.start)..self.at(range.end)
    }
}

/// How filters are read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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
    pub fn of(path: &Path) -> Option<Kind> {
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
    pub fn read(self, text: &str, keys: &Keys) -> Result<Vec<Located>, Unreadable> {
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
    pub fn format(self) -> &'static str {
        match self {
            Kind::Toml => "lists in TOML",
            Kind::Yaml => "lists in YAML",
            Kind::Whole | Kind::Qql | Kind::Lines | Kind::Json => "lists in JSON",
        }
    }
}

/// The text with these edits, which are in order and do not overlap.
pub fn with_edits(text: &str, edits: &[(Range<usize>, String)]) -> String {
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
pub struct Unreadable {
    /// The offset in the text.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// Whether the text may well be about something else than filters: found in a folder, the file
    /// is passed over.
    pub unrelated: bool,
}

impl Unreadable {
    /// What is wrong at this offset of a text that is about filters.
    pub fn at(at: usize, message: String) -> Unreadable {
        Unreadable {
            at,
            message,
            unrelated: false,
        }
    }
}
