//! Buffers of events in every shape, good and bad.

use qualys_filter::{
    BadEvent, CheckOptions, EventErrorKind, Hit, Limits, Query, ScanOptions, Schema,
};

/// What a scan for `a:1` returns: the matching events' texts, and the lines of bad ones.
fn scan_with(buffer: &str, root: Option<&str>) -> Vec<Result<String, (u64, EventErrorKind)>> {
    let filter = testkit::checked("a:1", Schema::open()).compile().strict();
    let root = root.map(|root| root.parse().unwrap());
    let mut options = ScanOptions::default();
    options.root = root;
    filter
        .scan_with(buffer.as_bytes(), &options)
        .map(|found| match found {
            Ok(Hit { range, .. }) => Ok(buffer[range].to_owned()),
            Err(BadEvent { line, error, .. }) => Err((line, error.kind())),
        })
        .collect()
}

fn good(buffer: &str, expected: &[&str]) {
    let texts: Vec<_> = expected.iter().map(|text| Ok((*text).to_owned())).collect();
    assert_eq!(scan_with(buffer, None), texts, "{buffer:?}");
    // Strict or not, counting or not, on any kind of instructions.
    let filter = testkit::checked("a:1", Schema::open()).compile();
    for (level, filter) in filter.on_all_levels() {
        for filter in [filter.strict(), filter] {
            for count in [false, true] {
                let options = ScanOptions::default().with_count(count);
                let hits = filter.scan_with(buffer.as_bytes(), &options);
                let found: Vec<_> = hits.map(|hit| &buffer[hit.unwrap().range]).collect();
                assert_eq!(found, expected, "{buffer:?} {level} {count}");
            }
        }
    }
}

#[test]
fn json_lines() {
    let one = r#"{"a":1}"#;
    good("", &[]);
    good(" \n\r\n", &[]);
    good(&format!("{one}\n{{\"a\":2}}\n{one}\n"), &[one, one]);
    good(&format!("{one}\r\n\r\n  {one}"), &[one, one]);
    good(&format!("\u{feff}{one}\n\n\n{one}\n"), &[one, one]);
    good(&format!("{one}{one} {one}"), &[one, one, one]);
}

/// Files that were put together with `cat` have a mark at the start of each.
#[test]
fn byte_order_marks_are_passed_over_between_documents() {
    let one = r#"{"a":1}"#;
    let bom = "\u{feff}";
    good(&format!("{bom}{one}\n{bom}{one}\n"), &[one, one]);
    good(&format!("{one}{bom}{one}{bom}"), &[one, one]);
    good(&format!("{one}\n {bom} {one}\r\n{bom}\n"), &[one, one]);
    good(
        &format!("[{one}]{bom}[{one}]\n{bom}\n{one}"),
        &[one, one, one],
    );
    let pretty = "{\n  \"a\": 1\n}";
    good(&format!("{bom}{pretty}\n{bom}{pretty}"), &[pretty, pretty]);
    let none = format!("{bom}{{\"b\":2}}\n").repeat(100);
    good(&format!("{none}{bom}{one}\n{none}"), &[one]);
    // Not where no document may start.
    let error = Err((1, EventErrorKind::UnexpectedByte));
    assert_eq!(scan_with(&format!("[{bom}{one}]"), None)[0], error);
    // What is broken after a mark hides nothing.
    let found = scan_with(&format!("{bom}{{\n{bom}{one}\n{bom}{one}"), None);
    assert_eq!(found[1..], [Ok(one.to_owned()), Ok(one.to_owned())]);
}

/// Whatever is wrong with what is longer than an event may be, it is too long.
#[test]
fn what_is_over_the_limit_is_one_bad_event() {
    let options = CheckOptions::default().with_limits(Limits::default().with_event_bytes(20));
    let checked = "a:1".parse::<Query>().unwrap();
    let filter = checked.check_with(Schema::open(), &options).unwrap();
    for long in ["x".repeat(21), format!("{{\"a\":{}}}", "1".repeat(20))] {
        let buffer = format!("{{\"a\":1}}\n{long}\n{{\"a\":1}}\n");
        let filter = filter.compile().strict();
        let found: Vec<_> = filter.scan(buffer.as_bytes()).collect();
        let bad = found[1].as_ref().unwrap_err();
        assert_eq!(bad.error.kind(), EventErrorKind::TooLong, "{long}");
        assert_eq!((bad.error.offset(), bad.line, found.len()), (8, 2, 3));
    }
}

