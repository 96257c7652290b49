//! A scan finds the events that match, in whatever shape they stand in a buffer, and whatever is
//! wrong beside them.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::Schema;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/schema.toml");
    Schema::from_toml(text).expect("the schema is good")
});

fuzz_target!(|bytes: (Vec<u8>, Vec<u8>)| {
    let filter = generate::filter(&mut Choices::new(&bytes.0));
    let (buffer, events) = generate::buffer(&mut Choices::new(&bytes.1));
    let Some(checked) = testkit::checked_if_it_fits(&filter, &SCHEMA) else {
        return;
    };
    let matches = |event: &&String| {
        let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
        checked.right(&json)
    };
    let right = events.iter().filter(matches).count();
    let query = &filter;
    for (level, filter) in checked.compile().on_all_levels() {
        for filter in [filter.strict(), filter] {
            let hits = filter.scan(buffer.as_bytes()).filter(Result::is_ok).count();
            assert_eq!(hits, right, "{level}\n{query}\n{buffer}");
        }
    }
    let places = bytes.1.iter().rev().take(2);
    let places: Vec<(u16, u8)> = places
        .map(|b| ((u16::from(*b) << 8) | u16::from(!*b), *b))
        .collect();
    let spoilt = generate::spoilt(buffer, &places);
    let compiled = checked.compile();
    let strict = compiled.strict();
    let hits = strict.scan(&spoilt).flatten().map(|hit| hit.range);
    let hits: Vec<_> = hits
        .filter(|hit| generate::stands_alone(&spoilt, hit.start))
        .collect();
    for (level, filter) in compiled.on_all_levels() {
        let seen: Vec<_> = filter
            .scan(&spoilt)
            .flatten()
            .map(|hit| hit.range)
            .collect();
        for hit in &hits {
            let shown = String::from_utf8_lossy(&spoilt);
            assert!(seen.contains(hit), "{level}\n{query}\n{hit:?}\n{shown}");
        }
    }
});
