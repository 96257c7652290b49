//! Rust → query: filters that mean what the caller says, whatever strings go in.
//!
//! A [`Draft`] is put together from clauses on [`token`]s and from queries that were parsed
//! already; [`Draft::build`] makes a [`Query`] of it, or says everything that the language cannot
//! write. Values never become syntax, and what is joined keeps its meaning:
//!
//! ```
//! use qualys_filter::{Query, build::token};
//!
//! let from_a_user: Query = "status:OPEN or type:DEFAULT".parse()?;
//! let query = token("createdBy.date").between("2024-01-01", "2024-02-01").and(from_a_user).build()?;
//! assert_eq!(
//!     query.to_string(),
//!     r#"createdBy.date:["2024-01-01" .. "2024-02-01"] AND (status:OPEN OR type:DEFAULT)"#,
//! );
//!
//! let query = token("file.name").is(r#"x" or file.name:"*"#).build()?;
//! assert_eq!(query.to_string(), r#"file.name:`x" or file.name:"*`"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How a value is written decides what it means, so each way has a method of its own. The table at
//! [`TokenDraft`] lists them. What else a request holds, [`request`] writes: order, groups and pages.

mod error;
mod request;
mod text;
mod token;
mod value;

use std::borrow::Cow;
use std::ops::Not;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use error::{BuildError, BuildErrors};
pub use request::{Order, Request, RequestDraft, request};
pub use token::{TokenDraft, token};
pub use value::{Value, ago, now};

use crate::limits::Limits;
use crate::syntax::{ExprKind, Query, Step};
use text::Text;

/// A query that is being put together. Made by [`token`], [`free_text`], or from a [`Query`].
#[derive(Clone, Debug)]
#[must_use = "a draft does nothing before `build`"]
pub struct Draft {
    text: Text,
    shape: Shape,
    /// Whether there is free text in it, which no nested group takes.
    has_free_text: bool,
    errors: Vec<BuildError>,
}

/// How the text of a draft may be joined with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Nothing: matches everything.
    Everything,
    /// An ordinary character.
    One,
    /// Joined by `AND`.
    And,
    /// Joined by `OR`.
    Or,
    /// A query from elsewhere; kept together even where it need not be.
    Foreign,
}

/// A filter that matches everything; the start of a chain of [`Draft::and`].
pub fn everything() -> Draft {
    Draft {
        shape: Shape::Everything,
        ..Draft::one(String::new())
    }
}

/// Words looked for in every string of the event.
///
/// ```
/// use qualys_filter::build::free_text;
///
/// assert_eq!(free_text("or admin").build()?.to_string(), r#""or admin""#);
/// # Ok::<(), qualys_filter::build::BuildErrors>(())
/// ```
pub fn free_text(words: &str) -> Draft {
    let draft = match words.contains('*') {
        true => Draft::broken(BuildError::Star {
            text: words.to_owned(),
        }),
        false => Draft::one(crate::syntax::quote(words)),
    };
    Draft {
        has_free_text: true,
        ..draft
    }
}

/// All of these; everything, if there are none.
pub fn all_of<D: Into<Draft>>(drafts: impl IntoIterator<Item = D>) -> Draft {
    drafts.into_iter().fold(everything(), Draft::and)
}

/// Any of these. None at all is an error: the language cannot write a filter that matches nothing.
pub fn any_of<D: Into<Draft>>(drafts: impl IntoIterator<Item = D>) -> Draft {
    let any = drafts.into_iter().map(D::into).reduce(Draft::or);
    any.unwrap_or_else(|| Draft::broken(BuildError::Nothing))
}

/// None of these: `NOT (a OR b)`. Everything, if there are none.
///
/// ```
/// use qualys_filter::build::{none_of, token};
///
/// let noise = ["FILE", "PROCESS"].map(|kind| token("type").is(kind));
/// let query = none_of(noise).build()?;
/// assert_eq!(query.to_string(), "NOT (type:`FILE` OR type:`PROCESS`)");
/// # Ok::<(), qualys_filter::build::BuildErrors>(())
/// ```
pub fn none_of<D: Into<Draft>>(drafts: impl IntoIterator<Item = D>) -> Draft {
    let any = drafts.into_iter().map(D::into).reduce(Draft::or);
    any.map_or_else(everything, Draft::negate)
}

impl Default for Draft {
    /// The same as [`everything`].
    fn default() -> Draft {
        everything()
    }
}

impl Draft {
    fn one(text: String) -> Draft {
        Draft {
            text: text.into(),
            shape: Shape::One,
            has_free_text: false,
            errors: Vec::new(),
        }
    }

    fn broken(error: BuildError) -> Draft {
        let errors = vec![error];
        Draft {
            errors,
            ..Draft::one(String::new())
        }
    }

    /// This and the other.
    ///
    /// ```
    /// use qualys_filter::build::token;
    ///
    /// let either = token("type").is("FILE").or(token("type").is("PROCESS"));
    /// let query = either.and(token("severity").at_least(4)).build()?;
    /// assert_eq!(query.to_string(), "(type:`FILE` OR type:`PROCESS`) AND severity >= 4");
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn and(self, other: impl Into<Draft>) -> Draft {
        let other = other.into();
        match (self.shape, other.shape) {
            (Shape::Everything, _) => other.with_errors_of(self),
            (_, Shape::Everything) => self.with_errors_of(other),
            _ => self.join(other, Shape::And, " AND "),
        }
    }

    /// This or the other.
    pub fn or(self, other: impl Into<Draft>) -> Draft {
        let other = other.into();
        match (self.shape, other.shape) {
            (Shape::Everything, _) => self.with_errors_of(other),
            (_, Shape::Everything) => other.with_errors_of(self),
            _ => self.join(other, Shape::Or, " OR "),
        }
    }

