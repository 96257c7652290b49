//! Any text is read, or refused with places in it; what is read prints and reads back the same, and
//! can be checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qualys_filter::{Query, Schema};

fuzz_target!(|text: &str| {
    match text.parse::<Query>() {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(
                printed.parse::<Query>().expect("printed text is good"),
                query
            );
            for schema in [Schema::edr(), Schema::fim(), Schema::open()] {
                if let Ok(checked) = query.check(schema) {
                    let _ = checked.compile().is_match(b"{\"type\": \"FILE\"}");
                }
            }
        }
        Err(errors) => {
            assert!(errors.iter().next().is_some());
            for error in &errors {
                assert!(text.get(error.span().range()).is_some(), "{error:?}");
                if let Some(fix) = error.fix() {
                    let mut places = fix.edits().iter().map(|edit| edit.span.range());
                    assert!(places.all(|place| text.get(place).is_some()), "{fix:?}");
                }
            }
        }
    }
});
