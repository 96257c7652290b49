//! One text: what is found in it, and the text with the fixes made.

use std::sync::Arc;

use chrono::NaiveDate;
use qualys_filter::document::{Document, DocumentDiagnostic, FilterText, HostError, Linters};
use qualys_filter::{Applicability, CheckOptions, Linter, Span};

use super::summary::counted_fixes;
use crate::args::CheckArgs;
use crate::files::unreadable;
use crate::input::{Origin, Task};
use crate::report::{Chosen, File, FilterEntry, Finding};
use crate::save;

/// How texts are linted and fixed.
pub(super) struct Look {
    options: CheckOptions,
    today: NaiveDate,
    /// The least applicability of the fixes to make, if any.
    fix: Option<Applicability>,
    /// Whether fixed files are written.
    write: bool,
    /// Whether comments are written that ignore what is found.
    ignore: bool,
}

/// The result of one text.
#[derive(Default)]
pub(super) struct TaskResult {
    /// The text with its findings; none if it could not be read.
    pub(super) file: Option<File>,
    pub(super) fixed: Option<FixedText>,
    pub(super) failure: Option<String>,
    /// Messages that are not failures.
    pub(super) notes: Vec<String>,
    /// A message, if it is named and has no filter.
    pub(super) empty: Option<String>,
    /// How many findings comments were written for.
    pub(super) ignored: usize,
    /// How many of the wanted fixes were not made, because the file is never written.
    pub(super) unwritten: usize,
}

/// A text that fixes have changed.
pub(super) struct FixedText {
    pub(super) before: Arc<str>,
    pub(super) after: Arc<str>,
    /// How many fixes were made.
    pub(super) count: usize,
}

impl TaskResult {
    /// Whether the text has filters, or may have some.
    pub(super) fn is_filled(&self) -> bool {
        let file = self.file.as_ref();
        let filled = file.is_some_and(|file| !file.filters.is_empty() || !file.findings.is_empty());
        filled || self.failure.is_some()
    }
}

impl Look {
    pub(super) fn new(args: &CheckArgs) -> Look {
        let options = args.filters.now.options();
        let least = match args.unsafe_fixes {
            true => Applicability::Unsafe,
            false => Applicability::Safe,
        };
        Look {
            today: options.now.map(|now| now.date_naive()).unwrap_or_default(),
            options,
            fix: (args.fix || args.diff).then_some(least),
            write: args.fix,
            ignore: args.add_ignore,
        }
    }

    /// Reads and lints a text, and fixes it if fixes are wanted.
    pub(super) fn at(&self, task: &Task) -> TaskResult {
        let mut result = TaskResult::default();
        if let Err(message) = self.lint(task, &mut result) {
            result.failure = Some(message);
        }
        result
    }

