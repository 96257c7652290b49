//! What filters mean, where writing it shorter hides it: groups about one element, ranges in quotes.

use qualys_filter::{FilterSet, Query, Schema};
use testkit::reference::Json;

fn edr(cases: &[(&str, &str, bool)]) {
    for (filter, event, right) in cases {
        let checked = testkit::checked(filter, Schema::edr());
        let answer = testkit::answer(&checked, event.as_bytes());
        assert_eq!(answer, *right, "{filter}\n{event}");
    }
}

#[test]
fn a_nested_group_is_about_one_element() {
    let one = r#"{"indicator2": [{"score": 7, "verdict": "MALICIOUS"}, {"score": 2}]}"#;
    let two = r#"{"indicator2": [{"score": 7, "verdict": "KNOWN"}, {"score": 2, "verdict": "MALICIOUS"}]}"#;
    edr(&[
        ("indicator:(score:7 AND verdict:MALICIOUS)", one, true),
        ("indicator:(score:7 AND verdict:MALICIOUS)", two, false),
        (
            "indicator.score:7 AND indicator.verdict:MALICIOUS",
            two,
            true,
        ),
        ("indicator:(score:7 AND NOT verdict:MALICIOUS)", one, false),
        ("indicator:(score:7 AND NOT verdict:MALICIOUS)", two, true),
        ("indicator:(score:2 AND verdict IS NULL)", one, true),
        ("indicator:(score:2 AND verdict IS NULL)", two, false),
        ("NOT indicator:(score:3)", two, true),
        ("indicator:(score:7 OR score:9)", "{}", false),
        ("indicator:(NOT score:7)", "{}", false),
    ]);
}

