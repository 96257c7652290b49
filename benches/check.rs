//! Checking filters against the schema of EDR.
//!
//! `cargo bench --bench check`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use qualys_filter::Schema;
use testkit::filters;

fn check(c: &mut Criterion) {
    let mut group = c.benchmark_group("check");
    for (name, text) in filters::filters() {
        let query = filters::query(&text);
        group.bench_function(name, |b| b.iter(|| black_box(&query).check(Schema::edr())));
    }
    group.finish();
}

criterion_group!(benches, check);
criterion_main!(benches);
