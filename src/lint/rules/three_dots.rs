//! Three dots in a range, where two are enough.

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use crate::diagnostic::{Applicability, Edit, FixAvailability, Level};
use crate::syntax::Condition;

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::three_dots",
    "a range with three dots",
    Level::Advice,
    FixAvailability::Safe,
    PAGE,
    run,
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

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.clauses().filter_map(|(_, clause)| {
        let Condition::Range(range) = &clause.condition else {
            return None;
        };
        // A bound that starts with a dot must not become a part of the dots.
        let dots = match context.text(range.upper.span).starts_with('.') {
            true => ".. ",
            false => "..",
        };
        let remark = || {
            Remark::new(range.dots, "two dots are enough")
                .label("three dots")
                .help("write `[a .. b]`")
                .change(Applicability::Safe, vec![Edit::replace(range.dots, dots)])
        };
        (range.dots.len() > 2).then(remark)
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        fixed("three_dots", "file.size:[1...5]", "file.size:[1..5]");
        good("three_dots", &["file.size:[1..5]"]);
    }
}
