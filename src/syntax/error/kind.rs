//! Every kind of mistake, with its message, its code and what to write instead.

use miette::Diagnostic;
use thiserror::Error;

/// What is wrong with a query's text; each kind shows a text that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// More bytes than [`Limits::query_bytes`](crate::Limits::query_bytes).
    #[error("the filter has {bytes} bytes, more than the limit of {limit}")]
    #[diagnostic(
        code(qql::parse::query_too_long),
        help("split the filter, or raise the limit `query_bytes`")
    )]
    QueryTooLong {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More clauses than [`Limits::clauses`](crate::Limits::clauses).
    #[error("the filter has more than {limit} clauses")]
    #[diagnostic(
        code(qql::parse::too_many_clauses),
        help("write alternatives of one token as a list, `token:[a, b]`: it counts as one clause")
    )]
    TooManyClauses {
        /// How many there may be.
        limit: usize,
    },
    /// More parentheses and `NOT`s around each other than [`Limits::nesting`](crate::Limits::nesting).
    #[error("the filter is nested deeper than {limit} levels")]
    #[diagnostic(
        code(qql::parse::nesting_too_deep),
        help("take parentheses away that change nothing")
    )]
    NestingTooDeep {
        /// How deep it may be.
        limit: usize,
    },
    /// More values in a list than [`Limits::list_items`](crate::Limits::list_items).
    #[error("the list has more than {limit} values")]
    #[diagnostic(
        code(qql::parse::list_too_long),
        help("split the list in two: `token:[…] OR token:[…]`")
    )]
    ListTooLong {
        /// How many there may be.
        limit: usize,
    },
    /// `type:"FILE`
    #[error("the quote `{quote}` is never closed")]
    #[diagnostic(
        code(qql::parse::unclosed_quote),
        help("put another `{quote}` at the end of the value")
    )]
    UnclosedQuote {
        /// The quote that opened the value.
        quote: char,
    },
    /// `file.path:"C:\Temp\"`
    #[error("the backslash escapes the closing quote")]
    #[diagnostic(
        code(qql::parse::trailing_backslash),
        help("double the backslash before the closing quote: `\\\\`")
    )]
    TrailingBackslash,
    /// `asset.id:"7781808c"-ad94`
    #[error("the value goes on after its closing quote")]
    #[diagnostic(
        code(qql::parse::text_after_quote),
        help(
            "put the whole value between the quotes if it goes on, or a blank and `AND` after it"
        )
    )]
    TextAfterQuote,
    /// `operatingSystem:“Windows 7”`
    #[error("`{found}` is a typographic quote")]
    #[diagnostic(
        code(qql::parse::curly_quote),
        help("type a straight quote: `{straight}`")
    )]
    CurlyQuote {
        /// The quote that was found.
        found: char,
        /// The quote that is meant.
        straight: char,
    },
    /// A no-break space, as word processors and web pages put it: `type: FILE`; or a character that
    /// nobody sees.
    #[error("U+{:04X} is not a blank of this language", u32::from(*found))]
    #[diagnostic(
        code(qql::parse::unicode_blank),
        help("type an ordinary space, or nothing, or quote the value that it belongs to")
    )]
    UnicodeBlank {
        /// The character.
        found: char,
    },
    /// `file.name:&quot;a.dll&quot;`, `type%3AFILE`
    #[error("the filter is escaped for {target}")]
    #[diagnostic(
        code(qql::parse::encoded_text),
        help("write the filter without escapes; quote the value if this is part of it")
    )]
    EncodedText {
        /// What it is escaped for.
        target: &'static str,
    },
    /// `severity≥3`, `type：FILE`
    #[error("`{found}` is not `{meant}`")]
    #[diagnostic(
        code(qql::parse::unicode_operator),
        help("type `{meant}`; quote a value that holds this character")
    )]
    UnicodeOperator {
        /// What was found.
        found: String,
        /// What is meant.
        meant: &'static str,
    },
    /// `'file.name':"x"`
    #[error("a token's name is never quoted")]
    #[diagnostic(
        code(qql::parse::quoted_token),
        help("write the name without quotes, as in `file.name:\"a.dll\"`")
    )]
    QuotedToken,
    /// `(type:FILE`
    #[error("the parenthesis `(` is never closed")]
    #[diagnostic(
        code(qql::parse::unclosed_parenthesis),
        help("put a `)` where the group ends")
    )]
    UnclosedParenthesis,
    /// `type:FILE)`
    #[error("the parenthesis `)` closes nothing")]
    #[diagnostic(
        code(qql::parse::unmatched_parenthesis),
        help("take it away, or put a `(` where the group starts; quote a value that holds one")
    )]
    UnmatchedParenthesis,
    /// `type:FILE AND ()`
    #[error("there is nothing between the parentheses")]
    #[diagnostic(
        code(qql::parse::empty_parentheses),
        help("put a condition between them, or take them away")
    )]
    EmptyParentheses,
    /// `name:Windows (x86`
    #[error("the value has a `(` without its `)`")]
    #[diagnostic(
        code(qql::parse::unbalanced_value),
        help(
            "quote a value that holds a parenthesis; to start a group, put `AND` or `OR` before it"
        )
    )]
    UnbalancedValue,
    /// `type:[FILE, PROCESS`
    #[error("the bracket `[` is never closed")]
    #[diagnostic(
        code(qql::parse::unclosed_bracket),
        help("put a `]` after the last value")
    )]
    UnclosedBracket,
    /// `type:[]`
    #[error("the list is empty")]
    #[diagnostic(
        code(qql::parse::empty_list),
        help("put at least one value in it: `token:[a]`")
    )]
    EmptyList,
    /// `type:[FILE, , PROCESS]`
    #[error("a value is missing in the list")]
    #[diagnostic(
        code(qql::parse::missing_list_value),
        help("put a value before the comma, or take the comma away")
    )]
    MissingListValue,
    /// `type:[FILE OR PROCESS]`
    #[error("the values of a list are separated by commas")]
    #[diagnostic(
        code(qql::parse::list_separator),
        help("write `[a, b]`; quote a value that holds the word")
    )]
    ListSeparator,
    /// `type: AND action:CREATED`
    #[error("a value is missing after `{after}`")]
    #[diagnostic(
        code(qql::parse::missing_value),
        help("write `token:value`; `token:*` asks for any value; `NOT` goes before the token")
    )]
    MissingValue {
        /// The operator.
        after: &'static str,
    },
    /// `type:FILE AND`
    #[error("a condition is missing {}`{word}`", if *.before { "before " } else { "after " })]
    #[diagnostic(
        code(qql::parse::missing_condition),
        help("`{word}` needs a condition there, such as `type:FILE`")
    )]
    MissingCondition {
        /// The word that stands alone.
        word: &'static str,
        /// Whether the condition before the word is missing, not the one after it.
        before: bool,
    },
    /// `type:FILE action:CREATED`
    #[error("nothing joins these two conditions")]
    #[diagnostic(
        code(qql::parse::missing_operator),
        help("put `AND` or `OR` between them, or quote the value if it goes on here")
    )]
    MissingOperator,
    /// `severity:[3 .. *]`
    #[error("a range needs a value at both ends")]
    #[diagnostic(
        code(qql::parse::open_bound),
        help("for an open end, compare: `token >= a` or `token <= b`")
    )]
    OpenBound,
    /// `severity:[1 .. 3 .. 5]`
    #[error("a range has two ends")]
    #[diagnostic(
        code(qql::parse::third_bound),
        help("write `token:[a .. b]`, or a list: `token:[a, b, c]`")
    )]
    ThirdBound,
    /// `criticality:[8 TO 10]`
    #[error("`TO` does not make a range")]
    #[diagnostic(code(qql::parse::range_to), help("write two dots: `token:[a .. b]`"))]
    RangeTo,
    /// `severity:[3 … 5]`, `severity between 3 and 5`
    #[error("`{found}` does not make a range")]
    #[diagnostic(
        code(qql::parse::not_a_range),
        help("write two dots: `token:[a .. b]`; quote a value that holds this")
    )]
    NotARange {
        /// What was found.
        found: String,
    },
    /// `severity:(1 OR 3 .. 5)`
    #[error("a range cannot stand among other values")]
    #[diagnostic(
        code(qql::parse::range_in_group),
        help("repeat the token: `token:a OR token:[b .. c]`; quote a value that holds two dots")
    )]
    RangeInGroup,
    /// `type:(FILE OR NOT PROCESS)`
    #[error("`NOT` cannot stand among values")]
    #[diagnostic(
        code(qql::parse::not_in_group),
        help("repeat the token: `token:a AND NOT token:b`")
    )]
    NotInGroup,
    /// `type:(FILE OR (PROCESS OR NETWORK))`
    #[error("parentheses cannot stand among values")]
    #[diagnostic(
        code(qql::parse::parentheses_in_group),
        help("repeat the token for each group of values, or write a list: `token:[a, b]`")
    )]
    ParenthesesInGroup,
    /// `certificate:(valid:true AND Microsoft)`
    #[error("a value without a token cannot stand in a nested group")]
    #[diagnostic(
        code(qql::parse::free_text_in_nested),
        help("put a token and a colon before it: `token:value`")
    )]
    FreeTextInNested,
    /// `file..name:x`
    #[error("this is neither a token with its value nor free text")]
    #[diagnostic(
        code(qql::parse::free_text_colon),
        help(
            "a token is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter; quote free text that holds a colon"
        )
    )]
    FreeTextColon,
    /// `title:due 12:30`
    #[error("a colon in the middle of a value without quotes")]
    #[diagnostic(
        code(qql::parse::value_colon),
        help("quote the whole value, or put `AND` before the next token")
    )]
    ValueColon,
    /// `title:foo > 5`
    #[error("`{operator}` in the middle of a value without quotes")]
    #[diagnostic(
        code(qql::parse::value_operator),
        help("quote the whole value, or put `AND` and a token before the operator")
    )]
    ValueOperator {
        /// The operator.
        operator: String,
    },
    /// `type is FILE`
    #[error("`{word}` is an operator only before `NULL`")]
    #[diagnostic(
        code(qql::parse::is_without_null),
        help("write `token:value`, or `token IS NULL`; quote it if it is free text")
    )]
    IsWithoutNull {
        /// `is` or `is not`, as written.
        word: String,
    },
    /// `type == FILE`
    #[error("`==` is not an operator")]
    #[diagnostic(code(qql::parse::double_equals), help("write `:`, as in `type:FILE`"))]
    DoubleEquals,
    /// `type != FILE`
    #[error("`{operator}` is not an operator")]
    #[diagnostic(
        code(qql::parse::not_equals),
        help("put `NOT` before the clause, as in `NOT type:FILE`")
    )]
    NotEquals {
        /// `!=`, `!==` or `<>`.
        operator: &'static str,
    },
    /// `type:FILE && action:CREATED`
    #[error("`&&` is not an operator")]
    #[diagnostic(code(qql::parse::double_ampersand), help("write `AND`"))]
    DoubleAmpersand,
    /// `type:FILE || type:PROCESS`
    #[error("`||` is not an operator")]
    #[diagnostic(code(qql::parse::double_bar), help("write `OR`"))]
    DoubleBar,
    /// `!type:FILE`
    #[error("`!` is not an operator")]
    #[diagnostic(
        code(qql::parse::exclamation),
        help("write `NOT`, as in `NOT type:FILE`; quote a value that starts with `!`")
    )]
    Exclamation,
    /// `-type:FILE`
    #[error("a leading `{found}` excludes nothing")]
    #[diagnostic(
        code(qql::parse::leading_minus),
        help("write `NOT`, as in `NOT type:FILE`; quote free text that starts with `{found}`")
    )]
    LeadingMinus {
        /// The minus sign or dash.
        found: char,
    },
    /// `type not FILE`
    #[error("`NOT` is after the token")]
    #[diagnostic(
        code(qql::parse::misplaced_not),
        help("put `NOT` before the clause, as in `NOT type:FILE`; quote it if it is free text")
    )]
    MisplacedNot,
    /// `type in (FILE, PROCESS)`
    #[error("`in` is not an operator")]
    #[diagnostic(
        code(qql::parse::in_list),
        help("write the list in brackets: `token:[a, b]`")
    )]
    InList,
    /// `file.name LIKE "svc%"`
    #[error("`{word}` is not an operator")]
    #[diagnostic(
        code(qql::parse::word_operator),
        help(
            "write `token:\"words\"` for words, or `token:\"*part*\"` with `*` for any characters"
        )
    )]
    WordOperator {
        /// The word, as written.
        word: String,
    },
    /// `file.name =~ "svc.*"`, `type:FILE | type:PROCESS`
    #[error("`{operator}` is not an operator")]
    #[diagnostic(
        code(qql::parse::foreign_operator),
        help(
            "join conditions with `AND` or `OR`; in a clause write `:`, with `*` in the value for any characters; quote the value if this is part of it"
        )
    )]
    ForeignOperator {
        /// The operator, as written.
        operator: String,
    },
    /// `exists(file.name)`
    #[error("`{name}` is not a condition")]
    #[diagnostic(
        code(qql::parse::function_call),
        help("write `token IS NULL` or `token IS NOT NULL`")
    )]
    FunctionCall {
        /// The name of the function, as written.
        name: String,
    },
    /// `severity:>3`
    #[error("a comparison takes the place of the colon")]
    #[diagnostic(
        code(qql::parse::colon_comparison),
        help("take the colon away: `token > 5`")
    )]
    ColonComparison,
    /// `severity => 3`
    #[error("`{operator}` is not an operator")]
    #[diagnostic(
        code(qql::parse::reversed_comparison),
        help("write the `=` last: `>=`, `<=`")
    )]
    ReversedComparison {
        /// `=>` or `=<`.
        operator: &'static str,
    },
    /// `severity >= [3, 4]`
    #[error("a comparison takes one value")]
    #[diagnostic(
        code(qql::parse::comparison_operand),
        help("write `token:[a, b]` for a list, `token:[a .. b]` for a range")
    )]
    ComparisonOperand,
    /// `type:FILE, action:CREATED`
    #[error("`{found}` cannot stand here")]
    #[diagnostic(
        code(qql::parse::unexpected_character),
        help("join conditions with `AND` or `OR`; quote a value if it starts with this character")
    )]
    UnexpectedCharacter {
        /// The character.
        found: char,
    },
}

