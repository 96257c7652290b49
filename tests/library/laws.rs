//! Laws of dates, numbers, words and sets.

use std::cmp::Ordering;
use std::collections::HashSet;

use chrono::{DateTime, Days, Months, NaiveDate, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use qualys_filter::schema::{Kind, Token};
use qualys_filter::value::Version;
use qualys_filter::{Filter, FilterSet, Schema};

fn schema() -> Schema {
    let token = |name: &str, kind| Token::new(name, kind).with_path(name).unwrap();
    Schema::empty()
        .with_token(token("t", Kind::Text))
        .and_then(|schema| schema.with_token(token("d", Kind::DateTime)))
        .and_then(|schema| schema.with_token(token("n", Kind::Float)))
        .and_then(|schema| schema.with_token(token("i", Kind::Integer)))
        .and_then(|schema| schema.with_token(token("v", Kind::Version)))
        .and_then(|schema| schema.with_token(token("ip", Kind::Ip)))
        .and_then(|schema| schema.with_token(token("b", Kind::Boolean)))
        .and_then(|schema| schema.with_token(token("x", Kind::Auto)))
        .unwrap()
}

fn filter(text: &str) -> Filter {
    testkit::checked(text, &schema()).compile()
}

/// Whether the filter matches an event with this value, by every engine.
fn matches(text: &str, key: &str, json: &str) -> bool {
    let checked = testkit::checked(text, &schema());
    testkit::answer(&checked, format!("{{\"{key}\": {json}}}").as_bytes())
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

// ---- dates ----

/// Any instant of the years 0 to 9999, to the millisecond.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let first: DateTime<Utc> = "0000-01-01T00:00:00Z".parse().unwrap();
    let last: DateTime<Utc> = "9999-12-31T23:59:59.999Z".parse().unwrap();
    let range = first.timestamp_millis()..=last.timestamp_millis();
    range.prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Every engine takes the same of an event for addresses, numbers and booleans, on every kind.
    #[test]
    fn what_is_a_value_in_an_event_is_one_to_all(
        text in prop_oneof![
            "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}",
            "(::)?([0-9a-fA-F]{0,5}:){0,8}[0-9a-f:.%]{0,8}",
            "::(ffff:)?[0-9]{1,3}(\\.[0-9]{1,3}){3}",
            "[ +-]?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,3})?[ kK]?[bB]?",
            "true|false|TRUE|False|tru|truee| true|1|0|yes",
            "NaN|inf|-inf|infinity|0x10|1_000|١",
            "[0-9]{9,16}(\\.[0-9]{0,3})?",
            "[vV]?[0-9]{0,3}([._+-]?(rc|[a-c]|[0-9]){1,2}){0,3}",
        ],
        quoted in any::<bool>(),
    ) {
        let json = match quoted || serde_json::from_str::<serde_json::Value>(&text).is_err() {
            true => string(&text),
            false => text,
        };
        for filter in [
            "ip:0.0.0.0/0", "ip:*", "ip > ::1", "ip:[1.1.1.1, 9.9.9.9]", "n >= 0", "n < 0", "n:[1, 10]",
            "n > 5", "i:5", "i >= 1", "i <= -1", "b:true", "b:false", "x:true", "x > 5", "x:5", "x:1.1.1.1",
            "x:[::1 .. 9.9.9.9]", "x:2000", "x < 2000", "d > 1970", "t:true", "t:5", "d > 2000",
            "d:[1000000000000 .. 2000000000000]", "x > 1500000000000", "x:[1970-02 .. 2024-05]", "v > 1", "v <= 1.5",
            "v:[1-rc1 .. 2]", "v = 1.0", "v:1", "v:*1",
        ] {
            let key = filter.split([':', ' ']).next().unwrap();
            matches(filter, key, &json);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// Every engine takes the same texts of events for dates, and for the same ones.
    #[test]
    fn what_is_a_date_in_an_event_is_one_to_all(
        date in "[0-9]{4}-([01][0-9]|02)-[0-3][0-9]",
        time in "|[Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,11})?(Z|z|[+Zz-][0-2][0-9]:?[0-6][0-9]|x)?",
        wrong in 0_usize..40,
        byte in "|[0-9:TZz+. é-]",
    ) {
        let mut text = date + &time;
        for filter in ["d >= 0000", "d < 5000"] {
            matches(filter, "d", &string(&text));
        }
        if text.is_char_boundary(wrong) && wrong < text.len() {
            text.replace_range(wrong..=wrong, &byte);
        }
        for filter in ["d >= 0000", "d < 5000"] {
            matches(filter, "d", &string(&text));
        }
    }

    /// A written date is the period that it names: what lies in it is in, what does not is not.
    #[test]
    fn a_date_is_its_period(event in instants(), near in -3_i64..3, part in 0_usize..5) {
        let written = event + TimeDelta::hours(near * 20);
        let text = written.to_rfc3339_opts(SecondsFormat::Millis, true);
        prop_assume!(text.len() == 24);
        // 2024, 2024-01, 2024-01-31, 2024-01-31T12:00:00Z, with milliseconds.
        let (cut, zone) = [(4, ""), (7, ""), (10, ""), (19, "Z"), (23, "Z")][part];
        let text = format!("{}{zone}", &text[..cut]);
        let json = string(&event.to_rfc3339_opts(SecondsFormat::Millis, true));
        let day = NaiveDate::parse_from_str(&text[..10.min(text.len())], "%Y-%m-%d");
        let start = match part {
            0 => NaiveDate::from_ymd_opt(text[..4].parse().unwrap(), 1, 1),
            1 => NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok(),
            _ => day.ok(),
        };
        let midnight = start.unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
        let (start, end) = match part {
            0 => (midnight, midnight.checked_add_months(Months::new(12))),
            1 => (midnight, midnight.checked_add_months(Months::new(1))),
            2 => (midnight, midnight.checked_add_days(Days::new(1))),
            3 => {
                let start: DateTime<Utc> = text.parse().unwrap();
                (start, Some(start + TimeDelta::seconds(1)))
            }
            _ => {
                let start: DateTime<Utc> = text.parse().unwrap();
                (start, Some(start + TimeDelta::milliseconds(1)))
            }
        };
        let end = end.unwrap();
        for (filter, right) in [
            (format!("d:{text}"), start <= event && event < end),
            (format!("d >= {text}"), start <= event),
            (format!("d > {text}"), end <= event),
            (format!("d <= {text}"), event < end),
            (format!("d < {text}"), event < start),
        ] {
            prop_assert_eq!(matches(&filter, "d", &json), right, "{} {}", filter, json);
        }
    }

    /// An instant is the same in any zone.
    #[test]
    fn a_zone_moves_nothing(event in instants(), minutes in -(23 * 60 + 59)..=23 * 60 + 59_i32) {
        let local = event + TimeDelta::minutes(minutes.into());
        let zone = format!(
            "{}{:02}:{:02}",
            if minutes < 0 { '-' } else { '+' },
            minutes.abs() / 60,
            minutes.abs() % 60,
        );
        let text = local.to_rfc3339_opts(SecondsFormat::Millis, true);
        prop_assume!(text.len() == 24);
        let there = text.replace('Z', &zone);
        let here = event.to_rfc3339_opts(SecondsFormat::Millis, true);
        prop_assert!(matches(&format!("d:\"{here}\""), "d", &string(&there)), "{} {}", here, there);
        prop_assert!(matches(&format!("d:\"{there}\""), "d", &string(&here)), "{} {}", there, here);
        let epoch = event.timestamp_millis().to_string();
        prop_assert!(matches(&format!("d:\"{here}\""), "d", &epoch), "{} {}", here, epoch);
    }
}

#[test]
fn calendars_have_their_ends() {
    for (filter, event, right) in [
        ("d:2024-02-29", "2024-02-29T23:59:59.999Z", true),
        ("d:2024-02", "2024-03-01T00:00:00Z", false),
        ("d:2023-02", "2023-02-28T23:59:59.999999999Z", true),
        ("d:0000", "0000-01-01T00:00:00Z", true),
        ("d >= 0000", "0000-01-01T00:00:00Z", true),
        ("d:9999", "9999-12-31T23:59:59.999999999Z", true),
        ("d <= 9999-12-31", "9999-12-31T23:59:59.999Z", true),
        ("d > 9999-12-31", "9999-12-31T23:59:59.999Z", false),
        ("d:2000-02-29", "2000-02-29", true),
        (
            "d:\"2024-01-01T00:00:00+23:59\"",
            "2023-12-31T00:01:00Z",
            true,
        ),
        (
            "d:\"2024-01-01T00:00:00-23:59\"",
            "2024-01-01T23:59:00Z",
            true,
        ),
        // Months are those of the calendar, and end with it; now is 2024-09-22T12:00:00Z.
        ("d:[now-1M .. now]", "2024-08-22T12:00:00Z", true),
        ("d:[now-1M .. now]", "2024-08-22T11:59:59.999Z", false),
        ("d >= now-1q", "2024-06-22T12:00:00Z", true),
        ("d >= now-1y", "2023-09-22T11:59:59Z", false),
        ("d >= now-1w", "2024-09-15T12:00:00Z", true),
    ] {
        assert_eq!(
            matches(filter, "d", &string(event)),
            right,
            "{filter} {event}"
        );
    }
    for no_date in [
        "2023-02-29",
        "1900-02-29",
        "2024-13",
        "2024-01-32",
        "10000",
        "24",
        "2024-01-01T24:00:00Z",
    ] {
        let query: qualys_filter::Query = format!("d:\"{no_date}\"").parse().unwrap();
        assert!(query.check(&schema()).is_err(), "{no_date}");
        assert!(!matches("d >= 0000", "d", &string(no_date)), "{no_date}");
    }
}

// ---- numbers ----

#[test]
fn numbers_are_compared_exactly_at_the_edges() {
    let numbers = [
        "-1.7976931348623157e308",
        "-9223372036854775808",
        "-9007199254740993",
        "-9007199254740992",
        "-1.5",
        "-1",
        "-5e-324",
        "0",
        "5e-324",
        "0.1",
        "1",
        "1.5",
        "9007199254740992",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616.5",
        "1e300",
        "1.7976931348623157e308",
    ];
    for (a, written) in numbers.iter().enumerate() {
        // A written number of more than 64 bits has to be a fraction or an exponent.
        for (b, event) in numbers.iter().enumerate() {
            for (operator, right) in [
                (">", b > a),
                (">=", b >= a),
                ("<", b < a),
                ("<=", b <= a),
                ("=", a == b),
            ] {
                let filter = format!("n {operator} {written}");
                assert_eq!(matches(&filter, "n", event), right, "{filter} on {event}");
            }
        }
    }
    // As a string, and in other spellings, a number is the same.
    for (filter, event, right) in [
        ("n:100", "1e2", true),
        ("n:100", "\"100.0\"", true),
        ("n:1 KB", "1024", true),
        ("n:0", "-0.0", true),
        ("n:9007199254740993", "9007199254740992.0", false),
        ("n:18446744073709551615", "18446744073709551616", false),
        ("n:5", "\"5 \"", false),
        ("n:5", "true", false),
    ] {
        assert_eq!(matches(filter, "n", event), right, "{filter} on {event}");
    }
}

// ---- versions ----

/// Texts that are versions, or nearly.
fn versions() -> impl Strategy<Value = String> {
    let part =
        "[0-9]{1,3}|0{1,3}[1-3]|[a-c]{1,2}|rc|RC|alpha|Beta|pre|dev|é|É| |\\*|18446744073709551616";
    let parts = prop::collection::vec(
        (
            prop::sample::select(&["", ".", "-", "_", "+", ".."][..]),
            part,
        ),
        0..5,
    );
    ("[vV]?", parts).prop_map(|(v, parts)| {
        let parts: String = parts
            .into_iter()
            .map(|(joint, part)| format!("{joint}{part}"))
            .collect();
        v + &parts
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Versions have one order: of any three, and equal ones are one to a set of them.
    #[test]
    fn versions_have_a_total_order(a in versions(), b in versions(), c in versions()) {
        let all: Vec<Version> = [&a, &b, &c].into_iter().filter_map(|text| text.parse().ok()).collect();
        let [a, b, c] = all.as_slice() else { return Ok(()) };
        prop_assert_eq!(a.cmp(b), b.cmp(a).reverse());
        prop_assert!(a.cmp(a).is_eq());
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} {} {}", a, b, c);
        }
        if a == b {
            prop_assert_eq!(a.cmp(c), b.cmp(c));
            let set = HashSet::from([a.clone()]);
            prop_assert!(set.contains(b));
        }
        // A part more is above, unless it says that the version is not there yet.
        let more = |part: &str| format!("{a}.{part}").parse::<Version>().unwrap();
        prop_assert!(*a < more("0") && *a < more("x") && more("0") < more("x"));
        for part in ["alpha", "Beta2", "pre", "RC1", "dev"] {
            prop_assert!(more(part) < *a, "{} {}", a, part);
        }
        let with_v: Version = format!("v{a}").parse().unwrap();
        if !a.as_str().starts_with(['v', 'V']) {
            prop_assert_eq!(&with_v, a);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Every engine compares by that order.
    #[test]
    fn versions_are_compared_by_their_order(written in versions(), event in versions()) {
        prop_assume!(!written.contains('*'));
        let Ok(bound) = written.parse::<Version>() else { return Ok(()) };
        let order = event.parse::<Version>().ok().map(|event| event.cmp(&bound));
        let is = |right: fn(Ordering) -> bool| order.is_some_and(right);
        for (filter, right) in [
            (format!("v > \"{written}\""), is(Ordering::is_gt)),
            (format!("v >= '{written}'"), is(Ordering::is_ge)),
            (format!("v < `{written}`"), is(Ordering::is_lt)),
            (format!("v <= \"{written}\""), is(Ordering::is_le)),
            (format!("v = \"{written}\""), is(Ordering::is_eq)),
            (format!("v:[\"{written}\" .. \"{written}\"]"), is(Ordering::is_eq)),
            (format!("v:(\"{written}\" .. \"{written}\"]"), false),
        ] {
            prop_assert_eq!(matches(&filter, "v", &string(&event)), right, "{} on {}", filter, event);
        }
    }
}

#[test]
fn versions_are_those_of_the_reference() {
    for (filter, event, right) in [
        ("v < 2.0", "\"2.0-rc1\"", true),
        ("v > 2.0", "\"2.0.1\"", true),
        ("v = 2.0", "\"v2.0\"", true),
        ("v = v2.0", "2.0", true),
        ("v > 4.8", "4.10", true),
        ("v > 4.8", "\"4.10\"", true),
        ("v > 4.8", "5", true),
        ("v > 4.8", "1e9", false),
        ("v > 4.8", "true", false),
        ("v > 4.8", "{\"a\": 5}", false),
        ("v > 4.8", "[\"4.7\", null, \"4.9\"]", true),
        ("v >= 0", "\"latest\"", false),
        ("v < 0", "\"latest\"", false),
        ("v:2", "\"agent 2.0\"", true),
        ("v:`2.0`", "2.0", true),
        ("v:`2.0`", "\"v2.0\"", false),
        ("v:2.*", "\"2.0-rc1\"", true),
        ("v:[\"2.0\", 3]", "\"13.1\"", false),
        ("v:[\"2.0\", 3]", "\"3 beta\"", true),
        ("v:*", "\"\"", true),
        ("v:true", "true", false),
    ] {
        assert_eq!(matches(filter, "v", event), right, "{filter} on {event}");
    }
    for no_version in [
        "v > latest",
        "v:[a .. 2]",
        "v = x",
        "v = 2.*",
        "v = *",
        "v = `2.*`",
        "v > 4.*",
        "v <= 4–8",
        "v = 2−1",
        "v:[1 .. 2–3]",
    ] {
        let query: qualys_filter::Query = no_version.parse().unwrap();
        assert!(query.check(&schema()).is_err(), "{no_version}");
    }
}

// ---- words ----

/// Unicode's own test of word boundaries: the text, and its words.
fn word_breaks() -> Vec<(String, Vec<String>)> {
    let lines = include_str!("../data/word-break.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let part = |part: &str| {
            let points = part.split_whitespace();
            let points = points.map(|point| u32::from_str_radix(point, 16).unwrap());
            points
                .map(|point| char::from_u32(point).unwrap())
                .collect::<String>()
        };
        let parts: Vec<String> = line.split('÷').map(part).collect();
        let words = parts
            .iter()
            .filter(|part| part.chars().any(char::is_alphanumeric));
        (parts.concat(), words.cloned().collect())
    };
    lines.map(read).collect()
}

#[test]
fn words_are_those_of_unicode() {
    let breaks = word_breaks();
    assert!(breaks.len() > 1500, "{}", breaks.len());
    let mut ascii = 0;
    for (text, words) in &breaks {
        ascii += usize::from(text.is_ascii());
        let event = string(text);
        for word in words.iter().filter(|word| !word.contains('*')) {
            let quoted = word.replace('\\', "\\\\").replace('"', "\\\"");
            let filter = format!("t:\"{quoted}\"");
            assert!(matches(&filter, "t", &event), "{filter} on {event}");
        }
        // Side by side, in their order.
        if words.len() > 1 && !text.contains('*') {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            assert!(matches(&format!("t:\"{quoted}\""), "t", &event), "{event}");
        }
    }
    assert!(ascii > 10, "{ascii}");
}

// ---- sets ----

#[test]
fn sets_keep_their_laws() {
    let texts = [
        "t:a",
        "NOT t:a",
        "t:a OR n > 5",
        "n:[1 .. 3] AND d > 2020",
        "t IS NULL",
        "t:a",
    ];
    let filters: Vec<_> = texts
        .iter()
        .map(|text| testkit::checked(text, &schema()))
        .collect();
    let events = [
        r#"{"t": "a b", "n": 2, "d": "2024-01-01"}"#,
        r#"{"n": 7}"#,
        "{}",
        r#"{"t": ["x", "a"], "n": [9, 1]}"#,
    ];
    let whole = FilterSet::new(&filters);
    for event in events.map(str::as_bytes) {
        let found = |set: &FilterSet| -> Vec<usize> {
            set.matches(event)
                .unwrap()
                .iter()
                .map(|id| id.index())
                .collect()
        };
        let right: Vec<usize> = (0..filters.len())
            .filter(|at| filter(texts[*at]).is_match(event).unwrap())
            .collect();
        // A set is its filters, in any order.
        assert_eq!(found(&whole), right);
        let reversed = FilterSet::new(filters.iter().rev());
        let mut back: Vec<usize> = found(&reversed)
            .iter()
            .map(|at| filters.len() - 1 - at)
            .collect();
        back.sort();
        assert_eq!(back, right);
        // Two sets together find what each finds.
        let (a, b) = filters.split_at(3);
        let (a, b) = (FilterSet::new(a), FilterSet::new(b));
        let both: Vec<usize> = found(&a)
            .into_iter()
            .chain(found(&b).iter().map(|at| at + 3))
            .collect();
        assert_eq!(both, right);
        // Adding and taking away leaves what was there.
        let mut set = whole.clone();
        let id = set.insert(&filters[1]).unwrap();
        assert!(set.remove(id) && !set.remove(id));
        assert_eq!(found(&set), right);
        assert_eq!(set.is_match(event).unwrap(), !right.is_empty());
    }
    assert!(
        !FilterSet::new::<&qualys_filter::Checked>([])
            .is_match(b"{}")
            .unwrap()
    );
}
