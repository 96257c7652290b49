//! A check: whether a value of an event passes a test of a filter.

use std::cmp::Ordering;
use std::ops::Bound;

use chrono::{DateTime, Utc};

use crate::check::{Interval, Range, Test};
use crate::eval::compare::matcher::{Matcher, grouped, nanoseconds};
use crate::eval::compare::scalar::{
    Buffers, Coercions, Scalar, address_of, instant_of, number_of, text_of,
};
use crate::schema::Kind;
use crate::value::{Number, Version, event_nanoseconds};

/// A test, compiled for one kind of token.
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

impl Check {
    /// Compiles a test on a token of this kind.
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

    /// Whether the range contains the date in this string; `None` if the range does not take dates
    /// alone. Dates are ASCII, so the string need not be valid UTF-8.
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

/// Whether a text is a version in the interval.
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
