//! Whether two filters match the same events: what is proven holds, and what tells them apart does.

use std::sync::LazyLock;

use proptest::prelude::*;
use qualys_filter::Schema;
use qualys_filter::lint::{Relation, compare};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_toml(include_str!("../data/schema.toml")).unwrap());

/// How two filters of EDR relate.
fn relation(a: &str, b: &str) -> Relation {
    let checked = |text: &str| testkit::checked(text, Schema::edr());
    compare(&checked(a), &checked(b))
}

#[test]
fn what_says_the_same_is_equivalent() {
    for (a, b) in [
        ("type:FILE", "type:file"),
        ("NOT NOT type:FILE", "type:FILE"),
        ("type:[FILE, PROCESS]", "type:PROCESS OR type:FILE"),
        (
            "NOT (type:FILE OR action:CREATED)",
            "NOT type:FILE AND NOT action:CREATED",
        ),
        (
            "type:FILE AND (action:CREATED OR action:DELETED)",
            "(type:FILE AND action:CREATED) OR (type:FILE AND action:DELETED)",
        ),
        ("type:FILE OR (type:FILE AND action:CREATED)", "type:FILE"),
        (
            "indicator.score > 5 AND indicator.score > 3",
            "indicator.score > 5",
        ),
        ("indicator.score >= 5", "NOT (NOT indicator.score >= 5)"),
        (
            "type:FILE AND NOT type:FILE",
            "action:CREATED AND NOT action:CREATED",
        ),
        ("type:FILE OR NOT type:FILE", ""),
        (
            "file.properties.certificate:(signed:true AND valid:true)",
            "file.properties.certificate:(valid:true AND signed:true)",
        ),
        (
            "file.properties.certificate:(signed:true OR valid:true)",
            "file.properties.certificate:(signed:true) OR file.properties.certificate:(valid:true)",
        ),
        ("type IS NULL", "NOT type:*"),
    ] {
        let right = match b.starts_with("file.properties.certificate:(signed:true) OR") {
            // An element of each would do.
            true => [Relation::Equivalent, Relation::Implied],
            false => [Relation::Equivalent; 2],
        };
        assert!(
            right.contains(&relation(a, b)),
            "{a}\n{b}: {:?}",
            relation(a, b)
        );
    }
}

#[test]
fn what_is_narrower_implies_what_is_wider() {
    for (a, b) in [
        ("type:FILE AND action:CREATED", "type:FILE"),
        ("type:FILE", "type:FILE OR action:CREATED"),
        ("type:FILE", "type:[FILE, PROCESS]"),
        ("indicator.score > 5", "indicator.score > 3"),
        ("indicator.score:7", "indicator.score:[5 .. 9]"),
        ("NOT type:[FILE, PROCESS]", "NOT type:FILE"),
        (
            "file.properties.certificate:(signed:true AND valid:true)",
            "file.properties.certificate:(signed:true)",
        ),
        // An element that satisfies both.
        (
            "file.properties.certificate:(signed:true AND valid:true)",
            "file.properties.certificate.signed:true AND type:FILE OR file.properties.certificate:(valid:true)",
        ),
        ("type:FILE", "type:*"),
        (
            "",
            "type:FILE OR NOT type:FILE AND NOT action:CREATED OR action:CREATED",
        ),
    ] {
        let found = relation(a, b);
        assert!(
            matches!(found, Relation::Implies | Relation::Equivalent),
            "{a}\n{b}: {found:?}"
        );
    }
    // Two values of one event may each pass one of the tests.
    for (a, b) in [
        (
            "indicator.score >= 5 AND indicator.score <= 9",
            "indicator.score:[5 .. 9]",
        ),
        ("type:FILE", "NOT type:PROCESS"),
        ("type:FILE AND type:PROCESS", "action:CREATED"),
    ] {
        assert_eq!(
            relation(a, b),
            if a.contains(">=") {
                Relation::Implied
            } else {
                Relation::Unknown
            },
            "{a}\n{b}"
        );
    }
}

#[test]
fn proofs_end() {
    let wide = |from: usize| {
        let clauses: Vec<String> = (from..from + 24)
            .map(|n| format!("(file.name:a{n} OR file.name:b{n})"))
            .collect();
        clauses.join(" AND ")
    };
    assert_eq!(relation(&wide(0), &wide(100)), Relation::Unknown);
    assert_eq!(relation(&wide(0), &wide(0)), Relation::Equivalent);
}

/// Fails unless the values that make a filter true are values of the event, and are there only if it matches.
fn hold_matched(filter: &Asked, event: &str) {
    let ranges = filter.matched(event.as_bytes(), 128);
    let shown = || format!("{}\n{event}\n{ranges:?}", filter.text());
    let right = filter.right(&Json::read(event.as_bytes(), 128).unwrap());
    assert!(right || ranges.is_empty(), "{}", shown());
    let mut end = 0;
    for range in &ranges {
        assert!(range.start >= end, "{}", shown());
        end = range.end;
        let value = event
            .get(range.clone())
            .and_then(|value| Json::read(value.as_bytes(), 128));
        assert!(value.is_some(), "{}", shown());
    }
}

/// Fails unless what is said of two filters is true.
fn hold(a: &Asked, b: &Asked, events: &[String]) {
    let shown = || format!("{}\n{}", a.text(), b.text());
    let right =
        |filter: &Asked, event: &str| filter.right(&Json::read(event.as_bytes(), 128).unwrap());
    let relation = compare(a, b);
    let a_implies = matches!(relation, Relation::Equivalent | Relation::Implies);
    let b_implies = matches!(relation, Relation::Equivalent | Relation::Implied);
    for (one, other, implies) in [(a, b, a_implies), (b, a, b_implies)] {
        if let Some(event) = one.counterexample(other) {
            assert!(!implies, "{}\n{event}", shown());
            assert!(
                right(one, &event) && !right(other, &event),
                "{}\n{event}",
                shown()
            );
        }
        for event in events.iter().filter(|_| implies) {
            assert!(
                !right(one, event) || right(other, event),
                "{}\n{event}",
                shown()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_two_filters_holds(
        first in prop::collection::vec(any::<u8>(), 0..40),
        second in prop::collection::vec(any::<u8>(), 0..40),
        events in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 8),
        how in 0..4,
    ) {
        let a = generate::filter(&mut Choices::new(&first));
        let other = generate::filter(&mut Choices::new(&second));
        // Filters that have something in common.
        let b = match how {
            0 => other,
            1 => format!("({a}) OR ({other})"),
            2 => format!("({other}) AND NOT ({a})"),
            _ => format!("NOT (NOT ({a}) OR ({other}))"),
        };
        let checked = |text: &str| testkit::checked_if_it_fits(text, &SCHEMA);
        if let (Some(a), Some(b)) = (checked(&a), checked(&b)) {
            let events = events.iter().map(|event| generate::event(&mut Choices::new(event)));
            let events: Vec<String> = events.collect();
            hold(&a, &b, &events);
            for event in &events {
                hold_matched(&a, event);
                hold_matched(&b, event);
            }
        }
    }
}
