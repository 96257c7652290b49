//! A filter between quotes.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::syntax::{
    Clause, Condition, ExprKind, ParseError, ParseErrorKind, Query, Quoting, Step,
};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::filter_in_quotes",
        Level::Warning,
        FixAvailability::Unsafe,
        "a whole filter between quotes, which is free text",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for free text in quotes that is itself a filter: every part of it has a token and an operator, and a token
is known to the schema or has a dot in its name.

## Why

In quotes a filter is a text that is looked for anywhere in the event. The quotes are often those of the YAML, the
CSV or the shell that the filter came from.

## Example

```qql-lint edr
"type:FILE and action:CREATED"
```

## Use instead

```qql edr
type:FILE and action:CREATED
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.free_texts().filter_map(|(seen, literal)| {
        if literal.quoting == Quoting::Bare {
            return None;
        }
        let (text, joins) = filter(context, &literal.text)?;
        let diagnostic = RULE
            .diagnostic(literal.span, "a filter in quotes is a text")
            .with_label("looked for anywhere in the event")
            .with_help("remove the quotes if the filter is meant");
        let alone = context.parent(seen).is_none();
        let written = match joins && !alone {
            true => format!("({text})"),
            false => text.clone(),
        };
        Some(match context.is_sound(&text) {
            true => diagnostic.with_fix(Fix::new(
                Applicability::Unsafe,
                vec![Edit::replace(literal.span, written)],
            )),
            false => diagnostic,
        })
    });
    diagnostics.collect()
}

/// The filter that a text is, if it can hardly be anything else, and whether it joins conditions.
fn filter(context: &Context<'_>, text: &str) -> Option<(String, bool)> {
    // Most texts are none; whatever is one has an operator or an escape.
    if !text.contains([':', '<', '>', '=', '%', '&', '\\'])
        && !text.to_ascii_lowercase().contains("null")
    {
        return None;
    }
    let (query, text) = read(context, text)?;
    let mut known = false;
    let mut leaves = 0;
    for step in query.walk() {
        let Step::Enter(id) = step else { continue };
        match &query.expr(id).kind {
            ExprKind::FreeText(_) => return None,
            ExprKind::Clause(clause) => {
                leaves += 1;
                known |= is_known(context, clause);
            }
            _ => {}
        }
    }
    known.then_some((text, leaves > 1))
}

/// How many mistakes of a filter in quotes are fixed, and quotes in quotes removed.
const REPAIRS: usize = 8;

/// Reads a text, with its mistakes fixed where they have safe fixes.
fn read(context: &Context<'_>, text: &str) -> Option<(Query, String)> {
    let mut text = text.trim_ascii().to_owned();
    for _ in 0..REPAIRS {
        let errors = match Query::parse_with(&text, context.limits()) {
            Err(errors) => errors,
            Ok(query) => match query.root().map(|root| &query.expr(root).kind) {
                Some(ExprKind::FreeText(inside)) if inside.quoting != Quoting::Bare => {
                    text = inside.text.trim_ascii().to_owned();
                    continue;
                }
                _ => return Some((query, text)),
            },
        };
        let is_meant = |error: &&ParseError| {
            let is_escaped = matches!(error.kind(), ParseErrorKind::EncodedText { .. });
            let is_safe = |fix: &Fix| fix.applicability() == Applicability::Safe;
            error.fix().is_some_and(|fix| is_escaped || is_safe(fix))
        };
        text = errors.iter().find(is_meant)?.fix()?.apply(&text);
    }
    None
}

/// Whether the clause's token is one, by all that is known of it.
fn is_known(context: &Context<'_>, clause: &Clause) -> bool {
    let name = &*clause.token.text;
    match context.schema.token(name) {
        // A word of a sentence is another word with a capital letter.
        Some(token) => token.name() == name || name.contains('.'),
        // `example.com:8080` is the name of a host, and `x.y:\z` is a path.
        None => {
            let value = match &clause.condition {
                Condition::Value(literal) if literal.quoting == Quoting::Bare => &*literal.text,
                _ => return name.contains('.'),
            };
            name.contains('.') && value.starts_with(char::is_alphabetic)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "filter_in_quotes",
            "'type:FILE and action:CREATED'",
            "type:FILE and action:CREATED",
        );
        fixed(
            "filter_in_quotes",
            "NOT \"type:FILE or action:CREATED\" AND a:1",
            "NOT (type:FILE or action:CREATED) AND a:1",
        );
        fixed_in(
            "open",
            "filter_in_quotes",
            "`vulnerabilities.vulnerability.cveIds:CVE-2021-44228`",
            "vulnerabilities.vulnerability.cveIds:CVE-2021-44228",
        );
        fixed("filter_in_quotes", "\"file.size > 5\"", "file.size > 5");
        bad("filter_in_quotes", "'file.size:large'", "'file.size:large'");
        for (text, after) in [
            (
                "'type == FILE && action:CREATED'",
                "type : FILE AND action:CREATED",
            ),
            ("'\"type:FILE\"'", "type:FILE"),
            (
                "'type%3AFILE%20and%20action%3ACREATED'",
                "type:FILE and action:CREATED",
            ),
            (
                "`type:FILE &amp;&amp; action:CREATED`",
                "type:FILE AND action:CREATED",
            ),
            (r#"'file.name:\"a b\"'"#, r#"file.name:"a b""#),
        ] {
            fixed("filter_in_quotes", text, after);
        }
        good(
            "filter_in_quotes",
            &[
                "'note: all is well'",
                "'http://example.com:80'",
                "'example.com:8080'",
                "'type:FILE and more'",
                r"'C:\Windows'",
                "'error = 5'",
                "'100% sure & more'",
                "'&quot;type&quot;'",
                "'now: a'",
                "file.name:'type:FILE'",
            ],
        );
    }
}
