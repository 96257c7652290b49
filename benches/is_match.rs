//! One event at a time, as bytes: lazily, and with every byte validated.
//!
//! `cargo bench --bench is_match`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qualys_filter::Filter;
use testkit::{events, filters};

fn is_match(c: &mut Criterion) {
    let events: Vec<String> = events::events(1, 1_000).collect();
    let bytes: usize = events.iter().map(String::len).sum();
    let mut group = c.benchmark_group("is_match");
    group.throughput(Throughput::Bytes(bytes as u64));
    let count = |filter: &Filter| {
        let events = black_box(&events).iter();
        events
            .filter(|event| filter.is_match(event.as_bytes()) == Ok(true))
            .count()
    };
    for (name, text) in filters::filters() {
        let filter = filters::filter(&text);
        let strict = filter.strict();
        group.bench_function(name, |b| b.iter(|| count(&filter)));
        group.bench_function(format!("{name}, strict"), |b| b.iter(|| count(&strict)));
    }
    group.finish();
}

criterion_group!(benches, is_match);
criterion_main!(benches);
