//! Annotations of GitHub workflows: a command on a line for each finding.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use qualys_filter::Severity;

use super::{Places, Report, whole_message};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.files {
        let places = Places::new(file);
        for finding in &file.findings {
            let (line, column) = places.position(finding.range.start);
            let (end_line, end_column) = places.position(finding.range.end);
            let command = match finding.what.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "notice",
            };
            write!(
                out,
                "::{command} file={},line={line}",
                property(&file.name.text())
            )?;
            // GitHub takes columns only if the span is on one line.
            match line == end_line {
                true => write!(out, ",col={column},endColumn={end_column}")?,
                false => write!(out, ",endLine={end_line}")?,
            }
            let title = property(finding.code());
            writeln!(out, ",title={title}::{}", data(&whole_message(finding)))?;
        }
    }
    for failure in &report.failures {
        writeln!(out, "::error title=qlint::{}", data(failure))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
