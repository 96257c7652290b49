//! Many filters at once over 16 MB of generated events: sets of 1 to 100,000 filters, what it takes
//! to put them together, and to change them.
//!
//! `cargo bench --bench set`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::hint::black_box;

use criterion::{Bencher, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use qualys_filter::{Checked, FilterSet, Matches, Query, Schema};
use testkit::many::Asked;
use testkit::{events, many};

const COUNTS: [usize; 5] = [1, 100, 1_000, 10_000, 100_000];

type Make = fn(u64, usize) -> Vec<Asked>;

const KINDS: [(&str, Make); 2] = [("eq", many::eqs), ("mix", many::mixes)];

fn checked(make: Make, count: usize) -> Vec<Checked> {
    let one = |asked: &Asked| {
        let query: Query = asked.text().parse().expect("a good filter");
        query.check(Schema::edr()).expect("a good filter")
    };
    make(2, count).iter().map(one).collect()
}

/// A group of benchmarks, one for each set; `run` is given its filters once it is asked for.
fn group(
    c: &mut Criterion,
    name: &str,
    elements: impl Fn(usize) -> usize,
    run: impl Fn(&mut Bencher<'_>, &[Checked]),
) {
    let mut group = c.benchmark_group(name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (kind, make) in KINDS {
        for count in COUNTS {
            group.throughput(Throughput::Elements(elements(count) as u64));
            group.bench_function(format!("{kind} {count}"), |b| run(b, &checked(make, count)));
        }
    }
    group.finish();
}

fn benches(c: &mut Criterion) {
    let buffer = events::buffer(1, 16 << 20);
    let lines: Vec<&[u8]> = buffer
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    group(
        c,
        "set matches",
        |_| lines.len(),
        |b, filters| {
            let (set, mut matches) = (FilterSet::new(filters), Matches::new());
            b.iter(|| {
                for line in &lines {
                    let _ = black_box(set.matches_into(black_box(line), &mut matches));
                }
            });
        },
    );
    group(
        c,
        "set scan",
        |_| lines.len(),
        |b, filters| {
            let (set, mut matches) = (FilterSet::new(filters), Matches::new());
            b.iter(|| {
                let mut scan = set.scan(black_box(&buffer));
                while let Some(hit) = scan.next_into(&mut matches) {
                    let _ = black_box(hit);
                }
            });
        },
    );
    let some: Vec<serde_json::Value> = lines
        .iter()
        .take(2_000)
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect();
    group(
        c,
        "set of values",
        |_| some.len(),
        |b, filters| {
            let (set, mut matches) = (FilterSet::new(filters), Matches::new());
            b.iter(|| {
                for value in &some {
                    set.matches_value_into(black_box(value), &mut matches);
                }
            });
        },
    );
    group(
        c,
        "set build",
        |count| count,
        |b, filters| {
            b.iter_with_large_drop(|| FilterSet::new(black_box(filters)));
        },
    );
    group(
        c,
        "set change",
        |_| 1,
        |b, filters| {
            let mut set = FilterSet::new(filters);
            let one = &filters[filters.len() / 2];
            b.iter(|| {
                let id = set.insert(black_box(one)).expect("room");
                assert!(set.remove(id));
            });
        },
    );
}

criterion_group!(groups, benches);
criterion_main!(groups);
