//! Whether a value of an event passes what a filter asks of it.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Bound;

use chrono::{DateTime, Utc};

use crate::check::{Auto, Interval, Range, Test, Value};
use crate::eval::compare::text::{
    Pattern, Phrase, Prefixes, equals_folded, fold, fold_into, starts_with_folded,
};
use crate::schema::Kind;
use crate::value::{Net, Number, Period, Version, address, epoch_nanoseconds, event_nanoseconds};

/// A value of an event that is no array and not null.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum Scalar<'e> {
    String(&'e str),
    /// A number by its text.
    Number(&'e str),
    Boolean(bool),
    Object,
}

/// Room for texts that have to be written anew to be compared. It is kept from event to event.
#[derive(Debug, Default)]
pub(in crate::eval) struct Buffers {
    /// A string without its escapes.
    pub(in crate::eval) decoded: String,
    /// A text in small letters.
    pub(in crate::eval) folded: String,
}

/// What a value has to pass.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Check {
    Exists,
    AnyOf {
        coercions: Coercions,
        matchers: Vec<Matcher>,
    },
    Range(Box<Between>),
    Versions(Box<Interval<Version>>),
}

/// A range, with dates as nanoseconds since 1970.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Between {
    pub(in crate::eval) numbers: Option<Interval<Number>>,
    pub(in crate::eval) dates: Option<Interval<i128>>,
    pub(in crate::eval) addresses: Option<Interval<u128>>,
}

/// Which values are read as text besides strings.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Coercions {
    pub(in crate::eval) numbers: bool,
    pub(in crate::eval) booleans: bool,
}

/// What a value is compared to.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Matcher {
    Any,
    /// Any of these phrases.
    Words(Vec<Phrase>),
    /// Any of these beginnings of words.
    Prefixes(Prefixes),
    /// The whole value, folded.
    Whole(Box<str>),
    /// Any of these whole values, folded.
    Wholes(HashSet<Box<str>>),
    /// The beginning of the value, folded.
    Prefix(Box<str>),
    Exact(Box<str>),
    Exacts(HashSet<Box<str>>),
    Pattern {
        pattern: Pattern,
        /// Whether one word of a text may match, not only all of it.
        on_words: bool,
        /// Whether numbers and booleans are not read.
        strings_only: bool,
    },
    Number(Number),
    /// Any of these, sorted.
    Numbers(Vec<Number>),
    Boolean(bool),
    Version(Version),
    Period(Nanoseconds),
    Net(Net),
    /// Any of these, sorted and apart.
    Nets(Vec<Net>),
    Auto(Box<AutoMatcher>),
}

/// From an instant up to and without another, as nanoseconds since 1970.
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

/// Everything that a written value on a token of kind *auto* can be.
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

impl Check {
    /// What a test of a checked query asks, on a token of this kind.
    pub(in crate::eval) fn new(test: &Test, kind: Kind) -> Check {
        match test {
            Test::Exists => Check::Exists,
            Test::Range(range) => match &range.versions {
                Some(versions) => Check::Versions(versions.clone()),
                None => Check::Range(Box::new(Between::new(range))),
            },
            Test::AnyOf(values) => {
                let matchers = values.iter().map(|value| Matcher::new(value, kind));
                Check::AnyOf {
                    coercions: Coercions::new(kind),
                    matchers: grouped(matchers.collect()),
                }
            }
        }
    }

    /// Whether the value passes.
    pub(in crate::eval) fn passes(&self, value: &Scalar<'_>, buffers: &mut Buffers) -> bool {
        match self {
            Check::Exists => true,
            Check::AnyOf {
                coercions,
                matchers,
            } => matchers
                .iter()
                .any(|matcher| matcher.matches(value, *coercions, &mut buffers.folded)),
            Check::Range(range) => range.contains(value),
            Check::Versions(versions) => text_of(value, Coercions::new(Kind::Version))
                .is_some_and(|text| contains_version(versions, text)),
        }
    }
}

impl Between {
    pub(in crate::eval) fn new(range: &Range) -> Between {
        let bound = |bound: &Bound<DateTime<Utc>>| bound.map(nanoseconds);
        let dates = range.dates.as_ref().map(|dates| Interval {
            lower: bound(&dates.lower),
            upper: bound(&dates.upper),
        });
        Between {
            numbers: range.numbers,
            dates,
            addresses: range.addresses,
        }
    }

