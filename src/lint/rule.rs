//! What can be found in a filter: the register of all rules.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::context::Context;
use super::rules;
use crate::check;
use crate::diagnostic::{Code, Diagnostic, FixAvailability, Level, Stage};
use crate::span::Span;
use crate::syntax;

/// One thing that can be found in a filter: a mistake in its text, something that does not fit the
/// schema, or something that could be better.
///
/// ```
/// use qualys_filter::lint::Rule;
///
/// let rule = Rule::find("single_item_list").unwrap();
/// assert_eq!(rule.code().as_str(), "qql::lint::single_item_list");
/// assert!(rule.page().contains("## Use instead"));
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    code: &'static Code,
    page: &'static str,
    /// None for what the parser and the check find, and for rules about files.
    pub(super) run: Option<fn(&Context<'_>) -> Vec<Diagnostic>>,
}

/// Which rule, by its position in the register.
pub(super) type RuleId = usize;

/// The pages of the book on the codes of the parser and of the check.
const PARSE: &str = include_str!("../../docs/src/codes/parse.md");
const CHECK: &str = include_str!("../../docs/src/codes/check.md");

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let of_page = |page, codes: &'static [Code]| {
        codes
            .iter()
            .map(move |code| Rule::new(code, section(page, code), None))
    };
    let found = of_page(PARSE, syntax::CODES).chain(of_page(CHECK, check::CODES));
    found
        .chain(rules::ALL.iter().map(|rule| (*rule).clone()))
        .collect()
});

/// The section of a page on a code.
fn section(page: &'static str, code: &Code) -> &'static str {
    let mut sections = page.split("\n## ");
    let of = |section: &'static str| Some(section.strip_prefix(code.as_str())?.strip_prefix('\n'));
    sections.find_map(of).flatten().unwrap_or_default().trim()
}

impl Rule {
    /// The rule about `AND` beside `OR` without parentheses. Its fix shows how a filter is read.
    pub const MIXED_AND_OR: &'static Rule = rules::MIXED_AND_OR;
    #[cfg(feature = "document")]
    pub(crate) const BROKEN_JSON: &'static Rule = rules::BROKEN_JSON;
    #[cfg(feature = "document")]
    pub(crate) const REQUEST_PARAMETER: &'static Rule = rules::REQUEST_PARAMETER;
    #[cfg(feature = "document")]
    pub(crate) const EXPIRED_IGNORE: &'static Rule = rules::EXPIRED_IGNORE;
    #[cfg(feature = "document")]
    pub(crate) const INTERPOLATED_VALUE: &'static Rule = rules::INTERPOLATED_VALUE;
    #[cfg(feature = "document")]
    pub(crate) const UNUSED_IGNORE: &'static Rule = rules::UNUSED_IGNORE;
    #[cfg(feature = "document")]
    pub(crate) const WRONG_IGNORE: &'static Rule = rules::WRONG_IGNORE;

    pub(super) const fn new(
        code: &'static Code,
        page: &'static str,
        run: Option<fn(&Context<'_>) -> Vec<Diagnostic>>,
    ) -> Rule {
        Rule { code, page, run }
    }

    /// Every rule: those of the parser, of the check, and of the linter.
    pub fn all() -> &'static [Rule] {
        &RULES
    }

    /// The rule of this code, of which the last part is enough.
    pub fn find(code: &str) -> Option<&'static Rule> {
        Rule::position(code).and_then(|id| RULES.get(id))
    }

    pub(super) fn position(code: &str) -> Option<RuleId> {
        let is = |rule: &Rule| {
            let name = match code.contains("::") {
                true => rule.code.as_str(),
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

    /// A diagnostic of this rule.
    pub fn diagnostic(&self, span: Span, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::new(self.code, span, message)
    }

    /// The code of what it finds.
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// The last part of the code.
    pub fn name(&self) -> &'static str {
        self.code.name()
    }

    /// The stage that finds it.
    pub fn stage(&self) -> Stage {
        self.code.stage()
    }

    /// What it finds, in a line.
    pub fn summary(&self) -> &'static str {
        self.code.summary()
    }

    /// How it is reported by default.
    pub fn level(&self) -> Level {
        self.code.level()
    }

    /// Whether a fix is known.
    pub fn fix(&self) -> FixAvailability {
        self.code.fix()
    }

    /// Its page, as Markdown.
    pub fn page(&self) -> &'static str {
        self.page
    }
}

/// Two rules are equal if their codes are.
impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first sentence of a section, as the summary of a code is written.
    fn first_sentence(section: &str) -> String {
        let paragraph = section.split("\n\n").next().unwrap().replace('\n', " ");
        let sentence = paragraph.split(". ").next().unwrap();
        let sentence = sentence.strip_prefix("A warning: ").unwrap_or(sentence);
        let mut letters = sentence.trim_end_matches('.').chars();
        let first: String = letters.next().unwrap().to_lowercase().collect();
        first + letters.as_str()
    }

    #[test]
    fn the_pages_of_the_book_have_the_codes_of_the_tables() {
        let schema = include_str!("../../docs/src/codes/schema.md");
        for (page, table) in [
            (PARSE, syntax::CODES),
            (CHECK, check::CODES),
            (schema, crate::schema::CODES),
        ] {
            let sections = page.split("\n## ").skip(1);
            let codes: Vec<&str> = sections
                .filter_map(|section| section.lines().next())
                .collect();
            let right: Vec<&str> = table.iter().map(Code::as_str).collect();
            assert_eq!(codes, right);
            for code in table {
                assert_eq!(
                    first_sentence(section(page, code)),
                    code.summary(),
                    "{code}"
                );
            }
        }
    }
}
