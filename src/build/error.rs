//! What the language cannot write.

use thiserror::Error;

use crate::diagnostic::Code;
use crate::syntax::ParseErrors;

/// Every code, in the order of their page in the book, whose first sentences the summaries are.
const CODES: &[Code] = &[
    Code::error(
        "qql::build::token_name",
        "the name cannot be that of a token",
    ),
    Code::error(
        "qql::build::backtick",
        "an exact value holds a backtick, and backticks have no escape",
    ),
    Code::error(
        "qql::build::star",
        "a value in double quotes holds a `*`, which would be a wildcard",
    ),
    Code::error(
        "qql::build::quoted_range",
        "a value has the form of a range",
    ),
    Code::error("qql::build::no_star", "a pattern has no `*`"),
    Code::error(
        "qql::build::not_finite",
        "a number is infinite or not a number",
    ),
    Code::error(
        "qql::build::date_out_of_range",
        "a date lies outside the years 0 to 9999",
    ),
    Code::error(
        "qql::build::nothing",
        "the filter would match nothing, and the language cannot write that",
    ),
    Code::error(
        "qql::build::nested",
        "a nested group has no clauses, or free text in it",
    ),
    Code::error(
        "qql::build::unread",
        "a part of the filter is a query that was read in spite of errors in its text",
    ),
    Code::error(
        "qql::build::parse",
        "the filter that was built exceeds a limit",
    ),
    Code::error(
        "qql::build::second_filter",
        "a request has a second filter, and the product takes one only",
    ),
    Code::error(
        "qql::build::sort",
        "how the product writes such an order is not known",
    ),
    Code::error(
        "qql::build::page_number",
        "a page comes before the first one of the product",
    ),
    Code::error(
        "qql::build::page_size",
        "the size of a page is 0, or greater than the product allows",
    ),
];

const fn code(name: &str) -> &'static Code {
    Code::named(CODES, name)
}

/// Everything in a draft that the language cannot write.
#[derive(Clone, Debug, Error)]
#[error("the filter cannot be written: {}", list(errors))]
pub struct BuildErrors {
    errors: Vec<BuildError>,
}

fn list(errors: &[BuildError]) -> String {
    errors
        .iter()
        .map(BuildError::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl BuildErrors {
    pub(super) fn new(errors: Vec<BuildError>) -> BuildErrors {
        BuildErrors { errors }
    }

    /// The errors, at least one, in the order of the draft.
    pub fn iter(&self) -> std::slice::Iter<'_, BuildError> {
        self.errors.iter()
    }
}

impl IntoIterator for BuildErrors {
    type Item = BuildError;
    type IntoIter = std::vec::IntoIter<BuildError>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<'e> IntoIterator for &'e BuildErrors {
    type Item = &'e BuildError;
    type IntoIter = std::slice::Iter<'e, BuildError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Why a part of a draft cannot be written; each kind shows code that has it.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// `token("file..name")`
    #[error("`{name}` cannot be a token's name")]
    TokenName {
        /// The name.
        name: String,
    },
    /// ``token("file.name").is("a`b")``
    #[error("a backtick cannot be written in an exact value: {text:?}")]
    Backtick {
        /// The value.
        text: String,
    },
    /// `token("file.name").has_words("a*b")`
    #[error("a `*` would match any characters, and cannot be escaped: {text:?}")]
    Star {
        /// The value.
        text: String,
    },
    /// `token("dateTime").is("[2024 .. now]")`
    #[error("on some tokens this is a range, even in quotes: {text:?}")]
    QuotedRange {
        /// The value.
        text: String,
    },
    /// `token("file.name").matches("a.dll")`
    #[error("the pattern has no `*`: {text:?}")]
    NoStar {
        /// The pattern.
        text: String,
    },
    /// `token("file.size").at_least(f64::NAN)`
    #[error("a number that is not finite cannot be written: {value}")]
    NotFinite {
        /// The value.
        value: f64,
    },
    /// `token("dateTime").greater_than(DateTime::<Utc>::MAX_UTC)`
    #[error("{value} lies outside the years 0 to 9999")]
    DateOutOfRange {
        /// The value.
        value: String,
    },
    /// `token("type").one_of::<&str>([])`, `any_of::<Draft>([])`, or the opposite of everything.
    #[error("a filter that matches nothing cannot be written")]
    Nothing,
    /// `token("a").any_element(everything())`, or one with free text in it.
    #[error("a nested group needs conditions on its sub-tokens")]
    Nested,
    /// `Draft::from(query)`, where the query [has errors](crate::Query::has_errors).
    #[error("a filter with errors in its text cannot be built upon: {text:?}")]
    Unread {
        /// The text.
        text: String,
    },
    /// More clauses than the limits allow, for one.
    #[error("the filter that was built is not accepted: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Parse(ParseErrors),
    /// `request(Schema::fim().product()).second_filter(token("severity").is(4))`
    #[error("the product takes no second filter")]
    SecondFilter,
    /// Two calls of `sort` for a product that writes `created:desc`, or one where no form is known.
    #[error("the order of the answers cannot be written")]
    Sort,
    /// `request(Schema::built_in("cs").unwrap().product()).page_number(0)`
    #[error("there is no page {number}: the first is {first}")]
    PageNumber {
        /// The number.
        number: u32,
        /// The number of the first page.
        first: u32,
    },
    /// `request(Schema::built_in("cs").unwrap().product()).page_size(5000)`
    #[error("a page cannot have {size} records: it has 1 to {largest}")]
    PageSize {
        /// The size.
        size: u32,
        /// The greatest size of the product.
        largest: u32,
    },
}

impl BuildError {
    /// The code of this kind.
    pub fn code(&self) -> &'static Code {
        self.parts().0
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        self.parts().1
    }

    fn parts(&self) -> (&'static Code, &'static str) {
        use BuildError::*;
        match self {
            TokenName { .. } => (
                const { code("token_name") },
                "a name is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter",
            ),
            Backtick { .. } => (
                const { code("backtick") },
                "backticks have no escape; `has_words` writes the value in double quotes",
            ),
            Star { .. } => (
                const { code("star") },
                "`is` takes a `*` as it is; `matches` takes it as a wildcard",
            ),
            QuotedRange { .. } => (
                const { code("quoted_range") },
                "for a range, call `between`; for a text that holds it, `contains`",
            ),
            NoStar { .. } => (
                const { code("no_star") },
                "`has_words` or `is` take a value without wildcards; for any value, `exists`",
            ),
            NotFinite { .. } => (const { code("not_finite") }, "write a finite number"),
            DateOutOfRange { .. } => (
                const { code("date_out_of_range") },
                "write a date with a year of four digits",
            ),
            Nothing => (
                const { code("nothing") },
                "leave the request out: it would have no answer",
            ),
            Nested => (
                const { code("nested") },
                "give `any_element` clauses on the names after the token's own, and no free text",
            ),
            Unread { .. } => (
                const { code("unread") },
                "build upon a filter that is read without errors",
            ),
            Parse(_) => (
                const { code("parse") },
                "build under raised limits with `build_with`",
            ),
            SecondFilter => (
                const { code("second_filter") },
                "join both filters with `and`, or name the parameter in `Product::requests`",
            ),
            Sort => (
                const { code("sort") },
                "sort by one token, or set `sort` in `Product::requests`",
            ),
            PageNumber { .. } => (
                const { code("page_number") },
                "count the pages from the product's first",
            ),
            PageSize { .. } => (
                const { code("page_size") },
                "ask for smaller pages, and for more of them",
            ),
        }
    }
}
