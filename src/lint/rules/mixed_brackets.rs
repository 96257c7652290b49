//! A range with a bracket at one end and a parenthesis at the other.

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use crate::diagnostic::{FixAvailability, Level};
use crate::span::Span;
use crate::syntax::Condition;

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::mixed_brackets",
    "a range with `[` at one end and `)` at the other",
    Level::Advice,
    FixAvailability::None,
    PAGE,
    run,
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

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Range(range) = &clause.condition else {
            return None;
        };
        let span = Span::new(range.lower.span.start.saturating_sub(1), seen.expr.span.end);
        let remark = || {
            Remark::new(
                span,
                "no page of Qualys shows a range with different brackets",
            )
            .label("one bound is in, the other is not")
            .help("write `[a .. b]` or `(a .. b)`")
        };
        (range.lower_included != range.upper_included).then(remark)
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        bad("mixed_brackets", "file.size:[0 .. 1024)", "[0 .. 1024)");
        good(
            "mixed_brackets",
            &["file.size:[0 .. 1024]", "file.size:(0 .. 1024)"],
        );
    }
}
