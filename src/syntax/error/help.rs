//! What is said of every kind of mistake beside its message.

use super::codes::code;
use super::kind::ParseErrorKind;
use crate::diagnostic::{Code, Diagnostic, Parts};
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

    /// Its code, what is to be seen at its place, and what to do about it.
    fn parts(&self) -> Parts {
        use ParseErrorKind::*;
        match self {
            QueryTooLong { .. } => (const { code("query_too_long") }, "the limit is reached here", "split the filter, or raise the limit `query_bytes`".into()),
            TooManyClauses { .. } => (const { code("too_many_clauses") }, "the first clause over the limit", "write alternatives of one token as a list, `token:[a, b]`: it counts as one clause".into()),
            NestingTooDeep { .. } => (const { code("nesting_too_deep") }, "the first level over the limit", "take parentheses away that change nothing".into()),
            ListTooLong { .. } => (const { code("list_too_long") }, "the first value over the limit", "split the list in two: `token:[…] OR token:[…]`".into()),
            UnclosedQuote { quote, .. } => (const { code("unclosed_quote") }, "opened here", format!("put another `{quote}` at the end of the value").into()),
            TrailingBackslash => (const { code("trailing_backslash") }, "these two are read as a quote inside the value", "double the backslash before the closing quote: `\\\\`".into()),
            TextAfterQuote => (const { code("text_after_quote") }, "outside the quotes", "put the whole value between the quotes if it goes on, or a blank and `AND` after it".into()),
            CurlyQuote { straight, .. } => (const { code("curly_quote") }, "not a plain quote", format!("type a straight quote: `{straight}`").into()),
            UnicodeBlank { .. } => (const { code("unicode_blank") }, "looks like a space, or like nothing", "type an ordinary space, or nothing, or quote the value that it belongs to".into()),
            EncodedText { .. } => (const { code("encoded_text") }, "an escape", "write the filter without escapes; quote the value if this is part of it".into()),
            UnicodeOperator { meant, .. } => (const { code("unicode_operator") }, "not the character of this language", format!("type `{meant}`; quote a value that holds this character").into()),
            QuotedToken => (const { code("quoted_token") }, "quoted name", "write the name without quotes, as in `file.name:\"a.dll\"`".into()),
            UnclosedParenthesis => (const { code("unclosed_parenthesis") }, "opened here", "put a `)` where the group ends".into()),
            UnmatchedParenthesis => (const { code("unmatched_parenthesis") }, "no `(` before it", "take it away, or put a `(` where the group starts; quote a value that holds one".into()),
            EmptyParentheses => (const { code("empty_parentheses") }, "empty", "put a condition between them, or take them away".into()),
            UnbalancedValue => (const { code("unbalanced_value") }, "not closed before the value ends", "quote a value that holds a parenthesis; to start a group, put `AND` or `OR` before it".into()),
            UnclosedBracket => (const { code("unclosed_bracket") }, "opened here", "put a `]` after the last value".into()),
            EmptyList => (const { code("empty_list") }, "empty", "put at least one value in it: `token:[a]`".into()),
            MissingListValue => (const { code("missing_list_value") }, "a value is expected here", "put a value before the comma, or take the comma away".into()),
            ListSeparator => (const { code("list_separator") }, "a comma is expected here", "write `[a, b]`; quote a value that holds the word".into()),
            MissingValue { .. } => (const { code("missing_value") }, "a value is expected here", "write `token:value`; `token:*` asks for any value; `NOT` goes before the token".into()),
            MissingCondition { word, .. } => (const { code("missing_condition") }, "alone", format!("`{word}` needs a condition there, such as `type:FILE`").into()),
            MissingOperator => (const { code("missing_operator") }, "`AND` or `OR` is expected before this", "put `AND` or `OR` between them, or quote the value if it goes on here; two filters are two texts".into()),
            OpenBound => (const { code("open_bound") }, "a value is expected here", "for an open end, compare: `token >= a` or `token <= b`".into()),
            ThirdBound => (const { code("third_bound") }, "more than two ends", "write `token:[a .. b]`, or a list: `token:[a, b, c]`".into()),
            RangeTo => (const { code("range_to") }, "two dots are expected here", "write two dots: `token:[a .. b]`".into()),
            NotARange { .. } => (const { code("not_a_range") }, "two dots are expected here", "write two dots: `token:[a .. b]`; quote a value that holds this".into()),
            RangeInGroup => (const { code("range_in_group") }, "a range", "repeat the token: `token:a OR token:[b .. c]`; quote a value that holds two dots".into()),
            NotInGroup => (const { code("not_in_group") }, "among values", "repeat the token: `token:a AND NOT token:b`".into()),
            ParenthesesInGroup => (const { code("parentheses_in_group") }, "inside another pair", "repeat the token for each group of values, or write a list: `token:[a, b]`".into()),
            FreeTextInNested => (const { code("free_text_in_nested") }, "no token", "put a token and a colon before it: `token:value`".into()),
            FreeTextColon => (const { code("free_text_colon") }, "holds a colon", "a token is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter; quote free text that holds a colon".into()),
            ValueColon => (const { code("value_colon") }, "holds a colon", "quote the whole value, or put `AND` before the next token".into()),
            ValueOperator { .. } => (const { code("value_operator") }, "an operator", "quote the whole value, or put `AND` and a token before the operator".into()),
            IsWithoutNull { .. } => (const { code("is_without_null") }, "no `NULL` after this", "write `token:value`, or `token IS NULL`; quote it if it is free text".into()),
            DoubleEquals => (const { code("double_equals") }, "not an operator", "write `:`, as in `type:FILE`".into()),
            NotEquals { .. } => (const { code("not_equals") }, "not an operator", "put `NOT` before the clause, as in `NOT type:FILE`".into()),
            DoubleAmpersand => (const { code("double_ampersand") }, "not an operator", "write `AND`".into()),
            DoubleBar => (const { code("double_bar") }, "not an operator", "write `OR`".into()),
            Exclamation => (const { code("exclamation") }, "not an operator", "write `NOT`, as in `NOT type:FILE`; quote a value that starts with `!`".into()),
            LeadingMinus { found, .. } => (const { code("leading_minus") }, "not an operator", format!("write `NOT`, as in `NOT type:FILE`; quote free text that starts with `{found}`").into()),
            MisplacedNot => (const { code("misplaced_not") }, "belongs before the token", "put `NOT` before the clause, as in `NOT type:FILE`; quote it if it is free text".into()),
            InList => (const { code("in_list") }, "not an operator", "write the list in brackets: `token:[a, b]`".into()),
            WordOperator { .. } => (const { code("word_operator") }, "not an operator", "write `token:\"words\"` for words, `token:\"*part*\"` with `*` for any characters, `token > 5` to compare; quote it if it is free text".into()),
            ForeignOperator { .. } => (const { code("foreign_operator") }, "not an operator", "join conditions with `AND` or `OR`; in a clause write `:`, with `*` in the value for any characters; quote the value if this is part of it".into()),
            FunctionCall { .. } => (const { code("function_call") }, "not a function of this language", "write `token IS NULL` or `token IS NOT NULL` to ask for a value; no function changes what a token holds".into()),
            ColonComparison => (const { code("colon_comparison") }, "one operator too many", "take the colon away: `token > 5`".into()),
            ReversedComparison { .. } => (const { code("reversed_comparison") }, "not an operator", "write the `=` last: `>=`, `<=`".into()),
            ComparisonOperand => (const { code("comparison_operand") }, "more than one value", "write `token:[a, b]` for a list, `token:[a .. b]` for a range".into()),
            UnexpectedCharacter { .. } => (const { code("unexpected_character") }, "unexpected", "join conditions with `AND` or `OR`; quote a value if it starts with this character".into()),
        }
    }
}
