//! A set returns the same answers as its filters one by one, and those are right.

use std::sync::LazyLock;

use proptest::prelude::*;
use qualys_filter::{
    Filter, FilterId, FilterSet, FilterSetBuilder, Limits, Matches, Query, ScanOptions, Schema,
    SetError,
};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::hostile;
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_toml(include_str!("../data/schema.toml")).unwrap());

fn check(filter: &str, schema: &Schema) -> Option<Asked> {
    testkit::checked_if_it_fits(filter, schema)
}

/// Bytes from a seed (SplitMix64), for choices; and other numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    fn filter(&mut self) -> Asked {
        loop {
            let (size, bytes) = (self.below(60), self.bytes(60));
            let text = generate::filter(&mut Choices::new(&bytes[..size]));
            // Different schemas may share a set.
            let schema = match self.below(8) {
                0 => Schema::open(),
                _ => &SCHEMA,
            };
            if let Some(checked) = check(&text, schema) {
                return checked;
            }
        }
    }

    /// A filter that waits for whole values of a few keys.
    fn plain(&mut self) -> Asked {
        const CLAUSES: &[&str] = &[
            "type:FILE",
            "type:`Process`",
            "hash:\u{212a}elvin",
            "hash:[alpha, 5, beta, `FILE`]",
            "hash:\"Alpha Beta\"",
            "size:5",
            "size:[100, 2024]",
            "ip:10.0.0.1",
            "flag:true",
            "tags:[5, alpha, true]",
            "cert:(signed:true AND valid:false)",
            "profile.rule:(severity:5 AND NOT id:alpha)",
        ];
        let clause = |random: &mut Random| CLAUSES[random.below(CLAUSES.len())];
        let (a, b) = (clause(self), clause(self));
        let text = match self.below(5) {
            0 => format!("{a} AND {b}"),
            1 => format!("{a} OR {b}"),
            2 => format!("{a} AND NOT {b}"),
            3 => format!("{a} AND name:beta"),
            _ => a.to_owned(),
        };
        check(&text, &SCHEMA).unwrap()
    }

    /// A buffer of events, and each by itself.
    fn buffer(&mut self) -> (String, Vec<String>) {
        let bytes = self.bytes(900);
        generate::buffer(&mut Choices::new(&bytes))
    }

    fn event(&mut self) -> String {
        let bytes = self.bytes(400);
        generate::event(&mut Choices::new(&bytes))
    }
}

/// The filters that a set holds, as it should be.
struct Model {
    set: FilterSet,
    filters: Vec<(FilterId, Asked, Filter)>,
}

impl Model {
    fn new(filters: Vec<Asked>) -> Model {
        let set = FilterSet::new(&filters);
        let filters = (0..).map(FilterId::new).zip(filters);
        let filters = filters.map(|(id, checked)| {
            let filter = checked.compile();
            (id, checked, filter)
        });
        let filters = filters.collect();
        Model { set, filters }
    }

