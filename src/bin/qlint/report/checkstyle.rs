//! XML of Checkstyle.

use std::io::{self, Write};

use qualys_filter::Severity;

use super::{Places, Report, whole_message, xml};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<checkstyle version=\"10.0\">")?;
    for file in report.files.iter().filter(|file| !file.findings.is_empty()) {
        let places = Places::new(file);
        writeln!(out, "  <file name=\"{}\">", xml(&file.name.text()))?;
        for finding in &file.findings {
            let (line, column) = places.position(finding.range.start);
            let severity = match finding.what.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "info",
            };
            let (message, code) = (xml(&whole_message(finding)), xml(finding.code()));
            writeln!(
                out,
                "    <error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" message=\"{message}\" source=\"{code}\"/>"
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}
