//! A value that occurs in a list twice.

use std::collections::HashSet;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::{Condition, Quoting};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::duplicate_value",
        Level::Warning,
        FixAvailability::Safe,
        "a value that occurs in a list twice",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for values that occur in one list more than once.

## Why

The second changes nothing. In long lists it hides how many values there are.

## Example

```qql-lint edr
type:[FILE, PROCESS, FILE]
```

## Use instead

```qql edr
type:[FILE, PROCESS]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (_, clause) in context.clauses() {
        let Condition::List(literals) = &clause.condition else {
            continue;
        };
        let mut known: HashSet<(Quoting, &str)> = HashSet::new();
        let mut before: Option<Span> = None;
        for literal in literals {
            let end = before.unwrap_or(literal.span).end;
            before = Some(literal.span);
            if known.insert((literal.quoting, &literal.text)) {
                continue;
            }
            let removed = Span::new(end, literal.span.end);
            let diagnostic = RULE
                .diagnostic(literal.span, "this value is in the list already")
                .with_label("the same again")
                .with_help("remove it, or write the value that was meant")
                .with_fix(Fix::new(
                    Applicability::Safe,
                    vec![Edit::replace(removed, "")],
                ));
            diagnostics.push(diagnostic);
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "duplicate_value",
            "type:[FILE, 'a', FILE, \"a\"]",
            "type:[FILE, 'a']",
        );
        good(
            "duplicate_value",
            &["type:[FILE, PROCESS]", "file.name:[a, 'a']"],
        );
    }
}
