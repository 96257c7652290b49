//! Whether a string of a host is a filter, where nothing but its text says so.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::schema::Schema;

/// Words that begin statements of other languages.
const OTHERS: &[&str] = &[
    "select", "insert", "update", "delete", "with", "from", "let", "query", "mutation", "match",
    "show", "source", "search",
];

/// Whether a text looks like a filter: a name and a colon, or a token of some app and an operator. What
/// other tools keep at the same keys is not: SQL, pipes of KQL and SPL, GraphQL, JSON, paths and URLs.
///
/// ```
/// use qualys_filter::document::is_likely;
///
/// assert!(is_likely("type:FILE AND indicator.score > 5"));
/// assert!(!is_likely("SELECT * FROM events"));
/// ```
pub fn is_likely(text: &str) -> bool {
    !is_other(text) && has_clause(text, false)
}

/// Whether a text looks like a filter, and has a token of some app before an operator.
pub(super) fn is_known(text: &str) -> bool {
    !is_other(text) && has_clause(text, true)
}

/// Whether a text is of another language.
fn is_other(text: &str) -> bool {
    let text = text.trim();
    let lower = text
        .get(..12.min(text.len()))
        .unwrap_or(text)
        .to_ascii_lowercase();
    let first = lower.split(|c: char| !c.is_ascii_alphabetic()).next();
    let begins_other = first.is_some_and(|word| {
        OTHERS.contains(&word)
            && lower
                .get(word.len()..)
                .is_some_and(|rest| rest.starts_with(' '))
    });
    begins_other
        || text.starts_with(['{', '<', '/', '$', '#', '@', '|'])
        || text.contains("://") && !text.contains([' ', '"', '\'', '`'])
        || text.match_indices('|').any(|(at, _)| is_pipe(text, at))
}

/// Whether a sign `|` is the pipe of a language of commands, as in `Events | where x == 1`.
fn is_pipe(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + 1..).unwrap_or_default();
    !before.ends_with('|')
        && after
            .trim_start()
            .starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a name occurs with an operator after it; with `known`, that of a token of some app.
fn has_clause(text: &str, known: bool) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        rest = rest.get(start..).unwrap_or_default();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let next = after.trim_start();
        let is_colon = next.starts_with(':') && !next.starts_with("://") && !next.starts_with("::");
        let compares = next.starts_with(['=', '<', '>', '!'])
            || next
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("is "))
            || next
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("in "));
        let is_known = || KNOWN.contains(&*name.to_ascii_lowercase());
        if is_colon && !known || (is_colon || compares) && is_known() {
            return true;
        }
        rest = after;
    }
    false
}

/// The tokens of all apps, in lower case.
static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let schemas = Schema::BUILT_IN
        .iter()
        .filter_map(|name| Schema::named(name));
    let names = schemas.flat_map(|schema| {
        let names = schema
            .tokens()
            .iter()
            .map(|token| token.name().to_ascii_lowercase());
        names.collect::<Vec<_>>()
    });
    names.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_told_from_other_languages() {
        for text in [
            "type:FILE",
            "vulnerabilities:(severity:5 or severity:4) && not imagesInUse:[now-7d ... now]",
            "vendorSeverity==Critical and platform:Windows",
            "file.name = \"a.exe\"",
            "operatingSystem : `Windows`",
            "NOT type IS NULL",
            "type:FILE || action:CREATED",
            "indicator.score > 5",
        ] {
            assert!(is_likely(text), "{text}");
        }
        for text in [
            "",
            "*.log",
            "hosts",
            "SELECT * FROM a WHERE type = 'FILE'",
            "SecurityEvent | where EventID == 4688",
            "index=main type:x | stats count",
            "{ hero { name } }",
            "https://example.com/?a=b",
            "/var/log/a:b",
            "x = 5",
            "a::b",
            "$.store.book",
        ] {
            assert!(!is_likely(text), "{text}");
        }
    }
}
