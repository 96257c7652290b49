//! What there is to say about a filter: one type for all stages, with the edits that fix it.
//!
//! Each stage has its own kinds of mistake, and a table of their [`Code`]s beside them. A kind
//! becomes a [`Diagnostic`] once its place is known.

mod code;
mod fix;
mod level;
mod list;

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

pub use code::{Code, FixAvailability, Stage};
pub use fix::{Applicability, Edit, Fix};
pub use level::{Level, Severity};
pub(crate) use list::list;

use crate::span::Span;

/// One thing to say about a filter: what, where, and how to fix it.
///
/// ```
/// use qualys_filter::{Query, Severity};
///
/// let errors = "type == FILE".parse::<Query>().unwrap_err();
/// let diagnostic = errors.diagnostics().next().unwrap();
/// assert_eq!(diagnostic.code().as_str(), "qql::parse::double_equals");
/// assert_eq!(diagnostic.severity(), Severity::Error);
/// assert_eq!(diagnostic.message(), "`==` is not an operator");
/// assert_eq!(diagnostic.span().of("type == FILE"), "==");
/// assert_eq!(diagnostic.fix().unwrap().apply("type == FILE"), "type : FILE");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    code: &'static Code,
    severity: Severity,
    span: Span,
    message: Cow<'static, str>,
    label: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with the severity that its code has by default.
    pub fn new(
        code: &'static Code,
        span: Span,
        message: impl Into<Cow<'static, str>>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.level().severity().unwrap_or(Severity::Advice),
            span,
            message: message.into(),
            label: Cow::Borrowed(""),
            help: None,
            fix: None,
        }
    }

    /// Sets the severity.
    #[must_use]
    pub fn with_severity(self, severity: Severity) -> Diagnostic {
        Diagnostic { severity, ..self }
    }

    /// Sets the text at the place.
    #[must_use]
    pub fn with_label(self, label: impl Into<Cow<'static, str>>) -> Diagnostic {
        let label = label.into();
        Diagnostic { label, ..self }
    }

    /// Sets what to do about it.
    #[must_use]
    pub fn with_help(self, help: impl Into<Cow<'static, str>>) -> Diagnostic {
        let help = Some(help.into());
        Diagnostic { help, ..self }
    }

    /// Sets the fix.
    #[must_use]
    pub fn with_fix(self, fix: Fix) -> Diagnostic {
        let fix = Some(fix);
        Diagnostic { fix, ..self }
    }

    /// Removes the fix.
    pub fn remove_fix(&mut self) {
        self.fix = None;
    }

    /// The code, with all that is true of every diagnostic of this code.
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// How severe it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Where it is.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What was found: a fragment without a full stop.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A few words for the place itself; may be empty.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The edits that fix it, where they are known.
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// What is said of a kind of mistake beside its message: its code, its label, and its help.
pub(crate) type Parts = (&'static Code, &'static str, Cow<'static, str>);
