//! Everything that checking can find, with its message.

use thiserror::Error;

use crate::schema::{Form, Kind};

/// A name in place of one that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Another built-in schema knows the name.
    Schema(String),
}

/// What checking found; each kind shows a query that has it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FindingKind {
    /// `type > FILE`
    #[error("`{token}` is of kind {kind}, which does not take {}", form.with_article())]
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
    NotANumber {
        /// What was written.
        text: String,
    },
    /// `file.size > 18446744073709551616`
    #[error("`{text}` is beyond the numbers that can be compared")]
    NumberOutOfRange {
        /// What was written.
        text: String,
    },
    /// `process.elevated:yes`
    #[error("`{text}` is neither `true` nor `false`")]
    NotABoolean {
        /// What was written.
        text: String,
    },
    /// `dateTime:yesterday`
    #[error("`{text}` is not a date")]
    NotADate {
        /// What was written.
        text: String,
    },
    /// `dateTime > now–7d`, with a dash that a word processor has put there.
    #[error("`{found}` (U+{:04X}) is not the sign `{sign}`", u32::from(*found))]
    UnicodeSign {
        /// The sign that was found.
        found: char,
        /// The sign that is meant.
        sign: char,
    },
    /// `dateTime > "2024-01-31 12:00:00"`
    #[error("a day and its time are joined by `T`, not by a blank")]
    DateBlank,
    /// `dateTime > 2024-01-31Z`
    #[error("a day takes no zone")]
    DayZone {
        /// The day without the zone.
        day: String,
    },
    /// `dateTime > 1704067200`
    #[error("`{text}` looks like seconds since 1970, and dates are counted in milliseconds")]
    EpochSeconds {
        /// What was written.
        text: String,
    },
    /// `dateTime > 2024-01-31T12:00:00.1234567890Z`
    #[error("a date has at most nine digits of a second's fraction")]
    DatePrecision,
    /// `dateTime > now-1d/d`
    #[error("dates are not rounded")]
    DateRounding,
    /// `dateTime > now-9999y`
    #[error("`{text}` lies outside the years 0 to 9999")]
    DateOutOfRange {
        /// What was written.
        text: String,
    },
    /// `dateTime > now-3d`, checked without a time for `now`.
    #[error("`now` needs a reference time")]
    NowNotGiven,
    /// `agent.version > latest`, on a token of kind *version*.
    #[error("`{text}` is not a version")]
    NotAVersion {
        /// What was written.
        text: String,
    },
    /// `network.remote.address.ip:10.0.0`
    #[error("`{text}` is not an address")]
    NotAnAddress {
        /// What was written.
        text: String,
    },
    /// `network.remote.address.ip > 10.0.0.0/8`
    #[error("a net cannot be a bound")]
    NetBound,
    /// More `*` in a pattern than [`Limits::wildcards`](crate::Limits::wildcards).
    #[error("the pattern has more than {limit} wildcards")]
    TooManyWildcards {
        /// How many there may be.
        limit: usize,
    },
    /// `win*`
    #[error("free text takes no wildcard")]
    FreeTextWildcard,
    /// `file.nmae:a.dll`: a warning, or an error where the schema denies unknown tokens.
    #[error("`{token}` is not a known token{}", of(product.as_deref()))]
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
    GroupOnly {
        /// The token.
        token: String,
        /// A token of the group, by the rest of its name.
        child: Option<String>,
    },
    /// `software.name:chrome`, where the schema says that only a group takes `software`: a warning.
    #[error("`{token}` reaches into `{head}`, which only a group does")]
    DottedGroup {
        /// The name as it was written.
        token: String,
        /// The part of it that takes a group.
        head: String,
        /// The part that belongs into the group.
        rest: String,
    },
    /// `size:large`, where the kind of `size` is only [a guess](crate::schema::Token::is_kind_guessed): a warning.
    #[error("{found}; the kind {kind} of `{token}` is a guess")]
    GuessedKind {
        /// The token.
        token: String,
        /// The kind that was guessed.
        kind: Kind,
        /// What does not fit that kind.
        found: Box<FindingKind>,
    },
    /// `type:FIEL`: a warning.
    #[error("`{value}` is not a known value of `{token}`")]
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
    UnorderedBound {
        /// What was written.
        text: String,
    },
    /// ``dateTime:"[now-7d .. now]"``: a warning, or advice where the product may need the quotes.
    #[error("a range in quotes is read as a range")]
    QuotedRange,
    /// `file:(name:a.dll AND size > 5)`: a warning.
    #[error("these tokens share no array, so the group asks no more than its conditions")]
    NoSharedArray,
    /// `type:`, if the tree is checked that was read of it: see [`Query::has_errors`](crate::Query::has_errors).
    #[error("the text of the filter has errors")]
    Unread,
}

impl FindingKind {
    /// Whether this would be no error on a token of another kind.
    pub(in crate::check) fn is_of_kind(&self) -> bool {
        use FindingKind::*;
        match self {
            NotTaken { .. }
            | NotANumber { .. }
            | NumberOutOfRange { .. }
            | NotABoolean { .. }
            | NotADate { .. }
            | UnicodeSign { .. }
            | DateBlank
            | DayZone { .. }
            | EpochSeconds { .. }
            | DatePrecision
            | DateRounding
            | DateOutOfRange { .. }
            | NotAVersion { .. }
            | NotAnAddress { .. }
            | NetBound => true,
            NowNotGiven
            | TooManyWildcards { .. }
            | FreeTextWildcard
            | UnknownToken { .. }
            | GroupOnly { .. }
            | DottedGroup { .. }
            | GuessedKind { .. }
            | UnknownValue { .. }
            | UnorderedBound { .. }
            | QuotedRange
            | NoSharedArray
            | Unread => false,
        }
    }
}

fn of(product: Option<&str>) -> String {
    product.map_or(String::new(), |label| format!(" of {label}"))
}
