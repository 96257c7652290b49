//! `token:(a OR b)`, which Qualys does not document.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::write::{alternatives, anywhere, blank_behind};
use crate::span::Span;
use crate::syntax::{Condition, Literal};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::value_group",
        Level::Warning,
        FixAvailability::Safe,
        "a group of values, `token:(a OR b)`",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for values joined by words after one token, `token:(a OR b)`.

## Why

No page of Qualys shows this form. Where only `OR` is used, a list says the same. It is also what a nested
group looks like whose tokens have been forgotten.

## Example

```qql-lint edr
type:(FILE OR PROCESS)
file.name:(remote AND code)
```

## Use instead

```qql edr
type:[FILE, PROCESS]
(file.name:remote AND file.name:code)
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Group(groups) = &clause.condition else {
            return None;
        };
        let name = &clause.token.text;
        let group = Span::new(clause.token.span.end, seen.expr.span.end);
        let diagnostic = RULE
            .diagnostic(group, "Qualys does not document values in parentheses")
            .with_label("a group of values")
            .with_help("write a list, `token:[a, b]`, or repeat the token");
        let written = match groups.as_slice() {
            [one] => match one.as_slice() {
                [literal] => context
                    .alone(seen, literal)
                    .map(|value| format!("{name}:{value}")),
                several => all(name, several),
            },
            several => match alternatives(&clause.condition) {
                Some(values) => Some(format!("{name}:[{}]", values.join(", "))),
                None => {
                    let parts: Option<Vec<String>> = several
                        .iter()
                        .map(|literals| match literals.as_slice() {
                            [literal] => anywhere(literal).map(|value| format!("{name}:{value}")),
                            several => all(name, several),
                        })
                        .collect();
                    parts.map(|parts| format!("({})", parts.join(" OR ")))
                }
            },
        };
        Some(match written {
            Some(text) => {
                let blank = blank_behind(context.query.text(), group.end);
                let edit = Edit::replace(seen.expr.span, text + blank);
                diagnostic.with_fix(Fix::new(Applicability::Safe, [edit]))
            }
            None => diagnostic,
        })
    });
    diagnostics.collect()
}

fn all(name: &str, literals: &[Literal]) -> Option<String> {
    let clauses: Option<Vec<String>> = literals
        .iter()
        .map(|literal| anywhere(literal).map(|value| format!("{name}:{value}")))
        .collect();
    clauses.map(|clauses| format!("({})", clauses.join(" AND ")))
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "value_group",
            "type:(FILE OR 'a b')",
            r#"type:[FILE, "a b"]"#,
        );
        fixed("value_group", "x:(a) OR b", "x:\"a\" OR b");
        fixed("value_group", "type:(FILE)AND a:1", "type:FILE AND a:1");
        fixed(
            "value_group",
            "NOT a:(x OR y AND z)",
            "NOT (a:x OR (a:y AND a:z))",
        );
        good(
            "value_group",
            &[
                "type:[FILE, PROCESS]",
                "file.properties.certificate:(signed:true OR valid:true)",
            ],
        );
    }
}
