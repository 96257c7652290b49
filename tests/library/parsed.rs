//! A tree always exists: what is read of a text with errors, and what is said of the rest of it.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use qualys_filter::build::Draft;
use qualys_filter::syntax::{Condition, ExprId, ExprKind, Layout};
use qualys_filter::{CheckOptions, Limits, Linter, ParseErrorKind, Query, Schema, Span};
use testkit::generate::{self, Choices};
use testkit::spoil::{self, Random};
use testkit::tree::assert_whole;

/// The tree of a query on a line: what was not read is between `⟨` and `⟩`.
fn tree(query: &Query) -> String {
    fn of(query: &Query, id: ExprId) -> String {
        let expr = query.expr(id);
        let inside = expr.kind.children().iter().map(|id| of(query, *id));
        let inside: Vec<String> = inside.collect();
        match &expr.kind {
            ExprKind::Or(_) => format!("or[{}]", inside.join(" ")),
            ExprKind::And(_) => format!("and[{}]", inside.join(" ")),
            ExprKind::Not(_) => format!("not {}", inside[0]),
            ExprKind::Parentheses(_) => format!("({})", inside[0]),
            ExprKind::Nested(token, _) => format!("{}:({})", token.text, inside[0]),
            ExprKind::Clause(clause) => {
                let token = &clause.token.text;
                let list =
                    |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join(", ");
                match &clause.condition {
                    Condition::Null { negated: false } => format!("{{{token} null}}"),
                    Condition::Null { negated: true } => format!("{{{token} not null}}"),
                    Condition::Compare(comparison, value) => {
                        format!("{{{token} {comparison} {value}}}")
                    }
                    Condition::Value(value) => format!("{{{token} : {value}}}"),
                    Condition::List(values) => {
                        let values = list(&mut values.iter().map(ToString::to_string));
                        format!("{{{token} any of {values}}}")
                    }
                    Condition::Range(range) => format!("{{{token} in {range}}}"),
                    Condition::Group(alternatives) => {
                        let all = |values: &Vec<_>| {
                            list(&mut values.iter().map(ToString::to_string)).replace(", ", " and ")
                        };
                        let values = list(&mut alternatives.iter().map(all));
                        format!("{{{token} any of {values}}}")
                    }
                    other => panic!("{other:?}"),
                }
            }
            ExprKind::FreeText(value) => format!("{{{value}}}"),
            ExprKind::Error => format!("⟨{}⟩", expr.span.of(query.text())),
            other => panic!("{other:?}"),
        }
    }
    match query.root() {
        Some(root) => of(query, root),
        None => "nothing".to_owned(),
    }
}

fn options() -> CheckOptions {
    CheckOptions::at("2024-09-22T12:00:00Z".parse().unwrap())
}

fn messages(text: &str) -> Vec<String> {
    let parsed = Query::parse_lossy(text, &Limits::default());
    let (checked, findings) = parsed.check_with(Schema::edr(), &options());
    assert!(checked.is_none() || parsed.errors().is_empty());
    findings.iter().map(ToString::to_string).collect()
}

