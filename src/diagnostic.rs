//! What there is to say about a filter: how severe it is, and the edits that fix it.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::name::{NameError, choice};
use crate::span::Span;

/// The stage that finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The text is not a filter.
    Parse,
    /// The filter does not fit the schema.
    Check,
    /// The filter could be better.
    Lint,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: &'static [Stage] = &[Stage::Parse, Stage::Check, Stage::Lint];

    /// The name, as in codes: `parse`, `check` or `lint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Check => "check",
            Stage::Lint => "lint",
        }
    }
}

impl Display for Stage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Stage, NameError> {
        choice("stage", Stage::ALL, Stage::as_str, name)
    }
}

/// How severe a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Could be better.
    Advice,
    /// Probably not meant.
    Warning,
    /// Cannot be used.
    Error,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: &'static [Severity] = &[Severity::Advice, Severity::Warning, Severity::Error];

    /// The name: `advice`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl FromStr for Severity {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Severity, NameError> {
        choice("severity", Severity::ALL, Severity::as_str, name)
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Severity> for miette::Severity {
    fn from(severity: Severity) -> miette::Severity {
        match severity {
            Severity::Advice => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        }
    }
}

/// How a code is reported: not at all, or with a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Off,
    /// Could be better.
    Advice,
    /// Probably not meant.
    Warning,
    /// Cannot be used.
    Error,
}

impl Level {
    /// Every level, the least first.
    pub const ALL: &'static [Level] = &[Level::Off, Level::Advice, Level::Warning, Level::Error];

    /// The name: `off`, `advice`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self.severity() {
            None => "off",
            Some(severity) => severity.as_str(),
        }
    }

    /// The severity of what is reported, unless nothing is.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Advice => Some(Severity::Advice),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

impl FromStr for Level {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Level, NameError> {
        choice("level", Level::ALL, Level::as_str, name)
    }
}

impl Display for Level {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Level {
        match severity {
            Severity::Advice => Level::Advice,
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        }
    }
}

/// Whether the fix of a code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixAvailability {
    /// It is not.
    None,
    /// A safe one, at least sometimes.
    Safe,
    /// An unsafe one, at least sometimes.
    Unsafe,
    /// A safe or an unsafe one, depending on the filter.
    Mixed,
}

impl FixAvailability {
    /// Every one of them.
    pub const ALL: &'static [FixAvailability] = &[
        FixAvailability::None,
        FixAvailability::Safe,
        FixAvailability::Unsafe,
        FixAvailability::Mixed,
    ];

    /// The name: `none`, `safe`, `unsafe` or `mixed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            FixAvailability::None => "none",
            FixAvailability::Safe => "safe",
            FixAvailability::Unsafe => "unsafe",
            FixAvailability::Mixed => "mixed",
        }
    }

    /// Whether a diagnostic of the code may have a fix of this applicability.
    pub fn allows(self, applicability: Applicability) -> bool {
        match self {
            FixAvailability::None => false,
            FixAvailability::Safe => applicability == Applicability::Safe,
            FixAvailability::Unsafe => applicability == Applicability::Unsafe,
            FixAvailability::Mixed => true,
        }
    }
}

impl Display for FixAvailability {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for FixAvailability {
    type Err = NameError;

    fn from_str(name: &str) -> Result<FixAvailability, NameError> {
        choice(
            "availability of fixes",
            FixAvailability::ALL,
            FixAvailability::as_str,
            name,
        )
    }
}

/// When a fix may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// If somebody looks at it: the filter may match other events after it. It makes of the filter
    /// what was probably meant.
    Unsafe,
    /// Always: the filter matches the same events after it; or it could not be used before, and
    /// there is only one thing that it can have meant.
    Safe,
}

impl Applicability {
    /// Every applicability, the least first.
    pub const ALL: &'static [Applicability] = &[Applicability::Unsafe, Applicability::Safe];

    /// The name: `safe` or `unsafe`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
    }
}

impl Display for Applicability {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Applicability {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Applicability, NameError> {
        choice(
            "applicability",
            Applicability::ALL,
            Applicability::as_str,
            name,
        )
    }
}

/// What fixes a diagnostic: edits that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    edits: Vec<Edit>,
    applicability: Applicability,
    reads: Vec<Span>,
}

impl Fix {
    /// A fix of these edits, which are in the order of the text and do not overlap.
    pub fn new(applicability: Applicability, edits: impl IntoIterator<Item = Edit>) -> Fix {
        Fix {
            edits: edits.into_iter().collect(),
            applicability,
            reads: Vec::new(),
        }
    }

    /// Names text that has to stay as it is for the fix to be right.
    pub(crate) fn reading(mut self, reads: impl IntoIterator<Item = Span>) -> Fix {
        self.reads.extend(reads);
        self
    }

    /// The edits, in the order of the text.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// When it may be made.
    pub fn applicability(&self) -> Applicability {
        self.applicability
    }

    /// Whether it is at least this applicable.
    pub fn applies(&self, least: Applicability) -> bool {
        self.applicability >= least
    }

    /// Text that has to stay as it is.
    pub(crate) fn reads(&self) -> &[Span] {
        &self.reads
    }

    /// The text with this fix made.
    pub fn apply(&self, text: &str) -> String {
        Edit::apply_all(&self.edits, text)
    }
}

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What it is replaced by.
    pub text: String,
}

impl Edit {
    /// Replaces the text at `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        let text = text.into();
        Edit { span, text }
    }

    /// Inserts `text` before the byte `at`.
    pub fn insert(at: u32, text: impl Into<String>) -> Edit {
        Edit::replace(Span::new(at, at), text)
    }

    /// The whole text with this edit made.
    ///
    /// ```
    /// use qualys_filter::{Edit, Span};
    ///
    /// let edit = Edit::replace(Span::new(4, 6), ":");
    /// assert_eq!(edit.apply("type==FILE"), "type:FILE");
    /// ```
    pub fn apply(&self, text: &str) -> String {
        Edit::apply_all(std::slice::from_ref(self), text)
    }

    /// The text with several edits made, which are in its order and do not overlap.
    pub fn apply_all(edits: &[Edit], text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut at = 0;
        for edit in edits {
            let range = edit.span.range();
            result.push_str(text.get(at..range.start).unwrap_or_default());
            result.push_str(&edit.text);
            at = range.end;
        }
        result.push_str(text.get(at..).unwrap_or_default());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_severities_agree() {
        for level in Level::ALL.iter().copied() {
            assert_eq!(level.as_str().parse(), Ok(level));
            assert_eq!(level.severity().map_or(Level::Off, Level::from), level);
        }
        assert!(Severity::Advice < Severity::Warning && Severity::Warning < Severity::Error);
    }

    #[test]
    fn a_safe_fix_applies_always() {
        let fix = |applicability| Fix::new(applicability, [Edit::insert(0, "NOT ")]);
        let (safe, bold) = (fix(Applicability::Safe), fix(Applicability::Unsafe));
        assert!(safe.applies(Applicability::Safe) && safe.applies(Applicability::Unsafe));
        assert!(!bold.applies(Applicability::Safe) && bold.applies(Applicability::Unsafe));
    }
}
