//! Dates: instants are nanoseconds since 1970, periods have a start and an end that is not in.

use super::number::all_digits;

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// "A written date is the period that it names."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub start: i128,
    /// Not in the period.
    pub end: i128,
}

/// Reads a date as a filter writes it.
pub fn written(text: &str, now: i128) -> Option<Period> {
    if let Some(step) = text.strip_prefix("now") {
        let start = stepped(step, now)?;
        return Some(Period {
            start,
            end: start + 1,
        });
    }
    if all_digits(text) && text.len() != 4 {
        // "Epoch milliseconds, 11 to 14 digits, are a date in queries too … Its period is that
        // millisecond. … Four digits stay a year."
        let milliseconds: i128 = text
            .parse()
            .ok()
            .filter(|_| (11..=14).contains(&text.len()))?;
        let start = milliseconds * 1_000_000;
        let end = start + 1_000_000;
        return Some(Period { start, end });
    }
    Fields::read(text, &['T'], &["Z"])?.period()
}

/// Whether a text would be a date but for its spelling: "a blank in place of the `T` …, and a zone
/// after a day, are errors with a fix", and so are dashes of Unicode.
pub fn is_misspelt(text: &str, now: i128) -> bool {
    let plain = text.replace(['–', '—', '−'], "-");
    let mut joined = plain.clone();
    if let Some((day, time)) = plain.split_once(' ') {
        joined = format!("{day}T{}", time.replace(' ', ""));
    }
    let zone = joined
        .get(10..)
        .filter(|zone| zone.starts_with(['Z', '+', '-']));
    if zone.is_some_and(|of| of == "Z" || self::zone(of).is_some()) {
        joined.truncate(10);
    }
    joined != text && written(&joined, now).is_some()
}

/// Reads a date as an event's string has it.
pub fn in_string(text: &str) -> Option<i128> {
    // "A string of 11 to 14 digits is epoch milliseconds as well."
    if all_digits(text) {
        return in_number(text).filter(|_| (11..=14).contains(&text.len()));
    }
    // "`2020-08-17T04:15:06.000+0000`, RFC 3339, no zone = UTC, date only". RFC 3339, section 5.6:
    // `T` and `Z` may be in lower case, and a blank may replace the `T`.
    let mut fields = Fields::read(text, &['T', 't', ' '], &["Z", "z"])?;
    if fields.day.is_none() || (fields.hour.is_some() && fields.second.is_none()) {
        return None;
    }
    // "More than nine fraction digits are … cut in an event."
    if let Some(fraction) = &mut fields.fraction {
        fraction.truncate(9);
    }
    fields.period().map(|period| period.start)
}

/// "or a number = epoch milliseconds", exactly, within "the years 0–9999".
pub fn in_number(text: &str) -> Option<i128> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (true, mantissa),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let instant = if digits.is_empty() {
        0
    } else {
        let exponent: i64 = exponent.parse().ok()?;
        // Truncated to nanoseconds.
        let shift = exponent
            .checked_sub(fraction.len() as i64)?
            .checked_add(6)?;
        let len = digits.len() as i64 + shift;
        if len > 25 {
            return None;
        }
        let kept: String = digits
            .chars()
            .chain(std::iter::repeat('0'))
            .take(usize::try_from(len).unwrap_or(0))
            .collect();
        match kept.is_empty() {
            true => 0,
            false => kept.parse::<i128>().ok()?,
        }
    };
    in_calendar(if negative { -instant } else { instant })
}

/// "a result outside the years 0–9999 is an error"
fn in_calendar(instant: i128) -> Option<i128> {
    let years = days_before(0, 1) * DAY..days_before(10_000, 1) * DAY;
    years.contains(&instant).then_some(instant)
}

/// "`now`, `now-3d`, `now+1h`; units `s m h d w M q y`: `m` minute, `M` month. … Months and years
/// step by the calendar, clamped to the month's end."
fn stepped(step: &str, now: i128) -> Option<i128> {
    if step.is_empty() {
        return Some(now);
    }
    let sign = match step.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let unit = step.chars().next_back()?;
    let digits = step.get(1..step.len() - unit.len_utf8())?;
    if !all_digits(digits) {
        return None;
    }
    // Nothing in the calendar is a million million of any unit away, and this does not overflow.
    let count: i128 = digits
        .parse()
        .ok()
        .filter(|count| *count < 1_000_000_000_000)?;
    let count = sign * count;
    let instant = match unit {
        's' => now + count * SECOND,
        'm' => now + count * MINUTE,
        'h' => now + count * HOUR,
        'd' => now + count * DAY,
        'w' => now + count * 7 * DAY,
        'M' => by_months(now, count),
        'q' => by_months(now, count * 3),
        'y' => by_months(now, count * 12),
        _ => return None,
    };
    in_calendar(instant)
}

fn by_months(now: i128, count: i128) -> i128 {
    let (day, time) = (now.div_euclid(DAY), now.rem_euclid(DAY));
    let (year, month, day) = civil(day);
    let months = year * 12 + (month - 1) + count;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let day = day.min(days_of_month(year, month));
    (days_before(year, month) + day - 1) * DAY + time
}