    /// What this does not match; `!` at the end of a chain. The negation of everything is an error: the
    /// language cannot write a filter that matches nothing.
    ///
    /// ```
    /// use qualys_filter::build::token;
    ///
    /// let query = token("type").is("FILE").or(token("type").is("PROCESS")).negate().build()?;
    /// assert_eq!(query.to_string(), "NOT (type:`FILE` OR type:`PROCESS`)");
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    pub fn negate(self) -> Draft {
        if self.shape == Shape::Everything {
            return Draft::broken(BuildError::Nothing).with_errors_of(self);
        }
        let text = match self.shape {
            Shape::One => self.text.after("NOT "),
            _ => self.text.enclosed("NOT "),
        };
        let shape = Shape::One;
        Draft {
            text,
            shape,
            ..self
        }
    }

    fn join(self, other: Draft, shape: Shape, word: &'static str) -> Draft {
        let part = |draft: Draft| match draft.shape == shape || draft.shape == Shape::One {
            true => draft.text,
            false => draft.text.enclosed(""),
        };
        let has_free_text = self.has_free_text || other.has_free_text;
        let (mut first, mut second) = (self, other);
        let mut errors = std::mem::take(&mut first.errors);
        errors.append(&mut second.errors);
        Draft {
            text: part(first).joined(word, part(second)),
            shape,
            has_free_text,
            errors,
        }
    }

    fn with_errors_of(mut self, mut other: Draft) -> Draft {
        self.errors.append(&mut other.errors);
        self
    }

    /// Makes the query.
    ///
    /// # Errors
    ///
    /// Everything in the draft that the language cannot write.
    pub fn build(self) -> Result<Query, BuildErrors> {
        self.build_with(&Limits::default())
    }

    /// Makes the query under the given limits.
    ///
    /// # Errors
    ///
    /// Everything in the draft that the language cannot write, or a limit that it exceeds.
    pub fn build_with(self, limits: &Limits) -> Result<Query, BuildErrors> {
        if !self.errors.is_empty() {
            return Err(BuildErrors::new(self.errors));
        }
        // The one gate: what is built is read like what a person writes.
        let query = Query::parse_with(&self.text.whole(), limits);
        query.map_err(|errors| BuildErrors::new(vec![BuildError::Parse(errors)]))
    }
}

impl Not for Draft {
    type Output = Draft;

    /// The same as [`Draft::negate`].
    ///
    /// ```
    /// use qualys_filter::build::token;
    ///
    /// let query = (!token("type").is("FILE")).build()?;
    /// assert_eq!(query.to_string(), "NOT type:`FILE`");
    /// # Ok::<(), qualys_filter::build::BuildErrors>(())
    /// ```
    fn not(self) -> Draft {
        self.negate()
    }
}

impl Not for Query {
    type Output = Draft;

    /// The same as [`Query::negate`].
    fn not(self) -> Draft {
        self.negate()
    }
}

impl From<Query> for Draft {
    fn from(query: Query) -> Draft {
        Draft::from(&query)
    }
}

impl From<&Query> for Draft {
    fn from(query: &Query) -> Draft {
        if query.has_errors() {
            let text = query.text().to_string();
            return Draft::broken(BuildError::Unread { text });
        }
        let shape = match query.root().map(|root| &query.expr(root).kind) {
            None => Shape::Everything,
            Some(ExprKind::And(_) | ExprKind::Or(_)) => Shape::Foreign,
            Some(_) => Shape::One,
        };
        let has_free_text = query.walk().any(|step| match step {
            Step::Enter(id) => matches!(query.expr(id).kind, ExprKind::FreeText(_)),
            Step::Leave(_) => false,
        });
        Draft {
            shape,
            has_free_text,
            ..Draft::one(query.to_string())
        }
    }
}

impl Query {
    /// This query and another, each kept together. See [`Draft::and`].
    ///
    /// ```
    /// use qualys_filter::{Query, build::token};
    ///
    /// let user: Query = "severity:5 or action:Delete".parse()?;
    /// let query = user.and(token("platform").is("WINDOWS")).build()?;
    /// assert_eq!(query.to_string(), "(severity:5 OR action:Delete) AND platform:`WINDOWS`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn and(self, other: impl Into<Draft>) -> Draft {
        Draft::from(self).and(other)
    }

    /// This query or another, each kept together. See [`Draft::or`].
    pub fn or(self, other: impl Into<Draft>) -> Draft {
        Draft::from(self).or(other)
    }

    /// What this query does not match. See [`Draft::negate`].
    pub fn negate(self) -> Draft {
        Draft::from(self).negate()
    }

    /// The query as the parameter of a URL, `filter=…`, percent-encoded (RFC 3986, 2.1). A whole request,
    /// with its order and pages, is built by [`request`].
    ///
    /// ```
    /// use qualys_filter::Query;
    ///
    /// let query: Query = "service:S3&pageSize=1 AND b:`ü`".parse()?;
    /// assert_eq!(query.to_query_param(), "filter=service%3AS3%26pageSize%3D1%20AND%20b%3A%60%C3%BC%60");
    /// # Ok::<(), qualys_filter::ParseErrors>(())
    /// ```
    pub fn to_query_param(&self) -> String {
        format!("filter={}", encoded(&self.to_string()))
    }
}

/// A text, percent-encoded (RFC 3986, 2.1).
fn encoded(text: &str) -> Cow<'_, str> {
    // RFC 3986, 2.3: the unreserved characters.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(text, RESERVED).into()
}
