//! The kinds of search token, and what each takes.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::name::{NameError, choice};

/// The type of a token's values, and so which conditions it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Running text, a name or a path: searched by its words.
    Text,
    /// A hash, an enum value, a protocol: compared as a whole, ignoring case.
    Keyword,
    /// A UUID or another id: compared as a whole or by its beginning, ignoring case.
    Id,
    /// A number without fraction.
    Integer,
    /// A number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A date, or a date and time.
    DateTime,
    /// A version, compared part by part; a colon searches it as text.
    Version,
    /// An IPv4 or IPv6 address.
    Ip,
    /// Not known: whatever both the written value and the event's value can be.
    Auto,
}

/// The form of an operator with its operand, as far as it matters which kinds take it.
///
/// `IS NULL`, `IS NOT NULL` and a lone `*` are not among them: every kind takes those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// `token:value`, bare or quoted.
    Value,
    /// ``token:`value` ``
    Backtick,
    /// `token > value`, with `>`, `>=`, `<`, `<=` or `=`.
    Comparison,
    /// `token:[a .. b]`
    Range,
    /// `token:[a, b]`
    List,
    /// `token:va*ue`
    Wildcard,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::Text,
        Kind::Keyword,
        Kind::Id,
        Kind::Integer,
        Kind::Float,
        Kind::Boolean,
        Kind::DateTime,
        Kind::Version,
        Kind::Ip,
        Kind::Auto,
    ];

    /// The name, as schema files and messages write it.
    ///
    /// ```
    /// use qualys_filter::schema::Kind;
    ///
    /// assert_eq!(Kind::DateTime.as_str(), "datetime");
    /// assert_eq!("datetime".parse(), Ok(Kind::DateTime));
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Keyword => "keyword",
            Kind::Id => "id",
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Boolean => "boolean",
            Kind::DateTime => "datetime",
            Kind::Version => "version",
            Kind::Ip => "ip",
            Kind::Auto => "auto",
        }
    }

    /// The forms that this kind takes. This is the whole table of kinds, operators and operands.
    pub fn forms(self) -> &'static [Form] {
        use Form::{Backtick, Comparison, List, Range, Value, Wildcard};
        match self {
            Kind::Text | Kind::Keyword | Kind::Id => &[Value, Backtick, List, Wildcard],
            Kind::Integer | Kind::Float | Kind::DateTime => {
                &[Value, Backtick, Comparison, Range, List]
            }
            Kind::Boolean => &[Value, Backtick, List],
            Kind::Version | Kind::Ip | Kind::Auto => {
                &[Value, Backtick, Comparison, Range, List, Wildcard]
            }
        }
    }

    /// Whether this kind takes the form.
    pub fn takes(self, form: Form) -> bool {
        self.forms().contains(&form)
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Kind, NameError> {
        choice("kind", Kind::ALL, Kind::as_str, name)
    }
}

impl Form {
    /// Every form.
    pub const ALL: &'static [Form] = &[
        Form::Value,
        Form::Backtick,
        Form::Comparison,
        Form::Range,
        Form::List,
        Form::Wildcard,
    ];

    /// The form, shown by an example.
    pub fn example(self) -> &'static str {
        match self {
            Form::Value => "token:value",
            Form::Backtick => "token:`value`",
            Form::Comparison => "token > value",
            Form::Range => "token:[a .. b]",
            Form::List => "token:[a, b]",
            Form::Wildcard => "token:va*ue",
        }
    }

    /// The form's name with its article.
    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Form::Value => "a value",
            Form::Backtick => "an exact value",
            Form::Comparison => "a comparison",
            Form::Range => "a range",
            Form::List => "a list",
            Form::Wildcard => "a wildcard",
        }
    }
}
