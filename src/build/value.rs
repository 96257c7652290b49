//! Values that a builder writes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};

use super::error::BuildError;
use crate::syntax::quote;
use crate::value::{Unit, Version, in_years_0_to_9999};

/// A value on its way into a filter. Made by `into()` from strings, numbers, booleans, dates, versions
/// and addresses, and by [`now`] and [`ago`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// A number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A day.
    Day(NaiveDate),
    /// An instant, written with milliseconds, or with more digits if it has them.
    Instant(DateTime<Utc>),
    /// A version: compared by its order after `>`, `=` and in ranges, and by its text after a colon.
    Version(Version),
    /// An address.
    Address(IpAddr),
    /// A time relative to when the service reads the filter; the count may be negative.
    Relative(i64, Unit),
}

/// The time when the service reads the filter.
pub fn now() -> Value {
    Value::Relative(0, Unit::Second)
}

/// A time before [`now`].
///
/// ```
/// use qualys_filter::{build::{ago, now, token}, value::Unit};
///
/// let query = token("event.dateTime").between(ago(7, Unit::Day), now()).build()?;
/// assert_eq!(query.to_string(), "event.dateTime:[now-7d .. now]");
/// # Ok::<(), qualys_filter::build::BuildErrors>(())
/// ```
pub fn ago(count: u32, unit: Unit) -> Value {
    Value::Relative(-i64::from(count), unit)
}

impl Value {
    /// The value as `is` writes it: text in backticks, everything else by its kind.
    pub(super) fn exact(&self) -> Result<String, BuildError> {
        match self {
            Value::Text(text) if text.contains('`') => {
                let text = text.clone();
                Err(BuildError::Backtick { text })
            }
            Value::Text(text) => no_range(text).map(|()| format!("`{text}`")),
            Value::Version(version) => Value::Text(version.to_string()).exact(),
            _ => self.typed(),
        }
    }

    /// The value as a bound: text in double quotes, everything else by its kind.
    pub(super) fn bound(&self) -> Result<String, BuildError> {
        match self {
            Value::Text(text) => quoted(text),
            Value::Version(version) => quoted(version.as_str()),
            _ => self.typed(),
        }
    }

    fn typed(&self) -> Result<String, BuildError> {
        Ok(match self {
            Value::Text(text) => quote(text),
            Value::Version(version) => quote(version.as_str()),
            Value::Integer(integer) => integer.to_string(),
            Value::Float(float) if !float.is_finite() => {
                let value = *float;
                return Err(BuildError::NotFinite { value });
            }
            // Debug keeps the point or the exponent, which marks it as no integer.
            Value::Float(float) => format!("{float:?}"),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Day(day) if !(0..=9999).contains(&day.year()) => {
                let value = day.to_string();
                return Err(BuildError::DateOutOfRange { value });
            }
            Value::Day(day) => quote(&day.to_string()),
            Value::Instant(instant) if !in_years_0_to_9999(*instant) => {
                let value = instant.to_string();
                return Err(BuildError::DateOutOfRange { value });
            }
            Value::Instant(instant) => {
                let digits = match instant.nanosecond() {
                    n if n % 1_000_000 == 0 => SecondsFormat::Millis,
                    n if n % 1_000 == 0 => SecondsFormat::Micros,
                    _ => SecondsFormat::Nanos,
                };
                quote(&instant.to_rfc3339_opts(digits, true))
            }
            Value::Address(address) => quote(&address.to_string()),
            Value::Relative(0, _) => "now".to_owned(),
            Value::Relative(count, unit) => format!("now{count:+}{}", unit.letter()),
        })
    }
}

/// Refuses text that datetime tokens, and tokens of unknown kind, read as a range in its quotes.
pub(super) fn no_range(text: &str) -> Result<(), BuildError> {
    let inside = text
        .trim_matches([' ', '\t', '\r', '\n'])
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    match inside.is_some_and(|inside| inside.contains("..")) {
        true => Err(BuildError::QuotedRange {
            text: text.to_owned(),
        }),
        false => Ok(()),
    }
}

/// Text in double quotes, where a `*` would be a wildcard.
pub(super) fn quoted(text: &str) -> Result<String, BuildError> {
    match text.contains('*') {
        true => Err(BuildError::Star {
            text: text.to_owned(),
        }),
        false => Ok(quote(text)),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i32> for Value {
    fn from(integer: i32) -> Value {
        Value::Integer(integer.into())
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Value {
        Value::Integer(integer.into())
    }
}

impl From<u16> for Value {
    fn from(integer: u16) -> Value {
        Value::Integer(integer.into())
    }
}

impl From<u32> for Value {
    fn from(integer: u32) -> Value {
        Value::Integer(integer.into())
    }
}

impl From<u64> for Value {
    fn from(integer: u64) -> Value {
        Value::Integer(integer.into())
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Value {
        Value::Float(float)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Value {
        Value::Boolean(boolean)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Value {
        Value::Day(day)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(instant: DateTime<Utc>) -> Value {
        Value::Instant(instant)
    }
}

impl From<Version> for Value {
    fn from(version: Version) -> Value {
        Value::Version(version)
    }
}

impl From<IpAddr> for Value {
    fn from(address: IpAddr) -> Value {
        Value::Address(address)
    }
}

impl From<Ipv4Addr> for Value {
    fn from(address: Ipv4Addr) -> Value {
        Value::Address(address.into())
    }
}

impl From<Ipv6Addr> for Value {
    fn from(address: Ipv6Addr) -> Value {
        Value::Address(address.into())
    }
}
