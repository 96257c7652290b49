//! Events that tell two queries apart.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::{Json, Trace, passes};
use crate::check::{Checked, Field, Interval, NodeId, NodeKind, Range, Test, Value};

/// How many events are tried, for queries of few conditions.
const TRIES: usize = 4000;
/// How many values are tried for a field.
const VALUES: usize = 64;
/// How often an event is made smaller.
const SMALLER: usize = 256;

impl Checked {
    /// An event that this query matches and the other does not, as JSON: it shows that the other does not
    /// follow from this one. Both were checked with the same schema and the same time.
    ///
    /// Events are made of the values that both queries write, and of values beside these. Of none it is
    /// not known whether there is one.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let checked = |text: &str| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap();
    /// let (wide, narrow) = (checked("indicator.score > 5"), checked("indicator.score > 7"));
    /// let event = wide.counterexample(&narrow).unwrap();
    /// assert!(wide.compile().is_match(event.as_bytes()).unwrap());
    /// assert!(!narrow.compile().is_match(event.as_bytes()).unwrap());
    /// assert_eq!(narrow.counterexample(&wide), None);
    /// ```
    pub fn counterexample(&self, other: &Checked) -> Option<String> {
        let apart = Apart::new(self, other);
        let found = apart.search()?;
        Some(written(&apart.smaller(found)).to_string())
    }
}

/// The search for an event.
struct Apart<'c> {
    yes: Trace<'c>,
    no: Trace<'c>,
    /// For each test, the values that pass it and those that do not, by its query and its position.
    values: HashMap<(bool, NodeId), [Vec<Json>; 2]>,
}

/// A step from an event to a value in it.
#[derive(Clone)]
enum Step {
    Key(Box<str>),
    At(usize),
}

