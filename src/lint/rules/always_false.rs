//! Conditions that cannot hold together.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::opposites;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::sets::{disjoint, implies};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::always_false",
        Level::Warning,
        FixAvailability::None,
        "conditions joined by `AND` that cannot hold together",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for conditions joined by `AND` that exclude each other: a condition and its `NOT`, two values of a token that has
one, ranges that do not meet, a value and `IS NULL`.

## Why

The filter matches nothing. Mostly `OR` was meant, or one of the bounds is wrong.

## Example

```qql-lint edr
type:FILE AND type:PROCESS
file.size > 100 AND file.size < 10
file.name:a.dll AND file.name IS NULL
```

## Use instead

```qql edr
type:[FILE, PROCESS]
file.size:(10 .. 100)
file.name:a.dll OR file.name IS NULL
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = opposites(context, false, |a, b| match (a.negated, b.negated) {
        (false, false) => a.single && disjoint(a.kind, a.test, b.test),
        (false, true) => implies(a.kind, a.test, b.test),
        (true, false) => implies(a.kind, b.test, a.test),
        (true, true) => false,
    });
    let diagnostics = diagnostics.into_iter().map(|(span, other)| {
        RULE.diagnostic(span, format!("this cannot hold together with `{other}`"))
            .with_label("the `AND` never holds")
            .with_help("write `OR` or a list if either will do")
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad(
            "always_false",
            "type:FILE AND a:1 AND type:PROCESS",
            "type:PROCESS",
        );
        bad(
            "always_false",
            "(a:1 OR b:2) AND NOT (a:1 OR b:2)",
            "NOT (a:1 OR b:2)",
        );
        bad("always_false", "a:1 AND a IS NULL", "a IS NULL");
        bad(
            "always_false",
            "NOT file.size > 5 AND file.size:7",
            "file.size:7",
        );
        good(
            "always_false",
            &[
                "file.name:a AND file.name:b",
                "type:FILE OR type:PROCESS",
                "indicator.score:1 AND indicator.score:2",
                "a:1 AND a:2",
                "file.size > 5 AND file.size < 7",
                "NOT type:FILE AND NOT type:PROCESS",
            ],
        );
    }
}
