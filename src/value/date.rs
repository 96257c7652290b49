//! Dates as queries write them, which name a period, and as events write them, which name an
//! instant.

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

/// The instant that a string of an event is, in nanoseconds since 1970:
/// `2020-08-17T04:15:06.000+0000`, RFC 3339, a date and time without a zone, which is UTC, or a
/// date alone.
///
/// Of every date that a filter asks about this is asked, so it reads bytes and reckons the calendar
/// itself; a test holds it equal to chrono.
pub(crate) fn event_nanoseconds(bytes: &[u8]) -> Option<i128> {
    let (date, rest) = bytes.split_first_chunk::<10>()?;
    let two = |tens: u8, ones: u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        (tens <= 9 && ones <= 9).then_some(i64::from(tens) * 10 + i64::from(ones))
    };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
        return None;
    };
    let (year, month, day) = (
        two(y1, y2)? * 100 + two(y3, y4)?,
        two(m1, m2)?,
        two(d1, d2)?,
    );
    let days = days_since_1970(year, month, day)?;
    let Some(([b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2], mut rest)) =
        rest.split_first_chunk::<9>()
    else {
        return rest.is_empty().then_some(nanoseconds(days * 86_400, 0));
    };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut fraction = 0;
    if let Some(digits) = rest.strip_prefix(b".") {
        let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, behind) = digits.split_at_checked(count).filter(|_| count > 0)?;
        // What lies below a nanosecond is cut.
        for at in 0..9 {
            let digit = digits.get(at).map_or(0, |byte| byte - b'0');
            fraction = fraction * 10 + i64::from(digit);
        }
        rest = behind;
    }
    let offset = match rest {
        [] | [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] | [sign @ (b'+' | b'-'), h1, h2, m1, m2] => {
            let (hours, minutes) = (two(*h1, *h2)?, two(*m1, *m2)?);
            let seconds = hours * 3600 + minutes * 60;
            let seconds = (hours <= 23 && minutes <= 59).then_some(seconds)?;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some(nanoseconds(seconds, fraction))
}

/// The instant that a number of an event is: milliseconds since 1970, where that is in the years 0
/// to 9999. In nanoseconds.
pub(crate) fn epoch_nanoseconds(milliseconds: i128) -> Option<i128> {
    let years = -62_167_219_200_000..253_402_300_800_000;
    years
        .contains(&milliseconds)
        .then(|| milliseconds * 1_000_000)
}

fn nanoseconds(seconds: i64, nanoseconds: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
}

/// The days from 1 January 1970 to a date of the Gregorian calendar, if there is such a date.
///
/// Counts years from March on, so that the leap day is a year's last, as in Howard Hinnant,
/// chrono-Compatible Low-Level Date Algorithms, `days_from_civil`.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
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

fn to_utc(time: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<Utc>> {
    Some(time.checked_sub_offset(offset)?.and_utc())
}

/// Reads the parts of a date from the front of a text.
struct Scan<'t> {
    rest: &'t str,
}

impl Scan<'_> {
    /// Exactly this many digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        let all = digits.bytes().all(|b| b.is_ascii_digit());
        all.then(|| digits.parse().ok())?
    }

    fn one_of(&mut self, wanted: &[char]) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }

    /// `hh:mm:ss[.fraction]`, with the number of digits of the fraction. The nanoseconds are cut.
    fn time(&mut self, date: NaiveDate) -> Option<(NaiveDateTime, u32)> {
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
    fn offset(&mut self, zulu: &[char]) -> Option<FixedOffset> {
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

    /// The same by chrono.
    fn event_instant(text: &str) -> Option<DateTime<Utc>> {
        let mut scan = Scan { rest: text };
        let year = scan.digits(4)?;
        scan.one_of(&['-'])?;
        let month = scan.digits(2)?;
        scan.one_of(&['-'])?;
        let date = NaiveDate::from_ymd_opt(year as i32, month, scan.digits(2)?)?;
        if scan.rest.is_empty() {
            return Some(date.and_hms_opt(0, 0, 0)?.and_utc());
        }
        // RFC 3339, 5.6: `T` and `Z` may be small, and a blank may stand for `T`.
        scan.one_of(&['T', 't', ' '])?;
        let (time, _) = scan.time(date)?;
        let offset = scan.offset(&['Z', 'z'])?;
        scan.end()?;
        to_utc(time, offset)
    }

    fn by_chrono(text: &str) -> Option<i128> {
        let instant = event_instant(text)?;
        Some(nanoseconds(
            instant.timestamp(),
            i64::from(instant.timestamp_subsec_nanos()),
        ))
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

        #[test]
        fn dates_are_those_of_chrono(
            date in "[0-9]{4}-([01][0-9]|02)-[0-3][0-9]",
            time in "|[Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,11})?(Z|z|[+-][0-2][0-9]:?[0-6][0-9]|x)?",
            wrong in 0_usize..40,
            byte in "[0-9:TZ. é-]",
        ) {
            let mut text = date + &time;
            proptest::prop_assert_eq!(event_nanoseconds(text.as_bytes()), by_chrono(&text), "{}", text);
            if text.is_char_boundary(wrong) && wrong < text.len() {
                text.replace_range(wrong..=wrong, &byte);
            }
            proptest::prop_assert_eq!(event_nanoseconds(text.as_bytes()), by_chrono(&text), "{}", text);
        }

        #[test]
        fn epochs_are_those_of_chrono(
            near in proptest::sample::select(&[0, -62_167_219_200_000, 253_402_300_800_000][..]),
            by in -3_i64..3,
        ) {
            let milliseconds = near + by;
            let chrono = DateTime::from_timestamp_millis(milliseconds);
            let chrono = chrono.filter(|instant| in_years_0_to_9999(*instant));
            let chrono = chrono.map(|instant| i128::from(instant.timestamp_millis()) * 1_000_000);
            proptest::prop_assert_eq!(epoch_nanoseconds(i128::from(milliseconds)), chrono);
        }
    }

    #[test]
    fn numbers_far_from_any_date_are_none() {
        for milliseconds in [i128::MIN, i128::MAX, 43e68 as i128, 1_i128 << 70] {
            assert_eq!(epoch_nanoseconds(milliseconds), None);
        }
    }

    #[test]
    fn every_day_is_that_of_chrono() {
        let mut date = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
        while date.year() <= 9999 {
            let (year, month, day) = (date.year(), date.month(), date.day());
            let days = days_since_1970(year.into(), month.into(), day.into());
            let chrono = date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() / 86_400;
            assert_eq!(days, Some(chrono), "{date}");
            date = date.succ_opt().unwrap();
        }
    }

    #[test]
    fn events_write_dates_in_their_own_ways() {
        for (text, instant) in [
            ("2020-08-17T04:15:06.000+0000", "2020-08-17T04:15:06Z"),
            ("2020-08-17t04:15:06z", "2020-08-17T04:15:06Z"),
            ("2020-08-17 04:15:06-23:59", "2020-08-18T04:14:06Z"),
            ("2020-08-17", "2020-08-17T00:00:00Z"),
            (
                "2020-08-17T04:15:06.1234567899",
                "2020-08-17T04:15:06.123456789Z",
            ),
        ] {
            let instant = i128::from(at(instant).timestamp_nanos_opt().unwrap());
            assert_eq!(event_nanoseconds(text.as_bytes()), Some(instant), "{text}");
        }
        for text in [
            "2020",
            "2020-08",
            "1597637706000",
            "2020-08-17T04:15Z",
            "yesterday",
        ] {
            assert_eq!(event_nanoseconds(text.as_bytes()), None, "{text}");
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
