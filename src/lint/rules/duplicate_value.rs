//! A value that stands in a list twice.

use crate::diagnostic::{Applicability, Edit, FixAvailability, Level};
use std::collections::HashSet;

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use crate::span::Span;
use crate::syntax::{Condition, Quoting};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::duplicate_value",
    "a value that stands in a list twice",
    Level::Warning,
    FixAvailability::Safe,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for values that stand in one list more than once.

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

fn run(context: &Context<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
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
            let remark = Remark::new(literal.span, "this value stands in the list already")
                .label("the same again")
                .help("take it away, or write the value that was meant")
                .change(Applicability::Safe, vec![Edit::replace(removed, "")]);
            remarks.push(remark);
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

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
