//! How many findings each rule has.

use std::collections::BTreeMap;
use std::io::{self, Write};

use qualys_filter::{Code, Severity};
use serde_json::{Value, json};

use crate::args::Format;
use crate::report::Report;

#[derive(Clone, Copy)]
struct Count {
    code: &'static Code,
    findings: usize,
    fixable: usize,
    severity: Severity,
}

/// A line for each rule, the most frequent first; in JSON, an object for each.
pub(super) fn write(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for finding in report.files.iter().flat_map(|file| &file.findings) {
        let count = counts.entry(finding.code()).or_insert(Count {
            code: finding.what.code(),
            findings: 0,
            fixable: 0,
            severity: finding.what.severity(),
        });
        count.findings += 1;
        count.fixable += usize::from(finding.fix().is_some());
        count.severity = count.severity.max(finding.what.severity());
    }
    let mut counts: Vec<Count> = counts.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.findings));
    if matches!(format, Format::Json | Format::Jsonl) {
        let all = counts.iter().map(|count| {
            json!({
                "code": count.code.as_str(),
                "level": count.severity.as_str(),
                "count": count.findings,
                "fixable": count.fixable,
            })
        });
        let all: Vec<Value> = all.collect();
        serde_json::to_writer_pretty(&mut *out, &all)?;
        return writeln!(out);
    }
    for count in counts {
        let Count {
            code,
            findings,
            fixable,
            severity,
        } = count;
        let summary = code.summary();
        let fixable = match fixable {
            0 => String::new(),
            some => format!("; {some} with a fix"),
        };
        writeln!(
            out,
            "{findings:6}  {severity:7}  {code}  {summary}{fixable}"
        )?;
    }
    Ok(())
}
