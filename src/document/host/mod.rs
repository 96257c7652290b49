//! Host formats: a file each, which implements [`Host`], and a line each in the table [`HOSTS`].

mod guess;
mod json;
mod keys;
mod lines;
mod list;
mod literal;
mod markdown;
mod plain;
mod qql;
mod repair;
mod scalar;
mod source;
mod toml;
mod whole;
mod xml;
mod yaml;

use std::fmt::Debug;
use std::ops::Range;
use std::path::Path;

use super::FilterText;
use crate::lint::Rule;

pub use guess::is_likely;
pub use keys::{Keys, Pattern};
pub(super) use literal::{Literal, Plain};

/// How the filters of a text are found. No implementation does I/O.
pub(super) trait Host: Debug + Send + Sync {
    /// The filters in a text, in its order, and what else there is to say of the text.
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError>;

    /// The filter that is read if `written` takes the place of one, `first` if only byte order marks
    /// are before it. Nothing if that is not one filter.
    fn read_back(&self, filter: &FilterText, written: &str, _first: bool) -> Option<FilterText> {
        let read = literal::filter(written, 0..written.len(), &filter.literal, None);
        read.writable.then_some(read)
    }

    /// Whether a line that starts with `#` is a comment at the filter after it.
    fn has_comments(&self) -> bool {
        false
    }

    /// Where filters are looked for in a format in which only certain places hold filters, and how to
    /// name others, as parts of a message.
    fn looked_at(&self, options: &HostOptions) -> (String, &'static str) {
        let keys = options.keys.names().join(", ");
        (format!("at the keys {keys}"), "--keys")
    }
}

/// What a host finds in a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The filters, in the order of the text.
    pub(super) filters: Vec<FilterText>,
    /// What else there is to say.
    pub(super) notes: Vec<Note>,
}

impl From<Vec<FilterText>> for Found {
    fn from(filters: Vec<FilterText>) -> Found {
        let notes = Vec::new();
        Found { filters, notes }
    }
}

/// Something to say of a host's text that is about none of its filters: a rule in another language that
/// is kept beside filters, for example. It is not a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The range in the text.
    pub range: Range<usize>,
    /// What there is to say: a fragment, in lower case and without a full stop.
    pub message: String,
}

/// How filters are looked for in a text.
///
/// ```
/// use qualys_filter::document::{Document, Format, HostOptions, Keys};
///
/// let keys = Keys::new(vec!["search.text".parse()?]);
/// let options = HostOptions::new().with_keys(keys);
/// let json = r#"{"search": {"text": "type:FILE"}, "filter": "no"}"#;
/// let document = Document::with_options(json, Format::of("x.json").unwrap(), options)?;
/// assert_eq!(document.filters()[0].text(), "type:FILE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    pub(super) keys: Keys,
    /// Words of fences besides `qql`.
    fences: Vec<String>,
}

impl HostOptions {
    /// Looks at the usual keys.
    pub fn new() -> HostOptions {
        HostOptions::default()
    }

    /// Looks at these keys, in formats that have keys.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> HostOptions {
        HostOptions { keys, ..self }
    }

    /// Takes blocks whose fence has one of these words as filters, besides those named `qql`.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format, HostOptions};
    ///
    /// let page = "```edr\ntype:FILE\n```\n";
    /// let options = HostOptions::new().with_fences(["edr"]);
    /// let document = Document::with_options(page, Format::of("a.md").unwrap(), options)?;
    /// assert_eq!(document.filters()[0].text(), "type:FILE");
    /// # Ok::<(), qualys_filter::document::HostError>(())
    /// ```
    #[must_use]
    pub fn with_fences<W: Into<String>>(self, words: impl IntoIterator<Item = W>) -> HostOptions {
        let fences = words.into_iter().map(Into::into).collect();
        HostOptions { fences, ..self }
    }

    /// The first words of the fences of blocks that hold filters.
    pub fn fences(&self) -> impl Iterator<Item = &str> {
        std::iter::once("qql").chain(self.fences.iter().map(String::as_str))
    }

    /// The keys at which filters are.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// Every host format. Where a name or an extension fits several, the first counts.
pub(super) static HOSTS: &[&Format] = &[
    &qql::FORMAT,
    &lines::FORMAT,
    &json::FORMAT,
    &toml::FORMAT,
    &yaml::FORMAT,
    &markdown::FORMAT,
    &xml::FORMAT,
    &source::PYTHON,
    &source::JAVASCRIPT,
    &source::GO,
    &source::JAVA,
    &source::KOTLIN,
    &source::CSHARP,
    &source::RUST,
    &source::PHP,
];

