//! Nesting and size do not use the call stack: every stage works in a thread with 256 KiB of it.

use qualys_filter::eval::trace::Json;
use qualys_filter::syntax::Layout;
use qualys_filter::{
    Applicability, CheckOptions, FilterId, FilterSet, Limits, Linter, Query, Schema, Severity,
};

const STACK: usize = 256 * 1024;

/// Reads, prints, checks, compiles, matches and drops, with little stack.
fn whole_life(filter: String, event: &'static str, limits: Limits) -> bool {
    // Reading a tree is serde_json's work, which recurses up to its own limit of 128.
    let value: serde_json::Value = serde_json::from_str(event).unwrap();
    let json = Json::read(event.as_bytes(), 128).unwrap();
    let life = move || {
        let query =
            Query::parse_with(&filter, &limits).unwrap_or_else(|e| panic!("{}", testkit::list(&e)));
        assert_eq!(query, query.clone());
        assert_eq!(
            Query::parse_with(&query.to_string(), &limits).unwrap(),
            query
        );
        assert!(query.tokens().count() > 0);
        let options = CheckOptions::default().with_limits(limits.clone());
        let layout = Layout::default();
        // Lines make the text longer.
        let formatted = Query::parse_with(&query.format(&layout), &Limits::none()).unwrap();
        assert!(formatted == query);
        let linter = Linter::new(Schema::open()).with_options(options.clone());
        let errors = |text: &str| linter.lint(text).worst() == Some(Severity::Error);
        assert!(!errors(&filter));
        if filter.len() < 100_000 {
            assert!(!errors(&linter.fix(&filter, Applicability::Unsafe).text));
        }
        let checked = query.check_with(Schema::open(), &options).unwrap();
        let filter = checked.compile();
        let answer = filter.is_match(event.as_bytes()).unwrap();
        assert_eq!(filter.is_match_value(&value), answer);
        assert_eq!(filter.scan(event.as_bytes()).count(), usize::from(answer));
        assert_eq!(checked.trace(&json)[checked.root().index()].holds, answer);
        let mut set = FilterSet::new([&checked, &checked]);
        assert_eq!(set.is_match(event.as_bytes()), Ok(answer));
        assert_eq!(set.is_match_value(&value), answer);
        let id = set.insert(&checked).unwrap();
        assert!(set.remove(FilterId::new(0)) && set.remove(FilterId::new(1)));
        assert_eq!(set.is_match(event.as_bytes()), Ok(answer));
        assert!(set.remove(id));
        answer
    };
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(life)
        .unwrap();
    thread.join().unwrap()
}

