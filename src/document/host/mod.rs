//! Host formats: a file each, which implements [`Host`], and a line each in the table [`HOSTS`].

mod json;
mod lines;
mod list;
mod plain;
mod qql;
mod scalar;
mod toml;
mod whole;
mod yaml;

use std::fmt::Debug;
use std::path::Path;

use super::FilterText;
use crate::lint::Rule;

pub use json::{Keys, Pattern};

/// How the filters of a text are found, and written. No implementation does I/O.
pub(super) trait Host: Debug + Send + Sync {
    /// The filters in a text, in its order.
    fn find(&self, text: &str, keys: &Keys) -> Result<Vec<FilterText>, HostError>;

    /// A part of a filter as the host has to have it.
    fn write(&self, _filter: &FilterText, part: &str) -> String {
        part.to_owned()
    }

    /// The filter that is read if `written` takes the place of one, `first` if only byte order marks
    /// are before it. Nothing if that is not one filter, or if such a host is never written.
    fn read_back(&self, _written: &str, _first: bool) -> Option<FilterText> {
        None
    }
}

/// Every host format. Where a name or an extension fits several, the first counts.
pub(super) static HOSTS: &[&Format] = &[
    &qql::FORMAT,
    &lines::FORMAT,
    &json::FORMAT,
    &toml::FORMAT,
    &yaml::FORMAT,
];

/// A host format: a kind of text that holds filters.
///
/// ```
/// use qualys_filter::document::Format;
///
/// let format = Format::of("saved/fim.json").unwrap();
/// assert_eq!(format.name(), "json");
/// assert!(Format::of("README.md").is_none());
/// ```
#[derive(Debug)]
pub struct Format {
    name: &'static str,
    /// What it is, in a sentence.
    summary: &'static str,
    /// What such texts are called in messages.
    plural: &'static str,
    extensions: &'static [&'static str],
    /// Whether such texts may be written.
    is_written: bool,
    /// Whether filters are in the text as they are, and not as strings of another language.
    is_plain: bool,
    /// Whether a filter may take several lines.
    is_multiline: bool,
    /// Whether only what is at certain keys is a filter, so that a text may hold none.
    has_keys: bool,
    host: &'static dyn Host,
}

impl PartialEq for Format {
    fn eq(&self, other: &Format) -> bool {
        self.name == other.name
    }
}

impl Eq for Format {}

impl Format {
    /// Every format that a file may have.
    pub const ALL: &'static [&'static Format] = HOSTS;

    /// The whole text is one filter, as an argument or a field of a form is. No file has it.
    pub const WHOLE: &'static Format = &whole::FORMAT;

    /// One filter in each paragraph.
    pub const QQL: &'static Format = &qql::FORMAT;

    /// One filter on each line.
    pub const LINES: &'static Format = &lines::FORMAT;

    /// The format of a file by the extension of its name, in any case, if that is one of
    /// [`Format::extensions`].
    pub fn of(path: impl AsRef<Path>) -> Option<&'static Format> {
        let extension = path.as_ref().extension()?.to_str()?;
        let has = |format: &&&Format| {
            let mut extensions = format.extensions.iter();
            extensions.any(|known| known.eq_ignore_ascii_case(extension))
        };
        HOSTS.iter().find(has).copied()
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Format> {
        HOSTS.iter().find(|format| format.name == name).copied()
    }

    /// The name, as in `qlint.toml`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is, in a sentence.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// What texts of this format are called in messages, as in `lists in TOML`.
    pub fn plural(&self) -> &'static str {
        self.plural
    }

    /// The extensions of files that have it, in lower case and without a dot; none if such files have
    /// to be named otherwise.
    pub fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    /// Whether texts of this format may be written. If not, fixes are only shown.
    pub fn is_written(&self) -> bool {
        self.is_written
    }

    /// Whether filters are in the text as they are, and not as strings of another language.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether only what is at certain keys is a filter, so that a text may well hold none.
    pub fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// Whether a filter may take several lines.
    pub fn is_multiline(&self) -> bool {
        self.is_multiline
    }

    /// The filters in a text.
    pub(super) fn find(&self, text: &str, keys: &Keys) -> Result<Vec<FilterText>, HostError> {
        self.host.find(text, keys)
    }

    /// Whether the host may be written at a filter.
    pub(super) fn can_write(&self, filter: &FilterText) -> bool {
        self.is_written && filter.writable
    }

    /// A part of a filter as its host has to have it.
    pub(super) fn write(&self, filter: &FilterText, part: &str) -> String {
        self.host.write(filter, part)
    }

    /// The filter that is read if `written` takes the place of one in the host, `first` if only byte
    /// order marks are before it; nothing if that is not one filter.
    pub(super) fn read_back(&self, written: &str, first: bool) -> Option<FilterText> {
        self.host.read_back(written, first)
    }
}

/// Why no filters can be read from a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HostError {
    /// The offset in the text.
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) is_unrelated: bool,
    pub(super) rule: Option<&'static Rule>,
}

impl HostError {
    /// What is wrong at this offset of a text that is about filters.
    pub(super) fn new(at: usize, message: impl Into<String>) -> HostError {
        HostError {
            at,
            message: message.into(),
            is_unrelated: false,
            rule: None,
        }
    }

    /// The offset in the text.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Whether the text may well be about something else than filters: found in a folder, such a file
    /// is passed over.
    pub fn is_unrelated(&self) -> bool {
        self.is_unrelated
    }

    /// The rule that reports it, if there is one: `broken_json`.
    pub fn rule(&self) -> Option<&'static Rule> {
        self.rule
    }
}
