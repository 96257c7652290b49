//! Filters in the strings of programs: at certain names, or marked by a comment `qql`.
//!
//! One tokenizer reads all languages by their row in [`language`]; nothing is known of their grammars. A
//! string counts if it is the value of a name, of a keyword argument or of a key of a table.

mod holes;
mod language;
mod literal;
mod scan;
mod text;
mod values;
mod walk;

use super::{Format, Found, Host, HostError, HostOptions};
use language::Language;

/// The format of a language.
const fn format(
    name: &'static str,
    summary: &'static str,
    plural: &'static str,
    extensions: &'static [&'static str],
    host: &'static Source,
) -> Format {
    Format {
        name,
        summary,
        plural,
        extensions,
        names: &[],
        is_written: true,
        is_plain: false,
        has_keys: true,
        host,
    }
}

pub(super) static PYTHON: Format = format(
    "python",
    "Filters in strings of Python.",
    "strings of Python",
    &["py", "pyi"],
    &Source(&language::PYTHON),
);

pub(super) static JAVASCRIPT: Format = format(
    "javascript",
    "Filters in strings of JavaScript and TypeScript.",
    "strings of JavaScript",
    &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"],
    &Source(&language::JAVASCRIPT),
);

pub(super) static GO: Format = format(
    "go",
    "Filters in strings of Go.",
    "strings of Go",
    &["go"],
    &Source(&language::GO),
);

pub(super) static JAVA: Format = format(
    "java",
    "Filters in strings of Java.",
    "strings of Java",
    &["java"],
    &Source(&language::JAVA),
);

pub(super) static KOTLIN: Format = format(
    "kotlin",
    "Filters in strings of Kotlin.",
    "strings of Kotlin",
    &["kt", "kts"],
    &Source(&language::KOTLIN),
);

pub(super) static CSHARP: Format = format(
    "csharp",
    "Filters in strings of C#.",
    "strings of C#",
    &["cs"],
    &Source(&language::CSHARP),
);

pub(super) static RUST: Format = format(
    "rust",
    "Filters in strings of Rust.",
    "strings of Rust",
    &["rs"],
    &Source(&language::RUST),
);

pub(super) static PHP: Format = format(
    "php",
    "Filters in strings of PHP.",
    "strings of PHP",
    &["php"],
    &Source(&language::PHP),
);

#[derive(Debug)]
struct Source(&'static Language);

impl Host for Source {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let keys = options.keys.of_programs();
        // Most files have no such name.
        if !keys.may_be_in(text) && !walk::has_mark(text) {
            return Ok(Found::default());
        }
        let bom = text.len() - text.trim_start_matches('\u{feff}').len();
        let inside = text.get(bom..).unwrap_or_default();
        let mut filters = walk::filters(inside, bom, self.0, &keys);
        filters.sort_by_key(|filter| filter.range().start);
        filters.dedup_by(|second, first| second.range().start < first.range().end);
        Ok(filters.into())
    }
}

#[cfg(test)]
mod tests;
