//! A range whose bounds are the same and not in it.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::hollow_ranges;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::sets::Hollow;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::empty_range",
        Level::Warning,
        FixAvailability::None,
        "a range with one bound twice, that leaves it out",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for ranges from a value to the same value that do not include it.

## Why

Nothing lies in such a range, so the clause never holds.

## Example

```qql-lint edr
file.size:(5 .. 5)
```

## Use instead

```qql edr
file.size:5
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let diagnostics = hollow_ranges(context, meaning).filter(|(_, _, why)| *why == Hollow::Empty);
    let diagnostics = diagnostics.map(|(_, span, _)| {
        RULE.diagnostic(span, "nothing lies in this range")
            .with_label("empty")
            .with_help("`[` and `]` take the bounds in: `token:[a .. b]`")
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad("empty_range", "file.size:(5 .. 5]", "5 .. 5");
        good(
            "empty_range",
            &[
                "file.size:[5 .. 5]",
                "file.size:[6 .. 5]",
                "file.size:(4 .. 5)",
            ],
        );
    }
}
