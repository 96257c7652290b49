//! The comments at a filter that keep rules quiet.

use std::collections::HashSet;

use chrono::NaiveDate;
use qualys_filter::lint::{Ignore, IgnoreError, Remark, Rule};
use qualys_filter::{Level, Linter};

use super::report::Finding;
use qualys_filter::document::{Comment, FilterText};

/// The comments of one filter.
pub(super) struct Ignores<'f> {
    comments: Vec<(&'f Comment, Result<Ignore, IgnoreError>)>,
    today: NaiveDate,
}

impl<'f> Ignores<'f> {
    pub(super) fn of(filter: &'f FilterText, today: NaiveDate) -> Ignores<'f> {
        let read = |comment: &'f Comment| Some((comment, Ignore::parse(&comment.text)?));
        let comments = filter.comments().iter().filter_map(read).collect();
        Ignores { comments, today }
    }

    fn has_expired(&self, ignore: &Ignore) -> bool {
        ignore.until().is_some_and(|until| until < self.today)
    }

    /// Whether a remark is not to be reported. Errors always are: the filter cannot be used.
    pub(super) fn hold(&self, remark: &Remark) -> bool {
        let of = |ignore: &Ignore| {
            let mut rules = ignore.rules().iter();
            !self.has_expired(ignore) && rules.any(|rule| rule.code() == remark.code())
        };
        let mut ignores = self
            .comments
            .iter()
            .filter_map(|(_, read)| read.as_ref().ok());
        !remark.rule().is_fixed() && ignores.any(of)
    }

    /// What is wrong with the comments themselves, where `held` are the codes that they held back.
    pub(super) fn findings(&self, held: &HashSet<&str>, linter: &Linter) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (comment, read) in &self.comments {
            let mut find = |rule: &str, message: String, help: &str| {
                let level = Rule::find(rule).map_or(Level::Off, |rule| linter.level(rule));
                let (code, range) = (format!("qql::lint::{rule}"), comment.range.clone());
                let finding = Finding::error(&code, range, message, Some(help.to_owned()));
                if level != Level::Off {
                    let label = "this comment".to_owned();
                    findings.push(Finding {
                        level,
                        label,
                        ..finding
                    });
                }
            };
            match read {
                Err(error) => find("wrong_ignore", error.to_string(), error.help()),
                Ok(ignore) if self.has_expired(ignore) => {
                    let until = ignore.until().unwrap_or_default();
                    let message = format!("this comment has had no effect since {until}");
                    find(
                        "expired_ignore",
                        message,
                        "mend the filter, or name a later day",
                    );
                }
                Ok(ignore) => {
                    let rules = ignore.rules().iter().map(|rule| (rule.name(), rule.code()));
                    let unused = rules.filter(|(_, code)| !held.contains(code));
                    let unused: Vec<String> = unused.map(|(name, _)| format!("`{name}`")).collect();
                    if !unused.is_empty() {
                        let rules = unused.join(", ");
                        let message = format!("there is nothing here for {rules} to report");
                        find("unused_ignore", message, "take it out of the comment");
                    }
                }
            }
        }
        findings
    }
}
