//! Any text is read, or refused with places in it; what is read prints and reads back the same, and
//! can be checked. Of what is refused, too, there is a tree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qualys_filter::{Limits, Query, Schema};

fuzz_target!(|text: &str| {
    let parsed = Query::parse_lossy(text, &Limits::default());
    if text.len() <= Limits::default().query_bytes {
        testkit::tree::assert_whole(&parsed, text);
    }
    let (checked, _) = parsed.check(Schema::edr());
    assert!(checked.is_none() || parsed.errors().is_empty());
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
