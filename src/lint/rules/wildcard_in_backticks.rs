//! `*` between backticks, where it is an ordinary character.

use super::super::context::Context;
use super::super::remark::{Remark, Safety};
use super::super::rule::{Fixes, Level, Rule};
use crate::schema::Form;
use crate::span::Fix;
use crate::syntax::{Quoting, quote};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::wildcard_in_backticks",
    "a `*` between backticks, where it is an ordinary character",
    Level::Warning,
    Fixes::Unsafe,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for `*` between backticks.

## Why

Backticks ask for exactly the characters between them, so `*` stands only for itself there. Converters of
detection rules write patterns so, and such filters match nothing.

## Example

```qql-lint edr
file.name:`*.dll`
```

## Use instead

Quotes, in which `*` stands for any characters.

```qql edr
file.name:"*.dll"
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.values().filter_map(|(seen, _, literal)| {
        let written = literal.quoting == Quoting::Backtick && literal.text.contains('*');
        let takes = seen.kind().takes(Form::Wildcard);
        let remark = || {
            Remark::new(
                literal.span,
                "`*` is an ordinary character between backticks",
            )
            .label("matches a `*` only")
            .help("use quotes, in which `*` stands for any characters")
            .change(
                Safety::Unsafe,
                vec![Fix::replace(literal.span, quote(&literal.text))],
            )
        };
        (written && takes).then(remark)
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        fixed(
            "wildcard_in_backticks",
            "file.name:`*.dll`",
            r#"file.name:"*.dll""#,
        );
        good(
            "wildcard_in_backticks",
            &["file.name:`a.dll`", "file.name:'*.dll'"],
        );
    }
}
