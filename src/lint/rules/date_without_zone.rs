//! A time of day without its zone.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::analysis::written_dates;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::Quoting;
use crate::value::written_period;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::date_without_zone",
        Level::Advice,
        FixAvailability::Safe,
        "a time of day without a zone",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for dates with a time of day and no zone.

## Why

Without a zone it is UTC. A program that writes local time this way silently queries a window that is hours off. A
date without a time of day is left alone.

## Example

```qql-lint edr
dateTime > 2024-01-31T12:00:00
```

## Use instead

The zone: `Z` for UTC, or an offset such as `+02:00` if local time was meant.

```qql edr
dateTime > 2024-01-31T12:00:00Z
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let dates = written_dates(context).filter(|(_, literal)| {
        let text = &*literal.text;
        let time = text.split_once(['T', 't']).map(|(_, time)| time);
        let without = time.is_some_and(|time| !time.contains(['Z', 'z', '+', '-']));
        without && written_period(text).is_some()
    });
    let diagnostics = dates.map(|(_, literal)| {
        let quoted = literal.quoting != Quoting::Bare;
        let end = literal.span.end - u32::from(quoted);
        RULE.diagnostic(literal.span, "a time without a zone is UTC")
            .with_label("no zone")
            .with_help("write `Z` after it, or the offset that was meant, such as `+02:00`")
            .with_fix(Fix::new(Applicability::Safe, [Edit::insert(end, "Z")]))
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "date_without_zone",
            "dateTime:['2024-01-31T12:00' .. 2024-01-31T12:00:00.5]",
            "dateTime:['2024-01-31T12:00Z' .. 2024-01-31T12:00:00.5Z]",
        );
        fixed(
            "date_without_zone",
            "dateTime:`2024-01-31T12:00:00`",
            "dateTime:`2024-01-31T12:00:00Z`",
        );
        good(
            "date_without_zone",
            &[
                "dateTime > 2024-01-31",
                "dateTime > 2024-01-31T12:00:00-05:00",
                "dateTime > now-1d",
                "file.name:2024-01-31T12:00:00",
            ],
        );
    }
}
