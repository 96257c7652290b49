//! The rules of the parser and of the check, from the pages of the documentation.

use super::rule::Rule;
use crate::diagnostic::{FixAvailability, Level};

const PARSE: &str = include_str!("../../docs/src/codes/parse.md");
const CHECK: &str = include_str!("../../docs/src/codes/check.md");

/// What the check finds, but only warns of.
const WARNINGS: [&str; 6] = [
    "qql::check::unknown_token",
    "qql::check::unknown_value",
    "qql::check::dotted_group",
    "qql::check::unordered_bound",
    "qql::check::quoted_range",
    "qql::check::no_shared_array",
];

/// A rule for each section of the pages: its code is the heading, its summary the first sentence.
pub(super) fn of_parser_and_check() -> Vec<Rule> {
    let sections = [PARSE, CHECK]
        .into_iter()
        .flat_map(|page| page.split("\n## ").skip(1));
    let rule = |section: &'static str| {
        let (code, text) = section.split_once('\n')?;
        let text = text.trim();
        let first = text.split("\n\n").next()?.replace('\n', " ");
        let end = first.find(". ").unwrap_or(first.len());
        let summary = first.get(..end)?.trim_end_matches('.');
        let summary = summary.strip_prefix("A warning: ").unwrap_or(summary);
        let mut letters = summary.chars();
        // As those of the other rules are written.
        let first: String = letters.next()?.to_lowercase().collect();
        let summary = first + letters.as_str();
        Some(Rule {
            code,
            summary: summary.into(),
            level: match WARNINGS.contains(&code) {
                true => Level::Warning,
                false => Level::Error,
            },
            fixes: fixes(code),
            page: text,
            run: None,
        })
    };
    sections.filter_map(rule).collect()
}

/// Which of them come with a change.
fn fixes(code: &str) -> FixAvailability {
    let name = code.rsplit("::").next().unwrap_or(code);
    match name {
        "text_after_quote" | "missing_operator" | "unexpected_character" => FixAvailability::Unsafe,
        "encoded_text" | "foreign_operator" | "is_without_null" | "misplaced_not" => {
            FixAvailability::Unsafe
        }
        "unknown_token" | "unknown_value" | "group_only" => FixAvailability::Unsafe,
        "dotted_group" | "quoted_range" => FixAvailability::Mixed,
        "curly_quote" | "unicode_blank" | "trailing_backslash" | "quoted_token" => {
            FixAvailability::Safe
        }
        "unicode_operator" | "not_a_range" | "function_call" => FixAvailability::Safe,
        "list_separator" | "range_to" | "open_bound" | "in_list" => FixAvailability::Safe,
        "double_equals" | "not_equals" | "reversed_comparison" | "colon_comparison" => {
            FixAvailability::Safe
        }
        "double_ampersand" | "double_bar" | "exclamation" | "leading_minus" => {
            FixAvailability::Safe
        }
        "not_taken" | "unicode_sign" | "date_blank" => FixAvailability::Safe,
        "day_zone" | "epoch_seconds" => FixAvailability::Unsafe,
        _ => FixAvailability::None,
    }
}
