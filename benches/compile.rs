//! From a checked query to a filter, and all the way from text.
//!
//! `cargo bench --bench compile`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use qualys_filter::Schema;
use testkit::filters;

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for (name, text) in filters::filters() {
        let query = filters::query(&text);
        let checked = query.check(Schema::edr()).expect("a good filter");
        group.bench_function(name, |b| b.iter(|| black_box(&checked).compile()));
    }
    group.finish();
}

fn from_text(c: &mut Criterion) {
    let mut group = c.benchmark_group("from text");
    let terms = |count: usize| {
        let terms = (0..count).map(|n| format!("process.name:p{n}.exe"));
        terms.collect::<Vec<_>>().join(" OR ")
    };
    let [q0, ..] = &*filters::filters() else {
        return;
    };
    for (name, text) in [
        ("q0", q0.1.clone()),
        ("20 terms", terms(20)),
        ("1,000 terms", terms(1_000)),
        ("10,000 terms", terms(10_000)),
    ] {
        group.bench_function(name, |b| b.iter(|| filters::filter(black_box(&text))));
    }
    group.finish();
}

criterion_group!(benches, compile, from_text);
criterion_main!(benches);
