//! Values in the form of other programs: JSON, by the feature `serde`.

use std::fmt::{Debug, Write};

use qualys_filter::build::token;
use qualys_filter::schema::{Evidence, Kind, Path, QuotedRanges, Retention, Token, UnknownTokens};
use qualys_filter::syntax::Comparison;
use qualys_filter::value::Unit;
use qualys_filter::{
    Applicability, Edit, FilterId, FilterSetBuilder, FixAvailability, Level, Limits, Linter, Query,
    Schema, Severity, Span, Stage,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn show(shown: &mut String, what: &str, value: &impl Serialize) {
    let json = serde_json::to_string_pretty(value).unwrap();
    writeln!(shown, "{what}\n{json}\n").unwrap();
}

/// Every form, so that none changes without notice.
#[test]
fn forms_are_those_shown() {
    let mut shown = String::new();
    let shown = &mut shown;
    let text = "type == FILE AND file.name:a b";
    let errors = text.parse::<Query>().unwrap_err();
    show(shown, "errors of the parser", &errors);
    show(shown, "one of them", errors.iter().next().unwrap());
    let query: Query = "type: FLIE AND file.size: x".parse().unwrap();
    show(shown, "a query", &query);
    show(shown, "findings", &query.check(Schema::edr()).unwrap_err());
    let query: Query = "type: FILE".parse().unwrap();
    show(
        shown,
        "a checked query",
        &query.check(Schema::edr()).unwrap(),
    );
    let report = Linter::new(Schema::edr()).lint("type:FILE AND type:FILE");
    show(shown, "diagnostics of the linter", &report.diagnostics());
    let draft = token("a b").is("`");
    show(shown, "errors of a draft", &draft.build().unwrap_err());
    let checked = query.check(Schema::edr()).unwrap();
    let error = checked.compile().is_match(b"{\"type\": FILE}").unwrap_err();
    show(shown, "an error of an event", &error);
    let mut builder = FilterSetBuilder::new().with_limits(&Limits::default().with_filters(0));
    builder.add(&checked);
    show(shown, "an error of a set", &builder.build().unwrap_err());
    let file = "extends = \"fim\"\nname = \"ours\"\n[product]\nretention = \"2y\"\n";
    let schema = Schema::from_toml(file).unwrap();
    show(shown, "a product", schema.product());
    show(shown, "a token", schema.token("profiles.name").unwrap());
    let schema = Schema::empty()
        .with_token(Token::new("a.b", Kind::Ip))
        .unwrap();
    show(shown, "a schema", &schema);
    let errors = Schema::from_toml("extends = \"vm\"").unwrap_err();
    show(shown, "errors of a schema file", &errors);
    show(shown, "the id of a filter", &FilterId::new(7));
    insta::assert_snapshot!(shown.as_str());
}

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T) {
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
}

#[test]
fn what_has_one_reading_comes_back() {
    fn all<T: Serialize + DeserializeOwned + PartialEq + Debug + Copy>(values: &[T]) {
        values.iter().copied().for_each(comes_back);
    }
    all(Applicability::ALL);
    all(Comparison::ALL);
    all(Evidence::ALL);
    all(FixAvailability::ALL);
    all(Kind::ALL);
    all(Level::ALL);
    all(QuotedRanges::ALL);
    all(Severity::ALL);
    all(Stage::ALL);
    all(Unit::ALL);
    all(UnknownTokens::ALL);
    comes_back("15M".parse::<Retention>().unwrap());
    comes_back("a.b[].c".parse::<Path>().unwrap());
    comes_back(Span::new(3, 9));
    comes_back(Edit::replace(Span::new(3, 9), "\"\n\u{1f980}"));
    comes_back(FilterId::new(u32::MAX));
    let query: Query = "type  : 'FILE' and  a:`\"`".parse().unwrap();
    let json = serde_json::to_string(&query).unwrap();
    let read: Query = serde_json::from_str(&json).unwrap();
    // With its blanks, so that places are the same.
    assert_eq!(read.text(), query.text());
}

#[test]
fn what_is_read_back_is_held_to_the_rules() {
    let refused = |json: &str| match serde_json::from_str::<Query>(json) {
        Ok(query) => panic!("{query}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        refused("\"a == 1 && b:\""),
        "the filter has 3 errors: `==` is not an operator at byte 2; `&&` is not an operator at byte 7; \
         a value is missing after `:` at byte 11 at line 1 column 14",
    );
    assert!(refused("1").starts_with("invalid type: integer `1`, expected the text of a filter"));
    // The default limits.
    let long = format!("\"{}\"", "a".repeat(Limits::default().query_bytes + 1));
    assert!(refused(&long).contains("65537 bytes"), "{}", refused(&long));
    let kind = serde_json::from_str::<Kind>("\"Text\"").unwrap_err();
    assert!(
        kind.to_string()
            .starts_with("unknown kind `Text`, expected `text`")
    );
    for json in [
        "{\"start\": 1}",
        "{\"start\": -1, \"end\": 2}",
        "{\"start\": 1, \"end\": 4294967296}",
        "{\"start\": 1, \"end\": 2, \"line\": 1}",
    ] {
        assert!(serde_json::from_str::<Span>(json).is_err(), "{json}");
    }
    // A place that no text has is harmless.
    let edit: Edit =
        serde_json::from_str("{\"span\": {\"start\": 9, \"end\": 1}, \"text\": \"x\"}").unwrap();
    assert_eq!(edit.apply("type:FILE"), "type:FILExype:FILE");
}
