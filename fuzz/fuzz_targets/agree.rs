//! The filter and the scan, strict or not, with all instructions, and a trace give the answer of the reference evaluator for generated filters and events.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::Schema;
use qualys_filter::eval::trace;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/schema.toml");
    Schema::from_toml(text).expect("the schema is good")
});

fuzz_target!(|bytes: (Vec<u8>, Vec<u8>)| {
    let filter = generate::filter(&mut Choices::new(&bytes.0));
    let event = generate::event(&mut Choices::new(&bytes.1));
    let Some(checked) = testkit::checked_if_it_fits(&filter, &SCHEMA) else {
        return;
    };
    let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
    let right = checked.right(&json);
    let read = trace::Json::read(event.as_bytes(), 128).expect("generated events are JSON");
    let traced = &checked.trace(&read)[checked.root().index()];
    assert_eq!(traced.holds, right, "trace\n{filter}\n{event}");
    let query = &filter;
    for (level, filter) in checked.compile().on_all_levels() {
        for filter in [filter.strict(), filter] {
            let found = filter.is_match(event.as_bytes());
            assert_eq!(found, Ok(right), "{level}\n{query}\n{event}");
            let count = filter.scan(event.as_bytes()).count();
            assert_eq!(count, usize::from(right), "{level}\n{query}\n{event}");
        }
    }
});