#[test]
fn a_group_in_a_group_about_the_same_element_changes_nothing() {
    let event = |certificates: &str| format!(r#"{{"file": {{"certificates": {certificates}}}}}"#);
    let one = event(r#"[{"certificateSigned": true, "certificateValid": false}]"#);
    let two = event(r#"[{"certificateSigned": true}, {"certificateValid": false}]"#);
    let unknown = event(r#"[{"certificateSigned": true, "certificate": {"x": 1}}, {"x": 2}]"#);
    let inside = "file.properties:(certificate:(signed:true AND valid:false))";
    let apart = "file.properties:(certificate:(signed:true) AND certificate:(valid:false))";
    edr(&[
        (inside, &one, true),
        (inside, &two, false),
        (apart, &one, true),
        (apart, &two, false),
        // What the schema does not know is read by the rest of its name.
        (
            "file.properties:(certificate:(signed:true AND x:1))",
            &unknown,
            true,
        ),
        (
            "file.properties:(certificate:(signed:true AND x:2))",
            &unknown,
            false,
        ),
        (
            "file.properties:(certificate.signed:true AND certificate.x:1)",
            &unknown,
            true,
        ),
    ]);
}

#[test]
fn a_range_in_quotes_is_that_range() {
    let at = |time: &str| format!(r#"{{"dateTime": "{time}"}}"#);
    let filter = "dateTime:\"[2024-01-01T00:00:00Z .. 2024-02-01T00:00:00Z]\"";
    edr(&[
        (filter, &at("2023-12-31T23:59:59.999Z"), false),
        (filter, &at("2024-01-01T00:00:00.000Z"), true),
        (filter, &at("2024-02-01T00:00:00.999Z"), true),
        (filter, &at("2024-02-01T00:00:01.000Z"), false),
    ]);
}

#[test]
fn a_long_list_is_any_of_its_values() {
    // More values than are compared one by one.
    for count in [1, 8, 9, 30] {
        let list = |value: &dyn Fn(usize) -> String| {
            let values: Vec<String> = (0..count).map(value).collect();
            format!("[{}]", values.join(", "))
        };
        let last = count - 1;
        let cases: [(String, Vec<String>, Vec<String>); 11] = [
            (
                format!("file.name:{}", list(&|n| format!("who{n}le be{n}g"))),
                vec![format!("\"a who{last}le b\""), format!("\"be{last}gin\"")],
                vec![
                    format!("\"who{last}lex\""),
                    format!("\"who{last} be{last}\""),
                ],
            ),
            (
                format!("file.name:{}", list(&|n| format!("\"word{n}y\""))),
                vec![format!("\"a WORD{last}y b\"")],
                vec![format!("\"sword{last}y\""), format!("\"word{last}\"")],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.0.0.{}", 2 * n + 1))
                ),
                vec![
                    "\"10.0.0.1\"".to_owned(),
                    format!("\"10.0.0.{}\"", 2 * last + 1),
                ],
                (0..=count)
                    .map(|n| format!("\"10.0.0.{}\"", 2 * n))
                    .collect(),
            ),
            (
                format!("file.name:{}", list(&|n| format!("word{n}"))),
                vec![format!("\"a WORD{last} b\""), format!("\"word{last}x\"")],
                vec!["\"wor d1\"".to_owned(), "\"ward0\"".to_owned()],
            ),
            (
                format!("file.name:{}", list(&|n| format!("\"two words{n}x\""))),
                vec![format!("\"a TWO words{last}x b\"")],
                vec!["\"two words\"".to_owned(), format!("\"words{last}x two\"")],
            ),
            (
                format!("file.name:{}", list(&|n| format!("`Exact {n}x`"))),
                vec![format!("\"Exact {last}x\"")],
                vec![format!("\"exact {last}x\""), format!("\"Exact {last}x \"")],
            ),
            (
                format!("file.hash.md5:{}", list(&|n| format!("aF{n}"))),
                vec![format!("\"Af{last}\"")],
                vec![format!("\"Af{last} \""), "\"af\"".to_owned()],
            ),
            (
                format!("file.size:{}", list(&|n| format!("{}", 3 * n))),
                vec![format!("{}", 3 * last), format!("\"{}.0\"", 3 * last)],
                vec![
                    format!("{}", 3 * last + 1),
                    "-3".to_owned(),
                    "true".to_owned(),
                ],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.{}.0.0/16", 2 * n))
                ),
                vec![
                    format!("\"10.{}.255.255\"", 2 * last),
                    "\"::ffff:10.0.0.0\"".to_owned(),
                ],
                vec![
                    format!("\"10.{}.0.0\"", 2 * last + 1),
                    "\"9.255.255.255\"".to_owned(),
                ],
            ),
            (
                format!(
                    "network.remote.address.ip:{}",
                    list(&|n| format!("10.{n}.0.0/{}", if n == 0 { 8 } else { 16 }))
                ),
                vec!["\"10.200.0.0\"".to_owned(), format!("\"10.{last}.0.1\"")],
                vec!["\"11.0.0.0\"".to_owned(), "\"::a00:1\"".to_owned()],
            ),
            (
                format!("dateTime:{}", list(&|n| format!("20{:02}", 2 * n))),
                vec![format!("\"20{:02}-12-31T23:59:59.999Z\"", 2 * last)],
                vec![format!("\"20{:02}-01-01\"", 2 * last + 1)],
            ),
        ];
        for (filter, inside, outside) in &cases {
            let token = filter.split(':').next().unwrap();
            let path = Schema::edr()
                .token(token)
                .unwrap()
                .paths()
                .first()
                .unwrap()
                .clone();
            let event = |value: &String| {
                let keys: Vec<&str> = path.keys().collect();
                let open: String = keys.iter().map(|key| format!("{{\"{key}\":")).collect();
                format!("{open}{value}{}", "}".repeat(keys.len()))
            };
            for (values, right) in [(inside, true), (outside, false)] {
                for value in values {
                    edr(&[(filter, &event(value), right)]);
                }
            }
        }
    }
}

#[test]
fn each_word_without_a_token_is_looked_for() {
    let event =
        r#"{"type": "FILE", "file": {"fileName": "one two.dll", "path": ["three", "vier"]}}"#;
    edr(&[
        ("one AND three", event, true),
        ("three AND one", event, true),
        ("one AND five", event, false),
        ("five AND one", event, false),
        ("five OR vier", event, true),
        ("one AND NOT five AND three", event, true),
        ("NOT one AND three", event, false),
        ("\"one two.dll\" AND type:FILE AND vier", event, true),
        ("\"two one\" OR five OR \"three vier\"", event, false),
    ]);
}

#[test]
fn a_value_is_a_number_or_a_date_or_an_address() {
    let cases = [
        // A number is compared as one if the range has numbers.
        ("a:[2024 .. 2025]", "2024", true),
        ("a:[2024 .. 2025]", "1711111111111", false),
        ("a:[2024 .. 2025]", "\"2024-05-01\"", true),
        ("a:[2024 .. 2025]", "\"2026-05-01\"", false),
        ("a:[2024-01-01 .. 2025]", "1711111111111", true),
        ("a:[2024-01-01 .. 2025]", "2024", false),
        ("a:2024-03-22", "1711111111111", true),
        ("a:2024-03-22", "1711111111111.0", true),
        ("a:2024-03-22", "1.711111111111e12", true),
        ("a:2024-03-22", "1711111111111.5", true),
        ("a:2024-03-22", "1e300", false),
        ("a:[10.0.0.1 .. 10.0.0.9]", "\"10.0.0.5\"", true),
        ("a:[10.0.0.1 .. 10.0.0.9]", "\"10.0.0.10\"", false),
        ("a:[10.0.0.1 .. 10.0.0.9]", "10.5", false),
        ("a:[x, *]", "5", true),
        ("a:[x, *]", "null", false),
        ("a:[1, 2, 3, 4, 5, 6, 7, 8, 9, *]", "\"y\"", true),
        // Parts of a pattern do not share what they cover.
        ("a:*ab*ab*", "\"ab\"", false),
        ("a:*ab*ab*", "\"abab\"", true),
        ("a:*ab*ba*", "\"aba\"", false),
    ];
    for (filter, value, right) in cases {
        let checked = testkit::checked(filter, Schema::open());
        let event = format!("{{\"a\": {value}}}");
        let answer = testkit::answer(&checked, event.as_bytes());
        assert_eq!(answer, right, "{filter}\n{event}");
    }
}

#[test]
fn an_element_is_asked_as_a_whole_and_by_its_fields() {
    let event = r#"{"a": [{"b": 1, "c": 3}, {"b": 2, "c": 4}], "d": {"b": 1, "c": 5}}"#;
    for (filter, right) in [
        ("a:(b:1) AND a.c:4", true),
        ("a:(b:2) AND a.c:3", true),
        ("a:(b:3) AND a.c:4", false),
        ("a:(b:1) AND a.c:5", false),
        ("d:(b:1) AND d.c:5", true),
        ("d:(b:1) AND d:*", true),
        ("d:(b:2) AND d.c:5", false),
        ("a:(b:1 AND c:3) AND a:(b:2 AND c:4) AND a.b:2", true),
        ("a:(b:1 AND c:4) OR a.c:4", true),
    ] {
        let checked = testkit::checked(filter, Schema::open());
        assert_eq!(
            testkit::answer(&checked, event.as_bytes()),
            right,
            "{filter}"
        );
    }
}

#[test]
fn no_number_of_keys_is_too_many() {
    for count in [7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 64, 65, 70] {
        let all = |clause: &dyn Fn(usize) -> String| {
            let clauses: Vec<String> = (0..count).map(clause).collect();
            clauses.join(" AND ")
        };
        // Each is asked for twice, below one key and below two.
        let filter = [
            all(&|n| format!("p.k{n}:{n}")),
            all(&|n| format!("p.q.k{n}:{n}")),
            all(&|n| format!("NOT p.k{n}:x{n}")),
        ];
        let checked = testkit::checked(&filter.join(" AND "), Schema::open());
        let members = |other: Option<usize>| {
            let value = |n: usize| if other == Some(n) { n + 1000 } else { n };
            // Of equal keys the first one counts.
            let first = (0..count).map(|n| format!("\"k{n}\": {}", value(n)));
            let again = (0..count).map(|n| format!("\"k{n}\": {}", n + 7));
            first.chain(again).collect::<Vec<_>>().join(", ")
        };
        for other in [None, Some(0), Some(count / 2), Some(count - 1)] {
            for (outer, inner) in [(other, None), (None, other)] {
                let (outer, inner) = (members(outer), members(inner));
                for event in [
                    format!("{{\"p\": {{{outer}, \"q\": {{{inner}}}}}}}"),
                    format!("{{\"p\": {{\"q\": {{{inner}}}, {outer}}}}}"),
                ] {
                    let answer = testkit::answer(&checked, event.as_bytes());
                    assert_eq!(answer, other.is_none(), "{count} {other:?}");
                }
            }
        }
    }
}

#[test]
fn patterns_and_words_by_kind() {
    let schema = r#"
        name = "kinds"
        unknown = "allow"
        [tokens]
        "text" = { kind = "text", paths = ["v"] }
        "keyword" = { kind = "keyword", paths = ["v"] }
        "id" = { kind = "id", paths = ["v"] }
        "v" = { kind = "integer", paths = ["v"] }
    "#;
    let schema = Schema::from_toml(schema).unwrap();
    // A row is a written value; the strings that are it as a whole; those that have it only as a word
    // or as words; those that only begin with it, where that is another question; and the numbers and
    // booleans whose text is it.
    type Row<'r> = (
        &'r str,
        &'r [&'r str],
        &'r [&'r str],
        &'r [&'r str],
        &'r [&'r str],
    );
    const ABC: &str = "[\"abc\", 123]";
    const NO: &[&str] = &[];
    let rows: [Row<'_>; 22] = [
        (
            "abc",
            &["\"abc\"", ABC],
            &["\"abcx\"", "\"ABC abcx\"", "\"x abc y\"", "\"xcdx abcde\""],
            &["\"abcx\"", "\"ABC abcx\""],
            NO,
        ),
        (
            "abc*",
            &["\"abc\"", "\"abcx\"", "\"ABC abcx\"", ABC],
            &["\"x abc y\"", "\"xcdx abcde\""],
            NO,
            NO,
        ),
        (
            "*abc",
            &["\"abc\"", "\"xabc\"", ABC],
            &["\"ABC abcx\"", "\"x abc y\""],
            NO,
            NO,
        ),
        (
            "*abc*",
            &[
                "\"abc\"",
                "\"xabc\"",
                "\"abcx\"",
                "\"ABC abcx\"",
                "\"x abc y\"",
                "\"xcdx abcde\"",
                ABC,
            ],
            NO,
            NO,
            NO,
        ),
        (
            "a*c",
            &["\"abc\"", "\"a b c\"", "\"a.bc\"", ABC],
            &["\"ABC abcx\"", "\"x abc y\"", "\"é a.bc\""],
            NO,
            NO,
        ),
        (
            "*a*c*",
            &[
                "\"abc\"",
                "\"xabc\"",
                "\"abcx\"",
                "\"ABC abcx\"",
                "\"x abc y\"",
                "\"a b c\"",
                "\"xcdx abcde\"",
                "\"ab cde ab\"",
                "\"é a.bc\"",
                "\"a.bc\"",
                ABC,
            ],
            NO,
            NO,
            NO,
        ),
        ("ab*ab*", &["\"ABC abcx\"", "\"ab cde ab\""], NO, NO, NO),
        ("*ab*cde*", &["\"xcdx abcde\"", "\"ab cde ab\""], NO, NO, NO),
        ("*b c*", &["\"a b c\"", "\"ab cde ab\""], NO, NO, NO),
        ("23*", NO, NO, NO, NO),
        ("*23*", NO, NO, NO, &["1234", "123", ABC]),
        ("1*3", NO, NO, NO, &["123", "12.3", ABC]),
        ("*true", &["\"TRUE\""], NO, NO, &["true"]),
        ("`abc`", &["\"abc\"", ABC], NO, NO, NO),
        ("\"b c\"", NO, &["\"a b c\""], NO, NO),
        // A word of Hebrew may hold a quote. A bare backslash is a character.
        ("ש\\\"*", NO, NO, NO, NO),
        (
            "\"ש\\\"*ח\"",
            &["\"ש\\\"ח\""],
            &["\"é ש\\\"ח\"", "\"x ש\\\"ח y\""],
            NO,
            NO,
        ),
        (
            "\"*ש\\\"ח\"",
            &["\"é ש\\\"ח\"", "\"ש\\\"ח\""],
            &["\"x ש\\\"ח y\""],
            NO,
            NO,
        ),
        // A pattern is never words side by side.
        ("x-y*", &["\"x-yz\""], NO, NO, NO),
        ("*a-b*", NO, NO, NO, NO),
        ("\"a b\"", NO, &["\"a b c\""], &["\"a b c\""], NO),
        ("a.b*", &["\"a.bc\""], &["\"é a.bc\""], NO, NO),
    ];
    let values = [
        "\"abc\"",
        "\"xabc\"",
        "\"abcx\"",
        "\"ABC abcx\"",
        "\"x abc y\"",
        "\"a b c\"",
        "\"xcdx abcde\"",
        "\"xcdey\"",
        "\"cde ab\"",
        "\"é ש\\\"ח\"",
        "\"ab cde ab\"",
        "1234",
        "123",
        "12.3",
        "true",
        "\"TRUE\"",
        "\"x ש\\\"ח y\"",
        "\"ש\\\"ח\"",
        "\"é x-yz\"",
        "\"x-yz\"",
        "\"é a.bc\"",
        "\"a.bc\"",
        "\"\"",
        "null",
        "[\"abc\", 123]",
    ];
    for token in ["text", "keyword", "id", "unknown"] {
        let mut all = Vec::new();
        let anything: Vec<&str> = values
            .into_iter()
            .filter(|value| *value != "null")
            .collect();
        for (text, whole, words, beginning, numbers) in
            rows.into_iter().chain([("*", &anything[..], NO, NO, NO)])
        {
            let checked = testkit::checked(&format!("{token}:{text}"), &schema);
            for value in values {
                let event = format!("{{\"v\": {value}, \"unknown\": {value}}}");
                let more = match token {
                    "text" => words.contains(&value) || numbers.contains(&value),
                    "keyword" => numbers.contains(&value),
                    "id" => {
                        beginning.contains(&value) || (numbers.contains(&value) && value != "true")
                    }
                    _ => words.contains(&value),
                };
                let answer = testkit::answer(&checked, event.as_bytes());
                let right = whole.contains(&value) || more;
                assert_eq!(answer, right, "{token}:{text} {value}");
            }
            all.push(checked);
        }
        // Looked up together, where each was asked alone.
        let set = FilterSet::new(&all);
        for value in values {
            let event = format!("{{\"v\": {value}, \"unknown\": {value}}}");
            let json = Json::read(event.as_bytes(), 128).unwrap();
            let right = set
                .ids()
                .zip(&all)
                .filter(|(_, checked)| checked.right(&json));
            let right: Vec<_> = right.map(|(id, _)| id).collect();
            assert_eq!(set.matches(event.as_bytes()), Ok(right), "{token}: {value}");
        }
    }
}

