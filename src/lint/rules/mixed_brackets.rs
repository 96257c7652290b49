//! A range with a bracket at one end and a parenthesis at the other.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::Condition;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::mixed_brackets",
        Level::Advice,
        FixAvailability::None,
        "a range with `[` at one end and `)` at the other",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for ranges that include one bound and not the other.

## Why

Qualys documents `[a .. b]` and `(a .. b)` only. The mixed forms mean what they look like here, but the service may refuse them.

## Example

```qql-lint edr
file.size:[0 .. 1024)
```

## Use instead

```qql edr
file.size:[0 .. 1023]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Range(range) = &clause.condition else {
            return None;
        };
        let span = Span::new(range.lower.span.start.saturating_sub(1), seen.expr.span.end);
        let diagnostic = || {
            RULE.diagnostic(
                span,
                "Qualys does not document a range with different brackets",
            )
            .with_label("one bound is in, the other is not")
            .with_help("write `[a .. b]` or `(a .. b)`")
        };
        (range.lower_included != range.upper_included).then(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad("mixed_brackets", "file.size:[0 .. 1024)", "[0 .. 1024)");
        good(
            "mixed_brackets",
            &["file.size:[0 .. 1024]", "file.size:(0 .. 1024)"],
        );
    }
}