/// Broken filters, of every kind of error that there is, and what is found in the rest of them.
const BROKEN: &[&str] = &[
    "",
    "  ",
    "type:FIEL AND file.size:large",
    "# conditions that are missing",
    "type:FIEL AND",
    "type:FIEL OR NOT",
    "AND type:FIEL",
    "type:FIEL AND OR file.size:x",
    "(type:FIEL AND ) OR file.size:x",
    "file.properties.certificate:(signed:maybe AND )",
    "# values that are missing",
    "type:",
    "type: AND file.size:x",
    "file.size > AND type:FIEL",
    "NOT type: AND NOT type:FIEL",
    "file.properties.certificate:(signed: AND valid:maybe)",
    "file.size:[]",
    "file.size:()",
    "()",
    "# lists, ranges and groups",
    "type:[FILE, , FIEL, PROCESS",
    "type:[FILE, , FIEL]",
    "file.size:[1 large 3]",
    "file.size:[1, = , large]",
    "file.size:(1 OR NOT large)",
    "file.size:((1) OR (large))",
    "file.size:(1 OR )",
    "file.size:(> OR large)",
    "file.size:(>)",
    "file.size:[ .. large]",
    "file.size:[* .. 5]",
    "file.size:[5 TO large]",
    "file.size:[1 .. 2 .. 3]",
    "file.size > [5, large]",
    "file.size in (1, large)",
    "file.size between 1 and large",
    "# what is not closed",
    "file.nme:\"a AND file.size:x",
    "type:FIEL AND file.name:\"cats and dogs: x",
    "(file.nme:'a OR file.size:x)",
    "type:[FIEL, 'a",
    "(type:FIEL AND file.size:x",
    "type:FIEL AND (file.size:x OR (file.nme:a",
    "file.properties.certificate:(signed:maybe AND type:FILE",
    "file.size:(1 OR large",
    "type:[FIEL AND file.size:x",
    "file.size:[1 .. large AND type:FIEL",
    "# what is too much",
    ")",
    "type:FIEL) AND file.size:x",
    "type:FIEL ] file.size:x AND file.size:y",
    "file.name:a)b AND file.size:x",
    "file.name:\"a\"b AND file.size:x",
    "file.name:C:\\ D:\\ AND file.size:x",
    "# operators of other languages",
    "file.size == large",
    "file.size:>large",
    "file.size != large",
    "file.nme LIKE \"5%\" AND type:FIEL",
    "file.size is large",
    "file.nme =~ a.* AND type:FIEL",
    "exists(file.nme)",
    "_exists_:file.nme",
    "\"file.nme\":a AND file.size:x",
    "type:FIEL && file.size:x || - file.size:y",
    "type:FIEL file.size:x",
    "type:FIEL, file.size:x",
    "# values that may be something else",
    "file.size:5 > large AND type:FIEL",
    "file..size:x AND type:FIEL",
    "file.nme:“a b” AND type:“FIEL”",
    "file.size:\"C:\\\" AND type:FIEL",
    "file.properties.certificate:(signed:maybe AND win*)",
    "# what is not what it looks like",
    "type%3AFIEL AND file.size:x",
    "type:&quot;FIEL&quot; AND file.size:x",
];

#[test]
fn what_can_be_read_of_broken_filters_is_checked() {
    let mut shown = String::new();
    for text in BROKEN {
        if text.starts_with('#') {
            writeln!(shown, "\n{text}").unwrap();
            continue;
        }
        let parsed = Query::parse_lossy(text, &Limits::default());
        assert_whole(&parsed, text);
        writeln!(shown, "\n{text}\n    {}", tree(parsed.query())).unwrap();
        for error in parsed.errors() {
            writeln!(shown, "    ✗ {error} ▸{}◂", error.span().of(text)).unwrap();
        }
        for finding in parsed.check_with(Schema::edr(), &options()).1 {
            writeln!(shown, "    - {finding} ▸{}◂", finding.span().of(text)).unwrap();
        }
    }
    insta::assert_snapshot!(shown);
}

/// A good filter with findings, of which each part can go wrong: the others have their findings as before.
#[test]
fn the_good_parts_have_the_findings_that_they_have_alone() {
    let parts = [
        "type:FIEL",
        "file.nme:a",
        "file.size:large",
        "dateTime > yesterday",
    ];
    let broken = [
        "action:",
        "action:[CREATED, , RUNNING]",
        "file.name:a\"b\" > 5",
        "action > [a]",
        "file..name:nosuch",
        "nosuch LIKE \"x*\"",
        "nosuch:[5 .. 6 .. 7]",
        "nosuch:(> OR >)",
        "nosuch ~ x",
        "()",
        "nosuch:[]",
        "(nosuch: OR nosuch is)",
        "file.properties.certificate:(signed: OR valid: )",
    ];
    let all: Vec<String> = parts.iter().flat_map(|part| messages(part)).collect();
    assert_eq!(all.len(), parts.len());
    for bad in broken {
        assert!(bad.parse::<Query>().is_err(), "{bad}");
        assert_eq!(messages(bad), [""; 0], "{bad}");
        for at in 0..=parts.len() {
            let mut conditions = parts.to_vec();
            conditions.insert(at, bad);
            for operator in [" AND ", " OR ", " AND NOT "] {
                let text = conditions.join(operator);
                assert_eq!(messages(&text), all, "{text}");
                let text = format!("action:CREATED AND ({text})");
                assert_eq!(messages(&text), all, "{text}");
            }
        }
    }
}

