//! What is said about a filter.

use crate::diagnostic::{Applicability, Edit, Fix, Level};
use std::fmt::{self, Display, Formatter};

use miette::{Diagnostic, LabeledSpan, Severity};

use super::rule::{Rule, RuleId};
use crate::span::Span;

/// Everything that a linter says about one filter, in the order of its text.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(super) remarks: Vec<Remark>,
}

impl Report {
    /// The remarks.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The most weight that any remark has; off if there is none.
    pub fn worst(&self) -> Level {
        let levels = self.remarks.iter().map(Remark::level);
        levels.max().unwrap_or(Level::Off)
    }
}

/// One thing to say about a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub(super) rule: RuleId,
    pub(super) level: Level,
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
    pub(super) fix: Option<Fix>,
}

impl Remark {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Remark {
        Remark {
            rule: 0,
            level: Level::Off,
            span,
            message: message.into(),
            label: String::new(),
            help: None,
            fix: None,
        }
    }

    /// Sets what is to be seen at its place.
    pub(crate) fn label(self, label: impl Into<String>) -> Remark {
        let label = label.into();
        Remark { label, ..self }
    }

    /// Sets what to write instead.
    pub(crate) fn help(self, help: impl Into<String>) -> Remark {
        let help = Some(help.into());
        Remark { help, ..self }
    }

    /// Sets the fix.
    pub(super) fn change(self, applicability: Applicability, edits: Vec<Edit>) -> Remark {
        let fix = Some(Fix::new(applicability, edits));
        Remark { fix, ..self }
    }

    /// Says what has to stay for the fix to be right.
    pub(super) fn reading(self, reads: impl IntoIterator<Item = Span>) -> Remark {
        let fix = self.fix.map(|fix| fix.reading(reads));
        Remark { fix, ..self }
    }

    /// The rule that it comes from.
    pub fn rule(&self) -> &'static Rule {
        // A remark is only ever made with the position of a rule.
        #[expect(clippy::indexing_slicing, reason = "see above")]
        &Rule::all()[self.rule]
    }

    /// The rule's code.
    pub fn code(&self) -> &'static str {
        self.rule().code()
    }

    /// How much weight it has.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What was found.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is to be seen at its place.
    pub fn label_text(&self) -> &str {
        &self.label
    }

    /// What to write instead.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The fix, where one is known.
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }
}

impl Display for Remark {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Remark {}

impl Diagnostic for Remark {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.rule().code()))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Advice | Level::Off => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}
