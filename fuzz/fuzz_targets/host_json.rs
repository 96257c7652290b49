//! Filters inside of JSON: their places lead back to the text that stands for them, and a fixed file is
//! JSON with the fixed filters and everything else as it was.
#![no_main]
#![allow(dead_code, unused_imports)]

// The fixes of the tool, as they stand.
#[path = "../../src/bin/qlint/lint"]
mod lint {
    pub(crate) mod fix;
    pub(crate) mod ignores;
    pub(crate) mod report;
}

#[path = "../../src/bin/qlint/output"]
mod output {
    pub(crate) mod harmless;
    pub(crate) mod name;

    pub(crate) use name::Name;
}

use libfuzzer_sys::fuzz_target;
use qualys_filter::document::{Format, Keys};
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
    let keys = Keys::default();
    let format = Format::named("json").expect("a host format");
    let Ok(filters) = format.find(&text, &keys) else {
        return;
    };
    for filter in &filters {
        for (at, c) in filter.text().char_indices() {
            let range = filter.map().range(at..at + c.len_utf8());
            let written = text.get(range).expect("a place in the file");
            let read: String =
                serde_json::from_str(&format!("\"{written}\"")).expect("a character");
            assert_eq!(read, c.to_string());
        }
    }
    let linter = Linter::new(Schema::edr());
    let today = chrono::NaiveDate::default();
    let Ok(fixed) = lint::fix::fix(&text, format, &keys, &linter, Applicability::Unsafe, today)
    else {
        return;
    };
    let after = format
        .find(&fixed.text, &keys)
        .expect("a fixed file is JSON");
    for (before, after) in filters.iter().zip(&after) {
        let right = match format.can_write(before) {
            false => before.text().to_owned(),
            true => linter.fix(before.text(), Applicability::Unsafe).text,
        };
        assert_eq!(after.text().trim(), right.trim());
    }
    // Equal keys are lost in a value, on both sides alike.
    let mut values = [&text, &fixed.text].map(|text| {
        let text = text.trim_start_matches('\u{feff}');
        serde_json::from_str::<Value>(text).ok()
    });
    values.iter_mut().flatten().for_each(rest);
    let [before, after] = values;
    assert_eq!(before, after);
});
