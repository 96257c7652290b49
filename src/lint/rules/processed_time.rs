//! The time at which the service processed an event, not when it happened.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::{Context, Seen};
use crate::lint::rule::Rule;
use crate::schema::Product;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::processed_time",
        Level::Advice,
        FixAvailability::Unsafe,
        "when the service processed an event, in place of when it happened",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for filters that bound the time at which the service processed events, and not the time at which they happened.

## Why

An event may be processed hours or days after it happened, for a host that was off. Asking for what has come in
since the last time is what the processed time is for; a time of day is not.

## Example

```qql-lint edr
event.eventProcessedTime:[2024-01-31T08:00:00Z .. 2024-01-31T09:00:00Z]
```

## Use instead

The time of the event. Where the time of processing is meant, switch the rule off.

```qql edr
event.dateTime:[2024-01-31T08:00:00Z .. 2024-01-31T09:00:00Z]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let product = context.schema.product();
    let is = |seen: &Seen<'_>, time: fn(&Product, &str) -> bool| {
        seen.token.is_some_and(|token| time(product, token.name()))
    };
    if context
        .clauses()
        .any(|(seen, _)| is(seen, Product::is_event_time))
    {
        return Vec::new();
    }
    let known = |name: &&String| context.schema.token(name).is_some();
    let instead = product.event_time.iter().find(known);
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let processed = is(seen, Product::is_processed_time);
        let instead = instead.filter(|_| processed && seen.group.is_none())?;
        let diagnostic = RULE
            .diagnostic(
                clause.token.span,
                "this is when the service processed the event, not when it happened",
            )
            .with_label("time of processing")
            .with_help(format!(
                "write `{instead}` if the time when it happened is meant"
            ))
            .with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(clause.token.span, &**instead)],
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
            "processed_time",
            "event.eventProcessedTime > now-1d",
            "event.dateTime > now-1d",
        );
        fixed_in(
            "fim",
            "processed_time",
            "processedTime > now-1d",
            "dateTime > now-1d",
        );
        good(
            "processed_time",
            &[
                "dateTime > now-1d",
                "event.eventProcessedTime > now-1d AND dateTime > now-9d",
            ],
        );
    }
}
