//! Free text that starts with the name of a token.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::{Quoting, foreign};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::missing_colon",
        Level::Warning,
        FixAvailability::Unsafe,
        "free text that starts with the name of a token",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for words without a token of which the first is the name of one.

## Why

Without a colon, `type FILE` and `type equals FILE` look for these words anywhere in the event.

## Example

```qql-lint edr
type FILE
type equals FILE
```

## Use instead

```qql edr
type:FILE
type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.free_texts().filter_map(|(_, literal)| {
        if literal.quoting != Quoting::Bare {
            return None;
        }
        let (name, rest) = literal.text.split_once([' ', '\t', '\r', '\n'])?;
        context.schema.token(name)?;
        let rest = rest.trim_start();
        let value = match rest.split_once(' ') {
            Some((word, value)) if is_like_an_operator(word) => value.trim_start(),
            _ => rest,
        };
        if value.is_empty() {
            return None;
        }
        let between = literal.text.len() - value.len();
        let span = Span::new(
            literal.span.start + name.len() as u32,
            literal.span.start + between as u32,
        );
        // Of another operator it is not known what it would be here.
        let found = foreign(literal.text.get(between..).unwrap_or_default());
        let operator = found.and_then(|(range, _)| value.get(range));
        let message = match operator {
            Some(operator) => format!("`{operator}` after `{name}` is not an operator"),
            None => format!("a colon seems to be missing after `{name}`"),
        };
        let diagnostic = RULE.diagnostic(literal.span, message)
        .with_label("looked for anywhere in the event")
        .with_help(
            "write `token:value` if the token is meant; quote free text that starts with its name",
        );
        let is_sound = context.is_sound(&format!("{name}:{value}"));
        Some(match is_sound && operator.is_none() {
            true => diagnostic.with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(span, ":")],
            )),
            false => diagnostic,
        })
    });
    diagnostics.collect()
}

fn is_like_an_operator(word: &str) -> bool {
    let words = ["are", "equals", "eq", "has"];
    words
        .iter()
        .any(|operator| operator.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed("missing_colon", "type FILE", "type:FILE");
        fixed("missing_colon", "a:1 OR type eq FILE", "a:1 OR type:FILE");
        bad("missing_colon", "dateTime lately", "dateTime lately");
        for text in [
            "type like x",
            "type ne FILE",
            "file.name in a, b",
            "type contains x",
        ] {
            fixed("missing_colon", text, text);
        }
        good(
            "missing_colon",
            &["type:FILE", "'type FILE'", "types of files", "type"],
        );
    }
}
