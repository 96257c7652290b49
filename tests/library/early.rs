//! How far an event is read: no further than the answer needs.

use qualys_filter::{CheckOptions, FilterSet, Query, Schema};

/// The shortest beginning of an event that has the answer of the whole, for each kind of instructions.
fn read(filter: &str, schema: &Schema, event: &str) -> Vec<(&'static str, String)> {
    let now = "2024-09-22T12:00:00Z".parse().unwrap();
    let query: Query = filter.parse().unwrap();
    let checked = query.check_with(schema, &CheckOptions::at(now)).unwrap();
    let levels = checked.compile().on_all_levels();
    let read = levels.into_iter().map(|(level, filter)| {
        let whole = filter.is_match(event.as_bytes()).unwrap();
        let answers = |end: &usize| {
            let beginning = event.as_bytes().get(..*end).unwrap();
            let answer = filter.is_match(beginning);
            answer.is_ok_and(|answer| answer == whole)
        };
        let end = (0..=event.len()).find(answers).unwrap();
        let (before, behind) = event.split_at(end);
        (level, format!("{before}¦{behind}"))
    });
    read.collect()
}

/// Each event has a mark where reading it ends.
fn hold(schema: &Schema, cases: &[(&str, &str)]) {
    for (filter, marked) in cases {
        for (level, read) in read(filter, schema, &marked.replace('¦', "")) {
            assert_eq!(read, *marked, "{filter}, {level}");
        }
    }
}

