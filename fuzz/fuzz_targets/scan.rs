//! A scan finds the events that match, in whatever shape they stand in a buffer, and whatever is
//! wrong beside them.
#![no_main]

#[path = "../../tests/common/generate.rs"]
#[allow(dead_code, unreachable_pub)]
mod generate;

use std::sync::LazyLock;

use generate::Choices;
use libfuzzer_sys::fuzz_target;
use qualys_filter::eval::oracle::{self, Json};
use qualys_filter::{CheckOptions, Query, Schema};

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/schema.toml");
    Schema::from_toml(text).expect("the schema is good")
});

fuzz_target!(|bytes: (Vec<u8>, Vec<u8>)| {
    let filter = generate::filter(&mut Choices::new(&bytes.0));
    let (buffer, events) = generate::buffer(&mut Choices::new(&bytes.1));
    let Ok(query) = filter.parse::<Query>() else {
        return;
    };
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().expect("a date"));
    let Ok(checked) = query.check_with(&SCHEMA, &options) else {
        return;
    };
    let matches = |event: &&String| {
        let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
        oracle::is_match(&checked, &json)
    };
    let right = events.iter().filter(matches).count();
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
    let filter = checked.compile();
    let strict = filter.strict();
    let hits = strict.scan(&spoilt).flatten().map(|hit| hit.range);
    let hits: Vec<_> = hits
        .filter(|hit| generate::stands_alone(&spoilt, hit.start))
        .collect();
    for (level, filter) in filter.on_all_levels() {
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
