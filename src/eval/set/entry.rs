//! Index entries: what a value must have to pass a test.

use std::ops::Bound;

use super::pieces::LONGEST;
use crate::check::{Interval, Range, Test, Value};
use crate::eval::compare::check::Between;
use crate::eval::compare::matcher::{Matcher, nanoseconds};
use crate::eval::compare::text::Phrase;
use crate::schema::Kind;
use crate::value::Number;

/// An entry of an index. A value that passes a test has at least one of the test's entries.
#[derive(Debug)]
pub(super) enum Entry<'t> {
    /// Any value.
    Any,
    /// The text, folded.
    Folded(&'t str),
    /// The text, exactly.
    Exact(&'t str),
    /// A text with this prefix, folded. If `words`, a text that is not ASCII may also have a word
    /// with this prefix.
    Start {
        text: &'t str,
        words: bool,
    },
    /// A text with a word that has this prefix, folded.
    WordStart(&'t str),
    /// A text with all of these words, folded; the last is a prefix if `start`. All of them occur,
    /// so an index needs only one.
    Words {
        words: &'t [Box<str>],
        start: bool,
    },
    /// A text that contains this, folded.
    Piece(&'t str),
    Number(Number),
    Boolean(bool),
    Address(u128),
    Numbers(Interval<Number>),
    Dates(Interval<i128>),
    Addresses(Interval<u128>),
}

/// Calls `each` with all entries of a test, and whether every value with the entry passes.
pub(super) fn entries(test: &Test, kind: Kind, each: &mut dyn FnMut(&Entry<'_>, bool)) {
    match test {
        Test::Exists => each(&Entry::Any, true),
        Test::AnyOf(values) => {
            for value in values {
                of_value(value, kind, each);
            }
        }
        Test::Range(range) => of_range(range, each),
    }
}

fn of_range(range: &Range, each: &mut dyn FnMut(&Entry<'_>, bool)) {
    let Between {
        numbers,
        dates,
        addresses,
    } = Between::new(range);
    // No index knows the order of versions, so every value is compared.
    if range.versions.is_some() {
        each(&Entry::Any, false);
    }
    // If there are several, the value decides which one counts.
    let sure = [numbers.is_some(), dates.is_some(), addresses.is_some()];
    let sure = sure.into_iter().filter(|some| *some).count() == 1;
    if let Some(numbers) = numbers {
        each(&Entry::Numbers(numbers), sure);
    }
    if let Some(dates) = dates {
        each(&Entry::Dates(dates), sure);
    }
    if let Some(addresses) = addresses {
        each(&Entry::Addresses(addresses), sure);
    }
}

fn of_value(value: &Value, kind: Kind, each: &mut dyn FnMut(&Entry<'_>, bool)) {
    if let Value::Auto(auto) = value {
        // The value decides which of them counts.
        of_value(&auto.text, Kind::Text, &mut |entry, _| each(entry, false));
        if let Some(number) = auto.number {
            each(&Entry::Number(number), false);
        }
        if let Some(boolean) = auto.boolean {
            each(&Entry::Boolean(boolean), false);
        }
        if let Some(period) = auto.period {
            of_value(&Value::Period(period), kind, &mut |entry, _| {
                each(entry, false);
            });
        }
        if let Some(net) = auto.net {
            of_value(&Value::Net(net), kind, &mut |entry, _| each(entry, false));
        }
        return;
    }
    match Matcher::new(value, kind) {
        Matcher::Any => each(&Entry::Any, true),
        Matcher::Words(phrases) => phrases.iter().for_each(|phrase| of_phrase(phrase, each)),
        Matcher::Whole(text) => each(&Entry::Folded(&text), true),
        Matcher::Prefix(text) => {
            let words = false;
            each(&Entry::Start { text: &text, words }, true);
        }
        Matcher::Exact(text) => each(&Entry::Exact(&text), true),
        Matcher::Pattern {
            pattern,
            on_words,
            strings_only,
        } => {
            let parts = pattern.parts().enumerate();
            let best = parts.max_by_key(|(at, part)| (part.len(), usize::MAX - at));
            match best {
                None | Some((_, "")) => each(&Entry::Any, false),
                // A prefix is cheaper to find than a piece.
                Some((0, text)) => {
                    let words = on_words && pattern.splits_words();
                    each(&Entry::Start { text, words }, false);
                    if on_words && !words {
                        each(&Entry::WordStart(text), false);
                    }
                }
                Some((_, text)) => {
                    // The pattern may be nothing but this piece between stars.
                    let mut parts = pattern.parts().filter(|part| !part.is_empty());
                    let only = (parts.next(), parts.next()) == (Some(text), None);
                    let only = only && !pattern.is_anchored() && text.len() <= LONGEST;
                    each(&Entry::Piece(text), only && !strings_only);
                }
            }
        }
        Matcher::Number(number) => each(&Entry::Number(number), true),
        Matcher::Boolean(boolean) => each(&Entry::Boolean(boolean), true),
        Matcher::Net(net) if net.is_single() => each(&Entry::Address(net.first()), true),
        Matcher::Net(net) => {
            let (lower, upper) = (Bound::Included(net.first()), Bound::Included(net.last()));
            each(&Entry::Addresses(Interval { lower, upper }), true);
        }
        Matcher::Period(_) => {
            if let Value::Period(period) = value {
                let lower = Bound::Included(nanoseconds(period.start()));
                let upper = Bound::Excluded(nanoseconds(period.end()));
                each(&Entry::Dates(Interval { lower, upper }), true);
            }
        }
        // Versions are compared one by one. The others are several values, which
        // `Matcher::new` never makes of one.
        Matcher::Prefixes(_)
        | Matcher::Wholes(_)
        | Matcher::Exacts(_)
        | Matcher::Numbers(_)
        | Matcher::Nets(_)
        | Matcher::Version(_)
        | Matcher::Auto(_) => each(&Entry::Any, false),
    }
}

fn of_phrase(phrase: &Phrase, each: &mut dyn FnMut(&Entry<'_>, bool)) {
    let (words, start) = (phrase.words(), phrase.ends_with_prefix());
    each(&Entry::Words { words, start }, words.len() == 1);
}
