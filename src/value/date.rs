//! Dates as queries write them: each names a period.

use std::fmt::{self, Display, Formatter};

use crate::name::{NameError, choice};
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc,
};

/// A stretch of time: from `start` up to and without `end`.
///
/// A written date is the period that it names, as Elasticsearch rounds dates in ranges: a day, a
/// month, a second, or one unit of the last digit of a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Period {
    /// From `start` up to and without `end`; none if no instant is between them.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta, Utc};
    /// use qualys_filter::value::Period;
    ///
    /// let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse()?;
    /// let day = Period::new(start, start + TimeDelta::days(1)).unwrap();
    /// assert!(day.contains(start) && !day.contains(day.end()));
    /// assert_eq!(Period::new(start, start), None);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Option<Period> {
        (start < end).then_some(Period { start, end })
    }

    /// The first instant.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// The first instant after it.
    pub fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// Whether the instant is in it.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The period from this instant on, so long.
    fn of(start: DateTime<Utc>, length: TimeDelta) -> Option<Period> {
        let end = start.checked_add_signed(length)?;
        Some(Period { start, end })
    }

    /// The shortest period that holds this instant: one nanosecond.
    pub fn instant(start: DateTime<Utc>) -> Option<Period> {
        Period::of(start, TimeDelta::nanoseconds(1))
    }
}

/// The units of a date relative to `now`, as Qualys documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `q`, three months
    Quarter,
    /// `y`
    Year,
}

impl Unit {
    /// Every unit, the shortest first.
    pub const ALL: &'static [Unit] = &[
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ];

    /// The letter for it in a query.
    ///
    /// ```
    /// use qualys_filter::value::Unit;
    ///
    /// assert_eq!(Unit::Month.as_str(), "M");
    /// assert_eq!("M".parse(), Ok(Unit::Month));
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Unit::Second => "s",
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
            Unit::Month => "M",
            Unit::Quarter => "q",
            Unit::Year => "y",
        }
    }

    /// This many units after `now`; by the calendar for months and years, clamped to the month's
    /// end. Nothing outside the years 0 to 9999.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use qualys_filter::value::Unit;
    ///
    /// let now: DateTime<Utc> = "2024-03-31T12:00:00Z".parse()?;
    /// assert_eq!(Unit::Month.after(now, -1), Some("2024-02-29T12:00:00Z".parse()?));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn after(self, now: DateTime<Utc>, count: i64) -> Option<DateTime<Utc>> {
        let months = |each: u32| {
            let count32 = u32::try_from(count.unsigned_abs()).ok()?;
            let months = Months::new(count32.checked_mul(each)?);
            match count < 0 {
                true => now.checked_sub_months(months),
                false => now.checked_add_months(months),
            }
        };
        let seconds = |each: i64| {
            let delta = TimeDelta::try_seconds(count.checked_mul(each)?)?;
            now.checked_add_signed(delta)
        };
        let then = match self {
            Unit::Second => seconds(1),
            Unit::Minute => seconds(60),
            Unit::Hour => seconds(60 * 60),
            Unit::Day => seconds(24 * 60 * 60),
            Unit::Week => seconds(7 * 24 * 60 * 60),
            Unit::Month => months(1),
            Unit::Quarter => months(3),
            Unit::Year => months(12),
        }?;
        in_years_0_to_9999(then).then_some(then)
    }
}

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Unit {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Unit, NameError> {
        choice("unit of time", Unit::ALL, Unit::as_str, name)
    }
}

/// Whether a date with a year of four digits can name it.
pub(crate) fn in_years_0_to_9999(instant: DateTime<Utc>) -> bool {
    (0..=9999).contains(&instant.year())
}

