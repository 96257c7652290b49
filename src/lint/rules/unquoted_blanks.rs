//! A bare value that runs on over blanks.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::context::is_pattern;
use crate::lint::rule::Rule;
use crate::schema::{Kind, Token};
use crate::syntax::{Foreign, Quoting, foreign, quote};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::unquoted_blanks",
        Level::Advice,
        FixAvailability::Mixed,
        "a bare value with blanks in it",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for values of several words without quotes.

## Why

A bare value runs on until the next Boolean word, bracket or comma, so that what is added after it may become
part of it. On a text token each of its parts is looked for by itself: `file.name:remote code` also matches
`remote.exe`. Elsewhere quotes change nothing, and the fix is safe.

## Example

```qql-lint edr
file.name:remote code
asset.hostname:Front Desk 2
```

## Use instead

Quotes ask for the words side by side, in this order.

```qql edr
file.name:"remote code"
asset.hostname:"Front Desk 2"
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.values().filter_map(|(seen, _, literal)| {
        let bare =
            literal.quoting == Quoting::Bare && literal.text.contains([' ', '\t', '\n', '\r']);
        // `10 MB` is one value.
        if !bare || matches!(seen.kind(), Kind::Integer | Kind::Float) {
            return None;
        }
        // Quotes would hide what is probably an operator; `foreign_words` says what is one for sure.
        let found = foreign(&literal.text);
        if matches!(found, Some((_, Foreign::Sign))) {
            return None;
        }
        // What does not fit a guessed kind is read as text.
        let is_text = matches!(seen.kind(), Kind::Text | Kind::Version | Kind::Auto)
            || seen.token.is_some_and(Token::is_kind_guessed);
        let safe = is_pattern(literal) || !is_text;
        let applicability = if safe {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        let diagnostic = RULE
            .diagnostic(literal.span, "a value with blanks is not quoted")
            .with_label("goes on over blanks")
            .with_help(match safe {
                true => "quote it",
                false => {
                    "quote it to look for the words side by side; each is looked for by itself now"
                }
            });
        Some(match found {
            Some(_) => diagnostic,
            None => diagnostic.with_fix(Fix::new(
                applicability,
                vec![Edit::replace(literal.span, quote(&literal.text))],
            )),
        })
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "unquoted_blanks",
            "file.name:remote code",
            r#"file.name:"remote code""#,
        );
        fixed(
            "unquoted_blanks",
            "type:[FILE, a b]",
            r#"type:[FILE, "a b"]"#,
        );
        fixed(
            "unquoted_blanks",
            r"file.path:*net user\x*",
            r#"file.path:"*net user\x*""#,
        );
        // What is an operator elsewhere is not hidden in quotes.
        for text in ["file.name:a like b", "file.name:Up | Down"] {
            fixed("unquoted_blanks", text, text);
        }
        good("unquoted_blanks", &["type:FILE | count", "file.name:a # b"]);
        good(
            "unquoted_blanks",
            &[
                "file.size > 10 MB",
                "file.size:10 MB",
                "file.name:'a b'",
                "a b",
            ],
        );
    }
}
