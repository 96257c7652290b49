//! What checking a query against a schema finds.

use crate::diagnostic::{Applicability, Fix};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};
use thiserror::Error;

use crate::schema::{Form, Kind, Schema};
use crate::span::Span;

/// Everything that checking found in a query that cannot be evaluated: at least one error, and the
/// warnings with it, in the order of the text.
#[derive(Clone, Debug, Error)]
#[error("the filter does not fit its schema")]
pub struct CheckErrors {
    pub(super) text: Arc<str>,
    pub(super) findings: Vec<Finding>,
}

impl CheckErrors {
    /// The query's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.findings.iter()
    }
}

impl IntoIterator for CheckErrors {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.findings.into_iter()
    }
}

impl<'e> IntoIterator for &'e CheckErrors {
    type Item = &'e Finding;
    type IntoIter = std::slice::Iter<'e, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Diagnostic for CheckErrors {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.findings.iter().map(|f| f as &dyn Diagnostic)))
    }
}

/// One error or warning about a query that is well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) kind: FindingKind,
    pub(super) severity: Severity,
    pub(super) span: Span,
    pub(super) fix: Option<Fix>,
}

impl Finding {
    /// What was found.
    pub fn kind(&self) -> &FindingKind {
        &self.kind
    }

    /// Whether it is an error: the query cannot be evaluated.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Where.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The fix, where one is known. A safe one keeps what the filter means, or was read as.
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Finding {}

impl Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.kind.code()
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        let help: String = match &self.kind {
            FindingKind::NotTaken { kind, .. } => takes(*kind),
            FindingKind::UnknownToken { suggestion, .. } => match suggestion {
                Some(Suggestion::Name(name)) => format!("did you mean `{name}`?"),
                Some(Suggestion::Scope { schema, scope }) => format!(
                    "that is a token of the scope `{scope}`: check it with the schema `{schema}:{scope}`"
                ),
                Some(Suggestion::Schema(schema)) => {
                    let label = Schema::built_in(schema)
                        .and_then(|schema| schema.product().label.as_deref());
                    let label = label.unwrap_or(schema);
                    format!("that is a token of {label}: check it with the schema `{schema}`")
                }
                None => {
                    "list the tokens with `qlint tokens`, or add it to a schema file".to_owned()
                }
            },
            FindingKind::GroupOnly { token, child } => match child {
                Some(child) => {
                    format!(
                        "write `{token}:({child}:…)` if `{child}` is meant, or another of its tokens"
                    )
                }
                None => format!("write `{token}:(…)` with conditions on its tokens"),
            },
            FindingKind::DottedGroup { head, rest, .. }
                if self
                    .fix
                    .as_ref()
                    .is_some_and(|fix| fix.applies(Applicability::Safe)) =>
            {
                format!("write `{head}:({rest}:…)`")
            }
            FindingKind::DottedGroup { head, rest, .. } => {
                format!("write `{head}:({rest}:…)` if one element of `{head}` is meant")
            }
            FindingKind::QuotedRange if self.severity == Severity::Advice => {
                "write `token:[a .. b]` if the app takes a range without quotes".to_owned()
            }
            FindingKind::UnknownValue {
                suggestion, known, ..
            } => match suggestion {
                Some(value) => format!("did you mean `{value}`?"),
                None => format!("the values known are {known}"),
            },
            _ => return self.kind.help(),
        };
        Some(Box::new(help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.kind.label().to_owned()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// What a kind takes, as help for who asked it for something else.
fn takes(kind: Kind) -> String {
    // Without backticks around them, for one of them is made of backticks.
    let forms: Vec<&str> = kind.forms().iter().map(|form| form.example()).collect();
    format!("a token of kind {kind} takes {}", forms.join(", "))
}

/// A name in place of one that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// A name that is written almost the same.
    Name(String),
    /// The name is one of another scope of the schema.
    Scope {
        /// The schema with all scopes.
        schema: String,
        /// The scope.
        scope: String,
    },
    /// The name stands in this other built-in schema.
    Schema(String),
}

/// What checking found; each kind shows a query that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum FindingKind {
    /// `type > FILE`
    #[error("`{token}` is of kind {kind}, which does not take {}", form.with_article())]
    #[diagnostic(code(qql::check::not_taken))]
    NotTaken {
        /// The token.
        token: String,
        /// Its kind.
        kind: Kind,
        /// What was asked.
        form: Form,
    },
    /// `file.size:large`
    #[error("`{text}` is not a number")]
    #[diagnostic(
        code(qql::check::not_a_number),
        help("write digits, with a fraction or a unit if need be: `5`, `-1.5`, `2e3`, `10 MB`")
    )]
    NotANumber {
        /// What was written.
        text: String,
    },
    /// `file.size > 18446744073709551616`
    #[error("`{text}` is beyond the numbers that can be compared")]
    #[diagnostic(
        code(qql::check::number_out_of_range),
        help("integers go from -2^63 to 2^64-1, other numbers to 1.8e308")
    )]
    NumberOutOfRange {
        /// What was written.
        text: String,
    },
    /// `process.elevated:yes`
    #[error("`{text}` is neither `true` nor `false`")]
    #[diagnostic(code(qql::check::not_a_boolean), help("write `true` or `false`"))]
    NotABoolean {
        /// What was written.
        text: String,
    },
    /// `dateTime:yesterday`
    #[error("`{text}` is not a date")]
    #[diagnostic(
        code(qql::check::not_a_date),
        help("write `2024`, `2024-01`, `2024-01-31`, `2024-01-31T12:00:00.000Z` or `now-3d`")
    )]
    NotADate {
        /// What was written.
        text: String,
    },
    /// `dateTime > now–7d`, with a dash that a word processor has put there.
    #[error("`{found}` (U+{:04X}) is not the sign `{sign}`", u32::from(*found))]
    #[diagnostic(
        code(qql::check::unicode_sign),
        help("type the sign `{sign}` of the keyboard")
    )]
    UnicodeSign {
        /// The sign that was found.
        found: char,
        /// The sign that is meant.
        sign: char,
    },
    /// `dateTime > "2024-01-31 12:00:00"`
    #[error("a day and its time are joined by `T`, not by a blank")]
    #[diagnostic(
        code(qql::check::date_blank),
        help("write a `T` in place of the blank, as in `2024-01-31T12:00:00`")
    )]
    DateBlank,
    /// `dateTime > 2024-01-31Z`
    #[error("a day takes no zone")]
    #[diagnostic(
        code(qql::check::day_zone),
        help(
            "write `{day}` if the day of UTC is meant; a time takes a zone, as in `{day}T00:00:00+02:00`"
        )
    )]
    DayZone {
        /// The day without the zone.
        day: String,
    },
    /// `dateTime > 1704067200`
    #[error("`{text}` looks like seconds since 1970, and dates are counted in milliseconds")]
    #[diagnostic(
        code(qql::check::epoch_seconds),
        help("if these are seconds, write milliseconds: put `000` after them; or write a date")
    )]
    EpochSeconds {
        /// What was written.
        text: String,
    },
    /// `dateTime > 2024-01-31T12:00:00.1234567890Z`
    #[error("a date has at most nine digits of a second's fraction")]
    #[diagnostic(
        code(qql::check::date_precision),
        help("take the digits after the ninth away")
    )]
    DatePrecision,
    /// `dateTime > now-1d/d`
    #[error("dates are not rounded")]
    #[diagnostic(
        code(qql::check::date_rounding),
        help("write the day itself, as in `2024-01-31`, or leave the `/` and what follows away")
    )]
    DateRounding,
    /// `dateTime > now-9999y`
    #[error("`{text}` lies outside the years 0 to 9999")]
    #[diagnostic(code(qql::check::date_out_of_range), help("write a date that exists"))]
    DateOutOfRange {
        /// What was written.
        text: String,
    },
    /// `dateTime > now-3d`, checked without a time for `now`.
    #[error("what `now` is has not been said")]
    #[diagnostic(
        code(qql::check::now_not_given),
        help("check with `CheckOptions::at(…)` or `CheckOptions::from_clock()`")
    )]
    NowNotGiven,
    /// `agent.version > latest`, on a token of kind *version*.
    #[error("`{text}` is not a version")]
    #[diagnostic(
        code(qql::check::not_a_version),
        help("write a version with a digit in it, and without wildcards: `4.8`, `2.0-rc1`")
    )]
    NotAVersion {
        /// What was written.
        text: String,
    },
    /// `network.remote.address.ip:10.0.0`
    #[error("`{text}` is not an address")]
    #[diagnostic(
        code(qql::check::not_an_address),
        help("write `10.0.0.1`, `fe80::1`, a net `10.0.0.0/8`, or a pattern `10.0.*`")
    )]
    NotAnAddress {
        /// What was written.
        text: String,
    },
    /// `network.remote.address.ip > 10.0.0.0/8`
    #[error("a net cannot be a bound")]
    #[diagnostic(
        code(qql::check::net_bound),
        help("write the net after a colon, `token:10.0.0.0/8`, or its first or last address here")
    )]
    NetBound,
    /// More `*` in a pattern than [`Limits::wildcards`](crate::Limits::wildcards).
    #[error("the pattern has more than {limit} wildcards")]
    #[diagnostic(
        code(qql::check::too_many_wildcards),
        help("several `*` side by side mean the same as one")
    )]
    TooManyWildcards {
        /// How many there may be.
        limit: usize,
    },
    /// `win*`
    #[error("free text takes no wildcard")]
    #[diagnostic(
        code(qql::check::free_text_wildcard),
        help(
            "name a token, `file.name:win*`; the last word of free text may be a prefix as it is"
        )
    )]
    FreeTextWildcard,
    /// `file.nmae:a.dll`: a warning, or an error where the schema denies unknown tokens.
    #[error("`{token}` is not a known token{}", of(product.as_deref()))]
    #[diagnostic(code(qql::check::unknown_token))]
    UnknownToken {
        /// The name, cut if it is long.
        token: String,
        /// The label of the schema's product.
        product: Option<String>,
        /// What may be meant.
        suggestion: Option<Suggestion>,
    },
    /// `software:chrome`, where the schema says that only a group takes `software`.
    #[error("`{token}` has no value of its own, only tokens in a group")]
    #[diagnostic(code(qql::check::group_only))]
    GroupOnly {
        /// The token.
        token: String,
        /// A token of the group, by the rest of its name.
        child: Option<String>,
    },
    /// `software.name:chrome`, where the schema says that only a group takes `software`: a warning.
    #[error("`{token}` reaches into `{head}`, which only a group does")]
    #[diagnostic(code(qql::check::dotted_group))]
    DottedGroup {
        /// The name as it was written.
        token: String,
        /// The part of it that takes a group.
        head: String,
        /// The part that belongs into the group.
        rest: String,
    },
    /// `type:FIEL`: a warning.
    #[error("`{value}` is not a known value of `{token}`")]
    #[diagnostic(code(qql::check::unknown_value))]
    UnknownValue {
        /// The token.
        token: String,
        /// What was written.
        value: String,
        /// What may be meant.
        suggestion: Option<String>,
        /// The values that are known.
        known: String,
    },
    /// `custom.level > high`: a warning.
    #[error("`{text}` is no number, date or address, so nothing is above or below it")]
    #[diagnostic(
        code(qql::check::unordered_bound),
        help("compare with a number, a date or an address, or write `token:value`")
    )]
    UnorderedBound {
        /// What was written.
        text: String,
    },
    /// ``dateTime:"[now-7d .. now]"``: a warning, or advice where the product may need the quotes.
    #[error("a range in quotes is read as a range")]
    #[diagnostic(
        code(qql::check::quoted_range),
        help("write a range without quotes after a colon: `token:[a .. b]`")
    )]
    QuotedRange,
    /// `file:(name:a.dll AND size > 5)`: a warning.
    #[error("these tokens share no array, so the group asks no more than its conditions")]
    #[diagnostic(
        code(qql::check::no_shared_array),
        help("write the conditions with their full names, joined by `AND`")
    )]
    NoSharedArray,
}

