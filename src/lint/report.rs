//! What is said about a filter.

use crate::diagnostic::{Diagnostic, Severity};

/// Everything that a linter says about one filter, in the order of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Report {
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// The diagnostics.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The greatest severity of all; none if there is nothing to say.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(Diagnostic::severity).max()
    }

    /// How many errors there are.
    pub(super) fn errors(&self) -> usize {
        let severities = self.diagnostics.iter().map(Diagnostic::severity);
        severities.filter(|it| *it == Severity::Error).count()
    }
}
