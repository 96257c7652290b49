//! Nodes of a checked query in words.

use std::fmt::Display;
use std::net::Ipv6Addr;
use std::ops::Bound;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use qualys_filter::check::{
    Auto, Checked, Field, Interval, Keys, NodeId, NodeKind, Range, Test, Value,
};
use qualys_filter::schema::Kind;
use qualys_filter::value::{Net, Period};

/// Whether a node and all nodes below it are one line.
pub(super) fn is_one_line(checked: &Checked, id: NodeId) -> bool {
    match &checked.node(id).kind {
        NodeKind::Not(inner) => {
            let inner = &checked.node(*inner);
            let exists = matches!(inner.kind, NodeKind::Test(_, _, Test::Exists));
            // `IS NULL`, not `NOT token:*`.
            exists && inner.origin == checked.node(id).origin
        }
        NodeKind::Test(..) | NodeKind::FreeText(_) => true,
        _ => false,
    }
}

/// A node in words, without the nodes below it.
pub(super) fn of(checked: &Checked, id: NodeId) -> String {
    let node = checked.node(id);
    match &node.kind {
        NodeKind::Any(_) => "any of these".to_owned(),
        NodeKind::All(children) if children.is_empty() => "every event matches".to_owned(),
        NodeKind::All(_) => "all of these".to_owned(),
        NodeKind::Not(inner) if is_one_line(checked, id) => match &checked.node(*inner).kind {
            NodeKind::Test(field, kind, _) => {
                format!("{} has no value{}", field.token, source(*kind, field))
            }
            _ => String::new(),
        },
        NodeKind::Not(_) => "not this (true without a value, too)".to_owned(),
        NodeKind::Element(keys, _) => format!("in one element of {}", place(keys)),
        NodeKind::Test(field, kind, test) => {
            let source = source(*kind, field);
            format!("{} {}{source}", field.token, self::test(test))
        }
        NodeKind::FreeText(value) => {
            format!("any text of the event {}", self::value(value))
        }
        // A node without words is shown as the filter writes it.
        _ => node.span.of(checked.text()).to_owned(),
    }
}

/// The kind, the paths that are read, and the values there that say that there is none.
fn source(kind: Kind, field: &Field) -> String {
    let places: Vec<String> = field.places.iter().map(place).collect();
    let none: Vec<String> = field
        .no_values()
        .map(|value| format!("`{value}`"))
        .collect();
    let none = match none.is_empty() {
        true => String::new(),
        false => format!(", where {} is no value", none.join(" or ")),
    };
    format!("  ({kind} at {}{none})", places.join(", else "))
}

/// A path. If it has no keys, the values are the elements of the group around.
fn place(keys: &Keys) -> String {
    let keys: Vec<&str> = keys.iter().map(|key| &**key).collect();
    match keys.is_empty() {
        true => "the element itself".to_owned(),
        false => keys.join("."),
    }
}

fn test(test: &Test) -> String {
    match test {
        Test::Exists => "has a value".to_owned(),
        Test::AnyOf(values) => match values.as_slice() {
            [one] => value(one),
            several => {
                let values: Vec<String> = several.iter().map(value).collect();
                values.join(", or ")
            }
        },
        Test::Range(range) => self::range(range),
        other => format!("passes {other:?}"),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Any => "has a value".to_owned(),
        Value::Parts(text) => match text.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
            [_] | [] => format!("has the word `{text}`, or a word that starts with it"),
            [parts @ .., last] => {
                let parts: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
                let parts = parts.join(", ");
                format!("has the word {parts}, or a word that starts with `{last}`")
            }
        },
        Value::Phrase(text) => {
            format!("has the phrase `{text}`, its last word as a whole or as a prefix")
        }
        Value::Whole(text) => format!("is `{text}`, in any case"),
        Value::Prefix(text) => format!("is or starts with `{text}`, in any case"),
        Value::Exact(text) => format!("is exactly `{text}`"),
        Value::Pattern(text) => format!("matches `{text}`, where `*` is any text, in any case"),
        Value::Number(number) => format!("is {number}"),
        Value::Boolean(boolean) => format!("is {boolean}"),
        Value::Version(version) => format!("is the version `{version}`, however it is written"),
        Value::Period(period) => self::period(period),
        Value::Net(net) => self::net(net),
        Value::Auto(auto) => self::auto(auto),
        other => format!("is {other:?}"),
    }
}

fn auto(auto: &Auto) -> String {
    let mut readings = vec![value(&auto.text)];
    readings.extend(auto.number.map(|number| format!("is {number}")));
    readings.extend(auto.boolean.map(|boolean| format!("is {boolean}")));
    readings.extend(auto.period.as_ref().map(period));
    readings.extend(auto.net.as_ref().map(net));
    readings.join(", or ")
}

fn date(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn period(period: &Period) -> String {
    format!(
        "is from {} up to before {}",
        date(period.start()),
        date(period.end())
    )
}

fn address(address: u128) -> String {
    Ipv6Addr::from_bits(address).to_canonical().to_string()
}

fn net(net: &Net) -> String {
    match net.is_single() {
        true => format!("is {}", address(net.first())),
        false => format!(
            "is from {} to {}",
            address(net.first()),
            address(net.last())
        ),
    }
}

fn range(range: &Range) -> String {
    let numbers = range
        .numbers
        .map(|numbers| interval(&numbers, |n| n.to_string(), "above", "below"));
    let dates = range.dates.map(dates);
    let versions = range.versions.as_ref();
    let versions =
        versions.map(|all| interval(all, |v| format!("version `{v}`"), "above", "below"));
    let addresses = range.addresses;
    let addresses = addresses.map(|all| interval(&all, |a| address(*a), "above", "below"));
    let parts: Vec<String> = [numbers, dates, versions, addresses]
        .into_iter()
        .flatten()
        .collect();
    match parts.is_empty() {
        true => "is in an empty range".to_owned(),
        false => parts.join(", or "),
    }
}

/// Dates between two bounds. A checked query writes "after an instant" as "from the next nanosecond".
fn dates(dates: Interval<DateTime<Utc>>) -> String {
    let is_next = |bound: DateTime<Utc>| bound.timestamp_subsec_nanos() % 1000 == 1;
    let lower = match dates.lower().cloned() {
        Bound::Included(lower) if is_next(lower) => {
            Bound::Excluded(lower - TimeDelta::nanoseconds(1))
        }
        lower => lower,
    };
    let upper = match dates.upper().cloned() {
        Bound::Excluded(upper) if is_next(upper) => {
            Bound::Included(upper - TimeDelta::nanoseconds(1))
        }
        upper => upper,
    };
    interval(
        &Interval::new(lower, upper),
        |d| date(*d),
        "after",
        "before",
    )
}

fn interval<T>(
    interval: &Interval<T>,
    show: impl Fn(&T) -> String,
    above: impl Display,
    below: impl Display,
) -> String {
    let lower = match interval.lower() {
        Bound::Included(lower) => Some(format!("is {} or {above}", show(lower))),
        Bound::Excluded(lower) => Some(format!("is {above} {}", show(lower))),
        Bound::Unbounded => None,
    };
    let upper = match interval.upper() {
        Bound::Included(upper) => Some(format!("is {} or {below}", show(upper))),
        Bound::Excluded(upper) => Some(format!("is {below} {}", show(upper))),
        Bound::Unbounded => None,
    };
    let parts: Vec<String> = [lower, upper].into_iter().flatten().collect();
    parts.join(", and ")
}