fn of(product: Option<&str>) -> String {
    product.map_or(String::new(), |label| format!(" of {label}"))
}

impl FindingKind {
    /// What is to be seen at its place.
    fn label(&self) -> &'static str {
        use FindingKind::*;
        match self {
            NotTaken { .. } => "not taken",
            NotANumber { .. } => "a number is expected here",
            NumberOutOfRange { .. } | DateOutOfRange { .. } => "out of range",
            NotABoolean { .. } => "`true` or `false` is expected here",
            NotADate { .. } => "a date is expected here",
            UnicodeSign { .. } => "not a plain sign",
            DateBlank => "a blank in a date",
            DayZone { .. } => "a day with a zone",
            EpochSeconds { .. } => "seconds",
            DatePrecision => "too many digits",
            DateRounding => "rounded here",
            NowNotGiven => "relative to now",
            NotAVersion { .. } => "a version is expected here",
            NotAnAddress { .. } => "an address is expected here",
            NetBound => "a net",
            TooManyWildcards { .. } | FreeTextWildcard => "the pattern",
            UnknownToken { .. } => "unknown token",
            UnknownValue { .. } => "unknown value",
            GroupOnly { .. } => "a value for the whole group",
            DottedGroup { .. } => "a dotted name",
            UnorderedBound { .. } => "nothing compares to this",
            QuotedRange => "a range in quotes",
            NoSharedArray => "this group",
        }
    }
}
