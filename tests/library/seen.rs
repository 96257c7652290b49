//! Whether the events of a buffer have anything at the paths that filters ask for.

use qualys_filter::eval::{Scanner, SetScanner};
use qualys_filter::{FilterSet, ScanOptions, Schema};
use testkit::checked;

/// The same from a filter, a set of it, and both kinds of scanner.
fn seen(schema: &Schema, text: &str, events: &str, options: &ScanOptions) -> Option<bool> {
    let checked = checked(text, schema);
    let (filter, set) = (checked.compile(), FilterSet::new([&*checked]));
    let events = events.as_bytes();
    let answers = [
        filter.scan_with(events, options).paths_seen(),
        filter.strict().scan_with(events, options).paths_seen(),
        set.scan_with(events, options).paths_seen(),
        Scanner::new(filter, options).paths_seen(events),
        SetScanner::new(set, options).paths_seen(events),
    ];
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{text}: {answers:?}"
    );
    answers[0]
}

fn at(keys: &[&str], value: &str) -> String {
    let event = |inner: String, key: &&str| match key.strip_suffix("[]") {
        Some(key) => format!("{{\"{key}\":[{inner}]}}"),
        None => format!("{{\"{key}\":{inner}}}"),
    };
    keys.iter().rev().fold(value.to_owned(), event)
}

#[test]
fn every_path_of_every_token_is_seen() {
    let plain = ScanOptions::default();
    let hits = ScanOptions::default().with_root("hits.event".parse().unwrap());
    for schema in [Schema::edr(), Schema::fim()] {
        let tokens = schema
            .tokens()
            .iter()
            .filter(|token| !token.is_group_only());
        for token in tokens {
            for path in token.paths() {
                let path = path.to_string();
                let keys: Vec<&str> = path.split('.').collect();
                let text = format!("NOT {}:*", token.name());
                let (event, null) = (at(&keys, "0"), at(&keys, "null"));
                let wrapped = format!("{{\"hits\":{{\"event\":{event}}}}}");
                assert_eq!(
                    seen(schema, &text, &event, &plain),
                    Some(true),
                    "{text} on {event}"
                );
                assert_eq!(
                    seen(schema, &text, &null, &plain),
                    Some(false),
                    "{text} on {null}"
                );
                assert_eq!(
                    seen(schema, &text, &wrapped, &plain),
                    Some(false),
                    "{text} on {wrapped}"
                );
                assert_eq!(
                    seen(schema, &text, &wrapped, &hits),
                    Some(true),
                    "{text} on {wrapped}"
                );
            }
        }
    }
}

#[test]
fn a_filter_that_asks_for_no_path_says_nothing() {
    let plain = ScanOptions::default();
    for text in ["", "anything", "type:FILE OR 'anything'"] {
        assert_eq!(
            seen(Schema::edr(), text, "{\"type\":\"FILE\"}", &plain),
            None,
            "{text}"
        );
        assert_eq!(
            seen(Schema::edr(), text, "{\"x\":1}", &plain),
            None,
            "{text}"
        );
    }
}

#[test]
fn nested_groups_ask_for_the_paths_inside() {
    let plain = ScanOptions::default();
    let text = "a:(b:1 AND c:(NOT d:2))";
    for (event, expected) in [
        ("{\"a\":{\"b\":[3]}}", true),
        ("{\"a\":[{},{\"c\":[{\"d\":3}]}]}", true),
        ("{\"a\":{\"c\":[{\"e\":3}]}}", false),
        ("{\"b\":1,\"d\":2}", false),
    ] {
        assert_eq!(
            seen(Schema::open(), text, event, &plain),
            Some(expected),
            "{event}"
        );
    }
}

#[test]
fn events_are_looked_at_until_one_has_a_path_and_no_more_than_a_thousand() {
    let plain = ScanOptions::default();
    let (other, one) = ("{\"x\":{\"a\":1}}\n", "{\"a\":null}{\"a\":false}");
    for (events, expected) in [
        (String::new(), None),
        ("no event\n".to_owned(), None),
        (other.to_owned(), Some(false)),
        (format!("{other}no event\n{one}"), Some(true)),
        (format!("{}{one}", other.repeat(990)), Some(true)),
        (format!("{}{one}", other.repeat(1000)), Some(false)),
        (format!("[{},{other}]", other.trim()), Some(false)),
        (format!("[{other},{{\"a\":0}}]"), Some(true)),
    ] {
        assert_eq!(
            seen(Schema::open(), "a:5", &events, &plain),
            expected,
            "{}",
            events.len()
        );
    }
    // Whichever events are wanted, the same are looked at.
    let inverted = ScanOptions::default().with_invert(true);
    assert_eq!(seen(Schema::open(), "a:5", other, &inverted), Some(false));
}
