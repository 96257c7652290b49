//! What there is to say about a filter: one type for all stages, with the edits that fix it.
//!
//! Each stage has its own kinds of mistake, and a table of their [`Code`]s beside them. A kind
//! becomes a [`Diagnostic`] once its place is known.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use miette::LabeledSpan;

use crate::name::{NameError, choice};
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
            severity: code.level.severity().unwrap_or(Severity::Advice),
            span,
            message: message.into(),
            label: Cow::Borrowed(""),
            help: None,
            fix: None,
        }
    }

    /// Sets the severity.
    pub fn with_severity(self, severity: Severity) -> Diagnostic {
        Diagnostic { severity, ..self }
    }

    /// Sets the text at the place.
    pub fn with_label(self, label: impl Into<Cow<'static, str>>) -> Diagnostic {
        let label = label.into();
        Diagnostic { label, ..self }
    }

    /// Sets what to do about it.
    pub fn with_help(self, help: impl Into<Cow<'static, str>>) -> Diagnostic {
        let help = Some(help.into());
        Diagnostic { help, ..self }
    }

    /// Sets the fix.
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

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity.into())
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label.to_string()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// What is said of a kind of mistake beside its message: its code, its label, and its help.
pub(crate) type Parts = (&'static Code, &'static str, Cow<'static, str>);

/// What is true of every diagnostic of one code. Codes are never renamed, and never used for
/// something else.
///
/// Two codes are equal if their texts are.
#[derive(Clone, Debug)]
pub struct Code {
    text: &'static str,
    level: Level,
    fix: FixAvailability,
    summary: &'static str,
}

impl Code {
    /// A code, such as `qql::lint::or_chain`: its second part names the stage, its last part is
    /// unique among all codes of filters.
    pub const fn new(
        text: &'static str,
        level: Level,
        fix: FixAvailability,
        summary: &'static str,
    ) -> Code {
        Code {
            text,
            level,
            fix,
            summary,
        }
    }

    /// The code of this name in a table. A wrong name in a constant does not compile.
    pub(crate) const fn named(mut table: &'static [Code], name: &str) -> &'static Code {
        while let [first, rest @ ..] = table {
            if first.has_name(name) {
                return first;
            }
            table = rest;
        }
        #[expect(clippy::panic, reason = "only constants call this")]
        {
            panic!("no code of this name")
        }
    }

    const fn has_name(&self, name: &str) -> bool {
        let (mut text, mut name) = (self.text.as_bytes(), name.as_bytes());
        while let ([text_start @ .., a], [name_start @ .., b]) = (text, name) {
            if *a != *b {
                return false;
            }
            (text, name) = (text_start, name_start);
        }
        matches!((text, name), ([.., b':'], []))
    }

    /// The whole code, such as `qql::lint::or_chain`.
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The last part of the code, such as `or_chain`.
    pub fn name(&self) -> &'static str {
        self.text.rsplit("::").next().unwrap_or(self.text)
    }

    /// The stage that finds it.
    pub fn stage(&self) -> Stage {
        match self.text.split("::").nth(1) {
            Some("parse") => Stage::Parse,
            Some("check") => Stage::Check,
            Some("schema") => Stage::Schema,
            _ => Stage::Lint,
        }
    }

    /// How it is reported by default.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether a fix is known.
    pub fn fix(&self) -> FixAvailability {
        self.fix
    }

    /// A fix of one edit, as applicable as all fixes of the code are.
    pub(crate) fn fix_of(&self, edit: Edit) -> Fix {
        let applicability = match self.fix {
            FixAvailability::Safe => Applicability::Safe,
            _ => Applicability::Unsafe,
        };
        Fix::new(applicability, [edit])
    }

    /// What it is about, in a line.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Whether its level cannot be changed: a filter with it cannot be used at all.
    pub fn is_always_error(&self) -> bool {
        self.stage() != Stage::Lint && self.level == Level::Error
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.text == other.text
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Display for Code {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

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
    /// The schema is not one.
    Schema,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: &'static [Stage] = &[Stage::Parse, Stage::Check, Stage::Lint, Stage::Schema];

    /// The name, as in codes: `parse`, `check`, `lint` or `schema`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Check => "check",
            Stage::Lint => "lint",
            Stage::Schema => "schema",
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
#[non_exhaustive]
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
#[non_exhaustive]
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
