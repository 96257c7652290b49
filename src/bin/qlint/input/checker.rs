//! Filters against a schema, for the commands that run them.

use qualys_filter::document::FilterText;
use qualys_filter::{Checked, Diagnostic, Linter, Query};

use crate::output::say;
use crate::report::{File, Finding};

/// Checks filters one after the other.
pub(crate) struct Checker {
    /// Whether warnings are reported, too.
    warn: bool,
    warnings: usize,
}

impl Checker {
    pub(crate) fn new(warn: bool) -> Checker {
        let warnings = 0;
        Checker { warn, warnings }
    }

    /// How many warnings there were, reported or not.
    pub(crate) fn warnings(&self) -> usize {
        self.warnings
    }

    /// The filter, checked with the schema and the options of its linter, unless it has errors. Adds what is wrong with it to its file.
    pub(crate) fn check(
        &mut self,
        filter: &FilterText,
        linter: &Linter,
        file: &mut File,
    ) -> Option<Checked> {
        if !filter.holes().is_empty() {
            let before = file.text.get(..filter.range().start);
            let line = 1 + before.unwrap_or_default().matches('\n').count();
            say(&format!(
                "{}:{line}: a program fills places of this filter; `qlint check` checks it, but it cannot be run",
                file.name
            ));
            return None;
        }
        let mut report = |what: &Diagnostic| {
            let finding = Finding::at(what, filter.map()).of_filter(filter.text());
            file.findings.push(finding);
        };
        let query = match filter.text().parse::<Query>() {
            Ok(query) => query,
            Err(errors) => {
                errors.iter().for_each(|error| report(error.diagnostic()));
                return None;
            }
        };
        match query.check_with(linter.schema(), linter.options()) {
            Err(errors) => {
                errors.iter().for_each(|error| report(error.diagnostic()));
                None
            }
            Ok(checked) => {
                let warnings = checked.warnings();
                self.warnings += warnings.len();
                if self.warn {
                    warnings
                        .iter()
                        .for_each(|warning| report(warning.diagnostic()));
                }
                Some(checked)
            }
        }
    }
}
