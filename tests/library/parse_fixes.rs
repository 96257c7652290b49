//! Fixes of the parser: each, applied alone, takes its error away and brings none, on filters that others
//! wrote and that were spoilt.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use qualys_filter::{ParseError, ParseErrors, Query};

/// What is put into filters: characters and words that mean something, or seem to.
const PIECES: &[&str] = &[
    "!",
    "-",
    "–",
    "−",
    "…",
    "..",
    "...",
    ".",
    "：",
    "＝",
    "≥",
    "≠",
    "（",
    "）",
    "［",
    "］",
    "，",
    "；",
    "！",
    "＆＆",
    "&&",
    "||",
    "|",
    "&",
    ";",
    ",",
    "+",
    "^",
    "~",
    " is ",
    " is not ",
    " not ",
    " in (",
    " in [",
    " not in (",
    " between ",
    " LIKE ",
    " matches regex ",
    "==",
    "===",
    "!=",
    "<>",
    "=>",
    "=~",
    ":=",
    ">",
    "<",
    "=",
    ":",
    "“",
    "”",
    "‘",
    "＂",
    "'",
    "\"",
    "`",
    "\u{a0}",
    "\u{3000}",
    "\u{200b}",
    "\u{200c}",
    "\u{feff}",
    " TO ",
    "[",
    "]",
    "(",
    ")",
    "((",
    " AND ",
    " OR ",
    " NOT ",
    " NULL ",
    "\\",
    "\\\"",
    "&quot;",
    "&amp;",
    "&gt;",
    "%3A",
    "*",
    " ",
    "\n",
    "exists(",
    "isnull(",
    "_exists_:",
    "now",
    "5",
    "é",
    "日本",
];

fn filters() -> Vec<&'static str> {
    let lines = include_str!("../data/written-by-others.tsv")
        .lines()
        .skip(1);
    let official = lines.filter_map(|line| line.split('\t').nth(2));
    official
        .chain(include_str!("../data/mistakes.txt").lines())
        .collect()
}

/// A change to a filter: where, how many characters go away, and what comes.
type Change = (u16, u8, u16);

fn spoil(filter: &str, changes: &[Change]) -> String {
    let mut chars: Vec<char> = filter.chars().collect();
    for (at, gone, piece) in changes {
        let at = *at as usize % (chars.len() + 1);
        let end = (at + *gone as usize % 4).min(chars.len());
        let piece = PIECES[*piece as usize % PIECES.len()];
        chars.splice(at..end, piece.chars());
    }
    chars.into_iter().collect()
}

fn errors(text: &str) -> Vec<ParseError> {
    let errors = text.parse::<Query>().err();
    errors.iter().flatten().cloned().collect()
}

/// Every fix alone leads to fewer errors, and all of them, one after the other, to an end.
fn check(text: &str) {
    let before = errors(text);
    if before.len() == ParseErrors::MOST {
        return;
    }
    for error in &before {
        let Some(fix) = error.fix() else { continue };
        for edit in fix.edits() {
            assert!(text.get(edit.span.range()).is_some(), "{text:?}: {edit:?}");
        }
        let fixed = fix.apply(text);
        let after = errors(&fixed);
        assert!(
            after.len() < before.len(),
            "{text:?}\n{fixed:?}\n{error}: {before:#?}\n{after:#?}"
        );
        let of_kind =
            |errors: &[ParseError]| errors.iter().filter(|e| e.kind() == error.kind()).count();
        assert!(
            of_kind(&after) < of_kind(&before),
            "{text:?}\n{fixed:?}\n{error}"
        );
    }
    let mut text = text.to_owned();
    for _ in 0..=before.len() {
        let Some(fix) = errors(&text).iter().find_map(|error| error.fix().cloned()) else {
            return;
        };
        text = fix.apply(&text);
    }
    panic!("fixes do not end: {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 6000,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_fix_takes_its_error_away_and_brings_none(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(any::<Change>(), 0..4),
    ) {
        let filters = filters();
        check(&spoil(which.get::<&str>(&filters), &changes));
    }
}

#[test]
fn fixes_of_mistakes_take_them_away() {
    for text in include_str!("../data/mistakes.txt").lines() {
        check(text);
    }
    // The fix of a missing operator was put in again and again.
    check("x in (a:(b)");
}
