//! Findings, and the forms of reports: one form a file.

mod baseline;
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
mod xml;

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
use xml::xml;

pub(crate) use baseline::{Baseline, baseline_schema};
pub(crate) use chosen::{Chosen, shown};
pub(crate) use finding::{File, FileEdit, FilterEntry, Finding, RenderedFinding};
pub(crate) use json::json_schema;

/// The findings of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) files: Vec<File>,
    /// Messages about what could not be done.
    pub(crate) failures: Vec<String>,
    /// How many findings are not shown because of `--max-diagnostics`.
    pub(crate) hidden: usize,
    /// Whether people see all findings, not only the first of each file.
    pub(crate) verbose: bool,
}

impl Report {
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.files.iter().map(|file| file.count(severity)).sum()
    }

    /// The result of `make` for each finding. It is an iterator, so that a report is never in memory as a
    /// whole. The last argument is the fingerprint of the finding.
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

/// A list that is serialized from an iterator. It can be serialized once.
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

/// Writes a report in one of the forms.
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

/// Writes the findings of a file to standard error: all of them, or the first ones.
pub(crate) fn to_stderr(file: &File, all: bool) {
    let _ = human::write_file(file, all, human::Theme::Graphical, &mut Out::stderr());
}

/// Fingerprints, by which a finding is recognised in another run. They hash the rule, the text of the filter
/// and the text of the finding, but not the line, which changes with every edit above it.
struct Fingerprints(RefCell<HashMap<u64, usize>>);

impl Fingerprints {
    fn new() -> Fingerprints {
        Fingerprints(RefCell::default())
    }

    /// The fingerprint of a finding, which differs from all earlier ones.
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

/// The message with its help.
fn whole_message(finding: &Finding) -> String {
    let message = finding.what.message();
    match finding.what.help() {
        Some(help) => format!("{message}; help: {help}"),
        None => message.to_owned(),
    }
}
