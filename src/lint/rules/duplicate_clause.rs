//! A condition that occurs twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::check::NodeId;
use crate::diagnostic::{Applicability, Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::Redundant;
use crate::lint::context::Context;
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::duplicate_clause",
        Level::Warning,
        FixAvailability::Safe,
        "a condition that occurs twice",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for conditions joined by one `AND` or one `OR` that ask the same.

## Why

The second changes nothing. Often something else was meant in its place.

## Example

```qql-lint edr
type:FILE AND action:CREATED AND type:file
```

## Use instead

```qql edr
type:FILE AND action:CREATED
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let mut diagnostics = Vec::new();
    for joined in meaning.joined() {
        let mut first: HashMap<u32, NodeId> = HashMap::new();
        for id in joined.leaves {
            match first.entry(meaning.class(id)) {
                Entry::Vacant(entry) => {
                    entry.insert(id);
                }
                Entry::Occupied(entry) => {
                    let before = *entry.get();
                    let Some(redundant) = Redundant::new(context, id, before) else {
                        continue;
                    };
                    let diagnostic = RULE
                        .diagnostic(redundant.seen.expr.span, "this condition is there already")
                        .with_label("the same again")
                        .with_help("remove it, or write what was meant");
                    diagnostics.push(redundant.with_removal(
                        context,
                        meaning,
                        diagnostic,
                        Applicability::Safe,
                    ));
                }
            }
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "duplicate_clause",
            "type:FILE AND b:2 AND TYPE:FILE",
            "type:FILE AND b:2",
        );
        fixed("duplicate_clause", "a:1 OR (b:2 OR a:1)", "a:1 OR (b:2)");
        fixed(
            "duplicate_clause",
            "(a:1 AND b:2) OR c:3 OR (a:1 AND b:2)",
            "(a:1 AND b:2) OR c:3",
        );
        fixed("duplicate_clause", "a:1 AND a:1 AND a:1", "a:1");
        fixed(
            "duplicate_clause",
            "process:(elevated:true AND b:1 AND elevated:true)",
            "process:(elevated:true AND b:1)",
        );
        good(
            "duplicate_clause",
            &[
                "a:1 AND b:1",
                "a:1 OR (b:2 AND a:1)",
                "a:1 AND NOT a:1",
                "x:(a OR a)",
            ],
        );
    }

    /// The tokens of a group say which elements it asks, so that none of them goes for one outside.
    #[test]
    fn a_group_keeps_its_tokens() {
        bad(
            "duplicate_clause",
            "process.elevated:true AND process:(elevated:true AND name:a)",
            "elevated:true",
        );
        bad(
            "duplicate_clause",
            "process:(elevated:true AND name:a) AND process:(elevated:true AND name:b)",
            "elevated:true",
        );
        // What the schema does not know says nothing.
        fixed(
            "duplicate_clause",
            "process:(elevated:true AND x:1) AND process:(elevated:false AND x:1)",
            "process:(elevated:true AND x:1) AND process:(elevated:false)",
        );
    }
}
