//! How often each rule had something to say.

use qualys_filter::Level;
use std::collections::BTreeMap;
use std::io::{self, Write};

use qualys_filter::lint::Rule;
use serde_json::{Value, json};

use crate::args::Format;
use crate::output::Run;

#[derive(Clone, Copy)]
struct Count {
    findings: usize,
    fixable: usize,
    level: Level,
}

/// A line for each rule, the most frequent first; in JSON, an object for each.
pub(super) fn write(run: &Run, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for finding in run.files.iter().flat_map(|file| &file.findings) {
        let count = counts.entry(&finding.code).or_insert(Count {
            findings: 0,
            fixable: 0,
            level: finding.level,
        });
        count.findings += 1;
        count.fixable += usize::from(finding.fix.is_some());
        count.level = count.level.max(finding.level);
    }
    let mut counts: Vec<(&str, Count)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(count.findings));
    if matches!(format, Format::Json | Format::Jsonl) {
        let all = counts.iter().map(|(code, count)| {
            json!({
                "code": code,
                "level": count.level.as_str(),
                "count": count.findings,
                "fixable": count.fixable,
            })
        });
        let all: Vec<Value> = all.collect();
        serde_json::to_writer_pretty(&mut *out, &all)?;
        return writeln!(out);
    }
    for (code, count) in counts {
        let Count {
            findings,
            fixable,
            level,
        } = count;
        let summary = Rule::find(code).map_or("", |rule| rule.summary());
        let fixable = match fixable {
            0 => String::new(),
            some => format!("; {some} with a fix"),
        };
        writeln!(out, "{findings:6}  {level:7}  {code}  {summary}{fixable}")?;
    }
    Ok(())
}
