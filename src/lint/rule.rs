//! What can be found in a filter: the register of all rules.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::diagnostic::{FixAvailability, Level, Stage};

use super::context::Context;
use super::remark::Remark;
use super::{pages, rules};

/// One thing that can be found in a filter: a mistake in its text, something that does not fit the
/// schema, or something that could be better.
///
/// ```
/// use qualys_filter::lint::Rule;
///
/// let rule = Rule::find("single_item_list").unwrap();
/// assert_eq!(rule.code(), "qql::lint::single_item_list");
/// assert!(rule.page().contains("## Use instead"));
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) code: &'static str,
    pub(super) summary: Cow<'static, str>,
    pub(super) level: Level,
    pub(super) fixes: FixAvailability,
    pub(super) page: &'static str,
    /// None for what the parser and the check find, and for rules about files.
    pub(super) run: Option<fn(&Context<'_>) -> Vec<Remark>>,
}

/// Which rule, by its position in the register.
pub(super) type RuleId = usize;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules = pages::of_parser_and_check();
    rules.extend(rules::ALL.iter().map(|rule| (*rule).clone()));
    rules
});

impl Rule {
    /// A rule of the linter.
    pub(super) const fn lint(
        code: &'static str,
        summary: &'static str,
        level: Level,
        fixes: FixAvailability,
        page: &'static str,
        run: fn(&Context<'_>) -> Vec<Remark>,
    ) -> Rule {
        Rule {
            code,
            summary: Cow::Borrowed(summary),
            level,
            fixes,
            page,
            run: Some(run),
        }
    }

    /// A rule about the file around filters, which whoever reads the file applies.
    pub(super) const fn of_files(
        code: &'static str,
        summary: &'static str,
        level: Level,
        fixes: FixAvailability,
        page: &'static str,
    ) -> Rule {
        Rule {
            code,
            summary: Cow::Borrowed(summary),
            level,
            fixes,
            page,
            run: None,
        }
    }

    /// Every rule: those of the parser, of the check, and of the linter.
    pub fn all() -> &'static [Rule] {
        &RULES
    }

    /// The rule of this code, which may be written without what stands before its last part.
    pub fn find(code: &str) -> Option<&'static Rule> {
        Rule::position(code).and_then(|id| RULES.get(id))
    }

    pub(super) fn position(code: &str) -> Option<RuleId> {
        let is = |rule: &Rule| {
            let name = match code.contains("::") {
                true => rule.code,
                false => rule.name(),
            };
            name == code || name.strip_prefix("qql::") == Some(code)
        };
        RULES.iter().position(is)
    }

    /// The rule whose name is almost this.
    pub fn suggest(wrong: &str) -> Option<&'static Rule> {
        let name = wrong.rsplit("::").next().unwrap_or(wrong);
        let near = crate::schema::suggest(name, RULES.iter().map(Rule::name))?;
        Rule::find(near)
    }

    /// The code, such as `qql::lint::single_item_list`. Codes are never renamed, and never used for
    /// something else.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The last part of the code.
    pub fn name(&self) -> &'static str {
        self.code.rsplit("::").next().unwrap_or(self.code)
    }

    /// Which part of the work finds it.
    pub fn stage(&self) -> Stage {
        match self.code.split("::").nth(1) {
            Some("parse") => Stage::Parse,
            Some("check") => Stage::Check,
            _ => Stage::Lint,
        }
    }

    /// What it finds, in a line.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// How much weight it has if nobody says otherwise.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether its weight can be changed: what keeps a filter from being used stays an error.
    pub fn is_fixed(&self) -> bool {
        self.stage() != Stage::Lint && self.level == Level::Error
    }

    /// Whether it knows the way out.
    pub fn fixes(&self) -> FixAvailability {
        self.fixes
    }

    /// Its page, as Markdown.
    pub fn page(&self) -> &'static str {
        self.page
    }
}
