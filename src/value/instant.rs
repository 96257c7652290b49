//! Dates as events write them: each names an instant.

use super::date::epoch_milliseconds;
use super::number::Number;

/// The instant that a string of an event is, in nanoseconds since 1970:
/// `2020-08-17T04:15:06.000+0000`, RFC 3339, a date and time without a zone, which is UTC, a date
/// alone, or milliseconds since 1970 in 11 to 14 digits.
///
/// Hot path: runs once per date value. It parses bytes and computes calendar days directly; tests
/// compare it with chrono.
pub(crate) fn event_nanoseconds(bytes: &[u8]) -> Option<i128> {
    let (date, rest) = bytes.split_first_chunk::<10>()?;
    let two = |tens: u8, ones: u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        (tens <= 9 && ones <= 9).then_some(i64::from(tens) * 10 + i64::from(ones))
    };
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
        let milliseconds = epoch_milliseconds(bytes)?;
        return Some(i128::from(milliseconds) * 1_000_000);
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
        let (digits, after) = digits.split_at_checked(count).filter(|_| count > 0)?;
        // What lies below a nanosecond is cut.
        for at in 0..9 {
            let digit = digits.get(at).map_or(0, |byte| byte - b'0');
            fraction = fraction * 10 + i64::from(digit);
        }
        rest = after;
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

/// The nanoseconds of the years 0 to 9999.
const YEARS: std::ops::Range<i128> = -62_167_219_200_000_000_000..253_402_300_800_000_000_000;

/// The instant that a number of an event is: milliseconds since 1970, where that is in the years 0
/// to 9999. In nanoseconds; what is below a nanosecond is cut.
pub(crate) fn epoch_nanoseconds(text: &str) -> Option<i128> {
    let number: Number = text.parse().ok()?;
    let nanoseconds = match number.as_integer() {
        Some(milliseconds) => milliseconds.checked_mul(1_000_000)?,
        None => decimal_nanoseconds(text)?,
    };
    YEARS.contains(&nanoseconds).then_some(nanoseconds)
}

