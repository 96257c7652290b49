//! `?`, which is not a wildcard here.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Form;
use crate::syntax::quote;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::question_mark",
        Level::Warning,
        FixAvailability::Unsafe,
        "a `?` that looks like a wildcard",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for values in which a `?` is where a wildcard would be: beside other characters, without a blank after it.

## Why

`*` is the only wildcard of the language. A `?`, which matches one character elsewhere, is an ordinary
character here, and the filter matches nothing.

## Example

```qql-lint edr
file.name:"svchost?.exe"
```

## Use instead

```qql edr
file.name:"svchost*.exe"
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.values().filter_map(|(seen, _, literal)| {
        let text = &literal.text;
        let link = text.contains("://") || text.contains('=') || text.contains('&');
        let inside = text.bytes().zip(text.bytes().skip(1));
        let joined = inside
            .into_iter()
            .any(|(a, b)| a == b'?' && !b.is_ascii_whitespace());
        let wild = joined || (text.contains('?') && text.contains('*'));
        if link || !wild || !seen.kind().takes(Form::Wildcard) {
            return None;
        }
        let fixed = quote(&text.replace('?', "*"));
        let diagnostic = RULE
            .diagnostic(literal.span, "`?` is not a wildcard")
            .with_label("matches a `?` only")
            .with_help("write `*`, the only wildcard, if any number of characters may be here")
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(literal.span, fixed)],
            ));
        Some(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "question_mark",
            "file.name:win?.exe",
            r#"file.name:"win*.exe""#,
        );
        fixed("question_mark", "file.name:`*win?`", r#"file.name:"*win*""#);
        good(
            "question_mark",
            &[
                "file.name:'really?'",
                "file.name:'http://a/?b=c'",
                "file.name:'why? x'",
            ],
        );
    }
}
