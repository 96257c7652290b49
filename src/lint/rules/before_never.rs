//! A date compared from above, on a token that has an old date for *never*.

use std::collections::HashSet;
use std::iter::successors;

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::{Clause, Comparison, Condition, ExprKind, Literal};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::before_never",
        Level::Advice,
        FixAvailability::Unsafe,
        "an older date is asked for, and the service may take the date for never for one",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for `<` and `<=` on tokens of dates that have an old date where there is none. An answer of CSAM has `0`, which is the
beginning of 1970, for an asset that was never scanned. Schemas say it with the key `no_value` of a token. Nothing is said
below `NOT`, nor if another clause bounds the token from below.

## Why

In answers such a date [counts as no value](../language/paths.md#values-that-say-that-there-is-none), so `qlint match` does not
find what was never scanned. Whether the service takes it for an old date is not documented: the same filter may return more
there.

## Example

```qql-lint csam
sensors.lastVMScan < now-30d
```

## Use instead

A lower bound, and `IS NULL` for what never happened.

```qql csam
sensors.lastVMScan:(1970-01-01 .. now-30d)
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let bounded = bounded_below(context);
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let token = seen.token?;
        let never = token.never()?;
        let (comparison, bound) = upper_bound(clause)?;
        let mut around = successors(context.parent(seen), |inside| context.parent(inside));
        let is_negated = around.any(|around| matches!(around.expr.kind, ExprKind::Not(_)));
        if is_negated || bounded.contains(token.name()) {
            return None;
        }
        let (written, bound) = (&clause.token.text, context.text(bound.span));
        let instead = match comparison {
            Comparison::Less => format!("{written}:({} .. {bound})", never.format("%F")),
            _ => format!("{written}:[{} .. {bound}]", never.date_naive().succ_opt()?),
        };
        let diagnostic = RULE
            .diagnostic(
                seen.expr.span,
                "the service may take what never happened for older",
            )
            .with_label(format!("the date for never is {}", never.format("%F")))
            .with_help(format!("write `{instead}` if it is not meant"))
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(seen.expr.span, instead)],
            ));
        Some(diagnostic)
    });
    diagnostics.collect()
}

/// The date that a clause compares from above.
fn upper_bound(clause: &Clause) -> Option<(Comparison, &Literal)> {
    match &clause.condition {
        Condition::Compare(comparison @ (Comparison::Less | Comparison::AtMost), bound) => {
            Some((*comparison, bound))
        }
        _ => None,
    }
}

/// The tokens of which a clause asks for a date that is not too old.
fn bounded_below<'q>(context: &Context<'q>) -> HashSet<&'q str> {
    let bounded = context
        .clauses()
        .filter_map(|(seen, clause)| match clause.condition {
            Condition::Compare(Comparison::Greater | Comparison::AtLeast, _) => {
                Some(seen.token?.name())
            }
            _ => None,
        });
    bounded.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed_in(
            "csam",
            "before_never",
            "sensors.lastVMScan < now-30d OR asset.name:a",
            "sensors.lastVMScan:(1970-01-01 .. now-30d) OR asset.name:a",
        );
        fixed_in(
            "csam",
            "before_never",
            "sensors.lastFullScan <= '2024-01-31'",
            "sensors.lastFullScan:[1970-01-02 .. '2024-01-31']",
        );
        fixed(
            "before_never",
            "actor.createDate < 2020",
            "actor.createDate:(1970-01-01 .. 2020)",
        );
        good_in(
            "csam",
            "before_never",
            &[
                "sensors.lastVMScan > now-30d",
                "sensors.lastVMScan:[2000 .. now-30d]",
                "sensors.lastVMScan > 2000 AND sensors.lastVMScan < now-30d",
                "NOT sensors.lastVMScan < now-30d",
                "NOT (asset.name:a AND (sensors.lastVMScan < now-30d))",
                "asset.created < now-30d",
            ],
        );
        good("before_never", &["event.dateTime < now-30d"]);
    }
}
