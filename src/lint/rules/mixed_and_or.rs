//! `AND` and `OR` side by side without parentheses.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::ExprKind;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::mixed_and_or",
        Level::Warning,
        FixAvailability::Safe,
        "`AND` and `OR` side by side without parentheses",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for an `AND` in an `OR` without parentheses around it.

## Why

`AND` binds tighter than `OR`, whatever the order of the words, so `status:OPEN OR type:A AND date > now-1d` has
no bound on the date for what is open. Whoever reads it has to know that, and whoever pastes such a filter behind
another with `AND` changes it.

## Example

```qql-lint edr
type:FILE OR type:PROCESS AND action:CREATED
```

## Use instead

```qql edr
type:FILE OR (type:PROCESS AND action:CREATED)
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.seen.iter().filter_map(|seen| {
        let (ExprKind::And(_), ExprKind::Or(_)) =
            (&seen.expr.kind, &context.parent(seen)?.expr.kind)
        else {
            return None;
        };
        let span = seen.expr.span;
        let diagnostic = RULE
            .diagnostic(span, "`AND` and `OR` side by side without parentheses")
            .with_label("binds first")
            .with_help("put parentheses around what belongs together")
            .with_fix(Fix::new(
                Applicability::Safe,
                vec![Edit::insert(span.start, "("), Edit::insert(span.end, ")")],
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
            "mixed_and_or",
            "a:1 OR b:2 AND c:3 OR d:4 AND e:5",
            "a:1 OR (b:2 AND c:3) OR (d:4 AND e:5)",
        );
        good(
            "mixed_and_or",
            &[
                "a:1 OR (b:2 AND c:3)",
                "a:1 AND (b:2 OR c:3)",
                "a:1 AND NOT b:2",
            ],
        );
    }
}
