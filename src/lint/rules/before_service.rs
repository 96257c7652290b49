//! A date before there was FIM.

use chrono::Datelike;

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::{Fixes, Level, Rule};
use super::beyond_retention::is_event_time;
use super::date_without_zone::written_dates;
use crate::value::written_period;

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::before_service",
    "a date of FIM events before 2017, when there were none",
    Level::Warning,
    Fixes::None,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for dates of FIM events before 2017.

## Why

There are no FIM events from before 2017. Such a date is a slip, or stands for "ever", which needs no clause.

## Example

```qql-lint fim
dateTime:[2016-01-01 .. 2024-06-30]
```

## Use instead

```qql fim
dateTime <= 2024-06-30
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    if context.schema.name() != "fim" {
        return Vec::new();
    }
    let remarks = written_dates(context).filter_map(|(seen, literal)| {
        let period = written_period(&literal.text)?;
        let remark = || {
            Remark::new(literal.span, "there are no events of FIM from before 2017")
                .label("before 2017")
                .help("write the date that is meant, or leave the bound away")
        };
        (period.start.year() < 2017 && is_event_time(seen)).then(remark)
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        bad_in(
            "fim",
            "before_service",
            "dateTime > 2016-12-31T23:59:59Z",
            "2016-12-31T23:59:59Z",
        );
        good_in(
            "fim",
            "before_service",
            &["dateTime > 2017", "dateTime > 2024"],
        );
        good("before_service", &["dateTime > 2016"]);
    }
}
