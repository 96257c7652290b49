//! The slow evaluator, which says what is right.
//!
//! It follows the language reference word by word, on a plain tree of the whole event, and shares
//! no evaluation code with [`Filter`](crate::Filter). Every fast path is tested equal to it. Use
//! it in tests; it is hundreds of times slower.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::net::IpAddr;
use std::ops::Bound;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::value::RawValue;
use unicode_segmentation::UnicodeSegmentation;

use crate::check::{Auto, Checked, Field, Interval, NodeId, NodeKind, Range, Test, Value};
use crate::schema::Kind;
use crate::value::Number;

/// An event as a tree. Of equal keys only the first is kept, and numbers keep their text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads an event, if it is JSON with at most `nesting` objects and arrays around each other.
    ///
    /// ```
    /// use qualys_filter::eval::oracle::Json;
    ///
    /// let event = Json::read(br#"{"a": 1e2, "a": 2}"#, 128);
    /// let number = Json::Number("1e2".to_owned());
    /// assert_eq!(event, Some(Json::Object(vec![("a".to_owned(), number)])));
    /// ```
    pub fn read(event: &[u8], nesting: usize) -> Option<Json> {
        let raw: &RawValue = serde_json::from_slice(event).ok()?;
        Json::from_raw(raw, nesting)
    }

    fn from_raw(raw: &RawValue, nesting: usize) -> Option<Json> {
        let text = raw.get();
        Some(match text.as_bytes().first()? {
            b'n' => Json::Null,
            b't' => Json::Boolean(true),
            b'f' => Json::Boolean(false),
            b'"' => Json::String(serde_json::from_str(text).ok()?),
            b'[' => {
                let nesting = nesting.checked_sub(1)?;
                let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
                let elements = elements.into_iter().map(|raw| Json::from_raw(raw, nesting));
                Json::Array(elements.collect::<Option<_>>()?)
            }
            b'{' => {
                let nesting = nesting.checked_sub(1)?;
                let Members(members) = serde_json::from_str(text).ok()?;
                let mut seen = HashSet::new();
                let first = members
                    .into_iter()
                    .filter(|(key, _)| seen.insert(key.clone()));
                let first = first.map(|(key, raw)| Some((key, Json::from_raw(raw, nesting)?)));
                Json::Object(first.collect::<Option<_>>()?)
            }
            _ => Json::Number(text.to_owned()),
        })
    }
}

/// The members of an object in their order, with the later of equal keys too.
struct Members<'e>(Vec<(String, &'e RawValue)>);

impl<'de: 'e, 'e> serde::Deserialize<'de> for Members<'e> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Visitor).map(Members)
    }
}

/// Whether the event matches.
pub fn is_match(checked: &Checked, event: &Json) -> bool {
    Oracle::new(checked).holds(checked.root(), event, event)
}

struct Oracle<'c> {
    checked: &'c Checked,
    /// For every condition, the nested group that it is directly part of.
    group: Vec<Option<NodeId>>,
}

impl<'c> Oracle<'c> {
    fn new(checked: &'c Checked) -> Oracle<'c> {
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
        Oracle { checked, group }
    }

    /// Whether the condition holds within `scope`, which is the event or an element of it.
    fn holds(&self, root: NodeId, scope: &Json, event: &Json) -> bool {
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
        truth.last().copied().unwrap_or_default()
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
    let mut places = field.places.iter().map(|keys| values_at(json, keys));
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
        (Json::Number(text), Kind::Text | Kind::Keyword | Kind::Id | Kind::Auto) => {
            Some(text.as_str())
        }
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
            Kind::Text | Kind::Auto => is(&|text| {
                glob(pattern, text) || text.unicode_words().any(|word| glob(pattern, word))
            }),
            _ => is(&|text| glob(pattern, text)),
        },
        Value::Number(number) => number_of(json).is_some_and(|n| order(n, *number).is_eq()),
        Value::Boolean(boolean) => boolean_of(json) == Some(*boolean),
        Value::Period(period) => {
            date_of(json).is_some_and(|date| period.start <= date && date < period.end)
        }
        Value::Net(net) => {
            address_of(json).is_some_and(|address| net.first <= address && address <= net.last)
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
    numbers || dates || addresses
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

// ---- text ----

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn lower_words(text: &str) -> Vec<String> {
    text.unicode_words().map(lower).collect()
}

/// Bare: any of the blank-separated parts; the last may be a prefix.
fn parts_match(written: &str, text: &str) -> bool {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let parts: Vec<&str> = written
        .split(blank)
        .filter(|part| !part.is_empty())
        .collect();
    (0..parts.len()).any(|at| {
        let last = at + 1 == parts.len();
        parts
            .get(at)
            .is_some_and(|part| phrase_matches(part, text, last))
    })
}

/// Quoted: the words in order, adjacent; the last may be a prefix.
fn phrase_matches(written: &str, text: &str, prefix: bool) -> bool {
    let (wanted, words) = (lower_words(written), lower_words(text));
    let Some((last, before)) = wanted.split_last() else {
        return false;
    };
    words
        .windows(wanted.len())
        .any(|window| match window.split_last() {
            Some((end, start)) => {
                start == before && (end == last || (prefix && end.starts_with(last.as_str())))
            }
            None => false,
        })
}

/// `*` stands for any run of characters; ignoring case.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = lower(pattern).chars().collect();
    let text: Vec<char> = lower(text).chars().collect();
    let (mut p, mut t) = (0, 0);
    // Behind the last star, and where in the text what it stands for ends so far.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some('*'), _) => {
                p += 1;
                retry = Some((p, t));
            }
            (Some(wanted), Some(found)) if wanted == found => {
                p += 1;
                t += 1;
            }
            // The star takes one character more.
            _ => match retry {
                Some((behind_star, end)) if end < text.len() => {
                    retry = Some((behind_star, end + 1));
                    (p, t) = (behind_star, end + 1);
                }
                _ => return false,
            },
        }
    }
}

