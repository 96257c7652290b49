//! A written value, read as the token's kind reads it.
//!
//! Takes a literal and a kind, gives a typed value, or reports why the literal is none of that
//! kind.

use std::ops::Bound;

use chrono::{DateTime, Utc};

use super::checked::{Auto, Interval, Range, Value};
use super::finding::FindingKind;
use crate::schema::Kind;
use crate::syntax::{Comparison, Literal, Quoting};
use crate::value::{Net, Number, NumberError, Period, Unit, written_period};

/// How much of a written value a message repeats, in characters.
const SHOWN: usize = 60;

/// The text as a message shows it: cut if it is long.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A value after a colon, without wildcards.
pub(super) fn value(
    literal: &Literal,
    kind: Kind,
    now: Option<DateTime<Utc>>,
) -> Result<Value, FindingKind> {
    let text = &literal.text;
    let exact = literal.quoting == Quoting::Backtick;
    Ok(match kind {
        Kind::Text | Kind::Keyword | Kind::Id | Kind::Auto if exact => Value::Exact(text.clone()),
        Kind::Text => words(literal),
        Kind::Keyword => Value::Whole(text.clone()),
        Kind::Id => Value::Prefix(text.clone()),
        Kind::Integer | Kind::Float => Value::Number(number(text)?),
        Kind::Boolean => Value::Boolean(boolean(text)?),
        Kind::DateTime => Value::Period(period(text, now)?),
        Kind::Ip => Value::Net(net(text)?),
        Kind::Auto => Value::Auto(Auto {
            text: Box::new(words(literal)),
            number: number(text).ok(),
            boolean: boolean(text).ok(),
            period: period_if_any(text, now)?,
            net: net(text).ok(),
        }),
    })
}

/// A value as a text token takes it.
pub(super) fn words(literal: &Literal) -> Value {
    let text = literal.text.clone();
    match literal.quoting {
        Quoting::Bare => Value::Parts(text),
        Quoting::Quoted => Value::Phrase(text),
        Quoting::Backtick => Value::Exact(text),
    }
}

/// One end of a range, as everything that the kind lets it be.
pub(super) struct Limit {
    number: Option<Number>,
    period: Option<Period>,
    address: Option<u128>,
}

impl Limit {
    /// Reads a bound.
    pub(super) fn read(
        text: &str,
        kind: Kind,
        now: Option<DateTime<Utc>>,
    ) -> Result<Limit, FindingKind> {
        let auto = kind == Kind::Auto;
        let mut limit = Limit {
            number: None,
            period: None,
            address: None,
        };
        match kind {
            Kind::DateTime => limit.period = Some(period(text, now)?),
            Kind::Ip => limit.address = Some(single(net(text)?)?),
            Kind::Auto => {
                limit.number = number(text).ok();
                limit.period = period_if_any(text, now)?;
                limit.address = net(text)
                    .ok()
                    .filter(|net| net.is_single())
                    .map(|net| net.first);
            }
            _ => limit.number = Some(number(text)?),
        }
        let none = limit.number.is_none() && limit.period.is_none() && limit.address.is_none();
        match auto && none && net(text).is_ok() {
            true => Err(FindingKind::NetBound),
            false => Ok(limit),
        }
    }

    /// Whether nothing is above or below it.
    pub(super) fn is_unordered(&self) -> bool {
        self.number.is_none() && self.period.is_none() && self.address.is_none()
    }

    /// Everything on one side of it; `None` for `=`, which is no range but a value.
    pub(super) fn compare(&self, comparison: Comparison) -> Option<Range> {
        let (lower, strict) = match comparison {
            Comparison::Equal => return None,
            Comparison::Greater => (true, true),
            Comparison::AtLeast => (true, false),
            Comparison::Less => (false, true),
            Comparison::AtMost => (false, false),
        };
        Some(match lower {
            true => Range {
                numbers: self.number.map(|n| from(bound(n, !strict))),
                dates: self.period.map(|p| from(lower_date(p, !strict))),
                addresses: self.address.map(|a| from(bound(a, !strict))),
            },
            false => Range {
                numbers: self.number.map(|n| to(bound(n, !strict))),
                dates: self.period.map(|p| to(upper_date(p, !strict))),
                addresses: self.address.map(|a| to(bound(a, !strict))),
            },
        })
    }

    /// Everything between two bounds, each included or not.
    pub(super) fn range(lower: (&Limit, bool), upper: (&Limit, bool)) -> Range {
        let ((lower, from_included), (upper, to_included)) = (lower, upper);
        Range {
            numbers: lower.number.zip(upper.number).map(|(a, b)| Interval {
                lower: bound(a, from_included),
                upper: bound(b, to_included),
            }),
            dates: lower.period.zip(upper.period).map(|(a, b)| Interval {
                lower: lower_date(a, from_included),
                upper: upper_date(b, to_included),
            }),
            addresses: lower.address.zip(upper.address).map(|(a, b)| Interval {
                lower: bound(a, from_included),
                upper: bound(b, to_included),
            }),
        }
    }
}

