//! The comments that keep rules quiet: at one filter, or in the whole document.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::{Comment, FilterText};
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::lint::{Ignore, IgnoreError, Linter, Rule};
use crate::span::Span;

/// A comment as it was read.
type Read<'f> = (&'f Comment, Result<Ignore, IgnoreError>);

/// The comments that hold for a filter: its own, and those of the document.
pub(super) struct Ignores<'f> {
    own: Vec<Read<'f>>,
    of_file: &'f FileIgnores<'f>,
}

/// The comments of a document that are for all of its filters.
pub(super) struct FileIgnores<'f> {
    /// Each with the filter that it is at, by index.
    comments: Vec<(usize, &'f Comment, Ignore)>,
    today: NaiveDate,
}

/// The comments of a filter that are about rules.
fn read(filter: &FilterText) -> impl Iterator<Item = Read<'_>> {
    let comments = filter.comments.iter();
    comments.filter_map(|comment| Some((comment, Ignore::parse(&comment.text)?)))
}

fn has_expired(ignore: &Ignore, today: NaiveDate) -> bool {
    ignore.until().is_some_and(|until| until < today)
}

/// Whether a comment keeps a code quiet.
fn holds(ignore: &Ignore, code: &Code, today: NaiveDate) -> bool {
    !has_expired(ignore, today) && ignore.rules().iter().any(|rule| rule.code() == code)
}

impl<'f> FileIgnores<'f> {
    pub(super) fn of(filters: &'f [FilterText], today: NaiveDate) -> FileIgnores<'f> {
        let of = |(index, filter): (usize, &'f FilterText)| {
            read(filter).filter_map(move |(comment, read)| {
                let ignore = read.ok().filter(Ignore::is_for_file)?;
                Some((index, comment, ignore))
            })
        };
        FileIgnores {
            comments: filters.iter().enumerate().flat_map(of).collect(),
            today,
        }
    }

    /// What is wrong with the comments, each with its filter and its range, where `ignored` are the
    /// codes that comments kept quiet.
    pub(super) fn diagnostics(
        &self,
        ignored: &HashSet<&Code>,
        linter: impl Fn(usize) -> Option<&'f Linter>,
    ) -> Vec<(usize, Range<usize>, Diagnostic)> {
        let about = |(index, comment, ignore): &(usize, &Comment, Ignore)| {
            let linter = linter(*index)?;
            let found = wrong(ignore, ignored, self.today, linter)?;
            Some((*index, comment.range.clone(), found))
        };
        self.comments.iter().filter_map(about).collect()
    }
}

impl<'f> Ignores<'f> {
    pub(super) fn of(filter: &'f FilterText, of_file: &'f FileIgnores<'f>) -> Ignores<'f> {
        let is_own = |(_, read): &Read<'_>| !read.as_ref().is_ok_and(|ignore| ignore.is_for_file());
        Ignores {
            own: read(filter).filter(is_own).collect(),
            of_file,
        }
    }

    /// Whether a diagnostic is not to be reported. Errors always are: the filter cannot be used.
    pub(super) fn hold(&self, diagnostic: &Diagnostic) -> bool {
        let (code, today) = (diagnostic.code(), self.of_file.today);
        let own = self.own.iter().filter_map(|(_, read)| read.as_ref().ok());
        let of_file = self.of_file.comments.iter().map(|(_, _, ignore)| ignore);
        !code.is_always_error() && own.chain(of_file).any(|ignore| holds(ignore, code, today))
    }

    /// What is wrong with the filter's own comments, with their ranges, where `ignored` are the codes
    /// that comments kept quiet.
    pub(super) fn diagnostics(
        &self,
        ignored: &HashSet<&Code>,
        linter: &Linter,
    ) -> Vec<(Range<usize>, Diagnostic)> {
        let about = |(comment, read): &Read<'_>| {
            let found = match read {
                Err(error) => {
                    let (message, help) = (error.to_string(), error.help());
                    about_comment(Rule::WRONG_IGNORE, message, help, linter)
                }
                Ok(ignore) => wrong(ignore, ignored, self.of_file.today, linter),
            };
            Some((comment.range.clone(), found?))
        };
        self.own.iter().filter_map(about).collect()
    }
}

/// What is wrong with a comment, if anything is. A rule that is off has nothing to report anywhere, so
/// that this says nothing of a comment.
fn wrong(
    ignore: &Ignore,
    ignored: &HashSet<&Code>,
    today: NaiveDate,
    linter: &Linter,
) -> Option<Diagnostic> {
    if has_expired(ignore, today) {
        let until = ignore.until().unwrap_or_default();
        let message = format!("this comment has had no effect since {until}");
        let help = "correct the filter, or name a later day";
        return about_comment(Rule::EXPIRED_IGNORE, message, help, linter);
    }
    let rules = ignore.rules().iter();
    let unused =
        rules.filter(|rule| !ignored.contains(rule.code()) && linter.level(rule) != Level::Off);
    let unused: Vec<_> = unused.map(|rule| format!("`{}`", rule.name())).collect();
    if unused.is_empty() {
        return None;
    }
    let message = format!("there is nothing here for {} to report", unused.join(", "));
    let help = "take it out of the comment";
    about_comment(Rule::UNUSED_IGNORE, message, help, linter)
}

fn about_comment(
    rule: &'static Rule,
    message: String,
    help: &str,
    linter: &Linter,
) -> Option<Diagnostic> {
    let diagnostic = linter.diagnostic(rule, Span::default(), message)?;
    let diagnostic = diagnostic.with_label("this comment");
    Some(diagnostic.with_help(help.to_owned()))
}
