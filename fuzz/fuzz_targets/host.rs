//! Filters in texts of every format: their places are inside of the text, and what is fixed or formatted
//! is a text of the format, with as many filters after a fix.
#![no_main]

use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use qualys_filter::document::{Document, Format};
use qualys_filter::{Applicability, Linter, Schema};

fuzz_target!(|input: (u8, String)| {
    let (which, text) = input;
    let format = Format::ALL[usize::from(which) % Format::ALL.len()];
    let Ok(document) = Document::new(&*text, format) else {
        return;
    };
    for filter in document.filters() {
        assert!(text.get(filter.range()).is_some());
        if !filter.map().is_exact() {
            assert!(!document.is_writable(filter));
            continue;
        }
        for (at, c) in filter.text().char_indices() {
            let range = filter.map().host_range(at..at + c.len_utf8());
            assert!(text.get(range).is_some());
        }
    }
    let linter = Linter::new(Schema::edr());
    document.lint(&linter, NaiveDate::default());
    let formatted = document.formatted(80).text;
    Document::new(formatted, format).expect("the same format");
    let Ok(fixed) = document.fix(&linter, Applicability::Unsafe, NaiveDate::default()) else {
        return;
    };
    assert_eq!(document.filters().len(), fixed.document.filters().len());
});
