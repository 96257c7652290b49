//! The findings of a file that people see in full.

use super::{File, Finding};
use crate::output::Counts;

/// The findings of a file that are shown, and a line about the others.
pub(super) fn findings(file: &File, all: bool) -> (Vec<&Finding>, Option<String>) {
    let mut counts = Counts::new(all);
    let findings = file.findings.iter();
    let shown = findings
        .filter(|finding| counts.shows(finding.code()))
        .collect();
    let rest = counts.rest("finding", "findings");
    (shown, rest.map(|rest| format!("{}: {rest}", file.name)))
}
