//! A matcher: what one written value of a filter takes.

use std::cmp::Ordering;
use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::check::{Auto, Value};
use crate::eval::compare::scalar::{
    Coercions, Scalar, address_of, boolean_of, instant_of, number_of, text_of,
};
use crate::eval::compare::text::{Pattern, Phrase, Prefixes};
use crate::schema::Kind;
use crate::value::{
    Net, Number, Period, Version, address, equals_folded, event_nanoseconds, fold, fold_into,
    starts_with_folded,
};

/// What a value is compared to.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Matcher {
    Any,
    /// Any of these phrases.
    Words(Vec<Phrase>),
    /// Any word with one of these prefixes.
    Prefixes(Prefixes),
    /// The whole value, folded.
    Whole(Box<str>),
    /// Any of these whole values, folded.
    Wholes(HashSet<Box<str>>),
    /// A prefix of the value, folded.
    Prefix(Box<str>),
    Exact(Box<str>),
    Exacts(HashSet<Box<str>>),
    Pattern {
        pattern: Pattern,
        /// Whether one word of a text may match, not only all of it.
        on_words: bool,
        /// Whether only strings match, not numbers and booleans.
        strings_only: bool,
    },
    Number(Number),
    /// Any of these, sorted.
    Numbers(Vec<Number>),
    Boolean(bool),
    Version(Version),
    Period(Nanoseconds),
    Net(Net),
    /// Any of these, sorted and disjoint.
    Nets(Vec<Net>),
    Auto(Box<AutoMatcher>),
}

/// A half-open period, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Nanoseconds {
    start: i128,
    end: i128,
}

impl Nanoseconds {
    fn contains(self, instant: i128) -> bool {
        self.start <= instant && instant < self.end
    }
}

impl From<Period> for Nanoseconds {
    fn from(period: Period) -> Nanoseconds {
        Nanoseconds {
            start: nanoseconds(period.start()),
            end: nanoseconds(period.end()),
        }
    }
}

/// Every reading of a written value on a token of kind *auto*.
#[derive(Clone, Debug)]
pub(in crate::eval) struct AutoMatcher {
    pub(in crate::eval) phrases: Vec<Phrase>,
    pub(in crate::eval) number: Option<Number>,
    pub(in crate::eval) boolean: Option<bool>,
    pub(in crate::eval) period: Option<Nanoseconds>,
    pub(in crate::eval) net: Option<Net>,
}

pub(in crate::eval) fn nanoseconds(instant: DateTime<Utc>) -> i128 {
    i128::from(instant.timestamp()) * 1_000_000_000 + i128::from(instant.timestamp_subsec_nanos())
}

/// Up to this many values are compared one by one; more are put in a set.
const ONE_BY_ONE: usize = 8;

/// Merges the matchers of each kind into one set.
pub(super) fn grouped(matchers: Vec<Matcher>) -> Vec<Matcher> {
    if matchers.len() <= ONE_BY_ONE {
        return matchers;
    }
    let (mut wholes, mut exacts) = (HashSet::new(), HashSet::new());
    let (mut prefixes, mut numbers, mut nets) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = Vec::new();
    for matcher in matchers {
        match matcher {
            Matcher::Whole(text) => drop(wholes.insert(text)),
            Matcher::Exact(text) => drop(exacts.insert(text)),
            Matcher::Number(number) => numbers.push(number),
            Matcher::Net(net) => nets.push(net),
            Matcher::Words(mut phrases) => {
                phrases.retain(|phrase| match phrase.only_prefix() {
                    Some(word) => {
                        prefixes.push(word.into());
                        false
                    }
                    None => true,
                });
                if !phrases.is_empty() {
                    rest.push(Matcher::Words(phrases));
                }
            }
            other => rest.push(other),
        }
    }
    numbers.sort();
    nets.sort_by_key(|net| net.first());
    nets.dedup_by(|net, before| {
        let both = Net::new(before.first(), before.last().max(net.last()));
        match both {
            Some(both) if net.first() <= before.last() => {
                *before = both;
                true
            }
            _ => false,
        }
    });
    let sets = [
        (!wholes.is_empty()).then_some(Matcher::Wholes(wholes)),
        (!exacts.is_empty()).then_some(Matcher::Exacts(exacts)),
        (!prefixes.is_empty()).then(|| Matcher::Prefixes(Prefixes::new(prefixes))),
        (!numbers.is_empty()).then_some(Matcher::Numbers(numbers)),
        (!nets.is_empty()).then_some(Matcher::Nets(nets)),
    ];
    sets.into_iter().flatten().chain(rest).collect()
}

