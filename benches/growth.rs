//! The time that ten and a hundred times the work take: of queries, of patterns, of events, of sets.
//!
//! `cargo bench --bench growth`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;
use std::sync::LazyLock;

use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use qualys_filter::eval::{Cut, Cutter};
use qualys_filter::schema::{Kind, Token};
use qualys_filter::{CheckOptions, Checked, Filter, FilterSet, Limits, Matches, Query, Schema};
use testkit::hostile;

const SIZES: [usize; 3] = [500, 5_000, 50_000];

fn compile(text: &str) -> Filter {
    check(text).compile()
}

/// EDR, with a token of versions.
static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let version = Token::new("v", Kind::Version)
        .with_path("v")
        .expect("a path");
    let schema = Schema::edr().clone().with_token(version);
    schema.expect("a new name")
});

fn check(text: &str) -> Checked {
    let limits = Limits::none();
    let options = CheckOptions::default().with_limits(limits.clone());
    let query = Query::parse_with(text, &limits).expect("a good filter");
    let checked = query.check_with(&SCHEMA, &options);
    checked.expect("a good filter")
}

/// Something that grows.
type Shape = (&'static str, fn(usize) -> String);

const QUERIES: &[Shape] = &[
    ("ors", |n| vec!["type:FILE"; n].join(" OR ")),
    ("ands of ors", |n| {
        vec!["(type:FILE OR action:X)"; n].join(" AND ")
    }),
    ("tokens", |n| {
        (0..n)
            .map(|n| format!("t{n}:1"))
            .collect::<Vec<_>>()
            .join(" AND ")
    }),
    ("groups", |n| {
        format!("{}a:1{}", "(".repeat(n), ")".repeat(n))
    }),
    ("nested groups", |n| {
        format!("{}a:1{}", "x:(".repeat(n), ")".repeat(n))
    }),
    ("list", |n| {
        format!(
            "file.hash.sha256:[{}]",
            (0..n)
                .map(|n| format!("{n:064x}"))
                .collect::<Vec<_>>()
                .join(",")
        )
    }),
    ("stars", |n| format!("file.name:\"{}\"", "a*".repeat(n))),
    ("phrase", |n| format!("file.name:\"{}\"", "a ".repeat(n))),
    ("version", |n| format!("v > \"{}\"", "1.".repeat(n))),
    ("zeros", |n| format!("v > \"{}1\"", "0".repeat(n))),
    ("milliseconds", |n| {
        let millis = (0..n).map(|n| (1_704_067_200_000 + n).to_string());
        format!("dateTime:[{}]", millis.collect::<Vec<_>>().join(","))
    }),
];

const EVENTS: &[Shape] = &[
    ("letters", |n| {
        format!(r#"{{"file":{{"fileName":"{}"}}}}"#, "a".repeat(n))
    }),
    ("words", |n| {
        format!(r#"{{"file":{{"fileName":"{}"}}}}"#, "a ".repeat(n))
    }),
    ("words beyond ASCII", |n| {
        format!(r#"{{"file":{{"fileName":"é{}"}}}}"#, "a ".repeat(n))
    }),
    ("escapes", |n| {
        format!(r#"{{"file":{{"fileName":"{}"}}}}"#, "\\u0061\\\\".repeat(n))
    }),
    ("digits", |n| format!(r#"{{"score":{}}}"#, "1".repeat(n))),
    ("parts of a version", |n| {
        format!(r#"{{"v":"{}2"}}"#, "1.".repeat(n))
    }),
    ("letters of a version", |n| {
        format!(r#"{{"v":"1{}"}}"#, "É".repeat(n))
    }),
    ("digits of a version", |n| {
        format!(
            r#"{{"v":"{}1","dateTime":"{}"}}"#,
            "0".repeat(n),
            "1".repeat(n)
        )
    }),
    ("members", |n| {
        format!("{{{}\"type\":\"X\"}}", "\"b\":[],".repeat(n))
    }),
    ("elements", |n| {
        format!(r#"{{"file":{{"certificates":[{{}}{}]}}}}"#, ",{}".repeat(n))
    }),
    ("brackets", |n| "[".repeat(n)),
    ("lines", |n| "{\"type\":\"X\"}\n".repeat(n)),
    ("lines cut off", |n| "{\"type\":{\"a\":\n".repeat(n)),
    ("braces in strings", |n| {
        "{\"a\":\"} \",\"type\":\"X\"}\n".repeat(n)
    }),
    ("one array", |n| {
        format!("[{}{{}}]", "{\"type\":\"X\"},".repeat(n))
    }),
];

fn queries(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth of queries");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, shape) in QUERIES {
        for size in SIZES {
            let text = shape(size);
            group.bench_function(BenchmarkId::new(*name, size), |b| {
                b.iter(|| compile(black_box(&text)));
            });
        }
    }
    group.finish();
}

fn events(c: &mut Criterion) {
    let filter = compile(
        r#"NOT (type:FILE AND action:X) AND NOT file.name:"a a a b" AND NOT file.name:*a*a*b AND NOT (indicator.score > 5 OR file.properties.certificate:(valid:true OR signed:true)) AND NOT v > 2 AND NOT dateTime > 2024"#,
    );
    let mut group = c.benchmark_group("growth of events");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, shape) in EVENTS {
        for size in SIZES {
            let buffer = shape(size);
            group.bench_function(BenchmarkId::new(*name, size), |b| {
                b.iter(|| filter.scan(black_box(buffer.as_bytes())).count());
            });
        }
    }
    group.finish();
}

/// Runs of one byte between events and inside of one, cut out of a stream.
fn streams(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth of streams");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for byte in *b" \t\r\n[]{}\"\\,:09a\0\xff" {
        for (place, before, after) in [
            ("between", "{}\n", "\n{}\n"),
            ("inside", "{\"a\":", "1}\n{}\n"),
            ("in a string", "{\"a\":\"", "\"}\n{}\n"),
        ] {
            for size in [20_000, 200_000, 2_000_000] {
                let run = vec![byte; size];
                let bytes = [before.as_bytes(), &run, after.as_bytes()].concat();
                let name = format!("{:?} {place}", char::from(byte));
                group.bench_function(BenchmarkId::new(name, size), |b| {
                    b.iter(|| blocks(black_box(&bytes)));
                });
            }
        }
    }
    group.finish();
}

/// Reads a stream as a program does, and counts its blocks.
fn blocks(bytes: &[u8]) -> usize {
    let mut cutter = Cutter::new(&Limits::default());
    let (mut start, mut read, mut count) = (0, 0, 0);
    loop {
        let held = &bytes[start..read];
        match cutter.cut(held, read == bytes.len()) {
            Cut::More => read = bytes.len().min(read + held.len().max(1 << 12)),
            Cut::Block { end, .. } => (start, count) = (start + end, count + 1),
            Cut::Pass { end, .. } => start += end,
            Cut::End => return count,
        }
    }
}

/// Putting sets together, asking them, and taking them apart.
fn sets(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth of sets");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let shapes = hostile::SHAPES.iter().map(|shape| (shape, 1));
    for (shape, divisor) in shapes.chain([(&hostile::LARGE, 1000)]) {
        let (name, filter, event) = (shape.name, shape.filter, shape.event);
        for size in [1_000, 10_000, 100_000] {
            let filters =
                || -> Vec<Checked> { (0..size / divisor).map(|n| check(&filter(n))).collect() };
            group.bench_function(BenchmarkId::new(format!("{name}, build"), size), |b| {
                let filters = filters();
                b.iter(|| FilterSet::new(black_box(&filters)));
            });
            group.bench_function(BenchmarkId::new(format!("{name}, match"), size), |b| {
                let (set, event) = (FilterSet::new(filters()), event(size));
                let mut matches = Matches::new();
                b.iter(|| set.matches_into(black_box(event.as_bytes()), &mut matches));
            });
            group.bench_function(BenchmarkId::new(format!("{name}, remove"), size), |b| {
                let filters = filters();
                b.iter_batched(
                    || FilterSet::new(&filters),
                    |mut set| {
                        for id in set.ids().collect::<Vec<_>>() {
                            assert!(set.remove(id));
                        }
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, queries, events, streams, sets);
criterion_main!(benches);
