//! Which search tokens exist, what kind each is, and where its values are in an event.
//!
//! The built-in schemas are data: the TOML files beside this one, in the form that
//! [`Schema::from_toml`] reads.

mod built_in;
#[cfg(feature = "schema-toml")]
mod error;
#[cfg(feature = "schema-toml")]
mod file;
mod kind;
mod no_value;
mod path;
mod product;
mod requests;
mod roots;
mod suggest;
mod token;

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter};
use std::iter::FusedIterator;
use std::str::FromStr;
use std::sync::Arc;

use crate::name::{NameError, choice};

#[cfg(all(test, feature = "schema-toml", feature = "lint"))]
pub(crate) use error::CODES;
#[cfg(feature = "schema-toml")]
pub use error::{SchemaError, SchemaErrorKind, SchemaErrors};
pub use kind::{Form, Kind};
pub(crate) use no_value::NoValues;
pub use path::{Path, PathError};
pub use product::{Product, QuotedRanges, Retention, RetentionError};
pub use requests::{Requests, SortForm};
pub use roots::Root;
pub use suggest::suggest;
use suggest::surest;
pub use token::{Evidence, OnlyIn, Token};

/// A set of search tokens. Cheap to clone.
///
/// ```
/// use qualys_filter::{Schema, schema::{Kind, Token}};
///
/// let schema = Schema::empty()
///     .with_token(Token::new("severity", Kind::Integer))?
///     .with_token(Token::new("host", Kind::Text).with_path("asset.name")?)?;
/// assert_eq!(schema.token("HOST").unwrap().kind(), Kind::Text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Schema {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    name: Box<str>,
    product: Product,
    unknown: UnknownTokens,
    tokens: Vec<Token>,
    /// The tokens by their names and aliases in lower case, and by the spelling of the documentation.
    /// Of several in different scopes, that of the scope declared first comes first.
    index: HashMap<Box<str>, Vec<usize>>,
    /// The length of the longest of them.
    longest: usize,
    group_only: bool,
    /// The scope that it is of, and the schema with all scopes.
    scope: Option<(Box<str>, Schema)>,
}

/// What a schema does with a token that it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnknownTokens {
    /// Takes it, as kind *auto* at the path of its own name.
    Allow,
    /// Takes it so, with a warning.
    #[default]
    Warn,
    /// Refuses it.
    Deny,
}

impl UnknownTokens {
    /// Every choice, the most lenient first.
    pub const ALL: &'static [UnknownTokens] = &[
        UnknownTokens::Allow,
        UnknownTokens::Warn,
        UnknownTokens::Deny,
    ];

    /// The word for it in schema files.
    pub const fn as_str(self) -> &'static str {
        match self {
            UnknownTokens::Allow => "allow",
            UnknownTokens::Warn => "warn",
            UnknownTokens::Deny => "deny",
        }
    }
}

impl Display for UnknownTokens {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for UnknownTokens {
    type Err = NameError;

    fn from_str(name: &str) -> Result<UnknownTokens, NameError> {
        choice(
            "treatment of tokens",
            UnknownTokens::ALL,
            UnknownTokens::as_str,
            name,
        )
    }
}

/// Two tokens of one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are two tokens of the name `{name}`")]
pub struct DuplicateToken {
    /// The name.
    pub name: String,
}

impl Schema {
    /// No tokens, and a warning for every one that is used; to be filled.
    pub fn empty() -> Schema {
        let inner = Inner {
            name: "custom".into(),
            product: Product::default(),
            unknown: UnknownTokens::default(),
            tokens: Vec::new(),
            index: HashMap::new(),
            longest: 0,
            group_only: false,
            scope: None,
        };
        let inner = Arc::new(inner);
        Schema { inner }
    }

    /// Adds a token.
    ///
    /// # Errors
    ///
    /// If a token has the name, or one of the aliases, already.
    pub fn with_token(mut self, token: Token) -> Result<Schema, DuplicateToken> {
        self.insert(token)?;
        Ok(self)
    }

    /// Adds a token in place of the one of the same name, if there is one.
    ///
    /// ```
    /// use qualys_filter::{Schema, schema::{Kind, Token}};
    ///
    /// let schema = Schema::edr().clone().replacing(Token::new("type", Kind::Text))?;
    /// assert_eq!(schema.token("type").unwrap().kind(), Kind::Text);
    /// # Ok::<(), qualys_filter::schema::DuplicateToken>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If another token has one of its aliases.
    pub fn replacing(self, token: Token) -> Result<Schema, DuplicateToken> {
        let token = self.instead(token);
        let schema = self.without(std::iter::once(&token));
        schema.with_token(token)
    }

