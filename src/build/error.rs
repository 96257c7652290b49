//! What the language cannot write.

use miette::Diagnostic;
use thiserror::Error;

use crate::syntax::ParseErrors;

/// Everything in a draft that the language cannot write.
#[derive(Clone, Debug, Error, Diagnostic)]
#[error("the filter cannot be written: {}", list(errors))]
pub struct BuildErrors {
    #[related]
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
#[derive(Clone, Debug, Error, Diagnostic)]
#[non_exhaustive]
pub enum BuildError {
    /// `token("file..name")`
    #[error("`{name}` cannot be a token's name")]
    #[diagnostic(
        code(qql::build::token_name),
        help(
            "a name is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter"
        )
    )]
    TokenName {
        /// The name.
        name: String,
    },
    /// ``token("file.name").is("a`b")``
    #[error("a backtick cannot be written in an exact value: {text:?}")]
    #[diagnostic(
        code(qql::build::backtick),
        help("backticks have no escape; `contains` writes the value in double quotes")
    )]
    Backtick {
        /// The value.
        text: String,
    },
    /// `token("file.name").contains("a*b")`
    #[error("a `*` would stand for any characters, and cannot be escaped: {text:?}")]
    #[diagnostic(
        code(qql::build::star),
        help("`is` takes a `*` as it is; `matching` takes it as a wildcard")
    )]
    Star {
        /// The value.
        text: String,
    },
    /// `token("dateTime").is("[2024 .. now]")`
    #[error("on some tokens this is a range, even in quotes: {text:?}")]
    #[diagnostic(
        code(qql::build::quoted_range),
        help("for a range, call `between`; for a text that holds it, `includes`")
    )]
    QuotedRange {
        /// The value.
        text: String,
    },
    /// `token("file.name").matching("a.dll")`
    #[error("the pattern has no `*`: {text:?}")]
    #[diagnostic(
        code(qql::build::no_star),
        help("`contains` or `is` take a value without wildcards; for any value, `exists`")
    )]
    NoStar {
        /// The pattern.
        text: String,
    },
    /// `token("file.size").at_least(f64::NAN)`
    #[error("a number that is not finite cannot be written: {value}")]
    #[diagnostic(code(qql::build::not_finite), help("write a finite number"))]
    NotFinite {
        /// The value.
        value: f64,
    },
    /// `token("dateTime").after(DateTime::<Utc>::MAX_UTC)`
    #[error("{value} lies outside the years 0 to 9999")]
    #[diagnostic(
        code(qql::build::date_out_of_range),
        help("write a date with a year of four digits")
    )]
    DateOutOfRange {
        /// The value.
        value: String,
    },
    /// `token("type").one_of::<&str>([])`, `any_of::<Draft>([])`, or the opposite of everything.
    #[error("a filter that matches nothing cannot be written")]
    #[diagnostic(
        code(qql::build::nothing),
        help("leave the request out: it would have no answer")
    )]
    Nothing,
    /// `token("a").any_element(everything())`, or one with free text in it.
    #[error("a nested group needs conditions on its sub-tokens")]
    #[diagnostic(
        code(qql::build::nested),
        help("give `any_element` clauses on the names behind the token's own, and no free text")
    )]
    Nested,
    /// More clauses than the limits allow, for one.
    #[error("the filter that was built is not accepted: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    #[diagnostic(
        code(qql::build::parse),
        help("build under raised limits with `build_with`")
    )]
    Parse(ParseErrors),
}
