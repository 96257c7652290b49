//! Alternatives of one token that make a list.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::write::{alternatives, blank_behind};
use crate::span::Span;
use crate::syntax::{Clause, ExprKind};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::or_chain",
        Level::Advice,
        FixAvailability::Safe,
        "alternatives of one token joined by `OR`, which make a list",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for clauses on one token that are joined by `OR`.

## Why

A list means the same, is easier to read, and counts as one clause of the thousand that the service takes.

## Example

```qql-lint edr
type:FILE OR type:PROCESS
file.name:a.dll OR action:CREATED OR file.name:b.dll
```

## Use instead

```qql edr
type:[FILE, PROCESS]
file.name:[a.dll, b.dll] OR action:CREATED
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let most = context.limits().list_items;
    let mut diagnostics = Vec::new();
    for seen in &context.seen {
        let ExprKind::Or(children) = &seen.expr.kind else {
            continue;
        };
        // The values of each token, where it occurs first, and the clauses after that.
        let mut tokens: Vec<Token<'_>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut before: Option<Span> = None;
        for child in children {
            let expr = context.query.expr(*child);
            let removed = Span::new(before.unwrap_or(expr.span).end, expr.span.end);
            before = Some(expr.span);
            let ExprKind::Clause(clause) = &expr.kind else {
                continue;
            };
            let Some(values) = alternatives(&clause.condition) else {
                continue;
            };
            let name = clause.token.text.to_ascii_lowercase();
            match known.get(&name).and_then(|at| tokens.get_mut(*at)) {
                Some(token) => {
                    token.values.extend(values);
                    token.removed.push(removed);
                    token.last = expr.span;
                }
                None => {
                    known.insert(name, tokens.len());
                    let removed = Vec::new();
                    let (first, last) = (expr.span, expr.span);
                    tokens.push(Token {
                        clause,
                        first,
                        last,
                        values,
                        removed,
                    });
                }
            }
        }
        for token in tokens {
            if token.removed.is_empty() || token.values.len() > most {
                continue;
            }
            let name = &token.clause.token.text;
            let mut known = HashSet::new();
            let values: Vec<&str> = token.values.iter().map(String::as_str).collect();
            let values: Vec<&str> = values.into_iter().filter(|v| known.insert(*v)).collect();
            let list = match values.as_slice() {
                [one] => {
                    let blank = blank_behind(context.query.text(), token.first.end);
                    format!("{name}:{one}{blank}")
                }
                several => format!("{name}:[{}]", several.join(", ")),
            };
            let mut edits = vec![Edit::replace(token.first, list)];
            edits.extend(token.removed.iter().map(|span| Edit::replace(*span, "")));
            let count = token.removed.len() + 1;
            let diagnostic = RULE
                .diagnostic(
                    token.first.to(token.last),
                    format!("{count} alternatives of `{name}` make a list"),
                )
                .with_label("any of these")
                .with_help("write `token:[a, b]`, which counts as one clause")
                .with_fix(Fix::new(Applicability::Safe, edits));
            diagnostics.push(diagnostic);
        }
    }
    diagnostics
}

/// The alternatives of one token.
struct Token<'q> {
    clause: &'q Clause,
    first: Span,
    last: Span,
    values: Vec<String>,
    /// What is removed of each clause but the first, with the `OR` before it.
    removed: Vec<Span>,
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "or_chain",
            "type:FILE OR TYPE:'a b' OR type:[x, y]",
            r#"type:[FILE, "a b", x, y]"#,
        );
        fixed(
            "or_chain",
            "a:1 OR b:2 OR a:3 OR c:4",
            "a:[1, 3] OR b:2 OR c:4",
        );
        fixed(
            "or_chain",
            "(file.name:x*\n  OR file.name:`y,z`)",
            "(file.name:[x*, `y,z`])",
        );
        good(
            "or_chain",
            &[
                "a:1 OR b:2",
                "a:1 AND a:2",
                "file.size > 1 OR file.size > 2",
                "a:1 OR NOT a:2",
                "a:'[1..2]' OR a:'[3..4]'",
            ],
        );
    }
}
