//! Any text that is a query can be checked against any schema; what is found has a place, and what was
//! checked never fails on JSON.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::{CheckOptions, Query, Schema};

static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    let own = include_str!("../../tests/data/schema.toml");
    let deny = format!("extends = \"fim\"\nunknown = \"deny\"\n{own}");
    let mut schemas = vec![
        Schema::edr().clone(),
        Schema::fim().clone(),
        Schema::open().clone(),
        Schema::from_toml(own).expect("the schema is good"),
    ];
    schemas.extend(Schema::from_toml(&deny).ok());
    schemas
});

const EVENTS: &[&str] = &[
    "{}",
    "null",
    "[[], [null]]",
    r#"{"type": "FILE", "file": {"size": 1e400, "certificates": [{"certificateSigned": true}, 5]}}"#,
    r#"{"dateTime": "2024-01-31T00:00:00Z", "network": {"remoteIP": "::1"}, "type": ["a", {"b": null}]}"#,
];

fuzz_target!(|text: &str| {
    let Ok(query) = text.parse::<Query>() else {
        return;
    };
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().expect("a date"));
    for schema in SCHEMAS.iter() {
        let checked = match query.check_with(schema, &options) {
            Ok(checked) => checked,
            Err(errors) => {
                assert!(errors.iter().any(|error| error.is_error()));
                for error in &errors {
                    assert!(text.get(error.span().range()).is_some(), "{error:?}");
                }
                continue;
            }
        };
        for warning in checked.warnings() {
            assert!(!warning.is_error());
            assert!(text.get(warning.span().range()).is_some(), "{warning:?}");
        }
        let filter = checked.compile();
        for event in EVENTS {
            filter
                .is_match(event.as_bytes())
                .expect("events of JSON give an answer");
        }
    }
});
