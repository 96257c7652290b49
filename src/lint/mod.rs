//! Advice on filters: one rule a file, each with its page, its fix and its cases.
//!
//! A [`Linter`] takes the text of a filter and says everything about it at once: what is wrong with
//! its text, what does not fit the schema, and what could be better. Where the way out is known, the
//! diagnostic holds the [`Fix`](crate::Fix); [`Linter::fix`] makes them all, until nothing is left to fix.
//!
//! ```
//! use qualys_filter::{Applicability, Linter, Schema};
//!
//! let linter = Linter::new(Schema::edr());
//! let report = linter.lint("NOT NOT file.name:[a.dll]");
//! let codes: Vec<&str> = report.diagnostics().iter().map(|it| it.code().as_str()).collect();
//! assert_eq!(codes, ["qql::lint::double_negation", "qql::lint::single_item_list"]);
//!
//! let fixed = linter.fix("NOT NOT file.name:[a.dll]", Applicability::Safe);
//! assert_eq!(fixed.text, "file.name:a.dll");
//! ```

mod analysis;
mod compare;
mod context;
mod edit;
mod ignore;
mod linter;
mod meaning;
mod report;
mod rule;
mod rules;
mod sets;
mod write;

pub use compare::{Relation, compare};
pub use edit::Fixed;
#[cfg(feature = "document")]
pub(crate) use edit::{Round, rounds};
pub use ignore::{Ignore, IgnoreError};
pub use linter::Linter;
pub use report::Report;
pub use rule::Rule;

#[cfg(test)]
mod cases;