/// Numbers and dates that are nearly some.
#[test]
fn what_is_nearly_a_value_is_none_to_all() {
    let values = [
        ".5",
        "5.",
        "+5",
        "-",
        "1e",
        "e5",
        "1_0",
        "0x5",
        "inf",
        "NaN",
        "1e5.0",
        "--5",
        "1.e5",
        "1e+",
        "1 ",
        "",
        "2024-01-02T00:00:00+24:00",
        "2024-01-02T00:00:00+23:60",
        "2024-01-02T00:00:00+2359",
        "2024-01-02T00:00:00-00:00",
        "2024-01-02T24:00:00Z",
        "2024-01-02T00:60:00Z",
        "2024-02-30",
        "2024-1-2",
        "10.0.0.256",
        "10.0.0",
        "::ffff:10.0.0.1",
        "10.0.0.01",
    ];
    let zones = ["2024-01-02T00:00:00+2359", "2024-01-02T00:00:00-00:00"];
    // None of these values is a number, three are dates or addresses, and the rest is text, which has
    // words: `.5` the word `5`, and `2024-01-02T24:00:00Z` the words `2024`, `01`, `02t24`, …
    let with_5 = [".5", "5.", "+5", "--5"];
    let with_the_day: Vec<&str> = values
        .into_iter()
        .filter(|value| value.starts_with("2024-01-02T"))
        .collect();
    let with_1 = [
        "1e",
        "1_0",
        "1e5.0",
        "1.e5",
        "1e+",
        "1 ",
        "2024-1-2",
        "10.0.0.256",
        "10.0.0",
        "::ffff:10.0.0.1",
        "10.0.0.01",
    ];
    let of_a_list = [&with_1[..], &with_5, &with_the_day].concat();
    let filters: [(&str, &[&str]); 8] = [
        ("v:0.5", &[]),
        ("v:5", &with_5),
        ("v:[-1000000 .. 1000000]", &[]),
        ("v:2024-01-02", &with_the_day),
        ("v:[2023-01-01 .. 2025-01-01]", &zones),
        ("v:10.0.0.1", &["::ffff:10.0.0.1"]),
        ("v:[10.0.0.0 .. 10.0.1.0]", &["::ffff:10.0.0.1"]),
        ("v:[1, 5, 2024-01-02, 10.0.0.1, x]", &of_a_list),
    ];
    for (filter, right) in filters {
        let checked = testkit::checked(filter, Schema::open());
        for value in values {
            let answer = testkit::answer(&checked, format!("{{\"v\": \"{value}\"}}").as_bytes());
            assert_eq!(answer, right.contains(&value), "{filter}: {value}");
        }
    }
}

