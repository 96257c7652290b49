//! Everything there is to say about the filters of a document.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::fix::crosses;
use super::holes::{self, is_about_hole};
use super::ignores::{FileIgnores, Ignores};
use super::{Document, FilterText, Linters, params};
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::lint::Linter;

/// One thing to say about a filter of a document.
#[derive(Clone, Debug)]
pub struct DocumentDiagnostic {
    /// Which filter of the document it is about, by index.
    pub filter: usize,
    /// What the linter says. Its offsets are those of the filter's text; for one about a comment, they
    /// have no meaning.
    pub diagnostic: Diagnostic,
    /// The range in the document.
    pub range: Range<usize>,
    /// The fix, unless it would remove a comment.
    pub fix: Option<DocumentFix>,
}

/// A fix as edits of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFix {
    /// When it may be made.
    pub applicability: Applicability,
    /// The edits, in the order of the text and without overlap, written as the host has to have them;
    /// none where the host is never written.
    pub edits: Option<Vec<(Range<usize>, String)>>,
}

impl Document {
    /// Everything there is to say about the filters, in the order of the text, but for what comments
    /// ignore on the day `today`; and what is wrong with such comments.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    /// use qualys_filter::{Linter, Schema};
    ///
    /// let json = r#"{"filter": "file.name == \"a.exe\""}"#;
    /// let document = Document::new(json, Format::of("x.json").unwrap())?;
    /// let linter = Linter::new(Schema::edr());
    /// let found = document.lint(&linter, "2027-01-31".parse()?);
    /// assert_eq!(json.get(found[0].range.clone()), Some("=="));
    /// let edits = found[0].fix.as_ref().and_then(|fix| fix.edits.as_ref()).unwrap();
    /// assert_eq!(edits[..], [(22..24, ":".to_owned())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lint(&self, linter: &Linter, today: NaiveDate) -> Vec<DocumentDiagnostic> {
        self.lint_with(&self.linters(linter), today)
    }

    /// As [`Document::lint`], with the linters that the document has already.
    pub fn lint_with(&self, linters: &Linters, today: NaiveDate) -> Vec<DocumentDiagnostic> {
        let of_file = FileIgnores::of(&self.filters, today);
        let mut all_ignored = HashSet::new();
        let mut found = Vec::new();
        for (index, filter) in self.filters.iter().enumerate() {
            if let Some(linter) = linters.get(index) {
                let ignores = Ignores::of(filter, &of_file);
                let mut ignored = HashSet::new();
                found.extend(self.lint_one(index, filter, linter, &ignores, &mut ignored));
                all_ignored.extend(ignored);
            }
        }
        let about_comments = of_file.diagnostics(&all_ignored, |index| linters.get(index));
        if about_comments.is_empty() {
            return found;
        }
        let about_comments = about_comments.into_iter();
        found.extend(
            about_comments.map(|(filter, range, diagnostic)| DocumentDiagnostic {
                filter,
                diagnostic,
                range,
                fix: None,
            }),
        );
        found.sort_by_key(|one| (one.filter, one.range.start));
        found
    }

    /// What there is to say about one filter. Adds the codes that comments keep quiet to `ignored`.
    fn lint_one(
        &self,
        index: usize,
        filter: &FilterText,
        linter: &Linter,
        ignores: &Ignores<'_>,
        ignored: &mut HashSet<&'static Code>,
    ) -> Vec<DocumentDiagnostic> {
        let mut found = Vec::new();
        let lint = linter.lint(&filter.text);
        let certain = lint.diagnostics().iter();
        let certain = certain.filter(|diagnostic| !is_about_hole(filter, diagnostic));
        let of_holes = holes::lint(filter, linter);
        for diagnostic in certain.chain(&of_holes) {
            if ignores.hold(diagnostic) {
                ignored.insert(diagnostic.code());
                continue;
            }
            found.push(DocumentDiagnostic {
                filter: index,
                range: filter.map.host_range(diagnostic.span().range()),
                fix: self.fix_of(filter, diagnostic),
                diagnostic: diagnostic.clone(),
            });
        }
        let about_comments = ignores.diagnostics(ignored, linter).into_iter();
        found.extend(
            about_comments.map(|(range, diagnostic)| DocumentDiagnostic {
                filter: index,
                diagnostic,
                range,
                fix: None,
            }),
        );
        found.extend(params::lint(index, filter, linter));
        found.sort_by_key(|one| one.range.start);
        found
    }

    /// The fix of a diagnostic in the document.
    fn fix_of(&self, filter: &FilterText, diagnostic: &Diagnostic) -> Option<DocumentFix> {
        let fix = diagnostic.fix().filter(|_| !crosses(filter, diagnostic))?;
        let edits = fix.edits().iter().map(|edit| {
            let range = filter.map.host_range(edit.span.range());
            (range, filter.literal.write(&edit.text))
        });
        Some(DocumentFix {
            applicability: fix.applicability(),
            edits: self.is_writable(filter).then(|| edits.collect()),
        })
    }
}
