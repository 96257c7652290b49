//! JUnit's XML, which build servers show: a suite for each file, a case for each filter.

use std::io::{self, Write};

use qualys_filter::lint::Level;

use super::{Places, Run, whole_message, xml};
use crate::lint::report::{File, Finding};

pub(super) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let tests: usize = run.files.iter().map(|file| file.filters.len().max(1)).sum();
    let failures = run.count(Level::Error) + run.count(Level::Warning);
    let errors = run.failures.len();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"qlint\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">",
        tests + errors
    )?;
    for file in &run.files {
        suite(file, out)?;
    }
    if errors > 0 {
        writeln!(
            out,
            "  <testsuite name=\"qlint\" tests=\"{errors}\" failures=\"0\" errors=\"{errors}\">"
        )?;
        for failure in &run.failures {
            let failure = xml(failure);
            writeln!(
                out,
                "    <testcase name=\"{failure}\" classname=\"qlint\"><error message=\"{failure}\"/></testcase>"
            )?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(file: &File, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(file);
    let name = xml(&file.name);
    let about_file: Vec<&Finding> = file
        .findings
        .iter()
        .filter(|f| f.filter.is_none())
        .collect();
    let tests = file.filters.len() + usize::from(!about_file.is_empty());
    let failures = file.count(Level::Error) + file.count(Level::Warning);
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    if !about_file.is_empty() {
        case(&name, &name, &about_file, &places, out)?;
    }
    // Findings are in the order of the filters.
    let mut rest = file.findings.as_slice();
    for (number, filter) in file.filters.iter().enumerate() {
        let before = rest
            .iter()
            .take_while(|f| f.filter.is_none_or(|at| at < number))
            .count();
        rest = rest.get(before..).unwrap_or_default();
        let of = rest.iter().take_while(|f| f.filter == Some(number)).count();
        let (findings, after) = rest.split_at_checked(of).unwrap_or_default();
        rest = after;
        let (line, _) = places.position(filter.start);
        let title = match &filter.name {
            Some(name) => format!("{} (line {line})", xml(name)),
            None => format!("filter {} (line {line})", number + 1),
        };
        let findings: Vec<&Finding> = findings.iter().collect();
        case(&title, &name, &findings, &places, out)?;
    }
    writeln!(out, "  </testsuite>")
}

/// Errors and warnings fail; advice is only told.
fn case(
    title: &str,
    class: &str,
    findings: &[&Finding],
    places: &Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "    <testcase name=\"{title}\" classname=\"{class}\"")?;
    if findings.is_empty() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    let mut advice = String::new();
    for finding in findings {
        let (line, column) = places.position(finding.range.start);
        let message = xml(&whole_message(finding));
        let code = xml(&finding.code);
        match finding.level {
            Level::Error | Level::Warning => writeln!(
                out,
                "      <failure message=\"{message}\" type=\"{code}\">{class}:{line}:{column}: {}[{code}] {message}</failure>",
                finding.level
            )?,
            _ => advice += &format!("{class}:{line}:{column}: advice[{code}] {message}&#10;"),
        }
    }
    if !advice.is_empty() {
        writeln!(out, "      <system-out>{advice}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}
