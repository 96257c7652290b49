//! Parentheses that change nothing.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::ExprKind;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::redundant_parentheses",
        Level::Advice,
        FixAvailability::Safe,
        "parentheses that change nothing",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for parentheses around the whole filter, around one clause, around other parentheses, and around an `AND` in an `AND` or an `OR` in an `OR`. Those around an `AND` in an `OR` are good: they show what binds first.

## Why

They take part in no decision, but every reader has to find that out.

## Example

```qql-lint edr
((type:FILE)) AND (action:CREATED AND file.size > 5)
```

## Use instead

```qql edr
type:FILE AND action:CREATED AND file.size > 5
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let text = context.query.text();
    let diagnostics = context.seen.iter().filter_map(|seen| {
        let ExprKind::Parentheses(inside) = &seen.expr.kind else {
            return None;
        };
        let around = context.parent(seen).map(|parent| &parent.expr.kind);
        let redundant = match &context.query.expr(*inside).kind {
            ExprKind::And(_) => {
                matches!(around, None | Some(ExprKind::And(_) | ExprKind::Nested(..)))
            }
            ExprKind::Or(_) => {
                matches!(around, None | Some(ExprKind::Or(_) | ExprKind::Nested(..)))
            }
            // `a:1 AND (x)` and `(x) AND a:1` are clear; without, a bare value may take it in.
            ExprKind::FreeText(_) => false,
            _ => true,
        };
        // Beside free text they show where a value ends.
        let shows =
            context.is_before_free_text(seen) || context.is_text_after_bare_value(seen, *inside);
        if !redundant || shows {
            return None;
        }
        let span = seen.expr.span;
        let before = text.get(..span.range().start).unwrap_or_default();
        let after = text.get(span.range().end..).unwrap_or_default();
        let glued = |c: char| !c.is_ascii_whitespace() && !matches!(c, '(' | ')');
        let open = if before.ends_with(glued) { " " } else { "" };
        let close = if after.starts_with(glued) { " " } else { "" };
        let diagnostic = RULE
            .diagnostic(span, "these parentheses change nothing")
            .with_label("not needed")
            .with_help("remove them")
            .with_fix(Fix::new(
                Applicability::Safe,
                vec![
                    Edit::replace(Span::new(span.start, span.start + 1), open),
                    Edit::replace(Span::new(span.end - 1, span.end), close),
                ],
            ));
        Some(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "redundant_parentheses",
            "((a:1))AND(b:2 and c:3)",
            "a:1 AND b:2 and c:3",
        );
        fixed("redundant_parentheses", "NOT(a:1)", "NOT a:1");
        fixed("redundant_parentheses", "(a:1 OR b:2)", "a:1 OR b:2");
        fixed(
            "redundant_parentheses",
            "a:1 OR (b:2 OR (c:3))",
            "a:1 OR b:2 OR c:3",
        );
        good(
            "redundant_parentheses",
            &[
                "a:1 OR (b:2 AND c:3)",
                "(a:1 OR b:2) AND c:3",
                "NOT (a:1 OR b:2)",
                "x:(a:1)",
            ],
        );
    }
}
