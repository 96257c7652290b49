//! Properties that hold for generated filters and events.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::FileFailurePersistence;
use qualys_filter::syntax::{Comment, Layout};
use qualys_filter::{Edit, Query, Schema};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_toml(include_str!("../data/schema.toml")).unwrap());

fn checked(filter: &str) -> Option<Asked> {
    testkit::checked_if_it_fits(filter, &SCHEMA)
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// The lines that start with `#` as comments, and the text with blanks in their place.
fn without_comments(text: &str) -> (String, Vec<Comment>) {
    let (mut plain, mut comments) = (String::new(), Vec::new());
    for line in text.split_inclusive('\n') {
        match line.trim_start().starts_with("# ") {
            true => {
                let (at, text) = (plain.len() as u32, line.trim().to_owned());
                comments.push(Comment { at, text });
                let end = line.trim_end_matches('\n').len();
                plain.extend(std::iter::repeat_n(' ', end));
                plain.push_str(&line[end..]);
            }
            false => plain.push_str(line),
        }
    }
    (plain, comments)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6000,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_engine_gives_the_right_answer(filter in bytes(60), event in bytes(400)) {
        let filter = generate::filter(&mut Choices::new(&filter));
        let event = generate::event(&mut Choices::new(&event));
        if let Some(checked) = checked(&filter) {
            testkit::answer(&checked, event.as_bytes());
        }
    }

    #[test]
    fn a_scan_finds_the_events_that_match(filter in bytes(60), buffer in bytes(900)) {
        let filter = generate::filter(&mut Choices::new(&filter));
        let (buffer, events) = generate::buffer(&mut Choices::new(&buffer));
        if let Some(checked) = checked(&filter) {
            let matches = |event: &String| {
                let json = Json::read(event.as_bytes(), 128).unwrap();
                checked.right(&json)
            };
            let right = events.iter().filter(|event| matches(event)).count();
            for (name, filter) in checked.compile().on_all_levels() {
                for filter in [filter.strict(), filter] {
                    let hits = filter.scan(buffer.as_bytes()).collect::<Result<Vec<_>, _>>();
                    let hits = hits.unwrap_or_else(|bad| panic!("{bad}\n{buffer}"));
                    prop_assert_eq!(hits.len(), right, "{} {}\n{}", name, checked.text(), buffer);
                    for hit in hits {
                        prop_assert!(filter.is_match(&buffer.as_bytes()[hit.range]).unwrap());
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_in_a_buffer_hides_nothing(
        filter in bytes(30), buffer in bytes(600), spoilt in prop::collection::vec(any::<(u16, u8)>(), 1..4),
    ) {
        let filter = generate::filter(&mut Choices::new(&filter));
        let (buffer, _) = generate::buffer(&mut Choices::new(&buffer));
        let buffer = generate::spoilt(buffer, &spoilt);
        if let Some(checked) = checked(&filter) {
            let (filter, text) = (checked.compile(), String::from_utf8_lossy(&buffer));
            let strict = filter.strict();
            let hits = strict.scan(&buffer).flatten().map(|hit| hit.range);
            let hits: Vec<_> = hits.filter(|hit| generate::stands_alone(&buffer, hit.start)).collect();
            for (level, filter) in filter.on_all_levels() {
                let seen: Vec<_> = filter.scan(&buffer).flatten().map(|hit| hit.range).collect();
                for hit in &hits {
                    prop_assert!(seen.contains(hit), "{} {}: {:?}\n{}", level, checked.text(), hit, text);
                }
            }
        }
    }

    #[test]
    fn printing_and_reading_give_the_same_query(filter in bytes(80)) {
        let text = generate::filter(&mut Choices::new(&filter));
        if let Ok(query) = text.parse::<Query>() {
            let printed = query.to_string();
            prop_assert_eq!(&printed.parse::<Query>().unwrap(), &query, "{}", printed);
            prop_assert_eq!(printed.parse::<Query>().unwrap().to_string(), printed);
        }
    }

    #[test]
    fn formatting_keeps_the_query_and_is_done_once(
        filter in bytes(200), width in 0_usize..120, places in prop::collection::vec(any::<u16>(), 0..5),
    ) {
        let mut choices = Choices::new(&filter);
        let parts: Vec<String> = (0..3).map(|_| generate::filter(&mut choices)).collect();
        let text = format!("({}) AND ({} OR {})", parts[0], parts[1], parts[2]);
        let Ok(query) = text.parse::<Query>() else { return Ok(()) };
        let mut comments: Vec<Comment> = Vec::new();
        let mut places: Vec<u32> =
            places.iter().map(|at| u32::from(*at) % (text.len() as u32 + 20)).collect();
        places.sort();
        for (number, at) in places.into_iter().enumerate() {
            let text = format!("# {number}");
            comments.push(Comment { at, text });
        }
        let layout = Layout::default().with_width(width).with_comments(comments.clone());
        let formatted = query.format(&layout);
        let (plain, kept) = without_comments(&formatted);
        let texts = |comments: &[Comment]| comments.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
        prop_assert_eq!(texts(&kept), texts(&comments), "{}", formatted);
        let again: Query = plain.parse().unwrap();
        prop_assert_eq!(&again, &query, "{}", formatted);
        let second = again.format(&Layout::default().with_width(width).with_comments(kept));
        prop_assert_eq!(&second, &formatted);
        if comments.is_empty() && !text.contains('\\') {
            prop_assert_eq!(query.format(&Layout::default().with_width(usize::MAX)), query.to_string());
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_places(text in "[a-c:(),.\\[\\]<>=!&|\"'`*\\\\ \u{a0}“”’NOTANDIS-]{0,40}") {
        match text.parse::<Query>() {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(&printed.parse::<Query>().unwrap(), &query, "{}", printed);
            }
            Err(errors) => {
                prop_assert!(errors.iter().next().is_some());
                for error in &errors {
                    let span = error.span();
                    prop_assert!(text.get(span.range()).is_some(), "{:?}", error);
                    if let Some(fix) = error.fix() {
                        let fits = |edit: &Edit| text.get(edit.span.range()).is_some();
                        prop_assert!(fix.edits().iter().all(fits), "{:?}", fix);
                    }
                }
            }
        }
    }

    #[test]
    fn logic_keeps_its_laws(a in bytes(30), b in bytes(30), event in bytes(400)) {
        let a = generate::filter(&mut Choices::new(&a));
        let b = generate::filter(&mut Choices::new(&b));
        let event = generate::event(&mut Choices::new(&event));
        let json = Json::read(event.as_bytes(), 128).unwrap();
        let holds = |filter: String| checked(&filter).map(|c| {
            let answer = c.right(&json);
            assert_eq!(c.compile().is_match(event.as_bytes()), Ok(answer), "{filter}");
            answer
        });
        if let (Some(is_a), Some(is_b)) = (holds(a.clone()), holds(b.clone())) {
            prop_assert_eq!(holds(format!("NOT NOT ({a})")), Some(is_a));
            prop_assert_eq!(holds(format!("NOT ({a})")), Some(!is_a));
            prop_assert_eq!(holds(format!("NOT (({a}) AND ({b}))")), Some(!is_a || !is_b));
            prop_assert_eq!(holds(format!("NOT ({a}) OR NOT ({b})")), Some(!is_a || !is_b));
            prop_assert_eq!(holds(format!("NOT (({a}) OR ({b}))")), Some(!is_a && !is_b));
            prop_assert_eq!(holds(format!("({b}) AND ({a})")), Some(is_a && is_b));
        }
    }

    #[test]
    fn a_range_can_be_split(mut bounds in [-20_i32..20, -20_i32..20, -20_i32..20], event in bytes(400)) {
        bounds.sort();
        let [a, m, b] = bounds;
        let event = generate::event(&mut Choices::new(&event));
        let json = Json::read(event.as_bytes(), 128).unwrap();
        for token in ["size", "score", "ratio", "other", "misc.value"] {
            let is = |filter: String| checked(&filter).unwrap().right(&json);
            let whole = is(format!("{token}:[{a} .. {b}]"));
            let split = is(format!("{token}:[{a} .. {m}] OR {token}:({m} .. {b}]"));
            prop_assert_eq!(whole, split, "{} {} {} {}", token, a, m, b);
        }
    }

    #[test]
    fn any_bytes_as_an_event_end_in_an_answer_or_an_error(
        filter in bytes(60), event in bytes(200), cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let filter = generate::filter(&mut Choices::new(&filter));
        let Some(checked) = checked(&filter) else { return Ok(()) };
        let filter = checked.compile();
        let event = generate::event(&mut Choices::new(&event));
        let whole = event.as_bytes();
        let mut broken = whole.to_vec();
        broken[at.index(whole.len())] = byte;
        for bytes in [&whole[..cut.index(whole.len())], &broken] {
            let found = filter.is_match(bytes);
            // What is JSON all the same gets the right answer.
            if let Some(json) = Json::read(bytes, 128) {
                prop_assert_eq!(found, Ok(checked.right(&json)));
            }
            let scanned = filter.scan(bytes);
            prop_assert!(scanned.count() <= bytes.len());
        }
    }
}

#[test]
fn generated_filters_and_events_meet() {
    // The properties above are worth little if filters are refused or never match.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (bytes(60), bytes(400));
    let (mut good, mut matching) = (0, 0);
    for _ in 0..2000 {
        let (filter, event) = strategy.new_tree(&mut runner).unwrap().current();
        let filter = generate::filter(&mut Choices::new(&filter));
        let event = generate::event(&mut Choices::new(&event));
        if let Some(checked) = checked(&filter) {
            good += 1;
            matching += usize::from(testkit::answer(&checked, event.as_bytes()));
        }
    }
    assert!(good > 1000, "{good} of 2000 filters are good");
    assert!(
        matching > good / 5 && matching < good * 4 / 5,
        "{matching} of {good} match"
    );
}
