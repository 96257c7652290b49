//! Linting: 10,000 filters in 1,000 files beside just reading the files, and queries with ever more to
//! say about them.
//!
//! `cargo bench --bench lint`

#![allow(missing_docs, reason = "criterion makes an item without")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use qualys_filter::{Applicability, Limits, Linter, Query, Schema};
use testkit::many;

const FILES: usize = 1_000;
const EACH: usize = 10;

/// Files with filters, of which every tenth has something wrong.
fn files() -> Vec<String> {
    let filters: Vec<String> = many::mixes(7, FILES * EACH)
        .iter()
        .map(many::Asked::text)
        .collect();
    let file = |filters: &[String]| {
        let mut text = String::from("# saved searches\n\n");
        for (at, filter) in filters.iter().enumerate() {
            let wrong = if at == 3 { " AND type == FILE" } else { "" };
            text += &format!("# name: filter {at}\n{filter}{wrong}\n\n");
        }
        text
    };
    filters.chunks(EACH).map(file).collect()
}

fn many_files(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = files();
    for (at, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{at:04}.qql")), text).expect("written");
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut group = c.benchmark_group("10,000 filters in 1,000 files");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("read the files", |b| {
        b.iter(|| {
            let entries = fs::read_dir(folder.path()).expect("a folder");
            let read = |entry: std::io::Result<fs::DirEntry>| {
                fs::read(entry.expect("a file").path()).expect("read").len()
            };
            entries.map(read).sum::<usize>()
        });
    });
    let filters: Vec<&str> = texts
        .iter()
        .flat_map(|text| {
            text.lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
        })
        .collect();
    assert_eq!(filters.len(), FILES * EACH);
    let linter = Linter::new(Schema::edr());
    group.bench_function("Linter::lint, read before", |b| {
        b.iter(|| {
            let diagnostics = filters
                .iter()
                .map(|filter| linter.lint(filter).diagnostics().len());
            diagnostics.sum::<usize>()
        });
    });
    group.bench_function("parse and check, read before", |b| {
        b.iter(|| {
            let good = |filter: &&&str| {
                filter
                    .parse::<Query>()
                    .is_ok_and(|query| query.check(Schema::edr()).is_ok())
            };
            filters.iter().filter(good).count()
        });
    });
    for (name, args) in [
        ("qlint check -j 1", &["check", "-j", "1"][..]),
        ("qlint check", &["check"]),
        ("qlint check --diff", &["check", "--diff"]),
        ("qlint fmt --check", &["fmt", "--check"]),
    ] {
        group.bench_function(name, |b| b.iter(|| run(folder.path(), args)));
    }
    group.finish();
}

fn run(folder: &Path, args: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_qlint"))
        .args(args)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.expect("runs").code(), Some(1));
}

/// Something that grows.
type Shape = (&'static str, fn(usize) -> String);

/// Queries about which there is more and more to say.
const SHAPES: &[Shape] = &[
    ("mistakes", |n| vec!["type == FILE"; n].join(" AND ")),
    ("unknown tokens", |n| {
        let clauses: Vec<String> = (0..n).map(|n| format!("file.nmae{n}:1")).collect();
        clauses.join(" AND ")
    }),
    ("duplicates", |n| vec!["type:FILE"; n].join(" AND ")),
    ("alternatives", |n| {
        let clauses: Vec<String> = (0..n).map(|n| format!("file.name:a{n}")).collect();
        clauses.join(" OR ")
    }),
    ("implied", |n| {
        let clauses: Vec<String> = (0..n).map(|n| format!("file.size > {n}")).collect();
        clauses.join(" AND ")
    }),
    ("parentheses", |n| {
        format!("{}type:FILE{}", "(".repeat(n), ")".repeat(n))
    }),
    ("negations", |n| format!("{}type:FILE", "NOT ".repeat(n))),
    ("list", |n| {
        let values: Vec<String> = (0..n).map(|n| format!("a{}", n / 2)).collect();
        format!("file.name:[{}]", values.join(", "))
    }),
    ("arrays", |n| {
        let pair =
            "file.properties.certificate.signed:true OR file.properties.certificate.valid:true";
        let pairs = vec![format!("({})", pair.replace("OR", "AND")); n / 2 + 1];
        pairs.join(" OR ")
    }),
];

fn growth(c: &mut Criterion) {
    let limits = Limits::none();
    let options = qualys_filter::CheckOptions::default().with_limits(limits);
    let linter = Linter::new(Schema::edr()).with_options(options);
    for (name, shape) in SHAPES {
        let mut group = c.benchmark_group(format!("more to say: {name}"));
        group.sample_size(20).sampling_mode(SamplingMode::Flat);
        for size in [40, 400, 4_000] {
            let text = shape(size);
            group.bench_with_input(BenchmarkId::new("lint", size), &text, |b, text| {
                b.iter(|| black_box(&linter).lint(text));
            });
            if size <= 400 {
                group.bench_with_input(BenchmarkId::new("fix", size), &text, |b, text| {
                    b.iter(|| black_box(&linter).fix(text, Applicability::Unsafe));
                });
            }
        }
        group.finish();
    }
}

/// The whole way of many findings in one file: read, linted, shown.
fn reports(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut group = c.benchmark_group("reports of findings in one file");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    for size in [40, 400, 4_000] {
        let text = vec!["type == FILE"; size].join("\n\n");
        let name = format!("{size}.qql");
        fs::write(folder.path().join(&name), text).expect("written");
        let line = format!("{size}.json");
        let one_line = vec!["{\"filter\": \"type == FILE\"}"; size].join(",");
        fs::write(folder.path().join(&line), format!("[{one_line}]")).expect("written");
        for file in [&name, &line] {
            for format in ["human", "sarif"] {
                group.bench_function(format!("{format}, {file}"), |b| {
                    b.iter(|| run(folder.path(), &["check", "--format", format, file]));
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, many_files, growth, reports);
criterion_main!(benches);
