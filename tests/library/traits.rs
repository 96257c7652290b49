//! The traits of the public types, so that none is lost without notice.

use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use qualys_filter::build::{BuildErrors, Draft, any_of, everything, none_of, token};
use qualys_filter::eval::{Scanner, SetScanner};
use qualys_filter::schema::{
    Evidence, Kind, Path, QuotedRanges, RetentionError, SchemaErrors, Token, UnknownTokens,
};
use qualys_filter::syntax::Comparison;
use qualys_filter::value::{Net, NetError, Number, Period, Unit, Version, VersionError};
use qualys_filter::{
    Applicability, CheckErrors, CheckOptions, Checked, Edit, EventError, Filter, FilterId,
    FilterSet, FilterSetBuilder, Finding, Fix, FixAvailability, Level, Limits, Linter, Matches,
    NameError, ParseError, ParseErrors, Query, Scan, ScanOptions, Schema, SetScan, Severity, Span,
    Stage,
};
use testkit::checked;

/// Usable on every thread, and after a panic was caught.
const fn shared<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}

const _: () = {
    shared::<BuildErrors>();
    shared::<CheckErrors>();
    shared::<CheckOptions>();
    shared::<Checked>();
    shared::<Draft>();
    shared::<Edit>();
    shared::<EventError>();
    shared::<Filter>();
    shared::<FilterSet>();
    shared::<FilterSetBuilder<'_>>();
    shared::<Finding>();
    shared::<Fix>();
    shared::<Limits>();
    shared::<Linter>();
    shared::<Matches>();
    shared::<ParseError>();
    shared::<ParseErrors>();
    shared::<Query>();
    shared::<Scan<'_>>();
    shared::<Scanner>();
    shared::<ScanOptions>();
    shared::<Schema>();
    shared::<SchemaErrors>();
    shared::<SetScan<'_>>();
    shared::<SetScanner>();
    shared::<Span>();
    shared::<Token>();
};

/// Errors that `?` and `Box<dyn Error>` take, from any thread.
const fn error<T: std::error::Error + Send + Sync + 'static>() {}

const _: () = {
    error::<BuildErrors>();
    error::<CheckErrors>();
    error::<EventError>();
    error::<Finding>();
    error::<NameError>();
    error::<NetError>();
    error::<RetentionError>();
    error::<VersionError>();
    error::<ParseError>();
    error::<ParseErrors>();
    error::<SchemaErrors>();
};

const fn key<T: Eq + Hash>() {}

const _: () = {
    key::<CheckOptions>();
    key::<FilterId>();
    key::<Limits>();
    key::<Net>();
    key::<Number>();
    key::<Path>();
    key::<Period>();
    key::<Query>();
    key::<ScanOptions>();
    key::<Span>();
    key::<Token>();
    key::<Unit>();
    key::<Version>();
};

/// Every choice is read as it is shown, and what is no choice names those that there are.
fn names<T>(all: &[T], names: &str)
where
    T: Copy + Debug + Display + FromStr<Err = NameError> + PartialEq,
{
    let names: Vec<&str> = names.split_whitespace().collect();
    assert_eq!(all.len(), names.len());
    for (choice, name) in all.iter().zip(&names) {
        assert_eq!(choice.to_string(), *name);
        assert_eq!(format!("{choice:>20}"), format!("{name:>20}"));
        assert_eq!(name.parse(), Ok(*choice));
    }
    for wrong in ["", "TEXT", "texts", " d"] {
        let error = wrong.parse::<T>().unwrap_err();
        assert_eq!((error.name(), error.choices()), (wrong, &*names));
    }
}

#[test]
fn choices_are_read_as_they_are_shown() {
    names(
        Kind::ALL,
        "text keyword id integer float boolean datetime version ip auto",
    );
    names(Evidence::ALL, "documented shown client inferred");
    names(UnknownTokens::ALL, "allow warn deny");
    names(QuotedRanges::ALL, "allow advise warn");
    names(Unit::ALL, "s m h d w M q y");
    names(Comparison::ALL, "= > >= < <=");
    names(Stage::ALL, "parse check lint schema build event set");
    names(Severity::ALL, "advice warning error");
    names(Level::ALL, "off advice warning error");
    names(FixAvailability::ALL, "none safe unsafe mixed");
    names(Applicability::ALL, "unsafe safe");
    let error = "dates".parse::<Applicability>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown applicability `dates`, expected `unsafe` or `safe`",
    );
}

