//! A relative date beyond what the product keeps.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::{is_event_time, written_dates};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::value::RelativeDate;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::beyond_retention",
        Level::Warning,
        FixAvailability::None,
        "a relative date beyond the time for which events are kept",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for dates of events, relative to now, that lie further back than the product keeps events. FIM keeps them for 15
months. A schema says it with the key `retention` of its product.

## Why

The filter promises more than it can find.

## Example

```qql-lint fim
dateTime > now-3y
```

## Use instead

```qql fim
dateTime > now-15M
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let product = context.schema.product();
    let (Some(now), Some(retention)) = (context.now(), product.retention) else {
        return Vec::new();
    };
    let Some(first) = retention.first(now) else {
        return Vec::new();
    };
    let time = retention.in_words();
    let message = match &product.label {
        Some(label) => format!("{label} keeps events for {time} only"),
        None => format!("events are kept for {time} only"),
    };
    let diagnostics = written_dates(context).filter_map(|(seen, literal)| {
        let date = RelativeDate::read(&literal.text).filter(|date| !date.is_rounded)?;
        let date = date.at(now)?;
        let diagnostic = || {
            RULE.diagnostic(literal.span, message.clone())
                .with_label("further back")
                .with_help(format!("write `{}`", retention.written()))
        };
        (date < first && is_event_time(seen, context)).then(diagnostic)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

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
