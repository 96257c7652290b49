//! Filters written by others: by Qualys' documentation, and by programs that call Qualys.

mod common;

use std::fmt::Write;

use qualys_filter::{CheckOptions, Query, Schema};

/// Official filters that are errors, with the mistake that the source has.
const TYPOS: &[(&str, &str)] = &[
    (
        r#"asset.assetID:"7781808c"-ad94-3201-bebc-9d480f906d36"#,
        "the closing quote stands too early; the page shows the whole id elsewhere",
    ),
    (
        "asset.name: “Car Assembly”",
        "curly quotes, made by what typeset the page",
    ),
    (
        "operatingSystem: “Windows 7”",
        "curly quotes, made by what typeset the page",
    ),
];

struct Row {
    evidence: &'static str,
    query: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("data/written-by-others.tsv").lines().skip(1);
    let row = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        Row {
            evidence: columns[1],
            query: columns[2],
        }
    };
    lines.map(row).collect()
}

#[test]
fn official_filters_are_good() {
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let mut official = 0;
    for row in rows().iter().filter(|row| row.evidence == "official") {
        official += 1;
        let is_typo = TYPOS.iter().any(|(query, _)| *query == row.query);
        match row.query.parse::<Query>() {
            Ok(query) => {
                assert!(!is_typo, "no mistake after all: {}", row.query);
                let checked = query.check_with(Schema::open(), &options);
                let checked =
                    checked.unwrap_or_else(|e| panic!("{}: {}", row.query, common::list(&e)));
                checked.compile();
            }
            Err(errors) => assert!(is_typo, "{}: {}", row.query, common::list(&errors)),
        }
    }
    assert!(official > 100, "{official}");
}

#[test]
fn what_is_wrong_in_others_filters_is_said_with_what_to_write() {
    let mut shown = String::new();
    for row in rows() {
        let Err(errors) = row.query.parse::<Query>() else {
            continue;
        };
        writeln!(shown, "{}", row.query).unwrap();
        for error in &errors {
            let help = miette::Diagnostic::help(error).expect("every error says what to write");
            writeln!(shown, "    {error}; {help}").unwrap();
            if let Some(fix) = error.fix() {
                let fixed = fix.apply(row.query);
                writeln!(shown, "    {fixed}").unwrap();
                // With one mistake, the fix makes it good.
                if errors.iter().count() == 1 {
                    assert!(fixed.parse::<Query>().is_ok(), "{fixed}");
                }
            }
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_printed_reads_as_the_same_query() {
    for row in rows() {
        if let Ok(query) = row.query.parse::<Query>() {
            assert_eq!(
                query.to_string().parse::<Query>().unwrap(),
                query,
                "{}",
                row.query
            );
        }
    }
}

#[test]
fn a_bound_that_ends_like_a_word_stays_a_bound() {
    // No official filter has such bounds; fuzzing found that a blank behind them changed the query.
    for text in [
        "a:[x or..5]",
        "a:(0 OR..3i  5)",
        "a:[AND..b]",
        "a:[x y is null..5]",
    ] {
        let query: Query = text.parse().unwrap();
        assert_eq!(
            query.to_string().parse::<Query>().unwrap(),
            query,
            "{query}"
        );
    }
}
