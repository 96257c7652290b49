//! The oracle, the filter and the scan, strict or not, with all instructions, give the same answer for generated filters and events.
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
    let event = generate::event(&mut Choices::new(&bytes.1));
    let Ok(query) = filter.parse::<Query>() else {
        return;
    };
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().expect("a date"));
    let Ok(checked) = query.check_with(&SCHEMA, &options) else {
        return;
    };
    let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
    let right = oracle::is_match(&checked, &json);
    for (level, filter) in checked.compile().on_all_levels() {
        for filter in [filter.strict(), filter] {
            let found = filter.is_match(event.as_bytes());
            assert_eq!(found, Ok(right), "{level}\n{query}\n{event}");
            let count = filter.scan(event.as_bytes()).count();
            assert_eq!(count, usize::from(right), "{level}\n{query}\n{event}");
        }
    }
});
