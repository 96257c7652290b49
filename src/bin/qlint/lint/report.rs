//! What was found in files.

use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};
use qualys_filter::{Applicability, Fix, Level, ParseError, Span, check};

use crate::output::Name;
use qualys_filter::document::{DocumentFix, DocumentRemark, FilterText, Map};

/// A file with what was found in it.
#[derive(Debug)]
pub(crate) struct File {
    /// What messages call it.
    pub(crate) name: Name,
    pub(crate) text: String,
    /// Whether its text may be shown.
    pub(crate) shown: bool,
    pub(crate) filters: Vec<Entry>,
    /// In the order of the text.
    pub(crate) findings: Vec<Finding>,
}

/// A filter of a file.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: Option<String>,
    pub(crate) text: String,
    /// Where it starts in the file.
    pub(crate) start: usize,
}

/// Something that was found, with its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// Which filter of the file it is in, from 0.
    pub(crate) filter: Option<usize>,
    pub(crate) code: String,
    pub(crate) level: Level,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    pub(crate) range: Range<usize>,
    pub(crate) fix: Option<FileFix>,
}

/// A change to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileFix {
    pub(crate) applicability: Applicability,
    /// In the order of the file, without overlap, written as the file has to have them.
    pub(crate) edits: Vec<(Range<usize>, String)>,
}

impl File {
    pub(crate) fn new(name: impl Into<Name>, text: String) -> File {
        File {
            name: name.into(),
            text,
            shown: true,
            filters: Vec::new(),
            findings: Vec::new(),
        }
    }

    pub(crate) fn count(&self, level: Level) -> usize {
        let of = self
            .findings
            .iter()
            .filter(|finding| finding.level == level);
        of.count()
    }
}

impl Entry {
    pub(crate) fn new(filter: &FilterText) -> Entry {
        Entry {
            name: filter.name().or(filter.path()).map(str::to_owned),
            text: filter.text().to_owned(),
            start: filter.map().at(0),
        }
    }
}

impl Finding {
    /// A remark on a filter of a document; with its fix if the document can be written there.
    pub(crate) fn of_remark(found: DocumentRemark) -> Finding {
        let remark = &found.remark;
        let fix = |fix: DocumentFix| {
            Some(FileFix {
                applicability: fix.applicability,
                edits: fix.edits?,
            })
        };
        Finding {
            filter: Some(found.filter),
            code: remark.code().to_owned(),
            level: remark.level(),
            message: remark.message().to_owned(),
            label: remark.label_text().to_owned(),
            help: remark.help_text().map(str::to_owned),
            range: found.range,
            fix: found.fix.and_then(fix),
        }
    }

    /// What the parser says.
    pub(crate) fn of_parse(error: &ParseError, map: &Map) -> Finding {
        let finding = Finding::of_diagnostic(error, error.span(), map);
        finding.with_fix(error.fix(), map)
    }

    /// What the check says.
    pub(crate) fn of_check(found: &check::Finding, map: &Map) -> Finding {
        let finding = Finding::of_diagnostic(found, found.span(), map);
        finding.with_fix(found.fix(), map)
    }

    /// What a diagnostic of the library says, at a place of the file.
    pub(crate) fn of_diagnostic(diagnostic: &dyn Diagnostic, span: Span, map: &Map) -> Finding {
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        let code = diagnostic.code().map(|code| code.to_string());
        Finding {
            filter: None,
            code: code.unwrap_or_default(),
            level: match diagnostic.severity() {
                Some(Severity::Warning) => Level::Warning,
                Some(Severity::Advice) => Level::Advice,
                Some(Severity::Error) | None => Level::Error,
            },
            message: diagnostic.to_string(),
            label: label
                .and_then(|label| label.label().map(str::to_owned))
                .unwrap_or_default(),
            help: diagnostic.help().map(|help| help.to_string()),
            range: map.range(span.range()),
            fix: None,
        }
    }

    fn with_fix(self, fix: Option<&Fix>, map: &Map) -> Finding {
        let edits = |fix: &Fix| {
            let edits = fix.edits().iter();
            let edits = edits.map(|edit| (map.range(edit.span.range()), edit.text.clone()));
            edits.collect()
        };
        let fix = fix.map(|fix| FileFix {
            applicability: fix.applicability(),
            edits: edits(fix),
        });
        Finding { fix, ..self }
    }

    /// An error at a place of the file, with a code if it has one.
    pub(crate) fn error(
        code: &str,
        range: Range<usize>,
        message: String,
        help: Option<String>,
    ) -> Finding {
        Finding {
            filter: None,
            code: code.to_owned(),
            level: Level::Error,
            message,
            label: "here".to_owned(),
            help,
            range,
            fix: None,
        }
    }
}

/// A finding with its source, for whoever shows it.
#[derive(Debug)]
pub(crate) struct Shown<'f, S> {
    pub(crate) finding: &'f Finding,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    pub(crate) source: S,
}

impl<S> std::fmt::Display for Shown<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl<S: std::fmt::Debug> std::error::Error for Shown<'_, S> {}

impl<S: SourceCode + std::fmt::Debug> Diagnostic for Shown<'_, S> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let code = &self.finding.code;
        (!code.is_empty()).then(|| Box::new(code) as Box<dyn std::fmt::Display + 'a>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.finding.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Advice | Level::Off => Severity::Advice,
        })
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
