//! The filters that speed is measured by.

use std::fmt::Write;

use qualys_filter::{Filter, Limits, Query, Schema};

/// Those that are short enough to be written out.
const FILTERS: &[(&str, &str)] = &[
    (
        "q0 conjunction",
        r#"type:FILE AND action:CREATED AND file.name:"energyprov.dll" AND event.dateTime:["2020-08-01T00:00:00Z".."2020-09-01T00:00:00Z"] AND indicator.score > 5"#,
    ),
    (
        "q1 one hash",
        "file.hash.sha256:de70d1019fc66081d6de6acd12c87e38530e0e6118e9685e28bff9ea304d9f96",
    ),
    ("q2 enum", "type:FILE"),
    (
        "q3 not",
        r#"NOT (type:FILE OR process.username:"NT AUTHORITY\SYSTEM")"#,
    ),
    (
        "q4 date range",
        r#"event.dateTime:["2020-08-01T00:00:00Z".."2020-09-01T00:00:00Z"]"#,
    ),
    ("q6 substring", r#"file.fullPath:"*\AppData\Local\Temp\*""#),
    (
        "q7 same element",
        "file.properties.certificate:(signed:true AND valid:false)",
    ),
    (
        "q8 numeric strings",
        "network.remote.address.port:[1024 .. 5000]",
    ),
    ("w worst case", "handle.id IS NULL"),
];

/// The filter, read.
pub fn query(text: &str) -> Query {
    Query::parse_with(text, &Limits::none()).expect("a good filter")
}

/// The compiled filter.
pub fn filter(text: &str) -> Filter {
    let checked = query(text).check(Schema::edr());
    checked.expect("a good filter").compile()
}

/// `file.hash.sha256` in a list of this many.
fn hashes(count: u64) -> String {
    let mut text = String::from("file.hash.sha256:[");
    for n in 0..count {
        let comma = if n > 0 { ", " } else { "" };
        write!(text, "{comma}{n:064x}").expect("a string grows");
    }
    text + "]"
}

/// All of them, with their names.
pub fn filters() -> Vec<(&'static str, String)> {
    let mut filters: Vec<_> = FILTERS
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect();
    let lists = [
        ("q5 20 hashes", 20),
        ("q5 1k hashes", 1_000),
        ("q5 10k hashes", 10_000),
        ("q5 100k hashes", 100_000),
    ];
    filters.extend(lists.map(|(name, count)| (name, hashes(count))));
    filters.sort();
    filters
}
