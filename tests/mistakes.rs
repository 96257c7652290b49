//! What people mistype, and what they are told: a snapshot to read.

use std::fmt::Write;

use miette::Diagnostic;
use qualys_filter::{CheckOptions, Fix, Query, Schema, Span};

/// A message with its place, its help, and the text with its fix.
fn show(shown: &mut String, text: &str, found: &dyn Diagnostic, span: Span, fix: Option<&Fix>) {
    let help = found.help().expect("every message says what to write");
    let place = span.of(text);
    writeln!(shown, "    {found} ▸{place}◂\n        {help}").unwrap();
    if let Some(fix) = fix {
        writeln!(shown, "        fixed: {}", fix.apply(text)).unwrap();
    }
}

#[test]
fn mistakes_get_good_messages() {
    let mut shown = String::new();
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    for text in include_str!("data/mistakes.txt").lines() {
        writeln!(shown, "{text}").unwrap();
        match text.parse::<Query>() {
            Err(errors) => {
                for e in &errors {
                    show(&mut shown, text, e, e.span(), e.fix());
                }
            }
            Ok(query) => match query.check_with(Schema::edr(), &options) {
                Err(errors) => {
                    for f in &errors {
                        show(&mut shown, text, f, f.span(), f.fix());
                    }
                }
                Ok(checked) => {
                    for f in checked.warnings() {
                        show(&mut shown, text, f, f.span(), f.fix());
                    }
                }
            },
        }
    }
    insta::assert_snapshot!(shown);
}
