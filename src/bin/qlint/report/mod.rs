//! Showing what was found: one form a file.

mod checkstyle;
mod chosen;
mod finding;
mod first;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod places;
mod plain;
mod sarif;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::Hasher;
use std::io;
use std::rc::Rc;

use fnv::FnvHasher;
use qualys_filter::Severity;
use serde::{Serialize, Serializer};

use crate::args::Format;
use crate::output::{Form, Out};
use places::Places;

pub(crate) use chosen::{Chosen, shown};
pub(crate) use finding::{File, FileEdit, FilterEntry, Finding, RenderedFinding};
pub(crate) use json::json_schema;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: Vec<File>,
    /// What could not be done: the messages.
    pub(crate) failures: Vec<String>,
    /// Findings that are not shown, because there are more than were asked for.
    pub(crate) hidden: usize,
    /// Whether people see all findings, not only the first of each file.
    pub(crate) verbose: bool,
}

impl Report {
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.files.iter().map(|file| file.count(severity)).sum()
    }

    /// What `make` makes of each finding, one after the other: a report is never in memory as a
    /// whole. The last argument is the finding's fingerprint.
    fn each<'r, T>(
        &'r self,
        make: impl Fn(&'r File, &Places<'r>, &'r Finding, String) -> T + 'r,
    ) -> impl Iterator<Item = T> {
        let make = Rc::new(make);
        let fingerprints = Rc::new(Fingerprints::new());
        self.files.iter().flat_map(move |file| {
            let (make, fingerprints) = (make.clone(), fingerprints.clone());
            let places = Places::new(file);
            let findings = file.findings.iter();
            findings
                .map(move |finding| make(file, &places, finding, fingerprints.of(file, finding)))
        })
    }
}

/// A list that is written as it is made. It can be written once.
struct Streamed<I>(Cell<Option<I>>);

impl<I> Streamed<I> {
    fn new(elements: I) -> Streamed<I> {
        Streamed(Cell::new(Some(elements)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Streamed<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// Writes a run in one of the forms.
pub(crate) fn write(report: &Report, format: Format, out: &mut Out) -> io::Result<()> {
    out.set_form(match format {
        Format::Human | Format::Narrated | Format::Plain | Format::Github => Form::Text,
        Format::Json | Format::Jsonl | Format::Sarif | Format::Gitlab => Form::Json,
        Format::Junit | Format::Checkstyle => Form::Xml,
    });
    match format {
        Format::Human => human::write(report, human::Theme::Graphical, out),
        Format::Narrated => human::write(report, human::Theme::Narrated, out),
        Format::Plain => plain::write(report, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => json::write_lines(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Checkstyle => checkstyle::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
    }
}

/// Shows what was found in a file to the user, aside from the output: all, or the first.
pub(crate) fn to_stderr(file: &File, all: bool) {
    let _ = human::write_file(file, all, human::Theme::Graphical, &mut Out::stderr());
}

/// Something that says that two findings of different runs are the same: the rule, the text of the
/// filter, and what of it was found, but not the line, which changes with every edit above it.
struct Fingerprints(RefCell<HashMap<u64, usize>>);

impl Fingerprints {
    fn new() -> Fingerprints {
        Fingerprints(RefCell::default())
    }

    /// The next one, different from those before.
    fn of(&self, file: &File, finding: &Finding) -> String {
        let mut hash = FnvHasher::default();
        let filter = finding.filter.and_then(|at| file.filters.get(at));
        let found = file.text.get(finding.range.clone()).unwrap_or_default();
        let name = file.name.text();
        let parts = [
            finding.code(),
            filter.map_or(&*name, |filter| &*filter.text),
            found,
        ];
        for part in parts {
            for word in part.split_whitespace() {
                hash.write(word.as_bytes());
                hash.write_u8(b' ');
            }
            hash.write_u8(0);
        }
        let hash = hash.finish();
        let mut counts = self.0.borrow_mut();
        let count = counts.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}{count:02x}")
    }
}

/// A text in XML, between tags or in double quotes.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            // XML 1.0 has no way to write them.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The message with what to do.
fn whole_message(finding: &Finding) -> String {
    let message = finding.what.message();
    match finding.what.help() {
        Some(help) => format!("{message}; help: {help}"),
        None => message.to_owned(),
    }
}
