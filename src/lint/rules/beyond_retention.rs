//! A relative date beyond what FIM keeps.

use chrono::Months;

use super::super::context::{Context, Seen};
use super::super::remark::Remark;
use super::super::rule::{Fixes, Level, Rule};
use super::date_without_zone::written_dates;
use crate::value::Unit;

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::beyond_retention",
    "a relative date beyond the 15 months that FIM keeps events",
    Level::Warning,
    Fixes::None,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for dates relative to now, of FIM events, that lie more than 15 months back.

## Why

FIM keeps events for 15 months. The filter promises more than it can find.

## Example

```qql-lint fim
dateTime > now-3y
```

## Use instead

```qql fim
dateTime > now-15M
```
"#;

const MONTHS: u32 = 15;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let Some(now) = context.now().filter(|_| context.schema.name() == "fim") else {
        return Vec::new();
    };
    let Some(first) = now.checked_sub_months(Months::new(MONTHS)) else {
        return Vec::new();
    };
    let remarks = written_dates(context).filter_map(|(seen, literal)| {
        let back = literal.text.strip_prefix("now-")?;
        let (count, unit) = back.split_at_checked(back.len().checked_sub(1)?)?;
        let unit = Unit::from_letter(unit.chars().next()?)?;
        let date = unit.after(now, -count.parse::<i64>().ok()?)?;
        let remark = || {
            Remark::new(literal.span, "FIM keeps events for 15 months only")
                .label("further back")
                .help("write `now-15M`")
        };
        (date < first && is_event_time(seen)).then(remark)
    });
    remarks.collect()
}

/// Whether a clause is about when an event happened, or was processed.
pub(super) fn is_event_time(seen: &Seen<'_>) -> bool {
    let Some(token) = seen.token.filter(|token| token.scope() == "event") else {
        return false;
    };
    token.paths().iter().any(|path| {
        let mut keys = path.keys();
        let first = keys.next();
        let time = matches!(
            first,
            Some("dateTime" | "eventProcessedTime" | "processedTime")
        );
        time && keys.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        bad_in(
            "fim",
            "beyond_retention",
            "dateTime:[now-2y .. now]",
            "now-2y",
        );
        bad_in(
            "fim",
            "beyond_retention",
            "processedTime > now-480d",
            "now-480d",
        );
        good_in(
            "fim",
            "beyond_retention",
            &["dateTime > now-15M", "dateTime > now-1y", "dateTime > 2019"],
        );
        good("beyond_retention", &["dateTime > now-3y"]);
    }
}
