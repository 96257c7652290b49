//! Schemas as TOML files.

use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::num::NonZeroU32;
use std::ops::Range;
use std::str::FromStr;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::error::{SchemaError, SchemaErrorKind, SchemaErrors};
use super::kind::Kind;
use super::path::Path;
use super::product::{Product, QuotedRanges};
use super::requests::{Requests, SortForm};
use super::roots::Root;
use super::token::{Evidence, OnlyIn, Token};
use super::{Schema, UnknownTokens};
use crate::name::NameError;
use crate::syntax::is_token_name;
use crate::value::written_period;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    extends: Option<Spanned<String>>,
    #[serde(default, deserialize_with = "word")]
    unknown: Option<UnknownTokens>,
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
    roots: Option<Vec<Spanned<RootEntry>>>,
    #[serde(default, deserialize_with = "word")]
    quoted_ranges: Option<QuotedRanges>,
    #[serde(default)]
    requests: RequestsEntry,
}

/// The keys of a product's requests; those that are not given are inherited.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestsEntry {
    filter: Option<String>,
    second_filter: Option<String>,
    #[serde(default, deserialize_with = "word")]
    sort: Option<SortForm>,
    first_page: Option<u32>,
    largest_page: Option<NonZeroU32>,
}

/// Where answers have their events: a path, or a table with the path and the scope.
struct RootEntry {
    path: String,
    scope: Option<String>,
}

/// The table of a [`RootEntry`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RootTable {
    path: String,
    scope: Option<String>,
}

impl<'de> Deserialize<'de> for RootEntry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<RootEntry, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = RootEntry;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or a table with `path` and `scope`")
            }

            fn visit_str<E: Error>(self, path: &str) -> Result<RootEntry, E> {
                let (path, scope) = (path.to_owned(), None);
                Ok(RootEntry { path, scope })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RootEntry, A::Error> {
                let table = RootTable::deserialize(MapAccessDeserializer::new(map))?;
                let RootTable { path, scope } = table;
                Ok(RootEntry { path, scope })
            }
        }
        from.deserialize_any(Read)
    }
}

impl RequestsEntry {
    /// The requests that the entry makes of those that are inherited.
    fn over(self, requests: Requests) -> Requests {
        Requests {
            filter: self.filter.or(requests.filter),
            second_filter: self.second_filter.or(requests.second_filter),
            sort: self.sort.or(requests.sort),
            first_page: self.first_page.or(requests.first_page),
            largest_page: self
                .largest_page
                .map(NonZeroU32::get)
                .or(requests.largest_page),
        }
    }
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
    #[serde(default, deserialize_with = "word")]
    only_in: Option<OnlyIn>,
    null_when: Option<String>,
    prefer: Option<Spanned<String>>,
    #[serde(default)]
    no_value: Vec<String>,
    #[serde(default)]
    description: String,
    scope: Option<Spanned<String>>,
    #[serde(default, deserialize_with = "word")]
    evidence: Option<Evidence>,
    #[serde(default, deserialize_with = "word")]
    kind_evidence: Option<Evidence>,
    #[serde(default, deserialize_with = "word")]
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

/// One of the choices of an enum, by its name.
fn word<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
    T: FromStr<Err = NameError>,
    D: Deserializer<'de>,
{
    let name = String::deserialize(from)?;
    name.parse().map(Some).map_err(D::Error::custom)
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
            SchemaErrors::new(text, vec![SchemaError::new(kind, span)])
        })?;
        let mut errors = Vec::new();
        let mut error = |kind, span| errors.push(SchemaError::new(kind, span));
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
            schema = schema.with_unknown_tokens(unknown);
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
                .chain(&entry.prefer)
                .map(|name| (name.get_ref(), name.span()));
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
            let no_values = entry.no_value.into_iter().map(Box::from).collect();
            let mut token = Token::new(&name, kind)
                .with_description(&entry.description)
                .with_no_values(no_values);
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
            token.only_in = entry.only_in;
            token.null_when = entry.null_when.map(Box::from);
            token.prefer = entry.prefer.map(|name| name.into_inner().into());
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
        if let Some(roots) = self.roots {
            product.roots = Vec::with_capacity(roots.len());
            for root in roots {
                let span = root.span();
                let RootEntry { path, scope } = root.into_inner();
                let known = product.scopes.iter().map(String::as_str);
                if let Some(scope) = &scope
                    && !known.clone().any(|known| known == scope)
                {
                    let kind = SchemaErrorKind::UnknownScope {
                        scope: scope.clone(),
                        known: known.collect::<Vec<_>>().join(", "),
                    };
                    error(kind, span.clone());
                }
                match path.parse() {
                    Ok(path) => product.roots.push(Root { path, scope }),
                    Err(reason) => error(SchemaErrorKind::Path(reason), span),
                }
            }
        }
        product.quoted_ranges = self.quoted_ranges.unwrap_or(product.quoted_ranges);
        product.requests = self.requests.over(product.requests);
        product
    }
}
