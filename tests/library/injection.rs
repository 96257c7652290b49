//! The places where public programs paste strings into filters, with strings that break them.
//!
//! For each, the query built here means what the caller said.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use qualys_filter::build::{Draft, ago, all_of, any_of, everything, free_text, now, token};
use qualys_filter::syntax::{Condition, ExprKind, Literal, Quoting};
use qualys_filter::value::Unit;
use qualys_filter::{Limits, Query, Schema};
use serde_json::{Value, json};

/// Strings that end quotes, clauses and groups in other programs.
const PAYLOADS: &[&str] = &[
    r#"x" or file.name:"*"#,
    r#"x" OR file.name:"b"#,
    r"C:\Users\evil\",
    r"\",
    "a`b",
    "line\nbreak\r\n",
    "“curly” ‘quotes’",
    ") or (",
    "x) OR (type:FILE",
    "status:OPEN or type:DEFAULT",
    "S3&pageSize=1",
    "net user /add",
    "two  spaces",
    "*x y*, *z)*",
    "NOT NULL",
    "now",
    "[1 .. 5]",
    "",
    " ",
    "'",
    "\"",
    "\\\"",
    "a\u{a0}b",
    "\u{0}",
];

fn built(draft: Draft) -> Query {
    draft.build().unwrap_or_else(|errors| panic!("{errors}"))
}

fn is_match(query: &Query, schema: &Schema, event: &Value) -> bool {
    let checked = testkit::checked(&query.to_string(), schema);
    testkit::answer(&checked, event.to_string().as_bytes())
}

