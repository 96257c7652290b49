//! Schemas: the catalogs, files, and what is wrong with them.

mod common;

use std::collections::HashSet;

use qualys_filter::schema::{Kind, SchemaErrorKind, Token, Unknown};
use qualys_filter::{FindingKind, Query, Schema};

#[test]
fn the_catalogs_are_whole() {
    for (schema, count) in [(Schema::edr(), 140), (Schema::fim(), 87)] {
        assert_eq!(schema.tokens().len(), count);
        for token in schema.tokens() {
            let name = token.name();
            assert!(!token.description().is_empty(), "{name}");
            assert!(token.evidence().is_some(), "{name}");
            assert_eq!(
                token.paths().is_empty(),
                token.path_evidence().is_none(),
                "{name}"
            );
            let values: HashSet<String> = token.values().map(str::to_lowercase).collect();
            assert_eq!(values.len(), token.values().len(), "{name}");
            for upper in [name.to_uppercase(), name.to_lowercase()] {
                assert_eq!(schema.token(&upper).unwrap().name(), name);
            }
        }
    }
}

fn errors(text: &str) -> Vec<(SchemaErrorKind, String)> {
    let errors = Schema::from_toml(text).unwrap_err();
    let at = |span: std::ops::Range<usize>| text.get(span).unwrap_or("?").to_owned();
    errors
        .iter()
        .map(|error| (error.kind().clone(), at(error.span())))
        .collect()
}

#[test]
fn every_mistake_of_a_file_is_reported_at_its_place() {
    let text = r#"
extends = "vmdr"
[tokens."file.name"]
kind = "texd"
paths = ["a.b", "a..b"]
aliases = ["2fa"]
[tokens."FILE.name"]
kind = "text"
"#;
    let found: Vec<String> = errors(text).into_iter().map(|(_, at)| at).collect();
    assert_eq!(
        found,
        [
            r#""vmdr""#,
            r#""texd""#,
            r#""a..b""#,
            r#""2fa""#,
            r#""FILE.name""#
        ]
    );
}

#[test]
fn what_is_no_schema_file_is_one_error() {
    for text in [
        "tokens = 5",
        "[tokens.\"a\"]",
        "nosuch = 1",
        "[tokens.\"a\"]\nkind = \"text\"\npath = []",
        "= =",
        "unknown = \"maybe\"",
    ] {
        let errors = errors(text);
        assert!(
            matches!(errors[..], [(SchemaErrorKind::Toml(_), _)]),
            "{text}: {errors:?}"
        );
    }
}

#[test]
fn a_file_replaces_tokens_of_what_it_extends() {
    let schema =
        Schema::from_toml("extends = \"edr\"\n[tokens.\"TYPE\"]\nkind = \"id\"\nvalues = [\"X\"]")
            .unwrap();
    assert_eq!(schema.token("type").unwrap().kind(), Kind::Id);
    assert_eq!(schema.tokens().len(), Schema::edr().tokens().len());
    assert_eq!(schema.unknown(), Unknown::Warn);
}

#[test]
fn names_and_aliases_are_unique_in_any_case() {
    let schema = Schema::empty()
        .with(Token::new("a.b", Kind::Text).alias("c"))
        .unwrap();
    assert!(schema.clone().with(Token::new("A.B", Kind::Text)).is_err());
    assert!(schema.clone().with(Token::new("C", Kind::Text)).is_err());
    assert!(
        schema
            .clone()
            .with(Token::new("d", Kind::Text).alias("A.b"))
            .is_err()
    );
    assert!(
        Schema::empty()
            .with(Token::new("d", Kind::Text).alias("D"))
            .is_err()
    );
    let schema = schema.with(Token::new("d", Kind::Text)).unwrap();
    assert_eq!(schema.token("c").unwrap().name(), "a.b");
}

/// The message and help of the only finding.
fn finding(filter: &str, schema: &Schema) -> (String, String) {
    let query: Query = filter.parse().unwrap();
    let finding = match query.check(schema) {
        Ok(checked) => checked.warnings()[0].clone(),
        Err(errors) => errors.iter().next().unwrap().clone(),
    };
    let help = miette::Diagnostic::help(&finding).unwrap().to_string();
    (finding.to_string(), help)
}

#[test]
fn unknown_names_get_the_best_suggestion() {
    let help = |filter: &str, schema: &Schema| finding(filter, schema).1;
    assert_eq!(
        help("file.nmae:x", Schema::edr()),
        "did you mean `file.name`?"
    );
    assert_eq!(
        help("Procss.Nme:x", Schema::edr()),
        "did you mean `process.name`?"
    );
    assert_eq!(
        help("network.remoteIP:x", Schema::edr()),
        "did you mean `network.remote.address.ip`?"
    );
    let elsewhere = "that is a token of FIM: check it with the schema `fim`";
    assert_eq!(help("profiles.rules.severity:5", Schema::edr()), elsewhere);
    let elsewhere = "that is a token of EDR: check it with the schema `edr`";
    assert_eq!(help("network.protocol:TCP", Schema::fim()), elsewhere);
    // Too far from everything, and two edits of a short name.
    assert!(help("vulnerabilities.title:x", Schema::edr()).starts_with("list the tokens"));
    assert!(help("tpye2:x", Schema::edr()).starts_with("list the tokens"));
    let nested = help("file.properties.certificate:(sgined:true)", Schema::edr());
    assert_eq!(nested, "did you mean `file.properties.certificate.signed`?");
}

#[test]
fn what_happens_to_unknown_names_is_the_schema_s_choice() {
    let query: Query = "nosuch:1".parse().unwrap();
    assert!(query.check(Schema::open()).unwrap().warnings().is_empty());
    let kind = |schema: &Schema| match query.check(schema) {
        Ok(checked) => checked
            .warnings()
            .iter()
            .map(|w| w.kind().clone())
            .collect::<Vec<_>>(),
        Err(errors) => errors
            .iter()
            .filter(|e| e.is_error())
            .map(|e| e.kind().clone())
            .collect(),
    };
    let deny = Schema::edr().clone().with_unknown(Unknown::Deny);
    for schema in [Schema::edr(), &deny] {
        assert!(matches!(
            kind(schema)[..],
            [FindingKind::UnknownToken { .. }]
        ));
    }
    assert!(query.check(&deny).is_err());
}

#[test]
fn aliases_read_the_same_place() {
    let token = Token::new("host", Kind::Text)
        .alias("hostname")
        .at("asset.name")
        .unwrap();
    let schema = Schema::empty().with(token).unwrap();
    let checked = common::checked("HostName:web", &schema);
    assert!(checked.warnings().is_empty());
    assert!(common::answer(&checked, br#"{"asset": {"name": "web-1"}}"#));
}

#[test]
fn what_was_checked_is_all_its_conditions() {
    for (filter, conditions) in [
        ("", 1),
        ("a:1", 1),
        ("NOT a:1", 2),
        ("a:1 AND (b:1 OR c:1)", 5),
    ] {
        let query: Query = filter.parse().unwrap();
        let checked = query.check(Schema::open()).unwrap();
        assert_eq!(checked.len(), conditions, "{filter}");
    }
}
