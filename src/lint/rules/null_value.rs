//! The word `null` as a value.

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use super::super::write::blank_behind;
use crate::diagnostic::{Applicability, Edit, FixAvailability, Level};
use crate::span::Span;
use crate::syntax::{Condition, ExprKind, Quoting};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::null_value",
    "the word `null` as a value, where `IS NULL` was probably meant",
    Level::Warning,
    FixAvailability::Unsafe,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for `null`, `none`, `nil` and `undefined` as values without backticks, and as free text without quotes.

## Why

After a colon `null` is a word like any other. It matches events that hold that word, not those without a value.
As free text it is mostly what a program wrote in place of a filter that it did not have.

## Example

```qql-lint edr
file.name:null
type:FILE and None
```

## Use instead

```qql edr
file.name IS NULL
type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Value(literal) = &clause.condition else {
            return None;
        };
        let null = is_null(&literal.text);
        let known = seen.token.is_some_and(|token| {
            token
                .values()
                .any(|value| value.eq_ignore_ascii_case(&literal.text))
        });
        if !null || known || literal.quoting == Quoting::Backtick {
            return None;
        }
        let span = Span::new(clause.token.span.end, seen.expr.span.end);
        let blank = blank_behind(context.query.text(), span.end);
        let word = &literal.text;
        let remark = Remark::new(
            literal.span,
            format!("`{word}` is a word like any other here"),
        )
        .label("looked for in the value")
        .help("write `token IS NULL` for no value; backticks if the word is meant")
        .change(
            Applicability::Unsafe,
            vec![Edit::replace(span, format!(" IS NULL{blank}"))],
        );
        Some(remark)
    });
    let texts = context.free_texts().filter_map(|(seen, literal)| {
        if literal.quoting != Quoting::Bare || !is_null(&literal.text) {
            return None;
        }
        let word = &literal.text;
        let remark = Remark::new(
            literal.span,
            format!("`{word}` is a word like any other here"),
        )
        .label("looked for anywhere in the event")
        .help("take it away if it was left by a filter without a value; quote it to look for the word");
        // With a `NOT` before it, it goes with it.
        let mut whole = seen;
        while let Some(not) = context.parent(whole)
            && let ExprKind::Not(_) = not.expr.kind
        {
            whole = not;
        }
        Some(match context.removal(whole) {
            Some(span) => remark.change(Applicability::Unsafe, vec![context.without(span)]),
            None => remark,
        })
    });
    remarks.chain(texts).collect()
}

/// Whether this is a word for no value.
pub(super) fn is_null(text: &str) -> bool {
    let words = ["null", "none", "nil", "undefined"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        fixed(
            "null_value",
            "file.name:\"NULL\"AND a:1",
            "file.name IS NULL AND a:1",
        );
        fixed("null_value", "NOT a: none", "NOT a IS NULL");
        fixed("null_value", "a:'x' and None", "a:'x'");
        fixed(
            "null_value",
            "null or NOT nil and a:1 AND b:2",
            "a:1 AND b:2",
        );
        bad("null_value", "NOT None", "None");
        good("null_value", &["'null'", "a:1 and nullify"]);
        good(
            "null_value",
            &["file.name IS NULL", "file.name:`null`", "file.name:nullify"],
        );
    }
}
