//! XML of JUnit, which build servers show: a suite for each file, a case for each filter.

use std::fmt::Write as _;
use std::io::{self, Write};

use qualys_filter::Severity;

use super::{File, Finding, Places, Report, whole_message, xml};

/// The findings of a filter, or those that are about the file.
struct Case {
    title: String,
    /// Errors and warnings: the message of the first, and a line for each.
    failed: Option<(String, String)>,
    /// A line for each piece of advice, which fails nothing.
    advice: String,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // The cases of a file are made once to count them and once to write them, so that the cases of all
    // files are never in memory.
    let errors = report.failures.len();
    let (mut tests, mut failures) = (errors, 0);
    for file in &report.files {
        let cases = cases(file);
        tests += cases.len();
        failures += failing(cases.iter());
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"qlint\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
    )?;
    for file in &report.files {
        let cases = cases(file);
        let (name, tests, failures) = (xml(&file.name.text()), cases.len(), failing(cases.iter()));
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
        )?;
        cases
            .iter()
            .try_for_each(|case| write_case(case, &name, out))?;
        writeln!(out, "  </testsuite>")?;
    }
    if errors > 0 {
        writeln!(
            out,
            "  <testsuite name=\"qlint\" tests=\"{errors}\" failures=\"0\" errors=\"{errors}\">"
        )?;
        for failure in &report.failures {
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

fn failing<'c>(cases: impl Iterator<Item = &'c Case>) -> usize {
    cases.filter(|case| case.failed.is_some()).count()
}

fn cases(file: &File) -> Vec<Case> {
    let places = Places::new(file);
    let mut cases = Vec::new();
    let about_file: Vec<&Finding> = file
        .findings
        .iter()
        .filter(|f| f.filter.is_none())
        .collect();
    if !about_file.is_empty() {
        cases.push(case(file.name.text().into_owned(), &about_file, &places));
    }
    let mut of: Vec<Vec<&Finding>> = vec![Vec::new(); file.filters.len()];
    for finding in &file.findings {
        if let Some(findings) = finding.filter.and_then(|at| of.get_mut(at)) {
            findings.push(finding);
        }
    }
    for (number, (filter, findings)) in file.filters.iter().zip(of).enumerate() {
        let (line, _) = places.position(filter.start);
        let title = match &filter.name {
            Some(name) => format!("{name} (line {line})"),
            None => format!("filter {} (line {line})", number + 1),
        };
        cases.push(case(title, &findings, &places));
    }
    cases
}

fn case(title: String, findings: &[&Finding], places: &Places<'_>) -> Case {
    let mut case = Case {
        title,
        failed: None,
        advice: String::new(),
    };
    for finding in findings {
        let (line, column) = places.position(finding.range.start);
        let (message, name) = (whole_message(finding), places.name);
        let (severity, code) = (finding.what.severity(), finding.code());
        let lines = match severity {
            Severity::Error | Severity::Warning => {
                let first = || (finding.what.message().to_owned(), String::new());
                &mut case.failed.get_or_insert_with(first).1
            }
            Severity::Advice => &mut case.advice,
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "{name}:{line}:{column}: {severity}[{code}] {message}"
        );
    }
    case
}

fn write_case(case: &Case, class: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = xml(&case.title);
    write!(out, "    <testcase name=\"{title}\" classname=\"{class}\"")?;
    if case.failed.is_none() && case.advice.is_empty() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    if let Some((message, lines)) = &case.failed {
        let (message, lines) = (xml(message), xml(lines.trim_end()));
        writeln!(
            out,
            "      <failure message=\"{message}\" type=\"qlint\">{lines}</failure>"
        )?;
    }
    if !case.advice.is_empty() {
        let advice = xml(case.advice.trim_end());
        writeln!(out, "      <system-out>{advice}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}
