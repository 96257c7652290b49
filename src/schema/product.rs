//! What a product is, as far as rules and messages go by it.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::requests::Requests;
use super::roots::Root;
use crate::name::{NameError, choice};
use crate::value::Unit;

/// The product that a schema's tokens are of: what rules and messages need to know of it.
///
/// A schema file says it in a table `[product]`; `extends` inherits it, key by key.
///
/// ```
/// use qualys_filter::Schema;
///
/// let schema = Schema::from_toml(r#"
///     name = "ours"
///     extends = "fim"
///
///     [product]
///     retention = "2y"
/// "#)?;
/// assert_eq!(schema.product().label.as_deref(), Some("FIM"));
/// assert_eq!(schema.product().retention.unwrap().in_words(), "2 years");
/// # Ok::<(), qualys_filter::schema::SchemaErrors>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Product {
    /// Its name in messages, such as `FIM`.
    pub label: Option<String>,
    /// When its first events were; there are none from before.
    pub since: Option<DateTime<Utc>>,
    /// How long it keeps events.
    pub retention: Option<Retention>,
    /// The tokens that say when an event happened, the best to write first.
    pub event_time: Vec<String>,
    /// The tokens that say when the service processed an event.
    pub processed_time: Vec<String>,
    /// What its tokens belong to, such as `event` and `incident`, the default first; each endpoint of
    /// the product filters one. Empty where all tokens belong together.
    pub scopes: Vec<String>,
    /// Where answers of its API have what they list; of several that fit a document the first counts. Empty where they
    /// are arrays, or where it is not known.
    pub roots: Vec<Root>,
    /// What a range in quotes comes to.
    pub quoted_ranges: QuotedRanges,
    /// How calls are written that hold a filter.
    pub requests: Requests,
}

impl Product {
    /// Whether this is one of the tokens that say when an event happened.
    pub(crate) fn is_event_time(&self, name: &str) -> bool {
        is_one_of(&self.event_time, name)
    }

    /// Whether this is one of the tokens that say when the service processed an event.
    pub(crate) fn is_processed_time(&self, name: &str) -> bool {
        is_one_of(&self.processed_time, name)
    }
}

fn is_one_of(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What the check says of a range in quotes, `token:"[a .. b]"`. It is read as a range all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuotedRanges {
    /// Nothing: the product's own pages write it.
    Allow,
    /// Advice, with a fix that is not safe: whether the product takes the range without quotes is not
    /// known.
    #[default]
    Advise,
    /// A warning, with a safe fix: the product takes the range without quotes.
    Warn,
}

impl QuotedRanges {
    /// Every choice, the most lenient first.
    pub const ALL: &'static [QuotedRanges] = &[
        QuotedRanges::Allow,
        QuotedRanges::Advise,
        QuotedRanges::Warn,
    ];

    /// The word for it in schema files.
    pub const fn as_str(self) -> &'static str {
        match self {
            QuotedRanges::Allow => "allow",
            QuotedRanges::Advise => "advise",
            QuotedRanges::Warn => "warn",
        }
    }
}

impl Display for QuotedRanges {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for QuotedRanges {
    type Err = NameError;

    fn from_str(name: &str) -> Result<QuotedRanges, NameError> {
        choice(
            "treatment of quoted ranges",
            QuotedRanges::ALL,
            QuotedRanges::as_str,
            name,
        )
    }
}

/// How long events are kept: `15M` is 15 months. The units are those of dates relative to `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retention {
    count: u32,
    unit: Unit,
}

impl Retention {
    /// The time of the oldest events that are kept at `now`; none if it is before the year 0.
    pub(crate) fn first(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.unit.after(now, -i64::from(self.count))
    }

    /// The date as a query writes it: `now-15M`.
    pub(crate) fn written(self) -> String {
        format!("now-{self}")
    }

    /// The time in words, such as `15 months`.
    pub fn in_words(self) -> String {
        let unit = match self.unit {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        };
        let s = if self.count == 1 { "" } else { "s" };
        format!("{} {unit}{s}", self.count)
    }
}

/// Why a text is not a [`Retention`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RetentionError {
    /// `d`, `1.5y`, `0d` or `4294967296d`.
    #[error("the count is not a number from 1 to {}", u32::MAX)]
    Count,
    /// `15`, `15x` or `15 M `.
    #[error(transparent)]
    Unit(#[from] NameError),
}

impl FromStr for Retention {
    type Err = RetentionError;

    fn from_str(text: &str) -> Result<Retention, RetentionError> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at_checked(digits).unwrap_or_default();
        let count = count.parse().ok().filter(|count| *count > 0);
        let count = count.ok_or(RetentionError::Count)?;
        let unit = unit.parse()?;
        Ok(Retention { count, unit })
    }
}

impl Display for Retention {
    /// As a schema file writes it: `15M`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_a_count_and_a_unit() {
        for (text, words) in [
            ("15M", "15 months"),
            ("1y", "1 year"),
            ("90d", "90 days"),
            ("2q", "2 quarters"),
        ] {
            let read: Retention = text.parse().unwrap();
            assert_eq!(read.in_words(), words);
            assert_eq!(read.to_string(), text);
            assert_eq!(read.written(), format!("now-{text}"));
        }
        for text in ["", "M", "-15M", "+15M", "0d", "4294967296d", "é"] {
            let error = text.parse::<Retention>();
            assert_eq!(error, Err(RetentionError::Count), "{text}");
        }
        for text in ["15", "15x", "1.5y", "15 M", "15M ", "1é", "15Mo"] {
            let error = text.parse::<Retention>();
            assert!(matches!(error, Err(RetentionError::Unit(_))), "{text}");
        }
    }
}