#[test]
fn queries_that_say_the_same_are_one_key() {
    let texts = [
        "type:FILE and a:1",
        "type: FILE  AND a:1",
        "a:1 AND type:FILE",
    ];
    let queries: HashSet<Query> = texts.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(queries.len(), 2);
}

/// What an iterator that has ended answers.
fn is_fused(mut items: impl FusedIterator) -> bool {
    items.by_ref().for_each(drop);
    (0..3).all(|_| items.next().is_none())
}

#[test]
fn scans_stay_at_their_end() {
    let checked = checked("type:FILE", Schema::edr());
    let filter = checked.compile();
    let set = FilterSet::new([&*checked]);
    let buffers = [
        "",
        " \n ",
        "{}",
        "{",
        "[{},",
        "{\"type\":\"FILE\"}",
        "{\"type\":\"FILE\"}\n{\"type\":\"FILE\"}\n",
        "{\"type\":\"FILE\"}\n{\"type\":\"FI",
        "[{\"type\":\"FILE\"},{\"type\":\"PROCESS\"}]",
        "{\n\"type\":\n\"FILE\"\n}\n",
        "type FILE\n{\"type\":\"FILE\"}",
    ];
    for buffer in buffers {
        let count = ScanOptions::default().with_count(true);
        for options in [ScanOptions::default(), count] {
            for strict in [false, true] {
                let (filter, set) = match strict {
                    true => (filter.strict(), set.strict()),
                    false => (filter.clone(), set.clone()),
                };
                let bytes = buffer.as_bytes();
                assert!(is_fused(filter.scan_with(bytes, &options)), "{buffer:?}");
                assert!(is_fused(set.scan_with(bytes, &options)), "{buffer:?}");
            }
        }
    }
}

#[test]
fn lists_are_read_from_both_ends() {
    let path: Path = "a.b[].c".parse().unwrap();
    assert!(path.keys().rev().eq(["c", "b", "a"]));
    assert_eq!(
        Schema::fim().scopes().next_back(),
        Schema::fim().scopes().last()
    );
    let set = FilterSet::new([
        &*checked("type:FILE", Schema::edr()),
        &*checked("type:PROCESS", Schema::edr()),
    ]);
    assert_eq!(set.ids().len(), 2);
    assert!(set.ids().rev().eq([FilterId::new(1), FilterId::new(0)]));
}

#[test]
fn errors_are_given_away_whole() {
    let errors = "a:1 AND AND b:2 AND".parse::<Query>().unwrap_err();
    let listed: Vec<ParseError> = errors.iter().cloned().collect();
    assert_eq!(errors.into_iter().collect::<Vec<_>>(), listed);

    let query: Query = "severity:x AND type:FIEL".parse().unwrap();
    let errors = query.check(Schema::fim()).unwrap_err();
    let listed: Vec<Finding> = errors.iter().cloned().collect();
    assert_eq!(errors.into_iter().collect::<Vec<_>>(), listed);

    let errors = Schema::from_toml("[tokens.a]\nkind = \"texts\"").unwrap_err();
    let listed: Vec<_> = errors.iter().cloned().collect();
    assert_eq!(errors.into_iter().collect::<Vec<_>>(), listed);

    let errors = token("..").is("`").build().unwrap_err();
    let listed: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let given: Vec<_> = errors.into_iter().map(|error| error.to_string()).collect();
    assert_eq!(given, listed);
}

#[test]
fn a_draft_is_negated_in_three_ways() {
    let either = || any_of([token("a").is(1), token("b").is(2)]);
    let expected = "NOT (a:1 OR b:2)";
    let written = |draft: Draft| draft.build().unwrap().to_string();
    assert_eq!(written(!either()), expected);
    assert_eq!(written(either().negate()), expected);
    assert_eq!(
        written(none_of([token("a").is(1), token("b").is(2)])),
        expected
    );
    assert_eq!(written(none_of([token("a").is(1)])), "NOT a:1");
    let query: Query = "a:1 OR b:2".parse().unwrap();
    assert_eq!(written(!query.clone()), expected);
    assert_eq!(written(query.negate()), expected);
}

#[test]
fn none_of_nothing_is_everything() {
    let written = |draft: Draft| draft.build().map(|query| query.to_string());
    assert_eq!(written(none_of::<Draft>([])).unwrap(), "");
    assert_eq!(written(Draft::default()).unwrap(), "");
    assert!(written(everything().negate()).is_err());
    assert!(written(none_of([everything()])).is_err());
}
