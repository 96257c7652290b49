//! A value that a Boolean word cuts in two.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::analysis::is_null;
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Token;
use crate::syntax::{Condition, ExprKind, Quoting, foreign, quote};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::split_value",
        Level::Warning,
        FixAvailability::Unsafe,
        "a bare value that goes on after a Boolean word",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for a bare value, a Boolean word, and more words without a token.

## Why

`AND`, `OR` and `NOT` end a bare value in any case, so that `category:Bridges and Routers` looks for `Bridges` in the
token, and for `Routers` anywhere in the event.

## Example

```qql-lint edr
asset.name:Bridges and Routers
```

## Use instead

```qql edr
asset.name:"Bridges and Routers"
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for seen in &context.seen {
        let (ExprKind::And(children) | ExprKind::Or(children)) = &seen.expr.kind else {
            continue;
        };
        for pair in children.windows(2) {
            let [id, after] = pair else { continue };
            let (mut id, after) = (*id, context.query.expr(*after));
            while let ExprKind::Not(inside) = context.query.expr(id).kind {
                id = inside;
            }
            let before = context.query.expr(id);
            let (ExprKind::Clause(clause), ExprKind::FreeText(text)) = (&before.kind, &after.kind)
            else {
                continue;
            };
            let Condition::Value(value) = &clause.condition else {
                continue;
            };
            let bare = value.quoting == Quoting::Bare && text.quoting == Quoting::Bare;
            // `null_value` says what such a word is.
            if !bare || is_null(&text.text) {
                continue;
            }
            let whole = value.span.to(text.span);
            let diagnostic = RULE
                .diagnostic(text.span, "these words belong to no token")
                .with_label("looked for anywhere in the event")
                .with_help("quote the value if it goes on here");
            let value = quote(context.text(whole));
            // The name of a token is more than a part of the value, and so is an operator of another language.
            let is_other = context.schema.token(&text.text).is_some()
                || foreign(context.text(whole)).is_some()
                || foreign(&text.text).is_some();
            let name = context.of(id).and_then(|seen| seen.token);
            let name = name.map_or(&*clause.token.text, Token::name);
            let is_sound = context.is_sound(&format!("{name}:{value}"));
            diagnostics.push(match is_sound && !is_other {
                true => diagnostic.with_fix(Fix::new(
                    Applicability::Unsafe,
                    vec![Edit::replace(whole, value)],
                )),
                false => diagnostic,
            });
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
            "split_value",
            "asset.name:Bridges and Routers",
            r#"asset.name:"Bridges and Routers""#,
        );
        fixed(
            "split_value",
            "NOT asset.name:Bridges and Routers",
            "NOT asset.name:\"Bridges and Routers\"",
        );
        bad("split_value", "event.score:5 AND i", "i");
        good(
            "split_value",
            &[
                "type:FILE and None",
                "asset.name:'Bridges' and Routers",
                "asset.name:Bridges and 'Routers'",
                "Routers and asset.name:x",
            ],
        );
    }
}
