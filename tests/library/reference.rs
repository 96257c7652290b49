//! Every engine returns the answers of the reference evaluator, on schemas, filters and events made
//! by chance.
//!
//! In CI this makes some ten thousand comparisons of a filter and an event. For more, and from
//! another seed:
//!
//! ```sh
//! REFERENCE_ROUNDS=100000 REFERENCE_SEED=7 cargo test --release --test library -- --nocapture
//! ```

use std::{env, fs};

use qualys_filter::Schema;
use testkit::reference;
use testkit::reference::compare::Comparison;
use testkit::reference::generate::Dice;

fn variable(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn every_engine_gives_the_answers_of_the_reference() {
    let rounds = variable("REFERENCE_ROUNDS").unwrap_or(120);
    let seed = variable("REFERENCE_SEED").unwrap_or(1);
    let mut comparison = Comparison::default();
    for round in 0..rounds {
        comparison.round(&mut Dice::seed(seed << 40 | round), 24, 16);
    }
    report(&comparison);
    assert_eq!(comparison.differences.first(), None);
    let Comparison {
        filters,
        accepted,
        comparisons,
        hits,
        ..
    } = comparison;
    // What never or always matches tells little, and so does what is refused.
    assert!(
        hits * 5 > comparisons && hits * 5 < comparisons * 4,
        "{hits} hits"
    );
    assert!(accepted * 2 > filters, "{accepted} accepted");
}

/// The same for filters and events of one's own, with the schema of EDR: a file of filters, one a
/// line, and one of events as JSON Lines.
///
/// ```sh
/// REFERENCE_FILTERS=filters.txt REFERENCE_EVENTS=events.ndjson \
///     cargo test --release --test library -- --ignored --nocapture
/// ```
#[test]
#[ignore = "needs files"]
fn filters_and_events_of_one_s_own() {
    let read = |name: &str| {
        let path = env::var(name).unwrap_or_else(|_| panic!("set {name}"));
        fs::read_to_string(path).unwrap()
    };
    let (filters, events) = (read("REFERENCE_FILTERS"), read("REFERENCE_EVENTS"));
    let events: Vec<&[u8]> = events.lines().map(str::as_bytes).collect();
    let schema = reference::Schema::of(Schema::edr());
    let mut comparison = Comparison::default();
    for filter in filters.lines().filter(|line| !line.is_empty()) {
        comparison.filter(filter, &schema, Schema::edr(), &events);
    }
    report(&comparison);
    assert_eq!(comparison.differences.first(), None);
}

/// Shows what was compared, and as many differences as `REFERENCE_SHOWN` says, the shortest first.
fn report(comparison: &Comparison) {
    let Comparison {
        filters,
        well_formed,
        accepted,
        comparisons,
        hits,
        differences,
    } = comparison;
    let count = differences.len();
    println!(
        "{filters} filters ({well_formed} well formed, {accepted} accepted), {comparisons} \
         comparisons, {hits} hits, {count} differences"
    );
    let mut differences: Vec<&String> = differences.iter().collect();
    differences.sort_by_key(|difference| difference.len());
    let shown = variable("REFERENCE_SHOWN").unwrap_or(0) as usize;
    for difference in differences.into_iter().take(shown) {
        println!("{difference}\n");
    }
}
