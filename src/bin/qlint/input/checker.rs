//! Filters against a schema, for the commands that run them.

use qualys_filter::document::{Document, FilterText};
use qualys_filter::{CheckOptions, Checked, Diagnostic, Linter, Query, Schema};

use crate::report::{Chosen, File, Finding};

/// The schema of each filter of a document, and which of them were chosen.
pub(crate) fn schemas(document: &Document, linter: &Linter) -> (Vec<Schema>, Vec<Chosen>) {
    match document.choices(linter) {
        None => {
            let schemas = vec![linter.schema().clone(); document.filters().len()];
            (schemas, Vec::new())
        }
        Some(choices) => {
            let schemas = choices.iter().map(|it| it.schema().clone());
            (schemas.collect(), Chosen::of(&choices))
        }
    }
}

/// Checks filters one after the other.
pub(crate) struct Checker<'a> {
    options: &'a CheckOptions,
    /// Whether warnings are reported, too.
    warn: bool,
    warnings: usize,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(options: &'a CheckOptions, warn: bool) -> Checker<'a> {
        Checker {
            options,
            warn,
            warnings: 0,
        }
    }

    /// How many warnings there were, reported or not.
    pub(crate) fn warnings(&self) -> usize {
        self.warnings
    }

    /// The filter, unless it has errors. Adds what is wrong with it to its file.
    pub(crate) fn check(
        &mut self,
        filter: &FilterText,
        schema: &Schema,
        file: &mut File,
    ) -> Option<Checked> {
        let mut report = |what: &Diagnostic| {
            file.findings.push(Finding::at(what, filter.map()));
        };
        let query = match filter.text().parse::<Query>() {
            Ok(query) => query,
            Err(errors) => {
                errors.iter().for_each(|error| report(error.diagnostic()));
                return None;
            }
        };
        match query.check_with(schema, self.options) {
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