    fn insert(&mut self, mut token: Token) -> Result<(), DuplicateToken> {
        token.scope = self.home(&token);
        let names: Vec<Box<str>> = std::iter::once(token.name())
            .chain(token.aliases())
            .map(|name| name.to_ascii_lowercase().into())
            .collect();
        let mut fresh = HashSet::new();
        for name in &names {
            let known = self.inner.index.get(name).into_iter().flatten();
            let mut known = known.filter_map(|at| self.inner.tokens.get(*at));
            if known.any(|known| known.scope == token.scope) || !fresh.insert(name) {
                let name = name.to_string();
                return Err(DuplicateToken { name });
            }
        }
        let Inner {
            product,
            tokens,
            index,
            longest,
            group_only,
            ..
        } = Arc::make_mut(&mut self.inner);
        *longest = names
            .iter()
            .map(|name| name.len())
            .fold(*longest, usize::max);
        *group_only |= token.is_group_only();
        let at = tokens.len();
        tokens.push(token);
        let rank = |at: &usize| {
            let scope = tokens.get(*at).map(Token::scope);
            product
                .scopes
                .iter()
                .position(|known| Some(&**known) == scope)
        };
        for name in names {
            let known = index.entry(name.clone()).or_default();
            known.push(at);
            known.sort_by_key(rank);
            // The spelling of the documentation is looked up most.
            let known = known.clone();
            for token in known.iter().filter_map(|at| tokens.get(*at)) {
                if token.name().eq_ignore_ascii_case(&name) {
                    index.insert(token.name().into(), known.clone());
                }
            }
        }
        Ok(())
    }

    /// The scope that a token belongs to here: its own, the one that the schema is of, or the first.
    fn home(&self, token: &Token) -> Option<Box<str>> {
        let first = || self.scopes().next().map(Box::from);
        let chosen = || self.inner.scope.as_ref().map(|(scope, _)| scope.clone());
        token.scope.clone().or_else(chosen).or_else(first)
    }

    /// A token with the scope of the one that it is to replace, if it has none of its own.
    fn instead(&self, mut token: Token) -> Token {
        let known = || {
            self.token(&token.name)
                .and_then(|known| known.scope.clone())
        };
        token.scope = token.scope.clone().or_else(known);
        token
    }

    /// Sets what happens to unknown tokens.
    #[must_use]
    pub fn with_unknown_tokens(mut self, unknown: UnknownTokens) -> Schema {
        Arc::make_mut(&mut self.inner).unknown = unknown;
        self
    }

    /// Sets the schema's name, for messages.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Schema {
        Arc::make_mut(&mut self.inner).name = name.into();
        self
    }

    /// Sets what the product is.
    #[must_use]
    pub fn with_product(mut self, product: Product) -> Schema {
        Arc::make_mut(&mut self.inner).product = product;
        self
    }