/// The period that a date of a query names: a year, month, day, hour, minute or second, one unit of
/// the last digit of a second's fraction, or a millisecond since 1970 in 11 to 14 digits.
pub(crate) fn written_period(text: &str) -> Option<Period> {
    if let Some(milliseconds) = epoch_milliseconds(text.as_bytes()) {
        let start = DateTime::from_timestamp_millis(milliseconds)?;
        return Period::of(start, TimeDelta::milliseconds(1));
    }
    let mut scan = Scan { rest: text };
    let midnight = |date: NaiveDate| Some(date.and_hms_opt(0, 0, 0)?.and_utc());
    let year = scan.digits(4)? as i32;
    if scan.rest.is_empty() {
        let start = midnight(NaiveDate::from_ymd_opt(year, 1, 1)?)?;
        let end = start.checked_add_months(Months::new(12))?;
        return Some(Period { start, end });
    }
    scan.one_of(&['-'])?;
    let month = scan.digits(2)?;
    if scan.rest.is_empty() {
        let start = midnight(NaiveDate::from_ymd_opt(year, month, 1)?)?;
        let end = start.checked_add_months(Months::new(1))?;
        return Some(Period { start, end });
    }
    scan.one_of(&['-'])?;
    let date = NaiveDate::from_ymd_opt(year, month, scan.digits(2)?)?;
    if scan.rest.is_empty() {
        let start = midnight(date)?;
        let end = start.checked_add_days(Days::new(1))?;
        return Some(Period { start, end });
    }
    scan.one_of(&['T'])?;
    let (time, length) = scan.time(date)?;
    let offset = scan.offset(&['Z'])?;
    scan.end()?;
    Period::of(to_utc(time, offset)?, length)
}

/// The digits of an epoch time in milliseconds: 11 to 14 of them, the years 1970 to 5138. Fewer may be
/// seconds, or a year.
pub(super) fn epoch_milliseconds(text: &[u8]) -> Option<i64> {
    if !(11..=14).contains(&text.len()) {
        return None;
    }
    text.iter().try_fold(0, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then_some(value * 10 + i64::from(digit))
    })
}

pub(super) fn to_utc(time: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<Utc>> {
    Some(time.checked_sub_offset(offset)?.and_utc())
}

/// Reads the parts of a date from the front of a text.
pub(super) struct Scan<'t> {
    pub(super) rest: &'t str,
}

