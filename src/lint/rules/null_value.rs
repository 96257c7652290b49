//! The word `null` as a value.

use super::super::context::Context;
use super::super::remark::{Remark, Safety};
use super::super::rule::{Fixes, Level, Rule};
use super::super::write::blank_behind;
use crate::span::{Fix, Span};
use crate::syntax::{Condition, Quoting};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::null_value",
    "the word `null` as a value, where `IS NULL` was probably meant",
    Level::Warning,
    Fixes::Unsafe,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for `null`, `none` and `nil` as values, without backticks.

## Why

After a colon `null` is a word like any other. It matches events that hold that word, not those without a value.

## Example

```qql-lint edr
file.name:null
```

## Use instead

```qql edr
file.name IS NULL
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Value(literal) = &clause.condition else {
            return None;
        };
        let words = ["null", "none", "nil", "undefined"];
        let null = words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(&literal.text));
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
            Safety::Unsafe,
            vec![Fix::replace(span, format!(" IS NULL{blank}"))],
        );
        Some(remark)
    });
    remarks.collect()
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
        good(
            "null_value",
            &["file.name IS NULL", "file.name:`null`", "file.name:nullify"],
        );
    }
}
