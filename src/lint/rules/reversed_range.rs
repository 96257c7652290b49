//! A range whose lower bound is above its upper one.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::analysis::hollow_ranges;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::sets::Hollow;
use crate::syntax::Condition;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::reversed_range",
        Level::Warning,
        FixAvailability::Unsafe,
        "a range that ends before it starts, so that nothing lies in it",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for ranges whose first bound is above the second.

## Why

Nothing lies in such a range, so the clause never holds.

## Example

```qql-lint edr
file.size:[100 .. 10]
```

## Use instead

```qql edr
file.size:[10 .. 100]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let diagnostics =
        hollow_ranges(context, meaning).filter(|(_, _, why)| *why == Hollow::Reversed);
    let diagnostics = diagnostics.map(|(clause, span, _)| {
        let diagnostic = RULE
            .diagnostic(
                span,
                "the range ends before it starts, so nothing lies in it",
            )
            .with_label("reversed")
            .with_help("write the lower bound first, if the range is to hold anything");
        match &clause.condition {
            Condition::Range(range) => {
                let (lower, upper) = (range.lower.span, range.upper.span);
                let edits = vec![
                    Edit::replace(lower, context.text(upper)),
                    Edit::replace(upper, context.text(lower)),
                ];
                diagnostic.with_fix(Fix::new(Applicability::Unsafe, edits))
            }
            _ => diagnostic,
        }
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "reversed_range",
            "file.size:[100 .. 10)",
            "file.size:[10 .. 100)",
        );
        fixed(
            "reversed_range",
            "dateTime:[2024-02 .. 2024-01]",
            "dateTime:[2024-01 .. 2024-02]",
        );
        good(
            "reversed_range",
            &[
                "file.size:[5 .. 5]",
                "file.size:(5 .. 5)",
                "dateTime:[2024 .. 2024-01]",
            ],
        );
    }
}
