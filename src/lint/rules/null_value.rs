//! The word `null` as a value.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::analysis::is_null;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::write::blank_behind;
use crate::span::Span;
use crate::syntax::{Condition, ExprKind, Quoting};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::null_value",
        Level::Warning,
        FixAvailability::Unsafe,
        "the word `null` as a value, where `IS NULL` was probably meant",
    ),
    PAGE,
    Some(run),
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

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
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
        let diagnostic = RULE
            .diagnostic(
                literal.span,
                format!("`{word}` is a word like any other here"),
            )
            .with_label("looked for in the value")
            .with_help("write `token IS NULL` for no value; backticks if the word is meant")
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(span, format!(" IS NULL{blank}"))],
            ));
        Some(diagnostic)
    });
    let texts = context.free_texts().filter_map(|(seen, literal)| {
        if literal.quoting != Quoting::Bare || !is_null(&literal.text) {
            return None;
        }
        let word = &literal.text;
        let diagnostic = RULE.diagnostic(
            literal.span,
            format!("`{word}` is a word like any other here"),
        )
        .with_label("looked for anywhere in the event")
        .with_help("remove it if it was left by a filter without a value; quote it to look for the word");
        // With a `NOT` before it, it goes with it.
        let mut whole = seen;
        while let Some(not) = context.parent(whole)
            && let ExprKind::Not(_) = not.expr.kind
        {
            whole = not;
        }
        Some(match context.removal(whole) {
            Some(span) => diagnostic.with_fix(Fix::new(Applicability::Unsafe, [context.without(span)])),
            None => diagnostic,
        })
    });
    diagnostics.chain(texts).collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

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
