//! Making a configuration of the settings in files and arguments.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use qualys_filter::check::Chooser;
use qualys_filter::document::{Format, Keys};
use qualys_filter::lint::Rule;
use qualys_filter::schema::{DuplicateToken, Token};
use qualys_filter::{Level, Schema};
use toml::Spanned;

use super::file::{
    ConfigFile, LevelName, OverrideEntry, Project, TokenEntry, in_one_line, keys, with_suggestion,
};
use super::find::{is_config, is_project};
use super::patterns::FilePatterns;
use super::reach::Reach;
use super::schema::{self, Setting};
use super::select::Selection;
use super::{Config, ConfigError, Override};
use crate::files::open;
use crate::output::Name;
use crate::report::{File, Finding};

/// How many files may extend each other.
const CHAIN: usize = 16;

impl Config {
    /// The configuration in a file.
    pub(super) fn read(path: &Path, reach: &Reach) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        config.extend_by(path, reach, 0)?;
        Ok(config)
    }

    /// Takes a setting `key=value`, as on a line of the file. A text needs no quotes.
    pub(super) fn set(&mut self, setting: &str) -> Result<(), ConfigError> {
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
        let file: ConfigFile = toml::from_str(&text).map_err(|error| wrong(in_one_line(&error)))?;
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

    /// Takes the settings of a file.
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
        let read = match is_project(path) {
            true => toml::from_str::<Project>(&text).map(|project| project.tool.qlint),
            false => toml::from_str(&text),
        };
        let file: ConfigFile = read.map_err(|error| {
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

    /// Takes settings that were read from a file in this folder.
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
        self.apply_patterns(&file, folder)?;
        self.apply_selection(&file)?;
        self.rules.extend(levels(file.rules)?);
        if let Some(fences) = file.fences {
            self.fences = fences;
        }
        if let Some(keys) = file.keys {
            let keys: Result<Vec<_>, String> = keys.iter().map(|key| key.parse()).collect();
            self.keys = Keys::new(keys.map_err(|error| Fault::At(0..0, error, None))?);
        }
        self.width = file.width.map_or(self.width, usize::from);
        self.fail_on = file.fail_on.map_or(self.fail_on, Level::from);
        self.tokens.extend(tokens(file.tokens)?);
        if let Some(name) = &file.schema {
            self.schema = self.read_schema(name, folder, reach)?;
        }
        self.schema = self.with_own_tokens(self.schema.clone())?;
        for entry in file.overrides {
            let entry = self.read_override(entry, folder, reach)?;
            self.overrides.push(entry);
        }
        Ok(())
    }

    /// Takes the rules that are selected and those that are ignored. A level that the same file sets
    /// for a rule counts for it.
    fn apply_selection(&mut self, file: &ConfigFile) -> Result<(), Fault> {
        let mut selection = Selection::default();
        let at = |name: &Spanned<String>| {
            let span = name.span();
            move |(message, help)| Fault::At(span, message, Some(help))
        };
        if let Some(names) = &file.select {
            selection.select_none();
            for name in names {
                selection.select(name.get_ref()).map_err(at(name))?;
            }
        }
        for name in &file.ignore {
            selection.ignore(name.get_ref()).map_err(at(name))?;
        }
        let rules = Rule::all().iter();
        for rule in rules.filter(|rule| !rule.code().is_always_error()) {
            let mut set = self.rules.iter().rev();
            let set = set.find(|(of, _)| *of == rule).map(|(_, level)| *level);
            let before = set.unwrap_or(rule.level());
            let level = selection.level(rule, before);
            if level != before {
                self.rules.push((rule, level));
            }
        }
        Ok(())
    }

    /// Takes the patterns that say which files are read, and how.
    fn apply_patterns(&mut self, file: &ConfigFile, folder: &Path) -> Result<(), Fault> {
        if let Some(include) = &file.include {
            self.include = patterns(folder, include)?;
        }
        if !file.exclude.is_empty() {
            self.exclude.push(patterns(folder, &file.exclude)?);
        }
        if !file.lines.is_empty() {
            let lines = patterns(folder, &file.lines)?;
            self.formats.push((lines, Format::LINES));
        }
        // In the order of the file, since the last pattern counts.
        let mut formats: Vec<_> = file.files.iter().collect();
        formats.sort_by_key(|(pattern, _)| pattern.span().start);
        for (pattern, format) in formats {
            let files = FilePatterns::below(folder, &[pattern.get_ref()])
                .map_err(|error| Fault::At(pattern.span(), error, None))?;
            self.formats.push((files, format.0));
        }
        Ok(())
    }

    fn read_override(
        &mut self,
        entry: OverrideEntry,
        folder: &Path,
        reach: &Reach,
    ) -> Result<Override, Fault> {
        let schema = entry.schema.map(|name| {
            let schema = self.read_schema(&name, folder, reach)?;
            self.with_own_tokens(schema)
        });
        Ok(Override {
            files: patterns(folder, &entry.paths)?,
            schema: schema.transpose()?,
            rules: levels(entry.rules)?,
        })
    }

    fn read_schema(
        &mut self,
        name: &Spanned<String>,
        folder: &Path,
        reach: &Reach,
    ) -> Result<Setting, Fault> {
        if name.get_ref() == schema::AUTO {
            return Ok(Setting::Auto(None));
        }
        if let Some(schema) = Schema::named(name.get_ref()) {
            return Ok(Setting::Named(schema));
        }
        let path = reach.file(name, folder)?;
        let schema = schema::read(&path).map_err(Fault::Config)?;
        self.sources.push(path);
        Ok(Setting::Named(schema))
    }

    /// A schema that is named with the tokens of the configuration. One that is chosen gets them when it is
    /// known that no argument names another.
    fn with_own_tokens(&self, schema: Setting) -> Result<Setting, Fault> {
        Ok(match schema {
            Setting::Auto(_) => schema,
            Setting::Named(schema) => {
                let with = self.with_tokens(schema);
                Setting::Named(with.map_err(|error| Fault::At(0..0, error.to_string(), None))?)
            }
        })
    }

    /// The schema with the tokens of the configuration.
    fn with_tokens(&self, schema: Schema) -> Result<Schema, DuplicateToken> {
        let mut schema = schema;
        for token in &self.tokens {
            // Most tokens are new, and replacing one is slow.
            schema = match schema.token(token.name()) {
                None => schema.with_token(token.clone())?,
                Some(_) => schema.replacing(token.clone())?,
            };
        }
        Ok(schema)
    }

    /// Takes another schema, with the tokens of the configuration.
    pub(crate) fn with_schema(mut self, schema: Setting) -> Result<Config, ConfigError> {
        self.schema = match schema {
            Setting::Auto(_) => schema,
            Setting::Named(schema) => Setting::Named(self.own(schema)?),
        };
        for entry in &mut self.overrides {
            entry.schema = None;
        }
        Ok(self)
    }

    /// The configuration with its tokens in the schemas to choose from.
    pub(super) fn ready(mut self) -> Result<Config, ConfigError> {
        let others = self
            .overrides
            .iter()
            .filter_map(|entry| entry.schema.as_ref());
        let chooses = |schema: &Setting| matches!(schema, Setting::Auto(_));
        if self.tokens.is_empty() || !others.chain([&self.schema]).any(chooses) {
            return Ok(self);
        }
        let built_in = Chooser::built_in();
        let schemas = built_in.candidates().iter().cloned();
        let schemas: Result<Vec<Schema>, ConfigError> = schemas.map(|it| self.own(it)).collect();
        let chooser = Chooser::new(schemas?);
        let settings = self
            .overrides
            .iter_mut()
            .filter_map(|entry| entry.schema.as_mut());
        for setting in settings.chain([&mut self.schema]) {
            if chooses(setting) {
                *setting = Setting::Auto(Some(chooser.clone()));
            }
        }
        Ok(self)
    }

    /// A schema with the tokens of the configuration, for which no line of it is to blame.
    fn own(&self, schema: Schema) -> Result<Schema, ConfigError> {
        let name = schema.name().to_owned();
        self.with_tokens(schema).map_err(|error| {
            ConfigError::Other(format!(
                "the tokens of the configuration do not fit the schema `{name}`: {error}; name the schema that they \
                 are for, as `schema` in qlint.toml or with `-s`"
            ))
        })
    }
}

/// Patterns for files below the folder of a configuration.
fn patterns(folder: &Path, patterns: &[String]) -> Result<FilePatterns, Fault> {
    FilePatterns::below(folder, patterns).map_err(|error| Fault::At(0..0, error, None))
}

/// The tokens of a file, in its order. As in a schema file, a name or alias belongs to one token, in
/// any case.
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
                let help = "case makes no difference in names and aliases; remove one".to_owned();
                return Err(wrong(message, Some(help)));
            }
        }
        tokens.push(token);
    }
    Ok(tokens)
}

/// What is wrong with a configuration.
pub(super) enum Fault {
    /// At a range of its file: the message, and a help.
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
