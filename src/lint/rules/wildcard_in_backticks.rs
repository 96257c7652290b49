//! `*` between backticks, where it is an ordinary character.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level};
use crate::lint::context::Context;
use crate::lint::rule::Rule;
use crate::schema::Form;
use crate::syntax::{Quoting, quote};

pub(super) static RULE: Rule = Rule::new(
    &Code::new(
        "qql::lint::wildcard_in_backticks",
        Level::Warning,
        FixAvailability::Unsafe,
        "a `*` between backticks, where it is an ordinary character",
    ),
    PAGE,
    Some(run),
);

const PAGE: &str = r#"## What it does

Looks for `*` between backticks.

## Why

Backticks ask for exactly the characters between them, so `*` is only itself there. Converters of detection
rules write patterns this way, and such filters match nothing.

Converters also keep the escapes of the rule that they read: `\\*` is one backslash and a wildcard in Sigma. A
path has two backslashes in a row only at its start, as in `\\server\share`. The fix therefore writes one
backslash where a converter has written two: before and after a `*`, and within a path. Two backslashes that
start a path stay.

## Example

```qql-lint edr
file.name:`*.dll`
registry.path:`*\Services\PortProxy\\*`
```

## Use instead

Quotes, in which `*` matches any characters.

```qql edr
file.name:"*.dll"
registry.path:"*\Services\PortProxy\*"
```
"#;

fn run(context: &Context<'_>) -> Vec<Diagnostic> {
    let most = context.limits().wildcards;
    let diagnostics = context.values().filter_map(|(seen, _, literal)| {
        let wildcards = literal.text.matches('*').count();
        let written = literal.quoting == Quoting::Backtick && wildcards > 0;
        if !written || !seen.kind().takes(Form::Wildcard) {
            return None;
        }
        let pattern = unescaped(&literal.text);
        let help = match pattern == *literal.text {
            true => "use quotes if `*` is to match any characters",
            false => {
                "use quotes if `*` is to match any characters, and one backslash where the escapes \
                 of a converted rule have two"
            }
        };
        let diagnostic = RULE
            .diagnostic(
                literal.span,
                "`*` is an ordinary character between backticks",
            )
            .with_label("matches a `*` only")
            .with_help(help);
        Some(match wildcards <= most {
            true => {
                let edit = Edit::replace(literal.span, quote(&pattern));
                diagnostic.with_fix(Fix::new(Applicability::Unsafe, [edit]))
            }
            // In quotes it would be an error.
            false => diagnostic,
        })
    });
    diagnostics.collect()
}

/// The pattern without the escapes of the rule that it was converted from.
///
/// A run of backslashes is halved beside a `*`, where it only makes the pattern match more, and inside of a
/// path, where two in a row are never meant. At the start of a path two are the beginning of `\\server\share`
/// or `\\?\C:\`, and stay; more than two are escapes there too.
fn unescaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, run) = rest.split_at_checked(at).unwrap_or((rest, ""));
        pattern.push_str(before);
        let after = run.trim_start_matches('\\');
        let count = run.len() - after.len();
        let starts_a_path = |c: char| c.is_whitespace() || "\"'`=,;(<>|".contains(c);
        let first = pattern.chars().next_back().is_none_or(starts_a_path);
        let kept = match count {
            1 => 1,
            2 if first && !after.starts_with('*') => 2,
            _ => count / 2,
        };
        pattern.extend(std::iter::repeat_n('\\', kept));
        rest = after;
    }
    pattern.push_str(rest);
    pattern
}

#[cfg(test)]
mod tests {
    use super::unescaped;
    use crate::lint::cases::*;

    #[test]
    fn cases() {
        fixed(
            "wildcard_in_backticks",
            "file.name:`*.dll`",
            r#"file.name:"*.dll""#,
        );
        fixed(
            "wildcard_in_backticks",
            r"registry.path:`*\PortProxy\v4tov4\tcp\\*`",
            r#"registry.path:"*\PortProxy\v4tov4\tcp\*""#,
        );
        let many = format!("`{}`", "*a".repeat(33));
        bad("wildcard_in_backticks", &format!("file.name:{many}"), &many);
        good(
            "wildcard_in_backticks",
            &["file.name:`a.dll`", "file.name:'*.dll'"],
        );
    }

    #[test]
    fn escapes_of_converted_rules_are_undone() {
        for (written, meant) in [
            (r"*\Servers\\*", r"*\Servers\*"),
            (r"*\\Temp\\*", r"*\Temp\*"),
            (r"*\\a\\*\\b\\*", r"*\a\*\b\*"),
            (r"*\Temp\*", r"*\Temp\*"),
            (r"C:\\Users\\*\\x.exe", r"C:\Users\*\x.exe"),
            (r"C:\Users\\*\x.exe", r"C:\Users\*\x.exe"),
            (r"\\*", r"\*"),
            (r"\\*\Temp\\*", r"\*\Temp\*"),
            (r"*\\", r"*\"),
            (r"*\\?\GLOBALROOT\\*", r"*\?\GLOBALROOT\*"),
            (r"C:\\?\\*", r"C:\?\*"),
            // A literal star in Sigma, which quotes cannot write; a wildcard matches it too.
            (r"a\\\*", r"a\*"),
            // The start of a path.
            (r"\\server\share\*", r"\\server\share\*"),
            (r"\\server\share\\*", r"\\server\share\*"),
            (r"\\\\server\\share\\*", r"\\server\share\*"),
            (r"\\?\C:\Windows\\*", r"\\?\C:\Windows\*"),
            (r"\\.\pipe\\*", r"\\.\pipe\*"),
            (r"cmd /c \\server\share\\*", r"cmd /c \\server\share\*"),
            (r#"* "\\srv\c$\\*"#, r#"* "\\srv\c$\*"#),
            (r"*\\\\*\\C$\\*", r"*\\*\C$\*"),
            ("*é\\\\*", "*é\\*"),
            ("*", "*"),
        ] {
            assert_eq!(unescaped(written), meant, "{written}");
        }
    }
}
