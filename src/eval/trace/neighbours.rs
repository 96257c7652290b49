//! Values of events beside those that a query writes.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::Json;
use crate::check::{Interval, Range, Test, Value};

/// Values of events that a test may tell apart: those that it writes, and some beside them.
pub(super) fn values_of(test: &Test) -> Vec<Json> {
    match test {
        Test::Exists => vec![string("x"), number("1"), Json::Boolean(true)],
        Test::AnyOf(values) => values.iter().flat_map(of_value).collect(),
        Test::Range(range) => of_range(range),
    }
}

fn of_value(value: &Value) -> Vec<Json> {
    match value {
        Value::Any => vec![string("x"), number("1"), Json::Boolean(true)],
        Value::Parts(text)
        | Value::Phrase(text)
        | Value::Whole(text)
        | Value::Prefix(text)
        | Value::Exact(text) => of_text(text),
        Value::Pattern(pattern) => {
            let with = |between: &str| string(&pattern.replace('*', between));
            vec![with(""), with("x"), with(" x "), string("x")]
        }
        Value::Number(one) => of_number(&one.to_string()),
        Value::Boolean(boolean) => vec![Json::Boolean(*boolean), Json::Boolean(!boolean)],
        Value::Version(version) => of_version(version.as_str()),
        Value::Period(period) => [period.start(), period.end()]
            .into_iter()
            .flat_map(of_date)
            .collect(),
        Value::Net(net) => [net.first(), net.last()]
            .into_iter()
            .flat_map(of_address)
            .collect(),
        Value::Auto(auto) => {
            let mut values = of_value(&auto.text);
            values.extend(
                auto.number
                    .iter()
                    .flat_map(|one| of_number(&one.to_string())),
            );
            values.extend(auto.boolean.map(Json::Boolean));
            let period = auto
                .period
                .as_ref()
                .map(|period| [period.start(), period.end()]);
            values.extend(period.into_iter().flatten().flat_map(of_date));
            let net = auto.net.map(|net| [net.first(), net.last()]);
            values.extend(net.into_iter().flatten().flat_map(of_address));
            values
        }
    }
}

fn of_text(text: &str) -> Vec<Json> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut values = vec![
        string(text),
        string(&format!("{text}x")),
        string(&format!("{text} x")),
        string(&format!("x {text}")),
        string(&text.to_uppercase()),
        string("x"),
    ];
    if let [first, .., last] = words.as_slice() {
        values.extend([
            string(first),
            string(last),
            string(&format!("{last} {first}")),
        ]);
    }
    values
}

fn of_number(text: &str) -> Vec<Json> {
    let near = |by: i128| {
        let integer = text.parse::<i128>().ok()?;
        Some(number(&integer.checked_add(by)?.to_string()))
    };
    let mut values = vec![number(text)];
    values.extend([near(1), near(-1)].into_iter().flatten());
    if let Ok(float) = text.parse::<f64>() {
        values.extend([0.5, -0.5].map(|by| number(&format!("{}", float + by))));
    }
    values
}

fn of_version(text: &str) -> Vec<Json> {
    vec![
        string(text),
        string(&format!("{text}.1")),
        string("0"),
        string("999999"),
    ]
}

fn of_date(date: DateTime<Utc>) -> Vec<Json> {
    let by = [0, 1, -1, 86_400_000_000_000, -86_400_000_000_000];
    let near = |by| date.checked_add_signed(TimeDelta::nanoseconds(by));
    let dates = by.into_iter().filter_map(near);
    dates
        .map(|date| string(&date.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
        .collect()
}

fn of_address(address: u128) -> Vec<Json> {
    let near = [
        Some(address),
        address.checked_add(1),
        address.checked_sub(1),
    ];
    let shown = |address| {
        std::net::Ipv6Addr::from_bits(address)
            .to_canonical()
            .to_string()
    };
    near.into_iter()
        .flatten()
        .map(|address| string(&shown(address)))
        .collect()
}

fn of_range(range: &Range) -> Vec<Json> {
    fn bounds<T: Clone>(interval: Option<&Interval<T>>) -> Vec<T> {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let bounds = interval.map(|all| [all.lower(), all.upper()]);
        let bounds = bounds
            .into_iter()
            .flatten()
            .filter_map(|bound| match bound {
                Included(bound) | Excluded(bound) => Some(bound.clone()),
                Unbounded => None,
            });
        bounds.collect()
    }
    let numbers = bounds(range.numbers.as_ref()).into_iter();
    let dates = bounds(range.dates.as_ref()).into_iter();
    let versions = bounds(range.versions.as_deref()).into_iter();
    let addresses = bounds(range.addresses.as_ref()).into_iter();
    let mut values: Vec<Json> = numbers
        .flat_map(|one| of_number(&one.to_string()))
        .collect();
    values.extend(dates.flat_map(of_date));
    values.extend(versions.flat_map(|one| of_version(one.as_str())));
    values.extend(addresses.flat_map(of_address));
    values
}

fn string(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn number(text: &str) -> Json {
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(number) => Json::Number(number.to_string()),
        Err(_) => Json::Number("0".to_owned()),
    }
}
