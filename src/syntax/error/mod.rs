//! What can be wrong with a query's text.

mod codes;
mod kind;

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use thiserror::Error;

pub(crate) use codes::CODES;
pub use kind::ParseErrorKind;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::span::Span;

/// Everything that is wrong with one query's text, in the order of the text.
///
/// At most [`ParseErrors::MOST`] are reported. With the feature `miette` it renders with the query as source.
#[derive(Clone, Debug, Error)]
#[error("{}", summary(errors.len()))]
pub struct ParseErrors {
    text: Arc<str>,
    errors: Vec<ParseError>,
}

fn summary(count: usize) -> String {
    match count {
        1 => "the filter has an error".to_owned(),
        _ => format!("the filter has {count} errors"),
    }
}

impl ParseErrors {
    /// How many errors are reported at most.
    pub const MOST: usize = 100;

    /// How many bytes are read to find out which fixes help.
    const TRIED: usize = 4 << 20;

    pub(super) fn new(text: Arc<str>, mut mistakes: Vec<Mistake>) -> ParseErrors {
        mistakes.sort_by_key(|mistake| mistake.span);
        mistakes.truncate(ParseErrors::MOST);
        let errors = mistakes.into_iter().map(ParseError::new).collect();
        ParseErrors { text, errors }
    }

    /// Removes the fixes that do not leave fewer errors than there are, which `count` finds in a text.
    ///
    /// Where reading has stopped after too many errors, the count says nothing, and the fixes stay. At most
    /// [`ParseErrors::TRIED`] bytes are read, so that the time stays linear; fixes after that are removed.
    pub(super) fn keep_fixes_that_help(&mut self, count: impl Fn(&str) -> usize) {
        let errors = self.errors.len();
        if errors >= ParseErrors::MOST {
            return;
        }
        let mut left = ParseErrors::TRIED;
        for error in &mut self.errors {
            let helps = |fix: &Fix| {
                left = left.saturating_sub(self.text.len());
                left > 0 && count(&fix.apply(&self.text)) < errors
            };
            if !error.fix().is_some_and(helps) {
                error.diagnostic.remove_fix();
            }
        }
    }

    /// The query's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The errors, at least one.
    pub fn iter(&self) -> std::slice::Iter<'_, ParseError> {
        self.errors.iter()
    }
}

crate::diagnostic::list!(ParseErrors of ParseError);

/// A mistake as the grammar notes it. Texts are counted by their mistakes while fixes are tried, so
/// nothing is said of them yet.
pub(super) struct Mistake {
    pub(super) kind: ParseErrorKind,
    pub(super) span: Span,
    pub(super) edit: Option<Edit>,
}

/// One thing that is wrong with a query's text: its kind, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    kind: ParseErrorKind,
    diagnostic: Diagnostic,
}

impl ParseError {
    fn new(mistake: Mistake) -> ParseError {
        let Mistake { kind, span, edit } = mistake;
        let diagnostic = kind.diagnostic(span);
        let diagnostic = match edit {
            Some(edit) => {
                let fix = diagnostic.code().fix_of(edit);
                diagnostic.with_fix(fix)
            }
            None => diagnostic,
        };
        ParseError { kind, diagnostic }
    }

    /// What is wrong.
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// What there is to say about it.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.diagnostic.span()
    }

    /// The fix, where one is known. A safe one makes the only filter that can have been meant.
    ///
    /// ```
    /// use qualys_filter::{Applicability, Query};
    ///
    /// let applicability = |text: &str| {
    ///     let errors = text.parse::<Query>().unwrap_err();
    ///     errors.iter().find_map(|error| error.fix()).map(|fix| fix.applicability())
    /// };
    /// assert_eq!(applicability("type == FILE"), Some(Applicability::Safe));
    /// assert_eq!(applicability("type:FILE action:CREATED"), Some(Applicability::Unsafe));
    /// ```
    pub fn fix(&self) -> Option<&Fix> {
        self.diagnostic.fix()
    }
}

impl Display for ParseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for ParseError {}

impl From<ParseError> for Diagnostic {
    fn from(error: ParseError) -> Diagnostic {
        error.diagnostic
    }
}
