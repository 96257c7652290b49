//! Kinds that are only guessed: what does not fit them is said, and refuses nothing. `tests/data/language/guessed.toml`
//! has what such filters match.

use qualys_filter::check::{Chooser, NodeKind};
use qualys_filter::schema::Kind;
use qualys_filter::{Applicability, CheckOptions, FindingKind, Linter, Query, Schema, Severity};

fn schema() -> Schema {
    Schema::from_toml(include_str!("../data/language/schemas/guessed.toml")).unwrap()
}

fn options() -> CheckOptions {
    CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap())
}

/// What is found in a filter that can be used.
fn warnings(filter: &str) -> Vec<String> {
    let query: Query = filter.parse().unwrap();
    let checked = query.check_with(&schema(), &options());
    let checked = checked.unwrap_or_else(|e| panic!("{filter}: {}", testkit::list(&e)));
    checked.warnings().iter().map(ToString::to_string).collect()
}

#[test]
fn what_does_not_fit_a_guess_is_a_warning_that_names_it() {
    let of = |token: &str, kind: &str, what: &str| {
        format!("{what}; the kind {kind} of `{token}` is a guess")
    };
    for (filter, token, kind, what) in [
        ("count:large", "count", "integer", "`large` is not a number"),
        (
            "count:lar*",
            "count",
            "integer",
            "`count` is of kind integer, which does not take a wildcard",
        ),
        (
            "text > 5",
            "text",
            "text",
            "`text` is of kind text, which does not take a comparison",
        ),
        (
            "word:[1 .. 5]",
            "word",
            "keyword",
            "`word` is of kind keyword, which does not take a range",
        ),
        (
            "flag:yes",
            "flag",
            "boolean",
            "`yes` is neither `true` nor `false`",
        ),
        (
            "at:yesterday",
            "at",
            "datetime",
            "`yesterday` is not a date",
        ),
        (
            "version = latest",
            "version",
            "version",
            "`latest` is not a version",
        ),
        ("ip:gateway", "ip", "ip", "`gateway` is not an address"),
        ("ip = 10.0.0.0/8", "ip", "ip", "a net cannot be a bound"),
        (
            "items:(count:large AND name:a)",
            "items.count",
            "integer",
            "`large` is not a number",
        ),
    ] {
        assert_eq!(warnings(filter), [of(token, kind, what)], "{filter}");
    }
    // Each value that does not fit, and nothing of those that do.
    let both =
        ["many", "more"].map(|text| of("count", "integer", &format!("`{text}` is not a number")));
    assert_eq!(warnings("count:[3, many, 5, more]"), both);
    assert_eq!(
        warnings("count:[3, 5 KB, *] AND word = open AND at > now-3d").len(),
        1
    );
    assert_eq!(
        warnings("word:OPNE"),
        ["`OPNE` is not a known value of `word`"]
    );
}

#[test]
fn what_is_wrong_on_any_kind_stays_an_error() {
    let refused = |filter: &str| {
        let query: Query = filter.parse().unwrap();
        let errors = query.check_with(&schema(), &options()).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let stars = format!("count:\"{}\"", "a*".repeat(33));
    assert_eq!(refused(&stars), ["the pattern has more than 32 wildcards"]);
    assert_eq!(refused("at > now\u{2013}7d").len(), 1);
    assert_eq!(refused("at > '2024-01-02 03:04:05'").len(), 1);
    let query: Query = "at > now-3d".parse().unwrap();
    assert!(query.check(&schema()).is_err());
    // A kind that is known from somewhere.
    let etm = Schema::built_in("etm").unwrap();
    let sure = etm.tokens().iter().filter(|token| !token.is_kind_guessed());
    let dates = sure.filter(|token| token.kind() == Kind::DateTime);
    for token in dates.take(1) {
        let query: Query = format!("{}:yesterday", token.name()).parse().unwrap();
        assert!(query.check(etm).is_err(), "{}", token.name());
    }
    assert!(
        "file.size:large"
            .parse::<Query>()
            .unwrap()
            .check(Schema::edr())
            .is_err()
    );
}

#[test]
fn a_checked_query_says_what_each_value_is_read_as() {
    let query: Query = "count:[3, many, 5]".parse().unwrap();
    let checked = query.check(&schema()).unwrap();
    let NodeKind::Any(children) = &checked.node(checked.root()).kind else {
        panic!();
    };
    let kinds = children.iter().map(|id| match &checked.node(*id).kind {
        NodeKind::Test(_, kind, _) => *kind,
        other => panic!("{other:?}"),
    });
    assert_eq!(kinds.collect::<Vec<_>>(), [Kind::Integer, Kind::Auto]);
    let finding = checked.warnings().first().unwrap();
    let FindingKind::GuessedKind { token, kind, found } = finding.kind() else {
        panic!();
    };
    assert_eq!((token.as_str(), *kind), ("count", Kind::Integer));
    assert!(matches!(**found, FindingKind::NotANumber { .. }));
    assert_eq!(finding.span().of(query.text()), "many");
}

#[test]
fn a_fix_that_goes_by_a_guess_is_not_safe() {
    let linter = Linter::new(&schema()).with_options(options());
    for (filter, fixed) in [
        ("at:'2024-01-02 03:04:05'", "at:'2024-01-02T03:04:05'"),
        ("at:1704067200", "at:1704067200000"),
        ("word = open", "word:open"),
    ] {
        let report = linter.lint(filter);
        let found = report
            .diagnostics()
            .iter()
            .find(|it| it.code().as_str() == "qql::check::guessed_kind");
        let found = found.unwrap_or_else(|| panic!("{filter}"));
        assert_eq!(found.severity(), Severity::Warning, "{filter}");
        let fix = found.fix().unwrap_or_else(|| panic!("{filter}"));
        assert_eq!(
            (fix.applicability(), fix.apply(filter).as_str()),
            (Applicability::Unsafe, fixed)
        );
        assert_eq!(linter.fix(filter, Applicability::Safe).text, filter);
    }
}

#[test]
fn a_filter_that_fits_no_guess_is_for_another_schema() {
    let sure = Schema::from_toml("name = \"sure\"\n[tokens]\nseen = { kind = \"text\" }").unwrap();
    let guess =
        "name = \"guess\"\n[tokens]\nseen = { kind = \"integer\", kind_evidence = \"inferred\" }";
    let guess = Schema::from_toml(guess).unwrap();
    let query: Query = "seen:often".parse().unwrap();
    let choice = Chooser::new([guess, sure]).choose([&query]);
    assert_eq!(choice.schema().name(), "sure");
}
