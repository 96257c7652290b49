//! What can be wrong with a schema file.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::sync::Arc;

use thiserror::Error;

use super::Schema;
use super::kind::Kind;
use super::path::PathError;
use super::suggest::suggest;
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;

/// Every code, in the order of their page in the book.
pub(crate) const CODES: &[Code] = &[
    Code::error(
        "qql::schema::toml",
        "the file is not TOML, or has a key that schemas do not have, or a value of the wrong type",
    ),
    Code::error(
        "qql::schema::unknown_schema",
        "`extends` names a schema that is not built in",
    ),
    Code::error(
        "qql::schema::since",
        "the first date with events, `since` in the table `[product]`, is not a date",
    ),
    Code::error(
        "qql::schema::retention",
        "the time for which events are kept, `retention` in the table `[product]`, is not a number with a unit",
    ),
    Code::error(
        "qql::schema::unknown_scope",
        "a token's scope is none of those that the product declares",
    ),
    Code::error(
        "qql::schema::token_name",
        "a name or alias cannot be the name of a token",
    ),
    Code::error("qql::schema::unknown_kind", "there is no such kind"),
    Code::error(
        "qql::schema::path",
        "a path is not made of keys joined by dots, with `[]` after those of arrays",
    ),
    Code::error(
        "qql::schema::duplicate_token",
        "two tokens of the file have one name, or alias, in whatever case, in one scope",
    ),
];

const fn code(name: &str) -> &'static Code {
    Code::named(CODES, name)
}

/// Everything that is wrong with a schema file, with the file as source.
#[derive(Clone, Debug, Error)]
#[error("the schema has errors")]
pub struct SchemaErrors {
    text: Arc<str>,
    errors: Vec<SchemaError>,
}

impl SchemaErrors {
    pub(super) fn new(text: &str, mut errors: Vec<SchemaError>) -> SchemaErrors {
        errors.sort_by_key(|error| error.span().start);
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

crate::diagnostic::list!(SchemaErrors of SchemaError);

/// One thing that is wrong with a schema: its kind, and what there is to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    kind: SchemaErrorKind,
    diagnostic: Diagnostic,
}

impl SchemaError {
    /// An error at a place of the file. Places after 4 GiB are all one.
    pub(super) fn new(kind: SchemaErrorKind, range: Range<usize>) -> SchemaError {
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        let diagnostic = kind.diagnostic(Span::new(at(range.start), at(range.end)));
        SchemaError { kind, diagnostic }
    }

    /// What is wrong.
    pub fn kind(&self) -> &SchemaErrorKind {
        &self.kind
    }

    /// What there is to say about it.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.diagnostic
    }

    /// Where in the file.
    pub fn span(&self) -> Span {
        self.diagnostic.span()
    }
}

impl Display for SchemaError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for SchemaError {}

impl From<SchemaError> for Diagnostic {
    fn from(error: SchemaError) -> Diagnostic {
        error.diagnostic
    }
}

/// What is wrong with a schema; each kind shows a line that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// `kind = text`
    #[error("{0}")]
    Toml(String),
    /// `extends = "vm"`
    #[error("there is no built-in schema `{0}`")]
    UnknownSchema(String),
    /// `since = "the beginning"`
    #[error("`{0}` is not a date")]
    Since(String),
    /// `retention = "15 months"`
    #[error("`{0}` does not say how long events are kept")]
    Retention(String),
    /// `scope = "image"`, where the product has other scopes
    #[error("there is no scope `{scope}`")]
    UnknownScope {
        /// The scope.
        scope: String,
        /// Those that there are.
        known: String,
    },
    /// `[tokens."file..name"]`
    #[error("`{0}` cannot be a token's name")]
    TokenName(String),
    /// `kind = "string"`
    #[error("there is no kind `{0}`")]
    UnknownKind(String),
    /// `paths = ["file..name"]`
    #[error("this is not a path: {0}")]
    Path(PathError),
    /// `[tokens."file.name"]` and `[tokens."File.Name"]`
    #[error("there are two tokens of the name `{0}`, or of an alias of it")]
    DuplicateToken(String),
}

impl SchemaErrorKind {
    /// The code of this kind.
    pub fn code(&self) -> &'static Code {
        self.parts().0
    }

    fn diagnostic(&self, span: Span) -> Diagnostic {
        let (code, help) = self.parts();
        Diagnostic::new(code, span, self.to_string())
            .with_label("here")
            .with_help(help)
    }

    /// Its code, and what to do about it.
    fn parts(&self) -> (&'static Code, Cow<'static, str>) {
        use SchemaErrorKind::*;
        match self {
            Toml(_) => (const { code("toml") }, "a schema file has `name`, `extends`, `unknown`, a table `[product]`, and tables `[tokens.\"a.b\"]` with `kind`, `paths`, `values`, `aliases`, `group`, `only_in`, `null_when`, `prefer`, `no_value`, `description`, `scope`, `evidence`, `kind_evidence`, `path_evidence`, `source`".into()),
            UnknownSchema(_) => (const { code("unknown_schema") }, {
                    let names = Schema::BUILT_IN.join("`, `");
                    format!("the built-in schemas are `{names}`").into()
                }),
            Since(_) => (const { code("since") }, "write the first date with events: `2017`, `2017-09` or `2017-09-01`".into()),
            Retention(_) => (const { code("retention") }, "write a number and a unit, as after `now-` in a filter: `15M`, `90d`, `1y`".into()),
            UnknownScope { known, .. } => (const { code("unknown_scope") }, format!("the product's scopes are {known}").into()),
            TokenName(_) => (const { code("token_name") }, "a name is made of letters, digits, `_` and `-`, in parts joined by single dots, each starting with a letter".into()),
            UnknownKind(wrong) => (const { code("unknown_kind") }, match suggest(wrong, Kind::ALL.iter().map(|kind| kind.as_str())) {
                    Some(near) => format!("did you mean `{near}`?").into(),
                    None => "the kinds are text, keyword, id, integer, float, boolean, datetime, version, ip and auto".into(),
                }),
            Path(_) => (const { code("path") }, "write keys joined by dots, with `[]` after the key of an array: `file.certificates[].subject`".into()),
            DuplicateToken(_) => (const { code("duplicate_token") }, "names and aliases are the same in any case; remove one".into()),
        }
    }
}