impl ParseErrorKind {
    /// What is to be seen at the place of the error.
    pub(super) fn label(&self) -> &'static str {
        use ParseErrorKind::*;
        match self {
            QueryTooLong { .. } => "the limit is reached here",
            TooManyClauses { .. } => "the first clause over the limit",
            NestingTooDeep { .. } => "the first level over the limit",
            ListTooLong { .. } => "the first value over the limit",
            UnclosedQuote { .. } => "opened here",
            TrailingBackslash => "these two are read as a quote inside the value",
            TextAfterQuote => "outside the quotes",
            CurlyQuote { .. } => "not a plain quote",
            UnicodeBlank { .. } => "looks like a space, or like nothing",
            EncodedText { .. } => "an escape",
            UnicodeOperator { .. } => "not the character of this language",
            QuotedToken => "quoted name",
            UnclosedParenthesis | UnclosedBracket => "opened here",
            UnmatchedParenthesis => "no `(` before it",
            EmptyParentheses | EmptyList => "empty",
            UnbalancedValue => "not closed before the value ends",
            MissingListValue => "a value is expected here",
            ListSeparator => "a comma is expected here",
            MissingValue { .. } => "a value is expected here",
            MissingCondition { .. } => "stands alone",
            MissingOperator => "`AND` or `OR` is expected before this",
            OpenBound => "a value is expected here",
            ThirdBound => "more than two ends",
            RangeTo | NotARange { .. } => "two dots are expected here",
            RangeInGroup => "a range",
            NotInGroup => "among values",
            ParenthesesInGroup => "inside another pair",
            FreeTextInNested => "no token",
            FreeTextColon | ValueColon => "holds a colon",
            DoubleEquals | NotEquals { .. } | DoubleAmpersand | DoubleBar => "not an operator",
            Exclamation | LeadingMinus { .. } | ForeignOperator { .. } => "not an operator",
            ValueOperator { .. } => "an operator",
            IsWithoutNull { .. } => "no `NULL` after this",
            MisplacedNot => "belongs before the token",
            FunctionCall { .. } => "not a function of this language",
            InList | WordOperator { .. } | ReversedComparison { .. } => "not an operator",
            ColonComparison => "one operator too many",
            ComparisonOperand => "more than one value",
            UnexpectedCharacter { .. } => "unexpected",
        }
    }
}
