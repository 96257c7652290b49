//! One event at a time, as a parsed value.
//!
//! `cargo bench --bench match_value`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use testkit::{events, filters};

fn match_value(c: &mut Criterion) {
    let events = events::events(1, 1_000);
    let events: Vec<serde_json::Value> = events
        .map(|event| serde_json::from_str(&event).expect("JSON"))
        .collect();
    let mut group = c.benchmark_group("match_value");
    group.throughput(Throughput::Elements(events.len() as u64));
    for (name, text) in filters::filters() {
        let filter = filters::filter(&text);
        group.bench_function(name, |b| {
            b.iter(|| {
                let events = black_box(&events).iter();
                events.filter(|event| filter.is_match_value(event)).count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, match_value);
criterion_main!(benches);
