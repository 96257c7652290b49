//! One line for each finding: `path:line:column: level[code] message`.

use std::io::{self, Write};

use qualys_filter::Applicability;

use super::first::findings;
use super::places::Places;
use super::{Finding, Report, whole_message};
use crate::output::one_line;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.files {
        let places = Places::new(file);
        let (findings, rest) = findings(file, report.verbose);
        for finding in findings {
            one(finding, &places, out)?;
        }
        if let Some(rest) = rest {
            writeln!(out, "{rest}")?;
        }
    }
    Ok(())
}

pub(super) fn one(finding: &Finding, places: &Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (line, column) = places.position(finding.range.start);
    let (name, severity, code) = (places.name, finding.what.severity(), finding.code());
    let message = whole_message(finding);
    let message = one_line(&message);
    // `--fix` does not make it without `--unsafe-fixes`.
    let fix = match finding.fix() {
        Some((Applicability::Unsafe, _)) => " [unsafe fix]",
        _ => "",
    };
    writeln!(
        out,
        "{name}:{line}:{column}: {severity}[{code}] {message}{fix}"
    )
}
