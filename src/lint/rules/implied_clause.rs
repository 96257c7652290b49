//! A condition that another makes unnecessary.

use std::collections::{HashMap, HashSet};

use crate::check::{NodeId, NodeKind, shown};
use crate::diagnostic::{Applicability, Code, Diagnostic, FixAvailability, Level};
use crate::lint::analysis::Redundant;
use crate::lint::context::Context;
use crate::lint::meaning::Leaf;
use crate::lint::rule::Rule;
use crate::lint::sets::{disjoint, implies};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::implied_clause",
        Level::Warning,
        FixAvailability::Mixed,
        "a condition that follows from another beside it",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for conditions that change nothing because of another on the same token: in an `AND` those that hold whenever the other does, in an `OR` those that hold only when the other does.

## Why

What changes nothing is either left over, or was meant to change something. Where the condition changes nothing
only if an event has one value there, the fix is not safe.

## Example

```qql-lint edr
file.size > 100 AND file.size > 10
type:[FILE, PROCESS] OR type:FILE OR action:CREATED
type:FILE AND NOT type:PROCESS
```

## Use instead

```qql edr
file.size > 100
type:[FILE, PROCESS] OR action:CREATED
type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let mut diagnostics = Vec::new();
    for joined in meaning.joined() {
        let mut gone: HashSet<NodeId> = HashSet::new();
        let mut report = |redundant: NodeId, because: NodeId, applicability: Applicability| {
            if gone.contains(&because) || !gone.insert(redundant) {
                return;
            }
            let Some(redundant) = Redundant::new(context, redundant, because) else {
                return;
            };
            let other = shown(context.text(meaning.span(because)));
            let message = match joined.any {
                true => format!("this holds only where `{other}` does"),
                false => format!("this holds wherever `{other}` does"),
            };
            let diagnostic = RULE
                .diagnostic(redundant.seen.expr.span, message)
                .with_label("changes nothing")
                .with_help(match applicability {
                    Applicability::Safe => "remove it, or write what was meant",
                    Applicability::Unsafe => {
                        "remove it if an event has one value there at most, or write what was meant"
                    }
                });
            diagnostics.push(redundant.with_removal(context, meaning, diagnostic, applicability));
        };
        for (a, b) in meaning.pairs(&joined, context) {
            if meaning.class(a.id) == meaning.class(b.id) {
                continue;
            }
            if let Some((redundant, because, applicability)) = redundant(&a, &b, joined.any) {
                report(redundant, because, applicability);
            }
        }
        // `a OR (a AND b)` is `a`, and `a AND (a OR b)` too.
        let classes: HashMap<u32, NodeId> = joined
            .leaves
            .iter()
            .rev()
            .map(|id| (meaning.class(*id), *id))
            .collect();
        for id in &joined.leaves {
            let inside = match (&meaning.checked.node(*id).kind, joined.any) {
                (NodeKind::All(inside), true) | (NodeKind::Any(inside), false) => inside,
                _ => continue,
            };
            let beside = inside
                .iter()
                .find_map(|inner| classes.get(&meaning.class(*inner)));
            if let Some(because) = beside.filter(|because| *because != id) {
                report(*id, *because, Applicability::Safe);
            }
        }
    }
    diagnostics
}

/// Which of two conditions on one field changes nothing beside the other, if one does.
fn redundant(a: &Leaf<'_>, b: &Leaf<'_>, any: bool) -> Option<(NodeId, NodeId, Applicability)> {
    let implies = |a: &Leaf<'_>, b: &Leaf<'_>| implies(a.kind, a.test, b.test);
    // The one that holds whenever the other does goes from an `AND`, the other from an `OR`.
    let (narrow, wide, applicability) = match (a.negated, b.negated) {
        (false, false) if implies(a, b) => (a, b, Applicability::Safe),
        (false, false) if implies(b, a) => (b, a, Applicability::Safe),
        (true, true) if implies(a, b) => (b, a, Applicability::Safe),
        (true, true) if implies(b, a) => (a, b, Applicability::Safe),
        (false, true) if a.single && disjoint(a.kind, a.test, b.test) => {
            (a, b, Applicability::Unsafe)
        }
        (true, false) if a.single && disjoint(a.kind, a.test, b.test) => {
            (b, a, Applicability::Unsafe)
        }
        _ => return None,
    };
    Some(match any {
        true => (narrow.id, wide.id, applicability),
        false => (wide.id, narrow.id, applicability),
    })
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "implied_clause",
            "file.size > 100 AND b:1 AND file.size > 10",
            "file.size > 100 AND b:1",
        );
        fixed(
            "implied_clause",
            "file.size > 100 OR file.size > 10",
            "file.size > 10",
        );
        fixed(
            "implied_clause",
            "NOT file.size > 100 AND NOT file.size > 10",
            "NOT file.size > 10",
        );
        fixed("implied_clause", "a:1 OR (b:2 AND a:1)", "a:1");
        fixed(
            "implied_clause",
            "a:1 AND (b:2 OR a:1) AND c:3",
            "a:1 AND c:3",
        );
        fixed(
            "implied_clause",
            "dateTime > 2024-01 AND dateTime:2024-03-05",
            "dateTime:2024-03-05",
        );
        fixed(
            "implied_clause",
            "type IS NOT NULL AND type:FILE",
            "type:FILE",
        );
        fixed(
            "implied_clause",
            "type:FILE AND NOT type:PROCESS",
            "type:FILE",
        );
        good(
            "implied_clause",
            &[
                "file.size > 100 AND file.size < 200",
                "file.name:a AND file.name:b",
                "a > 5 AND a > 3",
                "file.size:[1, 2] AND file.size:[2, 3]",
                "type:FILE AND type:FILE",
                "indicator.score:1 AND NOT indicator.score:2",
            ],
        );
    }
}