    fn lint(&self, task: &Task, result: &mut TaskResult) -> Result<(), String> {
        let before: Arc<str> = task.read()?.into();
        let linter = task.config.linter(task.name.path(), &self.options);
        let document = match task.document(before.clone()) {
            Ok(document) => document,
            Err(error) if error.is_unrelated() && !task.named => return Ok(()),
            Err(error) if self.fix.is_some() && !error.edits().is_empty() => {
                return self.repair(task, before, &error, result);
            }
            Err(error) => {
                let file = broken(task, &before, &error, &linter);
                let file = file.ok_or_else(|| unreadable(&error, &task.name, &before))?;
                if file.findings.is_empty() {
                    result.empty = task.nothing_in(0);
                }
                result.file = Some(file);
                return Ok(());
            }
        };
        // Most files of a folder that have keys hold no filter.
        if !task.named && task.format.has_keys() && document.filters().is_empty() {
            result.notes.extend(task.notes(&document));
            return Ok(());
        }
        let linters = document.linters(&linter);
        let found = document.lint_with(&linters, self.today);
        if found.is_empty() {
            result.empty = task.nothing_in(document.filters().len());
        }
        result.notes.extend(task.notes(&document));
        if self.ignore {
            return self.ignore(task, document, &linters, found, result);
        }
        let fixes = found.iter().filter_map(|found| found.fix.clone());
        let (fixable, unwritten): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.edits.is_some());
        result.file = Some(file(task, &document, &linters, found));
        let Some(least) = self.fix else {
            return Ok(());
        };
        let unwritten = unwritten.iter().filter(|fix| fix.applicability >= least);
        result.unwritten = unwritten.count();
        if result.unwritten > 0 {
            result.notes.push(format!(
                "{}: {} not made: {} cannot be written",
                task.name,
                counted_fixes(result.unwritten),
                task.format.plural()
            ));
        }
        match fixable.is_empty() {
            true => Ok(()),
            false => self.fix(task, &document, &linters, least, result),
        }
    }

    /// Writes comments that ignore what is found, and lints the text again.
    fn ignore(
        &self,
        task: &Task,
        document: Document,
        linters: &Linters,
        found: Vec<DocumentDiagnostic>,
        result: &mut TaskResult,
    ) -> Result<(), String> {
        let has_comments = task.format.has_comments();
        if !has_comments && !found.is_empty() {
            result.notes.push(format!(
                "{}: no comments written: {} have none that qlint reads; set the levels of rules in qlint.toml",
                task.name,
                task.format.plural()
            ));
        }
        let quiet = document.ignoring(&found);
        let quiet = quiet.map_err(|error| format!("{}: {error}; it stays as it is", task.name))?;
        if quiet.count == 0 {
            result.file = Some(file(task, &document, linters, found));
            return Ok(());
        }
        let before = document.shared_text();
        let after = quiet.document.shared_text();
        if task.origin == Origin::File {
            save::replace(task.name.path(), &before, &after)?;
        }
        let found = quiet.document.lint_with(linters, self.today);
        result.ignored = quiet.count;
        result.file = Some(file(task, &quiet.document, linters, found));
        Ok(())
    }

    /// Makes a text readable by the edits of its error, lints and fixes it.
    fn repair(
        &self,
        task: &Task,
        before: Arc<str>,
        error: &HostError,
        result: &mut TaskResult,
    ) -> Result<(), String> {
        let mut readable = String::from(&*before);
        for (range, text) in error.edits().iter().rev() {
            readable.replace_range(range.clone(), text);
        }
        let document = task.document(readable);
        let document = document.map_err(|error| unreadable(&error, &task.name, &before))?;
        let linter = task.config.linter(task.name.path(), &self.options);
        let linters = document.linters(&linter);
        let least = self.fix.unwrap_or(Applicability::Safe);
        let fixed = document.fix_with(&linters, least, self.today);
        let fixed = fixed.map_err(|error| format!("{}: {error}; it stays as it is", task.name))?;
        let after = fixed.document.shared_text();
        if self.write && task.origin == Origin::File {
            save::replace(task.name.path(), &before, &after)?;
        }
        let found = fixed.document.lint_with(&linters, self.today);
        result.file = Some(file(task, &fixed.document, &linters, found));
        result.fixed = Some(FixedText {
            before,
            after,
            count: fixed.count + 1,
        });
        Ok(())
    }

    /// Fixes a text, and lints it again.
    fn fix(
        &self,
        task: &Task,
        document: &Document,
        linters: &Linters,
        least: Applicability,
        result: &mut TaskResult,
    ) -> Result<(), String> {
        let before = document.text();
        let fixed = document.fix_with(linters, least, self.today);
        let fixed = fixed.map_err(|error| format!("{}: {error}; it stays as it is", task.name))?;
        let after = fixed.document.text();
        if after == before {
            return Ok(());
        }
        if self.write && task.origin == Origin::File {
            save::replace(task.name.path(), before, after)?;
        }
        let found = fixed.document.lint_with(linters, self.today);
        result.file = Some(file(task, &fixed.document, linters, found));
        result.fixed = Some(FixedText {
            before: document.shared_text(),
            after: fixed.document.shared_text(),
            count: fixed.count,
        });
        Ok(())
    }
}

/// A file with what was found in it.
fn file(
    task: &Task,
    document: &Document,
    linters: &Linters,
    found: Vec<DocumentDiagnostic>,
) -> File {
    let mut file = File::new(task.name.clone(), document.text().to_string());
    file.chosen = Chosen::of(linters.choices());
    let filters = document.filters();
    let finding = |found: DocumentDiagnostic| {
        let text = filters.get(found.filter).map_or("", FilterText::text);
        Finding::in_document(found).of_filter(text)
    };
    file.findings = found.into_iter().map(finding).collect();
    file.filters = document.filters().iter().map(FilterEntry::new).collect();
    file
}

/// A file whose filters cannot be found, if a rule reports that.
fn broken(task: &Task, text: &str, error: &HostError, linter: &Linter) -> Option<File> {
    let rule = error.rule()?;
    let mut file = File::new(task.name.clone(), text.to_owned());
    if let Some(what) = linter.diagnostic(rule, Span::default(), error.to_string()) {
        let help = match error.edits().is_empty() {
            true => "correct the file: filters in it are not checked",
            false => "write a backslash before each quote inside of the string",
        };
        let what = what.with_label("here").with_help(help);
        let finding = Finding::new(what, error.offset()..error.offset());
        file.findings.push(finding.with_safe_edits(error.edits()));
    }
    Some(file)
}
