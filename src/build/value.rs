//! Values that a builder writes.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeZone, Timelike, Utc};

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
            Value::Relative(count, unit) => format!("now{count:+}{unit}"),
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

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Value {
        Value::Text(text.into_owned())
    }
}

/// Every integer that an `i128` holds; the cast loses nothing.
macro_rules! from_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Value {
            fn from(integer: $integer) -> Value {
                Value::Integer(integer as i128)
            }
        })*
    };
}

from_integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, usize);

impl From<f32> for Value {
    /// The decimal that the number is printed as: `0.1_f32` is written `0.1`, not
    /// `0.10000000149011612`.
    fn from(float: f32) -> Value {
        let decimal = float.to_string().parse();
        Value::Float(decimal.unwrap_or_else(|_| f64::from(float)))
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

impl<Z: TimeZone> From<DateTime<Z>> for Value {
    /// The instant, which is written in UTC.
    fn from(instant: DateTime<Z>) -> Value {
        Value::Instant(instant.to_utc())
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

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[track_caller]
    fn written(value: impl Into<Value>, expected: &str) {
        assert_eq!(value.into().exact().unwrap(), expected);
    }

    #[test]
    fn integers_of_every_width_keep_their_value() {
        written(i8::MIN, "-128");
        written(u8::MAX, "255");
        written(i16::MIN, "-32768");
        written(u16::MAX, "65535");
        written(i32::MIN, "-2147483648");
        written(u32::MAX, "4294967295");
        written(i64::MIN, "-9223372036854775808");
        written(u64::MAX, "18446744073709551615");
        written(isize::MIN, &isize::MIN.to_string());
        written(usize::MAX, &usize::MAX.to_string());
        written(i128::MIN, "-170141183460469231731687303715884105728");
    }

    #[test]
    fn a_short_float_is_written_as_it_is_printed() {
        written(0.1_f32, "0.1");
        written(0.1_f64, "0.1");
        written(-2.0_f32, "-2.0");
        written(f32::MAX, "3.4028235e38");
        for float in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let error = Value::from(float).exact().unwrap_err();
            assert!(matches!(error, BuildError::NotFinite { .. }), "{float}");
        }
    }

    #[test]
    fn text_may_be_borrowed_or_owned() {
        written(Cow::Borrowed("a"), "`a`");
        written(Cow::<str>::Owned("a".to_owned()), "`a`");
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        let instant: DateTime<FixedOffset> = "2024-01-01T01:30:00+02:00".parse().unwrap();
        written(instant, r#""2023-12-31T23:30:00.000Z""#);
        written(instant.to_utc(), r#""2023-12-31T23:30:00.000Z""#);
    }
}
