//! Whatever strings go into the builder, a query of one clause that holds them comes out, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qualys_filter::build::{Draft, free_text, token};
use qualys_filter::syntax::{Condition, ExprKind, Literal, Query, is_token_name};

fuzz_target!(|input: (String, String, u8)| {
    let (name, value, how) = input;
    let draft: Draft = match how % 6 {
        0 => token(&name).is(&value),
        1 => token(&name).has_words(&value),
        2 => token(&name).equal_to(&value),
        3 => token(&name).one_of([&value, &value]),
        4 => free_text(&value),
        _ => token(&name).matches(&value),
    };
    let Ok(query) = draft.build() else {
        return;
    };
    let text = query.to_string();
    let query: Query = text.parse().expect("what was built is good");
    let root = query.expr(query.root().expect("a condition"));
    let literals: Vec<&Literal> = match &root.kind {
        ExprKind::FreeText(literal) if how % 6 == 4 => vec![literal],
        ExprKind::Clause(clause) => {
            assert!(
                is_token_name(&name) && *clause.token.text == *name,
                "{text}"
            );
            match &clause.condition {
                Condition::Value(literal) | Condition::Compare(_, literal) => vec![literal],
                Condition::List(literals) => literals.iter().collect(),
                other => panic!("{text}: {other:?}"),
            }
        }
        other => panic!("{text}: {other:?}"),
    };
    for literal in literals {
        assert_eq!(*literal.text, *value, "{text}");
    }
});
