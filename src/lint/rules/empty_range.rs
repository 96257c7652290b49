//! A range whose bounds are the same and not in it.

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use super::super::sets::Hollow;
use super::reversed_range::hollow_ranges;
use crate::diagnostic::{FixAvailability, Level};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::empty_range",
    "a range with one bound twice, that leaves it out",
    Level::Warning,
    FixAvailability::None,
    PAGE,
    run,
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

fn run(context: &Context<'_>) -> Vec<Remark> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let remarks = hollow_ranges(context, meaning).filter(|(_, _, why)| *why == Hollow::Empty);
    let remarks = remarks.map(|(_, span, _)| {
        Remark::new(span, "nothing lies in this range")
            .label("empty")
            .help("`[` and `]` take the bounds in: `token:[a .. b]`")
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

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