#[test]
fn events_are_read_until_the_answer_is_known() {
    let cases = [
        ("", r#"¦{"a": 1}"#),
        ("a:1", r#"{"x": 0, "a": 1¦, "b": 2}"#),
        ("a:1", r#"{"x": 0, "a": 2¦, "b": 2}"#),
        ("a:1", r#"{"x": 0, "b": 2}¦ "#),
        ("NOT a:1", r#"{"x": 0, "a": 1¦, "b": 2}"#),
        ("a:1 AND b:2", r#"{"x": 0, "a": 2¦, "b": 2}"#),
        ("a:1 AND b:2", r#"{"x": 0, "a": 1, "b": 2¦, "c": 3}"#),
        ("a:1 OR b:2", r#"{"x": 0, "a": 1¦, "b": 2, "c": 3}"#),
        ("a:1 OR b:2", r#"{"x": 0, "a": 2, "b": 2¦, "c": 3}"#),
        (
            "(a:1 OR b:2) AND c:3",
            r#"{"a": 1, "b": 2, "c": 3¦, "d": 4}"#,
        ),
        (
            "(a:1 OR b:2) AND c:3",
            r#"{"a": 0, "b": 0¦, "c": 3, "d": 4}"#,
        ),
        ("NOT (a:1 AND NOT b:2)", r#"{"a": 1, "b": 2¦, "c": 3}"#),
        ("NOT (a:1 AND NOT b:2)", r#"{"b": 2¦, "a": 1, "c": 3}"#),
        ("a.b:1", r#"{"a": {"c": 2}¦, "d": 4}"#),
        ("a.b:1", r#"{"a": {"b": 1¦, "c": 2}, "d": 4}"#),
        ("a.b:1", r#"{"a": {"b": 2¦, "c": 2}, "d": 4}"#),
        ("a.b:1", r#"{"a": 7¦, "d": 4}"#),
        (
            "a.b:1 AND a.c:1 AND d:4",
            r#"{"a": {"x": 0}¦, "d": 4, "e": 5}"#,
        ),
        (
            "a.b:1 OR a.c:1 OR d:4",
            r#"{"a": {"x": 0}, "d": 4¦, "e": 5}"#,
        ),
        ("a:1", r#"{"a": [0, 1¦, 2], "d": 4}"#),
        ("a:1", r#"{"a": [0, 2]¦, "d": 4}"#),
        ("a:1", r#"{"a": []¦, "d": 4}"#),
        ("a:1", r#"{"a": null¦, "d": 4}"#),
        ("a:*", r#"{"a": {¦"b": 5, "c": 5}, "d": 4}"#),
        ("a IS NULL", r#"{"a": {¦"b": 5, "c": 5}, "d": 4}"#),
        (
            "a:(b:1 AND c:2)",
            r#"{"a": [{"b": 1, "c": 3}, {"b": 1, "c": 2¦, "d": 0}, {}], "e": 5}"#,
        ),
        (
            "a:(b:1 AND c:2)",
            r#"{"a": [{"b": 1, "c": 3}, {"b": 2, "c": 2}]¦, "e": 5}"#,
        ),
        ("a:(b:1 AND c:2)", r#"{"a": {"b": 1, "c": 3}¦, "e": 5}"#),
        (
            "a:(b:1) AND d:4",
            r#"{"a": [{"b": 0}, {}]¦, "d": 4, "e": 5}"#,
        ),
        // Free text is looked for once all of it is there.
        ("word", r#"{"a": "x", "b": "a word", "c": "y"}¦ "#),
        ("word OR a:1", r#"{"b": 1, "a": 1¦, "c": "y"}"#),
        ("word AND a:1", r#"{"b": 1, "a": 2¦, "c": "y"}"#),
    ];
    hold(Schema::open(), &cases);
}

#[test]
fn a_value_at_the_first_of_several_places_is_enough() {
    let schema = r#"
        name = "places"
        [tokens.t]
        kind = "keyword"
        paths = ["a.x", "b", "c"]
    "#;
    let schema = Schema::from_toml(schema).unwrap();
    // A place counts only where those before it have nothing.
    let cases = [
        ("t:1", r#"{"c": 0, "a": {"x": 1¦}, "b": 2}"#),
        ("t:1", r#"{"c": 0, "a": {"x": 0¦}, "b": 1}"#),
        ("t:1", r#"{"c": 0, "b": 1, "a": {}¦}"#),
        ("t:1", r#"{"c": 0, "b": 0, "a": {}¦}"#),
        ("t:1", r#"{"b": 1, "c": 0, "a": 5¦, "d": 7}"#),
        ("t:1", r#"{"a": {}, "c": 1, "b": null¦, "d": 7}"#),
        ("t:1", r#"{"a": {}, "b": 1¦, "c": 0}"#),
        ("t:1", r#"{"a": {}, "b": 0¦, "c": 1}"#),
        ("t:1", r#"{"c": 1, "d": 7}¦ "#),
    ];
    hold(&schema, &cases);
}

#[test]
fn no_number_of_places_is_too_many() {
    let paths: Vec<_> = (0..70).map(|at| format!("\"p{at}\"")).collect();
    let paths = paths.join(", ");
    let schema = format!("name = \"many\"\n[tokens.t]\nkind = \"keyword\"\npaths = [{paths}]");
    let schema = Schema::from_toml(&schema).unwrap();
    let filter = testkit::checked("t:1", &schema);
    // The first path that has a value decides, wherever it occurs in the event.
    for first in [0, 1, 61, 62, 63, 64, 65, 69] {
        for other in [0, 1, 61, 62, 63, 64, 65, 68, 69] {
            let [a, b] = [first, other].map(|at| format!("\"p{at}\": {}", u8::from(at == first)));
            let speaks = first <= other;
            for members in [[&a, &b], [&b, &a]] {
                let event = format!("{{{}, {}}}", members[0], members[1]);
                if first != other {
                    assert_eq!(
                        testkit::answer(&filter, event.as_bytes()),
                        speaks,
                        "{event}"
                    );
                }
            }
        }
        // Those before it have no value, and it comes after them.
        let nothing = (0..first)
            .map(|at| format!("\"p{at}\": null, "))
            .collect::<String>();
        let event = format!("{{{nothing}\"p{first}\": 1}}");
        assert!(testkit::answer(&filter, event.as_bytes()), "{event}");
        // A place without a value says nothing.
        let event = format!("{{\"p{first}\": 1, \"p63\": null, \"p2\": []}}");
        assert!(
            first == 63 || testkit::answer(&filter, event.as_bytes()),
            "{event}"
        );
    }
}

/// The same for a set of filters.
fn read_by_set(filters: &[&str], event: &str) -> String {
    let checked = filters.iter().map(|filter| {
        let query: Query = filter.parse().unwrap();
        query.check(Schema::open()).unwrap()
    });
    let checked: Vec<_> = checked.collect();
    let set = FilterSet::new(&checked);
    let found = |event: &[u8]| -> Option<Vec<usize>> {
        let matches = set.matches(event).ok()?;
        Some(matches.iter().map(|id| id.index()).collect())
    };
    let whole = found(event.as_bytes());
    let answers = |end: &usize| found(event.as_bytes().get(..*end).unwrap()) == whole;
    let end = (0..=event.len()).find(answers).unwrap();
    let (before, behind) = event.split_at(end);
    format!("{before}¦{behind}")
}

#[test]
fn a_set_reads_until_all_its_places_have_been_read() {
    for (filters, marked) in [
        (&["a:1"][..], r#"{"x": 0, "a": 1¦, "b": 2}"#),
        (&["a:1", "b:2"], r#"{"x": 0, "a": 1, "b": 2¦, "c": 3}"#),
        (&["a:1", "b:2"], r#"{"x": 0, "a": 1, "c": 3}¦"#),
        (
            &["a.b:1", "a.c:2"],
            r#"{"x": 0, "a": {"c": 2, "b": 1, "d": 0}¦, "c": 3}"#,
        ),
        (
            &["a.b:1", "a.c:2"],
            r#"{"x": 0, "a": {"c": 2, "d": 0}¦, "c": 3}"#,
        ),
        (&["a:1"], r#"{"a": [2, 1, 3]¦, "b": 2}"#),
        (
            &["a:(b:1 AND c:2)"],
            r#"{"a": [{"b": 1, "c": 3}, {"b": 1, "c": 2, "d": 0}, {}]¦, "e": 5}"#,
        ),
        (&["word"], r#"{"a": "x", "b": "a word", "c": "y"}¦ "#),
    ] {
        assert_eq!(
            read_by_set(filters, &marked.replace('¦', "")),
            marked,
            "{filters:?}"
        );
    }
}
