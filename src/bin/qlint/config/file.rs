//! The form of `qlint.toml`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use qualys_filter::Level;
use qualys_filter::document::Format;
use qualys_filter::schema::{Kind, Token};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use toml::Spanned;

use crate::args::joined;

/// The configuration of qlint.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "qlint.toml")]
pub(super) struct ConfigFile {
    /// A configuration file to start from, as a path from this one.
    #[schemars(with = "Option<String>")]
    pub(super) extends: Option<Spanned<String>>,
    #[schemars(with = "Option<String>", description = schemas())]
    pub(super) schema: Option<Spanned<String>>,
    #[schemars(description = included())]
    pub(super) include: Option<Vec<String>>,
    /// Which files of a folder are not read, as patterns.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// Which files have one filter on each line, as patterns.
    #[serde(default)]
    pub(super) lines: Vec<String>,
    /// How files are read, by patterns. The last pattern that matches a file counts. Such files are read
    /// in folders, too.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, FormatName>")]
    pub(super) files: BTreeMap<Spanned<String>, FormatName>,
    /// The keys of the filters in files that have keys. If not given: `filter`, `filters[]`, `query`, `havingQuery`, those that end in `qql`, and some more.
    pub(super) keys: Option<Vec<String>>,
    /// The first words of fences in Markdown whose blocks hold filters, besides `qql`.
    pub(super) fences: Option<Vec<String>>,
    /// The longest line of a formatted filter, in characters; 100 if not given.
    pub(super) width: Option<u16>,
    /// The lowest level that makes the exit status 1; `warning` if not given.
    pub(super) fail_on: Option<LevelName>,
    /// The rules that are reported, by name, code or stage, such as `or_chain` or `lint`; all if not given. Errors in a filter are always reported.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) select: Option<Vec<Spanned<String>>>,
    /// The rules that are not reported, by name, code or stage. A rule that is named wins over a stage.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) ignore: Vec<Spanned<String>>,
    /// The levels of rules, by name or code. A stage, such as `lint`, sets the level of all its rules.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LevelName>")]
    pub(super) rules: BTreeMap<Spanned<String>, LevelName>,
    /// Search tokens that the schema does not have, or that replace those of the schema.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, TokenEntry>")]
    pub(super) tokens: BTreeMap<Spanned<String>, TokenEntry>,
    /// Settings for some files. Later ones count.
    #[serde(default, rename = "override")]
    pub(super) overrides: Vec<OverrideEntry>,
}

/// `pyproject.toml`, of which only a table is read.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Project {
    #[serde(default)]
    pub(super) tool: Tools,
}

/// The tables of tools.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Tools {
    #[serde(default)]
    pub(super) qlint: ConfigFile,
}

/// What the JSON Schema says about `schema`.
fn schemas() -> String {
    format!(
        "The search tokens: `{}`, a scope of them such as `fim:incident`, a schema file as a path from this one, or `auto`, the schema that knows most tokens of the filters of a file.",
        qualys_filter::Schema::BUILT_IN.join("`, `")
    )
}

/// What the JSON Schema says about `include`.
fn included() -> String {
    let patterns = Format::ALL.iter().flat_map(|format| format.patterns());
    let patterns: Vec<String> = patterns.map(|pattern| format!("`{pattern}`")).collect();
    format!(
        "Which files of a folder are read, as patterns; {} if not given.",
        joined(&patterns)
    )
}

/// How filters are read from a file: the name of a host format.
#[derive(Clone, Copy, Debug)]
pub(super) struct FormatName(pub(super) &'static Format);

impl<'de> Deserialize<'de> for FormatName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FormatName, D::Error> {
        static NAMES: LazyLock<Vec<&str>> =
            LazyLock::new(|| Format::ALL.iter().map(|format| format.name()).collect());
        let name = String::deserialize(deserializer)?;
        let format = Format::named(&name).map(FormatName);
        format.ok_or_else(|| D::Error::unknown_variant(&name, &NAMES))
    }
}

impl JsonSchema for FormatName {
    fn schema_name() -> Cow<'static, str> {
        "FileKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let formats = Format::ALL.iter().map(|format| {
            json!({
                "description": format.summary(),
                "type": "string",
                "const": format.name(),
            })
        });
        json_schema!({
            "description": "How filters are read from a file.",
            "oneOf": formats.collect::<Vec<_>>(),
        })
    }
}

/// The level of a rule.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum LevelName {
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

/// A search token: its kind, or a table about it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum TokenEntry {
    Kind(String),
    Token(TokenTable),
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenTable {
    /// `text`, `keyword`, `id`, `integer`, `float`, `boolean`, `datetime`, `version`, `ip` or `auto`.
    kind: String,
    /// The paths of its values in an event, the best path first.
    #[serde(default)]
    paths: Vec<String>,
    /// The known values.
    #[serde(default)]
    values: Vec<String>,
    /// Other names.
    #[serde(default)]
    aliases: Vec<String>,
    /// A description in one line.
    #[serde(default)]
    description: String,
}

/// Settings for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideEntry {
    /// The files, as patterns from the folder of this file.
    pub(super) paths: Vec<String>,
    /// The search tokens for these files.
    #[schemars(with = "Option<String>")]
    pub(super) schema: Option<Spanned<String>>,
    /// The levels of rules for these files.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LevelName>")]
    pub(super) rules: BTreeMap<Spanned<String>, LevelName>,
}

impl TokenEntry {
    /// The token of this name.
    pub(super) fn token(self, name: &str) -> Result<Token, String> {
        if !qualys_filter::syntax::is_token_name(name) {
            return Err(format!("`{name}` is not a name of a token"));
        }
        let table = match self {
            TokenEntry::Token(table) => table,
            TokenEntry::Kind(kind) => TokenTable {
                kind,
                paths: Vec::new(),
                values: Vec::new(),
                aliases: Vec::new(),
                description: String::new(),
            },
        };
        let kind: Kind = table
            .kind
            .parse()
            .map_err(|error: qualys_filter::NameError| {
                let (name, kinds) = (error.name(), error.choices().join(", "));
                format!("`{name}` is not a kind; the kinds are {kinds}")
            })?;
        let mut token = Token::new(name, kind).with_description(&table.description);
        for path in &table.paths {
            token = token
                .with_path(path)
                .map_err(|error| format!("`{path}` is not a path: {error}"))?;
        }
        let token = table
            .values
            .iter()
            .fold(token, |token, value| token.with_value(value));
        Ok(table
            .aliases
            .iter()
            .fold(token, |token, alias| token.with_alias(alias)))
    }
}

/// The error of the TOML reader, in one line.
pub(super) fn in_one_line(error: &toml::de::Error) -> String {
    match with_suggestion(error) {
        (message, Some(help)) => format!("{message}; {help}"),
        (message, None) => message,
    }
}

/// The message, and a help with the name that was probably meant.
pub(super) fn with_suggestion(error: &toml::de::Error) -> (String, Option<String>) {
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
        true => format!("`{wrong}` is not one of the values that are known here"),
        false => format!("there is no key `{wrong}`"),
    };
    (what, Some(help))
}

/// The keys of `qlint.toml`.
pub(super) fn keys() -> Vec<String> {
    let schema = json_schema();
    let keys = schema.get("properties").and_then(|keys| keys.as_object());
    keys.into_iter()
        .flat_map(|keys| keys.keys().cloned())
        .collect()
}

/// The JSON Schema of `qlint.toml`.
pub(crate) fn json_schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).into()
}
