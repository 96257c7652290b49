//! `qlint.toml`: which rules, which tokens, which files.

mod file;
mod find;
mod reach;
pub(crate) mod schema;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use qualys_filter::document::{Format, Keys};
use qualys_filter::lint::Rule;
use qualys_filter::schema::Token;
use qualys_filter::{CheckOptions, Level, Linter, Schema};
use toml::Spanned;

use crate::files::open;
use crate::outcome::Outcome;
use crate::output::{Name, say};
use crate::report::{File, Finding, to_stderr};
use file::{ConfigFile, LevelName, TokenEntry, keys, said, with_suggestion};
use find::is_config;
use reach::Reach;

pub(crate) use file::json_schema;
pub(crate) use find::Configs;

/// How many files may extend each other.
const CHAIN: usize = 16;

/// What is wrong with a configuration file: a message to show.
#[derive(Debug)]
pub(crate) enum ConfigError {
    /// Something at a place of it.
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
    pub(crate) width: usize,
    pub(crate) fail_on: Level,
    schema: Schema,
    rules: Vec<(&'static Rule, Level)>,
    tokens: Vec<Token>,
    include: FilePatterns,
    exclude: Vec<FilePatterns>,
    /// How some files are read; the last that holds a file counts.
    formats: Vec<(FilePatterns, &'static Format)>,
    overrides: Vec<Override>,
    /// The files that it was read from.
    sources: Vec<PathBuf>,
}

#[derive(Clone, Debug)]
struct Override {
    files: FilePatterns,
    schema: Option<Schema>,
    rules: Vec<(&'static Rule, Level)>,
}

/// Patterns for files below a folder.
#[derive(Clone, Debug)]
struct FilePatterns {
    /// None for any folder.
    folder: Option<PathBuf>,
    set: GlobSet,
}

impl FilePatterns {
    fn hold(&self, path: &Path) -> bool {
        let Some(folder) = &self.folder else {
            return self.set.is_match(path);
        };
        let absolute = std::path::absolute(path);
        let path = absolute.as_deref().unwrap_or(path);
        match path.strip_prefix(folder) {
            Ok(inside) => self.set.is_match(inside),
            Err(_) => false,
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        let extensions = Format::ALL.iter().flat_map(|format| format.extensions());
        let patterns: Vec<String> = extensions.map(|known| format!("*.{known}")).collect();
        Config {
            keys: Keys::default(),
            width: 100,
            fail_on: Level::Warning,
            schema: Schema::edr().clone(),
            rules: Vec::new(),
            tokens: Vec::new(),
            include: FilePatterns {
                folder: None,
                set: globs(&patterns).unwrap_or_default(),
            },
            exclude: Vec::new(),
            formats: Vec::new(),
            overrides: Vec::new(),
            sources: Vec::new(),
        }
    }
}

/// Patterns, of which those without a slash are for any folder.
fn globs(patterns: &[impl AsRef<str>]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.as_ref();
        let anywhere = match pattern.trim_end_matches('/').contains('/') {
            true => pattern.trim_start_matches('/').to_owned(),
            false => format!("**/{pattern}"),
        };
        let wrong = |error: globset::Error| format!("`{pattern}` is no pattern: {}", error.kind());
        set.add(Glob::new(&anywhere).map_err(wrong)?);
        // A folder stands for all that is in it.
        let below = format!("{}/**", anywhere.trim_end_matches('/'));
        set.add(Glob::new(&below).map_err(wrong)?);
    }
    set.build().map_err(|error| error.to_string())
}

impl Config {
    /// The configuration in a file.
    fn read(path: &Path, reach: &Reach) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        config.extend_by(path, reach, 0)?;
        Ok(config)
    }

    /// Changes it by `key=value`, as on a line of the file; a value without quotes may be a text.
    pub(crate) fn set(&mut self, setting: &str) -> Result<(), ConfigError> {
        let wrong = |error: String| ConfigError::Other(format!("--config {setting}: {error}"));
        let (key, value) = setting
            .split_once('=')
            .ok_or_else(|| wrong("write `key=value`, or the path of a file".to_owned()))?;
        let (key, value) = (key.trim(), value.trim());
        let plain = format!("{key} = {value}");
        let quoted = format!("{key} = {}", serde_json::Value::from(value));
        let text = match toml::from_str::<toml::Table>(&plain) {
            Ok(_) => plain,
            Err(_) => quoted,
        };
        let file: ConfigFile = toml::from_str(&text).map_err(|error| wrong(said(&error)))?;
        let folder = std::env::current_dir().unwrap_or_default();
        let applied = self.apply(file, &folder, &Reach::Anywhere, 0);
        applied.map_err(|error| match error {
            Fault::At(_, message, help) => match help {
                Some(help) => wrong(format!("{message}; {help}")),
                None => wrong(message),
            },
            Fault::Config(error) => error,
        })
    }

    fn extend_by(&mut self, path: &Path, reach: &Reach, depth: usize) -> Result<(), ConfigError> {
        let name = Name::from(path);
        let text = open::settings(path).map_err(|error| {
            ConfigError::Other(format!("cannot read the configuration {name}: {error}"))
        })?;
        let at = |range, message: String, help| {
            let mut file = File::new(name.clone(), text.clone());
            file.shown = is_config(path) || open::is_ours(&text, &keys());
            file.findings
                .push(Finding::in_settings(range, message, help));
            ConfigError::At(Box::new(file))
        };
        if depth > CHAIN {
            let message = format!("more than {CHAIN} files extend each other");
            let help = "does one of them extend itself?".to_owned();
            return Err(at(0..0, message, Some(help)));
        }
        let file: ConfigFile = toml::from_str(&text).map_err(|error| {
            let (message, help) = with_suggestion(&error);
            at(error.span().unwrap_or(0..0), message, help)
        })?;
        self.sources.push(path.to_owned());
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        self.apply(file, folder, reach, depth)
            .map_err(|error| match error {
                Fault::At(range, message, help) => at(range, message, help),
                Fault::Config(error) => error,
            })
    }

    fn apply(
        &mut self,
        file: ConfigFile,
        folder: &Path,
        reach: &Reach,
        depth: usize,
    ) -> Result<(), Fault> {
        if let Some(base) = &file.extends {
            let base = reach.file(base, folder)?;
            self.extend_by(&base, reach, depth + 1)
                .map_err(Fault::Config)?;
        }
        let files = |patterns: &[String]| -> Result<FilePatterns, Fault> {
            let set = globs(patterns).map_err(|error| Fault::At(0..0, error, None))?;
            Ok(FilePatterns {
                folder: Some(folder.to_owned()),
                set,
            })
        };
        if let Some(include) = &file.include {
            self.include = files(include)?;
        }
        if !file.exclude.is_empty() {
            self.exclude.push(files(&file.exclude)?);
        }
        if !file.lines.is_empty() {
            self.formats.push((files(&file.lines)?, Format::LINES));
        }
        let mut formats: Vec<_> = file.files.into_iter().collect();
        formats.sort_by_key(|(pattern, _)| pattern.span().start);
        for (pattern, format) in formats {
            let set = globs(&[pattern.get_ref()])
                .map_err(|error| Fault::At(pattern.span(), error, None))?;
            let folder = Some(folder.to_owned());
            self.formats.push((FilePatterns { folder, set }, format.0));
        }
        if let Some(keys) = file.keys {
            let keys: Result<Vec<_>, String> = keys.iter().map(|key| key.parse()).collect();
            self.keys = Keys::new(keys.map_err(|error| Fault::At(0..0, error, None))?);
        }
        self.width = file.width.map_or(self.width, usize::from);
        self.fail_on = file.fail_on.map_or(self.fail_on, Level::from);
        self.rules.extend(levels(file.rules)?);
        self.tokens.extend(tokens(file.tokens)?);
        if let Some(name) = &file.schema {
            self.schema = self.read_schema(name, folder, reach)?;
        }
        self.schema = self.with_tokens(self.schema.clone())?;
        for entry in file.overrides {
            let schema = entry.schema.map(|name| {
                let schema = self.read_schema(&name, folder, reach)?;
                self.with_tokens(schema)
            });
            let entry = Override {
                files: files(&entry.paths)?,
                schema: schema.transpose()?,
                rules: levels(entry.rules)?,
            };
            self.overrides.push(entry);
        }
        Ok(())
    }

    fn read_schema(
        &mut self,
        name: &Spanned<String>,
        folder: &Path,
        reach: &Reach,
    ) -> Result<Schema, Fault> {
        if let Some(schema) = Schema::named(name.get_ref()) {
            return Ok(schema);
        }
        let path = reach.file(name, folder)?;
        let schema = schema::read(&path).map_err(Fault::Config)?;
        self.sources.push(path);
        Ok(schema)
    }

    fn with_tokens(&self, schema: Schema) -> Result<Schema, Fault> {
        let mut schema = schema;
        for token in &self.tokens {
            // Most are not in the schema, and looking for what they replace takes long.
            let added = match schema.token(token.name()) {
                None => schema.with(token.clone()),
                Some(_) => schema.with_own(token.clone()),
            };
            schema = added.map_err(|error| Fault::At(0..0, error.to_string(), None))?;
        }
        Ok(schema)
    }

    /// Takes another schema, with the tokens of the configuration.
    pub(crate) fn with_schema(mut self, schema: Schema) -> Config {
        self.schema = self.with_tokens(schema).unwrap_or(self.schema);
        for entry in &mut self.overrides {
            entry.schema = None;
        }
        self
    }

    /// Takes other keys of JSON files.
    pub(crate) fn with_keys(self, keys: Keys) -> Config {
        Config { keys, ..self }
    }

    /// The files that it was read from, with those of its schemas.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(PathBuf::as_path)
    }

    /// Whether a file of a folder is one to read.
    pub(crate) fn includes(&self, path: &Path) -> bool {
        let excluded = self.exclude.iter().any(|files| files.hold(path));
        !excluded && (self.include.hold(path) || self.format(path).is_some())
    }

    /// How a file is read, if the configuration says so.
    pub(crate) fn format(&self, path: &Path) -> Option<&'static Format> {
        let mut formats = self.formats.iter().rev();
        let (_, format) = formats.find(|(files, _)| files.hold(path))?;
        Some(*format)
    }

