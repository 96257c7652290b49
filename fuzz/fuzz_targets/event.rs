//! Any bytes as an event end in an answer or an error; what is JSON gets the right answer.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::{Filter, ScanOptions, Schema};
use testkit::Asked;
use testkit::reference::Json;

static FILTERS: LazyLock<Vec<(Asked, Filter)>> = LazyLock::new(|| {
    let filters = [
        r#"type:FILE AND file.properties.certificate:(signed:true AND NOT valid:false)"#,
        r#"NOT (indicator.score > 5 OR process.name:"svchost.exe") OR event.dateTime:[2020 .. 2021]"#,
        "svchost OR network.remote.address.ip:10.0.0.0/8 OR file.name IS NULL",
    ];
    let compile = |text: &&str| {
        let checked = testkit::checked(text, Schema::edr());
        let filter = checked.compile();
        (checked, filter)
    };
    filters.iter().map(compile).collect()
});

fuzz_target!(|bytes: &[u8]| {
    let json = Json::read(bytes, 128);
    let root = Some("data".parse().expect("a path"));
    let mut options = ScanOptions::default()
        .with_invert(true)
        .with_count(bytes.len() % 2 == 0);
    options.root = root;
    for (checked, filter) in FILTERS.iter() {
        let found = filter.is_match(bytes);
        if let Some(json) = &json {
            assert_eq!(found, Ok(checked.right(json)));
        }
        let strict = filter.strict().is_match(bytes);
        assert_eq!(strict.is_ok(), json.is_some(), "{strict:?}");
        for (level, filter) in filter.on_all_levels() {
            assert_eq!(filter.is_match(bytes), found, "{level}");
        }
        if let Err(error) = found {
            assert!(error.offset() <= bytes.len(), "{error}");
        }
        for found in filter.scan(bytes).chain(filter.scan_with(bytes, &options)) {
            let range = match found {
                Ok(hit) => hit.range,
                Err(bad) => bad.range,
            };
            assert!(bytes.get(range).is_some());
        }
    }
});
