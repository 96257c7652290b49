//! The name of a token without an operator and a value.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::{ExprKind, Quoting};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::bare_token",
        Level::Warning,
        FixAvailability::Unsafe,
        "the name of a token alone, which is free text",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for free text that is the name of a token: any name that is the whole filter or comes after `NOT`, elsewhere names
with a dot.

## Why

In other languages a field alone asks whether it has a value. Here it is a text that is looked for anywhere in
the event.

## Example

```qql-lint edr
type:PROCESS AND NOT process.name
```

## Use instead

```qql edr
type:PROCESS AND process.name IS NULL
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.free_texts().filter_map(|(seen, literal)| {
        let name = &*literal.text;
        if literal.quoting != Quoting::Bare || context.schema.token(name).is_none() {
            return None;
        }
        // An odd number of `NOT`s before it, and the whole of them.
        let mut whole = seen;
        let mut negated = false;
        while let Some(not) = context.parent(whole)
            && let ExprKind::Not(_) = not.expr.kind
        {
            whole = not;
            negated = !negated;
        }
        let alone = context.parent(whole).is_none();
        if whole.expr.span == seen.expr.span && !name.contains('.') && !alone {
            return None;
        }
        let test = if negated { "IS NULL" } else { "IS NOT NULL" };
        let written = format!("{name} {test}");
        let diagnostic = RULE
            .diagnostic(
                literal.span,
                format!("`{name}` is the name of a token, and nothing is asked of it"),
            )
            .with_label("looked for anywhere in the event")
            .with_help(format!(
                "write `{written}` if the token is meant; quote the name to look for it as a text"
            ));
        // Some tokens take only nested groups.
        Some(match context.is_sound(&written) {
            true => diagnostic.with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(whole.expr.span, written)],
            )),
            false => diagnostic,
        })
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed("bare_token", "not process.name", "process.name IS NULL");
        fixed("bare_token", "not type", "type IS NULL");
        fixed("bare_token", "type", "type IS NOT NULL");
        fixed(
            "bare_token",
            "type:FILE AND file.name",
            "type:FILE AND file.name IS NOT NULL",
        );
        fixed(
            "bare_token",
            "(NOT NOT file.name)OR a:1",
            "(file.name IS NOT NULL)OR a:1",
        );
        good(
            "bare_token",
            &[
                "'process.name'",
                "not `type`",
                "type or category",
                "not powershell.exe",
                "not process.name:a",
            ],
        );
    }
}
