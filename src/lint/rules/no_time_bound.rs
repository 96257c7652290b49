//! A filter for events of any time.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::is_event_time;
use crate::lint::context::{Context, Seen};
use crate::lint::rule::Rule;
use crate::schema::Token;

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

The service searches months of events, which takes long, and pages of the answer may run out of time. Assets, patches and
findings are no stream of events: nothing is said of filters under a schema whose product has no `event_time`, nor of
those whose tokens all belong to other scopes than that, such as EDR's assets.

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
    let bound = |seen: &Seen<'_>| is_event_time(seen, context);
    // The bound may be in what could not be read.
    if context.query.has_errors()
        || context.seen.iter().any(bound)
        || is_of_other_scope(context, time)
    {
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

/// Whether the filter has known tokens, and all are of other scopes than that of the events.
fn is_of_other_scope(context: &Context<'_>, time: &str) -> bool {
    let events = context.schema.token(time).map(Token::scope);
    let mut tokens = context.seen.iter().filter_map(|seen| seen.token).peekable();
    tokens.peek().is_some() && tokens.all(|token| Some(token.scope()) != events)
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
                // Of assets and of incidents.
                "asset.lastreportedtime > now-1d",
                "NOT incident.source:EDR",
            ],
        );
        bad("no_time_bound", "spam:a", "spam:a");
        bad("no_time_bound", "a.dll", "a.dll");
        bad_in("fim", "no_time_bound", "action:Create", "action:Create");
        good_in("fim", "no_time_bound", &["reviewers:ann"]);
        // No stream of events.
        for schema in [
            "certview",
            "cs",
            "csam",
            "etm",
            "open",
            "pm",
            "totalcloud",
            "vmdr",
            "vmdr-ot",
        ] {
            good_in(schema, "no_time_bound", &["name:a", "a"]);
        }
    }
}
