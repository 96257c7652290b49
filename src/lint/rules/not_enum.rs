//! `NOT` with a token whose values are known.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::{Condition, ExprKind, Literal};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::not_enum",
        Level::Advice,
        FixAvailability::Unsafe,
        "`NOT` with a token whose few values are known",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for `NOT` before a token whose values are known, and offers the others as a list.

## Why

Qualys advises against `NOT` and says to list the values that are wanted
([QQL best practices](https://docs.qualys.com/en/ud/latest/qql_topics/qql_best_practices.htm)). `NOT` also holds for
events that have no value there. The fix omits those, and values that are not documented, so it is not
safe.

## Example

```qql-lint edr
NOT action:CREATED
```

## Use instead

```qql edr
action:[RUNNING, ESTABLISHED]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.seen.iter().filter_map(|not| {
        let ExprKind::Not(child) = &not.expr.kind else {
            return None;
        };
        let seen = context.of(*child);
        let (seen, ExprKind::Clause(clause)) = (seen?, &context.query.expr(*child).kind) else {
            return None;
        };
        let token = seen.token.filter(|token| token.values().len() > 1)?;
        let literals: Vec<&Literal> = match &clause.condition {
            Condition::Value(literal) => vec![literal],
            Condition::List(literals) => literals.iter().collect(),
            _ => return None,
        };
        let is = |known: &str, literal: &&Literal| known.eq_ignore_ascii_case(&literal.text);
        let listed = |literal: &&Literal| token.values().any(|known| is(known, literal));
        let rest = token
            .values()
            .filter(|known| !literals.iter().any(|literal| is(known, literal)));
        let rest: Vec<&str> = rest.collect();
        if !literals.iter().all(listed) || rest.is_empty() {
            return None;
        }
        let shown = match rest.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("[{}]", several.join(", ")),
        };
        let list = format!("{}:{shown}", clause.token.text);
        let diagnostic = RULE
            .diagnostic(
                not.expr.span,
                "`NOT` where the values that are wanted can be listed",
            )
            .with_label("also holds where there is no value")
            .with_help(format!("write `{list}` if these are meant"))
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(not.expr.span, list)],
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
            "not_enum",
            "NOT action:created AND a:1",
            "action:[RUNNING, ESTABLISHED] AND a:1",
        );
        fixed(
            "not_enum",
            "NOT action:[CREATED, RUNNING]",
            "action:ESTABLISHED",
        );
        good(
            "not_enum",
            &[
                "NOT file.name:x",
                "action:CREATED",
                "NOT action:other",
                "NOT (action:CREATED)",
            ],
        );
    }
}
