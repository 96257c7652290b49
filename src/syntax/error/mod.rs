//! What can be wrong with a query's text.

mod kind;

use crate::diagnostic::{Applicability, Edit, Fix};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode};
use thiserror::Error;

pub use kind::ParseErrorKind;

use crate::span::Span;

/// Everything that is wrong with one query's text, in the order of the text.
///
/// At most [`ParseErrors::MOST`] are reported. Renders through [`miette`] with the query as source.
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

    pub(super) fn new(text: Arc<str>, mut errors: Vec<ParseError>) -> ParseErrors {
        errors.sort_by_key(|error| error.span);
        errors.truncate(ParseErrors::MOST);
        ParseErrors { text, errors }
    }

    /// Takes away the fixes that do not leave fewer errors than there are, which `count` finds in a text.
    ///
    /// Where reading has stopped after too many errors, the count says nothing, and the fixes stay. At most
    /// [`ParseErrors::TRIED`] bytes are read, so that the time stays linear; fixes after that are taken away.
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
            if !error.fix.as_ref().is_some_and(helps) {
                error.fix = None;
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

impl IntoIterator for ParseErrors {
    type Item = ParseError;
    type IntoIter = std::vec::IntoIter<ParseError>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<'e> IntoIterator for &'e ParseErrors {
    type Item = &'e ParseError;
    type IntoIter = std::slice::Iter<'e, ParseError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Diagnostic for ParseErrors {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.errors.iter().map(|e| e as &dyn Diagnostic)))
    }
}

/// One thing that is wrong with a query's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    kind: ParseErrorKind,
    span: Span,
    fix: Option<Fix>,
}

impl ParseError {
    pub(super) fn new(kind: ParseErrorKind, span: Span) -> ParseError {
        let fix = None;
        ParseError { kind, span, fix }
    }

    pub(super) fn with_fix(self, edit: Edit) -> ParseError {
        let fix = Some(Fix::new(self.applicability(), [edit]));
        ParseError { fix, ..self }
    }

    /// What is wrong.
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.span
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
        self.fix.as_ref()
    }

    fn applicability(&self) -> Applicability {
        match self.kind {
            ParseErrorKind::TextAfterQuote
            | ParseErrorKind::MissingOperator
            | ParseErrorKind::EncodedText { .. }
            | ParseErrorKind::ForeignOperator { .. }
            | ParseErrorKind::IsWithoutNull { .. }
            | ParseErrorKind::MisplacedNot
            | ParseErrorKind::UnexpectedCharacter { .. } => Applicability::Unsafe,
            _ => Applicability::Safe,
        }
    }
}

impl Display for ParseError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ParseError {}

impl Diagnostic for ParseError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.kind.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.kind.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.kind.label().to_owned()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}
