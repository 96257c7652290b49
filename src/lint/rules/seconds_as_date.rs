//! Seconds since 1970 on a token of unknown kind that seems to be a date.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Kind;
use crate::syntax::{Clause, Condition, Literal};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::seconds_as_date",
        Level::Warning,
        FixAvailability::Unsafe,
        "seconds since 1970 on a token of unknown kind whose name is that of a date",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for numbers of ten digits that start with `1` on tokens of kind auto whose name says that they are dates, such
as `updated` or `lastScanDate`. On tokens that are known to be dates, such a number is an error of the check.

## Why

Dates are counted in milliseconds. As milliseconds the seconds of today are a day in January 1970, and as a number
they are a thousandth of what events hold.

## Example

```qql-lint open
updated >= 1721714109
```

## Use instead

```qql open
updated >= 1721714109000
updated >= 2024-07-23T05:55:09Z
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let clauses = context.clauses().filter(|(seen, clause)| {
        seen.kind() == Kind::Auto && is_name_of_a_date(&clause.token.text)
    });
    let diagnostics = clauses.flat_map(|(_, clause)| {
        let literals = literals(clause).into_iter();
        literals.filter(|literal| is_seconds(&literal.text))
    });
    let diagnostics = diagnostics.map(|literal| {
        let milliseconds = format!("{}000", literal.text);
        let written = literal.with_text(&milliseconds);
        RULE.diagnostic(
            literal.span,
            format!("`{}` looks like seconds since 1970", literal.text),
        )
        .with_label("dates are counted in milliseconds")
        .with_help(format!("write `{milliseconds}` if it is a time"))
        .with_fix(Fix::new(
            Applicability::Unsafe,
            vec![Edit::replace(literal.span, written)],
        ))
    });
    diagnostics.collect()
}

fn literals(clause: &Clause) -> Vec<&Literal> {
    match &clause.condition {
        Condition::Null { .. } => Vec::new(),
        Condition::Compare(_, literal) | Condition::Value(literal) => vec![literal],
        Condition::List(literals) => literals.iter().collect(),
        Condition::Range(range) => vec![&range.lower, &range.upper],
        Condition::Group(alternatives) => alternatives.iter().flatten().collect(),
    }
}

/// The years 2001 to 2033.
fn is_seconds(text: &str) -> bool {
    text.len() == 10 && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the last part of a token's name ends as names of dates do.
fn is_name_of_a_date(name: &str) -> bool {
    const ENDS: [&str; 16] = [
        "date",
        "time",
        "timestamp",
        "created",
        "updated",
        "modified",
        "changed",
        "found",
        "seen",
        "scanned",
        "checkedin",
        "performed",
        "started",
        "ended",
        "lastscan",
        "inuse",
    ];
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed_in(
            "open",
            "seconds_as_date",
            "updated:[1721714109 .. '1721714110'] AND a.lastFound > 1721714109",
            "updated:[1721714109000 .. \"1721714110000\"] AND a.lastFound > 1721714109000",
        );
        fixed_in(
            "open",
            "seconds_as_date",
            "created:[`1721714109`, 2024]",
            "created:[`1721714109000`, 2024]",
        );
        good_in(
            "open",
            "seconds_as_date",
            &[
                "updated > 1721714109000",
                "updated > 2024",
                "updated > 172171410",
                "updated > 9721714109",
                "updated:x1721714109",
                "agentId:1721714109",
                "updated IS NULL",
            ],
        );
    }
}
