//! What every condition of a filter comes to on an event: what `qlint explain` shows.
//!
//! A trace is taken of [`Checked`] on a plain tree of the whole event, slowly, and shares no
//! evaluation code with [`Filter`](crate::Filter). Tests hold it equal to everything else.

mod answer;
mod counterexample;
mod json;
mod matched;
mod neighbours;
mod text;
mod value;
mod version;

use std::cmp::Ordering;
use std::ops::Bound;

use unicode_segmentation::UnicodeSegmentation;

pub use answer::Answer;
pub use json::Json;

use crate::check::{Auto, Checked, Field, Interval, NodeId, NodeKind, Range, Test, Value};
use crate::schema::Kind;
use text::{glob, lower, parts_match, phrase_matches};
use value::{address_of, boolean_of, date_of, is_none, number_of, order};

/// The conditions of a filter, as parts of its nested groups.
struct Trace<'c> {
    checked: &'c Checked,
    /// For every condition, the nested group that it is directly part of.
    group: Vec<Option<NodeId>>,
}

impl<'c> Trace<'c> {
    fn new(checked: &'c Checked) -> Trace<'c> {
        let mut group = vec![None; checked.len()];
        let mut todo = vec![(checked.root(), None)];
        while let Some((id, around)) = todo.pop() {
            if let Some(entry) = group.get_mut(id.index()) {
                *entry = around;
            }
            let kind = &checked.node(id).kind;
            let inside = match kind {
                NodeKind::Element(..) => Some(id),
                _ => around,
            };
            todo.extend(kind.children().iter().map(|child| (*child, inside)));
        }
        Trace { checked, group }
    }

    /// Whether the condition holds within `scope`, which is the event or an element of it.
    fn holds(&self, root: NodeId, scope: &Json, event: &Json) -> bool {
        self.truth(root, scope, event).last() == Some(&true)
    }

    /// Whether each condition up to this one holds, of those in the same nested group.
    fn truth(&self, root: NodeId, scope: &Json, event: &Json) -> Vec<bool> {
        // Conditions come after those that they are made of, so one pass answers them all.
        let group = self.group.get(root.index()).copied().flatten();
        let mut truth = vec![false; root.index() + 1];
        for id in (0..=root.index()).map(NodeId::new) {
            if self.group.get(id.index()).copied().flatten() != group {
                continue;
            }
            let of = |id: &NodeId| truth.get(id.index()).copied().unwrap_or_default();
            let holds = match &self.checked.node(id).kind {
                NodeKind::Any(children) => children.iter().any(of),
                NodeKind::All(children) => children.iter().all(of),
                NodeKind::Not(child) => !of(child),
                NodeKind::Element(keys, inside) => values_at(scope, keys)
                    .into_iter()
                    .any(|element| self.holds(*inside, element, event)),
                NodeKind::Test(field, kind, test) => field_values(scope, field)
                    .into_iter()
                    .any(|value| passes(value, *kind, test)),
                NodeKind::FreeText(value) => any_string(event, value),
            };
            if let Some(entry) = truth.get_mut(id.index()) {
                *entry = holds;
            }
        }
        truth
    }
}

/// The values at these keys: arrays are walked wherever they occur; missing, `null` and `[]` are no
/// value.
fn values_at<'j>(json: &'j Json, keys: &[Box<str>]) -> Vec<&'j Json> {
    match (json, keys) {
        (Json::Array(elements), _) => elements
            .iter()
            .flat_map(|element| values_at(element, keys))
            .collect(),
        (Json::Null, []) => Vec::new(),
        (value, []) => vec![value],
        (Json::Object(members), [key, rest @ ..]) => {
            match members.iter().find(|(name, _)| name == &**key) {
                Some((_, member)) => values_at(member, rest),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The values at the first of the field's places that has one.
fn field_values<'j>(json: &'j Json, field: &Field) -> Vec<&'j Json> {
    let mut places = field.places.iter().map(|keys| {
        let mut values = values_at(json, keys);
        values.retain(|value| !is_none(value, field));
        values
    });
    places.find(|values| !values.is_empty()).unwrap_or_default()
}

fn any_string(json: &Json, value: &Value) -> bool {
    match json {
        Json::String(_) => equals(json, Kind::Text, value),
        Json::Array(elements) => elements.iter().any(|element| any_string(element, value)),
        Json::Object(members) => members.iter().any(|(_, member)| any_string(member, value)),
        _ => false,
    }
}

fn passes(json: &Json, kind: Kind, test: &Test) -> bool {
    match test {
        Test::Exists => true,
        Test::AnyOf(values) => values.iter().any(|value| equals(json, kind, value)),
        Test::Range(range) => in_range(json, range),
    }
}

/// Whether a value of a token of this kind satisfies `token:value`.
fn equals(json: &Json, kind: Kind, value: &Value) -> bool {
    let text = match (json, kind) {
        (Json::String(text), _) => Some(text.as_str()),
        (
            Json::Number(text),
            Kind::Text | Kind::Keyword | Kind::Id | Kind::Version | Kind::Auto,
        ) => Some(text.as_str()),
        (Json::Boolean(true), Kind::Text | Kind::Keyword | Kind::Auto) => Some("true"),
        (Json::Boolean(false), Kind::Text | Kind::Keyword | Kind::Auto) => Some("false"),
        _ => None,
    };
    let is = |matches: &dyn Fn(&str) -> bool| text.is_some_and(matches);
    match value {
        Value::Any => true,
        Value::Parts(written) => is(&|text| parts_match(written, text)),
        Value::Phrase(written) => is(&|text| phrase_matches(written, text, true)),
        Value::Whole(written) => is(&|text| lower(text) == lower(written)),
        Value::Prefix(written) => is(&|text| lower(text).starts_with(&lower(written))),
        Value::Exact(written) => is(&|text| text == &**written),
        Value::Pattern(pattern) => match kind {
            Kind::Auto if !matches!(json, Json::String(_)) => false,
            Kind::Text | Kind::Version | Kind::Auto => is(&|text| {
                glob(pattern, text) || text.unicode_words().any(|word| glob(pattern, word))
            }),
            _ => is(&|text| glob(pattern, text)),
        },
        Value::Number(number) => number_of(json).is_some_and(|n| order(n, *number).is_eq()),
        Value::Boolean(boolean) => boolean_of(json) == Some(*boolean),
        Value::Version(version) => {
            is(&|text| version::order(text, version.as_str()) == Some(Ordering::Equal))
        }
        Value::Period(period) => {
            date_of(json).is_some_and(|date| period.start() <= date && date < period.end())
        }
        Value::Net(net) => {
            address_of(json).is_some_and(|address| net.first() <= address && address <= net.last())
        }
        Value::Auto(auto) => equals_auto(json, auto),
    }
}

fn equals_auto(json: &Json, auto: &Auto) -> bool {
    let number = auto.number.map(Value::Number);
    let boolean = auto.boolean.map(Value::Boolean);
    let period = auto.period.map(Value::Period);
    let net = auto.net.map(Value::Net);
    let any = |values: [&Option<Value>; 4]| {
        values
            .into_iter()
            .flatten()
            .any(|value| equals(json, Kind::Auto, value))
    };
    match json {
        Json::String(_) => {
            equals(json, Kind::Text, &auto.text) || any([&number, &boolean, &period, &net])
        }
        Json::Number(_) if number.is_some() => any([&number, &None, &None, &None]),
        Json::Number(_) => any([&period, &None, &None, &None]),
        Json::Boolean(_) => any([&boolean, &None, &None, &None]),
        _ => false,
    }
}

fn in_range(json: &Json, range: &Range) -> bool {
    let numbers = range.numbers.is_some_and(|numbers| {
        number_of(json).is_some_and(|n| within(numbers, |bound| order(n, bound)))
    });
    if matches!(json, Json::Number(_)) && range.numbers.is_some() {
        return numbers;
    }
    let dates = range.dates.is_some_and(|dates| {
        date_of(json).is_some_and(|date| within(dates, |bound| date.cmp(&bound)))
    });
    let addresses = range.addresses.is_some_and(|addresses| {
        address_of(json).is_some_and(|address| within(addresses, |bound| address.cmp(&bound)))
    });
    let text = match json {
        Json::String(text) | Json::Number(text) => Some(text),
        _ => None,
    };
    let versions = range.versions.as_ref().zip(text);
    let versions = versions.is_some_and(|(versions, text)| {
        version::is_one(text)
            && within((**versions).clone(), |bound| {
                version::order(text, bound.as_str()).unwrap_or(Ordering::Equal)
            })
    });
    numbers || dates || versions || addresses
}

/// Whether a value lies in the interval; `order` compares the value to a bound.
fn within<T>(interval: Interval<T>, order: impl Fn(T) -> Ordering) -> bool {
    let above = match interval.lower {
        Bound::Included(bound) => order(bound).is_ge(),
        Bound::Excluded(bound) => order(bound).is_gt(),
        Bound::Unbounded => true,
    };
    let below = match interval.upper {
        Bound::Included(bound) => order(bound).is_le(),
        Bound::Excluded(bound) => order(bound).is_lt(),
        Bound::Unbounded => true,
    };
    above && below
}
