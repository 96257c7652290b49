//! One filter over a buffer of 64 MB of generated events, beside the limit: counting its lines.
//!
//! `cargo bench --bench scan`; the ratio of a row's throughput to that of `limit` is what counts.

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use testkit::{events, filters};
fn scan(c: &mut Criterion) {
    let buffer = events::buffer(1, 64 << 20);
    let mut group = c.benchmark_group("scan");
    group.throughput(Throughput::Bytes(buffer.len() as u64));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("limit", |b| {
        b.iter(|| memchr::memchr_iter(b'\n', black_box(&buffer)).count());
    });
    for (name, text) in filters::filters() {
        let filter = filters::filter(&text);
        group.bench_function(name, |b| b.iter(|| filter.scan(black_box(&buffer)).count()));
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
