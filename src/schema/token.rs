//! One search token.

use std::fmt::{self, Display, Formatter};
use std::iter::FusedIterator;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::kind::Kind;
use super::no_value::NoValues;
use super::path::{Path, PathError};
use crate::name::{NameError, choice};

/// A search token: what a query may ask, and where the answer is in an event.
///
/// ```
/// use qualys_filter::schema::{Kind, Token};
///
/// let token = Token::new("file.hash.sha256", Kind::Keyword).with_path("file.sha256")?;
/// assert_eq!(token.paths()[0].to_string(), "file.sha256");
/// # Ok::<(), qualys_filter::schema::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    pub(super) name: Arc<str>,
    pub(super) kind: Kind,
    pub(super) paths: Vec<Path>,
    /// Where its values are if there are no paths.
    of_name: Path,
    pub(super) values: Vec<Box<str>>,
    pub(super) aliases: Vec<Box<str>>,
    pub(super) group_only: bool,
    pub(super) only_in: Option<OnlyIn>,
    pub(super) null_when: Option<Box<str>>,
    pub(super) prefer: Option<Box<str>>,
    no_values: Option<Arc<NoValues>>,
    pub(super) description: Box<str>,
    pub(super) scope: Option<Box<str>>,
    pub(super) evidence: Option<Evidence>,
    pub(super) kind_evidence: Option<Evidence>,
    pub(super) path_evidence: Option<Evidence>,
    pub(super) source: Box<str>,
}

/// Where something about a token is known from. The surest is the least.
///
/// ```
/// use qualys_filter::schema::Evidence;
///
/// assert!(Evidence::Documented < Evidence::Inferred);
/// assert!(Evidence::ALL.is_sorted());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// A Qualys page says so.
    Documented,
    /// An example of Qualys, a live query or a real answer shows it.
    Shown,
    /// Code of others that talks to the service sends it.
    Client,
    /// It follows from others by analogy.
    Inferred,
}

impl Evidence {
    /// Every evidence, the surest first.
    pub const ALL: &'static [Evidence] = &[
        Evidence::Documented,
        Evidence::Shown,
        Evidence::Client,
        Evidence::Inferred,
    ];

    /// The word for it in schema files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Evidence::Documented => "documented",
            Evidence::Shown => "shown",
            Evidence::Client => "client",
            Evidence::Inferred => "inferred",
        }
    }
}

impl Display for Evidence {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Evidence {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Evidence, NameError> {
        choice("evidence", Evidence::ALL, Evidence::as_str, name)
    }
}

/// What has values of a token, where not every answer of the service has.
///
/// ```
/// use qualys_filter::{Schema, schema::OnlyIn};
///
/// let schema = Schema::built_in("cs").unwrap();
/// let severity = schema.token("vulnerabilities.severity").unwrap();
/// assert_eq!(severity.only_in(), Some(OnlyIn::Details));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnlyIn {
    /// The answer about a single object; those that list objects have none.
    Details,
    /// The index that the service searches; no answer has one.
    Search,
}

impl OnlyIn {
    /// Every choice, the one that shows more first.
    pub const ALL: &'static [OnlyIn] = &[OnlyIn::Details, OnlyIn::Search];

    /// The word for it in schema files.
    pub const fn as_str(self) -> &'static str {
        match self {
            OnlyIn::Details => "details",
            OnlyIn::Search => "search",
        }
    }
}

impl Display for OnlyIn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for OnlyIn {
    type Err = NameError;

    fn from_str(name: &str) -> Result<OnlyIn, NameError> {
        choice("kind of answer", OnlyIn::ALL, OnlyIn::as_str, name)
    }
}

impl Token {
    /// A token of an event, without a path: its values are at the path of its own name.
    pub fn new(name: &str, kind: Kind) -> Token {
        Token {
            name: name.into(),
            kind,
            paths: Vec::new(),
            of_name: Path::of_name(name),
            values: Vec::new(),
            aliases: Vec::new(),
            group_only: false,
            only_in: None,
            null_when: None,
            prefer: None,
            no_values: None,
            description: "".into(),
            scope: None,
            evidence: None,
            kind_evidence: None,
            path_evidence: None,
            source: "".into(),
        }
    }

    /// Adds a path, such as `file.certificates[].subject`. Of several the first that has a value
    /// in an event counts.
    ///
    /// # Errors
    ///
    /// If the text is not a path.
    pub fn with_path(mut self, path: &str) -> Result<Token, PathError> {
        self.paths.push(path.parse()?);
        Ok(self)
    }

