//! A comma in a value without quotes, where a list was meant.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::{Form, Token};
use crate::span::Span;
use crate::syntax::{Condition, Quoting, foreign, is_plain, quote};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::comma_in_value",
        Level::Warning,
        FixAvailability::Unsafe,
        "a comma in a bare value, where a list was probably meant",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for bare values with commas in them.

## Why

Without brackets, `type:FILE,PROCESS` is one value with a comma in it.

## Example

```qql-lint edr
type:FILE,PROCESS
type:(FILE, PROCESS)
```

## Use instead

A list in brackets, or quotes around a value that holds a comma.

```qql edr
type:[FILE, PROCESS]
type:[FILE, PROCESS]
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let (literal, span) = match &clause.condition {
            Condition::Value(literal) => (literal, literal.span),
            Condition::Group(groups) => match groups.as_slice() {
                [one] => match one.as_slice() {
                    [literal] => {
                        let start = context.text(seen.expr.span).find('(')? as u32;
                        let start = seen.expr.span.start + start;
                        (literal, Span::new(start, seen.expr.span.end))
                    }
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        let parts: Vec<&str> = literal.text.split(',').map(str::trim).collect();
        let number = parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let bare = literal.quoting == Quoting::Bare && parts.len() > 1;
        if !bare || (number && !seen.kind().takes(Form::Comparison)) {
            return None;
        }
        let diagnostic = RULE.diagnostic(
            literal.span,
            "a comma without brackets is part of the value",
        )
        .with_label("one value")
        .with_help(
            "write a list, `token:[a, b]`, if these are several values; quote a value with a comma",
        );
        // A set of another language is in braces.
        let inside = literal
            .text
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        let parts: Vec<&str> = match inside {
            Some(inside) => inside.split(',').map(str::trim).collect(),
            None => parts,
        };
        let list: Option<Vec<String>> = parts.iter().map(|part| item(part)).collect();
        let list = list.map(|items| format!("[{}]", items.join(", ")));
        let name = seen.token.map_or(&*clause.token.text, Token::name);
        let list = list.filter(|list| context.is_sound(&format!("{name}:{list}")));
        Some(match list {
            Some(list) => diagnostic.with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(span, list)],
            )),
            None => diagnostic,
        })
    });
    diagnostics.collect()
}

/// A part of the value as an item of a list; none where it is only half of something.
fn item(part: &str) -> Option<String> {
    let half = part.is_empty()
        || part.ends_with(';')
        || foreign(part).is_some()
        || part.contains(|c| "()[]\"'`<>=!&|".contains(c));
    match is_plain(part) {
        true => Some(part.to_owned()),
        false => (!half).then(|| quote(part)),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "comma_in_value",
            "type:FILE,PROCESS",
            "type:[FILE, PROCESS]",
        );
        fixed(
            "comma_in_value",
            "type:(FILE, PROCESS) AND a:1",
            "type:[FILE, PROCESS] AND a:1",
        );
        fixed(
            "comma_in_value",
            r"file.path:C:\a,D:\b",
            r#"file.path:["C:\a", "D:\b"]"#,
        );
        bad("comma_in_value", "type:a,]", "a,]");
        bad("comma_in_value", "file.size:1,a", "1,a");
        good(
            "comma_in_value",
            &[
                "type:[FILE, PROCESS]",
                "file.name:'a,b'",
                "file.name:10,125",
            ],
        );
    }
}
