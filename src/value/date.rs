//! Dates as queries write them: each names a period.

use chrono::{
    DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc,
};

/// A stretch of time: from `start` up to and without `end`.
///
/// A written date is the period that it names, as Elasticsearch rounds dates in ranges: a day, a
/// month, a second, or one unit of the last digit of a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The first instant after it.
    pub end: DateTime<Utc>,
}

impl Period {
    /// Whether the instant is in it.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The shortest period that holds this instant: one nanosecond.
    pub fn instant(start: DateTime<Utc>) -> Option<Period> {
        let end = start.checked_add_signed(TimeDelta::nanoseconds(1))?;
        Some(Period { start, end })
    }
}

/// The units of a date relative to `now`, as Qualys documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The unit that this letter stands for.
    pub fn from_letter(letter: char) -> Option<Unit> {
        Some(match letter {
            's' => Unit::Second,
            'm' => Unit::Minute,
            'h' => Unit::Hour,
            'd' => Unit::Day,
            'w' => Unit::Week,
            'M' => Unit::Month,
            'q' => Unit::Quarter,
            'y' => Unit::Year,
            _ => return None,
        })
    }

    /// The letter that stands for it in a query.
    pub fn letter(self) -> char {
        match self {
            Unit::Second => 's',
            Unit::Minute => 'm',
            Unit::Hour => 'h',
            Unit::Day => 'd',
            Unit::Week => 'w',
            Unit::Month => 'M',
            Unit::Quarter => 'q',
            Unit::Year => 'y',
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

/// Whether a date with a year of four digits can name it.
pub(crate) fn in_years_0_to_9999(instant: DateTime<Utc>) -> bool {
    (0..=9999).contains(&instant.year())
}

/// The period that a date of a query names: a year, month or day, a second, or one unit of the
/// last digit of its fraction.
pub(crate) fn written_period(text: &str) -> Option<Period> {
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
    let (time, fraction_digits) = scan.time(date)?;
    let offset = scan.offset(&['Z'])?;
    scan.end()?;
    let start = to_utc(time, offset)?;
    let unit = 10_i64.checked_pow(9_u32.checked_sub(fraction_digits)?)?;
    let end = start.checked_add_signed(TimeDelta::nanoseconds(unit))?;
    Some(Period { start, end })
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

    /// `hh:mm:ss[.fraction]`, with the number of digits of the fraction. The nanoseconds are cut.
    pub(super) fn time(&mut self, date: NaiveDate) -> Option<(NaiveDateTime, u32)> {
        let hour = self.digits(2)?;
        self.one_of(&[':'])?;
        let minute = self.digits(2)?;
        self.one_of(&[':'])?;
        let second = self.digits(2)?;
        let mut nanoseconds = 0;
        let mut count = 0;
        if self.one_of(&['.']).is_some() {
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, rest) = self.rest.split_at_checked(digits)?;
            for at in 0..9 {
                let digit = fraction.as_bytes().get(at).map_or(0, |byte| byte - b'0');
                nanoseconds = nanoseconds * 10 + u32::from(digit);
            }
            count = u32::try_from(digits).ok().filter(|count| *count > 0)?;
            self.rest = rest;
        }
        // chrono takes a second of 59 with a billion nanoseconds and more for a leap second; 60 it
        // refuses, and so do we.
        let time = date.and_hms_nano_opt(hour, minute, second, nanoseconds)?;
        Some((time, count))
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
            "2017-09-01T05:33",
            "2017-09-01T05:33:60",
            "2017-09-01T24:00:00",
            "2017-09-01 05:33:34",
            "2017-09-01T05:33:34.",
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
