//! Schemas as TOML files.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, SourceCode};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use thiserror::Error;
use toml::Spanned;

use super::kind::Kind;
use super::path::{Path, PathError};
use super::product::{Product, QuotedRanges};
use super::suggest::suggest;
use super::token::{Evidence, Token};
use super::{Schema, Unknown};
use crate::syntax::is_token_name;
use crate::value::written_period;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    extends: Option<Spanned<String>>,
    unknown: Option<Unknown>,
    #[serde(default)]
    product: ProductEntry,
    #[serde(default)]
    tokens: BTreeMap<Spanned<String>, Entries>,
}

/// The keys of a product; those that are not given are inherited.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    label: Option<String>,
    since: Option<Spanned<String>>,
    retention: Option<Spanned<String>>,
    event_time: Option<Vec<Spanned<String>>>,
    processed_time: Option<Vec<Spanned<String>>>,
    scopes: Option<Vec<Spanned<String>>>,
    quoted_ranges: Option<QuotedRanges>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: Spanned<String>,
    #[serde(default)]
    paths: Vec<Spanned<String>>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    group: Option<Group>,
    #[serde(default)]
    description: String,
    scope: Option<Spanned<String>>,
    evidence: Option<Evidence>,
    kind_evidence: Option<Evidence>,
    path_evidence: Option<Evidence>,
    #[serde(default)]
    source: String,
}

/// The tokens of one name: a table, or an array of tables of which each is of a scope.
struct Entries(Vec<Entry>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Entries, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Entries;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a table, or an array of tables")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entries, A::Error> {
                let entry = Entry::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Entries(vec![entry]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Entries, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Entries)
            }
        }
        from.deserialize_any(Read)
    }
}

/// Which forms of a nested group a token takes.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Group {
    /// No other form.
    Only,
}

