//! Which values of an event make a filter true.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::value::RawValue;

use super::json::Members;
use super::{Json, Trace, equals, field_values, passes, values_at};
use crate::check::{Checked, NodeId, NodeKind};
use crate::schema::Kind;

impl Checked {
    /// The ranges of the values that make the query true on an event, in order and without overlap; none
    /// if it does not match, or if the event is not JSON with at most `nesting` objects and arrays around
    /// each other.
    ///
    /// A value counts if a test holds for it that the query needs: of an `OR` those of every part that
    /// holds, of a nested group those of every element that satisfies it. What is under `NOT` has no
    /// value that makes it true.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let query: Query = "type:[FILE, PROCESS] AND NOT action:CREATED".parse()?;
    /// let checked = query.check(Schema::edr()).unwrap();
    /// let event = r#"{"score": 3, "type": "FILE"}"#;
    /// let ranges = checked.matched(event.as_bytes(), 128);
    /// assert_eq!(ranges.len(), 1);
    /// assert_eq!(&event[ranges[0].clone()], "\"FILE\"");
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn matched(&self, event: &[u8], nesting: usize) -> Vec<Range<usize>> {
        let Some(json) = Json::read(event, nesting) else {
            return Vec::new();
        };
        let Ok(raw) = serde_json::from_slice::<&RawValue>(event) else {
            return Vec::new();
        };
        let mut spans = HashMap::new();
        spans_of(raw, &json, event.as_ptr().addr(), &mut spans);
        let mut ranges = Vec::new();
        for value in values(self, &json) {
            ranges.extend(spans.get(&std::ptr::from_ref(value)).cloned());
        }
        ranges.sort_by_key(|range: &Range<usize>| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        ranges.retain(|range| {
            let apart = range.start >= end;
            end = end.max(range.end);
            apart
        });
        ranges
    }
}

/// The values that make a query true.
fn values<'j>(checked: &Checked, event: &'j Json) -> Vec<&'j Json> {
    let trace = Trace::new(checked);
    let mut found = Vec::new();
    let mut groups = vec![(checked.root(), event)];
    while let Some((root, scope)) = groups.pop() {
        let truth = trace.truth(root, scope, event);
        let holds = |id: &NodeId| truth.get(id.index()) == Some(&true);
        let mut todo = vec![root];
        while let Some(id) = todo.pop() {
            if !holds(&id) {
                continue;
            }
            match &checked.node(id).kind {
                NodeKind::Any(children) | NodeKind::All(children) => todo.extend(children),
                NodeKind::Not(_) => {}
                NodeKind::Element(keys, inside) => {
                    let elements = values_at(scope, keys).into_iter();
                    let good = elements.filter(|element| trace.holds(*inside, element, event));
                    groups.extend(good.map(|element| (*inside, element)));
                }
                NodeKind::Test(field, kind, test) => {
                    let values = field_values(scope, field).into_iter();
                    found.extend(values.filter(|value| passes(value, *kind, test)));
                }
                NodeKind::FreeText(value) => {
                    let is = |json: &Json| equals(json, Kind::Text, value);
                    found.extend(strings(event).into_iter().filter(|json| is(json)));
                }
            }
        }
    }
    found
}

/// All strings of an event.
fn strings(event: &Json) -> Vec<&Json> {
    let mut found = Vec::new();
    let mut todo = vec![event];
    while let Some(json) = todo.pop() {
        match json {
            Json::String(_) => found.push(json),
            Json::Array(elements) => todo.extend(elements),
            Json::Object(members) => todo.extend(members.iter().map(|(_, member)| member)),
            _ => {}
        }
    }
    found
}

/// Adds the ranges of a value and all values in it, by their addresses in the tree. The tree was read of
/// the same text, with a limit on its depth.
fn spans_of(
    raw: &RawValue,
    json: &Json,
    start: usize,
    spans: &mut HashMap<*const Json, Range<usize>>,
) {
    let text = raw.get();
    let at = text.as_ptr().addr() - start;
    spans.insert(std::ptr::from_ref(json), at..at + text.len());
    match json {
        Json::Array(elements) => {
            let raws: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            for (raw, element) in raws.into_iter().zip(elements) {
                spans_of(raw, element, start, spans);
            }
        }
        Json::Object(members) => {
            let Ok(Members(mut raws)) = serde_json::from_str::<Members<'_>>(text) else {
                return;
            };
            let mut seen = HashSet::new();
            raws.retain(|(key, _)| seen.insert(key.clone()));
            for ((_, raw), (_, member)) in raws.into_iter().zip(members) {
                spans_of(raw, member, start, spans);
            }
        }
        _ => {}
    }
}