impl Scan<'_> {
    /// Exactly this many digits.
    pub(super) fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        let all = digits.bytes().all(|b| b.is_ascii_digit());
        all.then(|| digits.parse().ok())?
    }

    pub(super) fn one_of(&mut self, wanted: &[char]) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    pub(super) fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    /// `hh[:mm[:ss[.fraction]]]`, and how long the hour, minute, second, or unit of the last digit of
    /// the fraction is.
    fn time(&mut self, date: NaiveDate) -> Option<(NaiveDateTime, TimeDelta)> {
        let hour = self.digits(2)?;
        if self.one_of(&[':']).is_none() {
            return Some((date.and_hms_opt(hour, 0, 0)?, TimeDelta::hours(1)));
        }
        let minute = self.digits(2)?;
        if self.one_of(&[':']).is_none() {
            return Some((date.and_hms_opt(hour, minute, 0)?, TimeDelta::minutes(1)));
        }
        let second = self.digits(2)?;
        let mut nanoseconds = 0;
        let mut unit = 1_000_000_000;
        if self.one_of(&['.']).is_some() {
            let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, rest) = self.rest.split_at_checked(count)?;
            unit = 10_i64.checked_pow(9_u32.checked_sub(u32::try_from(count).ok()?)?)?;
            nanoseconds = fraction.parse::<i64>().ok()?.checked_mul(unit)?;
            self.rest = rest;
        }
        let nanoseconds = u32::try_from(nanoseconds).ok()?;
        // chrono takes a second of 59 with a billion nanoseconds and more for a leap second; 60 it
        // refuses, and so do we.
        let time = date.and_hms_nano_opt(hour, minute, second, nanoseconds)?;
        Some((time, TimeDelta::nanoseconds(unit)))
    }

    /// `Z`, `±hh:mm`, `±hhmm`, or nothing, which is UTC.
    pub(super) fn offset(&mut self, zulu: &[char]) -> Option<FixedOffset> {
        if self.rest.is_empty() || self.one_of(zulu).is_some() {
            return FixedOffset::east_opt(0);
        }
        let west = self.rest.starts_with('-');
        self.one_of(&['+', '-'])?;
        let hours = self.digits(2).filter(|hours| *hours <= 23)?;
        let _ = self.one_of(&[':']);
        let minutes = self.digits(2).filter(|minutes| *minutes <= 59)?;
        let seconds = (hours * 3600 + minutes * 60) as i32;
        FixedOffset::east_opt(if west { -seconds } else { seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_written_date_names_a_period() {
        let cases = [
            ("2017", "2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z"),
            ("2016-02", "2016-02-01T00:00:00Z", "2016-03-01T00:00:00Z"),
            ("2017-09-01", "2017-09-01T00:00:00Z", "2017-09-02T00:00:00Z"),
            (
                "2017-09-01T05",
                "2017-09-01T05:00:00Z",
                "2017-09-01T06:00:00Z",
            ),
            (
                "2017-09-01T05+0530",
                "2017-08-31T23:30:00Z",
                "2017-09-01T00:30:00Z",
            ),
            (
                "2017-09-01T05:33",
                "2017-09-01T05:33:00Z",
                "2017-09-01T05:34:00Z",
            ),
            (
                "2017-09-01T23:59Z",
                "2017-09-01T23:59:00Z",
                "2017-09-02T00:00:00Z",
            ),
            (
                "2017-09-01T05:33-01:00",
                "2017-09-01T06:33:00Z",
                "2017-09-01T06:34:00Z",
            ),
            (
                "1593731505425",
                "2020-07-02T23:11:45.425Z",
                "2020-07-02T23:11:45.426Z",
            ),
            (
                "00000000000",
                "1970-01-01T00:00:00Z",
                "1970-01-01T00:00:00.001Z",
            ),
            (
                "99999999999999",
                "5138-11-16T09:46:39.999Z",
                "5138-11-16T09:46:40Z",
            ),
            (
                "2017-09-01T05:33:34",
                "2017-09-01T05:33:34Z",
                "2017-09-01T05:33:35Z",
            ),
            (
                "2017-09-01T05:33:34.5Z",
                "2017-09-01T05:33:34.5Z",
                "2017-09-01T05:33:34.6Z",
            ),
            (
                "2017-09-01T05:33:34+0530",
                "2017-09-01T00:03:34Z",
                "2017-09-01T00:03:35Z",
            ),
            ("9999", "9999-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"),
        ];
        for (text, start, end) in cases {
            let (start, end) = (at(start), at(end));
            assert_eq!(written_period(text), Some(Period { start, end }), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let wrong = [
            "",
            "17",
            "2017-",
            "2017-9",
            "2017-13",
            "2017-02-29",
            "2017-09-01T",
            "2017-09-01T5",
            "2017-09-01T05:",
            "2017-09-01T05.5",
            "2017-09-01T05:33.5",
            "2017-09-01T05+05",
            "2017-09-01T05:33:60",
            "1593731505",
            "159373150542512",
            "-1593731505425",
            "1593731505425Z",
            "1593731505425.5",
            "１５９３７３１５０５４２５",
            "2017-09-01T24:00:00",
            "2017-09-01 05:33:34",
            "2017-09-01T05:33:34.",
            "2017-09-01T05:33:34.é",
            "2017-09-01T05:33:34.1234567890",
            "2017-09-01T05:33:34+24:00",
            "2017-09-01Z",
            "２０１７",
            "2017-09-01T05:33:34Zx",
            "+2017",
            "2017-0a-01",
        ];
        for text in wrong {
            assert_eq!(written_period(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_clamped_and_years_bounded() {
        let now = at("2024-02-29T00:00:00Z");
        assert_eq!(Unit::Year.after(now, -1), Some(at("2023-02-28T00:00:00Z")));
        assert_eq!(
            Unit::Quarter.after(now, 1),
            Some(at("2024-05-29T00:00:00Z"))
        );
        assert_eq!(
            Unit::Year.after(now, -2024),
            Some(at("0000-02-29T00:00:00Z"))
        );
        assert_eq!(Unit::Year.after(now, -2025), None);
        assert_eq!(Unit::Second.after(now, i64::MAX), None);
        assert_eq!(Unit::Month.after(now, i64::MIN), None);
    }
}