#[test]
fn a_thousand_groups() {
    let filter = format!("{}a:1{}", "(".repeat(1000), ")".repeat(1000));
    assert!(whole_life(filter, r#"{"a": 1}"#, Limits::default()));
}

#[test]
fn a_thousand_nots() {
    let filter = format!("{}a:1", "NOT ".repeat(1000));
    assert!(whole_life(filter, r#"{"a": 1}"#, Limits::default()));
}

#[test]
fn nots_and_groups_in_turn() {
    let filter = format!("{}a:1{}", "NOT (b:2 OR ".repeat(500), ")".repeat(500));
    assert!(whole_life(filter, r#"{"a": 1}"#, Limits::default()));
}

#[test]
fn a_thousand_nested_groups() {
    let filter = format!("{}z:1{}", "a:(".repeat(1000), ")".repeat(1000));
    assert!(!whole_life(
        filter,
        r#"{"a": {"a": {"z": 1}}}"#,
        Limits::default()
    ));
    let filter = format!("{}z:1{}", "a:(".repeat(100), ")".repeat(100));
    let event: &'static str =
        Box::leak(format!("{}{{\"z\":1}}{}", "{\"a\":".repeat(100), "}".repeat(100)).into());
    assert!(whole_life(filter, event, Limits::default()));
}

#[test]
fn a_hundred_thousand_clauses() {
    for word in [" AND ", " OR "] {
        let filter = vec!["a:1"; 100_000].join(word);
        assert!(whole_life(filter, r#"{"a": 1}"#, Limits::none()));
    }
}

#[test]
fn a_hundred_thousand_levels_under_raised_limits() {
    let filter = format!("{}a:1{}", "NOT (".repeat(50_000), ")".repeat(50_000));
    assert!(whole_life(filter, r#"{"a": 1}"#, Limits::none()));
}

#[test]
fn one_level_more_is_an_error() {
    for filter in [
        format!("{}a:1{}", "(".repeat(1001), ")".repeat(1001)),
        format!("{}a:1", "NOT ".repeat(1001)),
        format!("{}a:1{}", "a:(".repeat(1001), ")".repeat(1001)),
        "(".repeat(60_000),
    ] {
        let errors = filter.parse::<Query>().unwrap_err();
        let message = "the filter is nested deeper than 1000 levels";
        assert_eq!(errors.iter().next().unwrap().to_string(), message);
    }
}

#[test]
fn an_event_of_a_million_brackets_is_an_error() {
    let checked = testkit::checked("a:1 OR text", Schema::open());
    let (filter, set) = (checked.compile(), FilterSet::new([&checked]));
    for open in ["[", "{\"a\":", "{\"b\":", "{\"b\":["] {
        let event = open.repeat(1_000_000);
        assert!(filter.is_match(event.as_bytes()).is_err(), "{open}");
        assert!(set.is_match(event.as_bytes()).is_err(), "{open}");
        assert!(
            filter.scan(event.as_bytes()).any(|event| event.is_err()),
            "{open}"
        );
    }
    let deepest = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(filter.is_match(deepest.as_bytes()), Ok(false));
}

/// `serde_json` reads no value deeper than 128 levels, but programs can build one.
#[test]
fn a_value_as_deep_as_can_be_made_is_read_with_little_stack() {
    const LEVELS: usize = 100_000;
    let life = || {
        let filters = ["a:1", "a:2", "a:[0 .. 1]", "\"2\"", "NOT a:*"];
        let checked = filters.map(|filter| testkit::checked(filter, Schema::open()));
        let set = FilterSet::new(&checked);
        let mut value = serde_json::json!(1);
        for _ in 0..LEVELS {
            value = serde_json::Value::Array(vec![value]);
        }
        // `json!` copies what it is given, on the stack.
        let mut members = serde_json::Map::new();
        members.insert("a".to_owned(), value);
        let value = serde_json::Value::Object(members);
        let answers = checked.map(|checked| checked.compile().is_match_value(&value));
        assert_eq!(answers, [true, false, true, false, false]);
        assert_eq!(
            set.matches_value(&value),
            [FilterId::new(0), FilterId::new(2)]
        );
        // Dropping such a value is what needs the stack; the process ends soon.
        std::mem::forget(value);
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(life);
    thread.unwrap().join().unwrap();
}

#[test]
fn a_token_of_many_keys_is_looked_up_with_little_stack() {
    for keys in [1, 2, 7, 8, 9, 10, 64, 65, 66, 100, 20_000] {
        let filter = format!("{}a:1", "a.".repeat(keys - 1));
        let life = move || {
            let limits = Limits::none();
            let query = Query::parse_with(&filter, &limits).unwrap();
            let options = CheckOptions::default().with_limits(limits);
            let checked = query.check_with(Schema::open(), &options).unwrap();
            let (filter, set) = (checked.compile(), FilterSet::new([&checked]));
            for right in [true, false] {
                let mut value = serde_json::json!(u8::from(right));
                for _ in 0..keys {
                    let mut members = serde_json::Map::new();
                    members.insert("a".to_owned(), value);
                    value = serde_json::Value::Object(members);
                }
                assert_eq!(filter.is_match_value(&value), right, "{keys}");
                assert_eq!(set.is_match_value(&value), right, "a set, {keys}");
                std::mem::forget(value);
            }
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(life);
        thread.unwrap().join().unwrap();
    }
}
