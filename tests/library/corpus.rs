//! Filters written by others: by Qualys' documentation, and by programs that call Qualys.

use std::collections::BTreeMap;
use std::fmt::Write;

use qualys_filter::{Applicability, CheckOptions, Linter, Query, Schema, Severity};
use testkit::others::others;

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

/// Whether a filter is an error because its page has a mistake.
pub(crate) fn is_typo(text: &str) -> bool {
    TYPOS.iter().any(|(query, _)| *query == text)
}

#[test]
fn official_filters_are_good() {
    let options = CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap());
    let mut official = 0;
    for row in others().iter().filter(|row| row.is_official) {
        official += 1;
        let is_typo = is_typo(row.text);
        match row.text.parse::<Query>() {
            Ok(query) => {
                assert!(!is_typo, "no mistake after all: {}", row.text);
                let checked = query.check_with(Schema::open(), &options);
                let checked =
                    checked.unwrap_or_else(|e| panic!("{}: {}", row.text, testkit::list(&e)));
                checked.compile();
            }
            Err(errors) => assert!(is_typo, "{}: {}", row.text, testkit::list(&errors)),
        }
    }
    assert!(official > 100, "{official}");
}

#[test]
fn what_is_wrong_in_others_filters_is_said_with_what_to_write() {
    let mut shown = String::new();
    for row in others() {
        let Err(errors) = row.text.parse::<Query>() else {
            continue;
        };
        writeln!(shown, "{}", row.text).unwrap();
        for error in &errors {
            let help = error
                .diagnostic()
                .help()
                .expect("every error says what to write");
            writeln!(shown, "    {error}; {help}").unwrap();
            if let Some(fix) = error.fix() {
                let fixed = fix.apply(row.text);
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
    for row in others() {
        if let Ok(query) = row.text.parse::<Query>() {
            assert_eq!(
                query.to_string().parse::<Query>().unwrap(),
                query,
                "{}",
                row.text
            );
        }
    }
}

#[test]
fn a_bound_that_ends_like_a_word_stays_a_bound() {
    // No official filter has such bounds; fuzzing found that a blank after them changed the query.
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
    for row in others().iter().filter(|row| !row.is_official) {
        let app = row.app.split('+').next().unwrap();
        let fixed = linter.fix(row.text, Applicability::Safe);
        let (before, after) = (linter.lint(row.text), linter.lint(&fixed.text));
        for tally in [apps.entry(app).or_default(), &mut whole] {
            tally.filters += 1;
            tally.broken += usize::from(before.worst() == Some(Severity::Error));
            tally.left += usize::from(after.worst() == Some(Severity::Error));
            tally.spoken_of += usize::from(!before.diagnostics().is_empty());
            tally.still += usize::from(!after.diagnostics().is_empty());
            tally.changed += usize::from(fixed.text != row.text);
        }
        if before.worst() < Some(Severity::Error) {
            assert!(
                after.worst() < Some(Severity::Error),
                "{} -> {}",
                row.text,
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
    testkit::pages::hold_table("written-by-others.md", "| app | filters | broken |", &table);
}
