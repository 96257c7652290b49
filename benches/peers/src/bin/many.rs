//! Many filters at once, in this crate and in others, one after the other in one process:
//! `cargo run --release --bin many [MB [FILTERS]]`, with at most so many filters
//!
//! Totals are asserted equal. The output is Markdown: thousands of events a second, the median of
//! some rounds; and how long a set takes to be put together, and how much memory it has.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use testkit::{events, many};
use a_tree::{ATree, AttributeDefinition};
use testkit::many::Asked;
use qualys_filter::{Checked, Filter, FilterSet, Matches, Query, Schema};
use quamina::Quamina;
use serde_json::Value;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which counts the bytes that are in use.
struct Counting;

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 5;
const COUNTS: [usize; 5] = [1, 100, 1_000, 10_000, 100_000];

/// The filters as each engine has them.
struct Engines {
    asked: Vec<Asked>,
    filters: Vec<Filter>,
    set: FilterSet,
    quamina: Option<Quamina<usize>>,
    a_tree: Option<ATree<usize>>,
}

/// How many times a filter matches an event of a buffer; nothing if the engine cannot be asked.
type Total = fn(&Engines, &[u8]) -> Option<usize>;

struct Engine {
    name: &'static str,
    /// How many events it is asked about, with one filter and with all of them.
    work: usize,
    total: Total,
}

const ENGINES: &[Engine] = &[
    Engine { name: "qualys-filter: FilterSet::matches_into", work: usize::MAX, total: |e, b| {
        let mut matches = Matches::new();
        Some(lines(b).map(|event| {
            e.set.matches_into(event, &mut matches).expect("JSON");
            matches.len()
        }).sum())
    } },
    Engine { name: "qualys-filter: FilterSet::scan", work: usize::MAX, total: |e, b| {
        let (mut scan, mut matches) = (e.set.scan(b), Matches::new());
        let mut total = 0;
        while let Some(hit) = scan.next_into(&mut matches) {
            hit.expect("JSON");
            total += matches.len();
        }
        Some(total)
    } },
    Engine { name: "qualys-filter: a loop over `Filter`s", work: 3_000_000, total: |e, b| {
        Some(lines(b).map(|event| {
            e.filters.iter().filter(|filter| filter.is_match(event) == Ok(true)).count()
        }).sum())
    } },
    Engine { name: "serde_json: a loop over `Value`", work: 30_000_000, total: |e, b| {
        Some(lines(b).map(|event| {
            let event: Value = serde_json::from_slice(event).expect("JSON");
            e.asked.iter().filter(|asked| by_hand(asked, &event)).count()
        }).sum())
    } },
    Engine { name: "quamina", work: usize::MAX, total: |e, b| {
        let quamina = e.quamina.as_ref()?;
        Some(lines(b).map(|event| quamina.matches_for_event(event).expect("JSON").len()).sum())
    } },
    Engine { name: "a-tree (after serde_json)", work: 30_000_000, total: |e, b| {
        let tree = e.a_tree.as_ref()?;
        Some(lines(b).map(|event| {
            let event: Value = serde_json::from_slice(event).expect("JSON");
            let mut builder = tree.make_event();
            for (name, path) in ATTRIBUTES {
                match event.pointer(path).and_then(Value::as_str) {
                    Some(text) => builder.with_string(name, text),
                    None => builder.with_undefined(name),
                }.expect("an attribute");
            }
            let event = builder.build().expect("all attributes");
            tree.search(&event).expect("an event").matches().len()
        }).sum())
    } },
];

const ATTRIBUTES: [(&str, &str); 6] = [
    ("hash", "/file/sha256"),
    ("action", "/action"),
    ("name", "/file/fileName"),
    ("address", "/network/remoteIP"),
    ("process", "/actor/processName"),
    ("host", "/asset/netBiosName"),
];

/// What a program would write for just these filters.
fn by_hand(asked: &Asked, event: &Value) -> bool {
    let text = |path| event.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let path = || text("/file/fullPath").to_ascii_lowercase();
    match asked {
        Asked::Hash(hash) => text("/file/sha256").eq_ignore_ascii_case(hash),
        Asked::ActionName(action, name) => text("/action") == *action && text("/file/fileName") == name,
        Asked::Address(address) => text("/network/remoteIP") == address,
        Asked::ProcessHost(process, host) => {
            text("/actor/processName") == process && text("/asset/netBiosName") == host
        }
        Asked::PathStart(start) => path().starts_with(&start.to_ascii_lowercase()),
        Asked::PathPiece(piece) => path().contains(piece.as_str()),
        Asked::Ports(first, last) => {
            let port: Result<u64, _> = text("/network/remotePort").parse();
            port.is_ok_and(|port| (*first..=*last).contains(&port))
        }
    }
}

