//! Every kind of mistake in the text of a filter, with all that is said of it beside its message, in the order of their page in
//! the book, whose first sentences the summaries are.
//!
//! A kind without a row does not compile.

use FixAvailability::{None as NoFix, Safe, Unsafe};

use super::kind::ParseErrorKind;
use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level, Parts};
use crate::span::Span;

impl ParseErrorKind {
    /// The code of this kind.
    pub fn code(&self) -> &'static Code {
        self.parts().0
    }

    /// What there is to say about a mistake of this kind at a place.
    pub(super) fn diagnostic(&self, span: Span) -> Diagnostic {
        let (code, label, help) = self.parts();
        Diagnostic::new(code, span, self.to_string())
            .with_label(label)
            .with_help(help)
    }
}

const fn error(text: &'static str, fix: FixAvailability, summary: &'static str) -> Code {
    Code::new(text, Level::Error, fix, summary)
}

/// Makes the list of the codes, and what leads from a kind to its code, its label and its help. A row is
/// the code, whether there is a fix, and the summary; the kind; what is to be seen at its
/// place, and what to do about it.
macro_rules! kinds {
    ($($code:literal, $fix:expr, $summary:literal, $kind:pat => $label:literal, $help:expr;)*) => {
        /// Every code.
        pub(crate) const CODES: &[Code] =
            &[$(error($code, $fix, $summary)),*];

        impl ParseErrorKind {
            /// Its code, what is to be seen at its place, and what to do about it.
            fn parts(&self) -> Parts {
                use ParseErrorKind::*;
                match self {
                    $($kind => (const { Code::named(CODES, $code) }, $label, $help),)*
                }
            }
        }
    };
}

