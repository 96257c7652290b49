//! Files and their findings.

use std::ops::Range;

use miette::{LabeledSpan, SourceCode};
use qualys_filter::{
    Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level, Severity, Span,
};

use super::Chosen;
use crate::output::Name;
use qualys_filter::document::{DocumentDiagnostic, FilterText, Map};

/// A file with its findings.
#[derive(Debug)]
pub(crate) struct File {
    /// Its name in messages.
    pub(crate) name: Name,
    pub(crate) text: String,
    /// Whether its text may be shown.
    pub(crate) shown: bool,
    pub(crate) filters: Vec<FilterEntry>,
    /// The schemas that were chosen for its filters, if they are not given.
    pub(crate) chosen: Vec<Chosen>,
    /// In the order of the text.
    pub(crate) findings: Vec<Finding>,
}

/// A filter of a file.
#[derive(Debug)]
pub(crate) struct FilterEntry {
    pub(crate) name: Option<String>,
    pub(crate) text: String,
    /// Where it starts in the file.
    pub(crate) start: usize,
}

/// A diagnostic, with its range in the file.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// Which filter of the file it is in, from 0.
    pub(crate) filter: Option<usize>,
    /// The diagnostic. Its span and its edits are those of the filter.
    pub(crate) what: Diagnostic,
    pub(crate) range: Range<usize>,
    /// The applicability and the edits of its fix in the file; none if it has no fix there.
    fix: Option<(Applicability, Vec<FileEdit>)>,
}

/// A range of the file, and what replaces it.
pub(crate) type FileEdit = (Range<usize>, String);

/// The code of mistakes in settings, which have no page.
static SETTINGS: Code = Code::new("", Level::Error, FixAvailability::None, "");

/// The code of two conditions with nothing between them.
const NOTHING_JOINS: &str = "missing_operator";

impl File {
    pub(crate) fn new(name: impl Into<Name>, text: String) -> File {
        File {
            name: name.into(),
            text,
            shown: true,
            filters: Vec::new(),
            chosen: Vec::new(),
            findings: Vec::new(),
        }
    }

    pub(crate) fn count(&self, severity: Severity) -> usize {
        let of = self
            .findings
            .iter()
            .filter(|finding| finding.what.severity() == severity);
        of.count()
    }
}

impl FilterEntry {
    pub(crate) fn new(filter: &FilterText) -> FilterEntry {
        FilterEntry {
            name: filter.name().or(filter.path()).map(str::to_owned),
            text: filter.text().to_owned(),
            start: filter.map().host_offset(0),
        }
    }
}

impl Finding {
    pub(crate) fn new(what: Diagnostic, range: Range<usize>) -> Finding {
        Finding {
            filter: None,
            what,
            range,
            fix: None,
        }
    }

    /// A diagnostic of a document, with its fix if the document can be written there.
    pub(crate) fn in_document(found: DocumentDiagnostic) -> Finding {
        Finding {
            filter: Some(found.filter),
            fix: found
                .fix
                .and_then(|fix| Some((fix.applicability, fix.edits?))),
            ..Finding::new(found.diagnostic, found.range)
        }
    }

    /// A diagnostic of a text that is not written.
    pub(crate) fn at(what: &Diagnostic, map: &Map) -> Finding {
        let edit = |edit: &Edit| (map.host_range(edit.span.range()), edit.text.clone());
        let edits = |fix: &Fix| fix.edits().iter().map(edit).collect();
        let fix = |fix: &Fix| (fix.applicability(), edits(fix));
        Finding {
            fix: what.fix().map(fix),
            ..Finding::new(what.clone(), map.host_range(what.span().range()))
        }
    }

    /// The finding in a filter of this text: two conditions on two lines may be two filters.
    pub(crate) fn of_filter(self, text: &str) -> Finding {
        let before = text.get(..self.what.span().start as usize);
        let before = before.map(|before| before.trim_end_matches([' ', '\t', '\r']));
        let is_next_line = before.is_some_and(|before| before.ends_with('\n'));
        match self
            .what
            .help()
            .filter(|_| is_next_line && self.what.code().name() == NOTHING_JOINS)
        {
            Some(help) => {
                let help = format!(
                    "{help}: in a file a blank line separates filters, and with --lines every line is one"
                );
                let what = self.what.with_help(help);
                Finding { what, ..self }
            }
            None => self,
        }
    }

    /// The finding with these edits as a safe fix, unless there are none.
    pub(crate) fn with_safe_edits(self, edits: &[FileEdit]) -> Finding {
        let fix = (!edits.is_empty()).then(|| (Applicability::Safe, edits.to_vec()));
        Finding { fix, ..self }
    }

    /// A mistake in settings.
    pub(crate) fn in_settings(
        range: Range<usize>,
        message: String,
        help: Option<String>,
    ) -> Finding {
        let what = Diagnostic::new(&SETTINGS, Span::default(), message).with_label("here");
        let what = match help {
            Some(help) => what.with_help(help),
            None => what,
        };
        Finding::new(what, range)
    }

    /// The code; empty for mistakes in settings.
    pub(crate) fn code(&self) -> &'static str {
        self.what.code().as_str()
    }

    /// The applicability and the edits of its fix in the file.
    pub(crate) fn fix(&self) -> Option<(Applicability, &[FileEdit])> {
        let (applicability, edits) = self.fix.as_ref()?;
        Some((*applicability, edits))
    }
}

/// A finding with its source, as miette renders it.
#[derive(Debug)]
pub(crate) struct RenderedFinding<'f, S> {
    pub(crate) finding: &'f Finding,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    pub(crate) source: S,
}

impl<S> std::fmt::Display for RenderedFinding<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl<S: std::fmt::Debug> std::error::Error for RenderedFinding<'_, S> {}

impl<S: SourceCode + std::fmt::Debug> miette::Diagnostic for RenderedFinding<'_, S> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let code = self.finding.code();
        (!code.is_empty()).then(|| Box::new(code) as Box<dyn std::fmt::Display + 'a>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.finding.what.severity().into())
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let range = &self.finding.range;
        let span = (range.start, range.len());
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), span);
        Some(Box::new(std::iter::once(label)))
    }
}
