//! Numbers, booleans, dates and addresses in the reference.

use std::cmp::Ordering;
use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::json::Json;
use crate::check::Field;
use crate::schema::Kind;
use crate::value::Number;

pub(super) fn number_of(json: &Json) -> Option<Number> {
    let (Json::Number(text) | Json::String(text)) = json else {
        return None;
    };
    // `-?digits[.digits][e±digits]`
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let exponent_digits = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    if !digits(whole) || !fraction.is_none_or(digits) || !exponent_digits.is_none_or(digits) {
        return None;
    }
    if fraction.is_some() || exponent.is_some() {
        return Number::float(text.parse().ok()?).ok();
    }
    Number::integer(text.parse().ok()?).ok()
}

/// The order of two numbers by their exact values.
pub(super) fn order(a: Number, b: Number) -> Ordering {
    match (a.as_integer(), b.as_integer()) {
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
        (None, Some(_)) => order(b, a).reverse(),
        (Some(integer), None) => {
            let float = b.as_f64();
            // No integer of ours is beyond 2^64, and below that `floor` is exact in an i128.
            if float >= 2f64.powi(65) {
                Ordering::Less
            } else if float <= -(2f64.powi(65)) {
                Ordering::Greater
            } else {
                let floor = float.floor();
                match integer.cmp(&(floor as i128)) {
                    Ordering::Equal if float > floor => Ordering::Less,
                    order => order,
                }
            }
        }
    }
}

/// Whether the event says by this value that there is none.
pub(super) fn is_none(json: &Json, field: &Field) -> bool {
    let (Some(no_values), Json::Number(text) | Json::String(text)) = (&field.no_values, json)
    else {
        return false;
    };
    let read = |text: &str| {
        let number = Json::Number(text.to_owned());
        match number_of(&number) {
            Some(_) => number,
            None => Json::String(text.to_owned()),
        }
    };
    no_values.texts().iter().any(|known| {
        let same = match no_values.kind() {
            Kind::DateTime => date_of(&read(known)).is_some_and(|at| date_of(json) == Some(at)),
            Kind::Integer | Kind::Float => {
                let both = number_of(&read(known)).zip(number_of(json));
                both.is_some_and(|(a, b)| order(a, b).is_eq())
            }
            _ => false,
        };
        same || **known == **text
    })
}

pub(super) fn boolean_of(json: &Json) -> Option<bool> {
    match json {
        Json::Boolean(boolean) => Some(*boolean),
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn date_of(json: &Json) -> Option<DateTime<Utc>> {
    match json {
        Json::String(text) => date_of_text(text),
        Json::Number(text) => {
            number_of(json)?;
            let date = date_of_milliseconds(text)?;
            let first = NaiveDate::from_ymd_opt(0, 1, 1)?;
            let last = NaiveDate::from_ymd_opt(9999, 12, 31)?;
            (first..=last).contains(&date.date_naive()).then_some(date)
        }
        _ => None,
    }
}

/// Milliseconds since 1970, to the nanosecond; the rest of a fraction is cut.
fn date_of_milliseconds(text: &str) -> Option<DateTime<Utc>> {
    let unsigned = text.trim_start_matches('-');
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    // As many of the digits as are whole nanoseconds.
    let exponent = exponent
        .parse::<i64>()
        .ok()
        .filter(|e| e.unsigned_abs() < 1_000_000);
    let count =
        exponent.unwrap_or(-1_000_000_000) + 6 + digits.len() as i64 - fraction.len() as i64;
    let kept = match digits {
        "" => 0,
        _ if count > 25 => return None,
        _ => usize::try_from(count).unwrap_or(0),
    };
    let kept: String = digits
        .chars()
        .chain("0".repeat(25).chars())
        .take(kept)
        .collect();
    let nanoseconds: i128 = format!("0{kept}").parse().ok()?;
    let nanoseconds = if text.starts_with('-') {
        -nanoseconds
    } else {
        nanoseconds
    };
    let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
    DateTime::from_timestamp(seconds, rest)
}

/// `YYYY-MM-DD`, or that with `T`, a time, and a zone or none, which is UTC; or 11 to 14 digits, which
/// are milliseconds since 1970.
fn date_of_text(text: &str) -> Option<DateTime<Utc>> {
    if (11..=14).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit()) {
        return DateTime::from_timestamp_millis(text.parse().ok()?);
    }
    let number = |text: &str, digits: usize| {
        let right = text.len() == digits && text.chars().all(|c| c.is_ascii_digit());
        right.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let [year, month, day] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
    let year = i32::try_from(number(year, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)?;
    let Some(time) = time else {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    };
    let (time, east) = match time.find(['+', '-', 'Z', 'z']) {
        None => (time, 0),
        Some(at) => {
            let (time, zone) = time.split_at_checked(at)?;
            if zone.eq_ignore_ascii_case("z") {
                (time, 0)
            } else {
                let (sign, zone) = zone.split_at_checked(1)?;
                let (hours, minutes) = match zone.split_once(':') {
                    Some((hours, minutes)) => (hours, minutes),
                    None => zone.split_at_checked(2)?,
                };
                let hours = number(hours, 2).filter(|hours| *hours < 24)?;
                let minutes = number(minutes, 2).filter(|minutes| *minutes < 60)?;
                let seconds = i64::from(hours * 3600 + minutes * 60);
                match sign {
                    "+" => (time, seconds),
                    "-" => (time, -seconds),
                    _ => return None,
                }
            }
        }
    };
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, fraction),
        None => (time, "0"),
    };
    if fraction.is_empty() || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let [hour, minute, second] = time.split(':').collect::<Vec<_>>().try_into().ok()?;
    let time = NaiveTime::from_hms_opt(number(hour, 2)?, number(minute, 2)?, number(second, 2)?)?;
    let instant = date.and_time(time).and_utc();
    instant
        .checked_add_signed(TimeDelta::nanoseconds(nine.parse().ok()?))?
        .checked_sub_signed(TimeDelta::seconds(east))
}

pub(super) fn address_of(json: &Json) -> Option<u128> {
    let Json::String(text) = json else {
        return None;
    };
    Some(match text.parse().ok()? {
        IpAddr::V4(v4) => 0xffff_0000_0000 | u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    })
}
