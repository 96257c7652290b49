//! A token that the answers of the service have no values for.

use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::{OnlyIn, Token};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::not_in_answers",
        Level::Advice,
        FixAvailability::None,
        "a token that the service searches by, without a value in its lists",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for tokens of which a list of answers has no value. In Container Security `vulnerabilities` is an array in the
answer about one image, and an object of counts in the list of images. Schemas say it with the key `only_in` of a token.
Of each filter the first such token is reported.

## Why

The service searches its index, so it is right to send it such a filter. An exported list is another matter: a clause on
the token never holds there, and `NOT` before it always does.

## Example

```qql-lint cs
vulnerabilities.severity:5 AND operatingSystem:Ubuntu
```

## Use instead

Where the filter is for the service, switch the rule off. To evaluate it, export the answer about each object; or ask
what a list has.

```qql cs
vulnerabilities.severity5 > 0 AND operatingSystem:Ubuntu
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let clauses = context.clauses();
    let found = clauses.filter_map(|(seen, clause)| {
        let token = seen.token?;
        Some((clause.token.span, token, token.only_in()?))
    });
    let mut found: Vec<_> = found.collect();
    // What no answer has is worse than what only lists do not have.
    found.sort_by_key(|(_, _, only_in)| *only_in != OnlyIn::Search);
    let first = found.first().map(|(span, token, only_in)| {
        let name = Token::name(token);
        let (message, label, help) = match only_in {
            OnlyIn::Details => (
                format!("lists of answers have no value for `{name}`"),
                "only in the answer about a single object",
                "the service searches its index for it; to evaluate the filter, export the answer about each object",
            ),
            OnlyIn::Search => (
                format!("no answer has a value for `{name}`"),
                "only in the index of the service",
                "the service searches its index for it; exported answers cannot be filtered by it",
            ),
        };
        RULE.diagnostic(*span, message)
            .with_label(label)
            .with_help(help)
    });
    first.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        bad_in(
            "cs",
            "not_in_answers",
            "operatingSystem:a AND vulnerabilities.severity:5",
            "vulnerabilities.severity",
        );
        // Once, in a nested group and below a `NOT`, too.
        bad_in(
            "cs",
            "not_in_answers",
            "NOT vulnerabilities:(severity:5 OR qid:38170)",
            "severity",
        );
        bad_in(
            "pm",
            "not_in_answers",
            "title:a AND patchStatus IS NULL",
            "patchStatus",
        );
        good_in(
            "cs",
            "not_in_answers",
            &["vulnerabilities.severity5 > 0", "operatingSystem:a"],
        );
        good_in("vmdr", "not_in_answers", &["vulnerabilities.severity:5"]);
        good("not_in_answers", &["vulnerabilities.severity:5"]);
    }
}
