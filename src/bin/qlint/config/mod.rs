//! `qlint.toml`: which rules, which tokens, which files.

mod apply;
mod file;
mod find;
mod patterns;
mod reach;
pub(crate) mod schema;
mod select;
mod settings;

use std::path::{Path, PathBuf};

use qualys_filter::document::{Format, Keys};
use qualys_filter::lint::Rule;
use qualys_filter::schema::Token;
use qualys_filter::{CheckOptions, Level, Linter};

use crate::outcome::Outcome;
use crate::output::say;
use crate::report::{File, to_stderr};
use patterns::FilePatterns;
use schema::Setting;

pub(crate) use file::json_schema;
pub(crate) use find::Configs;
pub(crate) use select::Selection;

/// Why a configuration cannot be used.
#[derive(Debug)]
pub(crate) enum ConfigError {
    /// A finding in a file.
    At(Box<File>),
    Other(String),
}

/// Says what is wrong with a configuration.
pub(crate) fn misconfigured(error: &ConfigError) -> Outcome {
    match error {
        ConfigError::At(file) => {
            to_stderr(file, false);
            say(&format!("{} cannot be used", file.name));
        }
        ConfigError::Other(message) => say(message),
    }
    Outcome::Failed
}

/// A configuration, ready to be used.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) keys: Keys,
    /// Words of fences besides `qql`.
    pub(crate) fences: Vec<String>,
    pub(crate) width: usize,
    pub(crate) fail_on: Level,
    schema: Setting,
    rules: Vec<(&'static Rule, Level)>,
    /// The rules that the arguments choose.
    chosen: Selection,
    tokens: Vec<Token>,
    include: FilePatterns,
    exclude: Vec<FilePatterns>,
    /// How some files are read. The last pattern that matches a file counts.
    formats: Vec<(FilePatterns, &'static Format)>,
    overrides: Vec<Override>,
    /// The files that it was read from.
    sources: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
struct Override {
    files: FilePatterns,
    schema: Option<Setting>,
    rules: Vec<(&'static Rule, Level)>,
}

impl Default for Config {
    fn default() -> Config {
        let patterns = Format::ALL.iter().flat_map(|format| format.patterns());
        let patterns: Vec<String> = patterns.collect();
        Config {
            keys: Keys::default(),
            fences: Vec::new(),
            width: 100,
            fail_on: Level::Warning,
            schema: Setting::Auto(None),
            rules: Vec::new(),
            chosen: Selection::default(),
            tokens: Vec::new(),
            include: FilePatterns::anywhere(&patterns),
            exclude: Vec::new(),
            formats: Vec::new(),
            overrides: Vec::new(),
            sources: Vec::new(),
        }
    }
}

impl Config {
    /// Takes other keys of JSON files.
    pub(crate) fn with_keys(self, keys: Keys) -> Config {
        Config { keys, ..self }
    }

    /// Takes the rules that the arguments choose.
    pub(crate) fn with_chosen(self, chosen: Selection) -> Config {
        Config { chosen, ..self }
    }

    /// The files that it was read from, with those of its schemas.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(PathBuf::as_path)
    }

    /// Whether a file of a folder is read.
    pub(crate) fn includes(&self, path: &Path) -> bool {
        let excluded = self.exclude.iter().any(|files| files.include(path));
        !excluded && (self.include.include(path) || self.format(path).is_some())
    }

    /// How a file is read, if the configuration says so.
    pub(crate) fn format(&self, path: &Path) -> Option<&'static Format> {
        let mut formats = self.formats.iter().rev();
        let (_, format) = formats.find(|(files, _)| files.include(path))?;
        Some(*format)
    }

    /// The settings for some files that are for this file.
    fn overrides(&self, path: &Path) -> impl DoubleEndedIterator<Item = &Override> {
        let overrides = self.overrides.iter();
        overrides.filter(|entry| entry.files.include(path))
    }

    /// The schema for a file.
    fn schema(&self, path: &Path) -> &Setting {
        let mut schemas = self.overrides(path).rev();
        let own = schemas.find_map(|entry| entry.schema.as_ref());
        own.unwrap_or(&self.schema)
    }

    /// The linter for a file.
    pub(crate) fn linter(&self, path: &Path, options: &CheckOptions) -> Linter {
        let mut rules = self.rules.clone();
        rules.extend(self.overrides(path).flat_map(|entry| &entry.rules));
        let linter = self.schema(path).linter().with_options(options.clone());
        let with = |linter: Linter, (rule, level): &(&Rule, Level)| linter.with_level(rule, *level);
        self.chosen.applied(rules.iter().fold(linter, with))
    }
}
