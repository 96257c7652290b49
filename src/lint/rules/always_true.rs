//! Conditions of which one always holds.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::opposites;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::sets::{disjoint, implies};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::always_true",
        Level::Warning,
        FixAvailability::None,
        "conditions joined by `OR` of which one always holds",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for conditions joined by `OR` of which one holds for every event: a condition and its `NOT`, or `NOT` with two
different values of a token that has one.

## Why

The filter matches everything. `NOT a OR NOT b` is the usual slip: what is neither one nor the other is
`NOT (a OR b)`.

## Example

```qql-lint edr
NOT type:FILE OR NOT type:PROCESS
file.name:a.dll OR NOT file.name:a.dll
```

## Use instead

```qql edr
NOT (type:FILE OR type:PROCESS)
file.name IS NOT NULL
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = opposites(context, true, |a, b| match (a.negated, b.negated) {
        (false, false) => false,
        (false, true) => implies(a.kind, b.test, a.test),
        (true, false) => implies(a.kind, a.test, b.test),
        (true, true) => a.single && disjoint(a.kind, a.test, b.test),
    });
    let diagnostics = found.into_iter().map(|(span, other)| {
        RULE.diagnostic(span, format!("this holds wherever `{other}` does not"))
            .with_label("the `OR` always holds")
            .with_help("write `NOT (a OR b)` for neither of two")
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad(
            "always_true",
            "NOT type:FILE OR NOT type:PROCESS",
            "NOT type:PROCESS",
        );
        bad("always_true", "a:1 OR b:1 OR NOT a:1", "NOT a:1");
        bad("always_true", "a IS NULL OR a:*", "a:*");
        good(
            "always_true",
            &[
                "NOT type:FILE AND NOT type:PROCESS",
                "NOT a:1 OR NOT a:2",
                "a:1 OR NOT b:1",
                "NOT a:5 OR a IS NULL",
            ],
        );
    }
}
