//! What fixes a diagnostic.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::name::{NameError, choice};
use crate::span::Span;

/// When a fix may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Applicability {
    /// If a person looks at it: the filter may match other events after it. It makes of the filter
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    fn a_safe_fix_applies_always() {
        let fix = |applicability| Fix::new(applicability, [Edit::insert(0, "NOT ")]);
        let (safe, bold) = (fix(Applicability::Safe), fix(Applicability::Unsafe));
        assert!(safe.applies(Applicability::Safe) && safe.applies(Applicability::Unsafe));
        assert!(!bold.applies(Applicability::Safe) && bold.applies(Applicability::Unsafe));
    }
}
