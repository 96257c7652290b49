//! Conditions on one array that may hold for different elements.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::{Context, Seen};
use crate::lint::rule::Rule;
use crate::schema::Path;
use crate::span::Span;
use crate::syntax::ExprKind;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::unnested_array",
        Level::Advice,
        FixAvailability::Unsafe,
        "conditions on one array that different elements may satisfy",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for conditions joined by `AND` on different tokens that are read from the elements of one array, such as those of
a file's certificates.

## Why

Each condition asks for any element, so one certificate may be signed and another be valid. A nested group asks
one element for all of them.

## Example

```qql-lint edr
file.properties.certificate.signed:true AND file.properties.certificate.valid:true
```

## Use instead

```qql edr
file.properties.certificate:(signed:true AND valid:true)
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for seen in &context.seen {
        let ExprKind::And(children) = &seen.expr.kind else {
            continue;
        };
        let mut arrays: Vec<(Path, Vec<Member<'_>>)> = Vec::new();
        for child in children {
            let Some(clause) = context.of(*child).and_then(|seen| member(seen, context)) else {
                continue;
            };
            let (path, member) = clause;
            match arrays.iter_mut().find(|(known, _)| *known == path) {
                Some((_, members)) => members.push(member),
                None => arrays.push((path, vec![member])),
            }
        }
        for (_, members) in arrays {
            let Some(head) = shared_head(&members) else {
                continue;
            };
            let inner: Vec<&str> = members
                .iter()
                .map(|member| {
                    context
                        .text(member.span)
                        .get(head.len() + 1..)
                        .unwrap_or_default()
                })
                .collect();
            let (Some(first), Some(last)) = (members.first(), members.last()) else {
                continue;
            };
            let group = format!("{head}:({})", inner.join(" AND "));
            let mut edits = vec![Edit::replace(first.span, group)];
            edits.extend(
                members
                    .iter()
                    .skip(1)
                    .map(|member| context.without(member.removed)),
            );
            let diagnostic = RULE
                .diagnostic(
                    first.span.to(last.span),
                    "different elements of one array may satisfy these conditions",
                )
                .with_label(format!("each asks any element of `{head}`"))
                .with_help(format!(
                    "to ask one element for all, write `{head}:(… AND …)`"
                ))
                .with_fix(Fix::new(Applicability::Unsafe, edits));
            diagnostics.push(diagnostic);
        }
    }
    diagnostics
}

/// A clause on a token that is read from an array.
struct Member<'q> {
    name: &'q str,
    span: Span,
    removed: Span,
}

fn member<'q>(seen: &Seen<'q>, context: &Context<'q>) -> Option<(Path, Member<'q>)> {
    let ExprKind::Clause(clause) = &seen.expr.kind else {
        return None;
    };
    let path = seen
        .token
        .filter(|_| seen.group.is_none())?
        .paths()
        .first()?;
    let array = path.prefix(path.arrays().last()?);
    let removed = context.removal(seen)?;
    let member = Member {
        name: &clause.token.text,
        span: seen.expr.span,
        removed,
    };
    Some((array, member))
}

/// The start that the names share, up to a dot, if they are different.
fn shared_head(members: &[Member<'_>]) -> Option<String> {
    let (first, rest) = members.split_first()?;
    let same = |other: &Member<'_>| other.name.eq_ignore_ascii_case(first.name);
    if rest.is_empty() || rest.iter().any(same) {
        return None;
    }
    let heads = first.name.rmatch_indices('.').map(|(at, _)| at);
    let mut heads = heads.filter_map(|at| first.name.get(..at));
    let shared = |head: &&str| {
        members.iter().all(|member| {
            let start = member.name.get(..head.len());
            let dot = member
                .name
                .get(head.len()..)
                .is_some_and(|rest| rest.starts_with('.'));
            dot && start.is_some_and(|start| start.eq_ignore_ascii_case(head))
        })
    };
    heads.find(shared).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "unnested_array",
            "file.properties.certificate.signed:true AND type:FILE AND file.properties.certificate.valid : false",
            "file.properties.certificate:(signed:true AND valid : false) AND type:FILE",
        );
        good(
            "unnested_array",
            &[
                "file.properties.certificate:(signed:true AND valid:true)",
                "file.properties.certificate.signed:true OR file.properties.certificate.valid:true",
                "file.properties.certificate.issuer:a AND file.properties.certificate.issuer:b",
                "file.name:a AND file.path:b",
            ],
        );
    }
}
