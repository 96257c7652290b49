//! `NOT NOT`, and `NOT` with `IS NULL`.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::{Condition, ExprId, ExprKind};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::double_negation",
        Level::Advice,
        FixAvailability::Safe,
        "`NOT` before `NOT`, or before `IS NULL`",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for `NOT` right before `NOT`, with or without parentheses between, and for `NOT` before `IS NULL` and `IS NOT NULL`.

## Why

The two undo each other. Without them the filter says what it means.

## Example

```qql-lint edr
NOT NOT type:FILE
NOT handle.name IS NULL
```

## Use instead

```qql edr
type:FILE
handle.name IS NOT NULL
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut undone: Vec<ExprId> = Vec::new();
    for not in &context.seen {
        let ExprKind::Not(child) = &not.expr.kind else {
            continue;
        };
        if undone.contains(&not.id) {
            continue;
        }
        let expr = context.query.expr(*child);
        let (inner, closing) = match &expr.kind {
            ExprKind::Parentheses(inside) => (*inside, Some(expr.span.end)),
            _ => (*child, None),
        };
        let expr = context.query.expr(inner);
        match &expr.kind {
            ExprKind::Not(inside) => {
                // Of three in a row, the second is undone by the first.
                undone = vec![inner];
                let start = context.query.expr(*inside).span.start;
                let parentheses = context.query.expr(*child).span.start;
                // Before free text, parentheses show where the last value ends.
                let kept = closing.is_some() && context.is_before_free_text(not);
                let mut edits = match kept {
                    true => vec![
                        Edit::replace(Span::new(not.expr.span.start, parentheses), ""),
                        Edit::replace(Span::new(expr.span.start, start), ""),
                    ],
                    false => vec![Edit::replace(Span::new(not.expr.span.start, start), "")],
                };
                let closing = closing.filter(|_| !kept);
                edits.extend(closing.map(|end| context.without(Span::new(end - 1, end))));
                let diagnostic = RULE
                    .diagnostic(not.expr.span, "two `NOT`s undo each other")
                    .with_label("the same as without both")
                    .with_help("take both away");
                // Without them the text would look as if it belonged to the value before it.
                diagnostics.push(match context.is_text_after_bare_value(not, *inside) {
                    true => diagnostic,
                    false => diagnostic.with_fix(Fix::new(Applicability::Safe, edits)),
                });
            }
            ExprKind::Clause(clause) => {
                let Condition::Null { negated } = clause.condition else {
                    continue;
                };
                let null = if negated { "IS NULL" } else { "IS NOT NULL" };
                let (name, token) = (&clause.token.text, clause.token.span);
                let edits = vec![
                    Edit::replace(Span::new(not.expr.span.start, token.start), ""),
                    Edit::replace(Span::new(token.end, not.expr.span.end), format!(" {null}")),
                ];
                let diagnostic = RULE
                    .diagnostic(
                        not.expr.span,
                        "`NOT` and `IS NULL` can be written as one test",
                    )
                    .with_label(format!("the same as `{name} {null}`"))
                    .with_help(format!("write `{null}` after the token"))
                    .with_fix(Fix::new(Applicability::Safe, edits));
                diagnostics.push(diagnostic);
            }
            _ => {}
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed("double_negation", "NOT (NOT a:1)AND b:2", "a:1 AND b:2");
        bad("double_negation", "a:b AND NOT NOT c", "NOT NOT c");
        fixed("double_negation", "NOT (NOT a:1) AND b", "(a:1) AND b");
        fixed("double_negation", "NOT NOT NOT a:1", "NOT a:1");
        fixed(
            "double_negation",
            "NOT (NOT (a:1 AND b:2))",
            "(a:1 AND b:2)",
        );
        fixed("double_negation", "NOT ( not a:1 ) AND b:2", "a:1  AND b:2");
        fixed("double_negation", "NOT a is not null", "a IS NULL");
        fixed(
            "double_negation",
            "NOT (a is null) OR b:1",
            "a IS NOT NULL OR b:1",
        );
        good(
            "double_negation",
            &["NOT a:1", "NOT (NOT a:1 AND b:2)", "a IS NOT NULL"],
        );
    }
}