/// The end of a quote or a group that is not closed is unknown, so nothing after it is reported.
#[test]
fn an_error_does_not_lead_to_others() {
    for text in [
        "file.nme:\"a",
        "file.nme:\"cats and dogs: x and file.size:y",
        "file.nme:[a, \"b",
        "file.properties.certificate:(signed:true AND type:FILE AND (nosuch:1 OR",
        "file.size:[..]",
        "file.size:[ .. ]",
        "file.size:(*..5)",
        "nosuch%3Ax",
        "nosuch like \"x*\"",
        "foo:bar baz:",
    ] {
        assert!(text.parse::<Query>().is_err(), "{text}");
        if text != "foo:bar baz:" {
            assert_eq!(messages(text), [""; 0], "{text}");
        }
    }
    assert_eq!(messages("foo:bar baz:").len(), 1);
}

#[test]
fn over_a_limit_nothing_is_read() {
    let few = Limits::default()
        .with_query_bytes(40)
        .with_clauses(2)
        .with_nesting(2)
        .with_list_items(2);
    for (text, read) in [
        ("type:FIEL AND a:1 AND b:2", None),
        ("NOT (NOT type:FIEL)", None),
        ("type:[FIEL, b, c]", None),
        ("type:FIEL AND file.name:12345678901234567890", Some(40)),
        ("é:1234567890123456789012345678901234567é", Some(40)),
    ] {
        let parsed = Query::parse_lossy(text, &few);
        let read = &text[..read.unwrap_or(text.len())];
        assert_whole(&parsed, read);
        let query = parsed.query();
        assert!(
            matches!(query.expr(query.root().unwrap()).kind, ExprKind::Error),
            "{text}"
        );
        assert_eq!(tree(query), format!("⟨{read}⟩"));
        assert!(parsed.check(Schema::edr()).1.is_empty());
    }
    // The hundredth error is the last that is read.
    let text = "type: AND ".repeat(200) + "file.size:x";
    let parsed = Query::parse_lossy(&text, &Limits::default());
    assert_eq!(parsed.errors().len(), 100);
    assert_whole(&parsed, &text);
    assert!(tree(parsed.query()).ends_with("type: AND file.size:x⟩]"));
}

#[test]
fn a_text_without_errors_is_read_as_ever() {
    for text in [
        "",
        " ",
        "type:FIEL",
        "a:(b:1 OR NOT c:[1, 2]) AND (d OR \"e\")",
    ] {
        let parsed = Query::parse_lossy(text, &Limits::default());
        let query: Query = text.parse().unwrap();
        assert!(!query.has_errors() && parsed.errors().is_empty());
        let (lossy, errors) = parsed.clone().into_parts();
        assert!(lossy == query && errors.is_none());
        let (checked, findings) = parsed.check(Schema::edr());
        let right = query.check(Schema::edr()).unwrap();
        assert_eq!(findings, right.warnings());
        assert_eq!(checked.unwrap().len(), right.len());
        assert_eq!(parsed.ok().unwrap(), query);
    }
}

/// What was read of a text with errors is looked at, and no more.
#[test]
fn a_query_with_errors_cannot_be_used() {
    for text in [
        "type == FILE",
        "type:FILE AND",
        "a:1) OR (b:2",
        "type:FILE  AND \"x",
    ] {
        let (query, errors) = Query::parse_lossy(text, &Limits::default()).into_parts();
        assert!(query.has_errors() && errors.is_some(), "{text}");
        assert!(query.check(Schema::open()).is_err(), "{text}");
        assert!(Draft::from(&query).build().is_err(), "{text}");
        assert!(
            query.clone().and(Draft::default()).build().is_err(),
            "{text}"
        );
        assert!((!query.clone()).build().is_err(), "{text}");
        assert_eq!(query.to_string(), text);
        assert_eq!(query.format(&Layout::default()), text);
    }
}

