//! What checking a query against a schema finds.

mod codes;
mod help;
mod kind;

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use thiserror::Error;

pub(crate) use codes::CODES;
pub use kind::{FindingKind, Suggestion};

use crate::diagnostic::{Applicability, Diagnostic, Fix, Severity};
use crate::schema::Kind;
use crate::span::Span;

/// Everything that checking found in a query that cannot be evaluated: at least one error, and the
/// warnings with it, in the order of the text.
///
/// With the feature `miette` it renders with the query as source.
#[derive(Clone, Debug, Error)]
#[error("the filter does not fit its schema")]
pub struct CheckErrors {
    pub(super) text: Arc<str>,
    pub(super) errors: Vec<Finding>,
}

impl CheckErrors {
    /// The query's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.errors.iter()
    }
}

crate::diagnostic::list!(CheckErrors of Finding);

/// One error or warning about a query that is well formed: its kind, and what there is to say
/// about it.
///
/// ```
/// use qualys_filter::{FindingKind, Query, Schema};
///
/// let errors = "file.size:large".parse::<Query>()?.check(Schema::edr()).unwrap_err();
/// let finding = errors.iter().next().unwrap();
/// assert!(matches!(finding.kind(), FindingKind::NotANumber { .. }));
/// assert_eq!(finding.diagnostic().code().name(), "not_a_number");
/// assert_eq!(finding.diagnostic().message(), "`large` is not a number");
/// # Ok::<(), qualys_filter::ParseErrors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    kind: FindingKind,
    diagnostic: Diagnostic,
}

impl Finding {
    pub(super) fn new(
        kind: FindingKind,
        severity: Severity,
        span: Span,
        fix: Option<Fix>,
    ) -> Finding {
        let diagnostic = kind.diagnostic(severity, span, fix);
        Finding { kind, diagnostic }
    }

    /// The same as a warning about a token of a kind that is only a guess.
    pub(super) fn guessed(self, token: String, kind: Kind) -> Finding {
        let fix = self.fix().map(|fix| {
            // What the filter asks now is not what it asks of that kind.
            Fix::new(Applicability::Unsafe, fix.edits().iter().cloned())
        });
        let span = self.span();
        let found = Box::new(self.kind);
        let kind = FindingKind::GuessedKind { token, kind, found };
        Finding::new(kind, Severity::Warning, span, fix)
    }

    pub(super) fn remove_fix(&mut self) {
        self.diagnostic.remove_fix();
    }

    /// What was found.
    pub fn kind(&self) -> &FindingKind {
        &self.kind
    }

    /// What there is to say about it.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Whether it is an error: the query cannot be evaluated.
    pub fn is_error(&self) -> bool {
        self.diagnostic.severity() == Severity::Error
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.diagnostic.span()
    }

    /// The fix, where one is known. A safe one keeps what the filter means, or was read as.
    pub fn fix(&self) -> Option<&Fix> {
        self.diagnostic.fix()
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Finding {}

impl From<Finding> for Diagnostic {
    fn from(finding: Finding) -> Diagnostic {
        finding.diagnostic
    }
}