fn bound<T>(value: T, included: bool) -> Bound<T> {
    match included {
        true => Bound::Included(value),
        false => Bound::Excluded(value),
    }
}

fn from<T>(lower: Bound<T>) -> Interval<T> {
    let upper = Bound::Unbounded;
    Interval { lower, upper }
}

fn to<T>(upper: Bound<T>) -> Interval<T> {
    let lower = Bound::Unbounded;
    Interval { lower, upper }
}

/// `>=` starts at a period's beginning, `>` after its end.
fn lower_date(period: Period, included: bool) -> Bound<DateTime<Utc>> {
    Bound::Included(if included { period.start } else { period.end })
}

/// `<=` reaches a period's end, `<` ends before its beginning.
fn upper_date(period: Period, included: bool) -> Bound<DateTime<Utc>> {
    Bound::Excluded(if included { period.end } else { period.start })
}

/// A number, with a unit of bytes behind it or not.
fn number(text: &str) -> Result<Number, FindingKind> {
    const UNITS: [(&str, u32); 5] = [("kb", 10), ("mb", 20), ("gb", 30), ("tb", 40), ("b", 0)];
    let wrong = |error| match error {
        NumberError::NotANumber => FindingKind::NotANumber { text: shown(text) },
        NumberError::OutOfRange => FindingKind::NumberOutOfRange { text: shown(text) },
    };
    let unit = UNITS.iter().find_map(|(unit, power)| {
        let at = text.len().checked_sub(unit.len())?;
        let (number, end) = text.split_at_checked(at)?;
        let number = number.trim_end_matches([' ', '\t', '\r', '\n']);
        end.eq_ignore_ascii_case(unit).then_some((number, *power))
    });
    let (number, power) = unit.unwrap_or((text, 0));
    let number: Number = number.parse().map_err(wrong)?;
    let factor = 1_i128 << power;
    match number {
        Number::Integer(integer) => Number::integer(integer * factor),
        Number::Float(float) => Number::float(float * factor as f64),
    }
    .map_err(wrong)
}

fn boolean(text: &str) -> Result<bool, FindingKind> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(FindingKind::NotABoolean { text: shown(text) }),
    }
}

fn net(text: &str) -> Result<Net, FindingKind> {
    Net::parse(text).ok_or_else(|| FindingKind::NotAnAddress { text: shown(text) })
}

fn single(net: Net) -> Result<u128, FindingKind> {
    match net.is_single() {
        true => Ok(net.first),
        false => Err(FindingKind::NetBound),
    }
}

/// The period that a text names, if it is a date at all; what `now` is must be known even so.
fn period_if_any(text: &str, now: Option<DateTime<Utc>>) -> Result<Option<Period>, FindingKind> {
    match period(text, now) {
        Ok(period) => Ok(Some(period)),
        Err(FindingKind::NowNotGiven) => Err(FindingKind::NowNotGiven),
        Err(_) => Ok(None),
    }
}

/// The period that a date names.
fn period(text: &str, now: Option<DateTime<Utc>>) -> Result<Period, FindingKind> {
    let not_a_date = || FindingKind::NotADate { text: shown(text) };
    if let Some(relative) = text.strip_prefix("now") {
        let (offset, rounding) = match relative.split_once('/') {
            Some((offset, _)) => (offset, true),
            None => (relative, false),
        };
        let (count, unit) = relative_offset(offset).ok_or_else(not_a_date)?;
        if rounding {
            return Err(FindingKind::DateRounding);
        }
        let now = now.ok_or(FindingKind::NowNotGiven)?;
        let then = count.and_then(|count| unit.after(now, count));
        return then
            .and_then(Period::instant)
            .ok_or_else(|| FindingKind::DateOutOfRange { text: shown(text) });
    }
    written_period(text).ok_or_else(|| match text.split_once('.') {
        // With nine digits or fewer it would have been a date.
        Some((seconds, fraction))
            if written_period(seconds).is_some()
                && fraction.bytes().take_while(u8::is_ascii_digit).count() > 9 =>
        {
            FindingKind::DatePrecision
        }
        _ => not_a_date(),
    })
}

/// The part of `now-3d` behind `now`. The count is none where it is too large for any date.
fn relative_offset(text: &str) -> Option<(Option<i64>, Unit)> {
    let Some((sign, rest)) = text.split_at_checked(1) else {
        return Some((Some(0), Unit::Second));
    };
    let mut letters = rest
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .chars();
    let unit = Unit::from_letter(letters.next()?)?;
    let digits = rest.get(..rest.len() - 1).unwrap_or_default();
    if letters.next().is_some() || digits.is_empty() {
        return None;
    }
    let count = digits.parse::<i64>().ok();
    match sign {
        "+" => Some((count, unit)),
        "-" => Some((count.map(|count| -count), unit)),
        _ => None,
    }
}
