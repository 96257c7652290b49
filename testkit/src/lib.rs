//! Shared code of tests, benchmarks and fuzz targets.
//!
//! [`reference`](mod@reference) is a second implementation of the language, slow and plain;
//! [`answer`] runs every engine and compares it with that. [`generate`] makes filters and events,
//! [`spoil`] filters with mistakes; [`events`], [`filters`], [`many`] and [`hostile`] are inputs of
//! benchmarks.

pub mod events;
pub mod filters;
pub mod generate;
pub mod hostile;
pub mod many;
pub mod others;
pub mod pages;
pub mod reference;
pub mod spoil;
pub mod tree;

use std::borrow::Borrow;
use std::ops::Deref;

use qualys_filter::eval::trace;
use qualys_filter::{CheckOptions, Checked, FilterId, FilterSet, Query, ScanOptions, Schema};
use reference::compare::NOW;
use reference::{Json, Reference, date};

/// A filter that fits its schema, with what the reference evaluator makes of the same text.
#[derive(Clone)]
pub struct Asked {
    pub checked: Checked,
    reference: Reference,
}

impl Asked {
    /// Takes what was checked with this schema, and [`NOW`].
    pub fn of(checked: Checked, schema: &Schema) -> Asked {
        let text = checked.text();
        let now = date::in_string(NOW).unwrap();
        let reference = Reference::new(text, &reference::Schema::of(schema), now);
        let reference = reference.unwrap_or_else(|why| panic!("{text}: {why:?}"));
        Asked { checked, reference }
    }

    /// The answer that the language defines.
    pub fn right(&self, event: &Json) -> bool {
        self.reference.answer(event)
    }
}

impl Deref for Asked {
    type Target = Checked;

    fn deref(&self) -> &Checked {
        &self.checked
    }
}

impl Borrow<Checked> for Asked {
    fn borrow(&self) -> &Checked {
        &self.checked
    }
}

impl Borrow<Checked> for &Asked {
    fn borrow(&self) -> &Checked {
        &self.checked
    }
}

/// Checks a filter with a fixed time for `now`.
pub fn checked(filter: &str, schema: &Schema) -> Asked {
    let query: Query = filter
        .parse()
        .unwrap_or_else(|e| panic!("{filter}: {}", list(&e)));
    let checked = query
        .check_with(schema, &options())
        .unwrap_or_else(|e| panic!("{filter}: {}", list(&e)));
    Asked::of(checked, schema)
}

/// The same, if the filter is well formed and fits the schema.
pub fn checked_if_it_fits(filter: &str, schema: &Schema) -> Option<Asked> {
    let query: Query = filter.parse().ok()?;
    let checked = query.check_with(schema, &options()).ok()?;
    Some(Asked::of(checked, schema))
}

fn options() -> CheckOptions {
    CheckOptions::at(NOW.parse().unwrap())
}

/// Every message of some errors.
pub fn list<'e, E: ToString + 'e>(errors: impl IntoIterator<Item = &'e E>) -> String {
    errors
        .into_iter()
        .map(E::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The answer of every engine for an event that is well formed; panics if they differ.
pub fn answer(checked: &Asked, event: &[u8]) -> bool {
    let shown = || format!("{}\n{}", checked.text(), String::from_utf8_lossy(event));
    let json = Json::read(event, 128).unwrap_or_else(|| panic!("not JSON: {}", shown()));
    let right = checked.right(&json);
    let of_trace = trace::Json::read(event, 128).unwrap_or_else(|| panic!("not JSON: {}", shown()));
    let root = checked.root().index();
    let traced = checked.trace(&of_trace).get(root).map(|root| root.holds);
    assert_eq!(traced, Some(right), "trace\n{}", shown());
    let filter = checked.compile();
    let start = event.iter().position(|b| !b.is_ascii_whitespace());
    // An array is a list of events to a scan, and one event to `is_match`.
    let is_array = event.get(start.unwrap_or(0)) == Some(&b'[');
    let levels = filter.on_all_levels();
    assert!(!levels.is_empty());
    for (name, filter) in levels {
        for filter in [filter.strict(), filter] {
            assert_eq!(filter.is_match(event), Ok(right), "{name}\n{}", shown());
            for (count, invert) in [(false, false), (true, false), (false, true)] {
                let options = ScanOptions::default().with_count(count).with_invert(invert);
                let hits = filter.scan_with(event, &options);
                let hits = hits.collect::<Result<Vec<_>, _>>();
                let hits = hits.unwrap_or_else(|bad| panic!("scan: {bad}\n{}", shown()));
                if !is_array {
                    let shown = format!("{name} {options:?}\n{}", shown());
                    assert_eq!(hits.len(), usize::from(right != invert), "{shown}");
                }
            }
        }
    }
    let set = FilterSet::new([checked]);
    let ids: Vec<FilterId> = set.ids().filter(|_| right).collect();
    assert_eq!(set.matches(event), Ok(ids), "set\n{}", shown());
    if !is_array {
        let hits = set.scan(event).filter(Result::is_ok).count();
        assert_eq!(hits, usize::from(right), "scan of a set\n{}", shown());
    }
    // A parsed value is compared with the answer for what the parser kept.
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(event) {
        let kept = Json::read(&serde_json::to_vec(&value).unwrap(), 128).unwrap();
        let right = checked.right(&kept);
        assert_eq!(
            filter.is_match_value(&value),
            right,
            "is_match_value\n{}",
            shown()
        );
        assert_eq!(set.is_match_value(&value), right, "set\n{}", shown());
    }
    right
}
