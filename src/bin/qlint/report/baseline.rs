//! Findings that are known and not reported.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use qualys_filter::Query;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{File, Finding};
use crate::output::Out;

/// The findings of a run that later runs do not report.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "A baseline of qlint")]
struct BaselineFile {
    /// The version of this form: 1.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// The findings, in the order of their rules and texts.
    findings: Vec<Entry>,
}

/// Findings of one rule in filters of one text.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The code of the rule.
    rule: String,
    /// The filter in its canonical form, or as it is written if it has errors, with one blank in place of
    /// several and of line breaks; for a finding in no filter, the name of the file.
    text: String,
    /// How many such findings there are.
    #[schemars(range(min = 1))]
    count: usize,
    /// The files with such filters. They say what a run that reads some files knows, and no more.
    files: BTreeSet<String>,
}

/// What findings are known by: the code and the text of the filter.
type Key = (String, String);

/// Known findings: how many there are of each key, and in which files.
#[derive(Clone, Debug, Default)]
struct Known {
    count: usize,
    files: BTreeSet<String>,
}

/// The findings that are known, and those that a run finds.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    known: BTreeMap<Key, Known>,
    found: BTreeMap<Key, Known>,
    /// The files that were read.
    read: BTreeSet<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// If the text is none: the line, the column and a message.
    pub(crate) fn read(text: &str) -> Result<Baseline, (usize, usize, String)> {
        let wrong = |error: serde_json::Error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            (error.line(), error.column(), message.to_owned())
        };
        let file: BaselineFile = serde_json::from_str(text).map_err(wrong)?;
        if file.version != 1 {
            let message = format!(
                "version {} is not known; write it with --write-baseline",
                file.version
            );
            return Err((1, 1, message));
        }
        let mut baseline = Baseline::default();
        for entry in file.findings {
            let known = baseline.known.entry((entry.rule, entry.text)).or_default();
            known.count += entry.count;
            known.files.extend(entry.files);
        }
        Ok(baseline)
    }

    /// Counts the findings of a file, and removes those that are known. Returns how many these are.
    pub(crate) fn take(&mut self, file: &mut File) -> usize {
        let name = file.name.text().into_owned();
        let before = file.findings.len();
        let findings = std::mem::take(&mut file.findings);
        for finding in findings {
            let key = key(file, &finding);
            let most = self.known.get(&key).map_or(0, |known| known.count);
            let found = self.found.entry(key).or_default();
            found.count += 1;
            found.files.insert(name.clone());
            if found.count > most {
                file.findings.push(finding);
            }
        }
        self.read.insert(name);
        before - file.findings.len()
    }

    /// Whether this run says what there is of an entry: it read one of its files, or there is none.
    fn is_seen(&self, known: &Known) -> bool {
        let mut files = known.files.iter();
        files.all(|file| self.read.contains(file) || !Path::new(file).exists())
    }

    /// The entries of which there is less now: the rule, the text of the filter, and how many findings
    /// there were and are.
    pub(crate) fn gone(&self) -> Vec<(&str, &str, usize, usize)> {
        let known = self.known.iter();
        let gone = known.filter_map(|(key, known)| {
            let now = self.found.get(key).map_or(0, |found| found.count);
            let is_gone = now < known.count && self.is_seen(known);
            is_gone.then_some((&*key.0, &*key.1, known.count, now))
        });
        gone.collect()
    }

    /// What is known after this run, if nothing new is taken: what is gone is not.
    pub(crate) fn shrunk(&self) -> Baseline {
        let known = self.known.iter().filter_map(|(key, known)| {
            let found = self.found.get(key);
            let now = found.map_or(0, |found| found.count);
            let known = match self.is_seen(known) {
                false => known.clone(),
                true => Known {
                    count: known.count.min(now),
                    files: found.map(|found| found.files.clone()).unwrap_or_default(),
                },
            };
            (known.count > 0).then(|| (key.clone(), known))
        });
        Baseline {
            known: known.collect(),
            ..Baseline::default()
        }
    }

    /// All that this run found.
    pub(crate) fn of_run(&self) -> Baseline {
        Baseline {
            known: self.found.clone(),
            ..Baseline::default()
        }
    }

    /// How many findings are known.
    pub(crate) fn len(&self) -> usize {
        self.known.values().map(|known| known.count).sum()
    }

    /// Writes the file.
    pub(crate) fn write(&self, out: &mut Out) -> io::Result<()> {
        let entries = self.known.iter().map(|((rule, text), known)| Entry {
            rule: rule.clone(),
            text: text.clone(),
            count: known.count,
            files: known.files.clone(),
        });
        let file = BaselineFile {
            version: 1,
            findings: entries.collect(),
        };
        let mut json = out.json();
        serde_json::to_writer_pretty(&mut json, &file)?;
        writeln!(json)
    }
}

/// What a finding is known by. How the filter is formatted makes no difference.
fn key(file: &File, finding: &Finding) -> Key {
    let filter = finding.filter.and_then(|at| file.filters.get(at));
    let text = match filter {
        Some(filter) => {
            let query = filter.text.parse::<Query>();
            let text = query.map_or_else(|_| filter.text.clone(), |query| query.to_string());
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ")
        }
        None => file.name.text().into_owned(),
    };
    (finding.code().to_owned(), text)
}

/// The JSON Schema of a baseline.
pub(crate) fn baseline_schema() -> serde_json::Value {
    schemars::schema_for!(BaselineFile).into()
}
