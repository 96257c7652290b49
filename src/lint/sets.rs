//! Which values pass a test, as far as two tests of one kind can be compared.
//!
//! Both questions are answered with `true` only where it is certain.

use std::ops::Bound;

use crate::check::{Interval, Range, Test, Value};
use crate::schema::Kind;
use crate::value::{Version, fold};

/// The most pairs of values for which two lists are compared value by value.
const PAIRS: usize = 10_000;

/// Whether every value that passes `a` passes `b`.
pub(super) fn implies(kind: Kind, a: &Test, b: &Test) -> bool {
    match (a, b) {
        (_, Test::Exists) => true,
        (a, b) if a == b => true,
        // What a value of this kind is compared as depends on the event.
        _ if kind == Kind::Auto => false,
        (Test::AnyOf(a), Test::AnyOf(b)) => {
            a.len().saturating_mul(b.len()) <= PAIRS
                && a.iter().all(|a| b.iter().any(|b| value_implies(a, b)))
        }
        (Test::AnyOf(values), Test::Range(range)) => {
            values.iter().all(|value| value_in_range(value, range))
        }
        (Test::Range(a), Test::Range(b)) => {
            inside(a.numbers, b.numbers)
                && inside(a.dates, b.dates)
                && inside(versions(a), versions(b))
                && inside(a.addresses, b.addresses)
        }
        _ => false,
    }
}

/// Whether no value passes both.
pub(super) fn disjoint(kind: Kind, a: &Test, b: &Test) -> bool {
    if kind == Kind::Auto {
        return false;
    }
    match (a, b) {
        (Test::AnyOf(a), Test::AnyOf(b)) => {
            a.len().saturating_mul(b.len()) <= PAIRS
                && a.iter().all(|a| b.iter().all(|b| values_disjoint(a, b)))
        }
        (Test::AnyOf(values), Test::Range(range)) | (Test::Range(range), Test::AnyOf(values)) => {
            values.iter().all(|value| value_outside(value, range))
        }
        (Test::Range(a), Test::Range(b)) => {
            apart_if_both(a.numbers, b.numbers)
                && apart_if_both(a.dates, b.dates)
                && apart_if_both(versions(a), versions(b))
                && apart_if_both(a.addresses, b.addresses)
        }
        _ => false,
    }
}

fn value_implies(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (_, Value::Any) => true,
        (Value::Period(a), Value::Period(b)) => b.start() <= a.start() && a.end() <= b.end(),
        (Value::Net(a), Value::Net(b)) => b.first() <= a.first() && a.last() <= b.last(),
        (Value::Whole(a) | Value::Exact(a), Value::Whole(b)) => fold(a) == fold(b),
        (Value::Pattern(a), Value::Pattern(b)) => fold(a) == fold(b),
        (Value::Prefix(a) | Value::Exact(a), Value::Prefix(b)) => fold(a).starts_with(&*fold(b)),
        (a, b) => a == b,
    }
}

fn values_disjoint(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a != b,
        (Value::Boolean(a), Value::Boolean(b)) => a != b,
        (Value::Version(a), Value::Version(b)) => a != b,
        (Value::Period(a), Value::Period(b)) => a.end() <= b.start() || b.end() <= a.start(),
        (Value::Net(a), Value::Net(b)) => a.last() < b.first() || b.last() < a.first(),
        (Value::Exact(a), Value::Exact(b)) => a != b,
        (Value::Whole(a) | Value::Exact(a), Value::Whole(b) | Value::Exact(b)) => {
            fold(a) != fold(b)
        }
        (Value::Prefix(a), Value::Prefix(b)) => {
            let (a, b) = (fold(a), fold(b));
            !a.starts_with(&*b) && !b.starts_with(&*a)
        }
        _ => false,
    }
}

fn value_in_range(value: &Value, range: &Range) -> bool {
    match value {
        Value::Number(number) => range.numbers.is_some_and(|range| range.contains(number)),
        Value::Version(version) => {
            let versions = range.versions.as_ref();
            versions.is_some_and(|range| range.contains(version))
        }
        Value::Period(period) => inside(
            Some(Interval {
                lower: Bound::Included(period.start()),
                upper: Bound::Excluded(period.end()),
            }),
            range.dates,
        ),
        Value::Net(net) => inside(Some(between(net.first(), net.last())), range.addresses),
        _ => false,
    }
}

fn value_outside(value: &Value, range: &Range) -> bool {
    match value {
        Value::Number(number) => range.numbers.is_some_and(|range| !range.contains(number)),
        Value::Version(version) => {
            let versions = range.versions.as_ref();
            versions.is_some_and(|range| !range.contains(version))
        }
        Value::Period(period) => {
            let period = Interval {
                lower: Bound::Included(period.start()),
                upper: Bound::Excluded(period.end()),
            };
            range.dates.is_some_and(|range| apart(period, range))
        }
        Value::Net(net) => {
            let net = between(net.first(), net.last());
            range.addresses.is_some_and(|range| apart(net, range))
        }
        _ => false,
    }
}

fn between<T>(first: T, last: T) -> Interval<T> {
    Interval {
        lower: Bound::Included(first),
        upper: Bound::Included(last),
    }
}

/// The versions of a range, which are no values to copy.
fn versions(range: &Range) -> Option<Interval<&Version>> {
    let versions = range.versions.as_ref()?;
    Some(Interval::new(versions.lower(), versions.upper()))
}

