//! A token in another spelling than its documentation's.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::token_spelling",
        Level::Advice,
        FixAvailability::Safe,
        "a token in another spelling than that of its documentation",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for tokens in other capitals than those of the documentation, and for other names of a token.

## Why

The service takes any capitals, and so do filters here. Programs that search for a name in filters do not; one
spelling throughout keeps them from missing it.

## Example

```qql-lint edr
event.datetime > now-1d AND TYPE:FILE
```

## Use instead

```qql edr
event.dateTime > now-1d AND type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let right = seen.token?.name();
        let written = &*clause.token.text;
        // In a nested group only the end of the name is here.
        let right = match seen.group.is_some() {
            true => right.get(right.len().checked_sub(written.len())?..)?,
            false => right,
        };
        if right == written || (seen.group.is_some() && !right.eq_ignore_ascii_case(written)) {
            return None;
        }
        let message = match right.eq_ignore_ascii_case(written) {
            true => "the documentation spells this token otherwise",
            false => "this is another name of a token",
        };
        let diagnostic = RULE
            .diagnostic(clause.token.span, message)
            .with_label(format!("`{right}` there"))
            .with_help(format!("write `{right}`"))
            .with_fix(Fix::new(
                Applicability::Safe,
                vec![Edit::replace(clause.token.span, right)],
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
            "token_spelling",
            "event.datetime > now-1d",
            "event.dateTime > now-1d",
        );
        fixed(
            "token_spelling",
            "file.properties.certificate:(SIGNED:true)",
            "file.properties.certificate:(signed:true)",
        );
        good(
            "token_spelling",
            &[
                "type:FILE",
                "Unknown.Token:1",
                "file.properties.certificate:(signed:true)",
            ],
        );
    }
}
