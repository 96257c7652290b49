//! Filters written by others: by Qualys' documentation, and by programs that call Qualys.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use qualys_filter::{Applicability, CheckOptions, Linter, Query, Schema, Severity};

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
    app: &'static str,
    evidence: &'static str,
    query: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../data/written-by-others.tsv")
        .lines()
        .skip(1);
    let row = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        Row {
            app: columns[0],
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
                    checked.unwrap_or_else(|e| panic!("{}: {}", row.query, testkit::list(&e)));
                checked.compile();
            }
            Err(errors) => assert!(is_typo, "{}: {}", row.query, testkit::list(&errors)),
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
            let help = error
                .diagnostic()
                .help()
                .expect("every error says what to write");
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

/// What the linter makes of the filters of one app.
#[derive(Clone, Copy, Default)]
struct Tally {
    filters: usize,
    /// Those with errors, before and after the fixes.
    broken: usize,
    left: usize,
    /// Those with something to say about them, before and after the fixes.
    spoken_of: usize,
    still: usize,
    /// Those that safe fixes change.
    changed: usize,
}

#[test]
fn what_the_linter_makes_of_others_filters_is_as_shown() {
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let linter = Linter::new(Schema::open()).with_options(options);
    let mut apps: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut whole = Tally::default();
    for row in rows().iter().filter(|row| row.evidence == "third-party") {
        let app = row.app.split('+').next().unwrap();
        let fixed = linter.fix(row.query, Applicability::Safe);
        let (before, after) = (linter.lint(row.query), linter.lint(&fixed.text));
        for tally in [apps.entry(app).or_default(), &mut whole] {
            tally.filters += 1;
            tally.broken += usize::from(before.worst() == Some(Severity::Error));
            tally.left += usize::from(after.worst() == Some(Severity::Error));
            tally.spoken_of += usize::from(!before.diagnostics().is_empty());
            tally.still += usize::from(!after.diagnostics().is_empty());
            tally.changed += usize::from(fixed.text != row.query);
        }
        if before.worst() < Some(Severity::Error) {
            assert!(
                after.worst() < Some(Severity::Error),
                "{} -> {}",
                row.query,
                fixed.text
            );
        }
    }
    assert!(
        whole.broken >= 5 && whole.left == 0,
        "{} {}",
        whole.broken,
        whole.left
    );
    let mut table = String::from(
        "| app | filters | broken | broken after `--fix` | with a finding | after `--fix` | changed |\n|---|---|---|---|---|---|---|\n",
    );
    apps.insert("**all**", whole);
    let named = apps.iter().filter(|(app, _)| !app.starts_with('*'));
    for (app, tally) in named.chain([(&"**all**", &whole)]) {
        let Tally {
            filters,
            broken,
            left,
            spoken_of,
            still,
            changed,
        } = tally;
        writeln!(
            table,
            "| {app} | {filters} | {broken} | {left} | {spoken_of} | {still} | {changed} |"
        )
        .unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/written-by-others.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("| app |").unwrap();
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let right = format!("{before}{table}\n{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &right).unwrap();
    } else {
        assert!(page == right, "{} should be:\n{right}", path.display());
    }
}
