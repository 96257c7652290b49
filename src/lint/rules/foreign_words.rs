//! Words and signs of other languages in a value without quotes.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::span::Span;
use crate::syntax::{Clause, Condition, Foreign, Literal, Quoting, foreign, is_token_name};

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

Looks for what is an operator, a command, a comment, a range or a regular expression in other languages, and text here:
in values without quotes, and in free text. The same are the placeholder of a template, and what a filter is passed in: a
URL, or the name of a parameter.

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
    let conditions = context
        .free_texts()
        .filter_map(|(_, literal)| condition(context, literal));
    let hosts = context
        .clauses()
        .filter_map(|(_, clause)| host(context, clause));
    let others = conditions.chain(hosts);
    let diagnostics = values.chain(texts).filter_map(|literal| {
        let (range, message, label) = match literal.quoting {
            Quoting::Bare => star(context, literal).or_else(|| found(context, literal))?,
            Quoting::Quoted => star(context, literal)?,
            Quoting::Backtick => return None,
        };
        Some(diagnostic(literal, range, message, label))
    });
    diagnostics.chain(others).collect()
}

fn diagnostic(
    literal: &Literal,
    range: Range<usize>,
    message: String,
    label: &'static str,
) -> Diagnostic {
    let at = literal.span.start;
    let span = Span::new(at + range.start as u32, at + range.end as u32);
    RULE.diagnostic(span, message).with_label(label).with_help(
        "remove it, or join conditions with `AND` or `OR`; quote the value if this is part of it",
    )
}

/// Operators of other languages that free text has after what may be the name of a token.
const AFTER_NAME: [&str; 15] = [
    "like", "contains", "matches", "regex", "equals", "eq", "ne", "neq", "gt", "gte", "lt", "lte",
    "in", "between", "greater",
];

/// Free text that is a condition in other languages, on a token that is not known: `missing_colon` has those that are.
fn condition(context: &Context<'_>, literal: &Literal) -> Option<Diagnostic> {
    let mut words = literal.text.split_ascii_whitespace();
    let (name, operator, value) = (words.next()?, words.next()?, words.next());
    let is_operator = AFTER_NAME
        .iter()
        .any(|it| operator.eq_ignore_ascii_case(it));
    // Many things are in others.
    let is_operator =
        is_operator && (!operator.eq_ignore_ascii_case("in") || literal.text.contains(','));
    let is_bare = literal.quoting == Quoting::Bare && is_token_name(name);
    if !is_operator || !is_bare || value.is_none() || context.schema.token(name).is_some() {
        return None;
    }
    let at = name.len() + literal.text.get(name.len()..)?.find(operator)?;
    let message = format!("`{operator}` is a word like any other here");
    Some(diagnostic(
        literal,
        at..at + operator.len(),
        message,
        "looked for in the event",
    ))
}

/// Names of parameters that a filter is passed in.
const PARAMETERS: [&str; 6] = [
    "filter",
    "query",
    "qql",
    "search",
    "havingquery",
    "filterquery",
];

/// A filter with what it is passed in: the name of a parameter, or a URL.
fn host(context: &Context<'_>, clause: &Clause) -> Option<Diagnostic> {
    let (Condition::Value(literal) | Condition::Compare(_, literal)) = &clause.condition else {
        return None;
    };
    let (name, text) = (&*clause.token.text, &*literal.text);
    if context.schema.token(name).is_some() {
        return None;
    }
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let message = if (is("http") || is("https")) && text.starts_with("//") {
        "a URL is not a filter"
    } else if PARAMETERS.iter().any(|it| is(it)) && text.contains([':', '=', '%']) {
        "the name of a parameter is not part of the filter"
    } else {
        return None;
    };
    let span = clause.token.span;
    let help =
        "write the filter alone, without what it is passed in; quote the text to look for it";
    Some(
        RULE.diagnostic(span, message)
            .with_label("read as a token")
            .with_help(help),
    )
}

/// What of another language is in a text: where, and what there is to say.
fn found(context: &Context<'_>, literal: &Literal) -> Option<(Range<usize>, String, &'static str)> {
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
    if is_range(text) {
        let message = "a range without brackets is a text".to_owned();
        return Some((0..text.len(), message, "write `token:[a .. b]` for a range"));
    }
    if is_placeholder(text) {
        let message = "a placeholder of a template is a text".to_owned();
        return Some((0..text.len(), message, "nothing was put in its place"));
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
fn star(context: &Context<'_>, literal: &Literal) -> Option<(Range<usize>, String, &'static str)> {
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
fn second_clause(context: &Context<'_>, text: &str) -> Option<Range<usize>> {
    // Where no token is known, any name may be one.
    let is_any = context.schema.tokens().is_empty() && !text.contains("://");
    let mut places = text.match_indices([';', '&', '|', ',']);
    let (at, sign) = places.find(|(at, sign)| {
        let after = text.get(at + sign.len()..).unwrap_or_default().trim_start();
        let end = after.find([':', '=', '<', '>']);
        let name = end.and_then(|end| after.get(..end)).map(str::trim_end);
        let operand = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
        let is_path = operand.starts_with(['/', '\\']) || operand.is_empty();
        // The letter of a drive is no token.
        name.is_some_and(|name| {
            let may_be_one = is_any && is_token_name(name) && !is_path;
            name.len() > 1 && (may_be_one || context.schema.token(name).is_some())
        })
    })?;
    Some(at..at + sign.len())
}

/// Whether a text is two numbers or dates with what makes a range between them.
fn is_range(text: &str) -> bool {
    let bounds = ["...", "..", " TO ", " to "]
        .iter()
        .find_map(|between| text.split_once(between));
    let is_bound = |text: &str| {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        text == "*" || text.starts_with("now") || digits.starts_with(|c: char| c.is_ascii_digit())
    };
    bounds.is_some_and(|(lower, upper)| {
        is_bound(lower) && is_bound(upper) && (lower != "*" || upper != "*")
    })
}

/// Whether a text is `${name}` or `{{ name }}`.
fn is_placeholder(text: &str) -> bool {
    let is_between = |open: &str, close: &str| {
        let inside = text
            .strip_prefix(open)
            .and_then(|text| text.strip_suffix(close));
        inside.is_some_and(|inside| !inside.trim().is_empty())
    };
    is_between("${", "}") || is_between("{{", "}}")
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
            ("name:type:FILE", "type:"),
            ("file.name:1..5", "1..5"),
            ("file.name:now-7d TO now", "now-7d TO now"),
            ("file.name:${NAME}", "${NAME}"),
            ("file.name:{{ name }}", "{{ name }}"),
            ("filter=type:FILE", "filter"),
            ("query:'type:FILE'", "query"),
            ("https://host/containers?filter=state%3ARUNNING", "https"),
            ("other like x", "like"),
            ("state in a, b", "in"),
            ("Vulnerability: a.score:[90 ... 100]", "a.score:"),
            ("file.name:cmd＊", "＊"),
            ("file.name:'∗.dll'", "∗"),
        ] {
            bad("foreign_words", text, place);
        }
        bad_in("open", "foreign_words", "type:FILE;action:CREATED", ";");
        bad_in("open", "foreign_words", "type:FILE&size=10", "&");
        good_in(
            "open",
            "foreign_words",
            &["a:http://x/?b=1&c=2", "a:C:\\b;D:\\c", "a:b&c", "a:b;c"],
        );
        good(
            "foreign_words",
            &[
                "file.name:{4D36E972-E325}",
                "file.name:a..b",
                "file.name:1.5",
                "file.name:*..*",
                "something else",
                "people in Paris",
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
