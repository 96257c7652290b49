//! A list of one value.

use super::super::context::Context;
use super::super::remark::{Remark, Safety};
use super::super::rule::{Fixes, Level, Rule};
use super::super::write::{anywhere, blank_behind};
use crate::span::{Fix, Span};
use crate::syntax::Condition;

pub(super) const RULE: Rule = Rule::lint(
    "qql::lint::single_item_list",
    "a list of one value",
    Level::Advice,
    Fixes::Safe,
    PAGE,
    run,
);

const PAGE: &str = r#"## What it does

Looks for lists of one value.

## Why

The brackets say nothing. Left from a longer list, they may also mean that values have been lost.

## Example

```qql-lint edr
type:[FILE]
```

## Use instead

```qql edr
type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Remark> {
    let remarks = context.clauses().filter_map(|(seen, clause)| {
        let Condition::List(literals) = &clause.condition else {
            return None;
        };
        let [literal] = literals.as_slice() else {
            return None;
        };
        let list = Span::new(clause.token.span.end, seen.expr.span.end);
        let remark = Remark::new(list, "a list of one value")
            .label("one value")
            .help("write the value without brackets");
        Some(match anywhere(literal) {
            Some(value) => {
                let blank = blank_behind(context.query.text(), list.end);
                let edit = Fix::replace(list, format!(":{value}{blank}"));
                remark.change(Safety::Safe, vec![edit])
            }
            None => remark,
        })
    });
    remarks.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::cases::*;

    #[test]
    fn cases() {
        fixed(
            "single_item_list",
            "type:[FILE]AND action : [ 'a' ]",
            r#"type:FILE AND action:"a""#,
        );
        fixed("single_item_list", "file.name:[(a)]", r#"file.name:"(a)""#);
        bad(
            "single_item_list",
            "x:['[2024..2025]']",
            ":['[2024..2025]']",
        );
        good(
            "single_item_list",
            &[
                "type:[FILE, PROCESS]",
                "type:[1 .. 2]".replace("type", "file.size").as_str(),
            ],
        );
    }
}
