//! `qlint.toml`: which rules, which tokens, which files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};
use qualys_filter::lint::{Level, Rule};
use qualys_filter::schema::{Kind, Token};
use qualys_filter::{CheckOptions, Linter, Schema};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::report::{File, Finding};
use crate::source::Keys;

/// The name of the file that is looked for in the folder of a filter, and in those around it.
const NAME: &str = "qlint.toml";
/// How many files may extend each other.
const CHAIN: usize = 16;

/// The configuration of qlint.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "qlint.toml")]
pub(crate) struct ConfigFile {
    /// A configuration file to start from, as a path from this one.
    extends: Option<String>,
    /// The search tokens: `edr`, `fim`, `open`, or a schema file as a path from this one.
    schema: Option<String>,
    /// Which files of a folder are read, as patterns; `*.qql` and `*.json` if not given.
    include: Option<Vec<String>>,
    /// Which files of a folder are left out, as patterns.
    #[serde(default)]
    exclude: Vec<String>,
    /// Which files hold one filter a line, as patterns.
    #[serde(default)]
    lines: Vec<String>,
    /// At which keys of JSON files filters stand: `filter`, `filters[]` and `query` if not given.
    keys: Option<Vec<String>>,
    /// How many characters a line of a formatted filter has at most; 100 if not given.
    width: Option<u16>,
    /// The least level that makes the exit status 1; `warning` if not given.
    fail_on: Option<LevelName>,
    /// The levels of rules, by name or code; a stage, such as `lint`, stands for all of its rules.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LevelName>")]
    rules: BTreeMap<Spanned<String>, LevelName>,
    /// Search tokens that the schema does not know, or knows otherwise.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, TokenEntry>")]
    tokens: BTreeMap<Spanned<String>, TokenEntry>,
    /// Other settings for some files; later ones win.
    #[serde(default, rename = "override")]
    overrides: Vec<OverrideEntry>,
}

/// The weight of a rule.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelName {
    Off,
    Advice,
    Warning,
    Error,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Level {
        match name {
            LevelName::Off => Level::Off,
            LevelName::Advice => Level::Advice,
            LevelName::Warning => Level::Warning,
            LevelName::Error => Level::Error,
        }
    }
}

/// A search token: its kind, or all about it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum TokenEntry {
    Kind(String),
    Token(TokenTable),
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TokenTable {
    /// `text`, `keyword`, `id`, `integer`, `float`, `boolean`, `datetime`, `ip` or `auto`.
    kind: String,
    /// Where its values stand in an event, the best place first.
    #[serde(default)]
    paths: Vec<String>,
    /// The values that are known.
    #[serde(default)]
    values: Vec<String>,
    /// Other names.
    #[serde(default)]
    aliases: Vec<String>,
    /// A line that says what it is.
    #[serde(default)]
    description: String,
}

/// Settings for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OverrideEntry {
    /// The files, as patterns from the folder of this file.
    paths: Vec<String>,
    /// The search tokens for these files.
    schema: Option<String>,
    /// The levels of rules for these files.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LevelName>")]
    rules: BTreeMap<Spanned<String>, LevelName>,
}

/// What is wrong with a configuration file: a message to show.
#[derive(Debug)]
pub(crate) enum ConfigError {
    /// Something at a place of it.
    At(Box<File>),
    Other(String),
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
    include: Files,
    exclude: Vec<Files>,
    lines: Vec<Files>,
    overrides: Vec<Override>,
}

