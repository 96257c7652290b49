//! A value without words for a token that is searched by words.

use unicode_segmentation::UnicodeSegmentation;

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Kind;
use crate::syntax::Quoting;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::no_words",
        Level::Warning,
        FixAvailability::None,
        "a value without words, which matches nothing on a text token",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for values without a letter or digit on text tokens.

## Why

A text token is searched by its words, so a value that holds none matches nothing.

## Example

```qql-lint edr
file.path:"-"
file.name:""
```

## Use instead

Backticks, which compare the whole value.

```qql edr
file.path:`-`
file.name IS NULL OR file.name:``
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.values().filter_map(|(seen, _, literal)| {
        let words = matches!(seen.kind(), Kind::Text | Kind::Version)
            && literal.quoting != Quoting::Backtick
            && !literal.text.contains('*');
        let diagnostic = || {
            RULE.diagnostic(
                literal.span,
                "this value holds no word, so it matches nothing",
            )
            .with_label("no letter or digit")
            .with_help("write it in backticks to compare the whole value")
        };
        (words && literal.text.unicode_words().next().is_none()).then(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad("no_words", "file.path:'\\\\'", "'\\\\'");
        good(
            "no_words",
            &[
                "file.path:`-`",
                "file.path:a",
                "file.path:*",
                "type:'-'",
                "file.path:'-*'",
            ],
        );
    }
}
