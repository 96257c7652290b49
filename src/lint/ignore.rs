//! Comments that keep a rule quiet.

use chrono::NaiveDate;

use super::rule::Rule;

/// A comment that says which rules not to report for a filter:
/// `# qlint: ignore[or_chain, leading_wildcard] until=2027-01-31 -- the importer writes it so`. With
/// `file-ignore` in place of `ignore` it is for all filters of its file.
///
/// ```
/// use qualys_filter::lint::Ignore;
///
/// let ignore = Ignore::parse("# qlint: ignore[or_chain] until=2027-01-31 -- generated");
/// let ignore = ignore.unwrap().unwrap();
/// assert_eq!(ignore.rules()[0].name(), "or_chain");
/// assert_eq!(ignore.reason(), Some("generated"));
/// assert!(!ignore.is_for_file());
/// let ignore = Ignore::parse("# qlint: file-ignore[or_chain]").unwrap().unwrap();
/// assert!(ignore.is_for_file());
/// assert!(Ignore::parse("# about something else").is_none());
/// assert!(Ignore::parse("# qlint: ignore[no_such_rule]").unwrap().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    rules: Vec<&'static Rule>,
    for_file: bool,
    until: Option<NaiveDate>,
    reason: Option<String>,
}

/// Why a comment that begins as an [`Ignore`] is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct IgnoreError {
    message: String,
    help: String,
}

impl IgnoreError {
    /// What to write instead.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl Ignore {
    /// Reads a comment; none if it does not begin with `# qlint:`.
    ///
    /// # Errors
    ///
    /// If it does, and goes on in another way than shown above.
    pub fn parse(comment: &str) -> Option<Result<Ignore, IgnoreError>> {
        let text = comment.trim().trim_start_matches('#').trim_start();
        let text = text.strip_prefix("qlint:")?;
        Some(Ignore::read(text.trim()))
    }

    fn read(text: &str) -> Result<Ignore, IgnoreError> {
        let error = |message: String, help: &str| IgnoreError {
            message,
            help: help.to_owned(),
        };
        const FORM: &str = "write `# qlint: ignore[rule, rule] until=2027-01-31 -- reason`";
        let (text, reason) = match text.split_once("--") {
            Some((text, reason)) => (text.trim(), Some(reason.trim().to_owned())),
            None => (text, None),
        };
        let word = text.strip_prefix("file-");
        let (for_file, text) = (word.is_some(), word.unwrap_or(text));
        let rest = text.strip_prefix("ignore").map(str::trim_start);
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix('[')) else {
            return Err(error(
                "this is not a comment that qlint knows".to_owned(),
                FORM,
            ));
        };
        let Some((codes, rest)) = rest.split_once(']') else {
            return Err(error("the bracket `[` is never closed".to_owned(), FORM));
        };
        let mut rules = Vec::new();
        for code in codes.split(',').map(str::trim) {
            match Rule::find(code) {
                Some(rule) => rules.push(rule),
                None if code.is_empty() => {
                    return Err(error("the name of a rule is missing".to_owned(), FORM));
                }
                None => {
                    let help = match Rule::suggest(code) {
                        Some(rule) => format!("did you mean `{}`?", rule.name()),
                        None => "list the rules with `qlint rules`".to_owned(),
                    };
                    return Err(error(format!("there is no rule `{code}`"), &help));
                }
            }
        }
        let until = match rest.trim() {
            "" => None,
            rest => {
                let date = rest.strip_prefix("until=").map(str::trim);
                let date = date.and_then(|date| date.parse::<NaiveDate>().ok());
                match date {
                    Some(date) => Some(date),
                    None => {
                        let message = format!("`{rest}` is neither a date nor a reason");
                        return Err(error(message, FORM));
                    }
                }
            }
        };
        Ok(Ignore {
            rules,
            for_file,
            until,
            reason,
        })
    }

    /// The rules that are not to be reported.
    pub fn rules(&self) -> &[&'static Rule] {
        &self.rules
    }

    /// Whether it is for all filters of its file.
    pub fn is_for_file(&self) -> bool {
        self.for_file
    }

    /// The last day on which it holds.
    pub fn until(&self) -> Option<NaiveDate> {
        self.until
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read_or_refused() {
        for (comment, right) in [
            ("# qlint: ignore[or_chain]", None),
            (
                "#qlint:ignore [ qql::lint::or_chain , three_dots ] --",
                None,
            ),
            (
                "# qlint: ignore[or_chain] until=2027-02-30",
                Some("neither a date"),
            ),
            (
                "# qlint: file-ignore[or_chain, net_value] -- all of them",
                None,
            ),
            ("# qlint: file-ignore or_chain", Some("not a comment")),
            ("# qlint: file ignore[or_chain]", Some("not a comment")),
            ("# qlint: ignore[]", Some("missing")),
            ("# qlint: ignore or_chain", Some("not a comment")),
            ("# qlint: ignore[or_chain", Some("never closed")),
            ("# qlint: ignore[or_chian]", Some("no rule `or_chian`")),
            ("# qlint: disable[or_chain]", Some("not a comment")),
        ] {
            let read = Ignore::parse(comment).unwrap();
            match (read, right) {
                (Ok(_), None) => {}
                (Err(error), Some(part)) => assert!(error.to_string().contains(part), "{error}"),
                other => panic!("{comment}: {other:?}"),
            }
        }
    }
}
