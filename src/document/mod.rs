//! Text that holds filters, such as a file: the filters in it, with maps from every byte of a filter to
//! the bytes of its host and back.
//!
//! A [`Document`] owns a text and the filters in it, finds them as its [`Format`] says, and brings
//! them into their canonical form. Nothing here does I/O: text goes in, text and offsets come out, so
//! that an editor, a web page or a program in another language can be built on it.
//!
//! ```
//! use qualys_filter::document::{Document, Encoding, Format};
//!
//! let text = "# name: hosts\nfile.name : hosts\n\n# name: files\ntype:FILE\n";
//! let document = Document::new(text, Format::QQL)?;
//! let [hosts, files] = document.filters() else { panic!() };
//! assert_eq!((hosts.name(), files.text()), (Some("hosts"), "type:FILE"));
//!
//! // From a byte of a filter to its place in the text, and back.
//! assert_eq!(document.text().get(files.range()), Some("type:FILE"));
//! let position = document.positions().position(files.map().host_offset(5), Encoding::Utf16);
//! assert_eq!((position.line, position.column), (4, 5));
//! assert_eq!(document.filter_at(files.range().start + 5), Some((1, 5)));
//!
//! let formatted = document.formatted(100);
//! assert_eq!(formatted.text, text.replace(" : ", ":"));
//! # Ok::<(), qualys_filter::document::HostError>(())
//! ```

mod canonical;
mod filter;
mod fix;
mod holes;
mod host;
mod ignores;
mod ignoring;
mod lint;
mod linters;
mod map;
mod params;
mod position;

use std::ops::Range;
use std::sync::Arc;

use host::Found;

pub use canonical::Formatted;
pub use filter::{Comment, FilterText};
pub use fix::{FixError, FixedDocument};
pub use host::{Format, HostError, HostOptions, Keys, Note, Pattern, is_likely};
pub use lint::{DocumentDiagnostic, DocumentFix};
pub use linters::Linters;
pub use map::Map;
pub use position::{Encoding, Position, Positions};

/// The largest size of a text of filters, in bytes. A larger file should not be read.
pub const LARGEST: u64 = 64 * 1024 * 1024;

/// A text, and the filters in it.
#[derive(Clone, Debug)]
pub struct Document {
    text: Arc<str>,
    format: &'static Format,
    options: HostOptions,
    filters: Vec<FilterText>,
    notes: Vec<Note>,
}

impl Document {
    /// Finds the filters of a text in this format; of JSON, those at the keys `filter`, `filters[]` and
    /// `query`.
    ///
    /// # Errors
    ///
    /// If the text is not what the format says.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    ///
    /// let document = Document::new("- type:FILE\n- {name: b, filter: 'a:1'}", Format::of("x.yml").unwrap())?;
    /// let texts: Vec<&str> = document.filters().iter().map(|it| it.text()).collect();
    /// assert_eq!(texts, ["type:FILE", "a:1"]);
    ///
    /// let error = Document::new("- 5", Format::of("x.yml").unwrap()).unwrap_err();
    /// assert_eq!(error.offset(), 2);
    /// # Ok::<(), qualys_filter::document::HostError>(())
    /// ```
    pub fn new(text: impl Into<Arc<str>>, format: &'static Format) -> Result<Document, HostError> {
        Document::with_options(text, format, HostOptions::new())
    }

    /// As [`Document::new`], with options for how filters are looked for.
    ///
    /// # Errors
    ///
    /// As [`Document::new`].
    pub fn with_options(
        text: impl Into<Arc<str>>,
        format: &'static Format,
        options: HostOptions,
    ) -> Result<Document, HostError> {
        let text = text.into();
        let Found { filters, notes } = format.find(&text, &options)?;
        Ok(Document {
            text,
            format,
            options,
            filters,
            notes,
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, shared and not copied.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The format.
    pub fn format(&self) -> &'static Format {
        self.format
    }

    /// How filters were looked for.
    pub fn options(&self) -> &HostOptions {
        &self.options
    }

    /// What there is to say of the text that is about none of its filters, in its order.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The filters, in the order of the text.
    pub fn filters(&self) -> &[FilterText] {
        &self.filters
    }

    /// The lines of the text.
    pub fn positions(&self) -> Positions<'_> {
        Positions::new(&self.text)
    }

    /// The filter at a byte of the text, by index, and the character of the filter's text; the end of a
    /// filter is one of its places. Nothing between filters, and where only the start of a filter is known.
    pub fn filter_at(&self, at: usize) -> Option<(usize, usize)> {
        let mut filters = self.filters.iter().enumerate();
        filters.find_map(|(index, filter)| {
            let range = filter.range();
            let holds = range.start <= at && at <= range.end;
            let offset = holds.then(|| filter.map.filter_offset(at)).flatten()?;
            Some((index, filter.text.floor_char_boundary(offset)))
        })
    }

    /// Whether the text may be written at a filter.
    pub fn is_writable(&self, filter: &FilterText) -> bool {
        self.format.can_write(filter)
    }

    /// The filter that is read if `written` takes the place of one; nothing if that is not one filter.
    fn read_back(&self, written: &str, filter: &FilterText) -> Option<FilterText> {
        let before = self
            .text
            .get(..filter.map.host_offset(0))
            .unwrap_or_default();
        let first = before.trim_start_matches('\u{feff}').is_empty();
        self.format.read_back(filter, written, first)
    }
}

/// The text with these edits, which are in order and do not overlap.
fn with_edits(text: &str, edits: &[(Range<usize>, impl AsRef<str>)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        result.push_str(text.get(at..range.start).unwrap_or_default());
        result.push_str(new.as_ref());
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests;