// ---- dates in milliseconds, and signs that are none ----

/// Whether an event matches, by every engine, with the open schema.
fn open(filter: &str, event: &str) -> bool {
    let checked = testkit::checked(filter, Schema::open());
    testkit::answer(&checked, event.as_bytes())
}

#[test]
fn milliseconds_in_events_are_dates() {
    // Now is 2024-09-22T12:00:00Z.
    for (filter, event, right) in [
        (
            "created:[now-90d .. now]",
            r#"{"created": "1721713977000"}"#,
            true,
        ),
        (
            "created:[now-30d .. now]",
            r#"{"created": "1721713977000"}"#,
            false,
        ),
        (
            "imagesInUse:`[now-90d ... now]`",
            r#"{"imagesInUse": "1721713977000"}"#,
            true,
        ),
        (
            "stateChanged < 2025-01-01",
            r#"{"stateChanged": "1721714102790"}"#,
            true,
        ),
        (
            "stateChanged < 2024-01-01",
            r#"{"stateChanged": "1721714102790"}"#,
            false,
        ),
        (
            "stateChanged:2024-07-23",
            r#"{"stateChanged": ["x", "1721714102790"]}"#,
            true,
        ),
        (
            "stateChanged > 2024",
            r#"{"stateChanged": "172171410279000"}"#,
            true,
        ),
        (
            "stateChanged > 2024-01",
            r#"{"stateChanged": "172171410279000"}"#,
            false,
        ),
        (
            "stateChanged > 1970-01",
            r#"{"stateChanged": "1721714102"}"#,
            false,
        ),
        (
            "stateChanged > 1970-01",
            r#"{"stateChanged": "10000000000"}"#,
            true,
        ),
        (
            "lastCheckedIn > 2024-01-05T10:00Z",
            r#"{"lastCheckedIn": "2024-01-06T00:00:00Z"}"#,
            true,
        ),
        (
            "lastCheckedIn > 2024-01-05T10:00Z",
            r#"{"lastCheckedIn": "2024-01-05T10:00:59Z"}"#,
            false,
        ),
        // A number of the filter that is a date too compares to a number as a number.
        ("at:1704067200000", r#"{"at": 1704067200000.0}"#, true),
        ("at:1704067200000", r#"{"at": 1704067200000.5}"#, false),
        ("at:1704067200000", r#"{"at": "2024-01-01"}"#, true),
        (
            "at:1704067200000",
            r#"{"at": "2024-01-01T00:00:00.001Z"}"#,
            false,
        ),
        (
            "at:[2023-12-31 .. 1704067200000]",
            r#"{"at": 1704067200000.5}"#,
            true,
        ),
        (
            "at:[2023-12-31 .. 1704067200000]",
            r#"{"at": 1704067200001}"#,
            false,
        ),
        (
            "at <= 1704067200000",
            r#"{"at": "2024-01-01T00:00:00.0009Z"}"#,
            true,
        ),
        ("at < 2024", r#"{"at": "1703980800000"}"#, true),
    ] {
        assert_eq!(open(filter, event), right, "{filter} {event}");
    }
    edr(&[
        ("dateTime > 2000", r#"{"dateTime": 1704067200000.5}"#, true),
        (
            "dateTime:2024-01-01",
            r#"{"dateTime": 1.7040672000005e12}"#,
            true,
        ),
        (
            "dateTime:1704067200000",
            r#"{"dateTime": 1704067200000.5}"#,
            true,
        ),
        (
            "dateTime:1704067200001",
            r#"{"dateTime": 1704067200000.5}"#,
            false,
        ),
        (
            "dateTime:1704067200000",
            r#"{"dateTime": 1704067200000.999}"#,
            true,
        ),
        ("dateTime:9999", r#"{"dateTime": 253402300799999}"#, true),
        ("dateTime:9999", r#"{"dateTime": 253402300799999.5}"#, true),
        ("dateTime > 0000", r#"{"dateTime": 253402300800000}"#, false),
        ("dateTime:0000", r#"{"dateTime": -62167219200000}"#, true),
        ("dateTime < 2000", r#"{"dateTime": -62167219200001}"#, false),
        ("dateTime:1969-12-31", r#"{"dateTime": -0.5}"#, true),
    ]);
}

#[test]
fn a_net_is_compared_with_nothing() {
    let schema = Schema::edr();
    let check = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        query.check(schema).map(|_| ()).map_err(|errors| {
            let codes = errors
                .iter()
                .map(|error| error.diagnostic().code().to_string());
            codes.collect::<Vec<_>>()
        })
    };
    let token = "network.remote.address.ip";
    for net in [
        "10.0.0.1/32",
        "10.0.0.0/8",
        "fe80::1/128",
        "::/0",
        "::ffff:10.0.0.1/128",
    ] {
        for asked in [
            format!("{token} > {net}"),
            format!("{token} >= {net}"),
            format!("{token} < {net}"),
            format!("{token} <= \"{net}\""),
            format!("{token} = {net}"),
            format!("{token} = \"{net}\""),
            format!("{token}:[{net} .. ffff::]"),
            format!("{token}:(::1 .. {net})"),
        ] {
            // On a token of unknown kind it is linted, and nothing compares.
            let unknown = asked.replace(token, "x");
            let query: Query = unknown.parse().unwrap();
            let checked = query.check(Schema::open()).expect(&unknown);
            let checked = testkit::Asked::of(checked, Schema::open());
            let equal = unknown.contains('=') && !unknown.contains(['<', '>']);
            let warnings: Vec<String> = checked
                .warnings()
                .iter()
                .map(|warning| warning.diagnostic().code().to_string())
                .collect();
            match equal {
                // `=` is the colon there.
                true => assert!(warnings.is_empty(), "{unknown} {warnings:?}"),
                false => assert_eq!(warnings, ["qql::check::unordered_bound"], "{unknown}"),
            }
            let inside = r#"{"x": ["10.0.0.1", "fe80::1"]}"#;
            assert_eq!(
                testkit::answer(&checked, inside.as_bytes()),
                equal,
                "{unknown}"
            );
            assert_eq!(
                check(&asked),
                Err(vec!["qql::check::net_bound".to_owned()]),
                "{asked}"
            );
        }
        assert_eq!(
            check(&format!("{token}:{net} OR {token}:[{net}, ::1]")),
            Ok(())
        );
    }
    assert_eq!(check(&format!("{token} = 10.0.0.1")), Ok(()));
}