/// The one literal of a query that is one leaf.
fn leaf(query: &Query) -> &Literal {
    let root = query.root().expect("not empty");
    match &query.expr(root).kind {
        ExprKind::FreeText(literal) => literal,
        ExprKind::Clause(clause) => match &clause.condition {
            Condition::Value(literal) | Condition::Compare(_, literal) => literal,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

// tr-05-serverless-qualys-ioc: `f'file.name: "{observable}"'` for hashes, names, paths, domains.
#[test]
fn an_observable_is_one_value() {
    for payload in PAYLOADS {
        let event = json!({"file": {"fileName": payload, "md5": payload}});
        let other = json!({"file": {"fileName": "harmless.dll", "md5": "49d503ca73babd8fccf522a611b539d1"}});
        for name in ["file.name", "file.hash.md5"] {
            let Ok(query) = token(name).is(*payload).build() else {
                assert!(
                    payload.contains('`') || payload.contains(".."),
                    "{payload:?}"
                );
                continue;
            };
            assert_eq!(&*leaf(&query).text, *payload);
            assert!(is_match(&query, Schema::edr(), &event), "{query}");
            assert!(!is_match(&query, Schema::edr(), &other), "{query}");
        }
    }
}

// The same client: two addresses joined by a bare ` or `, wrong once something is added.
#[test]
fn alternatives_stay_together() {
    let ip: IpAddr = "10.0.0.1".parse().unwrap();
    let either = any_of([
        token("network.local.address.ip").is(ip),
        token("network.remote.address.ip").is(ip),
    ]);
    let query = built(either.and(token("type").is("NETWORK")));
    let text = r#"(network.local.address.ip:"10.0.0.1" OR network.remote.address.ip:"10.0.0.1") AND type:`NETWORK`"#;
    assert_eq!(query.to_string(), text);
    let event = json!({"type": "FILE", "network": {"localIP": "10.0.0.1"}});
    assert!(!is_match(&query, Schema::edr(), &event));
}

// The same client and two others: the parameter of a URL, glued by hand.
#[test]
fn a_parameter_stays_one_parameter() {
    let query = built(
        token("service")
            .is("S3&pageSize=1")
            .and(token("x").is("ü #")),
    );
    let param = query.to_query_param();
    assert!(
        !param["filter=".len()..].contains(['&', '=', ' ', '#', '`']),
        "{param}"
    );
    let decoded = percent_encoding::percent_decode_str(&param)
        .decode_utf8()
        .unwrap();
    assert_eq!(decoded, format!("filter={query}"));
}

// demisto/content, QualysFIM: a time window with the user's filter after ` and `; the Splunk
// add-on: the user's filter before it, without parentheses.
#[test]
fn a_time_window_cannot_be_escaped() {
    let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-01-02T00:00:00Z".parse().unwrap();
    let old = json!({"dateTime": "2020-01-01T00:00:00Z", "type": "DEFAULT", "severity": 5, "action": "Delete"});
    let new = json!({"dateTime": "2024-01-01T12:00:00Z", "type": "DEFAULT", "severity": 5, "action": "Delete"});
    for user in [
        "status:OPEN or type:DEFAULT",
        "severity:5 or action:Delete",
        "",
        "NOT severity:1",
        "severity:5",
    ] {
        let user: Query = user.parse().unwrap();
        let window = || token("dateTime").from_until(start, end);
        for query in [
            built(window().and(&user)),
            built(user.clone().and(window())),
        ] {
            assert!(!is_match(&query, Schema::fim(), &old), "{query}");
            assert!(is_match(&query, Schema::fim(), &new), "{query}");
        }
    }
    // A text that is not a filter does not get this far.
    assert!("status:OPEN) or (type:DEFAULT".parse::<Query>().is_err());
    assert!(
        "createdBy.date: ['a'..'b'] and None and"
            .parse::<Query>()
            .is_err()
    );
}

// demisto/content: local time labelled as UTC.
#[test]
fn a_time_is_an_instant() {
    let local = DateTime::parse_from_rfc3339("2024-01-01T02:00:00+02:00").unwrap();
    let query = built(token("dateTime").at_least(local.to_utc()));
    assert_eq!(
        query.to_string(),
        r#"dateTime >= "2024-01-01T00:00:00.000Z""#
    );
    let fine: DateTime<Utc> = "2024-01-01T00:00:00.000001Z".parse().unwrap();
    let query = built(token("dateTime").less_than(fine));
    assert_eq!(
        query.to_string(),
        r#"dateTime < "2024-01-01T00:00:00.000001Z""#
    );
    let query = built(token("dateTime").between(ago(3, Unit::Month), now()));
    assert_eq!(query.to_string(), "dateTime:[now-3M .. now]");
}

// The Splunk add-on: forbidden fields are looked for as substrings of the filter.
#[test]
fn the_tokens_of_a_filter_are_known() {
    let query: Query = r#"name:"last-updated-box" AND NOT software:(updated:2024)"#
        .parse()
        .unwrap();
    assert_eq!(
        query.tokens().collect::<Vec<_>>(),
        ["name", "software.updated"]
    );
}

// qualys-da: a filter that the service refuses is sent again as no filter at all.
#[test]
fn a_mistake_is_an_error_before_anything_is_sent() {
    assert!("lastCheckedIn >= ".parse::<Query>().is_err());
    let nothing: [Draft; 0] = [];
    assert!(any_of(nothing).build().is_err());
    assert!(token("type").one_of::<&str>([]).build().is_err());
    assert!((!everything()).build().is_err());
    assert_eq!(built(all_of::<Draft>([])).to_string(), "");
}

// qualys-mcp reads filters with regular expressions; `NOT … severity:5` filters to 5.
#[test]
fn not_is_not_lost() {
    let query = built(!token("severity").is(5));
    assert!(!is_match(&query, Schema::fim(), &json!({"severity": 5})));
    assert!(is_match(&query, Schema::fim(), &json!({"severity": 4})));
}

// pysigma-backend-qualys: values from rule files, `contains`, and lists with brackets in them.
#[test]
fn a_rule_s_values_are_values() {
    for payload in PAYLOADS {
        let event = json!({"process": {"arguments": format!("cmd {payload} end")}});
        match token("process.arguments").contains(payload).build() {
            Ok(query) => {
                assert_eq!(*leaf(&query).text, format!("*{payload}*"));
                assert!(is_match(&query, Schema::edr(), &event), "{query}");
                if payload.chars().any(|c| !c.is_whitespace()) {
                    let other = json!({"process": {"arguments": "else"}});
                    assert!(!is_match(&query, Schema::edr(), &other), "{query}");
                }
            }
            Err(_) => assert!(payload.contains('*'), "{payload:?}"),
        }
    }
    let listed = PAYLOADS
        .iter()
        .copied()
        .filter(|payload| !payload.contains('`'));
    let all = token("process.arguments").one_of(listed.clone());
    assert!(
        all.build().is_err(),
        "one of them is a range even in quotes"
    );
    let listed = listed.filter(|payload| *payload != "[1 .. 5]");
    let query = built(token("process.arguments").one_of(listed.clone()));
    for payload in listed {
        let event = json!({"process": {"arguments": payload}});
        assert!(is_match(&query, Schema::edr(), &event), "{payload:?}");
    }
    assert!(!is_match(
        &query,
        Schema::edr(),
        &json!({"process": {"arguments": "*"}})
    ));
}

// qualys-cli: asked for an account and a filter, it sends one of them; and a delete goes out for
// a filter whose precedence has not been examined.
#[test]
fn what_is_composed_shows_its_parentheses() {
    let user: Query = "a:1 or b:2 and not c:3".parse().unwrap();
    let query = built(token("account.id").is("322055832309").and(user));
    let text = "account.id:`322055832309` AND (a:1 OR b:2 AND NOT c:3)";
    assert_eq!(query.to_string(), text);
}

#[test]
fn the_whole_language_can_be_built() {
    let certificate = token("signed").is(true).and(!token("valid").exists());
    let cases: [(Draft, &str); 14] = [
        (token("a").is("10"), "a:`10`"),
        (token("a").has_words("two words"), r#"a:"two words""#),
        (token("a").matches(r"*\Temp\*"), r#"a:"*\Temp\*""#),
        (token("a").starts_with("x\"y"), r#"a:"x\"y*""#),
        (token("a").ends_with("\\"), r#"a:"*\\""#),
        (token("a").strictly_between(1, 2.5), "a:(1 .. 2.5)"),
        (token("a").equal_to(5), "a = 5"),
        (token("a").less_than(1e300), "a < 1e300"),
        (token("a").at_most(u64::MAX), "a <= 18446744073709551615"),
        (token("a").greater_than(-1), "a > -1"),
        (token("a").exists(), "a IS NOT NULL"),
        (token("a").is_null(), "a IS NULL"),
        (
            token("c").any_element(certificate),
            "c:(signed:true AND NOT valid IS NOT NULL)",
        ),
        (free_text("or \"x\""), r#""or \"x\"""#),
    ];
    for (draft, text) in cases {
        assert_eq!(built(draft).to_string(), text);
    }
}

#[test]
fn mistakes_of_a_group_and_of_what_is_in_it_are_all_reported() {
    let codes = |draft: Draft| {
        let errors = draft.build().unwrap_err();
        let codes = errors.iter().map(|error| error.code().to_string());
        codes.collect::<Vec<_>>()
    };
    let name = "qql::build::token_name";
    let nested = "qql::build::nested";
    let inner = token("also bad").is("x");
    assert_eq!(
        codes(token("bad name").any_element(inner.clone())),
        [name, name]
    );
    let inner = inner.and(free_text("x")).or(token("a").is("`"));
    let all = [name, nested, name, "qql::build::backtick"];
    assert_eq!(codes(token("bad name").any_element(inner)), all);
    assert_eq!(codes(token("a").any_element(everything())), [nested]);
    let free = free_text("a*");
    assert_eq!(
        codes(token("a").any_element(free)),
        [nested, "qql::build::star"]
    );
    let query: Query = "a:1 OR NOT (b)".parse().unwrap();
    assert_eq!(codes(token("a").any_element(query)), [nested]);
}

#[test]
fn drafts_are_put_together_in_time() {
    // Each level once copied and read again what is in it: hours.
    let depth = 100_000;
    let mut draft = token("x").is(1);
    for level in 0..depth {
        draft = match level % 3 {
            0 => token("a").any_element(draft),
            1 => !(draft.and(token("y").is(2))),
            _ => token("z").is(3).or(draft),
        };
    }
    let query = draft.build_with(&Limits::none()).unwrap();
    let (mut leaves, mut deepest, mut open) = (0, 0, 0);
    for step in query.walk() {
        match step {
            qualys_filter::syntax::Step::Enter(id) => {
                open += 1;
                deepest = deepest.max(open);
                leaves += usize::from(query.expr(id).kind.children().is_empty());
            }
            qualys_filter::syntax::Step::Leave(_) => open -= 1,
        }
    }
    assert_eq!(leaves, 1 + depth - depth / 3 - 1);
    assert!(deepest > depth, "{deepest}");
}

#[test]
fn ids_of_other_queries_are_told_apart_where_they_can_be() {
    let long: Query = "a:1 AND b:2 AND c:3".parse().unwrap();
    let short: Query = "a:1".parse().unwrap();
    assert!(short.get(long.root().unwrap()).is_none());
    assert!(long.get(long.root().unwrap()).is_some());
    let (long, short) = (
        long.check(Schema::open()).unwrap(),
        short.check(Schema::open()).unwrap(),
    );
    assert!(short.get(long.root()).is_none());
    assert!(long.get(long.root()).is_some());
}

#[test]
fn all_mistakes_of_a_draft_are_reported() {
    let draft = token("a b")
        .is("x")
        .and(token("c").is("`"))
        .or(!token("d").has_words("*"));
    let errors = draft.build().unwrap_err();
    assert_eq!(errors.iter().count(), 3, "{errors}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever goes in comes out as one leaf with exactly that value, or as an error that says why.
    #[test]
    fn any_string_is_one_leaf_or_an_error(text in prop_oneof![
        any::<String>(),
        "[a*`\"'\\\\ \n()\\[\\].:“”ANDOR]{0,12}",
    ]) {
        let cases: [(Draft, String, Quoting, bool); 6] = [
            (token("a.b").is(&text), text.clone(), Quoting::Backtick, text.contains('`')),
            (token("a.b").has_words(&text), text.clone(), Quoting::Quoted, text.contains('*')),
            (token("a.b").contains(&text), format!("*{text}*"), Quoting::Quoted, text.contains('*')),
            (token("a.b").matches(&text), text.clone(), Quoting::Quoted, !text.contains('*')),
            (token("a.b").at_least(&text), text.clone(), Quoting::Quoted, text.contains('*')),
            (free_text(&text), text.clone(), Quoting::Quoted, text.contains('*')),
        ];
        for (draft, value, quoting, refused) in cases {
            match draft.build() {
                Ok(query) => {
                    let again: Query = query.to_string().parse().unwrap();
                    prop_assert_eq!(&again, &query);
                    let literal = leaf(&again);
                    prop_assert_eq!(&*literal.text, value.as_str());
                    prop_assert_eq!(literal.quoting, quoting);
                    prop_assert!(!refused, "{}", query);
                }
                Err(errors) => {
                    let is_range = text.starts_with('[') && text.ends_with(']') && text.contains("..");
                    prop_assert!(refused || is_range, "{:?}: {}", text, errors);
                }
            }
        }
    }

    /// A name is a token's name or an error, and never more than a name.
    #[test]
    fn any_name_is_a_name_or_an_error(name in prop_oneof![any::<String>(), "[a-c.: _*()-]{0,8}"]) {
        if let Ok(query) = token(&name).is(1).build() {
            prop_assert_eq!(query.tokens().collect::<Vec<_>>(), [name]);
        }
    }

    /// Joined drafts mean what Boolean logic says of their parts.
    #[test]
    fn joining_keeps_the_meaning(shape in prop::collection::vec((0..4_u8, 0..3_u8), 0..12), bits in 0..8_u8) {
        let leaf = |at: u8| (token(["a", "b", "c"][usize::from(at)]).is(1), bits >> at & 1 == 1);
        let (mut draft, mut truth) = leaf(0);
        for (operator, at) in shape {
            let (other, is) = leaf(at);
            (draft, truth) = match operator {
                0 => (draft.and(other), truth && is),
                1 => (draft.or(other), truth || is),
                2 => (!draft, !truth),
                _ => (other.or(Draft::from(built(draft))), is || truth),
            };
        }
        let event = json!({"a": bits & 1, "b": bits >> 1 & 1, "c": bits >> 2 & 1});
        let query = built(draft);
        prop_assert_eq!(is_match(&query, Schema::open(), &event), truth, "{}", query);
    }
}