impl<'c> Apart<'c> {
    fn new(yes: &'c Checked, no: &'c Checked) -> Apart<'c> {
        let mut pools: HashMap<&Field, Vec<Json>> = HashMap::new();
        let tests = |checked: &'c Checked| {
            let ids = (0..checked.len()).map(NodeId::new);
            ids.filter_map(|id| match &checked.node(id).kind {
                NodeKind::Test(field, kind, test) => Some((id, field, *kind, test)),
                _ => None,
            })
        };
        for (_, field, _, test) in tests(yes).chain(tests(no)) {
            let pool = pools.entry(field).or_default();
            for value in values_of(test) {
                if pool.len() < VALUES && !pool.contains(&value) {
                    pool.push(value);
                }
            }
        }
        let mut values = HashMap::new();
        for (of, checked) in [(true, yes), (false, no)] {
            for (id, field, kind, test) in tests(checked) {
                let pool = pools.get(field).cloned().unwrap_or_default();
                let (good, bad) = pool.into_iter().partition(|it| passes(it, kind, test));
                values.insert((of, id), [good, bad]);
            }
        }
        let (yes, no) = (Trace::new(yes), Trace::new(no));
        Apart { yes, no, values }
    }

    /// Whether the one query matches and the other does not.
    fn holds(&self, event: &Json) -> bool {
        let holds = |trace: &Trace<'_>| trace.holds(trace.checked.root(), event, event);
        holds(&self.yes) && !holds(&self.no)
    }

    fn search(&self) -> Option<Json> {
        let size = self.yes.checked.len() + self.no.checked.len();
        let tries = (TRIES * 32 / size.max(32)).max(128);
        let empty = Json::Object(Vec::new());
        if self.holds(&empty) {
            return Some(empty);
        }
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        (0..tries).find_map(|number| {
            let mut event = empty.clone();
            // Events with one value for each field are easier to understand.
            let several = number > tries / 2;
            let mut wanted = [(true, true), (false, false)];
            if chance.one_in(2) {
                wanted.reverse();
            }
            for (of, want) in wanted {
                self.write(&mut event, of, want, several, &mut chance);
            }
            self.holds(&event).then_some(event)
        })
    }

    /// Writes values to an event so that a query probably matches, or does not.
    fn write(&self, event: &mut Json, of: bool, want: bool, several: bool, chance: &mut Chance) {
        let checked = if of {
            self.yes.checked
        } else {
            self.no.checked
        };
        let mut todo: Vec<(NodeId, bool, Vec<Step>)> = vec![(checked.root(), want, Vec::new())];
        while let Some((id, want, scope)) = todo.pop() {
            match &checked.node(id).kind {
                NodeKind::Not(inner) => todo.push((*inner, !want, scope)),
                NodeKind::Any(children) | NodeKind::All(children) => {
                    let all = matches!(checked.node(id).kind, NodeKind::All(_)) == want;
                    let one = chance.below(children.len());
                    let children = children.iter().enumerate();
                    let chosen = children.filter(|(at, _)| all || *at == one);
                    todo.extend(chosen.map(|(_, child)| (*child, want, scope.clone())));
                }
                NodeKind::Element(keys, inner) => {
                    if !want && chance.one_in(2) {
                        continue;
                    }
                    if let Some(scope) = element(event, scope, keys, chance) {
                        todo.push((*inner, want, scope));
                    }
                }
                NodeKind::Test(field, ..) => {
                    let [good, bad] = match self.values.get(&(of, id)) {
                        Some(values) => values,
                        None => continue,
                    };
                    let place = match chance.one_in(8) {
                        true => field.places.last(),
                        false => field.places.first(),
                    };
                    let (Some(keys), Some(scope)) = (place, at_mut(event, &scope)) else {
                        continue;
                    };
                    let from = if want { good } else { bad };
                    match from.get(chance.below(from.len())) {
                        // What is missing passes no test.
                        _ if !want && chance.one_in(2) => put(scope, keys, None, false),
                        Some(value) => {
                            let add = several && chance.one_in(2);
                            put(scope, keys, Some(value.clone()), add);
                        }
                        None => {}
                    }
                }
                NodeKind::FreeText(value) => {
                    let values = values_of(&Test::AnyOf(vec![value.clone()]));
                    if want && let Some(value) = values.first() {
                        put(event, &["text".into()], Some(value.clone()), true);
                    }
                }
            }
        }
    }

    /// The event without what is not needed.
    fn smaller(&self, event: Json) -> Json {
        let mut event = event;
        for _ in 0..SMALLER {
            let paths = paths(&event);
            let smaller = paths.iter().rev().find_map(|path| {
                let mut smaller = event.clone();
                remove(&mut smaller, path);
                self.holds(&smaller).then_some(smaller)
            });
            match smaller {
                Some(smaller) => event = smaller,
                None => break,
            }
        }
        event
    }
}

/// Adds an element to the array at these keys, or takes its last one. Returns where it is.
fn element(
    event: &mut Json,
    scope: Vec<Step>,
    keys: &[Box<str>],
    chance: &mut Chance,
) -> Option<Vec<Step>> {
    let around = at_mut(event, &scope)?;
    let mut path = scope;
    let mut here = around;
    for key in keys {
        // An array on the way is walked; of its elements the last is taken.
        while let Json::Array(elements) = here {
            path.push(Step::At(elements.len().checked_sub(1)?));
            here = elements.last_mut()?;
        }
        here = member(here, key)?;
        path.push(Step::Key(key.clone()));
    }
    if !matches!(here, Json::Array(_)) {
        *here = Json::Array(Vec::new());
    }
    let Json::Array(elements) = here else {
        return None;
    };
    if elements.is_empty() || !chance.one_in(3) {
        elements.push(Json::Object(Vec::new()));
    }
    path.push(Step::At(elements.len() - 1));
    Some(path)
}

