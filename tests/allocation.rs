//! Matching allocates nothing for an event, once the room that it needs has been taken.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

#[path = "../benches/events/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "the benchmarks use the rest")]
mod events;
#[path = "../benches/filters/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "the benchmarks use the rest")]
mod filters;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_event_costs_an_allocation() {
    let buffer = events::buffer(1, 8 << 20);
    let (before, after) = buffer.split_at(buffer.len() / 2);
    let start = after.iter().position(|byte| *byte == b'\n').unwrap();
    let after = &after[start + 1..];
    let values: Vec<serde_json::Value> = after
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert!(values.len() > 1_000);
    for (name, text) in filters::filters() {
        let filter = filters::filter(&text);
        let lines = |buffer: &[u8]| {
            let lines = buffer.split(|byte| *byte == b'\n');
            lines
                .filter(|line| !line.is_empty() && filter.is_match(line) == Ok(true))
                .count()
        };
        let warm = lines(before) + values.iter().filter(|v| filter.is_match_value(v)).count();

        let count = COUNT.get();
        let hits = lines(after);
        assert_eq!(COUNT.get() - count, 0, "is_match, {name}");

        let count = COUNT.get();
        let of_values = values
            .iter()
            .filter(|value| filter.is_match_value(value))
            .count();
        // The elements of a nested group are noted.
        let per_event = u64::from(text.contains("certificate:("));
        let allowed = per_event * values.len() as u64;
        assert!(COUNT.get() - count <= allowed, "is_match_value, {name}");
        assert_eq!(of_values, hits, "{name} {warm}");

        let scan = |buffer: &[u8]| {
            let count = COUNT.get();
            let hits = filter.scan(buffer).count();
            (COUNT.get() - count, hits)
        };
        // What is looked for is chosen at the first scan.
        scan(b"");
        let (of_half, _) = scan(before);
        let (of_all, _) = scan(&buffer);
        let (again, hits_again) = scan(after);
        assert_eq!(hits_again, hits, "{name}");
        // The room is taken once for each scan, in a few steps.
        assert!(
            of_half.max(of_all).max(again) <= 16,
            "scan, {name}: {of_half}, {of_all}, {again}"
        );
    }
}
