//! The forms for programs: a JSON document, or a JSON object on a line for each finding.

use std::io::{self, Write};

use qualys_filter::{Applicability, Severity};
use schemars::JsonSchema;
use serde::Serialize;

use super::{File, FileEdit, Finding, Places, Report, Streamed};

/// The version of the form. Keys may be added within a version; none is removed or changed.
const SCHEMA: u32 = 1;

/// Everything that `qlint check` found.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "qlint report")]
struct Document<F> {
    /// The version of this form: 1.
    schema: u32,
    tool: Tool,
    /// The schemas that were chosen for filters; none where the schema is given.
    schemas: Vec<ChosenSchema>,
    findings: F,
    /// What could not be done, such as files that could not be read.
    failures: Vec<String>,
    summary: Summary,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// A schema that was chosen for filters of a file.
#[derive(Serialize, JsonSchema)]
struct ChosenSchema {
    file: String,
    /// Its name; `undecided` if no schema knows a token of the filters.
    schema: String,
    /// For how many filters of the file it was chosen.
    filters: usize,
    /// How many tokens these filters have, those of each filter counted once.
    tokens: usize,
    /// How many of these tokens it knows.
    known: usize,
}

#[derive(Serialize, JsonSchema)]
struct Summary {
    files: usize,
    filters: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
struct Item {
    file: String,
    /// The position of the filter in the file, from 0; null if the finding is about the file.
    filter: Option<usize>,
    /// The name of the filter, if it has one.
    name: Option<String>,
    code: String,
    /// `error`, `warning` or `advice`.
    level: &'static str,
    message: String,
    help: Option<String>,
    span: Span,
    fix: Option<Fix>,
    /// The same in every run for the same finding in the same filter, on whatever line.
    fingerprint: String,
}

/// A span of the file.
#[derive(Serialize, JsonSchema)]
struct Span {
    /// The offset of the first byte.
    start: usize,
    /// The offset after the last byte.
    end: usize,
    /// The line of the first byte, from 1.
    line: usize,
    /// The column of the first byte, from 1, in characters.
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize, JsonSchema)]
struct Fix {
    /// `safe` if the filter means the same after it, else `unsafe`.
    safety: &'static str,
    /// In the order of the file, without overlap.
    edits: Vec<Edit>,
}

/// A replacement of some bytes of the file.
#[derive(Serialize, JsonSchema)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Fix {
    fn new((applicability, edits): (Applicability, &[FileEdit])) -> Fix {
        let edit = |(range, text): &FileEdit| Edit {
            start: range.start,
            end: range.end,
            text: text.clone(),
        };
        Fix {
            safety: applicability.as_str(),
            edits: edits.iter().map(edit).collect(),
        }
    }
}

fn item(file: &File, places: &Places<'_>, finding: &Finding, fingerprint: String) -> Item {
    let filter = finding.filter.and_then(|at| file.filters.get(at));
    let (line, column) = places.position(finding.range.start);
    let (end_line, end_column) = places.position(finding.range.end);
    Item {
        file: file.name.text().into_owned(),
        filter: finding.filter,
        name: filter.and_then(|filter| filter.name.clone()),
        code: finding.code().to_owned(),
        level: finding.what.severity().as_str(),
        message: finding.what.message().to_owned(),
        help: finding.what.help().map(str::to_owned),
        span: Span {
            start: finding.range.start,
            end: finding.range.end,
            line,
            column,
            end_line,
            end_column,
        },
        fix: finding.fix().map(Fix::new),
        fingerprint,
    }
}

fn chosen(file: &File) -> impl Iterator<Item = ChosenSchema> {
    let name = file.name.text();
    file.chosen.iter().map(move |chosen| ChosenSchema {
        file: name.to_string(),
        schema: chosen.schema.clone(),
        filters: chosen.filters,
        tokens: chosen.tokens,
        known: chosen.known,
    })
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        tool: Tool {
            name: "qlint",
            version: env!("CARGO_PKG_VERSION"),
        },
        schemas: report.files.iter().flat_map(chosen).collect(),
        findings: Streamed::new(report.each(item)),
        failures: report.failures.clone(),
        summary: Summary {
            files: report.files.len(),
            filters: report.files.iter().map(|file| file.filters.len()).sum(),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            advice: report.count(Severity::Advice),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn write_lines(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for item in report.each(item) {
        serde_json::to_writer(&mut *out, &item)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The JSON Schema of the document.
pub(crate) fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Document<Vec<Item>>).into()
}
