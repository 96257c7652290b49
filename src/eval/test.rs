//! Whether a value of an event passes what a filter asks of it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::json::Found;
use super::plan::{AutoMatcher, Check, Matcher, Reads};
use super::text::{self, Phrase};
use crate::check::Range;
use crate::value::{Number, address, epoch_milliseconds, event_instant};

impl Check {
    /// Whether the value passes.
    pub(super) fn passes<N>(&self, value: &Found<'_, N>) -> bool {
        match self {
            Check::Exists => true,
            Check::AnyOf { reads, matchers } => matchers
                .iter()
                .any(|matcher| matcher.matches(value, *reads)),
            Check::Range(range) => in_range(range, value),
        }
    }
}

impl Matcher {
    fn matches<N>(&self, value: &Found<'_, N>, reads: Reads) -> bool {
        match self {
            Matcher::Any => true,
            Matcher::Number(number) => number_of(value).is_some_and(|value| value == *number),
            Matcher::Boolean(boolean) => boolean_of(value) == Some(*boolean),
            Matcher::Period(period) => instant_of(value).is_some_and(|at| period.contains(at)),
            Matcher::Net(net) => address_of(value).is_some_and(|at| net.contains(at)),
            Matcher::Auto(auto) => auto.matches(value),
            Matcher::Pattern {
                strings_only: true, ..
            } if !matches!(value, Found::String(_)) => false,
            _ => text_of(value, reads).is_some_and(|text| self.matches_text(text)),
        }
    }

    /// Whether a text matches, for the matchers that read text.
    pub(super) fn matches_text(&self, text: &str) -> bool {
        match self {
            Matcher::Words(phrases) => any_phrase(phrases, text),
            Matcher::Whole(folded) => text::equals_folded(folded, text),
            Matcher::Prefix(folded) => text::starts_with_folded(text, folded),
            Matcher::Exact(exact) => **exact == *text,
            Matcher::Pattern {
                pattern,
                on_words: true,
                ..
            } => pattern.matches_text(text),
            Matcher::Pattern { pattern, .. } => pattern.matches(text),
            _ => false,
        }
    }
}

impl AutoMatcher {
    fn matches<N>(&self, value: &Found<'_, N>) -> bool {
        match value {
            Found::String(text) => {
                any_phrase(&self.phrases, text)
                    || self.number.is_some_and(|number| text.parse() == Ok(number))
                    || self
                        .boolean
                        .is_some_and(|boolean| boolean_of(value) == Some(boolean))
                    || self.period.is_some_and(|period| {
                        event_instant(text).is_some_and(|at| period.contains(at))
                    })
                    || self
                        .net
                        .is_some_and(|net| address(text).is_some_and(|at| net.contains(at)))
            }
            // What is both a number and a date compares to a number as a number.
            Found::Number(text) => match (self.number, self.period) {
                (Some(number), _) => text.parse() == Ok(number),
                (None, Some(period)) => instant_of(value).is_some_and(|at| period.contains(at)),
                (None, None) => false,
            },
            Found::Boolean(boolean) => self.boolean == Some(*boolean),
            Found::Object | Found::Element(_) => false,
        }
    }
}

fn any_phrase(phrases: &[Phrase], text: &str) -> bool {
    if phrases.is_empty() {
        return false;
    }
    let words: Vec<Cow<'_, str>> = text::words(text).collect();
    phrases.iter().any(|phrase| phrase.is_in(&words))
}

fn in_range<N>(range: &Range, value: &Found<'_, N>) -> bool {
    let numbers = || match &range.numbers {
        Some(numbers) => number_of(value).is_some_and(|number| numbers.contains(&number)),
        None => false,
    };
    let dates = || match &range.dates {
        Some(dates) => instant_of(value).is_some_and(|instant| dates.contains(&instant)),
        None => false,
    };
    let addresses = || match &range.addresses {
        Some(addresses) => address_of(value).is_some_and(|address| addresses.contains(&address)),
        None => false,
    };
    match value {
        Found::Number(_) if range.numbers.is_some() => numbers(),
        _ => numbers() || dates() || addresses(),
    }
}

fn text_of<'f, N>(value: &'f Found<'_, N>, reads: Reads) -> Option<&'f str> {
    match value {
        Found::String(text) => Some(text),
        Found::Number(text) => reads.numbers.then_some(text),
        Found::Boolean(true) => reads.booleans.then_some("true"),
        Found::Boolean(false) => reads.booleans.then_some("false"),
        Found::Object | Found::Element(_) => None,
    }
}

fn number_of<N>(value: &Found<'_, N>) -> Option<Number> {
    match value {
        Found::String(text) | Found::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn boolean_of<N>(value: &Found<'_, N>) -> Option<bool> {
    match value {
        Found::Boolean(boolean) => Some(*boolean),
        Found::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Found::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn instant_of<N>(value: &Found<'_, N>) -> Option<DateTime<Utc>> {
    match value {
        Found::String(text) => event_instant(text),
        Found::Number(text) => match text.parse().ok()? {
            Number::Integer(milliseconds) => epoch_milliseconds(milliseconds),
            // A fraction of a millisecond is no date.
            Number::Float(float) if float.fract() == 0.0 => epoch_milliseconds(float as i128),
            Number::Float(_) => None,
        },
        _ => None,
    }
}

fn address_of<N>(value: &Found<'_, N>) -> Option<u128> {
    match value {
        Found::String(text) => address(text),
        _ => None,
    }
}
