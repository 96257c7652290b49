//! A pattern that starts with `*`, which is slow.

use super::super::context::Context;
use super::super::context::is_pattern;
use super::super::remark::Remark;
use super::super::rule::Rule;
use crate::diagnostic::{FixAvailability, Level};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::leading_wildcard",
    "a pattern that starts with `*`, which the service searches slowly",
    Level::Advice,
    FixAvailability::None,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for patterns that start with `*` and go on.

## Why

The service finds the beginnings of words in an index. For a pattern that starts with `*` it has to look
through every value that occurs, which takes long and may be refused.

## Example

```qql-lint edr
file.name:"*energyprov.dll"
```

## Use instead

Words, which are found wherever they stand in a text, or a pattern that starts with what is known.

```qql edr
file.name:"energyprov.dll"
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.values().filter_map(|(_, _, literal)| {
        let starts = is_pattern(literal) && literal.text.starts_with('*');
        let goes_on = literal.text.contains(|c| c != '*');
        let remark = || {
            Remark::new(literal.span, "a pattern that starts with `*` is slow on the service")
                .label("starts with `*`")
                .help("look for whole words, `token:\"words\"`, or let the pattern start with what is known")
        };
        (starts && goes_on).then(remark)
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        bad("leading_wildcard", "file.name:*.dll", "*.dll");
        good(
            "leading_wildcard",
            &[
                "file.name:a*",
                "file.name:*",
                "file.name:`*a`",
                "file.name:'*'",
            ],
        );
    }
}
