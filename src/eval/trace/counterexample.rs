//! Events that tell two queries apart.

use std::collections::HashMap;

use super::neighbours::values_of;
use super::{Json, Trace, passes};
use crate::check::{Checked, Field, NodeId, NodeKind, Test};

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