/// Whether everything in `a` is in `b`; a range that is not asked for holds nothing.
fn inside<T: Ord + Copy>(a: Option<Interval<T>>, b: Option<Interval<T>>) -> bool {
    let Some(a) = a else { return true };
    let Some(b) = b else { return false };
    let lower = match (a.lower, b.lower) {
        (_, Bound::Unbounded) => true,
        (Bound::Unbounded, _) => false,
        (Bound::Included(a), Bound::Excluded(b)) => b < a,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
            b <= a
        }
    };
    let upper = match (a.upper, b.upper) {
        (_, Bound::Unbounded) => true,
        (Bound::Unbounded, _) => false,
        (Bound::Included(a), Bound::Excluded(b)) => a < b,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
            a <= b
        }
    };
    lower && upper
}

fn apart_if_both<T: Ord + Copy>(a: Option<Interval<T>>, b: Option<Interval<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => apart(a, b),
        _ => true,
    }
}

/// Whether no value lies in both.
fn apart<T: Ord + Copy>(a: Interval<T>, b: Interval<T>) -> bool {
    let ends_before = |upper: Bound<T>, lower: Bound<T>| match (upper, lower) {
        (Bound::Included(upper), Bound::Included(lower)) => upper < lower,
        (
            Bound::Included(upper) | Bound::Excluded(upper),
            Bound::Included(lower) | Bound::Excluded(lower),
        ) => upper <= lower,
        _ => false,
    };
    ends_before(a.upper, b.lower) || ends_before(b.upper, a.lower)
}

/// What is wrong with an interval that holds no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hollow {
    /// Its lower bound is above its upper one.
    Reversed,
    /// Its bounds are the same, and not both in it.
    Empty,
}

/// Why a range holds no value, if it holds none.
pub(super) fn hollow(range: &Range) -> Option<Hollow> {
    fn of<T: Ord>(interval: Option<Interval<T>>) -> Option<Option<Hollow>> {
        interval.map(|interval| match (&interval.lower, &interval.upper) {
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) if lower > upper => Some(Hollow::Reversed),
            (Bound::Included(lower), Bound::Included(upper)) if lower == upper => None,
            (
                Bound::Included(lower) | Bound::Excluded(lower),
                Bound::Included(upper) | Bound::Excluded(upper),
            ) if lower == upper => Some(Hollow::Empty),
            _ => None,
        })
    }
    let (numbers, dates) = (of(range.numbers), of(range.dates));
    let parts = [numbers, dates, of(versions(range)), of(range.addresses)];
    let mut parts = parts.into_iter().flatten();
    let first = parts.next()??;
    parts.all(|part| part.is_some()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{CheckOptions, NodeKind};
    use crate::schema::Schema;
    use crate::syntax::Query;

    fn test(filter: &str) -> (Kind, Test) {
        let query: Query = filter.parse().unwrap();
        let checked = query
            .check_with(Schema::edr(), &CheckOptions::default())
            .unwrap();
        match checked.node(checked.root()).kind.clone() {
            NodeKind::Test(_, kind, test) => (kind, test),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_test_implies_another() {
        for (a, b, yes) in [
            ("file.size > 5", "file.size > 3", true),
            ("file.size > 3", "file.size > 5", false),
            ("file.size > 5", "file.size >= 5", true),
            ("file.size >= 5", "file.size > 5", false),
            ("file.size:7", "file.size:[5 .. 7]", true),
            ("file.size:[7, 8]", "file.size:[5 .. 7]", false),
            ("file.size:7", "file.size IS NOT NULL", true),
            ("type:file", "type:[FILE, PROCESS]", true),
            ("type:`FILE`", "type:file", true),
            ("type:file", "type:`FILE`", false),
            ("dateTime:2024-01-02", "dateTime:2024-01", true),
            ("dateTime:2024-01-02", "dateTime > 2023", true),
            ("dateTime:2024-01-02", "dateTime > 2024-01-02", false),
            (
                "network.remote.address.ip:10.1.0.0/16",
                "network.remote.address.ip:10.0.0.0/8",
                true,
            ),
            ("file.name:a", "file.name:ab", false),
        ] {
            let ((kind, a_test), (_, b_test)) = (test(a), test(b));
            assert_eq!(implies(kind, &a_test, &b_test), yes, "{a} / {b}");
        }
    }

    #[test]
    fn tests_exclude_each_other() {
        for (a, b, yes) in [
            ("file.size > 5", "file.size < 5", true),
            ("file.size >= 5", "file.size <= 5", false),
            ("file.size > 5", "file.size:[3, 4]", true),
            ("type:FILE", "type:[process, network]", true),
            ("type:FILE", "type:file", false),
            ("type:FILE", "type:F*", false),
            ("dateTime:2024-01", "dateTime:2024-02", true),
            ("dateTime > 2024-01", "dateTime:2024-01-31", true),
            ("file.name:a", "file.name:b", false),
            (
                "network.remote.address.ip:10.1.0.0/16",
                "network.remote.address.ip > 10.2.0.0",
                true,
            ),
        ] {
            let ((kind, a_test), (_, b_test)) = (test(a), test(b));
            assert_eq!(disjoint(kind, &a_test, &b_test), yes, "{a} / {b}");
            assert_eq!(disjoint(kind, &b_test, &a_test), yes, "{b} / {a}");
        }
    }
}