// ---- numbers ----

fn number_of(json: &Json) -> Option<Number> {
    let (Json::Number(text) | Json::String(text)) = json else {
        return None;
    };
    // `-?digits[.digits][e±digits]`
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let exponent_digits = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    if !digits(whole) || !fraction.is_none_or(digits) || !exponent_digits.is_none_or(digits) {
        return None;
    }
    if fraction.is_some() || exponent.is_some() {
        return text
            .parse()
            .ok()
            .filter(|f: &f64| f.is_finite())
            .map(Number::Float);
    }
    let integer: i128 = text.parse().ok()?;
    let fits = i64::try_from(integer).is_ok() || u64::try_from(integer).is_ok();
    fits.then_some(Number::Integer(integer))
}

/// The order of two numbers by their exact values.
fn order(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b)) => a.cmp(&b),
        (Number::Float(a), Number::Float(b)) => {
            if a < b {
                Ordering::Less
            } else if a > b {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        }
        (Number::Float(_), Number::Integer(_)) => order(b, a).reverse(),
        (Number::Integer(integer), Number::Float(float)) => {
            // No integer of ours is beyond 2^64, and below that `floor` is exact in an i128.
            if float >= 2f64.powi(65) {
                Ordering::Less
            } else if float <= -(2f64.powi(65)) {
                Ordering::Greater
            } else {
                let floor = float.floor();
                match integer.cmp(&(floor as i128)) {
                    Ordering::Equal if float > floor => Ordering::Less,
                    order => order,
                }
            }
        }
    }
}

// ---- booleans, dates, addresses ----

fn boolean_of(json: &Json) -> Option<bool> {
    match json {
        Json::Boolean(boolean) => Some(*boolean),
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn date_of(json: &Json) -> Option<DateTime<Utc>> {
    match json {
        Json::String(text) => date_of_text(text),
        Json::Number(_) => {
            let milliseconds = match number_of(json)? {
                Number::Integer(integer) => integer,
                Number::Float(float) if float == float.trunc() => float as i128,
                Number::Float(_) => return None,
            };
            let date = DateTime::from_timestamp_millis(i64::try_from(milliseconds).ok()?)?;
            let first = NaiveDate::from_ymd_opt(0, 1, 1)?;
            let last = NaiveDate::from_ymd_opt(9999, 12, 31)?;
            (first..=last).contains(&date.date_naive()).then_some(date)
        }
        _ => None,
    }
}

/// `YYYY-MM-DD`, or that with `T`, a time, and a zone or none, which is UTC.
fn date_of_text(text: &str) -> Option<DateTime<Utc>> {
    let number = |text: &str, digits: usize| {
        let right = text.len() == digits && text.chars().all(|c| c.is_ascii_digit());
        right.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let [year, month, day] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
    let year = i32::try_from(number(year, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)?;
    let Some(time) = time else {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    };
    let (time, east) = match time.find(['+', '-', 'Z', 'z']) {
        None => (time, 0),
        Some(at) => {
            let (time, zone) = time.split_at_checked(at)?;
            if zone.eq_ignore_ascii_case("z") {
                (time, 0)
            } else {
                let (sign, zone) = zone.split_at_checked(1)?;
                let (hours, minutes) = match zone.split_once(':') {
                    Some((hours, minutes)) => (hours, minutes),
                    None => zone.split_at_checked(2)?,
                };
                let hours = number(hours, 2).filter(|hours| *hours < 24)?;
                let minutes = number(minutes, 2).filter(|minutes| *minutes < 60)?;
                let seconds = i64::from(hours * 3600 + minutes * 60);
                (time, if sign == "-" { -seconds } else { seconds })
            }
        }
    };
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, fraction),
        None => (time, "0"),
    };
    if fraction.is_empty() || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>().try_into().ok()?;
    let time = NaiveTime::from_hms_opt(number(hour, 2)?, number(minute, 2)?, number(second, 2)?)?;
    let instant = date.and_time(time).and_utc();
    instant
        .checked_add_signed(TimeDelta::nanoseconds(nine.parse().ok()?))?
        .checked_sub_signed(TimeDelta::seconds(east))
}

fn address_of(json: &Json) -> Option<u128> {
    let Json::String(text) = json else {
        return None;
    };
    Some(match text.parse().ok()? {
        IpAddr::V4(v4) => 0xffff_0000_0000 | u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    })
}
