//! A set gives the answers of its filters, each by itself, while filters come and go.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::{FilterId, FilterSet, Matches, Schema};
use testkit::Asked;
use testkit::generate::{self, Choices};
use testkit::reference::Json;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = include_str!("../../tests/data/schema.toml");
    Schema::from_toml(text).expect("the schema is good")
});

/// The filters that the bytes make, as far as they are good.
fn filters(bytes: &[u8]) -> Vec<Asked> {
    let one = |bytes: &[u8]| {
        let text = generate::filter(&mut Choices::new(bytes));
        testkit::checked_if_it_fits(&text, &SCHEMA)
    };
    bytes.chunks(40).filter_map(one).collect()
}

fuzz_target!(|bytes: (Vec<u8>, Vec<u8>, Vec<u8>, [u8; 4])| {
    let (first, later) = (filters(&bytes.0), filters(&bytes.1));
    let event = generate::event(&mut Choices::new(&bytes.2));
    let json = Json::read(event.as_bytes(), 128).expect("generated events are JSON");
    let mut set = FilterSet::new(&first);
    let mut all: Vec<(FilterId, &Asked)> = (0..).map(FilterId::new).zip(&first).collect();
    let mut matches = Matches::new();
    for (turn, gone) in bytes.3.into_iter().enumerate() {
        let right = all.iter().filter(|(_, checked)| checked.right(&json));
        let right: Vec<FilterId> = right.map(|(id, _)| *id).collect();
        for (level, set) in set.on_all_levels() {
            for set in [set.strict(), set] {
                set.matches_into(event.as_bytes(), &mut matches)
                    .expect("JSON");
                assert_eq!(matches.as_slice(), right, "{level}\n{event}");
                let hits = set.scan(event.as_bytes()).map(|hit| hit.expect("JSON").ids);
                assert_eq!(
                    hits.flatten().collect::<Vec<_>>(),
                    right,
                    "{level}\n{event}"
                );
            }
        }
        if let Some(checked) = later.get(turn) {
            all.push((set.insert(checked).expect("room"), checked));
        }
        if !all.is_empty() {
            let (id, _) = all.remove(usize::from(gone) % all.len());
            assert!(set.remove(id));
        }
    }
});