impl Schema {
    /// Reads a schema from the text of a TOML file.
    ///
    /// `extends = "edr"` starts from a built-in schema, `extends = "fim:incident"` from a scope of
    /// one. A token of the file replaces the token of the same name there, and a key of its table
    /// `[product]` that of the product.
    ///
    /// ```
    /// use qualys_filter::{Schema, schema::Kind};
    ///
    /// let schema = Schema::from_toml(r#"
    ///     extends = "edr"
    ///     unknown = "deny"
    ///
    ///     [tokens."process.processFile.originalFileName"]
    ///     kind = "text"
    ///     paths = ["process.processFile.originalFileName"]
    ///     description = "name of the image file when it was built"
    /// "#)?;
    /// let token = schema.token("PROCESS.processfile.originalFileName").unwrap();
    /// assert_eq!(token.kind(), Kind::Text);
    /// assert!(schema.token("file.name").is_some());
    /// # Ok::<(), qualys_filter::schema::SchemaErrors>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, with its place in it. A text that is not TOML, or
    /// has an unknown key or a value of the wrong type, is one error.
    pub fn from_toml(text: &str) -> Result<Schema, SchemaErrors> {
        let file: File = toml::from_str(text).map_err(|error| {
            let kind = SchemaErrorKind::Toml(error.message().to_owned());
            let span = error.span().unwrap_or(0..0);
            SchemaErrors::new(text, vec![SchemaError { kind, span }])
        })?;
        let mut errors = Vec::new();
        let mut error = |kind, span| errors.push(SchemaError { kind, span });
        let mut schema = match &file.extends {
            None => Schema::empty(),
            Some(base) => match Schema::named(base.get_ref()) {
                Some(base) => base,
                None => {
                    let kind = SchemaErrorKind::UnknownSchema(base.get_ref().clone());
                    error(kind, base.span());
                    Schema::empty()
                }
            },
        };
        if let Some(unknown) = file.unknown {
            schema = schema.with_unknown(unknown);
        }
        if let Some(name) = &file.name {
            schema = schema.with_name(name);
        }
        let product = file.product.over(schema.product().clone(), &mut error);
        schema = schema.with_product(product);
        let mut tokens: Vec<(Range<usize>, Token)> = Vec::new();
        let entries = file.tokens.into_iter().flat_map(|(name, entries)| {
            let one = move |entry| ((name.span(), name.get_ref().clone()), entry);
            entries.0.into_iter().map(one)
        });
        for ((span, name), entry) in entries {
            let names = entry
                .aliases
                .iter()
                .map(|alias| (alias.get_ref(), alias.span()));
            for (name, span) in names.chain([(&name, span.clone())]) {
                if !is_token_name(name) {
                    error(SchemaErrorKind::TokenName(name.clone()), span);
                }
            }
            let kind = entry.kind.get_ref().parse().unwrap_or_else(|_| {
                let kind = SchemaErrorKind::UnknownKind(entry.kind.get_ref().clone());
                error(kind, entry.kind.span());
                Kind::Auto
            });
            let mut token = Token::new(&name, kind).describe(&entry.description);
            for path in &entry.paths {
                match path.get_ref().parse::<Path>() {
                    Ok(path) => token.paths.push(path),
                    Err(reason) => error(SchemaErrorKind::Path(reason), path.span()),
                }
            }
            token.values = entry.values.into_iter().map(Box::from).collect();
            token.aliases = entry
                .aliases
                .into_iter()
                .map(|alias| alias.into_inner().into())
                .collect();
            token.group_only = matches!(entry.group, Some(Group::Only));
            if let Some(scope) = entry.scope {
                if schema.scopes().len() > 0
                    && !schema.scopes().any(|known| known == scope.get_ref())
                {
                    let scopes: Vec<&str> = schema.scopes().collect();
                    let kind = SchemaErrorKind::UnknownScope {
                        scope: scope.get_ref().clone(),
                        known: scopes.join(", "),
                    };
                    error(kind, scope.span());
                }
                token.scope = Some(scope.into_inner().into());
            }
            token.evidence = entry.evidence;
            token.kind_evidence = entry.kind_evidence;
            token.path_evidence = entry.path_evidence;
            token.source = entry.source.into();
            tokens.push((span, token));
        }
        // In the order of the file, so that the second of two equal names is the one reported.
        tokens.sort_by_key(|(span, _)| span.start);
        if file.extends.is_some() {
            let instead = |(span, token)| (span, schema.instead(token));
            tokens = tokens.into_iter().map(instead).collect();
            schema = schema.without(tokens.iter().map(|(_, token)| token));
        }
        for (span, token) in tokens {
            let name = token.name().to_owned();
            if schema.insert(token).is_err() {
                error(SchemaErrorKind::DuplicateToken(name), span);
            }
        }
        match errors.is_empty() {
            true => Ok(schema),
            false => Err(SchemaErrors::new(text, errors)),
        }
    }
}

impl ProductEntry {
    /// The product that the entry makes of the one that is inherited.
    fn over(
        self,
        mut product: Product,
        error: &mut impl FnMut(SchemaErrorKind, Range<usize>),
    ) -> Product {
        if let Some(label) = self.label {
            product.label = Some(label);
        }
        if let Some(since) = self.since {
            match written_period(since.get_ref()) {
                Some(period) => product.since = Some(period.start()),
                None => error(
                    SchemaErrorKind::Since(since.get_ref().clone()),
                    since.span(),
                ),
            }
        }
        if let Some(retention) = self.retention {
            match retention.get_ref().parse() {
                Ok(retention) => product.retention = Some(retention),
                Err(_) => {
                    let kind = SchemaErrorKind::Retention(retention.get_ref().clone());
                    error(kind, retention.span());
                }
            }
        }
        let mut names = |given: Option<Vec<Spanned<String>>>, names: &mut Vec<String>| {
            let Some(given) = given else {
                return;
            };
            for name in given.iter().filter(|name| !is_token_name(name.get_ref())) {
                error(
                    SchemaErrorKind::TokenName(name.get_ref().clone()),
                    name.span(),
                );
            }
            *names = given.into_iter().map(Spanned::into_inner).collect();
        };
        names(self.event_time, &mut product.event_time);
        names(self.processed_time, &mut product.processed_time);
        names(self.scopes, &mut product.scopes);
        product.quoted_ranges = self.quoted_ranges.unwrap_or(product.quoted_ranges);
        product
    }
}

/// Everything that is wrong with a schema file, with the file as source.
#[derive(Clone, Debug, Error)]
#[error("the schema has errors")]
pub struct SchemaErrors {
    text: Arc<str>,
    errors: Vec<SchemaError>,
}

