//! A filter for events of any time.

use super::super::context::Context;
use super::super::remark::Remark;
use super::super::rule::Rule;
use super::beyond_retention::is_event_time;
use crate::diagnostic::{FixAvailability, Level};

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::no_time_bound",
    "no bound on the time of the events",
    Level::Off,
    FixAvailability::None,
    PAGE,
    run,
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

fn run(context: &Context<'_>) -> Vec<Remark> {
    let known = |name: &&String| context.schema.token(name).is_some();
    let Some(time) = context.schema.product().event_time.iter().find(known) else {
        return Vec::new();
    };
    if context.seen.iter().any(|seen| is_event_time(seen, context)) {
        return Vec::new();
    }
    let root = context
        .query
        .root()
        .map(|root| context.query.expr(root).span);
    let remark = Remark::new(
        root.unwrap_or_default(),
        "nothing bounds the time of the events",
    )
    .label("events of any time")
    .help(format!("add `AND {time} > now-7d`, or another bound"));
    vec![remark]
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

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
