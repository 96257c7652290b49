//! The time of each stage: parse, print, check, compile, and matching by bytes, value and scan.
//!
//! `cargo bench --bench stages`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qualys_filter::{Filter, Query, Schema};

const FILTERS: &[(&str, &str)] = &[
    (
        "conjunction",
        r#"type:FILE AND action:CREATED AND file.name:"energyprov.dll" AND event.dateTime:["2020-08-01T00:00:00Z".."2020-09-01T00:00:00Z"] AND indicator.score > 5"#,
    ),
    ("keyword", "type:FILE"),
    ("pattern", r#"file.fullPath:"*\AppData\Local\Temp\*""#),
    (
        "same element",
        "file.properties.certificate:(signed:true AND valid:false)",
    ),
    ("free text", "svchost"),
];

const EVENTS: &[u8] = include_bytes!("../tests/data/samples/events.ndjson");

fn filter(text: &str) -> Filter {
    let query: Query = text.parse().expect("a good filter");
    query.check(Schema::edr()).expect("a good filter").compile()
}

fn from_text(c: &mut Criterion) {
    let (_, text) = FILTERS[0];
    let query: Query = text.parse().expect("a good filter");
    let checked = query.check(Schema::edr()).expect("a good filter");
    let mut group = c.benchmark_group("from text");
    group.bench_function("parse", |b| b.iter(|| black_box(text).parse::<Query>()));
    group.bench_function("print", |b| b.iter(|| black_box(&query).to_string()));
    group.bench_function("check", |b| {
        b.iter(|| black_box(&query).check(Schema::edr()))
    });
    group.bench_function("compile", |b| b.iter(|| black_box(&checked).compile()));
    group.bench_function("all", |b| b.iter(|| filter(black_box(text))));
    group.finish();
}

fn is_match(c: &mut Criterion) {
    let event = EVENTS
        .split(|byte| *byte == b'\n')
        .next()
        .expect("an event");
    let value: serde_json::Value = serde_json::from_slice(event).expect("JSON");
    let mut group = c.benchmark_group("is_match");
    group.throughput(Throughput::Bytes(event.len() as u64));
    for (name, text) in FILTERS {
        let filter = filter(text);
        group.bench_function(*name, |b| b.iter(|| filter.is_match(black_box(event))));
        let id = format!("{name}, parsed value");
        group.bench_function(id, |b| b.iter(|| filter.is_match_value(black_box(&value))));
    }
    group.finish();
}

fn scan(c: &mut Criterion) {
    let buffer = EVENTS.repeat(100);
    let mut group = c.benchmark_group("scan");
    group.throughput(Throughput::Bytes(buffer.len() as u64));
    for (name, text) in FILTERS {
        let filter = filter(text);
        group.bench_function(*name, |b| {
            b.iter(|| filter.scan(black_box(&buffer)).count())
        });
    }
    group.finish();
}

criterion_group!(benches, from_text, is_match, scan);
criterion_main!(benches);