#[derive(Clone, Debug)]
struct Override {
    files: Files,
    schema: Option<Schema>,
    rules: Vec<(&'static Rule, Level)>,
}

/// Patterns for files below a folder.
#[derive(Clone, Debug)]
struct Files {
    folder: PathBuf,
    set: GlobSet,
}

impl Files {
    fn hold(&self, path: &Path) -> bool {
        let absolute = std::path::absolute(path);
        let path = absolute.as_deref().unwrap_or(path);
        match path.strip_prefix(&self.folder) {
            Ok(inside) => self.set.is_match(inside),
            Err(_) => false,
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        let files = |patterns: &[&str]| Files {
            folder: PathBuf::from("/"),
            set: globs(patterns).unwrap_or_default(),
        };
        Config {
            keys: Keys::default(),
            width: 100,
            fail_on: Level::Warning,
            schema: Schema::edr().clone(),
            rules: Vec::new(),
            tokens: Vec::new(),
            include: files(&["*.qql", "*.json"]),
            exclude: Vec::new(),
            lines: Vec::new(),
            overrides: Vec::new(),
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
    pub(crate) fn read(path: &Path) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        config.extend_by(path, 0)?;
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
        let applied = self.apply(file, &folder, 0);
        applied.map_err(|error| match error {
            Wrong::At(_, message, help) => match help {
                Some(help) => wrong(format!("{message}; {help}")),
                None => wrong(message),
            },
            Wrong::Config(error) => error,
        })
    }

    fn extend_by(&mut self, path: &Path, depth: usize) -> Result<(), ConfigError> {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|error| {
            ConfigError::Other(format!("cannot read the configuration {name}: {error}"))
        })?;
        let at = |range, message: String, help| {
            let mut file = File::new(name.to_string(), text.clone());
            file.findings
                .push(Finding::error("qlint::config", range, message, help));
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
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        self.apply(file, folder, depth)
            .map_err(|error| match error {
                Wrong::At(range, message, help) => at(range, message, help),
                Wrong::Config(error) => error,
            })
    }

    fn apply(&mut self, file: ConfigFile, folder: &Path, depth: usize) -> Result<(), Wrong> {
        if let Some(base) = &file.extends {
            self.extend_by(&folder.join(base), depth + 1)
                .map_err(Wrong::Config)?;
        }
        let files = |patterns: &[String]| -> Result<Files, Wrong> {
            let set = globs(patterns).map_err(|error| Wrong::At(0..0, error, None))?;
            Ok(Files {
                folder: folder.to_owned(),
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
            self.lines.push(files(&file.lines)?);
        }
        if let Some(keys) = file.keys {
            let keys: Result<Vec<_>, String> = keys.iter().map(|key| key.parse()).collect();
            self.keys = Keys::new(keys.map_err(|error| Wrong::At(0..0, error, None))?);
        }
        self.width = file.width.map_or(self.width, usize::from);
        self.fail_on = file.fail_on.map_or(self.fail_on, Level::from);
        self.rules.extend(levels(file.rules)?);
        for (name, entry) in file.tokens {
            let (span, name) = (name.span(), name.into_inner());
            let token = token(&name, entry).map_err(|error| Wrong::At(span, error, None))?;
            self.tokens.push(token);
        }
        if let Some(name) = &file.schema {
            self.schema = schema(name, folder)?;
        }
        self.schema = self.with_tokens(self.schema.clone())?;
        for entry in file.overrides {
            let schema = entry.schema.map(|name| {
                let schema = schema(&name, folder)?;
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

    fn with_tokens(&self, schema: Schema) -> Result<Schema, Wrong> {
        let mut schema = schema;
        for token in &self.tokens {
            let added = schema.with_own(token.clone());
            schema = added.map_err(|error| Wrong::At(0..0, error.to_string(), None))?;
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

    /// Whether a file of a folder is one to read.
    pub(crate) fn includes(&self, path: &Path) -> bool {
        let excluded = self.exclude.iter().any(|files| files.hold(path));
        !excluded && (self.include.hold(path) || self.has_lines(path))
    }

    /// Whether a file holds one filter a line.
    pub(crate) fn has_lines(&self, path: &Path) -> bool {
        self.lines.iter().any(|files| files.hold(path))
    }

    /// The linter for a file.
    pub(crate) fn linter(&self, path: &Path, options: &CheckOptions) -> Linter {
        let mut schema = &self.schema;
        let mut rules = self.rules.clone();
        for entry in self.overrides.iter().filter(|entry| entry.files.hold(path)) {
            schema = entry.schema.as_ref().unwrap_or(schema);
            rules.extend(&entry.rules);
        }
        let linter = Linter::new(schema).with_options(options.clone());
        let with = |linter: Linter, (rule, level): &(&Rule, Level)| linter.with_level(rule, *level);
        rules.iter().fold(linter, with)
    }
}

enum Wrong {
    At(std::ops::Range<usize>, String, Option<String>),
    Config(ConfigError),
}

fn levels(
    written: BTreeMap<Spanned<String>, LevelName>,
) -> Result<Vec<(&'static Rule, Level)>, Wrong> {
    let mut levels = Vec::new();
    let mut written: Vec<_> = written.into_iter().collect();
    // In the order of the file, with whole stages before single rules.
    let is_rule = |name: &str| Rule::find(name).is_some();
    written.sort_by_key(|(name, _)| (is_rule(name.get_ref()), name.span().start));
    for (name, level) in written {
        let (span, name) = (name.span(), name.into_inner());
        let stage = name.strip_prefix("qql::").unwrap_or(&name);
        if let Some(rule) = Rule::find(&name) {
            if rule.is_fixed() {
                let message = format!("`{name}` is always an error: the filter cannot be used");
                return Err(Wrong::At(span, message, None));
            }
            levels.push((rule, level.into()));
        } else if matches!(stage, "check" | "lint") {
            let rules = Rule::all().iter();
            let rules = rules.filter(|rule| rule.stage().name() == stage && !rule.is_fixed());
            levels.extend(rules.map(|rule| (rule, Level::from(level))));
        } else {
            let help = match Rule::suggest(&name) {
                Some(rule) => format!("did you mean `{}`?", rule.name()),
                None => "list the rules with `qlint rules`".to_owned(),
            };
            let message = format!("there is no rule `{name}`");
            return Err(Wrong::At(span, message, Some(help)));
        }
    }
    Ok(levels)
}

fn token(name: &str, entry: TokenEntry) -> Result<Token, String> {
    if !qualys_filter::syntax::is_token_name(name) {
        return Err(format!("`{name}` is no name of a token"));
    }
    let table = match entry {
        TokenEntry::Token(table) => table,
        TokenEntry::Kind(kind) => TokenTable {
            kind,
            paths: Vec::new(),
            values: Vec::new(),
            aliases: Vec::new(),
            description: String::new(),
        },
    };
    let kind = Kind::from_name(&table.kind).ok_or_else(|| {
        let names: Vec<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
        format!(
            "`{}` is no kind; the kinds are {}",
            table.kind,
            names.join(", ")
        )
    })?;
    let mut token = Token::new(name, kind).describe(&table.description);
    for path in &table.paths {
        token = token
            .at(path)
            .map_err(|error| format!("`{path}` is no path: {error}"))?;
    }
    let token = table
        .values
        .iter()
        .fold(token, |token, value| token.value(value));
    Ok(table
        .aliases
        .iter()
        .fold(token, |token, alias| token.alias(alias)))
}

fn schema(name: &str, folder: &Path) -> Result<Schema, Wrong> {
    if let Some(schema) = Schema::built_in(name) {
        return Ok(schema.clone());
    }
    let path = folder.join(name);
    let loaded = crate::schema::read(&path.to_string_lossy());
    loaded.map_err(Wrong::Config)
}

/// What the TOML reader says, in one line.
fn said(error: &toml::de::Error) -> String {
    match with_suggestion(error) {
        (message, Some(help)) => format!("{message}; {help}"),
        (message, None) => message,
    }
}

/// The message, and the name that was probably meant by an unknown one.
fn with_suggestion(error: &toml::de::Error) -> (String, Option<String>) {
    let message = error.message().trim().replace('\n', " ");
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown ");
    let (Some(wrong), true) = (names.next(), unknown) else {
        return (message, None);
    };
    let known: Vec<&str> = names.collect();
    let near = qualys_filter::schema::suggest(wrong, known.iter().copied());
    let help = match near {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    let what = match message.starts_with("unknown variant") {
        true => format!("`{wrong}` is none of the values that can stand here"),
        false => format!("there is no key `{wrong}`"),
    };
    (what, Some(help))
}

/// Finds the configuration of each file, and keeps what it has read.
pub(crate) struct Configs {
    /// Given by an argument: for every file.
    fixed: Option<Arc<Config>>,
    settings: Vec<String>,
    adjust: Box<dyn Fn(Config) -> Config>,
    found: BTreeMap<PathBuf, Arc<Config>>,
}

impl Configs {
    /// `arguments` are those of `--config`; `adjust` is what other arguments say. Without `discover`
    /// no file is looked for.
    pub(crate) fn new(
        arguments: &[String],
        discover: bool,
        adjust: impl Fn(Config) -> Config + 'static,
    ) -> Result<Configs, ConfigError> {
        let (settings, files): (Vec<&String>, Vec<&String>) = arguments
            .iter()
            .partition(|argument| argument.contains('='));
        let fixed = match files.as_slice() {
            [] if discover => None,
            [] => Some(Config::default()),
            [file] => Some(Config::read(Path::new(file))?),
            _ => return Err(ConfigError::Other("--config takes one file".to_owned())),
        };
        let mut configs = Configs {
            fixed: None,
            settings: settings.into_iter().cloned().collect(),
            adjust: Box::new(adjust),
            found: BTreeMap::new(),
        };
        configs.fixed = fixed
            .map(|config| configs.finish(config))
            .transpose()?
            .map(Arc::new);
        // A wrong setting is one even if there are no files.
        configs.finish(Config::default())?;
        Ok(configs)
    }

    fn finish(&self, config: Config) -> Result<Config, ConfigError> {
        let mut config = config;
        for setting in &self.settings {
            config.set(setting)?;
        }
        Ok((self.adjust)(config))
    }

    /// The configuration of a file.
    pub(crate) fn of(&mut self, file: &Path) -> Result<Arc<Config>, ConfigError> {
        if let Some(config) = &self.fixed {
            return Ok(config.clone());
        }
        let folder = file.parent().unwrap_or(Path::new(""));
        if let Some(config) = self.found.get(folder) {
            return Ok(config.clone());
        }
        let absolute = std::path::absolute(Path::new(".").join(folder));
        let absolute = absolute.unwrap_or_else(|_| folder.to_owned());
        let file = absolute.ancestors().find_map(|folder| {
            let file = folder.join(NAME);
            file.is_file().then_some(file)
        });
        let config = match file {
            Some(file) => Config::read(&shorter(&file))?,
            None => Config::default(),
        };
        let config = Arc::new(self.finish(config)?);
        self.found.insert(folder.to_owned(), config.clone());
        Ok(config)
    }
}

/// The path as seen from the current folder, if it is below.
fn shorter(path: &Path) -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(current).unwrap_or(path).to_owned()
}

/// The JSON Schema of `qlint.toml`.
pub(crate) fn json_schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).into()
}