/// The filter as quamina writes it, if it can.
fn quamina(asked: &Asked) -> Option<String> {
    let pattern = match asked {
        Asked::Hash(hash) => serde_json::json!({"file": {"sha256": [hash]}}),
        Asked::ActionName(action, name) => serde_json::json!({"action": [action], "file": {"fileName": [name]}}),
        Asked::Address(address) => serde_json::json!({"network": {"remoteIP": [address]}}),
        Asked::ProcessHost(process, host) => {
            serde_json::json!({"actor": {"processName": [process]}, "asset": {"netBiosName": [host]}})
        }
        _ => return None,
    };
    Some(pattern.to_string())
}

/// The filter as a-tree writes it, if it can.
fn a_tree(asked: &Asked) -> Option<String> {
    match asked {
        Asked::Hash(hash) => Some(format!("hash = '{hash}'")),
        Asked::ActionName(action, name) => Some(format!("action = '{action}' and name = '{name}'")),
        Asked::Address(address) => Some(format!("address = '{address}'")),
        Asked::ProcessHost(process, host) => Some(format!("process = '{process}' and host = '{host}'")),
        _ => None,
    }
}

fn lines(buffer: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', buffer).map(move |end| &buffer[std::mem::replace(&mut start, end + 1)..end])
}

/// The first so many events.
fn part(buffer: &[u8], events: usize) -> &[u8] {
    let end = memchr::memchr_iter(b'\n', buffer).nth(events.saturating_sub(1));
    end.map_or(buffer, |end| &buffer[..=end])
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn engines(asked: Vec<Asked>) -> Engines {
    let checked = |asked: &Asked| -> Checked {
        let query: Query = asked.text().parse().expect("a good filter");
        query.check(Schema::edr()).expect("a good filter")
    };
    let checked: Vec<Checked> = asked.iter().map(checked).collect();
    let before = LIVE.load(Ordering::Relaxed);
    let start = Instant::now();
    let set = FilterSet::new(&checked);
    let seconds = start.elapsed().as_secs_f64();
    let bytes = LIVE.load(Ordering::Relaxed) - before;
    let count = asked.len() as f64;
    eprintln!("{count} filters: {:.2} µs and {:.0} bytes a filter", seconds * 1e6 / count, bytes as f64 / count);
    // With 10,000 quamina 0.7 refuses: the automaton grows beyond its budget; with more of it, it panics.
    let quamina = asked.iter().map(quamina).collect::<Option<Vec<_>>>().filter(|all| all.len() <= 1000).map(|patterns| {
        let mut quamina = Quamina::new();
        for (id, pattern) in patterns.iter().enumerate() {
            quamina.add_pattern(id, pattern).expect("a pattern");
        }
        quamina
    });
    let a_tree = asked.iter().map(a_tree).collect::<Option<Vec<_>>>().map(|expressions| {
        let definitions = ATTRIBUTES.map(|(name, _)| AttributeDefinition::string(name));
        let mut tree = ATree::new(&definitions).expect("attributes");
        for (id, expression) in expressions.iter().enumerate() {
            tree.insert(&id, expression).expect("an expression");
        }
        tree
    });
    let filters = checked.iter().map(Checked::compile).collect();
    Engines { asked, filters, set, quamina, a_tree }
}

fn main() {
    let most = std::env::args().nth(2).and_then(|arg| arg.parse().ok()).unwrap_or(usize::MAX);
    let megabytes = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(128);
    let buffer = events::buffer(1, megabytes << 20);
    let events = lines(&buffer).count();
    println!("{} MB of events, {events} of them.\n", buffer.len() >> 20);
    let mut rows = vec![Vec::new(); ENGINES.len()];
    let mut heads = Vec::new();
    for (kind, make) in [("eq", many::eqs as fn(u64, usize) -> Vec<Asked>), ("mix", many::mixes)] {
        for count in COUNTS.into_iter().filter(|count| *count <= most) {
            heads.push(format!("{kind} {count}"));
            let engines = engines(make(2, count));
            let mut hits = 0;
            for (engine, row) in ENGINES.iter().zip(&mut rows) {
                let part = part(&buffer, engine.work / count);
                let asked = lines(part).count();
                let right: usize = {
                    let mut matches = Matches::new();
                    lines(part).map(|event| {
                        engines.set.matches_into(event, &mut matches).expect("JSON");
                        matches.len()
                    }).sum()
                };
                hits = hits.max(right);
                let figures = (0..ROUNDS).map(|_| {
                    let start = Instant::now();
                    let total = black_box((engine.total)(&engines, black_box(part)))?;
                    let figure = asked as f64 / start.elapsed().as_secs_f64() / 1e3;
                    assert_eq!(total, right, "{} {kind} {count}", engine.name);
                    Some(figure)
                });
                let figures: Option<Vec<f64>> = figures.collect();
                row.push(figures.map_or("–".to_owned(), |figures| {
                    let figure = median(figures);
                    let digits = if figure < 10.0 { 2 } else { 0 };
                    format!("{figure:.digits$}")
                }));
            }
            eprintln!("{kind} {count}: {hits} hits");
        }
    }
    println!("| engine | {} |\n|---|{}", heads.join(" | "), "---|".repeat(heads.len()));
    for (engine, row) in ENGINES.iter().zip(rows) {
        println!("| {} | {} |", engine.name, row.join(" | "));
    }
}