    /// Removes the tokens that have the names of these in their scopes.
    fn without<'n>(self, instead: impl Iterator<Item = &'n Token>) -> Schema {
        let mut gone: HashSet<usize> = HashSet::new();
        for token in instead {
            let home = self.home(token);
            let known = self.inner.index.get(&*token.name().to_ascii_lowercase());
            gone.extend(known.into_iter().flatten().filter(|at| {
                self.tokens()
                    .get(**at)
                    .is_some_and(|known| known.scope == home)
            }));
        }
        let mut left = Schema::empty()
            .with_name(self.name())
            .with_product(self.product().clone())
            .with_unknown_tokens(self.unknown_tokens());
        Arc::make_mut(&mut left.inner).scope = self.inner.scope.clone();
        for (at, token) in self.tokens().iter().enumerate() {
            if !gone.contains(&at) {
                // The names were different before, so they are now.
                let _ = left.insert(token.clone());
            }
        }
        left
    }

    /// The scopes of the product, the default first; none where all tokens belong together.
    pub fn scopes(
        &self,
    ) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + FusedIterator {
        self.inner.product.scopes.iter().map(String::as_str)
    }

    /// The schema of one scope: it knows the tokens of that scope only. `None` if there is no such scope.
    ///
    /// Without it the tokens of all scopes are known, and of two with one name that of the scope that is
    /// declared first.
    ///
    /// ```
    /// use qualys_filter::Schema;
    ///
    /// let incidents = Schema::fim().in_scope("incident").unwrap();
    /// assert_eq!(incidents.name(), "fim:incident");
    /// assert!(incidents.token("reviewers").is_some());
    /// assert!(incidents.token("profiles.name").is_none());
    /// assert!(Schema::fim().in_scope("image").is_none());
    /// ```
    pub fn in_scope(&self, scope: &str) -> Option<Schema> {
        let whole = self.whole();
        whole.scopes().find(|known| *known == scope)?;
        let mut schema = Schema::empty()
            .with_name(&format!("{}:{scope}", whole.name()))
            .with_product(whole.product().clone())
            .with_unknown_tokens(whole.unknown_tokens());
        Arc::make_mut(&mut schema.inner).scope = Some((scope.into(), whole.clone()));
        for token in whole.tokens().iter().filter(|token| token.scope() == scope) {
            // The names were different within the scope before, so they are now.
            let _ = schema.insert(token.clone());
        }
        Some(schema)
    }

    /// Where answers of the API have what they list, for this schema: for one of a scope those of the scope, else all.
    ///
    /// ```
    /// use qualys_filter::Schema;
    ///
    /// let images = Schema::named("cs:image").unwrap();
    /// assert_eq!(images.roots().next().unwrap().to_string(), "data[]");
    /// assert_eq!(Schema::named("pm:patch").unwrap().roots().count(), 0);
    /// ```
    pub fn roots(&self) -> impl Iterator<Item = &Path> {
        let scope = self.inner.scope.as_ref().map(|(scope, _)| &**scope);
        let of_scope = move |root: &&Root| match (scope, &root.scope) {
            (Some(scope), Some(of)) => scope == of,
            _ => true,
        };
        let roots = self.inner.product.roots.iter().filter(of_scope);
        roots.map(|root| &root.path)
    }

    /// The schema with all scopes.
    pub(crate) fn whole(&self) -> &Schema {
        self.inner.scope.as_ref().map_or(self, |(_, whole)| whole)
    }

    /// Whether a scope has a token of this name or alias, in any case.
    pub(crate) fn is_in_scope(&self, name: &str, scope: &str) -> bool {
        let index = &self.inner.index;
        let found = index
            .get(name)
            .or_else(|| index.get(&*name.to_ascii_lowercase()));
        let mut tokens = found
            .into_iter()
            .flatten()
            .filter_map(|at| self.inner.tokens.get(*at));
        tokens.any(|token| token.scope() == scope)
    }

    /// The scope of a name that is known, but not in the scope that this schema is of.
    pub(crate) fn other_scope(&self, name: &str) -> Option<(&str, &str)> {
        let (_, whole) = self.inner.scope.as_ref()?;
        Some((whole.name(), whole.token(name)?.scope()))
    }

    /// The schema's name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What the product is.
    pub fn product(&self) -> &Product {
        &self.inner.product
    }

    /// What happens to unknown tokens.
    pub fn unknown_tokens(&self) -> UnknownTokens {
        self.inner.unknown
    }

    /// The tokens, in the order in which they were added.
    pub fn tokens(&self) -> &[Token] {
        &self.inner.tokens
    }

    /// The token of this name or alias, in any case.
    pub fn token(&self, name: &str) -> Option<&Token> {
        if name.len() > self.inner.longest {
            return None;
        }
        let index = &self.inner.index;
        let at = index
            .get(name)
            .or_else(|| index.get(&*name.to_ascii_lowercase()))?;
        self.inner.tokens.get(*at.first()?)
    }

    /// No name of the schema is longer than this.
    pub(crate) fn longest_name(&self) -> usize {
        self.inner.longest
    }

    /// Whether there are names that only a nested group takes.
    pub(crate) fn has_group_only(&self) -> bool {
        self.inner.group_only
    }

    /// The first token of those whose names begin with this one and a dot, and whether there are more.
    pub(crate) fn child_of(&self, head: &str) -> Option<(&Token, bool)> {
        let is_child = |token: &&Token| {
            let rest = token.name().get(head.len()..);
            let start = token.name().get(..head.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(head))
                && rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let mut children = self.tokens().iter().filter(is_child);
        let first = children.next()?;
        Some((first, children.next().is_some()))
    }

    /// The name that is probably meant by an unknown one: one that is written almost the same, or
    /// that of the token whose JSON path was written. Of several equally near the one that is known
    /// from the surest [`Evidence`]; what does not say where it is known from comes first.
    ///
    /// ```
    /// use qualys_filter::Schema;
    ///
    /// let edr = Schema::edr();
    /// assert_eq!(edr.suggest("file.nmae"), Some("file.name"));
    /// assert_eq!(edr.suggest("network.remoteIP"), Some("network.remote.address.ip"));
    /// ```
    pub fn suggest<'s>(&'s self, wrong: &str) -> Option<&'s str> {
        let names = |token: &'s Token| {
            let names = std::iter::once(token.name()).chain(token.aliases());
            names.map(|name| (name, token.evidence()))
        };
        let near = match wrong.len() > self.longest_name() + 2 {
            true => None,
            false => surest(wrong, self.tokens().iter().flat_map(names)),
        };
        near.or_else(|| {
            let is_path = |path: &Path| path.keys().eq(wrong.split('.'));
            let tokens = self.tokens().iter();
            let read = tokens.filter(|token| token.paths().iter().any(is_path));
            read.min_by_key(|token| token.evidence()).map(Token::name)
        })
    }
}
