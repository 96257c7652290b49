//! What people mistype, and what they are told: a snapshot to read.

use std::fmt::Write;

use miette::Severity;
use qualys_filter::{CheckOptions, Diagnostic, Query, Schema};

/// A message with its place, its help, and the text with its fix.
fn show(shown: &mut String, text: &str, found: &Diagnostic) {
    let help = found.help().expect("every message says what to write");
    let place = found.span().of(text);
    writeln!(shown, "    {found} ▸{place}◂\n        {help}").unwrap();
    if let Some(fix) = found.fix() {
        writeln!(shown, "        fixed: {}", fix.apply(text)).unwrap();
    }
}

#[test]
fn mistakes_get_good_messages() {
    let mut shown = String::new();
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    // The example of every kind is on its page.
    let page = include_str!("../../docs/src/codes/parse.md");
    let blocks = page.split("```qql-error\n").skip(1);
    let examples = blocks.filter_map(|block| block.split("\n```").next());
    let mistakes = include_str!("../data/mistakes.txt").lines();
    for text in mistakes.chain(examples) {
        writeln!(shown, "{text}").unwrap();
        match text.parse::<Query>() {
            Err(errors) => {
                for e in &errors {
                    show(&mut shown, text, e.diagnostic());
                }
            }
            Ok(query) => match query.check_with(Schema::edr(), &options) {
                Err(errors) => {
                    for f in &errors {
                        show(&mut shown, text, f.diagnostic());
                    }
                }
                Ok(checked) => {
                    for f in checked.warnings() {
                        show(&mut shown, text, f.diagnostic());
                    }
                }
            },
        }
    }
    insta::assert_snapshot!(shown);
}

/// A report as a program gets it through `miette`: the text, and every mistake with its code, severity,
/// help and label.
fn report(found: &dyn miette::Diagnostic) -> String {
    let mut json = String::new();
    let handler = miette::JSONReportHandler::new();
    handler.render_report(&mut json, found).unwrap();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    serde_json::to_string_pretty(&report).unwrap()
}

#[test]
fn reports_have_all_that_miette_shows() {
    let one = "action: 'Created".parse::<Query>().unwrap_err();
    let text = "type == FILE && action:";
    let more = text.parse::<Query>().unwrap_err();
    assert_eq!(more.text(), text);
    let query: Query = "type: FLIE AND file.nme: a AND file.size: x"
        .parse()
        .unwrap();
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let findings = query.check_with(Schema::edr(), &options).unwrap_err();
    assert_eq!(findings.text(), query.text());
    let reports = [report(&one), report(&more), report(&findings)];
    insta::assert_snapshot!(reports.join("\n"));
    let severities = |found: &dyn miette::Diagnostic| -> Vec<_> {
        let parts = found.related().expect("every mistake is one");
        parts.map(|part| part.severity()).collect()
    };
    let (warning, error) = (Some(Severity::Warning), Some(Severity::Error));
    assert_eq!(severities(&more), [error; 3]);
    assert_eq!(severities(&findings), [warning, warning, error]);
    // JSON has no source: it is what the labels' places are places in.
    for found in [&one as &dyn miette::Diagnostic, &more, &findings] {
        for part in found.related().expect("every mistake is one") {
            let source = found.source_code().expect("the text");
            let label = part.labels().expect("a place").next().expect("one");
            let shown = source.read_span(label.inner(), 0, 0).unwrap();
            assert!(!shown.data().is_empty(), "{part}");
        }
    }
}
