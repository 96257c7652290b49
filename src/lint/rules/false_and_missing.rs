//! `token:false`, which does not hold where the value is missing.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Kind;
use crate::syntax::{Condition, ExprKind};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::false_and_missing",
        Level::Advice,
        FixAvailability::Unsafe,
        "`token:false`, which does not hold where there is no value",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for `token:false`.

## Why

Services leave values away that are false as often as they write them. `token:false` holds only where `false`
stands in the event; `NOT token:true` holds for both.

## Example

```qql-lint edr
file.properties.certificate.signed:false
```

## Use instead

```qql edr
NOT file.properties.certificate.signed:true
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let Condition::Value(literal) = &clause.condition else {
            return None;
        };
        let kind = matches!(seen.kind(), Kind::Boolean | Kind::Auto);
        let negated = context
            .parent(seen)
            .is_some_and(|p| matches!(p.expr.kind, ExprKind::Not(_)));
        if !kind || negated || !literal.text.eq_ignore_ascii_case("false") {
            return None;
        }
        let instead = format!("NOT {}:true", clause.token.text);
        let diagnostic = RULE
            .diagnostic(
                seen.expr.span,
                "this does not hold where the value is missing",
            )
            .with_label("only where `false` stands in the event")
            .with_help(format!("write `{instead}` if both are meant"))
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(seen.expr.span, instead)],
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
            "false_and_missing",
            "isSuperseded:false AND a:1",
            "NOT isSuperseded:true AND a:1",
        );
        good(
            "false_and_missing",
            &[
                "process.elevated:true",
                "NOT process.elevated:false",
                "file.name:false",
            ],
        );
    }
}
