//! The filters that speed is measured by, in this crate and in others, one after the other in one
//! process, so that all meet the same machine: `cargo run --release [MB]`
//!
//! Counts are asserted equal. The output is Markdown: throughput as a share of that of counting
//! newlines with memchr, the median of some rounds. What is slow gets a part of the buffer.

mod doc;
mod others;
mod typed;

use std::hint::black_box;
use std::time::Instant;

use testkit::{events, filters};
use doc::Lazy;
use others::lines;
use qualys_filter::{Filter, Limits, Query, Schema};
use serde_json::Value;

const ROUNDS: usize = 7;

/// What is asked of an engine: the filter's name, its text compiled, and the hashes that it lists.
struct Question<'q> {
    name: &'q str,
    filter: &'q Filter,
    /// A piece of text that every match contains.
    literal: Option<&'q str>,
    hashes: &'q [String],
}

/// Counts matches; nothing if it cannot be asked.
type Count = fn(&Question<'_>, &[u8]) -> Option<usize>;

struct Engine {
    name: &'static str,
    /// How many bytes of the buffer it gets.
    bytes: usize,
    /// Whether it counts more than the matches.
    superset: bool,
    count: Count,
}

const ALL: usize = usize::MAX;

const ENGINES: &[Engine] = &[
    Engine { name: "qualys-filter", bytes: ALL, superset: false, count: |q, b| Some(q.filter.scan(b).count()) },
    Engine { name: "qualys-filter, strict", bytes: 16 << 20, superset: false, count: |q, b| Some(q.filter.strict().scan(b).count()) },
    Engine { name: "memmem of the literal alone", bytes: ALL, superset: true, count: |q, b| {
        q.literal.map(|literal| memchr::memmem::find_iter(b, literal).count())
    } },
    Engine { name: "by hand: memmem, then serde_json typed", bytes: ALL, superset: false, count: |q, b| {
        let finder = memchr::memmem::Finder::new(q.literal?);
        let one = |event: &&[u8]| finder.find(event).is_some() && typed::matches(q.name, event, q.hashes);
        Some(lines(b).filter(one).count())
    } },
    Engine { name: "sonic-rs, lazy, unchecked", bytes: 16 << 20, superset: false, count: |q, b| {
        Some(lines(b).filter(|event| doc::matches(q.name, &Lazy(event), q.hashes)).count())
    } },
    Engine { name: "simd-json, borrowed values", bytes: 8 << 20, superset: false, count: |q, b| {
        let mut copy = Vec::new();
        let mut one = |event: &[u8]| {
            copy.clear();
            copy.extend_from_slice(event);
            let value = simd_json::to_borrowed_value(&mut copy).expect("JSON");
            doc::matches(q.name, &&value, q.hashes)
        };
        Some(lines(b).filter(|event| one(event)).count())
    } },
    Engine { name: "serde_json, typed", bytes: 8 << 20, superset: false, count: |q, b| {
        Some(lines(b).filter(|event| typed::matches(q.name, event, q.hashes)).count())
    } },
    Engine { name: "serde_json, Value", bytes: 8 << 20, superset: false, count: |q, b| {
        let one = |event: &&[u8]| {
            let value: Value = serde_json::from_slice(event).expect("JSON");
            doc::matches(q.name, &&value, q.hashes)
        };
        Some(lines(b).filter(one).count())
    } },
    Engine { name: "wirefilter (after serde_json)", bytes: 4 << 20, superset: false, count: |q, b| {
        others::wirefilter(q.name, b, q.hashes)
    } },
    Engine { name: "jaq", bytes: 2 << 20, superset: false, count: |q, b| {
        Some(others::jaq(q.name, b, q.hashes))
    } },
];

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The first so many bytes, in whole lines.
fn part(buffer: &[u8], bytes: usize) -> &[u8] {
    let end = buffer.len().min(bytes);
    &buffer[..memchr::memrchr(b'\n', &buffer[..end]).map_or(0, |at| at + 1)]
}

fn main() {
    let megabytes = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(256);
    let buffer = events::buffer(1, megabytes << 20);
    let filters = filters::filters();
    println!("{} MB of events.\n", buffer.len() >> 20);
    let names: Vec<&str> = filters.iter().map(|(name, _)| name.split(' ').next().unwrap_or(name)).collect();
    let heads: Vec<String> = filters.iter().map(|(name, _)| head(name)).collect();
    println!("| engine | {} |\n|---|{}", heads.join(" | "), "---|".repeat(filters.len()));
    let mut cells = vec![Vec::new(); ENGINES.len()];
    for ((title, text), name) in filters.iter().zip(names) {
        let filter = filters::filter(text);
        let hashes: Vec<String> = text.split(['[', ']', ',', ' ', ':']).filter(|word| word.len() == 64).map(str::to_owned).collect();
        let explanation = filter.explain();
        // Case does not matter to us; in these events it is always the same.
        let literal = match name {
            "q0" => Some("energyprov.dll"),
            "q2" => Some("\"FILE\""),
            "q4" => Some("\"dateTime\""),
            "q6" => Some(r"\\AppData\\Local\\Temp\\"),
            _ => explanation.literal.as_deref(),
        };
        let question = Question { name, filter: &filter, literal, hashes: &hashes };
        let mut ratios = vec![Vec::new(); ENGINES.len()];
        for round in 0..ROUNDS {
            let limit = seconds(|| {
                black_box(memchr::memchr_iter(b'\n', black_box(&buffer)).count());
            }) / buffer.len() as f64;
            for (engine, ratios) in ENGINES.iter().zip(&mut ratios) {
                // A list of many is looked through one by one by most.
                if (title.contains('k') && engine.bytes != ALL && engine.name != "qualys-filter, strict") || (round > 2 && engine.bytes != ALL) {
                    continue;
                }
                if title.contains('k') && engine.name.starts_with("by hand") {
                    continue;
                }
                let bytes = part(&buffer, engine.bytes);
                let mut count = None;
                let time = seconds(|| count = black_box((engine.count)(&question, black_box(bytes))));
                if let Some(count) = count {
                    ratios.push(limit / (time / bytes.len() as f64));
                    let right = filter.scan(bytes).count();
                    let fits = if engine.superset { count >= right } else { count == right };
                    assert!(fits, "{name}: {} counts {count}, not {right}", engine.name);
                }
            }
        }
        for (cell, ratios) in cells.iter_mut().zip(ratios) {
            cell.push(match ratios.is_empty() {
                true => "–".to_owned(),
                false => figure(median(ratios)),
            });
        }
    }
    for (engine, cells) in ENGINES.iter().zip(cells) {
        println!("| {} | {} |", engine.name, cells.join(" | "));
    }
    values(part(&buffer, 32 << 20));
    compile();
}

fn head(name: &str) -> String {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    match words.next() {
        Some(count) if first == "q5" => format!("{first} {count}"),
        _ => first.to_owned(),
    }
}

fn figure(ratio: f64) -> String {
    let digits = if ratio < 0.1 { 3 } else { 2 };
    let text = format!("{ratio:.digits$}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

/// Parsed values, against what a program would write by hand.
fn values(buffer: &[u8]) {
    let values: Vec<Value> = lines(buffer).map(|event| serde_json::from_slice(event).expect("JSON")).collect();
    println!("\nOn parsed values, as a share of the speed of Rust by hand:\n");
    let filters = filters::filters().into_iter().filter(|(name, _)| !name.contains('k'));
    let mut rows = [Vec::new(), Vec::new()];
    for (title, text) in filters {
        let name = title.split(' ').next().unwrap_or(title);
        let filter = filters::filter(&text);
        let hashes: Vec<String> = text.split(['[', ']', ',', ' ', ':']).filter(|word| word.len() == 64).map(str::to_owned).collect();
        let ratios = (0..ROUNDS).map(|_| {
            let (mut ours, mut theirs) = (0, 0);
            let our_time = seconds(|| ours = values.iter().filter(|value| filter.is_match_value(black_box(value))).count());
            let their_time = seconds(|| theirs = values.iter().filter(|value| doc::matches(name, black_box(value), &hashes)).count());
            assert_eq!(ours, theirs, "{name}");
            their_time / our_time
        });
        rows[0].push(head(title));
        rows[1].push(figure(median(ratios.collect())));
    }
    println!("| {} |\n|{}\n| {} |", rows[0].join(" | "), "---|".repeat(rows[0].len()), rows[1].join(" | "));
}

/// From text to a filter.
fn compile() {
    println!("\nFrom text to a filter:\n\n| filter | microseconds | a term |\n|---|---|---|");
    let q0 = filters::filters()[0].1.clone();
    let terms = |count: usize| {
        let terms = (0..count).map(|n| format!("process.name:p{n}.exe"));
        terms.collect::<Vec<_>>().join(" OR ")
    };
    for (name, text, terms) in [("q0", q0, 5), ("20 terms", terms(20), 20), ("1,000 terms", terms(1_000), 1_000), ("10,000 terms", terms(10_000), 10_000)] {
        let times = (0..ROUNDS).map(|_| {
            let repeat = 20_000 / terms + 1;
            seconds(|| {
                for _ in 0..repeat {
                    let query = Query::parse_with(black_box(&text), &Limits::none()).expect("good");
                    black_box(query.check(Schema::edr()).expect("good").compile());
                }
            }) / repeat as f64
        });
        let time = median(times.collect()) * 1e6;
        println!("| {name} | {time:.2} | {:.2} |", time / terms as f64);
    }
}
