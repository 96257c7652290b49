//! Conditions that change nothing because of another one.

use crate::check::NodeId;
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::lint::context::{Context, Seen};
use crate::lint::meaning::Meaning;

/// A condition that changes nothing because of another.
pub(in crate::lint) struct Redundant<'a, 'q> {
    /// Where it is written.
    pub(in crate::lint) seen: &'a Seen<'q>,
    because: NodeId,
}

impl<'a, 'q> Redundant<'a, 'q> {
    /// None if the condition was not written as one expression.
    pub(in crate::lint) fn new(
        context: &'a Context<'q>,
        redundant: NodeId,
        because: NodeId,
    ) -> Option<Redundant<'a, 'q>> {
        let seen = context.written(redundant)?;
        Some(Redundant { seen, because })
    }

    /// The diagnostic with the fix that removes the condition, if that keeps what the rest means.
    pub(in crate::lint) fn with_removal(
        &self,
        context: &Context<'q>,
        meaning: &Meaning<'q>,
        diagnostic: Diagnostic,
        applicability: Applicability,
    ) -> Diagnostic {
        let kept = context.written(self.because);
        match context.removal_beside(self.seen, kept) {
            Some(span) => {
                let fix = Fix::new(applicability, [context.without(span)]);
                diagnostic.with_fix(fix.reading([meaning.span(self.because)]))
            }
            None => diagnostic,
        }
    }
}