#[test]
fn documents_over_several_lines() {
    let one = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": []\n  }\n}";
    good(one, &[one]);
    good(&format!("{one}\n{one}\n"), &[one, one]);
    good(&format!("{one}{one}"), &[one, one]);
}

#[test]
fn arrays_of_events() {
    good("[]", &[]);
    good(
        r#"[{"a":1},{"a":2} , {"a":1}]"#,
        &[r#"{"a":1}"#, r#"{"a":1}"#],
    );
    good(
        "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n",
        &["{\n    \"a\": 1\n  }"],
    );
    good("[{\"a\":1}]\n[{\"a\":1}]\n", &[r#"{"a":1}"#, r#"{"a":1}"#]);
}

#[test]
fn events_below_a_root() {
    let fim = r#"[{"sortValues":[],"data":{"a":1}},{"sortValues":[1],"data":{"a":2}}]"#;
    assert_eq!(scan_with(fim, Some("data")), [Ok(r#"{"a":1}"#.to_owned())]);
    let wrapped = r#"{"x":{"y":0,"items":[{"a":1},{"a":2},{"a":1}]}}"#;
    let one = Ok(r#"{"a":1}"#.to_owned());
    assert_eq!(
        scan_with(wrapped, Some("x.items")),
        [one.clone(), one.clone()]
    );
    assert_eq!(scan_with(r#"{"data":[]}"#, Some("data")), []);
    for none in ["{}", r#"{"data":null}"#, "5", r#"{"dat":{"a":1}}"#] {
        assert_eq!(
            scan_with(none, Some("data")),
            [Err((1, EventErrorKind::NoRoot))],
            "{none}"
        );
    }
    let escaped = r#"{"d\u0061ta":{"a":1},"data":{"a":2}}"#;
    assert_eq!(scan_with(escaped, Some("data")), [one]);
}

#[test]
fn bad_lines_are_reported_and_passed_over() {
    let one = || Ok(r#"{"a":1}"#.to_owned());
    let buffer =
        "{\"a\":1}\n{\"a\":\n{\"a\":1}\noops\n{\"a\": 01}\n{\"a\":\"x\n{\"a\":1}\n{\"a\":1";
    assert_eq!(
        scan_with(buffer, None),
        [
            one(),
            Err((2, EventErrorKind::UnexpectedEnd)),
            one(),
            Err((4, EventErrorKind::UnexpectedByte)),
            Err((5, EventErrorKind::InvalidNumber)),
            Err((6, EventErrorKind::UnexpectedEnd)),
            one(),
            Err((8, EventErrorKind::UnexpectedEnd)),
        ]
    );
}

#[test]
fn a_bad_document_over_several_lines_is_one_error() {
    let one = "{\n  \"a\": 1\n}\n";
    let bad = "{\n  \"a\": \"1\n}\n";
    let found = scan_with(&format!("{one}{bad}{one}{bad}{one}"), None);
    let text = || Ok(one.trim_end().to_owned());
    let error = |line| Err((line, EventErrorKind::ControlCharacter));
    assert_eq!(found, [text(), error(5), text(), error(11), text()]);
    // The first one may be the bad one.
    assert_eq!(scan_with(&format!("{bad}{one}"), None), [error(2), text()]);
}

#[test]
fn behind_a_document_over_lines_others_are_too() {
    let one = "{\"a\": 1,\n\"b\": [\n2]}";
    // Its lines alone are no JSON, and none of them is an event.
    let bad = "{\"a\": \"1,\n\"b\": [\n2]}";
    let buffer = format!("{one}\n{bad}\n{one}\n");
    let error = Err((4, EventErrorKind::ControlCharacter));
    let one = Ok(one.to_owned());
    assert_eq!(scan_with(&buffer, None), [one.clone(), error, one.clone()]);
    let filter = testkit::checked("a:1", Schema::open()).compile();
    for (level, filter) in filter.on_all_levels() {
        let found: Vec<_> = filter.scan(buffer.as_bytes()).collect();
        let found: Vec<_> = found.into_iter().map(|found| found.is_ok()).collect();
        assert_eq!(found, [true, false, true], "{level}");
    }
}

#[test]
fn a_strict_scan_reads_what_cannot_matter() {
    let one = Ok("{\"a\":1}".to_owned());
    let wrong = Err((1, EventErrorKind::InvalidNumber));
    for line in [
        "{\"a\":1,\"b\":01}",
        "{\"a\":2,\"b\":01}",
        "{\"b\":[01],\"a\":1}",
    ] {
        let found = scan_with(&format!("{line}\n{{\"a\":1}}\n{{\"a\":2}}\n"), None);
        assert_eq!(found, [wrong.clone(), one.clone()], "{line}");
    }
}

#[test]
fn an_array_in_an_array_is_an_event() {
    let inner = "[{\"a\": 1}]";
    let one = Ok(inner.to_owned());
    assert_eq!(
        scan_with(&format!("[{inner}, {inner}]"), None),
        [one.clone(), one]
    );
    let cut = Err((2, EventErrorKind::UnexpectedEnd));
    assert_eq!(scan_with("[\n{\"a\":", None), [cut]);
    // A comma is missing between lines that are events, read exactly or not.
    let lines = "[\n{\"a\": 1}\n{\"a\": 1}\n]\n";
    let filter = testkit::checked("a:1", Schema::open()).compile();
    for filter in [filter.strict(), filter] {
        let found: Vec<_> = filter
            .scan(lines.as_bytes())
            .map(|found| found.is_ok())
            .collect();
        assert_eq!(found, [true, false, true]);
    }
}

#[test]
fn a_broken_array_goes_on_with_the_next_element() {
    let found = scan_with(
        "[\n  {\n    \"a\": \"1\n  },\n  {\n    \"a\": 1\n  }\n]",
        None,
    );
    let error = Err((3, EventErrorKind::ControlCharacter));
    assert_eq!(found, [error, Ok("{\n    \"a\": 1\n  }".to_owned())]);
    let cut = scan_with("[{\"a\":1},\n", None);
    assert_eq!(
        cut,
        [
            Ok(r#"{"a":1}"#.to_owned()),
            Err((2, EventErrorKind::UnexpectedEnd))
        ]
    );
    let no_comma = scan_with(r#"[{"a":1} {"a":1}]"#, None);
    let one = || Ok(r#"{"a":1}"#.to_owned());
    assert_eq!(
        no_comma,
        [one(), Err((1, EventErrorKind::UnexpectedByte)), one()]
    );
}

#[test]
fn numbers_and_lines_are_counted() {
    let buffer = b"\n{\"a\":1}\n{\"a\":2}\nbad\n\n{\"a\":1}{\"a\":1}\n";
    let filter = testkit::checked("a:1", Schema::open()).compile();
    // Unless it is strict, a scan does not look at what cannot match.
    for (filter, expected) in [(filter.strict(), &[2, 4, 6, 6][..]), (filter, &[2, 6, 6])] {
        let options = ScanOptions::default().with_count(true);
        let mut scan = filter.scan_with(buffer, &options);
        let mut lines = Vec::new();
        while let Some(found) = scan.next() {
            lines.push(match found {
                Ok(hit) => scan.line(hit.range.start),
                Err(bad) => bad.line,
            });
        }
        assert_eq!(lines, expected);
        assert_eq!(scan.events(), 5);
    }
}

#[test]
fn the_other_events() {
    let filter = testkit::checked("a:1", Schema::open()).compile();
    let options = ScanOptions::default().with_invert(true);
    let found: Vec<_> = filter
        .scan_with(b"{\"a\":1}\n{\"a\":2}\n{\n", &options)
        .collect();
    assert_eq!(found[0].as_ref().unwrap().range, 8..15);
    assert!(found[1].is_err() && found.len() == 2);
}

#[test]
fn what_is_wrong_below_the_root_is_reported() {
    let one = || Ok(r#"{"a":1}"#.to_owned());
    let unexpected = Err((1, EventErrorKind::UnexpectedByte));
    // Inside of an array at the root, and on the way to it.
    let found = scan_with(r#"{"data":[{"a":1} {"a":1}]}"#, Some("data"));
    assert_eq!(found, std::slice::from_ref(&unexpected));
    assert_eq!(
        scan_with(r#"{"data":[{"a":1},x]}"#, Some("data")),
        [one(), unexpected.clone()]
    );
    assert_eq!(
        scan_with(r#"{"b":1 "data":{"a":1}}"#, Some("data")),
        [unexpected]
    );
}

#[test]
fn events_beyond_the_limit_are_bad_and_no_more() {
    let limits = Limits::default().with_event_bytes(10).with_event_nesting(2);
    let options = CheckOptions::default().with_limits(limits);
    let query: Query = "a:1".parse().unwrap();
    let filter = query
        .check_with(Schema::open(), &options)
        .unwrap()
        .compile();
    let strict = filter.strict();
    let buffer = b"{\"a\":1}\n{\"a\":1,\"b\":2}\n{\"a\":1}\n{\"b\":[[]]}\n{\"a\":1}\n";
    let kinds: Vec<_> = strict
        .scan(buffer)
        .map(|found| found.map_err(|bad| bad.error.kind()).is_ok())
        .collect();
    assert_eq!(kinds, [true, false, true, false, true]);
    // Exactly as long, and one byte longer, in every way to read it.
    let lines = [
        "{\"a\": 1  }",
        "{\"a\": 1   }",
        "{\"a\": 1}",
        "{\"a\":11111}",
    ];
    for buffer in [
        lines.join("\n") + "\n",
        lines.join(""),
        format!("[{}]", lines.join(",")),
    ] {
        for filter in [&strict, &filter] {
            for count in [false, true] {
                let options = ScanOptions::default().with_count(count);
                let mut scan = filter.scan_with(buffer.as_bytes(), &options);
                let found: Vec<_> = scan.by_ref().collect();
                let kinds = found.iter().map(|found| match found {
                    Ok(hit) => Ok(hit.range.len()),
                    Err(bad) => Err((bad.error.kind(), bad.error.offset() == bad.range.start)),
                });
                let kinds: Vec<_> = kinds.filter(|kind| kind.is_ok() || count).collect();
                let long = Err((EventErrorKind::TooLong, true));
                if count {
                    assert_eq!(kinds, [Ok(10), long, Ok(8), long], "{buffer}");
                    assert_eq!(scan.events(), 4, "{buffer}");
                } else {
                    assert_eq!(kinds, [Ok(10), Ok(8)], "{buffer}");
                }
            }
        }
    }
}

#[test]
fn a_bad_event_has_its_place_in_the_buffer() {
    let one = "{\"a\": 1}\n";
    // The mark is before the byte that is wrong.
    for (bad, kind) in [
        ("{\"a\": ¦01}", EventErrorKind::InvalidNumber),
        ("{\"a\": ¦x}", EventErrorKind::UnexpectedByte),
        ("{\"a\" ¦1}", EventErrorKind::UnexpectedByte),
        ("{\"a\": \"1¦\u{1}\"}", EventErrorKind::ControlCharacter),
        ("{\"a\": \"1¦\\x\"}", EventErrorKind::InvalidEscape),
        ("{\n\"a\": ¦01\n}", EventErrorKind::InvalidNumber),
    ] {
        let text = bad.replace('¦', "");
        let buffer = format!("{one}\n{text}\n{one}{one}");
        let before = one.len() + 1;
        let place = before + bad.find('¦').unwrap();
        let line = buffer[..place].matches('\n').count() as u64 + 1;
        let filter = testkit::checked("a:1", Schema::open()).compile();
        for (strict, filter) in [(true, filter.strict()), (false, filter)] {
            for invert in [false, true] {
                let options = ScanOptions::default().with_invert(invert);
                let found: Vec<_> = filter.scan_with(buffer.as_bytes(), &options).collect();
                let (bads, hits): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_err);
                let right = if invert { 0 } else { 3 };
                assert!(
                    hits.len() == right || (!strict && bads.is_empty()),
                    "{bad:?}"
                );
                match bads.into_iter().next() {
                    Some(found) => {
                        let found = found.unwrap_err();
                        let error = (found.error.kind(), found.error.offset());
                        assert_eq!(error, (kind, place), "{bad:?}");
                        assert_eq!(found.line, line, "{bad:?}");
                        assert_eq!(found.range, before..before + text.len(), "{bad:?}");
                        let message = format!("line {line}: {} at byte {place}", kind);
                        assert_eq!(found.to_string(), message);
                    }
                    // What cannot match need not be read.
                    None => assert!(!strict, "{bad:?}"),
                }
            }
        }
    }
}

#[test]
fn what_belongs_to_no_document_is_an_error_and_no_more() {
    let one = || Ok(r#"{"a":1}"#.to_owned());
    let wrong = |line| Err((line, EventErrorKind::UnexpectedByte));
    for stray in ["]", "}", ",", ":", "x"] {
        let buffer = format!("{{\"a\":1}}\n{stray}\n{{\"a\":1}}\n");
        assert_eq!(
            scan_with(&buffer, None),
            [one(), wrong(2), one()],
            "{stray}"
        );
        let buffer = format!("{stray}\n[{{\"a\":1}}]");
        assert_eq!(scan_with(&buffer, None), [wrong(1), one()], "{stray}");
    }
    // A comma is one: before the first element, after the last, or twice.
    for array in ["[,{\"a\":1}]", "[{\"a\":1},,{\"a\":1}]"] {
        let found = scan_with(array, None);
        assert!(found.contains(&wrong(1)), "{array} {found:?}");
    }
    assert_eq!(
        scan_with("[{\"a\":1}", None),
        [one(), Err((1, EventErrorKind::UnexpectedEnd))]
    );
    assert_eq!(
        scan_with("[{\"a\":1}]]\n{\"a\":1}", None),
        [one(), wrong(1), one()]
    );
}

/// Lines in every order, for filters that a scan looks at in different ways.
#[test]
fn lines_are_taken_for_what_they_are() {
    // The text of a line, and its events.
    let one = "{\"a\": 1}";
    let over_lines = "{\n\"a\": 1\n}";
    let [nested, members, value] = [
        "{\"a\": {\"a\": 1}\n, \"b\": 2}",
        "{\"a\": 1, \"b\": {}\n}",
        "{\"a\": 1, \"b\":\n{\"a\": 2}}",
    ];
    let shapes: [(&str, &[&str]); 16] = [
        (nested, &[nested]),
        (members, &[members]),
        (value, &[value]),
        (one, &[one]),
        ("  {\"a\": 1} \t\r", &[one]),
        ("{\"a\": 1, \"b\": 2}", &["{\"a\": 1, \"b\": 2}"]),
        ("{\"b\": 2, \"a\": \"1\"}", &["{\"b\": 2, \"a\": \"1\"}"]),
        ("{\"a\": {\"a\": 1}}", &["{\"a\": {\"a\": 1}}"]),
        ("{\"b\": {\"a\": 1}}", &["{\"b\": {\"a\": 1}}"]),
        (
            "{\"a\": [2, 1], \"b\": []}",
            &["{\"a\": [2, 1], \"b\": []}"],
        ),
        (
            "{\"a\": null, \"x\": \"}\"}",
            &["{\"a\": null, \"x\": \"}\"}"],
        ),
        ("{\"x\": \"\\\"a\\\": 1\"}", &["{\"x\": \"\\\"a\\\": 1\"}"]),
        ("{}{\"a\": 1}", &["{}", one]),
        ("{\"a\": 1} {\"b\": 2}", &[one, "{\"b\": 2}"]),
        (over_lines, &[over_lines]),
        ("", &[]),
    ];
    let filters = [
        "a:1",
        "a.a:1",
        "b.a:1",
        "a:1 AND b:2",
        "a:1 OR b:2",
        "NOT a:1",
        "a:(a:1)",
        "a IS NULL",
        "x:\"}\"",
        "b:2 OR (a:1 AND x IS NULL)",
    ];
    for filter in filters {
        let checked = testkit::checked(filter, Schema::open());
        let matches = |event: &str| {
            let json = testkit::reference::Json::read(event.as_bytes(), 128).unwrap();
            checked.right(&json)
        };
        let levels = checked.compile().on_all_levels();
        for first in shapes {
            for second in shapes {
                for third in [shapes[0], shapes[3], shapes[7], shapes[12], shapes[14]] {
                    let lines = [first.0, second.0, third.0].join("\n") + "\n";
                    let events = [first.1, second.1, third.1].concat();
                    for (level, filter) in &levels {
                        for (count, invert) in [(false, false), (true, false), (false, true)] {
                            let options =
                                ScanOptions::default().with_count(count).with_invert(invert);
                            let mut scan = filter.scan_with(lines.as_bytes(), &options);
                            let hits = scan.by_ref().map(|hit| &lines[hit.unwrap().range]);
                            let hits: Vec<_> = hits.collect();
                            let right = events.iter().filter(|event| matches(event) != invert);
                            let right: Vec<_> = right.copied().collect();
                            assert_eq!(hits, right, "{} {level} {count}\n{lines}", checked.text());
                            if count {
                                assert_eq!(scan.events(), events.len() as u64, "{lines}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn dates_behind_a_key_are_compared_where_they_stand() {
    let schema = "name = \"dates\"\n[tokens.time]\nkind = \"datetime\"\npaths = [\"time\"]";
    let schema = Schema::from_toml(schema).unwrap();
    let filter = testkit::checked("time:[2024-01-02 .. 2024-01-03]", &schema).compile();
    let values = [
        ("\"2024-01-01T23:59:59.999Z\"", false),
        ("\"2024-01-02T00:00:00.000Z\"", true),
        ("\"2024-01-03T23:59:59.999Z\"", true),
        ("\"2024-01-04T00:00:00.000Z\"", false),
        ("\"2024-01-0\\u0032\"", true),
        ("\"now\"", false),
        ("1704164645678", true),
        ("[\"2024-01-02\"]", true),
        ("null", false),
    ];
    let lines = values.map(|(value, _)| format!("{{\"time\": {value}, \"x\": 0}}\n"));
    let right: Vec<_> = (0..)
        .zip(values)
        .filter(|(_, (_, right))| *right)
        .map(|(at, _)| at)
        .collect();
    for (level, filter) in filter.on_all_levels() {
        let buffer = lines.concat();
        let hits = filter
            .scan(buffer.as_bytes())
            .map(|hit| hit.unwrap().range.start);
        let line_of = |start| buffer[..start].matches('\n').count();
        assert_eq!(hits.map(line_of).collect::<Vec<_>>(), right, "{level}");
    }
}

/// JSON may write a key in other ways, of which a scan has to think before it passes over a line.
#[test]
fn keys_are_found_however_they_are_written() {
    let keys: [(&str, &[&str]); 6] = [
        ("key", &["key", "k\\u0065y", "\\u006b\\u0065\\u0079"]),
        ("a/b", &["a/b", "a\\/b", "a\\u002fb"]),
        ("a\"b", &["a\\\"b", "a\\u0022b"]),
        ("a\\b", &["a\\\\b", "a\\u005cb"]),
        ("\u{142}", &["\u{142}", "\\u0142"]),
        ("\t", &["\\t", "\\u0009"]),
    ];
    for (key, spellings) in keys {
        let key = serde_json::to_string(key).unwrap();
        let schema = format!("name = \"keys\"\n[tokens.t]\nkind = \"keyword\"\npaths = [{key}]");
        let schema = Schema::from_toml(&schema).unwrap();
        let filter = testkit::checked("t:1", &schema).compile();
        for spelling in spellings {
            let line = format!("{{\"{spelling}\": 1}}\n");
            let buffer = format!("{{\"x\": 1}}\n{line}{{}}\n{line}");
            for (level, filter) in filter.on_all_levels() {
                let found = filter.scan(buffer.as_bytes()).filter(Result::is_ok).count();
                assert_eq!(found, 2, "{spelling} {level}");
            }
        }
    }
}
