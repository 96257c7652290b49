//! A filter for events of any time.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::is_event_time;
use crate::lint::context::Context;
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::no_time_bound",
        Level::Off,
        FixAvailability::None,
        "no bound on the time of the events",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for filters that say nothing of when events happened. It is off unless asked for, since many programs add the bounds themselves.

## Why

The service searches months of events, which takes long, and pages of the answer may run out of time.

## Example

```qql-lint edr
type:FILE AND file.name:a.dll
```

## Use instead

```qql edr
type:FILE AND file.name:a.dll AND dateTime > now-7d
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let known = |name: &&String| context.schema.token(name).is_some();
    let Some(time) = context.schema.product().event_time.iter().find(known) else {
        return Vec::new();
    };
    // The bound may be in what could not be read.
    if context.query.has_errors() || context.seen.iter().any(|seen| is_event_time(seen, context)) {
        return Vec::new();
    }
    let root = context
        .query
        .root()
        .map(|root| context.query.expr(root).span);
    let diagnostic = RULE
        .diagnostic(
            root.unwrap_or_default(),
            "nothing bounds the time of the events",
        )
        .with_label("events of any time")
        .with_help(format!("add `AND {time} > now-7d`, or another bound"));
    vec![diagnostic]
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad("no_time_bound", "type:FILE", "type:FILE");
        good(
            "no_time_bound",
            &[
                "type:FILE AND event.dateTime > now-1d",
                "event.eventProcessedTime > now-1d",
            ],
        );
    }
}
