//! One filter over a buffer of 64 MB of generated events, beside the limit: counting its lines.
//!
//! `cargo bench --bench scan`; the ratio of a row's throughput to that of `limit` is what counts.

#![allow(missing_docs, reason = "criterion makes an item without")]

#[path = "events/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "an example uses the rest")]
mod events;

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use qualys_filter::{Filter, Limits, Query, Schema};

/// The filters that speed is measured by.
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

fn filter(text: &str) -> Filter {
    let query = Query::parse_with(text, &Limits::none()).expect("a good filter");
    query.check(Schema::edr()).expect("a good filter").compile()
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

fn scan(c: &mut Criterion) {
    let buffer = events::buffer(1, 64 << 20);
    let mut group = c.benchmark_group("scan");
    group.throughput(Throughput::Bytes(buffer.len() as u64));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("limit", |b| {
        b.iter(|| memchr::memchr_iter(b'\n', black_box(&buffer)).count());
    });
    let list = hashes(20);
    for (name, text) in FILTERS
        .iter()
        .copied()
        .chain([("q5 20 hashes", list.as_str())])
    {
        let filter = filter(text);
        group.bench_function(name, |b| b.iter(|| filter.scan(black_box(&buffer)).count()));
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
