//! The comments at a filter that keep rules quiet.

use std::collections::HashSet;
use std::ops::Range;

use chrono::NaiveDate;

use super::{Comment, FilterText};
use crate::diagnostic::{Code, Diagnostic};
use crate::lint::{Ignore, IgnoreError, Linter, Rule};
use crate::span::Span;

/// The comments of one filter.
pub(super) struct Ignores<'f> {
    comments: Vec<(&'f Comment, Result<Ignore, IgnoreError>)>,
    today: NaiveDate,
}

impl<'f> Ignores<'f> {
    pub(super) fn of(filter: &'f FilterText, today: NaiveDate) -> Ignores<'f> {
        let read = |comment: &'f Comment| Some((comment, Ignore::parse(&comment.text)?));
        let comments = filter.comments.iter().filter_map(read).collect();
        Ignores { comments, today }
    }

    fn has_expired(&self, ignore: &Ignore) -> bool {
        ignore.until().is_some_and(|until| until < self.today)
    }

    /// Whether a diagnostic is not to be reported. Errors always are: the filter cannot be used.
    pub(super) fn hold(&self, diagnostic: &Diagnostic) -> bool {
        let of = |ignore: &Ignore| {
            let mut rules = ignore.rules().iter();
            !self.has_expired(ignore) && rules.any(|rule| rule.code() == diagnostic.code())
        };
        let read = self.comments.iter();
        let mut ignores = read.filter_map(|(_, read)| read.as_ref().ok());
        !diagnostic.code().is_always_error() && ignores.any(of)
    }

    /// What is wrong with the comments themselves, with their ranges, where `ignored` are the codes that
    /// they kept quiet.
    pub(super) fn diagnostics(
        &self,
        ignored: &HashSet<&Code>,
        linter: &Linter,
    ) -> Vec<(Range<usize>, Diagnostic)> {
        let about = |(comment, read): &(&Comment, Result<Ignore, IgnoreError>)| {
            let (rule, message, help) = match read {
                Err(error) => (Rule::WRONG_IGNORE, error.to_string(), error.help()),
                Ok(ignore) if self.has_expired(ignore) => {
                    let until = ignore.until().unwrap_or_default();
                    let message = format!("this comment has had no effect since {until}");
                    let help = "correct the filter, or name a later day";
                    (Rule::EXPIRED_IGNORE, message, help)
                }
                Ok(ignore) => {
                    let rules = ignore.rules().iter();
                    let unused = rules.filter(|rule| !ignored.contains(rule.code()));
                    let unused: Vec<_> = unused.map(|rule| format!("`{}`", rule.name())).collect();
                    if unused.is_empty() {
                        return None;
                    }
                    let rules = unused.join(", ");
                    let message = format!("there is nothing here for {rules} to report");
                    (Rule::UNUSED_IGNORE, message, "take it out of the comment")
                }
            };
            let diagnostic = linter.diagnostic(rule, Span::default(), message)?;
            let diagnostic = diagnostic.with_label("this comment");
            Some((comment.range.clone(), diagnostic.with_help(help.to_owned())))
        };
        self.comments.iter().filter_map(about).collect()
    }
}