/// A host format: a kind of text that holds filters.
///
/// ```
/// use qualys_filter::document::Format;
///
/// let format = Format::of("saved/fim.json").unwrap();
/// assert_eq!(format.name(), "json");
/// assert!(Format::of("notes.txt").is_none());
/// ```
#[derive(Debug)]
pub struct Format {
    name: &'static str,
    /// What it is, in a sentence.
    summary: &'static str,
    /// What such texts are called in messages.
    plural: &'static str,
    extensions: &'static [&'static str],
    /// Names of files without an extension, such as `.env`; a file of such a name and a dot and more has
    /// the format, too.
    names: &'static [&'static str],
    /// Whether such texts may be written.
    is_written: bool,
    /// Whether filters are in the text as they are, and not as strings of another language.
    is_plain: bool,
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

    /// The format of a file by its name, or by the extension of its name in any case, if that is one of
    /// [`Format::extensions`].
    pub fn of(path: impl AsRef<Path>) -> Option<&'static Format> {
        let path = path.as_ref();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_named = |format: &&&Format| {
            let mut names = format.names.iter();
            names.any(|known| {
                let rest = name.and_then(|name| name.strip_prefix(known));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let extension = path.extension().and_then(|extension| extension.to_str());
        let has = |format: &&&Format| {
            let mut extensions = format.extensions.iter();
            extensions.any(|known| extension.is_some_and(|is| known.eq_ignore_ascii_case(is)))
        };
        let mut hosts = HOSTS.iter();
        let named = hosts.clone().find(is_named);
        named.or_else(|| hosts.find(has)).copied()
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

    /// The patterns of the names of files that have it, as in `.gitignore`.
    pub fn patterns(&self) -> impl Iterator<Item = String> {
        let extensions = self.extensions.iter().map(|known| format!("*.{known}"));
        let names = self.names.iter();
        extensions.chain(names.flat_map(|name| [(*name).to_owned(), format!("{name}.*")]))
    }

    /// Names of files that have it, besides those with one of its extensions.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
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

    /// Where filters are looked for, and the option that names others, as in `at the keys …` and
    /// `--keys`; for formats that [have keys](Format::has_keys).
    pub fn looked_at(&self, options: &HostOptions) -> (String, &'static str) {
        self.host.looked_at(options)
    }

    /// What is in a text.
    pub(super) fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        self.host.find(text, options)
    }

    /// Whether the host may be written at a filter.
    pub(super) fn can_write(&self, filter: &FilterText) -> bool {
        self.is_written && filter.writable
    }

    /// Whether a comment on a line before a filter may keep rules quiet, so that
    /// [`Document::ignoring`](super::Document::ignoring) can write one.
    pub fn has_comments(&self) -> bool {
        self.host.has_comments()
    }

    /// The filter that is read if `written` takes the place of one in the host, `first` if only byte
    /// order marks are before it; nothing if that is not one filter.
    pub(super) fn read_back(
        &self,
        filter: &FilterText,
        written: &str,
        first: bool,
    ) -> Option<FilterText> {
        self.host.read_back(filter, written, first)
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
    pub(super) edits: Vec<(Range<usize>, String)>,
}

impl HostError {
    /// What is wrong at this offset of a text that is about filters.
    pub(super) fn new(at: usize, message: impl Into<String>) -> HostError {
        HostError {
            at,
            message: message.into(),
            is_unrelated: false,
            rule: None,
            edits: Vec::new(),
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

    /// Edits of the text after which it can be read, in order; none if it is not known what was meant.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    ///
    /// // As pages print it: the quotes inside of the order are not escaped.
    /// let body = r#"{"sort":"[{"a":"asc"}]","filter":"type:FILE"}"#;
    /// let error = Document::new(body, Format::of("x.json").unwrap()).unwrap_err();
    /// let mut repaired = body.to_owned();
    /// for (range, text) in error.edits().iter().rev() {
    ///     repaired.replace_range(range.clone(), text);
    /// }
    /// assert_eq!(repaired, r#"{"sort":"[{\"a\":\"asc\"}]","filter":"type:FILE"}"#);
    /// ```
    pub fn edits(&self) -> &[(Range<usize>, String)] {
        &self.edits
    }

    /// The rule that reports it, if there is one: `broken_json`.
    pub fn rule(&self) -> Option<&'static Rule> {
        self.rule
    }
}
