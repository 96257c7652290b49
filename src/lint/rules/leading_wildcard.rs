//! A pattern that starts with `*`, which is slow.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::context::is_pattern;
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::leading_wildcard",
        Level::Advice,
        FixAvailability::None,
        "a pattern that starts with `*`, which the service searches slowly",
    ),
    PAGE,
    Some(run),
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

Words, which are found anywhere in a text, or a pattern that starts with what is known.

```qql edr
file.name:"energyprov.dll"
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.values().filter_map(|(_, _, literal)| {
        let starts = is_pattern(literal) && literal.text.starts_with('*');
        let goes_on = literal.text.contains(|c| c != '*');
        let diagnostic = || {
            RULE.diagnostic(literal.span, "a pattern that starts with `*` is slow on the service")
                .with_label("starts with `*`")
                .with_help("look for whole words, `token:\"words\"`, or let the pattern start with what is known")
        };
        (starts && goes_on).then(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

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
