//! The code quality report of GitLab.
//!
//! See <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use qualys_filter::Severity;
use serde_json::json;

use super::{Report, Streamed, whole_message};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues = report.each(|file, places, finding, fingerprint| {
        let (line, column) = places.position(finding.range.start);
        let (end_line, end_column) = places.position(finding.range.end);
        json!({
            "type": "issue",
            "check_name": finding.code(),
            "description": whole_message(finding),
            "fingerprint": fingerprint,
            "severity": match finding.what.severity() {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Advice => "info",
            },
            "location": {
                "path": file.name.text().replace('\\', "/"),
                "positions": {
                    "begin": {"line": line, "column": column},
                    "end": {"line": end_line, "column": end_column},
                },
            },
        })
    });
    serde_json::to_writer_pretty(&mut *out, &Streamed::new(issues))?;
    writeln!(out)
}
