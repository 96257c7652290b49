//! The codes of mistakes in the text of a filter, in the order of their page in the book, whose first sentences the summaries
//! are.

use FixAvailability::{None as NoFix, Safe, Unsafe};

use crate::diagnostic::{Code, FixAvailability, Level};

/// Every code.
pub(crate) const CODES: &[Code] = &[
    error(
        "qql::parse::query_too_long",
        NoFix,
        "the text has more bytes than the limit `query_bytes`, 64 KiB by default",
    ),
    error(
        "qql::parse::too_many_clauses",
        NoFix,
        "there are more clauses than the limit `clauses`, 1000 by default, which is the service's own",
    ),
    error(
        "qql::parse::nesting_too_deep",
        NoFix,
        "there are more parentheses and `NOT`s around each other than the limit `nesting`, 1000 by default",
    ),
    error(
        "qql::parse::list_too_long",
        NoFix,
        "a list has more values than the limit `list_items`, 1024 by default",
    ),
    error(
        "qql::parse::unclosed_quote",
        NoFix,
        "a quote is opened and never closed",
    ),
    error(
        "qql::parse::trailing_backslash",
        Safe,
        "a backslash before a quote makes the quote part of the value",
    ),
    error(
        "qql::parse::text_after_quote",
        Unsafe,
        "the value seems to go on after its closing quote",
    ),
    error(
        "qql::parse::curly_quote",
        Safe,
        "the quotes are those of a word processor or a web page",
    ),
    error(
        "qql::parse::unicode_blank",
        Safe,
        "the character looks like a space, or like nothing at all, and is neither: a no-break space, mostly, that came with pasted text",
    ),
    error(
        "qql::parse::encoded_text",
        Unsafe,
        "the filter is escaped for a place where it no longer is: for HTML (`&quot;`, `&amp;`, `&gt;`), for JSON or a shell (`\\\"`), or for a URL (`type%3AFILE`)",
    ),
    error(
        "qql::parse::unicode_operator",
        Safe,
        "a character that looks like one of the language is in its place: `：`, `＝`, `≥`, `（`, `［`, `，` from a keyboard for Chinese or Japanese",
    ),
    error(
        "qql::parse::quoted_token",
        Safe,
        "the name of a token is in quotes",
    ),
    error(
        "qql::parse::unclosed_parenthesis",
        NoFix,
        "a parenthesis is opened and never closed",
    ),
    error(
        "qql::parse::unmatched_parenthesis",
        NoFix,
        "a parenthesis is closed that was never opened",
    ),
    error(
        "qql::parse::empty_parentheses",
        NoFix,
        "there is nothing between a pair of parentheses",
    ),
    error(
        "qql::parse::unbalanced_value",
        NoFix,
        "a bare value holds a parenthesis that it does not close",
    ),
    error(
        "qql::parse::unclosed_bracket",
        NoFix,
        "a list or a range is opened with `[` and never closed",
    ),
    error("qql::parse::empty_list", NoFix, "a list has no values"),
    error(
        "qql::parse::missing_list_value",
        NoFix,
        "between two commas of a list, or between a comma and the bracket, there is no value",
    ),
    error(
        "qql::parse::list_separator",
        Safe,
        "the values of a list are separated by commas, not by `OR`, `AND` or blanks",
    ),
    error(
        "qql::parse::missing_value",
        NoFix,
        "there is no value after the operator",
    ),
    error(
        "qql::parse::missing_condition",
        NoFix,
        "`AND`, `OR` or `NOT` has no condition on one of its sides",
    ),
    error(
        "qql::parse::missing_operator",
        Unsafe,
        "two conditions are side by side with nothing between them",
    ),
    error(
        "qql::parse::open_bound",
        Safe,
        "one end of a range is missing or `*`",
    ),
    error(
        "qql::parse::third_bound",
        NoFix,
        "a range has two ends, and here is more",
    ),
    error(
        "qql::parse::range_to",
        Safe,
        "`TO` makes a range in Lucene's language",
    ),
    error(
        "qql::parse::not_a_range",
        Safe,
        "two or three dots make a range",
    ),
    error(
        "qql::parse::range_in_group",
        NoFix,
        "a range is among the values of a group",
    ),
    error(
        "qql::parse::not_in_group",
        NoFix,
        "`NOT` is among the values of a group",
    ),
    error(
        "qql::parse::parentheses_in_group",
        NoFix,
        "parentheses are among the values of a group",
    ),
    error(
        "qql::parse::free_text_in_nested",
        NoFix,
        "a value without a token is in a nested group, which takes only clauses on sub-tokens",
    ),
    error(
        "qql::parse::free_text_colon",
        NoFix,
        "this is neither a token with its value nor free text: the part before the colon cannot be the name of a token, mostly because it is misspelt",
    ),
    error(
        "qql::parse::value_colon",
        NoFix,
        "a later word of a bare value holds a colon",
    ),
    error(
        "qql::parse::value_operator",
        NoFix,
        "a later word of a bare value starts with `<`, `>` or `=`",
    ),
    error(
        "qql::parse::is_without_null",
        Unsafe,
        "`IS` is an operator only before `NULL` and `NOT NULL`",
    ),
    error(
        "qql::parse::double_equals",
        Safe,
        "`==` is an operator in other languages",
    ),
    error(
        "qql::parse::not_equals",
        Safe,
        "`!=` and `<>` are operators in other languages",
    ),
    error(
        "qql::parse::double_ampersand",
        Safe,
        "`&&` is an operator in other languages",
    ),
    error(
        "qql::parse::double_bar",
        Safe,
        "`||` is an operator in other languages",
    ),
    error(
        "qql::parse::exclamation",
        Safe,
        "`!` is an operator in other languages",
    ),
    error(
        "qql::parse::leading_minus",
        Safe,
        "a minus before a condition excludes it in other languages, and so does a dash that an editor made of it",
    ),
    error(
        "qql::parse::misplaced_not",
        Unsafe,
        "`NOT` is between a token and its value",
    ),
    error(
        "qql::parse::in_list",
        Safe,
        "`in (…)` is an operator in SQL, and some converters of rules write it, also `in […]` and `not in (…)`",
    ),
    error(
        "qql::parse::word_operator",
        Unsafe,
        "`LIKE`, `contains`, `startswith`, `endswith`, `matches regex`, `has_any`, `eq`, `gt` and the like are operators in other languages",
    ),
    error(
        "qql::parse::foreign_operator",
        Unsafe,
        "`=~`, `!~`, `~`, `===` are operators of clauses in other languages, and `|`, `&`, `+`, `^` join conditions there",
    ),
    error(
        "qql::parse::function_call",
        Safe,
        "`isnull(token)`, `exists(token)` and `_exists_:token` ask in other languages whether there is a value",
    ),
    error(
        "qql::parse::colon_comparison",
        Safe,
        "a comparison takes the place of the colon; the service refuses both",
    ),
    error(
        "qql::parse::reversed_comparison",
        Safe,
        "`=>` and `=<` are not operators: the `=` comes last",
    ),
    error(
        "qql::parse::comparison_operand",
        NoFix,
        "a comparison takes one value, not a list or a range",
    ),
    error(
        "qql::parse::unexpected_character",
        Unsafe,
        "the character cannot be here",
    ),
];

/// The code of this name; an unknown name does not compile in a constant.
pub(super) const fn code(name: &str) -> &'static Code {
    Code::named(CODES, name)
}

const fn error(text: &'static str, fix: FixAvailability, summary: &'static str) -> Code {
    Code::new(text, Level::Error, fix, summary)
}
