//! A filter close to the service's limit of a thousand clauses.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::{Condition, ExprKind};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::near_clause_limit",
        Level::Warning,
        FixAvailability::None,
        "more than 800 clauses of the 1000 that the service takes",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Counts the clauses of a filter, a list as one, and warns above 800.

## Why

The service refuses filters of more than 1000 clauses
([maximum query depth](https://docs.qualys.com/en/ud/latest/qql_topics/maximum_query_depth.htm)). A filter that grows
with every new indicator will get there.

## Example

```qql-lint edr
(801 clauses)
```

## Use instead

Lists, which count as one clause each, or several filters.

```qql edr
file.name:[a.dll, b.dll, c.dll]
```
"#;

/// The service's own limit, whatever the limits of this run.
const SERVICE: usize = 1000;
const NEAR: usize = 800;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut count = 0;
    let mut place = None;
    for seen in &context.seen {
        count += match &seen.expr.kind {
            ExprKind::Clause(clause) => match &clause.condition {
                Condition::Group(groups) => groups.iter().map(Vec::len).sum(),
                _ => 1,
            },
            ExprKind::FreeText(_) => 1,
            _ => 0,
        };
        if count > NEAR && place.is_none() {
            place = Some(seen.expr.span);
        }
    }
    let diagnostic = |span| {
        let message = format!("{count} clauses, and the service takes {SERVICE}");
        RULE.diagnostic(span, message)
            .with_label(format!("clause {}", NEAR + 1))
            .with_help(
                "write alternatives of one token as a list, `token:[a, b]`, or split the filter",
            )
    };
    place.map(diagnostic).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        let clauses = |count| vec!["a:1"; count].join(" AND ");
        bad(
            "near_clause_limit",
            &format!("{} AND b:2", clauses(800)),
            "b:2",
        );
        good("near_clause_limit", &[&clauses(800)]);
    }
}