    /// Whether the range holds what this string says, if it takes dates alone: a date is ASCII, so
    /// the string need not be UTF-8 to be asked.
    pub(in crate::eval) fn contains_date(&self, string: &[u8]) -> Option<bool> {
        match (&self.numbers, &self.dates, &self.addresses) {
            (None, Some(dates), None) => {
                Some(event_nanoseconds(string).is_some_and(|at| dates.contains(&at)))
            }
            _ => None,
        }
    }

    fn contains(&self, value: &Scalar<'_>) -> bool {
        let numbers = || match &self.numbers {
            Some(numbers) => number_of(value).is_some_and(|number| numbers.contains(&number)),
            None => false,
        };
        let dates = || match &self.dates {
            Some(dates) => instant_of(value).is_some_and(|instant| dates.contains(&instant)),
            None => false,
        };
        let addresses = || match &self.addresses {
            Some(all) => address_of(value).is_some_and(|address| all.contains(&address)),
            None => false,
        };
        match value {
            Scalar::Number(_) if self.numbers.is_some() => numbers(),
            _ => numbers() || dates() || addresses(),
        }
    }
}

impl Coercions {
    pub(in crate::eval) fn new(kind: Kind) -> Coercions {
        let (numbers, booleans) = match kind {
            Kind::Text | Kind::Keyword | Kind::Auto => (true, true),
            Kind::Id | Kind::Version => (true, false),
            _ => (false, false),
        };
        Coercions { numbers, booleans }
    }
}

/// Up to this many values are compared one by one, more are looked up in a set.
const ONE_BY_ONE: usize = 8;

/// The same matchers, with those of a kind in sets that are asked once.
fn grouped(matchers: Vec<Matcher>) -> Vec<Matcher> {
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
    /// What a written value on a token of this kind takes.
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

    fn matches(&self, value: &Scalar<'_>, coercions: Coercions, folded: &mut String) -> bool {
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
                let behind = nets.partition_point(|net| net.first() <= at);
                let before = behind.checked_sub(1).and_then(|place| nets.get(place));
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
            // What is both a number and a date compares to a number as a number.
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

/// Whether a text is a version between two others.
fn contains_version(versions: &Interval<Version>, text: &str) -> bool {
    let order = |version: &Version| version.compare(text);
    let above = match versions.lower() {
        Bound::Included(lower) => order(lower).is_some_and(Ordering::is_ge),
        Bound::Excluded(lower) => order(lower).is_some_and(Ordering::is_gt),
        Bound::Unbounded => true,
    };
    above
        && match versions.upper() {
            Bound::Included(upper) => order(upper).is_some_and(Ordering::is_le),
            Bound::Excluded(upper) => order(upper).is_some_and(Ordering::is_lt),
            Bound::Unbounded => true,
        }
}

/// The phrases any of which a text has to hold.
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

pub(in crate::eval) fn text_of<'e>(value: &Scalar<'e>, coercions: Coercions) -> Option<&'e str> {
    match value {
        Scalar::String(text) => Some(text),
        Scalar::Number(text) => coercions.numbers.then_some(*text),
        Scalar::Boolean(true) => coercions.booleans.then_some("true"),
        Scalar::Boolean(false) => coercions.booleans.then_some("false"),
        Scalar::Object => None,
    }
}

pub(in crate::eval) fn number_of(value: &Scalar<'_>) -> Option<Number> {
    match value {
        Scalar::String(text) | Scalar::Number(text) => text.parse().ok(),
        _ => None,
    }
}

pub(in crate::eval) fn boolean_of(value: &Scalar<'_>) -> Option<bool> {
    match value {
        Scalar::Boolean(boolean) => Some(*boolean),
        Scalar::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Scalar::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

pub(in crate::eval) fn instant_of(value: &Scalar<'_>) -> Option<i128> {
    match value {
        Scalar::String(text) => event_nanoseconds(text.as_bytes()),
        Scalar::Number(text) => epoch_nanoseconds(text),
        _ => None,
    }
}

pub(in crate::eval) fn address_of(value: &Scalar<'_>) -> Option<u128> {
    match value {
        Scalar::String(text) => address(text),
        _ => None,
    }
}
