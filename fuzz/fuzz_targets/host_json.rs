//! Filters inside of JSON: their places lead back to the text that stands for them, and a fixed file is
//! JSON with the fixed filters and everything else as it was.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use qualys_filter::document::{Document, Format};
use qualys_filter::{Applicability, Linter, Schema};
use serde_json::Value;

/// Everything but the filters, which become null.
fn rest(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rest),
        Value::Object(members) => {
            for (key, value) in members.iter_mut() {
                match value {
                    Value::String(_) if key == "filter" || key == "query" => *value = Value::Null,
                    Value::Array(items) if key == "filters" => {
                        for item in items.iter_mut() {
                            match item {
                                Value::String(_) => *item = Value::Null,
                                other => rest(other),
                            }
                        }
                    }
                    other => rest(other),
                }
            }
        }
        _ => {}
    }
}

fuzz_target!(|input: (String, bool, String)| {
    let (text, whole, filter) = input;
    let text = match whole {
        true => text,
        false => {
            let (filter, text) = (Value::from(filter), Value::from(text));
            format!("[{{\"filter\": {filter}, \"x\": {text}}}, {{\"filters\":[{filter}]}}]")
        }
    };
    let format = Format::named("json").expect("a host format");
    let Ok(document) = Document::new(&*text, format) else {
        return;
    };
    for filter in document.filters() {
        for (at, c) in filter.text().char_indices() {
            let range = filter.map().host_range(at..at + c.len_utf8());
            assert_eq!(filter.map().filter_offset(range.start), Some(at));
            let written = text.get(range).expect("a place in the file");
            let read: String =
                serde_json::from_str(&format!("\"{written}\"")).expect("a character");
            assert_eq!(read, c.to_string());
        }
    }
    let linter = Linter::new(Schema::edr());
    let Ok(fixed) = document.fix(&linter, Applicability::Unsafe, NaiveDate::default()) else {
        return;
    };
    let filters = document.filters().iter().zip(fixed.document.filters());
    for (before, after) in filters {
        let right = match document.is_writable(before) {
            false => before.text().to_owned(),
            true => linter.fix(before.text(), Applicability::Unsafe).text,
        };
        assert_eq!(after.text().trim(), right.trim());
    }
    // Equal keys are lost in a value, on both sides alike.
    let mut values = [&*text, fixed.document.text()].map(|text| {
        let text = text.trim_start_matches('\u{feff}');
        serde_json::from_str::<Value>(text).ok()
    });
    values.iter_mut().flatten().for_each(rest);
    let [before, after] = values;
    assert_eq!(before, after);
});
