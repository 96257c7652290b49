//! SARIF 2.1.0, which code hosts read: with fixes, the pages of the rules, and fingerprints.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use qualys_filter::Level;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use qualys_filter::lint::Rule;
use serde::Serialize;
use serde_json::{Value, json};

use super::{File, Finding, Places, Report, Streamed, whole_message};
use crate::output::Name;

/// All characters except those that are allowed in the path of a relative reference (RFC 3986).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The document around the results, which are serialized one after the other.
#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<R> {
    tool: Value,
    column_kind: &'static str,
    invocations: Value,
    results: R,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // Only the rules of the findings.
    let codes: BTreeMap<&str, usize> = {
        let findings = report.files.iter().flat_map(|file| &file.findings);
        let codes: BTreeSet<&str> = findings.map(Finding::code).collect();
        codes.into_iter().zip(0..).collect()
    };
    let rules: Vec<Value> = codes.keys().map(|code| rule(code)).collect();
    let results = report.each(|file, places, finding, fingerprint| {
        let index = codes.get(finding.code()).copied().unwrap_or_default();
        result(file, places, finding, index, &fingerprint)
    });
    let failures: Vec<Value> = report
        .failures
        .iter()
        .map(|message| json!({"level": "error", "message": {"text": message}}))
        .collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            tool: json!({"driver": {
                "name": "qlint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }}),
            column_kind: "unicodeCodePoints",
            invocations: json!([{
                "executionSuccessful": report.failures.is_empty(),
                "toolExecutionNotifications": failures,
            }]),
            results: Streamed::new(results),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
        Level::Off => "none",
    }
}

fn rule(code: &str) -> Value {
    match Rule::find(code) {
        None => json!({"id": code}),
        Some(rule) => json!({
            "id": code,
            "name": rule.name(),
            "shortDescription": {"text": rule.summary()},
            "fullDescription": {"text": rule.summary()},
            "help": {"text": rule.page(), "markdown": rule.page()},
            "defaultConfiguration": {
                "enabled": rule.level() != Level::Off,
                "level": level(rule.level()),
            },
        }),
    }
}

/// The name of a file as a relative reference: with slashes, and percent-encoded. Bytes that are not text
/// can be written, too.
fn uri(name: &Name) -> String {
    let slash = |byte: &u8| if *byte == b'\\' { b'/' } else { *byte };
    let bytes: Vec<u8> = name.bytes().iter().map(slash).collect();
    percent_encode(&bytes, ESCAPED).to_string()
}

fn region(places: &Places<'_>, start: usize, end: usize) -> Value {
    let (line, column) = places.position(start);
    let (end_line, end_column) = places.position(end);
    json!({
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "byteOffset": start,
        "byteLength": end - start,
    })
}

fn result(
    file: &File,
    places: &Places<'_>,
    finding: &Finding,
    rule: usize,
    fingerprint: &str,
) -> Value {
    let artifact = json!({"uri": uri(&file.name)});
    let filter = finding.filter.and_then(|at| file.filters.get(at));
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": region(places, finding.range.start, finding.range.end),
        },
    });
    let name = filter.and_then(|filter| filter.name.as_ref());
    if let (Some(name), Some(location)) = (name, location.as_object_mut()) {
        let named = json!([{"name": name, "kind": "object"}]);
        location.insert("logicalLocations".to_owned(), named);
    }
    let mut result = json!({
        "ruleId": finding.code(),
        "ruleIndex": rule,
        "level": level(Level::from(finding.what.severity())),
        "message": {"text": whole_message(finding)},
        "locations": [location],
        "partialFingerprints": {"qlintFilter/v1": fingerprint},
    });
    if let Some((applicability, edits)) = finding.fix() {
        let replacement = |(range, text): &(std::ops::Range<usize>, String)| {
            json!({
                "deletedRegion": region(places, range.start, range.end),
                "insertedContent": {"text": text},
            })
        };
        let replacements: Vec<Value> = edits.iter().map(replacement).collect();
        let what = finding.what.help().unwrap_or(finding.what.message());
        let fixes = json!([{
            "description": {"text": format!("{what} ({applicability})")},
            "artifactChanges": [{
                "artifactLocation": {"uri": uri(&file.name)},
                "replacements": replacements,
            }],
        }]);
        if let Some(object) = result.as_object_mut() {
            object.insert("fixes".to_owned(), fixes);
        }
    }
    result
}
