//! Which rules are reported: those that are selected, but for those that are ignored.

use qualys_filter::lint::Rule;
use qualys_filter::{Level, Linter};

use super::ConfigError;
use crate::args::RulesChoice;

/// The groups of rules: the stages that report them.
const GROUPS: &[&str] = &["parse", "check", "lint"];

/// The word for all rules.
const ALL: &str = "all";

/// How narrowly a single rule is named.
const ONE: u8 = 3;

/// A rule, or a group of rules.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Rule(&'static Rule),
    /// The rules of a stage.
    Group(&'static str),
    All,
}

impl Entry {
    /// The entry of this name, which may have the prefix `qql::`.
    ///
    /// # Errors
    ///
    /// If there is none: a message, and a help.
    fn named(name: &str) -> Result<Entry, (String, String)> {
        let group = name.strip_prefix("qql::").unwrap_or(name);
        if group.eq_ignore_ascii_case(ALL) {
            return Ok(Entry::All);
        }
        if let Some(group) = GROUPS.iter().find(|known| **known == group) {
            return Ok(Entry::Group(group));
        }
        Rule::find(name).map(Entry::Rule).ok_or_else(|| {
            let help = match Rule::suggest(name) {
                Some(rule) => format!("did you mean `{}`?", rule.name()),
                None => "list the rules with `qlint rules`".to_owned(),
            };
            (format!("there is no rule `{name}`"), help)
        })
    }

    /// How narrowly it names a rule; none if it does not.
    fn names(self, rule: &Rule) -> Option<u8> {
        match self {
            Entry::Rule(one) => (one == rule).then_some(ONE),
            Entry::Group(group) => (rule.stage().as_str() == group).then_some(2),
            Entry::All => Some(1),
        }
    }
}

/// Which rules are reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// None if all are.
    select: Option<Vec<Entry>>,
    ignore: Vec<Entry>,
}

impl Selection {
    /// Selects only this rule, or the rules of this group, and those that are selected already.
    pub(super) fn select(&mut self, name: &str) -> Result<(), (String, String)> {
        let entry = Entry::named(name)?;
        self.select.get_or_insert_default().push(entry);
        Ok(())
    }

    /// Selects none, but those that [`Selection::select`] adds.
    pub(super) fn select_none(&mut self) {
        self.select = Some(Vec::new());
    }

    /// Ignores this rule, or the rules of this group.
    pub(super) fn ignore(&mut self, name: &str) -> Result<(), (String, String)> {
        let entry = Entry::named(name)?;
        match entry {
            Entry::Rule(rule) if rule.code().is_always_error() => {
                let message = format!("`{name}` cannot be ignored");
                let help = "it is always an error: the filter cannot be used";
                return Err((message, help.to_owned()));
            }
            entry => self.ignore.push(entry),
        }
        Ok(())
    }

    /// The rules that the arguments choose.
    ///
    /// # Errors
    ///
    /// If one of them does not exist, or cannot be ignored.
    pub(crate) fn of(args: &RulesChoice) -> Result<Selection, ConfigError> {
        let mut selection = Selection::default();
        let mut all = |option: &str, names: &[String], take: Take| {
            let names = names.iter().map(|name| name.trim());
            names
                .filter(|name| !name.is_empty())
                .try_for_each(|name| take(&mut selection, name))
                .map_err(|(message, help)| {
                    ConfigError::Other(format!("{option}: {message}; {help}"))
                })
        };
        all("--select", &args.select, Selection::select)?;
        all("--ignore", &args.ignore, Selection::ignore)?;
        Ok(selection)
    }

    /// Whether a rule is reported, and whether it is named itself: as the narrowest of the entries that
    /// name it says. Of two that are as narrow, the one that ignores it wins.
    fn has(&self, rule: &Rule) -> Option<(bool, bool)> {
        let narrowest = |entries: &[Entry]| {
            let names = entries.iter().filter_map(|entry| entry.names(rule));
            names.max().unwrap_or_default()
        };
        let ignored = narrowest(&self.ignore);
        match &self.select {
            None => (ignored > 0).then_some((false, false)),
            Some(select) => {
                let selected = narrowest(select);
                Some((selected > ignored, selected == ONE))
            }
        }
    }

    /// The level of a rule that has this level otherwise.
    pub(super) fn level(&self, rule: &Rule, level: Level) -> Level {
        match self.has(rule) {
            None => level,
            Some((false, _)) => Level::Off,
            Some((true, _)) if level != Level::Off => level,
            // A rule that has to be asked for is asked for by its name.
            Some((true, named)) => match rule.level() {
                Level::Off if named => Level::Warning,
                level => level,
            },
        }
    }

    /// The linter with these rules.
    pub(super) fn applied(&self, linter: Linter) -> Linter {
        if self.select.is_none() && self.ignore.is_empty() {
            return linter;
        }
        Rule::all().iter().fold(linter, |linter, rule| {
            let level = self.level(rule, linter.level(rule));
            linter.with_level(rule, level)
        })
    }
}

/// How a name is taken.
type Take = fn(&mut Selection, &str) -> Result<(), (String, String)>;
