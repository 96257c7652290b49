//! A token that another one should take the place of.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::preferred_token",
        Level::Advice,
        FixAvailability::Unsafe,
        "a token that another one means the same as, and is better known",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for tokens in whose place another should be written: it means the same, and more is known of it. Schemas say it
with the key `prefer` of a token. A schema of your own can say so of tokens that are deprecated.

## Why

Of two names that look the same, one may be only in private notes, or be on its way out. The service may answer the
one and not the other, and an exported answer may have a value for one of them only.

## Example

```qql-lint vmdr
vulnerabilities.vulnerability.cisaKev:true
```

## Use instead

```qql vmdr
vulnerabilities.riskFactor.isCisaKnownExploit:true
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let diagnostics = context.clauses().filter_map(|(seen, clause)| {
        let token = seen.token?;
        let preferred = context.schema.token(token.prefer()?)?.name();
        let diagnostic = RULE
            .diagnostic(
                clause.token.span,
                format!("`{preferred}` is the better name for this"),
            )
            .with_label("another token means the same")
            .with_help(format!("write `{preferred}` if the same is meant"));
        // In a nested group only the end of a name is written, and the other token may be of another array.
        if seen.group.is_some() {
            return Some(diagnostic);
        }
        let edit = Edit::replace(clause.token.span, preferred);
        Some(diagnostic.with_fix(Fix::new(Applicability::Unsafe, vec![edit])))
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use crate::lint::cases::*;
    use crate::schema::Schema;

    #[test]
    fn cases() {
        fixed_in(
            "vmdr",
            "preferred_token",
            "vulnerabilities.vulnerability.QDS > 80 AND name:a",
            "vulnerabilities.detectionScore > 80 AND name:a",
        );
        fixed_in(
            "cs",
            "preferred_token",
            "containers.state:RUNNING",
            "state:RUNNING",
        );
        bad_in(
            "vmdr",
            "preferred_token",
            "vulnerabilities:(vulnerability.cisaKev:true AND severity:5)",
            "vulnerability.cisaKev",
        );
        good_in(
            "vmdr",
            "preferred_token",
            &[
                "vulnerabilities.riskFactor.isCisaKnownExploit:true",
                "vulnerabilities.vulnerability.cveIds:CVE-2023-6246",
                // Pages of Qualys show both.
                "vulnerabilities.vulnerability.patchAvailable:true OR vulnerabilities.vulnerability.isPatchAvailable:true",
            ],
        );
        good(
            "preferred_token",
            &["vulnerabilities.vulnerability.qds > 80"],
        );
    }

    #[test]
    fn what_the_catalogs_prefer_is_a_better_known_token_of_the_same_kind_and_scope() {
        let mut all = 0;
        for name in Schema::BUILT_IN {
            let schema = Schema::built_in(name).unwrap();
            let preferred =
                |token| Some((token, schema.token(crate::schema::Token::prefer(token)?)));
            for (token, other) in schema.tokens().iter().filter_map(preferred) {
                let other = other.unwrap();
                let of = |token: &crate::schema::Token| (token.kind(), token.scope().to_owned());
                assert_eq!(of(token), of(other), "{}", token.name());
                assert!(other.evidence() <= token.evidence(), "{}", token.name());
                assert_eq!(other.prefer(), None, "{}", token.name());
                all += 1;
            }
        }
        assert!(all > 0);
    }
}
