//! `token:false`, which does not hold where the value is missing.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::{Kind, Token};
use crate::syntax::{Comparison, Condition, ExprKind, Literal};

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

Looks for `token:false`, also with `=` and alone in a list or a group. Schemas say with the key `null_when` of a token where
its value was seen to be null, and the message repeats it: that of `isSuperseded` in Patch Management is, for Linux patches.

## Why

Services leave values away that are false as often as they write them. `token:false` holds only where `false`
is in the event; `NOT token:true` holds for both.

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
        let literal = only_value(&clause.condition)?;
        let kind = matches!(seen.kind(), Kind::Boolean | Kind::Auto);
        let negated = context
            .parent(seen)
            .is_some_and(|p| matches!(p.expr.kind, ExprKind::Not(_)));
        if !kind || negated || !literal.text.eq_ignore_ascii_case("false") {
            return None;
        }
        let instead = format!("NOT {}:true", clause.token.text);
        let null_when = seen.token.and_then(Token::null_when);
        let message = match null_when {
            Some(when) => format!("this does not hold where the value is null, as it is {when}"),
            None => "this does not hold where the value is missing".to_owned(),
        };
        let diagnostic = RULE
            .diagnostic(seen.expr.span, message)
            .with_label("only where the event has `false`")
            .with_help(format!("write `{instead}` if both are meant"))
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(seen.expr.span, instead)],
            ));
        Some(diagnostic)
    });
    diagnostics.collect()
}

/// The one value that a clause asks for.
fn only_value(condition: &Condition) -> Option<&Literal> {
    match condition {
        Condition::Value(literal) | Condition::Compare(Comparison::Equal, literal) => Some(literal),
        Condition::List(literals) => match &**literals {
            [literal] => Some(literal),
            _ => None,
        },
        Condition::Group(alternatives) => match &**alternatives {
            [literals] => match &**literals {
                [literal] => Some(literal),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;
    use crate::lint::{Linter, Rule};
    use crate::schema::Schema;

    #[test]
    fn what_is_known_to_be_null_is_said() {
        let linter = Linter::new(Schema::built_in("pm").unwrap());
        let said = |filter: &str| {
            let report = linter.lint(filter);
            let all = report
                .diagnostics
                .iter()
                .filter(|it| Some(it.code()) == Rule::find("false_and_missing").map(Rule::code));
            all.map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            said("isSuperseded:false"),
            ["this does not hold where the value is null, as it is for Linux patches"]
        );
        assert_eq!(
            said("rebootRequired:false"),
            ["this does not hold where the value is missing"]
        );
        assert!(said("NOT isSuperseded:true").is_empty());
    }

    #[test]
    fn cases() {
        fixed(
            "false_and_missing",
            "isSuperseded:false AND a:1",
            "NOT isSuperseded:true AND a:1",
        );
        for filter in [
            "isSuperseded:[FALSE]",
            "isSuperseded:(false)",
            "isSuperseded = 'false'",
        ] {
            fixed_in("open", "false_and_missing", filter, "NOT isSuperseded:true");
        }
        good(
            "false_and_missing",
            &[
                "process.elevated:true",
                "NOT process.elevated:false",
                "isSuperseded:[false, true]",
                "isSuperseded:(false OR true)",
                "file.name:false",
            ],
        );
    }
}
