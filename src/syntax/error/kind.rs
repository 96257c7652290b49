//! Every kind of mistake, with its message.

use thiserror::Error;

/// What is wrong with a query's text; each kind shows a text that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// More bytes than [`Limits::query_bytes`](crate::Limits::query_bytes).
    #[error("the filter has {bytes} bytes, more than the limit of {limit}")]
    QueryTooLong {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// More clauses than [`Limits::clauses`](crate::Limits::clauses).
    #[error("the filter has more than {limit} clauses")]
    TooManyClauses {
        /// How many there may be.
        limit: usize,
    },
    /// More parentheses and `NOT`s around each other than [`Limits::nesting`](crate::Limits::nesting).
    #[error("the filter is nested deeper than {limit} levels")]
    NestingTooDeep {
        /// How deep it may be.
        limit: usize,
    },
    /// More values in a list than [`Limits::list_items`](crate::Limits::list_items).
    #[error("the list has more than {limit} values")]
    ListTooLong {
        /// How many there may be.
        limit: usize,
    },
    /// `type:"FILE`
    #[error("the quote `{quote}` is never closed")]
    UnclosedQuote {
        /// The quote that opened the value.
        quote: char,
    },
    /// `file.path:"C:\Temp\"`
    #[error("the backslash escapes the closing quote")]
    TrailingBackslash,
    /// `asset.id:"7781808c"-ad94`
    #[error("the value goes on after its closing quote")]
    TextAfterQuote,
    /// `operatingSystem:“Windows 7”`
    #[error("`{found}` is a typographic quote")]
    CurlyQuote {
        /// The quote that was found.
        found: char,
        /// The quote that is meant.
        straight: char,
    },
    /// A no-break space, as word processors and web pages put it: `type: FILE`; or a character that
    /// is invisible.
    #[error("U+{:04X} is not a blank of this language", u32::from(*found))]
    UnicodeBlank {
        /// The character.
        found: char,
    },
    /// `file.name:&quot;a.dll&quot;`, `type%3AFILE`
    #[error("the filter is escaped for {target}")]
    EncodedText {
        /// What it is escaped for.
        target: &'static str,
    },
    /// `severity≥3`, `type：FILE`
    #[error("`{found}` is not `{meant}`")]
    UnicodeOperator {
        /// What was found.
        found: String,
        /// What is meant.
        meant: &'static str,
    },
    /// `'file.name':"x"`
    #[error("a token's name is never quoted")]
    QuotedToken,
    /// `(type:FILE`
    #[error("the parenthesis `(` is never closed")]
    UnclosedParenthesis,
    /// `type:FILE)`
    #[error("the parenthesis `)` closes nothing")]
    UnmatchedParenthesis,
    /// `type:FILE AND ()`
    #[error("there is nothing between the parentheses")]
    EmptyParentheses,
    /// `name:Windows (x86`
    #[error("the value has a `(` without its `)`")]
    UnbalancedValue,
    /// `type:[FILE, PROCESS`
    #[error("the bracket `[` is never closed")]
    UnclosedBracket,
    /// `type:[]`
    #[error("the list is empty")]
    EmptyList,
    /// `type:[FILE, , PROCESS]`
    #[error("a value is missing in the list")]
    MissingListValue,
    /// `type:[FILE OR PROCESS]`
    #[error("the values of a list are separated by commas")]
    ListSeparator,
    /// `type: AND action:CREATED`
    #[error("a value is missing after `{after}`")]
    MissingValue {
        /// The operator.
        after: &'static str,
    },
    /// `type:FILE AND`
    #[error("a condition is missing {}`{word}`", if *.before { "before " } else { "after " })]
    MissingCondition {
        /// The word that is alone.
        word: &'static str,
        /// Whether the condition before the word is missing, not the one after it.
        before: bool,
    },
    /// `type:FILE action:CREATED`
    #[error("nothing joins these two conditions")]
    MissingOperator,
    /// `severity:[3 .. *]`
    #[error("a range needs a value at both ends")]
    OpenBound,
    /// `severity:[1 .. 3 .. 5]`
    #[error("a range has two ends")]
    ThirdBound,
    /// `criticality:[8 TO 10]`
    #[error("`TO` does not make a range")]
    RangeTo,
    /// `severity:[3 … 5]`, `severity between 3 and 5`
    #[error("`{found}` does not make a range")]
    NotARange {
        /// What was found.
        found: String,
    },
    /// `severity:(1 OR 3 .. 5)`
    #[error("a range cannot be among other values")]
    RangeInGroup,
    /// `type:(FILE OR NOT PROCESS)`
    #[error("`NOT` cannot be among values")]
    NotInGroup,
    /// `type:(FILE OR (PROCESS OR NETWORK))`
    #[error("parentheses cannot be among values")]
    ParenthesesInGroup,
    /// `certificate:(valid:true AND Microsoft)`
    #[error("a value without a token cannot be in a nested group")]
    FreeTextInNested,
    /// `file..name:x`
    #[error("this is neither a token with its value nor free text")]
    FreeTextColon,
    /// `title:due 12:30`
    #[error("a colon in the middle of a value without quotes")]
    ValueColon,
    /// `title:foo > 5`
    #[error("`{operator}` in the middle of a value without quotes")]
    ValueOperator {
        /// The operator.
        operator: String,
    },
    /// `type is FILE`
    #[error("`{word}` is an operator only before `NULL`")]
    IsWithoutNull {
        /// `is` or `is not`, as written.
        word: String,
    },
    /// `type == FILE`
    #[error("`==` is not an operator")]
    DoubleEquals,
    /// `type != FILE`
    #[error("`{operator}` is not an operator")]
    NotEquals {
        /// `!=`, `!==` or `<>`.
        operator: &'static str,
    },
    /// `type:FILE && action:CREATED`
    #[error("`&&` is not an operator")]
    DoubleAmpersand,
    /// `type:FILE || type:PROCESS`
    #[error("`||` is not an operator")]
    DoubleBar,
    /// `!type:FILE`
    #[error("`!` is not an operator")]
    Exclamation,
    /// `-type:FILE`
    #[error("a leading `{found}` excludes nothing")]
    LeadingMinus {
        /// The minus sign or dash.
        found: char,
    },
    /// `type not FILE`
    #[error("`NOT` is after the token")]
    MisplacedNot,
    /// `type in (FILE, PROCESS)`
    #[error("`in` is not an operator")]
    InList,
    /// `file.name LIKE "svc%"`
    #[error("`{word}` is not an operator")]
    WordOperator {
        /// The word, as written.
        word: String,
    },
    /// `file.name =~ "svc.*"`, `type:FILE | type:PROCESS`
    #[error("`{operator}` is not an operator")]
    ForeignOperator {
        /// The operator, as written.
        operator: String,
    },
    /// `exists(file.name)`
    #[error("`{name}` is not a condition")]
    FunctionCall {
        /// The name of the function, as written.
        name: String,
    },
    /// `severity:>3`
    #[error("a comparison takes the place of the colon")]
    ColonComparison,
    /// `severity => 3`
    #[error("`{operator}` is not an operator")]
    ReversedComparison {
        /// `=>` or `=<`.
        operator: &'static str,
    },
    /// `severity >= [3, 4]`
    #[error("a comparison takes one value")]
    ComparisonOperand,
    /// `type:FILE, action:CREATED`
    #[error("`{found}` cannot be here")]
    UnexpectedCharacter {
        /// The character.
        found: char,
    },
}

impl ParseErrorKind {
    /// Whether nothing of the text can be read: it is over a limit, or is not what it looks like.
    pub(in crate::syntax) fn leaves_nothing(&self) -> bool {
        use ParseErrorKind::{
            EncodedText, ListTooLong, NestingTooDeep, QueryTooLong, TooManyClauses,
        };
        matches!(
            self,
            QueryTooLong { .. }
                | TooManyClauses { .. }
                | NestingTooDeep { .. }
                | ListTooLong { .. }
                | EncodedText { .. }
        )
    }
}
