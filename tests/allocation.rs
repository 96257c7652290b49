//! Matching allocates nothing for an event, once the room that it needs has been taken.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

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

use qualys_filter::schema::{Kind, Token};
use qualys_filter::{Checked, FilterSet, Matches, Query, Schema};
use testkit::{events, filters, many};

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

#[test]
fn many_elements_take_no_more_room_than_two() {
    let filter = "a:(b:1 AND c:(d:2 OR e:3)) OR NOT a.x:4".parse::<Query>();
    let filter = filter.unwrap().check(Schema::open()).unwrap().compile();
    let event = |count| {
        let element = r#"{"b": 1, "c": [{"d": 1, "e": 1}, {"d": 3}], "x": 4}"#;
        format!("{{\"a\": [{}]}}", vec![element; count].join(", "))
    };
    let (few, many) = (event(2), event(10_000));
    assert_eq!(filter.is_match(few.as_bytes()), Ok(false));
    let count = COUNT.get();
    assert_eq!(filter.is_match(many.as_bytes()), Ok(false));
    assert_eq!(COUNT.get() - count, 0);
}

#[test]
fn no_event_costs_a_set_an_allocation() {
    let buffer = events::buffer(1, 4 << 20);
    let lines = || {
        buffer
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
    };
    let values: Vec<serde_json::Value> = lines()
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let check = |text: &str| -> Checked {
        let query = Query::parse_with(text, &qualys_filter::Limits::none()).unwrap();
        query.check(Schema::edr()).unwrap()
    };
    let texts = |asked: Vec<many::Asked>| asked.iter().map(many::Asked::text).collect();
    let sets: [(&str, Vec<String>); 4] = [
        ("eq", texts(many::eqs(2, 1_000))),
        ("mix", texts(many::mixes(2, 1_000))),
        (
            "one filter each",
            filters::filters()
                .into_iter()
                .map(|(_, text)| text)
                .collect(),
        ),
        (
            "negative",
            (0..100).map(|n| format!("NOT file.name:a{n}")).collect(),
        ),
    ];
    for (name, texts) in sets {
        let filters: Vec<Checked> = texts.iter().map(|text| check(text)).collect();
        let set = FilterSet::new(&filters);
        let mut matches = Matches::new();
        let mut bytes = || {
            let mut hits = 0;
            for line in lines() {
                set.matches_into(line, &mut matches).unwrap();
                hits += matches.len();
            }
            hits
        };
        let hits = bytes();
        let count = COUNT.get();
        assert_eq!(bytes(), hits);
        assert_eq!(COUNT.get() - count, 0, "matches_into, {name}");

        let mut of_values = || {
            let mut hits = 0;
            for value in &values {
                set.matches_value_into(value, &mut matches);
                hits += matches.len();
            }
            hits
        };
        assert_eq!(of_values(), hits);
        let count = COUNT.get();
        of_values();
        // The elements of a nested group are noted.
        let allowed = if name == "one filter each" {
            values.len() as u64
        } else {
            0
        };
        assert!(COUNT.get() - count <= allowed, "matches_value_into, {name}");

        let mut scan = set.scan(&buffer);
        let mut some = Matches::new();
        let mut found = 0;
        // The room is taken once for each scan.
        for _ in 0..100 {
            if scan.next_into(&mut some).is_some() {
                found += some.len();
            }
        }
        let count = COUNT.get();
        while let Some(hit) = scan.next_into(&mut some) {
            assert!(hit.is_ok());
            found += some.len();
        }
        assert_eq!(found, hits, "{name}");
        assert!(
            COUNT.get() - count <= 8,
            "scan, {name}: {}",
            COUNT.get() - count
        );
    }
}

#[test]
fn escapes_cost_a_set_no_allocation() {
    let query: Query = "type:FILE OR action:CREATED".parse().unwrap();
    let set = FilterSet::new([query.check(Schema::edr()).unwrap()]);
    assert!(set.explain().to_string().starts_with("look for the keys"));
    // A key that is none, one whose value has to be read, and one with an escape.
    let event = br#"{"a":"type","action":[1],"type":"C:\\x"}"#;
    let mut matches = Matches::new();
    let mut ask = || {
        let count = COUNT.get();
        set.matches_into(event, &mut matches).unwrap();
        assert_eq!(set.is_match(event), Ok(false));
        COUNT.get() - count
    };
    ask();
    assert_eq!((ask(), ask()), (0, 0));
    let other = br#"{"a":"type","type":"C:\\x"}"#;
    set.matches_into(other, &mut matches).unwrap();
    let count = COUNT.get();
    set.matches_into(other, &mut matches).unwrap();
    assert_eq!(COUNT.get() - count, 0);
}

#[test]
fn versions_and_milliseconds_cost_no_allocation() {
    let token = |name: &str, kind| Token::new(name, kind).with_path(name).unwrap();
    let schema = Schema::empty()
        .with_token(token("v", Kind::Version))
        .and_then(|schema| schema.with_token(token("d", Kind::DateTime)))
        .unwrap();
    let check = |text: &str| {
        let query: Query = text.parse().unwrap();
        query.check(&schema).unwrap()
    };
    let texts = [
        "v > 4.8",
        "v:[2.0-rc1 .. 2.0]",
        "v = \"4.8-beta\"",
        "v:beta",
        "d:1704067200000",
        "d:[2024-01-01T05 .. 2024-01-01T05:33]",
    ];
    let filters: Vec<Checked> = texts.iter().map(|text| check(text)).collect();
    let set = FilterSet::new(&filters);
    let filters: Vec<_> = filters.iter().map(|checked| checked.compile()).collect();
    let mut buffer = String::new();
    let versions = [
        "4.8.0.61",
        "v4.8-BETA",
        "2.0-Rc2",
        "Ünstable",
        "4.8.é9",
        "0004.0008",
    ];
    for (at, version) in versions.iter().cycle().take(1_000).enumerate() {
        let millis = 1_704_067_200_000_u64 + at as u64 * 7_200;
        let line = match at % 3 {
            0 => format!("{{\"v\":\"{version}\",\"d\":\"{millis}\"}}\n"),
            1 => format!("{{\"v\":4.{at},\"d\":{millis}.5}}\n"),
            _ => format!("{{\"v\":\"{version}\",\"d\":{millis}}}\n"),
        };
        buffer += &line;
    }
    let mut matches = Matches::new();
    let mut ask = || {
        let count = COUNT.get();
        let mut hits = [0; 2];
        for line in buffer.lines().map(str::as_bytes) {
            let each = filters.iter();
            hits[0] += each
                .filter(|filter| filter.is_match(line) == Ok(true))
                .count();
            set.matches_into(line, &mut matches).unwrap();
            hits[1] += matches.len();
        }
        (COUNT.get() - count, hits)
    };
    let (_, hits) = ask();
    assert!(hits[0] > 500 && hits[0] == hits[1], "{hits:?}");
    assert_eq!(ask(), (0, hits));
}
