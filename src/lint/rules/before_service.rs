//! A date before the product's first events.

use chrono::{DateTime, Utc};

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::{is_event_time, of_product, written_dates};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::value::written_period;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::before_service",
        Level::Warning,
        FixAvailability::None,
        "a date of events before the product had any",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for dates of events before the product's first events. There are none of FIM from before 2017. A schema says it
with the key `since` of its product.

## Why

No event can match. Such a date is a slip, or means "ever", which needs no clause.

## Example

```qql-lint fim
dateTime:[2016-01-01 .. 2024-06-30]
```

## Use instead

```qql fim
dateTime <= 2024-06-30
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(since) = context.schema.product().since else {
        return Vec::new();
    };
    let (of_product, first) = (of_product(context), day(since));
    let diagnostics = written_dates(context).filter_map(|(seen, literal)| {
        let period = written_period(&literal.text)?;
        let diagnostic = || {
            let message = format!("there are no events{of_product} from before {first}");
            RULE.diagnostic(literal.span, message)
                .with_label(format!("before {first}"))
                .with_help("write the date that is meant, or leave the bound away")
        };
        (period.start() < since && is_event_time(seen, context)).then(diagnostic)
    });
    diagnostics.collect()
}

/// The date as short as it can be written.
fn day(date: DateTime<Utc>) -> String {
    let text = date.format("%Y-%m-%d").to_string();
    text.strip_suffix("-01-01").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

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
