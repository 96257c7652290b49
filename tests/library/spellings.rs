//! The same events in other spellings and places: every engine returns the same answers.

use std::fmt::Write;

use qualys_filter::{Filter, Schema};
use serde_json::Value;
use testkit::{events, filters};

/// Filters of every kind that look for something, beside those that speed is measured by.
const MORE: &[&str] = &[
    "file.name:update* AND NOT process.elevated:true",
    r#"process.arguments:"session""#,
    "asset.hostname:*corp* OR type:REGISTRY",
    "network.remote.address.ip:10.0.0.0/9",
    "process.pid < 9000 AND action:[CREATED, RUNNING, ESTABLISHED]",
    "indicator.score >= 8 AND indicator.verdict:MALICIOUS",
    "NOT NOT type:`FILE`",
    "svchost",
    "file.properties.certificate:(issuer:DigiCert AND NOT valid:true)",
    "event.dateTime > 2020-08-20T00:00:00Z AND process.name:*.exe",
    "registry.key IS NOT NULL",
];

fn checked() -> Vec<testkit::Asked> {
    let short = filters::filters().into_iter().map(|(_, text)| text);
    let short = short.filter(|text| text.len() < 2_000);
    let all = short.chain(MORE.iter().map(|text| (*text).to_owned()));
    all.map(|text| testkit::checked(&text, Schema::edr()))
        .collect()
}

/// Every letter and digit of every string as an escape.
fn escaped(json: &str) -> String {
    let (mut out, mut in_string, mut after_backslash) = (String::new(), false, false);
    let mut chars = json.chars();
    while let Some(c) = chars.next() {
        match c {
            _ if after_backslash => {
                out.push(c);
                after_backslash = false;
                // The digits of an escape stay.
                if c == 'u' {
                    out.extend(chars.by_ref().take(4));
                }
                continue;
            }
            '\\' if in_string => after_backslash = true,
            '"' => in_string = !in_string,
            _ if in_string && c.is_ascii_alphanumeric() => {
                write!(out, "\\u{:04x}", u32::from(c)).unwrap();
                continue;
            }
            '/' if in_string => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

#[test]
fn spellings_do_not_matter() {
    let events: Vec<String> = events::events(5, 60).collect();
    let mut hits = 0;
    for checked in checked() {
        for event in &events {
            let right = testkit::answer(&checked, event.as_bytes());
            hits += usize::from(right);
            let value: Value = serde_json::from_str(event).unwrap();
            // `serde_json` sorts the keys.
            let sorted = value.to_string();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            for other in [escaped(event), sorted, pretty] {
                let answer = testkit::answer(&checked, other.as_bytes());
                assert_eq!(answer, right, "{}\n{other}", checked.text());
            }
        }
    }
    // Filters and events meet, but not always.
    assert!(hits > 100, "{hits}");
}

/// The events that a scan finds, by their texts.
fn found<'b>(filter: &Filter, buffer: &'b [u8]) -> Vec<&'b [u8]> {
    let hits = filter.scan(buffer).map(|hit| &buffer[hit.unwrap().range]);
    hits.collect()
}

#[test]
fn places_and_shapes_do_not_matter() {
    let events: Vec<String> = events::events(6, 40).collect();
    let mut lines = events.join("\n");
    lines.push('\n');
    for checked in checked() {
        let filter = checked.compile();
        let right: Vec<&str> = events
            .iter()
            .map(|event| &**event)
            .filter(|event| filter.is_match(event.as_bytes()).unwrap())
            .collect();
        let texts: Vec<&[u8]> = right.iter().map(|event| event.as_bytes()).collect();
        for (name, filter) in filter.on_all_levels() {
            // At every place of a block.
            for before in 0..64 {
                let moved = "\n".repeat(before) + &lines;
                assert_eq!(found(&filter, moved.as_bytes()), texts, "{name} {before}");
            }
            let shapes = [
                format!("[{}]", events.join(",")),
                format!("[\n{}\n]\n", events.join(",\n")),
                events.concat(),
                events.join(" "),
                events.join("\r\n\r\n"),
                format!("[{}]\n{lines}", events.join(", ")),
            ];
            for shape in shapes {
                let found = found(&filter, shape.as_bytes());
                let twice = shape.starts_with('[') && shape.ends_with("}\n");
                let expected = texts.repeat(1 + usize::from(twice));
                assert_eq!(found, expected, "{name} {}\n{shape}", checked.text());
            }
            let pretty = |event: &String| {
                let value: Value = serde_json::from_str(event).unwrap();
                serde_json::to_string_pretty(&value).unwrap()
            };
            let pretty: Vec<String> = events.iter().map(pretty).collect();
            for between in ["\n", "", "\n\n"] {
                let joined = pretty.join(between);
                assert_eq!(
                    found(&filter, joined.as_bytes()).len(),
                    texts.len(),
                    "{name}"
                );
            }
        }
    }
}