impl Matcher {
    /// Compiles a written value on a token of this kind.
    pub(in crate::eval) fn new(value: &Value, kind: Kind) -> Matcher {
        match value {
            Value::Any => Matcher::Any,
            Value::Parts(_) | Value::Phrase(_) => Matcher::Words(phrases(value)),
            Value::Whole(text) => Matcher::Whole(fold(text).into()),
            Value::Prefix(text) => Matcher::Prefix(fold(text).into()),
            Value::Exact(text) => Matcher::Exact(text.clone()),
            Value::Pattern(text) => Matcher::Pattern {
                pattern: Pattern::new(text),
                on_words: matches!(kind, Kind::Text | Kind::Version | Kind::Auto),
                strings_only: matches!(kind, Kind::Ip | Kind::Auto),
            },
            Value::Number(number) => Matcher::Number(*number),
            Value::Boolean(boolean) => Matcher::Boolean(*boolean),
            Value::Version(version) => Matcher::Version(version.clone()),
            Value::Period(period) => Matcher::Period((*period).into()),
            Value::Net(net) => Matcher::Net(*net),
            Value::Auto(Auto {
                text,
                number,
                boolean,
                period,
                net,
            }) => Matcher::Auto(Box::new(AutoMatcher {
                phrases: phrases(text),
                number: *number,
                boolean: *boolean,
                period: period.map(Nanoseconds::from),
                net: *net,
            })),
        }
    }

    pub(super) fn matches(
        &self,
        value: &Scalar<'_>,
        coercions: Coercions,
        folded: &mut String,
    ) -> bool {
        match self {
            Matcher::Any => true,
            Matcher::Number(number) => number_of(value).is_some_and(|value| value == *number),
            Matcher::Numbers(numbers) => {
                number_of(value).is_some_and(|value| numbers.binary_search(&value).is_ok())
            }
            Matcher::Boolean(boolean) => boolean_of(value) == Some(*boolean),
            Matcher::Period(period) => instant_of(value).is_some_and(|at| period.contains(at)),
            Matcher::Net(net) => address_of(value).is_some_and(|at| net.contains(at)),
            Matcher::Nets(nets) => address_of(value).is_some_and(|at| {
                let after = nets.partition_point(|net| net.first() <= at);
                let before = after.checked_sub(1).and_then(|place| nets.get(place));
                before.is_some_and(|net| net.contains(at))
            }),
            Matcher::Auto(auto) => auto.matches(value),
            Matcher::Pattern {
                strings_only: true, ..
            } if !matches!(value, Scalar::String(_)) => false,
            _ => text_of(value, coercions).is_some_and(|text| self.matches_text(text, folded)),
        }
    }

    /// Whether a text matches, for the matchers that read text.
    pub(in crate::eval) fn matches_text(&self, text: &str, folded: &mut String) -> bool {
        match self {
            Matcher::Words(phrases) => phrases.iter().any(|phrase| phrase.is_in(text)),
            Matcher::Prefixes(prefixes) => prefixes.is_in(text, folded),
            Matcher::Whole(whole) => equals_folded(whole, text),
            Matcher::Wholes(wholes) => wholes.contains(fold_into(text, folded)),
            Matcher::Prefix(prefix) => starts_with_folded(text, prefix),
            Matcher::Exact(exact) => **exact == *text,
            Matcher::Exacts(exacts) => exacts.contains(text),
            Matcher::Version(version) => version.compare(text) == Some(Ordering::Equal),
            Matcher::Pattern {
                pattern,
                on_words: true,
                ..
            } => pattern.matches_text(text, folded),
            Matcher::Pattern { pattern, .. } => pattern.matches(text, folded),
            _ => false,
        }
    }
}

impl AutoMatcher {
    fn matches(&self, value: &Scalar<'_>) -> bool {
        match value {
            Scalar::String(text) => {
                self.phrases.iter().any(|phrase| phrase.is_in(text))
                    || self.number.is_some_and(|number| text.parse() == Ok(number))
                    || self
                        .boolean
                        .is_some_and(|boolean| boolean_of(value) == Some(boolean))
                    || self.period.is_some_and(|period| {
                        event_nanoseconds(text.as_bytes()).is_some_and(|at| period.contains(at))
                    })
                    || self
                        .net
                        .is_some_and(|net| address(text).is_some_and(|at| net.contains(at)))
            }
            // A value that is both a number and a date compares to a number as a number.
            Scalar::Number(text) => match (self.number, self.period) {
                (Some(number), _) => text.parse() == Ok(number),
                (None, Some(period)) => instant_of(value).is_some_and(|at| period.contains(at)),
                (None, None) => false,
            },
            Scalar::Boolean(boolean) => self.boolean == Some(*boolean),
            Scalar::Object => false,
        }
    }
}

/// The phrases of a value; a text must contain one of them.
fn phrases(value: &Value) -> Vec<Phrase> {
    match value {
        Value::Phrase(text) => Phrase::new(text, true).into_iter().collect(),
        Value::Parts(text) => {
            let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
            let mut parts = text.split(blank).filter(|p| !p.is_empty()).peekable();
            let mut phrases = Vec::new();
            while let Some(part) = parts.next() {
                let last = parts.peek().is_none();
                phrases.extend(Phrase::new(part, last));
            }
            phrases
        }
        _ => Vec::new(),
    }
}
