//! What there is to say about a filter: how severe it is, and the edits that fix it.

use std::fmt::{self, Display, Formatter};

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
    /// The name, as in codes: `parse`, `check` or `lint`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Check => "check",
            Stage::Lint => "lint",
        }
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
    /// The name: `advice`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
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
    pub const ALL: [Level; 4] = [Level::Off, Level::Advice, Level::Warning, Level::Error];

    /// The name: `off`, `advice`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        self.severity().map_or("off", Severity::name)
    }

    /// The level of this name.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
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

impl Display for Level {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
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
    /// The name: `none`, `safe`, `unsafe` or `mixed`.
    pub fn name(self) -> &'static str {
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
    /// The name: `safe` or `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
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
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.name()), Some(level));
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
