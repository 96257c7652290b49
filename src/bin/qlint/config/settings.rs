//! What a configuration says about a file, for people.

use std::path::Path;

use qualys_filter::lint::Rule;
use qualys_filter::{CheckOptions, Level};

use super::Config;
use super::schema::{AUTO, Setting};
use crate::output::Name;

impl Config {
    /// The settings for a file: what they are called, and their values.
    pub(crate) fn settings(
        &self,
        path: &Path,
        options: &CheckOptions,
    ) -> Vec<(&'static str, String)> {
        let sources: Vec<String> = self
            .sources()
            .map(|path| Name::from(path).to_string())
            .collect();
        let schema = match self.schema(path) {
            Setting::Auto(_) => AUTO.to_owned(),
            Setting::Named(schema) => schema.name().to_owned(),
        };
        let linter = self.linter(path, options);
        let rules = |level: Level| {
            let rules = Rule::all().iter();
            let rules =
                rules.filter(|rule| linter.level(rule) == level && !rule.code().is_always_error());
            let names: Vec<&str> = rules.map(Rule::name).collect();
            names.join(", ")
        };
        let tokens: Vec<&str> = self.tokens.iter().map(|token| token.name()).collect();
        let limits = &options.limits;
        let limits = [
            ("bytes", limits.query_bytes),
            ("clauses", limits.clauses),
            ("nesting", limits.nesting),
            ("items of a list", limits.list_items),
            ("wildcards of a value", limits.wildcards),
        ];
        let limits = limits
            .map(|(what, most)| format!("{what} {most}"))
            .join(", ");
        let settings = [
            ("configuration", sources.join(", ")),
            ("schema", schema),
            ("tokens", tokens.join(", ")),
            ("keys", self.keys.names().join(", ")),
            ("fences", self.fences.join(", ")),
            ("width", self.width.to_string()),
            ("fail-on", self.fail_on.as_str().to_owned()),
            ("errors", rules(Level::Error)),
            ("warnings", rules(Level::Warning)),
            ("advice", rules(Level::Advice)),
            ("off", rules(Level::Off)),
            ("limits of a filter", limits),
        ];
        let or_none = |(name, value): (&'static str, String)| match value.is_empty() {
            true => (name, "none".to_owned()),
            false => (name, value),
        };
        settings.into_iter().map(or_none).collect()
    }
}