    /// The parts of the configuration that are only for some files, of which this is one.
    fn overrides(&self, path: &Path) -> impl DoubleEndedIterator<Item = &Override> {
        let overrides = self.overrides.iter();
        overrides.filter(|entry| entry.files.hold(path))
    }

    /// The schema for a file.
    pub(crate) fn schema(&self, path: &Path) -> &Schema {
        let mut schemas = self.overrides(path).rev();
        let own = schemas.find_map(|entry| entry.schema.as_ref());
        own.unwrap_or(&self.schema)
    }

    /// The linter for a file.
    pub(crate) fn linter(&self, path: &Path, options: &CheckOptions) -> Linter {
        let mut rules = self.rules.clone();
        rules.extend(self.overrides(path).flat_map(|entry| &entry.rules));
        let linter = Linter::new(self.schema(path)).with_options(options.clone());
        let with = |linter: Linter, (rule, level): &(&Rule, Level)| linter.with_level(rule, *level);
        rules.iter().fold(linter, with)
    }
}

/// The tokens of a file, in its order. As in a schema file, names and aliases are those of one token,
/// in any case.
fn tokens(written: BTreeMap<Spanned<String>, TokenEntry>) -> Result<Vec<Token>, Fault> {
    let mut written: Vec<_> = written.into_iter().collect();
    written.sort_by_key(|(name, _)| name.span().start);
    let mut names = HashSet::new();
    let mut tokens = Vec::new();
    for (name, entry) in written {
        let (span, name) = (name.span(), name.into_inner());
        let wrong = |message, help| Fault::At(span.clone(), message, help);
        let token = entry.token(&name).map_err(|error| wrong(error, None))?;
        for name in token.aliases().chain([token.name()]) {
            if !names.insert(name.to_ascii_lowercase()) {
                let message = format!("there are two tokens of the name `{name}`");
                let help = "names and aliases are the same in any case; take one away".to_owned();
                return Err(wrong(message, Some(help)));
            }
        }
        tokens.push(token);
    }
    Ok(tokens)
}