/// Of trees with errors, those are equal that skip the same.
#[test]
fn what_was_skipped_tells_queries_apart() {
    let read = |text: &str| Query::parse_lossy(text, &Limits::default()).into_parts().0;
    assert_eq!(read("a: AND b:1"), read("a: and  b:1"));
    assert_ne!(read("a: AND b:1"), read("c: AND b:1"));
    assert_ne!(read("a: AND b:1"), read("a:1 AND b:1"));
}

#[test]
fn the_linter_says_what_is_sure_beside_errors() {
    let linter = Linter::new(Schema::edr()).with_options(options());
    let codes = |text: &str| -> Vec<String> {
        let report = linter.lint(text);
        let of_stage = report.diagnostics().iter();
        of_stage.map(|found| found.code().to_string()).collect()
    };
    assert_eq!(
        codes("type:[FILE] AND file.nme:a AND action:"),
        [
            "qql::lint::single_item_list",
            "qql::check::unknown_token",
            "qql::parse::missing_value",
        ]
    );
    // With the value that is missing it may be a list of two.
    assert_eq!(codes("type:[FILE, ]"), ["qql::parse::missing_list_value"]);
    // Only the error has a fix, since what else is found may come of it.
    let report = linter.lint("type == FILE AND NOT NOT file.nme:a");
    let fixes = report
        .diagnostics()
        .iter()
        .filter(|found| found.fix().is_some());
    let fixes: Vec<&str> = fixes.map(|found| found.code().name()).collect();
    assert_eq!(fixes, ["double_equals"]);
    assert_eq!(report.diagnostics().len(), 3);
}

/// A text from a number: a filter, or what mistakes make of it.
fn text(number: u64) -> String {
    let mut random = Random::new(number);
    let bytes: Vec<u8> = (0..100).map(|_| random.below(256) as u8).collect();
    let filter = generate::filter(&mut Choices::new(&bytes));
    let others: Vec<String> = BROKEN.iter().map(ToString::to_string).collect();
    let mistakes: Vec<&str> = include_str!("../data/mistakes.txt").lines().collect();
    match random.below(4) {
        0 => filter,
        1 => spoil::spoilt(&filter, &others, &mut random),
        2 => spoil::spoilt(BROKEN[random.below(BROKEN.len())], &others, &mut random),
        _ => spoil::spoilt(random.of(&mistakes), &others, &mut random),
    }
}

/// Texts of what filters are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "`",
        ":",
        ",",
        "..",
        "<",
        ">=",
        "=",
        "!",
        "-",
        "&&",
        "|",
        " ",
        " AND ",
        " OR ",
        " NOT ",
        " is ",
        " null ",
        " in ",
        " TO ",
        " like ",
        "a",
        "file.name",
        "5",
        "*",
        "é",
        "\u{a0}",
        "“",
        "\\",
        "%3A",
        "&quot;",
        "type:FILE",
        "file.size > 5",
        "x:(",
        "y:[",
        "\u{200b}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_tree_of_any_text_is_whole(number in any::<u64>(), pieces in pieces(), any in ".{0,40}") {
        for text in [text(number), pieces, any] {
            let parsed = Query::parse_lossy(&text, &Limits::default());
            assert_whole(&parsed, &text);
            let (checked, findings) = parsed.check_with(Schema::edr(), &options());
            match text.parse::<Query>() {
                Ok(query) => {
                    prop_assert!(parsed.errors().is_empty());
                    match query.check_with(Schema::edr(), &options()) {
                        Ok(right) => prop_assert_eq!(&findings, right.warnings()),
                        Err(errors) => prop_assert!(errors.iter().eq(&findings)),
                    }
                }
                Err(errors) => {
                    prop_assert!(checked.is_none() && errors.iter().eq(parsed.errors()));
                    // What comes after a missing operator is whole.
                    let places = parsed.errors().iter().filter(|error| {
                        *error.kind() != ParseErrorKind::MissingOperator && !error.span().is_empty()
                    });
                    for place in places.map(|error| error.span()) {
                        let apart = |at: Span| at.end <= place.start || place.end <= at.start;
                        let all = findings.iter().all(|found| apart(found.span()));
                        prop_assert!(all, "{:?} of {:?}", place, text);
                    }
                }
            }
        }
    }
}