/// The fields of a written date.
struct Fields {
    year: i128,
    month: Option<i128>,
    day: Option<i128>,
    hour: Option<i128>,
    minute: Option<i128>,
    second: Option<i128>,
    fraction: Option<String>,
    /// Minutes east of UTC.
    zone: i128,
}

impl Fields {
    /// "`2017`, `2017-09`, `2017-09-01`, `2017-09-01T05`, `2017-09-01T05:33`,
    /// `2017-09-01T05:33:34`, with fraction (… behind seconds only) and zone (`Z`, `+0000`,
    /// `+00:00`, any offset; behind a time only) optional; no zone means UTC"
    fn read(text: &str, before_time: &[char], utc: &[&str]) -> Option<Fields> {
        let mut rest = text;
        let mut fields = Fields {
            year: digits(&mut rest, 4)?,
            month: None,
            day: None,
            hour: None,
            minute: None,
            second: None,
            fraction: None,
            zone: 0,
        };
        if rest.is_empty() {
            return Some(fields);
        }
        fields.month = Some(after(&mut rest, &['-'])?);
        if rest.is_empty() {
            return Some(fields);
        }
        fields.day = Some(after(&mut rest, &['-'])?);
        if rest.is_empty() {
            return Some(fields);
        }
        fields.hour = Some(after(&mut rest, before_time)?);
        if rest.starts_with(':') {
            fields.minute = Some(after(&mut rest, &[':'])?);
            if rest.starts_with(':') {
                fields.second = Some(after(&mut rest, &[':'])?);
                if let Some(fraction) = rest.strip_prefix('.') {
                    rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                    let fraction = &fraction[..fraction.len() - rest.len()];
                    fields.fraction = Some(fraction.to_owned()).filter(|f| !f.is_empty());
                    fields.fraction.as_ref()?;
                }
            }
        }
        fields.zone = match rest.is_empty() || utc.contains(&rest) {
            true => 0,
            false => zone(rest)?,
        };
        Some(fields)
    }

    /// "`2018-01-22` is that day, `2018-01` that month, `…T05` that hour, `…T05:33` that minute,
    /// `…T05:33:34` that second"; "a fraction's period is one unit of its last digit; second 60
    /// is no date".
    fn period(&self) -> Option<Period> {
        let year = self.year;
        let Some(month) = self.month else {
            let start = days_before(year, 1) * DAY;
            let end = days_before(year + 1, 1) * DAY;
            return Some(Period { start, end });
        };
        if !(1..=12).contains(&month) {
            return None;
        }
        let days = days_of_month(year, month);
        let mut start = days_before(year, month) * DAY;
        let mut len = days * DAY;
        if let Some(day) = self.day {
            (1..=days).contains(&day).then_some(())?;
            start += (day - 1) * DAY;
            len = DAY;
        }
        if let Some(hour) = self.hour {
            (hour < 24).then_some(())?;
            start += hour * HOUR - self.zone * MINUTE;
            len = HOUR;
        }
        if let Some(minute) = self.minute {
            (minute < 60).then_some(())?;
            start += minute * MINUTE;
            len = MINUTE;
        }
        if let Some(second) = self.second {
            (second < 60).then_some(())?;
            start += second * SECOND;
            len = SECOND;
        }
        // "More than nine fraction digits are an error in a query."
        if let Some(fraction) = &self.fraction {
            for digit in fraction.chars() {
                len /= 10;
                start += i128::from(digit.to_digit(10)?) * len;
            }
            (fraction.len() <= 9).then_some(())?;
        }
        let end = start + len;
        Some(Period { start, end })
    }
}

/// Two digits after one of some characters.
fn after(rest: &mut &str, joints: &[char]) -> Option<i128> {
    *rest = rest.strip_prefix(joints)?;
    digits(rest, 2)
}

fn digits(rest: &mut &str, count: usize) -> Option<i128> {
    let (digits, others) = rest.split_at_checked(count)?;
    *rest = others;
    digits.parse().ok().filter(|_| all_digits(digits))
}

/// Minutes east of UTC.
fn zone(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let hours = digits(&mut rest, 2).filter(|hours| *hours < 24)?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = digits(&mut rest, 2).filter(|minutes| *minutes < 60)?;
    rest.is_empty().then_some(sign * (hours * 60 + minutes))
}

fn is_leap(year: i128) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

fn days_of_month(year: i128, month: i128) -> i128 {
    match month {
        2 => 28 + i128::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from 1970-01-01 to the first of a month.
fn days_before(year: i128, month: i128) -> i128 {
    // Leap days in the years before this one, counted from year 0.
    let leaps = |year: i128| {
        let last = year - 1;
        last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
    };
    let years = year * 365 + leaps(year) - (1970 * 365 + leaps(1970));
    years
        + (1..month)
            .map(|month| days_of_month(year, month))
            .sum::<i128>()
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil(day: i128) -> (i128, i128, i128) {
    // An estimate that is off by little, and steps to the exact value.
    let mut year = 1970 + day.div_euclid(365);
    while days_before(year, 1) > day {
        year -= 1;
    }
    while days_before(year + 1, 1) <= day {
        year += 1;
    }
    let mut month = 12;
    while days_before(year, month) > day {
        month -= 1;
    }
    (year, month, day - days_before(year, month) + 1)
}
