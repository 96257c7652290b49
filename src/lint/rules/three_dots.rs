//! Three dots in a range, where two are enough.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::Condition;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::three_dots",
        Level::Advice,
        FixAvailability::Safe,
        "a range with three dots",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for ranges with three dots.

## Why

Both are official and mean the same. One of them throughout makes filters easier to compare and to search.

## Example

```qql-lint edr
file.size:[1 ... 5]
```

## Use instead

```qql edr
file.size:[1 .. 5]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(_, clause)| {
        let Condition::Range(range) = &clause.condition else {
            return None;
        };
        // A bound that starts with a dot must not become a part of the dots.
        let dots = match context.text(range.upper.span).starts_with('.') {
            true => ".. ",
            false => "..",
        };
        let diagnostic = || {
            RULE.diagnostic(range.dots, "two dots are enough")
                .with_label("three dots")
                .with_help("write `[a .. b]`")
                .with_fix(Fix::new(
                    Applicability::Safe,
                    vec![Edit::replace(range.dots, dots)],
                ))
        };
        (range.dots.len() > 2).then(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed("three_dots", "file.size:[1...5]", "file.size:[1..5]");
        good("three_dots", &["file.size:[1..5]"]);
    }
}
