//! Words and signs of other languages in a value without quotes.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::{Foreign, Literal, Quoting, foreign, is_token_name};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::foreign_words",
        Level::Warning,
        FixAvailability::None,
        "words or signs of another language in a value without quotes",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for what is an operator, a command, a comment or a regular expression in other languages, and text here: in
values without quotes, and in free text.

## Why

Nothing of it does here what it does there. A pipe, a comment or a `limit` is a word that the value has to hold, so that
the filter matches nothing, and so is a second condition after `;` or `&`.

## Example

```qql-lint edr
type:FILE | limit 5
file.name:a.dll -- the bad one
type:FILE;action:CREATED
file.name:/cmd.*\.exe/
```

## Use instead

```qql edr
type:FILE
file.name:a.dll
type:FILE AND action:CREATED
file.name:cmd*.exe
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let values = context.values().map(|(_, _, literal)| literal);
    let texts = context.free_texts().map(|(_, literal)| literal);
    let diagnostics = values.chain(texts).filter_map(|literal| {
        let (range, message, label) = match literal.quoting {
            Quoting::Bare => star(context, literal).or_else(|| found(context, literal))?,
            Quoting::Quoted => star(context, literal)?,
            Quoting::Backtick => return None,
        };
        let (start, end) = (range.start as u32, range.end as u32);
        let span = Span::new(literal.span.start + start, literal.span.start + end);
        let diagnostic = RULE.diagnostic(span, message).with_label(label).with_help(
            "take it away, or join conditions with `AND` or `OR`; quote the value if this is part of it",
        );
        Some(diagnostic)
    });
    diagnostics.collect()
}

/// What of another language is in a text: where, and what there is to say.
fn found(
    context: &Context<'_>,
    literal: &Literal,
) -> Option<(std::ops::Range<usize>, String, &'static str)> {
    let text = &*literal.text;
    if let Some((range, Foreign::Sign)) = foreign(text) {
        let word = text.get(range.clone()).unwrap_or_default();
        let message = format!("`{word}` is a word of the value here");
        return Some((range, message, "no operator of this language"));
    }
    if let Some(len) = label(context, text) {
        let message = "a filter is the value of what is before it".to_owned();
        return Some((0..len, message, "no token here, but a text"));
    }
    if let Some(range) = second_clause(context, text) {
        let sign = text.get(range.clone()).unwrap_or_default();
        let message = format!("`{sign}` joins nothing");
        return Some((range, message, "part of the value"));
    }
    if let Some(at) = text.rfind('^')
        && let Some(weight) = text.get(at + 1..)
        && at > 0
        && weight.parse::<f32>().is_ok_and(f32::is_finite)
    {
        let message = format!("`^{weight}` does not weigh the value");
        return Some((at..text.len(), message, "part of the value"));
    }
    is_regex(text).then(|| {
        let message = "a regular expression is a text here".to_owned();
        (
            0..text.len(),
            message,
            "`*` alone stands for any characters",
        )
    })
}

/// A character that looks like the wildcard, which it is not.
fn star(
    context: &Context<'_>,
    literal: &Literal,
) -> Option<(std::ops::Range<usize>, String, &'static str)> {
    let written = context.text(literal.span);
    let is_star = |c: char| matches!(c, '\u{ff0a}' | '\u{fe61}' | '\u{2217}' | '\u{204e}');
    let (at, found) = written.char_indices().find(|(_, c)| is_star(*c))?;
    let message = format!("`{found}` is not the wildcard `*`");
    Some((
        at..at + found.len_utf8(),
        message,
        "a character like others",
    ))
}

/// Whether a text is a clause on a token, after a label and its colon: where its name ends.
fn label(context: &Context<'_>, text: &str) -> Option<usize> {
    let (name, operand) = text.split_once(':')?;
    let is_known = context
        .schema
        .token(name)
        .is_some_and(|token| token.name() == name);
    let is_clause = operand.trim_start().starts_with(['[', '(', '"', '\'', '`']);
    let is_name = is_token_name(name) && name.contains('.') && is_clause;
    (is_name || (is_known && name.len() > 1)).then_some(name.len() + 1)
}

/// A sign in the middle of a word, before the name of a known token and a colon.
fn second_clause(context: &Context<'_>, text: &str) -> Option<std::ops::Range<usize>> {
    let mut places = text.match_indices([';', '&', '|', ',']);
    let (at, sign) = places.find(|(at, sign)| {
        let after = text.get(at + sign.len()..).unwrap_or_default().trim_start();
        let end = after.find([':', '=', '<', '>']);
        let name = end.and_then(|end| after.get(..end)).map(str::trim_end);
        // The letter of a drive is no token.
        name.is_some_and(|name| name.len() > 1 && context.schema.token(name).is_some())
    })?;
    Some(at..at + sign.len())
}

/// Whether a text is written as a regular expression, between slashes or between `^` and `$`.
fn is_regex(text: &str) -> bool {
    let slashes = text.strip_prefix('/').and_then(|text| {
        let text = text.strip_suffix(['i', 'g', 'm']).unwrap_or(text);
        text.strip_suffix('/')
    });
    let anchors = text
        .strip_prefix('^')
        .and_then(|text| text.strip_suffix('$'));
    let Some(inside) = slashes.or(anchors) else {
        return false;
    };
    let signs = [".*", ".+", "\\", "^", "$", "|", "[", "(", "+"];
    anchors.is_some_and(|inside| !inside.is_empty())
        || signs.iter().any(|sign| inside.contains(sign))
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        for (text, place) in [
            ("type:FILE | count", "|"),
            ("type:FILE limit 5", "limit"),
            ("type:FILE order by dateTime", "order"),
            ("file.name:a # c", "#"),
            ("file.name:[a /* c */, b]", "/*"),
            ("NOT has_any x", "has_any"),
            ("type:FILE;action:CREATED", ";"),
            ("type:FILE&file.name=x", "&"),
            ("file.name:a,type:FILE", ","),
            ("file.name:/cmd.*/i", "/cmd.*/i"),
            ("file.name:^cmd$", "^cmd$"),
            ("file.name:cmd^2", "^2"),
            ("filter: type:FILE", "type:"),
            ("Vulnerability: a.score:[90 ... 100]", "a.score:"),
            ("file.name:cmd＊", "＊"),
            ("file.name:'∗.dll'", "∗"),
        ] {
            bad("foreign_words", text, place);
        }
        good(
            "foreign_words",
            &[
                "file.name:'a | count'",
                "file.name:`/cmd.*/`",
                "file.name:`＊`",
                "file.path:/usr/bin/",
                "file.name:localhost:8080",
                "file.name:Type:FILE",
                "file.path:C:\\a;D:\\b",
                "file.name:Johnson & Johnson",
                "file.name:C# and 'F#'",
                "Policy order matters",
                "asset.name:Up | Down",
                "file.name:$Recycle.Bin$",
            ],
        );
    }
}