enum Fault {
    At(std::ops::Range<usize>, String, Option<String>),
    Config(ConfigError),
}

fn levels(
    written: BTreeMap<Spanned<String>, LevelName>,
) -> Result<Vec<(&'static Rule, Level)>, Fault> {
    let mut levels = Vec::new();
    let mut written: Vec<_> = written.into_iter().collect();
    // In the order of the file, with whole stages before single rules.
    let is_rule = |name: &str| Rule::find(name).is_some();
    written.sort_by_key(|(name, _)| (is_rule(name.get_ref()), name.span().start));
    for (name, level) in written {
        let (span, name) = (name.span(), name.into_inner());
        let stage = name.strip_prefix("qql::").unwrap_or(&name);
        if let Some(rule) = Rule::find(&name) {
            if rule.code().is_always_error() {
                let message = format!("`{name}` is always an error: the filter cannot be used");
                return Err(Fault::At(span, message, None));
            }
            levels.push((rule, level.into()));
        } else if matches!(stage, "check" | "lint") {
            let rules = Rule::all().iter();
            let rules = rules
                .filter(|rule| rule.stage().as_str() == stage && !rule.code().is_always_error());
            levels.extend(rules.map(|rule| (rule, Level::from(level))));
        } else {
            let help = match Rule::suggest(&name) {
                Some(rule) => format!("did you mean `{}`?", rule.name()),
                None => "list the rules with `qlint rules`".to_owned(),
            };
            let message = format!("there is no rule `{name}`");
            return Err(Fault::At(span, message, Some(help)));
        }
    }
    Ok(levels)
}