    /// Asks in every way about an event, which is well formed.
    fn agrees(&self, event: &str, matches: &mut Matches) -> Result<usize, TestCaseError> {
        let bytes = event.as_bytes();
        let json = Json::read(bytes, 128).unwrap();
        let right: Vec<FilterId> = self
            .filters
            .iter()
            .filter(|(_, checked, filter)| {
                let is = checked.right(&json);
                assert_eq!(
                    filter.is_match(bytes),
                    Ok(is),
                    "{}\n{event}",
                    checked.text()
                );
                is
            })
            .map(|(id, ..)| *id)
            .collect();
        let wrong = |found: &[FilterId]| {
            let differ = self
                .filters
                .iter()
                .filter(|(id, ..)| found.contains(id) != right.contains(id));
            let texts: Vec<_> = differ
                .map(|(_, checked, _)| checked.text().to_string())
                .collect();
            format!("{}\n{event}", texts.join("\n"))
        };
        for (name, set) in self.set.on_all_levels() {
            for set in [set.strict(), set] {
                let found = set.matches(bytes).unwrap();
                prop_assert!(found == right, "{}: {}", name, wrong(&found));
                set.matches_into(bytes, matches).unwrap();
                prop_assert_eq!(matches.as_slice(), &right);
                prop_assert_eq!(set.is_match(bytes), Ok(!right.is_empty()));
            }
        }
        if let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) {
            // A parsed value is held against what each filter says of what the parser kept.
            let right = self
                .filters
                .iter()
                .filter(|(.., filter)| filter.is_match_value(&value));
            let right: Vec<FilterId> = right.map(|(id, ..)| *id).collect();
            let found = self.set.matches_value(&value);
            prop_assert!(
                found == right,
                "value: {:?} {:?} {}",
                found,
                right,
                wrong(&found)
            );
            self.set.matches_value_into(&value, matches);
            prop_assert_eq!(matches.as_slice(), &right);
            prop_assert_eq!(self.set.is_match_value(&value), !right.is_empty());
        }
        Ok(right.len())
    }

    /// Asks about a buffer of events.
    fn scans(&self, buffer: &str, events: &[String]) -> Result<(), TestCaseError> {
        let right = |event: &String| -> Vec<FilterId> {
            let filters = self.filters.iter();
            let matching =
                filters.filter(|(.., filter)| filter.is_match(event.as_bytes()).unwrap());
            matching.map(|(id, ..)| *id).collect()
        };
        let right: Vec<_> = events
            .iter()
            .map(right)
            .filter(|ids| !ids.is_empty())
            .collect();
        for (name, set) in self.set.on_all_levels() {
            for set in [set.strict(), set] {
                for (count, invert) in [(false, false), (true, false), (false, true)] {
                    let options = ScanOptions::default().with_count(count).with_invert(invert);
                    let hits = set.scan_with(buffer.as_bytes(), &options);
                    let hits = hits.collect::<Result<Vec<_>, _>>();
                    let hits = hits.unwrap_or_else(|bad| panic!("{name}: {bad}\n{buffer}"));
                    if invert {
                        prop_assert_eq!(hits.len(), events.len() - right.len());
                        prop_assert!(hits.iter().all(|hit| hit.ids.is_empty()));
                    } else {
                        let found: Vec<_> = hits.into_iter().map(|hit| hit.ids).collect();
                        prop_assert_eq!(&found, &right, "{}\n{}", name, buffer);
                    }
                }
                let (mut scan, mut matches) = (set.scan(buffer.as_bytes()), Matches::new());
                let mut found = Vec::new();
                while let Some(range) = scan.next_into(&mut matches) {
                    let event = &buffer.as_bytes()[range.unwrap()];
                    prop_assert_eq!(&set.matches(event).unwrap(), matches.as_slice());
                    found.push(matches.as_slice().to_vec());
                }
                prop_assert_eq!(&found, &right);
            }
        }
        Ok(())
    }

    fn insert(&mut self, checked: Asked) {
        let id = self.set.insert(&checked).unwrap();
        let filter = checked.compile();
        self.filters.push((id, checked, filter));
    }

    fn remove(&mut self, at: usize) {
        let (id, ..) = self.filters.remove(at);
        assert!(self.set.remove(id) && !self.set.remove(id) && !self.set.contains(id));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_set_is_all_of_its_filters(seed in any::<u64>(), size in prop_oneof![1_usize..20, 1_usize..500]) {
        let mut random = Random(seed);
        // Filters are shuffled by nature; some come twice.
        let mut filters: Vec<Asked> = Vec::new();
        for _ in 0..size {
            let filter = match filters.len() {
                count @ 1.. if random.below(10) == 0 => filters[random.below(count)].clone(),
                _ => random.filter(),
            };
            filters.push(filter);
        }
        let mut model = Model::new(filters);
        let mut matches = Matches::new();
        for _ in 0..4 {
            for _ in 0..4 {
                model.agrees(&random.event(), &mut matches)?;
            }
            // Others come, and some go.
            for _ in 0..random.below(size) {
                match random.below(5) {
                    0 | 1 => model.insert(random.filter()),
                    _ if !model.filters.is_empty() => {
                        let at = random.below(model.filters.len());
                        model.remove(at);
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(model.set.len(), model.filters.len());
            prop_assert!(model.set.ids().eq(model.filters.iter().map(|(id, ..)| *id)));
        }
        model.agrees(&random.event(), &mut matches)?;
        while !model.filters.is_empty() {
            model.remove(0);
        }
        prop_assert_eq!(model.agrees(&random.event(), &mut matches)?, 0);
        prop_assert!(model.set.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scan_finds_what_each_event_matches(seed in any::<u64>(), size in 1_usize..40, plain in any::<bool>()) {
        let mut random = Random(seed);
        let filters = (0..size).map(|_| if plain { random.plain() } else { random.filter() });
        let mut model = Model::new(filters.collect());
        let mut matches = Matches::new();
        for _ in 0..3 {
            let (buffer, events) = random.buffer();
            model.scans(&buffer, &events)?;
            model.agrees(&random.event(), &mut matches)?;
            let filter = if plain { random.plain() } else { random.filter() };
            model.insert(filter);
        }
    }

    #[test]
    fn any_bytes_end_in_an_answer_or_an_error(
        seed in any::<u64>(), cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(), byte in any::<u8>(), plain in any::<bool>(),
    ) {
        let mut random = Random(seed);
        let filters = (0..20).map(|_| if plain { random.plain() } else { random.filter() });
        let model = Model::new(filters.collect());
        let event = random.event();
        let whole = event.as_bytes();
        let mut broken = whole.to_vec();
        broken[at.index(whole.len())] = byte;
        for bytes in [&whole[..cut.index(whole.len())], &broken] {
            let found = model.set.matches(bytes);
            // What is JSON all the same gets the right answer.
            if let Some(json) = Json::read(bytes, 128) {
                let right = model.filters.iter().filter(|(_, checked, _)| checked.right(&json));
                prop_assert_eq!(found, Ok(right.map(|(id, ..)| *id).collect::<Vec<_>>()));
            }
            prop_assert!(model.set.scan(bytes).count() <= bytes.len());
            let strict = model.set.strict().matches(bytes).is_ok();
            prop_assert_eq!(strict, Json::read(bytes, 128).is_some());
        }
    }
}

#[test]
fn plain_sets_look_for_keys() {
    // The properties above are worth little if nothing is looked for.
    let mut random = Random(3);
    let searching = |_: &i32| {
        let model = Model::new((0..3).map(|_| random.plain()).collect());
        model.set.explain().to_string().starts_with("look for")
    };
    let count = (0..100).filter(searching).count();
    assert!(count > 50, "{count}");
}

#[test]
fn generated_sets_meet_their_events() {
    let mut random = Random(7);
    let model = Model::new((0..200).map(|_| random.filter()).collect());
    let mut hits = 0;
    for _ in 0..50 {
        hits += model.agrees(&random.event(), &mut Matches::new()).unwrap();
    }
    assert!(hits > 1_000 && hits < 9_000, "{hits}");
}

#[test]
fn an_empty_set_matches_nothing() {
    let set = FilterSet::default();
    assert_eq!(set.matches(b"{}"), Ok(Vec::new()));
    assert_eq!(set.is_match(b"{}"), Ok(false));
    assert!(set.is_empty() && set.ids().next().is_none());
}

#[test]
fn clones_stay_as_they_are() {
    let filter = testkit::checked("type:FILE", Schema::edr());
    let mut set = FilterSet::new([&filter]);
    let before = set.clone();
    let id = set.insert_named("again", &filter).unwrap();
    assert!(set.remove(FilterId::new(0)));
    let event = br#"{"type":"FILE"}"#;
    assert_eq!(set.matches(event), Ok(vec![id]));
    assert_eq!(set.name(id), Some("again"));
    assert_eq!(before.matches(event), Ok(vec![FilterId::new(0)]));
}

#[test]
fn limits_hold() {
    let filter = testkit::checked("type:FILE", Schema::edr());
    let limits = Limits::default()
        .with_filters(2)
        .with_event_bytes(20)
        .with_event_nesting(2);
    let mut builder = FilterSetBuilder::new();
    for _ in 0..3 {
        builder.add(&filter);
    }
    assert_eq!(
        builder.with_limits(&limits).build().err(),
        Some(SetError::TooManyFilters(2))
    );
    let mut builder = FilterSetBuilder::new().with_limits(&limits);
    builder.add(&filter);
    let mut set = builder.build().unwrap();
    assert!(set.insert(&filter).is_ok());
    assert_eq!(set.insert(&filter), Err(SetError::TooManyFilters(2)));
    assert!(set.remove(FilterId::new(0)));
    assert_eq!(set.insert(&filter), Ok(FilterId::new(2)));
    assert!(set.is_match(br#"{"type":"FILE"}"#).is_ok());
    assert!(set.is_match(br#"{"type":"FILE"}     "#).is_ok());
    assert!(set.is_match(br#"{"type":"FILE"}      "#).is_err());
    assert!(set.is_match(br#"{"type":"FILE"}"#).is_ok());
    assert!(set.strict().is_match(br#"{"a":[[1]]}"#).is_err());
}

#[test]
fn hostile_sets_are_like_any_other() {
    for shape in hostile::SHAPES {
        let filters = (0..600).map(|n| testkit::checked(&(shape.filter)(n), Schema::edr()));
        let mut model = Model::new(filters.collect());
        let mut matches = Matches::new();
        let event = (shape.event)(600);
        model.agrees(&event, &mut matches).unwrap();
        for _ in 0..300 {
            model.remove(model.filters.len() / 2);
        }
        model.agrees(&event, &mut matches).unwrap();
    }
}

#[test]
fn a_hundred_thousand_filters() {
    // All the same, all different, and all negative.
    let event = br#"{"type":"FILE","file":{"fullPath":"7","fileName":"a.exe"}}"#;
    for (shape, expected) in [("identical", 100_000), ("negative", 99_999)] {
        let shape = hostile::SHAPES
            .iter()
            .find(|other| other.name == shape)
            .unwrap();
        let filters = (0..100_000).map(|n| check(&(shape.filter)(n), Schema::edr()).unwrap());
        let mut set = FilterSet::new(filters);
        assert_eq!(
            set.matches(event).unwrap().len(),
            expected,
            "{}",
            shape.name
        );
        for id in set.ids().collect::<Vec<_>>() {
            assert!(set.remove(id));
        }
        assert_eq!(set.matches(event), Ok(Vec::new()));
    }
}

#[test]
fn filters_of_a_thousand_clauses() {
    let filters = (0..40).map(|n| testkit::checked(&(hostile::LARGE.filter)(n), Schema::edr()));
    let mut model = Model::new(filters.collect());
    for text in ["4 7", "5 999", "4", ""] {
        let event = format!(r#"{{"file":{{"fullPath":"{text}"}}}}"#);
        model.agrees(&event, &mut Matches::new()).unwrap();
    }
    model.remove(4);
    let event = r#"{"file":{"fullPath":"4 7"}}"#;
    assert_eq!(model.agrees(event, &mut Matches::new()).unwrap(), 0);
}

#[test]
fn the_good_filters_are_used() {
    let texts = [
        ("one", "type:FILE"),
        ("two", "type ="),
        ("three", "size:x"),
        ("four", "NOT a:1"),
    ];
    let read = |text: &str| -> Result<qualys_filter::Checked, Box<dyn std::error::Error>> {
        Ok(text.parse::<Query>()?.check(&SCHEMA)?)
    };
    let (set, refused) = FilterSet::partition(texts.map(|(name, text)| (name, read(text))));
    let (_, why) = FilterSet::partition([("one", Err::<Asked, _>(std::fmt::Error))]);
    let source = std::error::Error::source(&why[0]).map(ToString::to_string);
    assert_eq!(source, Some(std::fmt::Error.to_string()));
    let said: Vec<_> = refused.iter().map(ToString::to_string).collect();
    assert!(
        said[0].starts_with("filter `two`: ") && said[0].len() > 20,
        "{said:?}"
    );
    let refused: Vec<_> = refused
        .iter()
        .map(|r| (r.id.index(), r.name.as_str()))
        .collect();
    assert_eq!(refused, [(1, "two"), (2, "three")]);
    assert_eq!(set.ids().map(FilterId::index).collect::<Vec<_>>(), [0, 3]);
    assert!(!set.contains(FilterId::new(1)));
    let names: Vec<_> = set
        .matches(br#"{"type":"FILE"}"#)
        .unwrap()
        .into_iter()
        .map(|id| set.name(id))
        .collect();
    assert_eq!(names, [Some("one"), Some("four")]);
}

/// A list of values that share words and pieces. Which of them an index is by depends on what is
/// there at the time.
fn list(random: &mut Random) -> String {
    let words = ["ab", "cd", "ef", "2024-01", "0"];
    let long = ["abcdefgh", "ijklmnop", "qrstuvwx", "yz012345", "6789abcd"];
    let mut values = Vec::new();
    for _ in 0..=random.below(3) {
        let mut value: Vec<&str> = Vec::new();
        let from = [&words, &long][random.below(2)];
        for _ in 0..=random.below(5) {
            value.push(from[random.below(from.len())]);
        }
        values.push(match random.below(3) {
            0 => format!("\"*{}*\"", value.concat()),
            1 => format!("\"{}\"", value.join(" ")),
            _ => value.join(" "),
        });
    }
    format!("[{}]", values.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_set_that_shrinks_is_as_one_that_never_grew(seed in any::<u64>(), size in 1_usize..40) {
        let mut random = Random(seed);
        let mut set = FilterSet::default();
        let mut left = Vec::new();
        for _ in 0..3 * size {
            if random.below(3) > 0 || left.is_empty() {
                let token = ["file.name", "file.fullPath", "unknown.token"][random.below(3)];
                let text = format!("{token}:{}", list(&mut random));
                let filter = testkit::checked(&text, Schema::edr());
                left.push((set.insert(&filter).unwrap(), filter));
                continue;
            }
            let (id, _) = left.swap_remove(random.below(left.len()));
            prop_assert!(set.remove(id));
            let fresh = FilterSet::new(left.iter().map(|(_, filter)| filter));
            prop_assert_eq!(set.sizes(), fresh.sizes());
        }
    }
}

#[test]
fn what_is_removed_leaves_nothing_behind() {
    let texts = [
        "type:FILE AND NOT action:CREATED",
        "file.name:\"a b c\" OR file.name:x*y OR file.name:*piece* OR file.name:*x",
        "file.fullPath:\"C:\\Windows*\" AND file.fullPath:\"*.exe\"",
        "file.size:[1 .. 5] OR file.size:[2, 3] OR dateTime:2020 OR file.hash.md5:[a, `B`]",
        "network.remote.address.ip:[10.0.0.1, 10.0.0.0/8]",
        "file.properties.certificate:(signed:true AND NOT valid:true) OR process.name:*",
        "process.name:a AND unknown.token:[5, x, 2024-01-01, \"a b\", true]",
        "\"free text\" OR NOT file.name:y",
        "NOT (\"free text\" AND process.name IS NULL)",
        "event.id:RTF_5 AND process.elevated:true",
    ];
    // Others that ask for other values at the same places.
    let others = [
        "action:[DELETED, `Created`]",
        "file.name:\"d e\" OR file.name:z*y OR file.name:*other* OR file.name:*yz",
        "file.fullPath:\"D:\\Data*\" AND file.fullPath:\"*.dll\"",
        "file.size:[7 .. 9] OR file.size:8 OR dateTime:2021 OR file.hash.md5:[c, `d`]",
        "network.remote.address.ip:[10.0.0.2, 11.0.0.0/8]",
        "process.name:z AND unknown.token:[6, y, 2025-01-01, \"c d\", false]",
    ];
    let filters = texts.map(|text| testkit::checked(text, Schema::edr()));
    let others = others.map(|text| testkit::checked(text, Schema::edr()));
    for stay in [&filters[..1], &others] {
        let mut set = FilterSet::new(stay);
        let before = set.sizes();
        for turn in 0..3 {
            let mut ids = filters.each_ref().map(|filter| set.insert(filter).unwrap());
            let grown = set
                .sizes()
                .into_iter()
                .zip(&before)
                .all(|(now, before)| now > *before);
            assert!(grown, "{before:?} {:?}", set.sizes());
            ids.rotate_left(turn);
            for id in ids {
                assert!(set.remove(id));
            }
            assert_eq!(set.sizes(), before);
        }
        for at in 0..stay.len() {
            assert!(set.remove(FilterId::new(at as u32)));
        }
        assert_eq!(set.sizes(), FilterSet::default().sizes());
    }
}

#[test]
fn the_other_events_are_those_that_no_filter_matches() {
    let filters = ["type:FILE", "size:1"].map(|filter| testkit::checked(filter, &SCHEMA));
    let set = FilterSet::new(&filters);
    // Events without these keys match nothing, and have to be found all the same.
    assert!(set.explain().to_string().starts_with("look for"));
    let lines = [
        "{\"type\": \"FILE\"}\n",
        "{}\n",
        "{\"file\": {\"size\": 1}}\n",
        "{\"type\": \"PROCESS\"}\n",
        "{\"c\": \"x\"}\n",
    ];
    let buffer = lines.concat();
    for (level, set) in set.on_all_levels() {
        for set in [set.strict(), set] {
            for count in [false, true] {
                let options = ScanOptions::default().with_count(count).with_invert(true);
                let hits = set.scan_with(buffer.as_bytes(), &options);
                let hits: Vec<_> = hits.map(|hit| &buffer[hit.unwrap().range]).collect();
                assert_eq!(hits, [1, 3, 4].map(|at| lines[at].trim_end()), "{level}");
            }
        }
    }
}

#[test]
fn each_value_is_counted_once() {
    let pairs = [
        ("action:`A`", "action:`B`"),
        ("file.hash.md5:a", "file.hash.md5:b"),
        ("file.size:8", "file.size:9"),
        ("file.size:[1 .. 5]", "file.size:[1 .. 6]"),
        ("dateTime:2020", "dateTime:2021"),
        (
            "network.remote.address.ip:10.0.0.1",
            "network.remote.address.ip:10.0.0.2",
        ),
        (
            "network.remote.address.ip:10.0.0.0/8",
            "network.remote.address.ip:10.0.0.0/9",
        ),
        ("file.fullPath:*piece*", "file.fullPath:*other*"),
    ];
    let pairs = pairs.map(|(a, b)| [a, b].map(|text| testkit::checked(text, Schema::edr())));
    // All of the first kind at once, so that no index is left out.
    let mut set = FilterSet::new(pairs.iter().map(|[a, _]| a));
    const VALUES: usize = 6;
    let before = set.sizes()[VALUES];
    for (count, [_, other]) in (1..).zip(&pairs) {
        set.insert(other).unwrap();
        assert_eq!(set.sizes()[VALUES], before + count, "{}", other.text());
    }
}

/// What one filter has looked up and another one only asks for stays right when the first one goes.
#[test]
fn filters_that_share_a_condition_come_and_go() {
    let texts = [
        "a:1",
        "a:1 AND b:2",
        "b:2 AND NOT a:1",
        "a:[1, 5] AND b:2",
        "a:[1, 5]",
        "a:[1 .. 5]",
        "a:[1 .. 5] AND b:2",
        "NOT a:1",
        "a:(b:2)",
        "word AND b:2",
        "word",
        "a:* AND b:*",
    ];
    let filters = texts.map(|text| testkit::checked(text, Schema::open()));
    let events = [
        "{}",
        r#"{"a": 1}"#,
        r#"{"b": 2}"#,
        r#"{"a": 1, "b": 2}"#,
        r#"{"a": 5, "b": 2}"#,
        r#"{"a": 3, "b": 2, "c": "a word"}"#,
        r#"{"a": 0, "b": 2}"#,
        r#"{"a": 7, "b": 3}"#,
        r#"{"a": {"b": 2}, "c": "word"}"#,
        r#"{"a": [7, 1], "b": [3, 2]}"#,
    ];
    let hold = |set: &FilterSet, kept: &[(FilterId, &Asked)]| {
        for event in events {
            let json = Json::read(event.as_bytes(), 128).unwrap();
            let right = kept.iter().filter(|(_, checked)| checked.right(&json));
            let right: Vec<_> = right.map(|(id, _)| *id).collect();
            assert_eq!(set.matches(event.as_bytes()), Ok(right), "{event}");
        }
    };
    for first in &filters {
        for second in &filters {
            for third in &filters {
                let mut set = FilterSet::new([first, second, third]);
                let ids = [0, 1, 2].map(FilterId::new);
                assert!(set.remove(ids[0]));
                hold(&set, &[(ids[1], second), (ids[2], third)]);
                assert!(set.remove(ids[2]));
                hold(&set, &[(ids[1], second)]);
            }
        }
    }
}

#[test]
fn a_builder_says_the_id_of_each() {
    let filters = ["a:1", "a:2", "a:3"].map(|text| testkit::checked(text, &SCHEMA));
    let mut builder = FilterSetBuilder::new();
    let ids = [
        builder.add(&filters[0]),
        builder.add_named("two", &filters[1]),
        builder.add(&filters[2]),
    ];
    assert_eq!(ids.map(FilterId::index), [0, 1, 2]);
    let set = builder.build().unwrap();
    assert_eq!(ids.map(|id| set.name(id)), [None, Some("two"), None]);
    assert_eq!(set.matches(br#"{"a": 2}"#), Ok(vec![ids[1]]));
    let mut matches = Matches::new();
    for (event, right) in [("{}", 0), (r#"{"a": 1}"#, 1), (r#"{"a": [3, 2, 1]}"#, 3)] {
        set.matches_into(event.as_bytes(), &mut matches).unwrap();
        assert_eq!((matches.len(), matches.is_empty()), (right, right == 0));
        assert_eq!(matches.iter().len(), right);
    }
    assert!(!set.on_all_levels().is_empty());
}

#[test]
fn events_and_lines_are_counted() {
    let checked = ["a:1", "a:2 OR b:3"].map(|filter| testkit::checked(filter, Schema::open()));
    let set = FilterSet::new(&checked);
    let buffer = b"\n{\"a\":1}\n{\"a\":5}\n\n{\"a\":2}{\"b\":4}\n{\"b\":3}\n";
    let options = ScanOptions::default().with_count(true);
    for set in [set.strict(), set] {
        let mut scan = set.scan_with(buffer, &options);
        assert_eq!(scan.events(), 0);
        let mut lines = Vec::new();
        let mut matches = Matches::new();
        while let Some(range) = scan.next_into(&mut matches) {
            let ids: Vec<usize> = matches.iter().map(|id| id.index()).collect();
            lines.push((scan.line(range.unwrap().start), ids));
        }
        assert_eq!(lines, [(2, vec![0]), (5, vec![1]), (6, vec![1])]);
        assert_eq!(scan.events(), 5);
    }
}

#[test]
fn an_object_of_many_keys_is_read_to_the_last_that_is_asked_for() {
    for keys in [1, 2, 7, 8, 9, 20, 100] {
        let filters: Vec<_> = (0..keys)
            .map(|key| testkit::checked(&format!("k{key}:1 AND x.k{key}:1"), Schema::open()))
            .collect();
        let set = FilterSet::new(&filters);
        let members: Vec<String> = (0..keys).rev().map(|key| format!("\"k{key}\":1")).collect();
        let members = members.join(",");
        let event = format!("{{{members},\"x\":{{{members},\"y\":0}},\"z\":0}}");
        let found = set.matches(event.as_bytes()).unwrap();
        assert_eq!(found.len(), keys);
    }
}

#[test]
fn beginnings_of_words_are_found_in_any_text() {
    let filters = ["t:serv*", "t:\"é serv\"", "t:Ser", "t:*erv*", "t:s*r"];
    let filters = filters.map(|filter| testkit::checked(filter, Schema::open()));
    let set = FilterSet::new(&filters);
    for text in [
        "server",
        "a server",
        "é server",
        "é SERVER é",
        "serveré",
        "ſerver",
        "İserver server",
        "aserver",
        "s r",
    ] {
        let event = format!("{{\"t\":\"{text}\"}}");
        let found = set.matches(event.as_bytes()).unwrap();
        let found: Vec<usize> = found.iter().map(|id| id.index()).collect();
        let right = filters
            .iter()
            .map(|filter| testkit::answer(filter, event.as_bytes()));
        let right: Vec<usize> = right
            .enumerate()
            .filter_map(|(at, is)| is.then_some(at))
            .collect();
        assert_eq!(found, right, "{text}");
    }
}

#[test]
fn what_a_set_says_of_itself() {
    let filters = ["a:1", "b:2", "c:3"].map(|filter| testkit::checked(filter, Schema::open()));
    let mut set = FilterSet::new::<Asked>([]);
    assert!(set.is_empty() && set.ids().next().is_none());
    let first = set.insert(&filters[0]).unwrap();
    let second = set.insert_named("second", &filters[1]).unwrap();
    assert!(!set.is_empty() && set.len() == 2);
    assert_eq!(set.ids().collect::<Vec<_>>(), [first, second]);
    assert_eq!((set.name(first), set.name(second)), (None, Some("second")));
    assert!(set.contains(first) && set.contains(second) && !set.contains(FilterId::new(2)));
    assert!(set.remove(first) && !set.remove(first) && !set.remove(FilterId::new(7)));
    assert!(!set.contains(first) && set.contains(second) && set.len() == 1);
    assert_eq!(set.name(first), None);

    let mut matches = Matches::new();
    assert!(matches.is_empty());
    set.matches_into(br#"{"b": 2}"#, &mut matches).unwrap();
    assert!(!matches.is_empty() && matches.len() == 1);
    assert_eq!(matches.as_slice(), [second]);
    assert_eq!(matches.iter().collect::<Vec<_>>(), [second]);
    assert_eq!((&matches).into_iter().collect::<Vec<_>>(), [second]);
    assert_eq!(set.is_match(br#"{"a": 1}"#), Ok(false));
    assert!(set.is_match_value(&serde_json::json!({ "b": 2 })));
}

#[test]
fn a_scan_passes_over_byte_order_marks_between_documents() {
    let set = FilterSet::new([&check("a:1", Schema::open()).unwrap()]);
    let buffer = "\u{feff}{\"a\":1}\n\u{feff}{\"b\":1}\n{\"a\":1}\u{feff}\n\u{feff}{\"a\":1}";
    for set in [set.strict(), set] {
        let hits: Vec<_> = set.scan(buffer.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(hits.len(), 3);
        for hit in hits {
            assert_eq!(&buffer[hit.range], "{\"a\":1}");
        }
    }
}