/// The member of this key; `null` if there was none.
fn member<'j>(json: &'j mut Json, key: &str) -> Option<&'j mut Json> {
    if !matches!(json, Json::Object(_)) {
        *json = Json::Object(Vec::new());
    }
    let Json::Object(members) = json else {
        return None;
    };
    let at = match members.iter().position(|(name, _)| name == key) {
        Some(at) => at,
        None => {
            members.push((key.to_owned(), Json::Null));
            members.len() - 1
        }
    };
    members.get_mut(at).map(|(_, member)| member)
}

/// Writes a value at these keys, or removes it; with `add` beside the one that is there.
fn put(scope: &mut Json, keys: &[Box<str>], value: Option<Json>, add: bool) {
    let mut here = scope;
    for key in keys {
        while let Json::Array(elements) = here {
            if elements.is_empty() {
                elements.push(Json::Object(Vec::new()));
            }
            match elements.last_mut() {
                Some(last) => here = last,
                None => return,
            }
        }
        match member(here, key) {
            Some(member) => here = member,
            None => return,
        }
    }
    *here = match (std::mem::replace(here, Json::Null), value) {
        (_, None) => Json::Null,
        (Json::Array(mut before), Some(value)) if add => {
            before.push(value);
            Json::Array(before)
        }
        (Json::Null | Json::Object(_) | Json::Array(_), Some(value)) => value,
        (before, Some(value)) if add => Json::Array(vec![before, value]),
        (_, Some(value)) => value,
    };
}

fn at_mut<'j>(event: &'j mut Json, path: &[Step]) -> Option<&'j mut Json> {
    path.iter()
        .try_fold(event, |json, step| match (json, step) {
            (Json::Array(elements), Step::At(at)) => elements.get_mut(*at),
            (Json::Object(members), Step::Key(key)) => {
                let mut members = members.iter_mut();
                members
                    .find(|(name, _)| **name == **key)
                    .map(|(_, member)| member)
            }
            _ => None,
        })
}

/// The paths of all values of an event but itself, outer ones first.
fn paths(event: &Json) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    let mut todo = vec![(event, Vec::new())];
    while let Some((json, path)) = todo.pop() {
        let inside: Vec<(&Json, Step)> = match json {
            Json::Array(elements) => {
                let elements = elements.iter().enumerate();
                elements
                    .map(|(at, element)| (element, Step::At(at)))
                    .collect()
            }
            Json::Object(members) => {
                let members = members.iter();
                members
                    .map(|(key, member)| (member, Step::Key(key.as_str().into())))
                    .collect()
            }
            _ => Vec::new(),
        };
        for (json, step) in inside {
            let path: Vec<Step> = path.iter().cloned().chain([step]).collect();
            found.push(path.clone());
            todo.push((json, path));
        }
    }
    found
}

fn remove(event: &mut Json, path: &[Step]) {
    let Some((last, around)) = path.split_last() else {
        return;
    };
    match (at_mut(event, around), last) {
        (Some(Json::Array(elements)), Step::At(at)) if *at < elements.len() => {
            elements.remove(*at);
        }
        (Some(Json::Object(members)), Step::Key(key)) => {
            members.retain(|(name, _)| **name != **key)
        }
        _ => {}
    }
}

/// The event as JSON. It is as deep as the paths of tokens are long.
fn written(json: &Json) -> serde_json::Value {
    match json {
        Json::Null => serde_json::Value::Null,
        Json::Boolean(boolean) => (*boolean).into(),
        Json::Number(text) => serde_json::from_str(text).unwrap_or_default(),
        Json::String(text) => text.as_str().into(),
        Json::Array(elements) => elements.iter().map(written).collect(),
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(key, member)| (key.clone(), written(member)))
                .collect()
        }
    }
}

/// Values of events that a test may tell apart: those that it writes, and some beside them.
fn values_of(test: &Test) -> Vec<Json> {
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

/// Numbers that look random and are the same in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let count = count.max(1) as u64;
        usize::try_from((self.0 >> 16) % count).unwrap_or_default()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}
