//! Dates relative to now: `now`, `now-3d`, `now+1M`.

use chrono::{DateTime, Utc};

use super::Unit;

/// A date relative to now, as a query writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RelativeDate {
    /// None if it is too large for any date.
    count: Option<i64>,
    unit: Unit,
    /// Whether `/` and a unit to round to follow, which is not taken.
    pub(crate) is_rounded: bool,
}

impl RelativeDate {
    /// Whether a text is meant as such a date, well written or not.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.starts_with("now")
    }

    /// Reads `now`, or `now` with a sign, digits and a unit.
    pub(crate) fn read(text: &str) -> Option<RelativeDate> {
        let relative = text.strip_prefix("now")?;
        let (offset, is_rounded) = match relative.split_once('/') {
            Some((offset, _)) => (offset, true),
            None => (relative, false),
        };
        if offset.is_empty() {
            return Some(RelativeDate {
                count: Some(0),
                unit: Unit::Second,
                is_rounded,
            });
        }
        let (sign, rest) = match offset.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, offset.strip_prefix('+')?),
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, unit) = rest.split_at_checked(digits)?;
        let unit: Unit = unit.parse().ok()?;
        if digits.is_empty() {
            return None;
        }
        let count = digits.parse::<i64>().ok();
        Some(RelativeDate {
            count: count.map(|count| sign * count),
            unit,
            is_rounded,
        })
    }

    /// The instant; none outside the years 0 to 9999.
    pub(crate) fn at(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.unit.after(now, self.count?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_dates_are_read() {
        let now: DateTime<Utc> = "2024-03-31T12:00:00Z".parse().unwrap();
        let cases = [
            ("now", Some("2024-03-31T12:00:00Z")),
            ("now-1M", Some("2024-02-29T12:00:00Z")),
            ("now+03d", Some("2024-04-03T12:00:00Z")),
            ("now-0s", Some("2024-03-31T12:00:00Z")),
            ("now-9999y", None),
            ("now-99999999999999999999y", None),
        ];
        for (text, expected) in cases {
            let read = RelativeDate::read(text).unwrap();
            let expected = expected.map(|at| at.parse().unwrap());
            assert_eq!((read.at(now), read.is_rounded), (expected, false), "{text}");
        }
        assert!(RelativeDate::read("now-1d/d").unwrap().is_rounded);
        for text in [
            "now-", "now-d", "now-1", "now-1x", "now1d", "now--1d", "now-1dd", "2024", "NOW",
        ] {
            assert_eq!(RelativeDate::read(text), None, "{text}");
        }
    }
}