/// The nanoseconds of a number of milliseconds with a fraction or an exponent; none where it is far
/// beyond any date. Reads its digits, for a float has too few bits for a nanosecond of our time.
fn decimal_nanoseconds(text: &str) -> Option<i128> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent) = exponent.parse::<i64>() else {
        // So small, or zero, or it would be no finite number.
        return Some(0);
    };
    let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
    let mut before_point = i64::try_from(whole.len()).ok()?;
    while digits.next_if_eq(&b'0').is_some() {
        before_point -= 1;
    }
    if digits.peek().is_none() {
        return Some(0);
    }
    // As many digits as are before the point once a nanosecond is the unit.
    let count = before_point.saturating_add(exponent.saturating_add(6));
    if count > 25 {
        return None;
    }
    let mut nanoseconds: i128 = 0;
    for _ in 0..count {
        let digit = digits.next().map_or(0, |byte| byte.wrapping_sub(b'0'));
        nanoseconds = nanoseconds * 10 + i128::from(digit);
    }
    Some(if negative { -nanoseconds } else { nanoseconds })
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, NaiveDate, Utc};

    use super::*;
    use crate::value::date::{Scan, in_years_0_to_9999, to_utc};

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
        // RFC 3339, 5.6: `T` and `Z` may be lower case, and a blank may come in place of `T`.
        scan.one_of(&['T', 't', ' '])?;
        let hour = scan.digits(2)?;
        scan.one_of(&[':'])?;
        let minute = scan.digits(2)?;
        scan.one_of(&[':'])?;
        let second = scan.digits(2)?;
        let mut nine = "000000000".to_owned();
        if scan.one_of(&['.']).is_some() {
            let digits = scan.rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let fraction = scan.rest.strip_suffix(digits).filter(|f| !f.is_empty())?;
            nine = fraction.chars().chain(nine.chars()).take(9).collect();
            scan.rest = digits;
        }
        let time = date.and_hms_nano_opt(hour, minute, second, nine.parse().ok()?)?;
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
            for spelling in [
                format!("{milliseconds}"),
                format!("{milliseconds}.0"),
                format!("{milliseconds}0e-1"),
                format!("{milliseconds}{}e-30", "0".repeat(30)),
            ] {
                proptest::prop_assert_eq!(epoch_nanoseconds(&spelling), chrono, "{}", spelling);
            }
        }

        #[test]
        fn a_fraction_is_its_digits(
            whole in 0_i64..9_000_000_000_000,
            fraction in "[0-9]{1,12}",
            negative in proptest::prelude::any::<bool>(),
        ) {
            let sign = if negative { "-" } else { "" };
            let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
            let right = i128::from(whole) * 1_000_000 + six.parse::<i128>().unwrap();
            let right = if negative { -right } else { right };
            for spelling in [
                format!("{sign}{whole}.{fraction}"),
                format!("{sign}{whole}{fraction}e-{}", fraction.len()),
                format!("{sign}0.{whole:020}{fraction}E+20"),
            ] {
                proptest::prop_assert_eq!(epoch_nanoseconds(&spelling), Some(right), "{}", spelling);
            }
        }

        #[test]
        fn digits_are_the_number_that_they_are(text in "[0-9]{9,16}") {
            let number = epoch_nanoseconds(&text);
            let number = number.filter(|_| (11..=14).contains(&text.len()));
            proptest::prop_assert_eq!(event_nanoseconds(text.as_bytes()), number);
        }
    }

    #[test]
    fn numbers_far_from_any_date_are_none() {
        for milliseconds in [
            "-9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "43e68",
            "-43e68",
            "1e999",
            "1e99999999999999999999",
            "now",
            "1.",
        ] {
            assert_eq!(epoch_nanoseconds(milliseconds), None, "{milliseconds}");
        }
    }

    #[test]
    fn a_fraction_of_a_millisecond_is_nanoseconds() {
        for (milliseconds, nanoseconds) in [
            ("1704067200000.5", 1_704_067_200_000_500_000),
            ("1704067200000.1", 1_704_067_200_000_100_000),
            ("1704067200000.999999", 1_704_067_200_000_999_999),
            ("1704067200000.9999999", 1_704_067_200_000_999_999),
            ("1.7040672000005e12", 1_704_067_200_000_500_000),
            ("0.000001", 1),
            ("0.0000009", 0),
            ("1e-6", 1),
            ("1e-7", 0),
            ("1e-99999999999999999999", 0),
            ("0.01e-9223372036854775808", 0),
            ("0e99999999999999999999", 0),
            ("0.0e5", 0),
            ("-0.5", -500_000),
            ("-0.0000009", 0),
            ("-62167219200000.0", -62_167_219_200_000_000_000),
            ("253402300799999.999999", 253_402_300_799_999_999_999),
        ] {
            let instant = epoch_nanoseconds(milliseconds);
            assert_eq!(instant, Some(nanoseconds), "{milliseconds}");
        }
        for beyond in ["-62167219200000.000001", "253402300800000.0"] {
            assert_eq!(epoch_nanoseconds(beyond), None, "{beyond}");
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
            ("1597637706001", "2020-08-17T04:15:06.001Z"),
            (
                "2020-08-17T04:15:06.1234567899",
                "2020-08-17T04:15:06.123456789Z",
            ),
        ] {
            let instant = i128::from(
                instant
                    .parse::<DateTime<Utc>>()
                    .unwrap()
                    .timestamp_nanos_opt()
                    .unwrap(),
            );
            assert_eq!(event_nanoseconds(text.as_bytes()), Some(instant), "{text}");
        }
        for text in [
            "2020",
            "2020-08",
            "1597637706",
            "159763770600000",
            "-1597637706000",
            "1597637706000.5",
            "2020-08-17T04Z",
            "2020-08-17T04:15Z",
            "2020-08-17T04:15:06z0000",
            "yesterday",
        ] {
            assert_eq!(event_nanoseconds(text.as_bytes()), None, "{text}");
        }
    }
}
