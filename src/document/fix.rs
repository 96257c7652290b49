//! Fixing the filters of a document.

use std::ops::Range;

use chrono::NaiveDate;

use super::holes::is_about_hole;
use super::ignores::{FileIgnores, Ignores};
use super::{Document, FilterText, HostError, Linters, params, with_edits};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::lint::{Linter, Round, rounds};

/// A document after its fixes.
#[derive(Clone, Debug)]
pub struct FixedDocument {
    /// The document.
    pub document: Document,
    /// How many fixes were made.
    pub count: usize,
}

/// Why the fixes of a document cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FixError {
    /// The text with the fixes is not what its format says.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The text with the fixes has other filters than those that were meant.
    #[error("the fixes would change what is around the filters")]
    Around,
}

impl Document {
    /// The document with every fix made in its filters that is at least as applicable as `least`, and
    /// those that become possible by them, until there are none.
    ///
    /// What is around the filters, and comments in them, stays byte by byte. What a comment at a filter
    /// ignores on the day `today` is not fixed. A filter whose fixes would make something else of it,
    /// such as a comment, is left as it is; so is one where the host is never written.
    ///
    /// # Errors
    ///
    /// If what came of the text would not read as the filters that were meant. The document must be left
    /// as it is then.
    ///
    /// ```
    /// use qualys_filter::document::{Document, Format};
    /// use qualys_filter::{Applicability, Linter, Schema};
    ///
    /// let text = "# every file\ntype==FILE\n";
    /// let document = Document::new(text, Format::QQL)?;
    /// let linter = Linter::new(Schema::edr());
    /// let today = "2027-01-31".parse()?;
    /// let fixed = document.fix(&linter, Applicability::Safe, today)?;
    /// assert_eq!(fixed.document.text(), "# every file\ntype:FILE\n");
    /// assert_eq!(fixed.count, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fix(
        &self,
        linter: &Linter,
        least: Applicability,
        today: NaiveDate,
    ) -> Result<FixedDocument, FixError> {
        self.fix_with(&self.linters(linter), least, today)
    }

    /// As [`Document::fix`], with the linters that the document has already: a fix is no reason to choose
    /// other schemas.
    ///
    /// # Errors
    ///
    /// As [`Document::fix`].
    pub fn fix_with(
        &self,
        linters: &Linters,
        least: Applicability,
        today: NaiveDate,
    ) -> Result<FixedDocument, FixError> {
        let start = FixedDocument {
            document: self.clone(),
            count: 0,
        };
        let text = |fixed: FixedDocument| fixed.document.text;
        rounds(start, text, |fixed| {
            let next = fixed.document.round(linters, least, today)?;
            Ok(next.map(|next| FixedDocument {
                count: fixed.count + next.count,
                ..next
            }))
        })
    }

    /// The document after the fixes that can be made at once; nothing if there are none.
    fn round(
        &self,
        linters: &Linters,
        least: Applicability,
        today: NaiveDate,
    ) -> Result<Option<FixedDocument>, FixError> {
        let of_file = FileIgnores::of(&self.filters, today);
        let mut edits = Vec::new();
        let mut right = Vec::new();
        let mut count = 0;
        for (index, filter) in self.filters.iter().enumerate() {
            let linter = linters.get(index);
            if let Some(linter) = linter.filter(|_| self.is_writable(filter)) {
                for fix in params::lint(index, filter, linter)
                    .into_iter()
                    .filter_map(|it| it.fix)
                {
                    if fix.applicability >= least {
                        edits.extend(fix.edits.unwrap_or_default());
                        count += 1;
                    }
                }
            }
            let round = linter.and_then(|linter| self.round_of(filter, linter, least, &of_file));
            right.push(round.as_ref().map(|round| round.right.clone()));
            if let Some(round) = round {
                edits.extend(round.edits);
                count += round.count;
            }
        }
        if edits.is_empty() {
            return Ok(None);
        }
        edits.sort_by_key(|(range, _)| range.start);
        let after = with_edits(&self.text, &edits);
        let document = Document::with_options(after, self.format, self.options.clone())?;
        let same = |(right, (before, after)): (&Option<String>, (&FilterText, &FilterText))| {
            let right = right.as_ref().unwrap_or(&before.text);
            right.trim() == after.text.trim()
        };
        let mut pairs = right.iter().zip(self.filters.iter().zip(&document.filters));
        match document.filters.len() == self.filters.len() && pairs.all(same) {
            true => Ok(Some(FixedDocument { document, count })),
            false => Err(FixError::Around),
        }
    }

    /// The fixes of a filter that can be made at once; nothing if there are none, or if they cannot be
    /// written in this host.
    fn round_of(
        &self,
        filter: &FilterText,
        linter: &Linter,
        least: Applicability,
        of_file: &FileIgnores<'_>,
    ) -> Option<FilterRound> {
        if !self.is_writable(filter) {
            return None;
        }
        let ignores = Ignores::of(filter, of_file);
        let wanted = |diagnostic: &Diagnostic| {
            !ignores.hold(diagnostic)
                && !crosses(filter, diagnostic)
                && !is_about_hole(filter, diagnostic)
        };
        let round: Round = linter.round(&filter.text, least, wanted)?;
        let edits = round.edits.iter().map(|edit| {
            let range = filter.map.host_range(edit.span.range());
            (range, filter.literal.write(&edit.text))
        });
        let round = FilterRound {
            edits: edits.collect(),
            right: round.apply(&filter.text),
            count: round.applied.len(),
        };
        self.fits(filter, &round).then_some(round)
    }

    /// Whether the filter, with the edits made, reads as the right one in its host.
    fn fits(&self, filter: &FilterText, round: &FilterRound) -> bool {
        let whole = filter.range();
        let inside = |at: usize| at.saturating_sub(whole.start);
        let edits = round.edits.iter();
        let edits = edits.map(|(range, text)| (inside(range.start)..inside(range.end), text));
        let edits: Vec<_> = edits.collect();
        let written = with_edits(self.text.get(whole).unwrap_or_default(), &edits);
        let read = self.read_back(&written, filter);
        read.is_some_and(|one| one.text.trim() == round.right.trim())
    }
}

/// Edits of the text for fixes of one filter.
struct FilterRound {
    edits: Vec<(Range<usize>, String)>,
    /// The text of the filter after them.
    right: String,
    count: usize,
}

/// Whether the fix would remove a comment, or a hole.
pub(super) fn crosses(filter: &FilterText, diagnostic: &Diagnostic) -> bool {
    let edits = diagnostic.fix().map(|fix| fix.edits()).unwrap_or_default();
    let comments = filter.comments.iter();
    let comments = comments.filter_map(|comment| comment.inside.as_ref());
    let mut kept = comments.chain(&filter.holes);
    kept.any(|kept| {
        let mut spans = edits.iter().map(|edit| edit.span.range());
        spans.any(|span| span.start < kept.end && kept.start < span.end)
    })
}