impl SchemaErrors {
    fn new(text: &str, mut errors: Vec<SchemaError>) -> SchemaErrors {
        errors.sort_by_key(|error| error.span.start);
        let text = text.into();
        SchemaErrors { text, errors }
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The errors, at least one, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, SchemaError> {
        self.errors.iter()
    }
}

impl IntoIterator for SchemaErrors {
    type Item = SchemaError;
    type IntoIter = std::vec::IntoIter<SchemaError>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

impl<'e> IntoIterator for &'e SchemaErrors {
    type Item = &'e SchemaError;
    type IntoIter = std::slice::Iter<'e, SchemaError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Diagnostic for SchemaErrors {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.errors.iter().map(|e| e as &dyn Diagnostic)))
    }
}

/// One thing that is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    kind: SchemaErrorKind,
    span: Range<usize>,
}

impl SchemaError {
    /// What is wrong.
    pub fn kind(&self) -> &SchemaErrorKind {
        &self.kind
    }

    /// Where in the file, in bytes.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl Display for SchemaError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for SchemaError {}

impl Diagnostic for SchemaError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.kind.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        match &self.kind {
            SchemaErrorKind::UnknownKind(wrong) => {
                let near = suggest(wrong, Kind::ALL.iter().map(|kind| kind.as_str()));
                near.map_or(self.kind.help(), |near| {
                    Some(Box::new(format!("did you mean `{near}`?")))
                })
            }
            SchemaErrorKind::UnknownSchema(_) => {
                let names = Schema::BUILT_IN.join("`, `");
                Some(Box::new(format!("the built-in schemas are `{names}`")))
            }
            kind => kind.help(),
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// What is wrong with a schema; each kind shows a line that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// `kind = text`
    #[error("{0}")]
    #[diagnostic(
        code(qql::schema::toml),
        help(
            "a schema file has `name`, `extends`, `unknown`, a table `[product]`, and tables `[tokens.\"a.b\"]` with `kind`, `paths`, `values`, `aliases`, `group`, `description`, `scope`, `evidence`, `kind_evidence`, `path_evidence`, `source`"
        )
    )]
    Toml(String),
    /// `extends = "vm"`
    #[error("there is no built-in schema `{0}`")]
    #[diagnostic(code(qql::schema::unknown_schema))]
    UnknownSchema(String),
    /// `since = "the beginning"`
    #[error("`{0}` is not a date")]
    #[diagnostic(
        code(qql::schema::since),
        help("write the first date with events: `2017`, `2017-09` or `2017-09-01`")
    )]
    Since(String),
    /// `retention = "15 months"`
    #[error("`{0}` does not say how long events are kept")]
    #[diagnostic(
        code(qql::schema::retention),
        help("write a number and a unit, as after `now-` in a filter: `15M`, `90d`, `1y`")
    )]
    Retention(String),
    /// `scope = "image"`, where the product has other scopes
    #[error("there is no scope `{scope}`")]
    #[diagnostic(
        code(qql::schema::unknown_scope),
        help("the product's scopes are {known}")
    )]
    UnknownScope {
        /// The scope.
        scope: String,
        /// Those that there are.
        known: String,
    },
    /// `[tokens."file..name"]`
    #[error("`{0}` cannot be a token's name")]
    #[diagnostic(
        code(qql::schema::token_name),
        help(
            "a name is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter"
        )
    )]
    TokenName(String),
    /// `kind = "string"`
    #[error("there is no kind `{0}`")]
    #[diagnostic(
        code(qql::schema::unknown_kind),
        help(
            "the kinds are text, keyword, id, integer, float, boolean, datetime, version, ip and auto"
        )
    )]
    UnknownKind(String),
    /// `paths = ["file..name"]`
    #[error("this is not a path: {0}")]
    #[diagnostic(
        code(qql::schema::path),
        help(
            "write keys joined by dots, with `[]` behind the key of an array: `file.certificates[].subject`"
        )
    )]
    Path(PathError),
    /// `[tokens."file.name"]` and `[tokens."File.Name"]`
    #[error("there are two tokens of the name `{0}`, or of an alias of it")]
    #[diagnostic(
        code(qql::schema::duplicate_token),
        help("names and aliases are the same in any case; take one away")
    )]
    DuplicateToken(String),
}