    /// Adds a value that is known to occur. Any other is a warning, not an error, because no
    /// public list is complete.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Token {
        self.values.push(value.into());
        self
    }

    /// Adds another name for the token.
    #[must_use]
    pub fn with_alias(mut self, alias: &str) -> Token {
        self.aliases.push(alias.into());
        self
    }

    /// Sets whether it is a name that only a nested group takes: `software:(name:a)`, neither `software:a` nor
    /// `software.name:a`.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema, schema::{Kind, Token}};
    ///
    /// let schema = Schema::empty()
    ///     .with_token(Token::new("software", Kind::Auto).with_group_only(true))?
    ///     .with_token(Token::new("software.name", Kind::Text))?;
    /// let query: Query = "software:(name:a)".parse()?;
    /// assert!(query.check(&schema)?.warnings().is_empty());
    /// let query: Query = "software:a".parse()?;
    /// assert!(query.check(&schema).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_group_only(mut self, group_only: bool) -> Token {
        self.group_only = group_only;
        self
    }

    /// Adds a value that says in events that there is none, such as `0` for *never*. A string or a number that is
    /// written so counts as no value, as `null` does; on a token of dates so does every spelling of that date, and on
    /// one of numbers every spelling of that number.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema, schema::{Kind, Token}};
    ///
    /// let schema = Schema::empty()
    ///     .with_token(Token::new("lastScan", Kind::DateTime).with_no_value("0"))?;
    /// let never = "lastScan IS NULL".parse::<Query>()?.check(&schema)?.compile();
    /// assert!(never.is_match(br#"{"lastScan": 0}"#)?);
    /// assert!(!never.is_match(br#"{"lastScan": 1717026901000}"#)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_no_value(self, value: &str) -> Token {
        let known = self.no_values().map(Box::from);
        let values = known.chain([value.into()]).collect();
        self.with_no_values(values)
    }

    pub(super) fn with_no_values(mut self, values: Vec<Box<str>>) -> Token {
        let some = !values.is_empty();
        self.no_values = some.then(|| Arc::new(NoValues::new(values, self.kind)));
        self
    }

    /// Sets the line that says what the token is.
    #[must_use]
    pub fn with_description(mut self, description: &str) -> Token {
        self.description = description.into();
        self
    }

    /// The name, in the spelling of its documentation. Names are the same in any case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name, shared and not copied.
    pub(crate) fn shared_name(&self) -> &Arc<str> {
        &self.name
    }

    /// The kind of its values.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where its values are, the best place first; empty where none is known.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The values that are known; empty where they are not listed anywhere.
    pub fn values(
        &self,
    ) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + FusedIterator {
        self.values.iter().map(|value| &**value)
    }

    /// Its other names.
    pub fn aliases(
        &self,
    ) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + FusedIterator {
        self.aliases.iter().map(|alias| &**alias)
    }

    /// Whether only a nested group takes it.
    pub fn is_group_only(&self) -> bool {
        self.group_only
    }

    /// What has its values, if not every answer of the service has.
    pub fn only_in(&self) -> Option<OnlyIn> {
        self.only_in
    }

    /// Where its value is null, in words such as `for Linux patches`; none where that is not known.
    pub fn null_when(&self) -> Option<&str> {
        self.null_when.as_deref()
    }

    /// The token to write in its place, which means the same and is known from a better source.
    pub fn prefer(&self) -> Option<&str> {
        self.prefer.as_deref()
    }

    /// The values that say in events that there is none; see [`Token::with_no_value`].
    pub fn no_values(
        &self,
    ) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + FusedIterator {
        let values = self.no_values.as_deref().map(NoValues::texts);
        values.unwrap_or_default().iter().map(|value| &**value)
    }

    /// The first of [those](Token::no_values) that is a date, such as the beginning of 1970 for *never*.
    pub fn never(&self) -> Option<DateTime<Utc>> {
        let nanoseconds = self.no_values.as_deref()?.date()?;
        let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
        let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
        DateTime::from_timestamp(seconds, rest)
    }

    pub(crate) fn shared_no_values(&self) -> Option<&Arc<NoValues>> {
        self.no_values.as_ref()
    }

    /// A line that says what it is.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What it belongs to: one of the scopes of its schema, or `event`.
    pub fn scope(&self) -> &str {
        self.scope.as_deref().unwrap_or("event")
    }

    /// Where its name is known from.
    pub fn evidence(&self) -> Option<Evidence> {
        self.evidence
    }

    /// Where its kind is known from, if not from where its name is.
    pub fn kind_evidence(&self) -> Option<Evidence> {
        self.kind_evidence
    }

    /// Sets where its kind is known from.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema, schema::{Evidence, Kind, Token}};
    ///
    /// let size = Token::new("size", Kind::Integer).with_kind_evidence(Evidence::Inferred);
    /// let schema = Schema::empty().with_token(size)?;
    /// let checked = "size:large".parse::<Query>()?.check(&schema)?;
    /// assert_eq!(checked.warnings().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_kind_evidence(mut self, evidence: Evidence) -> Token {
        self.kind_evidence = Some(evidence);
        self
    }

    /// Whether its kind is only a guess: [`Evidence::Inferred`]. What does not fit the kind is then a warning,
    /// and is read as on a token of kind *auto*.
    pub fn is_kind_guessed(&self) -> bool {
        self.kind_evidence == Some(Evidence::Inferred)
    }

    /// Where its paths are known from.
    pub fn path_evidence(&self) -> Option<Evidence> {
        self.path_evidence
    }

    /// The page or the repository that has its name; empty where the schema does not say.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The places that its values are read from: its paths, or that of its own name.
    pub(crate) fn places(&self) -> &[Path] {
        match self.paths.as_slice() {
            [] => std::slice::from_ref(&self.of_name),
            paths => paths,
        }
    }
}