kinds! {
    "qql::parse::query_too_long", NoFix, "the text has more bytes than the limit `query_bytes`, 64 KiB by default",
        QueryTooLong { .. } => "the limit is reached here",
        "split the filter, or raise the limit `query_bytes`".into();
    "qql::parse::too_many_clauses", NoFix, "there are more clauses than the limit `clauses`, 1000 by default, which is the service's own",
        TooManyClauses { .. } => "the first clause over the limit",
        "write alternatives of one token as a list, `token:[a, b]`: it counts as one clause".into();
    "qql::parse::nesting_too_deep", NoFix, "there are more parentheses and `NOT`s around each other than the limit `nesting`, 1000 by default",
        NestingTooDeep { .. } => "the first level over the limit",
        "remove parentheses that change nothing".into();
    "qql::parse::list_too_long", NoFix, "a list has more values than the limit `list_items`, 1024 by default",
        ListTooLong { .. } => "the first value over the limit",
        "split the list in two: `token:[…] OR token:[…]`".into();
    "qql::parse::unclosed_quote", NoFix, "a quote is opened and never closed",
        UnclosedQuote { quote, .. } => "opened here",
        format!("put another `{quote}` at the end of the value").into();
    "qql::parse::trailing_backslash", Safe, "a backslash before a quote makes the quote part of the value",
        TrailingBackslash => "these two are read as a quote inside the value",
        "double the backslash before the closing quote: `\\\\`".into();
    "qql::parse::text_after_quote", Unsafe, "the value seems to go on after its closing quote",
        TextAfterQuote => "outside the quotes",
        "put the whole value between the quotes if it goes on, or a blank and `AND` after it".into();
    "qql::parse::curly_quote", Safe, "the quotes are those of a word processor or a web page",
        CurlyQuote { straight, .. } => "not a plain quote",
        format!("type a straight quote: `{straight}`").into();
    "qql::parse::unicode_blank", Safe, "the character looks like a space, or like nothing at all, and is neither: a no-break space, mostly, that came with pasted text",
        UnicodeBlank { .. } => "looks like a space, or like nothing",
        "type an ordinary space, or nothing, or quote the value that it belongs to".into();
    "qql::parse::encoded_text", Unsafe, "the filter is escaped for a place where it no longer is: for HTML (`&quot;`, `&amp;`, `&gt;`), for JSON or a shell (`\\\"`), or for a URL (`type%3AFILE`)",
        EncodedText { .. } => "an escape",
        "write the filter without escapes; quote the value if this is part of it".into();
    "qql::parse::unicode_operator", Safe, "a character that looks like one of the language is in its place: `：`, `＝`, `≥`, `（`, `［`, `，` from a keyboard for Chinese or Japanese",
        UnicodeOperator { meant, .. } => "not the character of this language",
        format!("type `{meant}`; quote a value that holds this character").into();
    "qql::parse::quoted_token", Safe, "the name of a token is in quotes",
        QuotedToken => "quoted name",
        "write the name without quotes, as in `file.name:\"a.dll\"`".into();
    "qql::parse::unclosed_parenthesis", NoFix, "a parenthesis is opened and never closed",
        UnclosedParenthesis => "opened here",
        "put a `)` where the group ends".into();
    "qql::parse::unmatched_parenthesis", NoFix, "a parenthesis is closed that was never opened",
        UnmatchedParenthesis => "no `(` before it",
        "remove it, or put a `(` where the group starts; quote a value that holds one".into();
    "qql::parse::empty_parentheses", NoFix, "there is nothing between a pair of parentheses",
        EmptyParentheses => "empty",
        "put a condition between them, or remove them".into();
    "qql::parse::unbalanced_value", NoFix, "a bare value holds a parenthesis that it does not close",
        UnbalancedValue => "not closed before the value ends",
        "quote a value that holds a parenthesis; to start a group, put `AND` or `OR` before it".into();
    "qql::parse::unclosed_bracket", NoFix, "a list or a range is opened with `[` and never closed",
        UnclosedBracket => "opened here",
        "put a `]` after the last value".into();
    "qql::parse::empty_list", NoFix, "a list has no values",
        EmptyList => "empty",
        "put at least one value in it: `token:[a]`".into();
    "qql::parse::missing_list_value", NoFix, "between two commas of a list, or between a comma and the bracket, there is no value",
        MissingListValue => "a value is expected here",
        "put a value before the comma, or remove the comma".into();
    "qql::parse::list_separator", Safe, "the values of a list are separated by commas, not by `OR`, `AND` or blanks",
        ListSeparator => "a comma is expected here",
        "write `[a, b]`; quote a value that holds the word".into();
    "qql::parse::missing_value", NoFix, "there is no value after the operator",
        MissingValue { .. } => "a value is expected here",
        "write `token:value`; `token:*` asks for any value; `NOT` goes before the token".into();
    "qql::parse::missing_condition", NoFix, "`AND`, `OR` or `NOT` has no condition on one of its sides",
        MissingCondition { word, .. } => "alone",
        format!("`{word}` needs a condition there, such as `type:FILE`").into();
    "qql::parse::missing_operator", Unsafe, "two conditions are side by side with nothing between them",
        MissingOperator => "`AND` or `OR` is expected before this",
        "put `AND` or `OR` between them, or quote the value if it goes on here; two filters are two texts".into();
    "qql::parse::open_bound", Safe, "one end of a range is missing or `*`",
        OpenBound => "a value is expected here",
        "for an open end, compare: `token >= a` or `token <= b`".into();
    "qql::parse::third_bound", NoFix, "a range has two ends, and here is more",
        ThirdBound => "more than two ends",
        "write `token:[a .. b]`, or a list: `token:[a, b, c]`".into();
    "qql::parse::range_to", Safe, "`TO` makes a range in Lucene's language",
        RangeTo => "two dots are expected here",
        "write two dots: `token:[a .. b]`".into();
    "qql::parse::not_a_range", Safe, "two or three dots make a range",
        NotARange { .. } => "two dots are expected here",
        "write two dots: `token:[a .. b]`; quote a value that holds this".into();
    "qql::parse::range_in_group", NoFix, "a range is among the values of a group",
        RangeInGroup => "a range",
        "repeat the token: `token:a OR token:[b .. c]`; quote a value that holds two dots".into();
    "qql::parse::not_in_group", NoFix, "`NOT` is among the values of a group",
        NotInGroup => "among values",
        "repeat the token: `token:a AND NOT token:b`".into();
    "qql::parse::parentheses_in_group", NoFix, "parentheses are among the values of a group",
        ParenthesesInGroup => "inside another pair",
        "repeat the token for each group of values, or write a list: `token:[a, b]`".into();
    "qql::parse::free_text_in_nested", NoFix, "a value without a token is in a nested group, which takes only clauses on sub-tokens",
        FreeTextInNested => "no token",
        "put a token and a colon before it: `token:value`".into();
    "qql::parse::free_text_colon", NoFix, "this is neither a token with its value nor free text: the part before the colon cannot be the name of a token, mostly because it is misspelt",
        FreeTextColon => "holds a colon",
        "a token is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter; quote free text that holds a colon".into();
    "qql::parse::value_colon", NoFix, "a later word of a bare value holds a colon",
        ValueColon => "holds a colon",
        "quote the whole value, or put `AND` before the next token".into();
    "qql::parse::value_operator", NoFix, "a later word of a bare value starts with `<`, `>` or `=`",
        ValueOperator { .. } => "an operator",
        "quote the whole value, or put `AND` and a token before the operator".into();
    "qql::parse::is_without_null", Unsafe, "`IS` is an operator only before `NULL` and `NOT NULL`",
        IsWithoutNull { .. } => "no `NULL` after this",
        "write `token:value`, or `token IS NULL`; quote it if it is free text".into();
    "qql::parse::double_equals", Safe, "`==` is an operator in other languages",
        DoubleEquals => "not an operator",
        "write `:`, as in `type:FILE`".into();
    "qql::parse::not_equals", Safe, "`!=` and `<>` are operators in other languages",
        NotEquals { .. } => "not an operator",
        "put `NOT` before the clause, as in `NOT type:FILE`".into();
    "qql::parse::double_ampersand", Safe, "`&&` is an operator in other languages",
        DoubleAmpersand => "not an operator",
        "write `AND`".into();
    "qql::parse::double_bar", Safe, "`||` is an operator in other languages",
        DoubleBar => "not an operator",
        "write `OR`".into();
    "qql::parse::exclamation", Safe, "`!` is an operator in other languages",
        Exclamation => "not an operator",
        "write `NOT`, as in `NOT type:FILE`; quote a value that starts with `!`".into();
    "qql::parse::leading_minus", Safe, "a minus before a condition excludes it in other languages, and so does a dash that an editor made of it",
        LeadingMinus { found, .. } => "not an operator",
        format!("write `NOT`, as in `NOT type:FILE`; quote free text that starts with `{found}`").into();
    "qql::parse::misplaced_not", Unsafe, "`NOT` is between a token and its value",
        MisplacedNot => "belongs before the token",
        "put `NOT` before the clause, as in `NOT type:FILE`; quote it if it is free text".into();
    "qql::parse::in_list", Safe, "`in (…)` is an operator in SQL, and some converters of rules write it, also `in […]` and `not in (…)`",
        InList => "not an operator",
        "write the list in brackets: `token:[a, b]`".into();
    "qql::parse::word_operator", Unsafe, "`LIKE`, `contains`, `startswith`, `endswith`, `matches regex`, `has_any`, `eq`, `gt` and the like are operators in other languages",
        WordOperator { .. } => "not an operator",
        "write `token:\"words\"` for words, `token:\"*part*\"` with `*` for any characters, `token > 5` to compare; quote it if it is free text".into();
    "qql::parse::foreign_operator", Unsafe, "`=~`, `!~`, `~`, `===` are operators of clauses in other languages, and `|`, `&`, `+`, `^` join conditions there",
        ForeignOperator { .. } => "not an operator",
        "join conditions with `AND` or `OR`; in a clause write `:`, with `*` in the value for any characters; quote the value if this is part of it".into();
    "qql::parse::function_call", Safe, "`isnull(token)`, `exists(token)` and `_exists_:token` ask in other languages whether there is a value",
        FunctionCall { .. } => "not a function of this language",
        "write `token IS NULL` or `token IS NOT NULL` to ask for a value; no function changes what a token holds".into();
    "qql::parse::colon_comparison", Safe, "a comparison takes the place of the colon; the service refuses both",
        ColonComparison => "one operator too many",
        "remove the colon: `token > 5`".into();
    "qql::parse::reversed_comparison", Safe, "`=>` and `=<` are not operators: the `=` comes last",
        ReversedComparison { .. } => "not an operator",
        "write the `=` last: `>=`, `<=`".into();
    "qql::parse::comparison_operand", NoFix, "a comparison takes one value, not a list or a range",
        ComparisonOperand => "more than one value",
        "write `token:[a, b]` for a list, `token:[a .. b]` for a range".into();
    "qql::parse::unexpected_character", Unsafe, "the character cannot be here",
        UnexpectedCharacter { .. } => "unexpected",
        "join conditions with `AND` or `OR`; quote a value if it starts with this character".into();
}
