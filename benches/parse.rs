//! Reading filters, and writing them in canonical form.
//!
//! `cargo bench --bench parse`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use qualys_filter::{Limits, Query};
use testkit::filters;

fn parse(c: &mut Criterion) {
    let limits = Limits::none();
    let mut group = c.benchmark_group("parse");
    for (name, text) in filters::filters() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| Query::parse_with(black_box(&text), &limits));
        });
    }
    group.finish();
}

fn print(c: &mut Criterion) {
    let mut group = c.benchmark_group("print");
    for (name, text) in filters::filters() {
        let query = filters::query(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| black_box(&query).to_string()));
    }
    group.finish();
}

criterion_group!(benches, parse, print);
criterion_main!(benches);
