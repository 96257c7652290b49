//! A list of one value.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::lint::write::blank_behind;
use crate::span::Span;
use crate::syntax::{Condition, Literal, Quoting};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::single_item_list",
        Level::Advice,
        FixAvailability::Safe,
        "a list of one value",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for lists of one value.

## Why

The brackets say nothing. Left from a longer list, they may also mean that values have been lost. Where a
range seems to be meant, as in `[5 - 10]`, there is no fix: a range is written with dots.

## Example

```qql-lint edr
type:[FILE]
```

## Use instead

```qql edr
type:FILE
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let Condition::List(literals) = &clause.condition else {
            return None;
        };
        let [literal] = literals.as_slice() else {
            return None;
        };
        let list = Span::new(clause.token.span.end, seen.expr.span.end);
        let diagnostic = RULE
            .diagnostic(list, "a list of one value")
            .with_label("one value");
        if seems_a_range(literal) {
            return Some(diagnostic.with_help("for a range, write two dots: `[a .. b]`"));
        }
        let diagnostic = diagnostic.with_help("write the value without brackets");
        Some(match context.alone(seen, literal) {
            Some(value) => {
                let blank = blank_behind(context.query.text(), list.end);
                let edit = Edit::replace(list, format!(":{value}{blank}"));
                diagnostic.with_fix(Fix::new(Applicability::Safe, [edit]))
            }
            None => diagnostic,
        })
    });
    diagnostics.collect()
}

/// Whether a bare value holds what other languages and people put between the ends of a range.
fn seems_a_range(literal: &Literal) -> bool {
    let dash = |c: char| matches!(c, '-' | '~' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let dots = |c: char| matches!(c, '\u{2025}' | '\u{2026}' | '\u{22ef}');
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = &*literal.text;
    let between = text.contains(dots) || {
        let mut words = text.split_ascii_whitespace();
        words.any(|word| word.chars().all(dash))
    };
    // Four digits with others are a year and a month.
    let numbers = text
        .split_once(dash)
        .is_some_and(|(a, b)| number(a) && number(b) && a.len() != 4);
    literal.quoting == Quoting::Bare && (between || numbers)
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

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
        for range in ["[5-10]", "[5 - 10]", "[now-7d - now]", "[a – b]", "[5–10]"] {
            bad(
                "single_item_list",
                &format!("x:{range}"),
                &format!(":{range}"),
            );
        }
        fixed("single_item_list", "x:[a] OR b", "x:\"a\" OR b");
        fixed("single_item_list", "x:[2024-01]", "x:2024-01");
        fixed("single_item_list", "x:[a-b]", "x:a-b");
        fixed("single_item_list", "x:[`5-10`]", "x:`5-10`");
        good(
            "single_item_list",
            &[
                "type:[FILE, PROCESS]",
                "type:[1 .. 2]".replace("type", "file.size").as_str(),
            ],
        );
    }
}
