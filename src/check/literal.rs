//! A written value, read as the token's kind reads it.
//!
//! Takes a literal and a kind. Returns a typed value, or reports why the literal is not of that kind.

use std::ops::Bound;

use chrono::{DateTime, Utc};

use super::checked::{Auto, Interval, Range, Value};
use super::date::period;
use super::finding::FindingKind;
use super::sign;
use crate::schema::Kind;
use crate::syntax::{Comparison, Literal, Quoting};
use crate::value::{Net, Number, NumberError, Period, Version, address};

/// How much of a written value a message repeats, in characters.
pub(super) const SHOWN: usize = 60;

/// The text as a message shows it: cut if it is long.
pub(crate) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Why a written value is none of the token's kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) kind: FindingKind,
    /// The value that is probably meant.
    pub(super) instead: Option<Box<str>>,
}

impl From<FindingKind> for Wrong {
    fn from(kind: FindingKind) -> Wrong {
        let instead = None;
        Wrong { kind, instead }
    }
}

/// A value after a colon, without wildcards.
pub(super) fn value(
    literal: &Literal,
    kind: Kind,
    now: Option<DateTime<Utc>>,
) -> Result<Value, Wrong> {
    let text = &literal.text;
    let exact = literal.quoting == Quoting::Backtick;
    Ok(match kind {
        Kind::Text | Kind::Keyword | Kind::Id | Kind::Version | Kind::Auto if exact => {
            Value::Exact(text.clone())
        }
        Kind::Text | Kind::Version => words(literal),
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
    version: Option<Version>,
    address: Option<u128>,
}

impl Limit {
    /// Reads a bound.
    pub(super) fn read(text: &str, kind: Kind, now: Option<DateTime<Utc>>) -> Result<Limit, Wrong> {
        let mut limit = Limit {
            number: None,
            period: None,
            version: None,
            address: None,
        };
        match kind {
            Kind::DateTime => limit.period = Some(period(text, now)?),
            Kind::Version => limit.version = Some(version(text)?),
            Kind::Ip => limit.address = Some(single(text)?),
            Kind::Auto => {
                limit.number = number(text).ok();
                limit.period = period_if_any(text, now)?;
                limit.address = address(text);
                if limit.is_unordered() {
                    // Nothing else can be meant by a bound that is one but for its spelling.
                    let wrong = [number(text).err(), period(text, now).err()];
                    let mut wrong = wrong.into_iter().flatten();
                    if let Some(wrong) = wrong.find(|wrong| wrong.instead.is_some()) {
                        return Err(wrong);
                    }
                }
            }
            _ => limit.number = Some(number(text)?),
        }
        Ok(limit)
    }

    /// Whether nothing is above or below it.
    pub(super) fn is_unordered(&self) -> bool {
        let none = self.number.is_none() && self.period.is_none();
        none && self.version.is_none() && self.address.is_none()
    }

    /// The range on one side of the value; `None` for `=`, which compares with the value itself.
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
                versions: self
                    .version
                    .clone()
                    .map(|v| Box::new(from(bound(v, !strict)))),
                addresses: self.address.map(|a| from(bound(a, !strict))),
            },
            false => Range {
                numbers: self.number.map(|n| to(bound(n, !strict))),
                dates: self.period.map(|p| to(upper_date(p, !strict))),
                versions: self
                    .version
                    .clone()
                    .map(|v| Box::new(to(bound(v, !strict)))),
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
            versions: lower
                .version
                .clone()
                .zip(upper.version.clone())
                .map(|(a, b)| Interval {
                    lower: bound(a, from_included),
                    upper: bound(b, to_included),
                })
                .map(Box::new),
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
    Bound::Included(if included {
        period.start()
    } else {
        period.end()
    })
}

/// `<=` reaches a period's end, `<` ends before its beginning.
fn upper_date(period: Period, included: bool) -> Bound<DateTime<Utc>> {
    Bound::Excluded(if included {
        period.end()
    } else {
        period.start()
    })
}

/// A number, with a unit of bytes after it or not.
fn number(text: &str) -> Result<Number, Wrong> {
    let kind = match read_number(text) {
        Ok(number) => return Ok(number),
        Err(kind) => kind,
    };
    if let FindingKind::NotANumber { .. } = kind
        && let Some(plain) = sign::plain(text)
        && read_number(&plain.text).is_ok()
    {
        let (found, sign, instead) = (plain.found, plain.sign, Some(plain.text.into()));
        let kind = FindingKind::UnicodeSign { found, sign };
        return Err(Wrong { kind, instead });
    }
    Err(kind.into())
}

fn read_number(text: &str) -> Result<Number, FindingKind> {
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
    match number.as_integer() {
        Some(integer) => Number::integer(integer * factor),
        None => Number::float(number.as_f64() * factor as f64),
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

/// A version, where it is compared by its order.
pub(super) fn version(text: &str) -> Result<Version, Wrong> {
    if let Some(plain) = sign::plain(text) {
        let (found, sign, instead) = (plain.found, plain.sign, Some(plain.text.into()));
        let kind = FindingKind::UnicodeSign { found, sign };
        return Err(Wrong { kind, instead });
    }
    let version = text.parse::<Version>().ok().filter(|_| !text.contains('*'));
    version.ok_or_else(|| FindingKind::NotAVersion { text: shown(text) }.into())
}

fn net(text: &str) -> Result<Net, FindingKind> {
    text.parse()
        .map_err(|_| FindingKind::NotAnAddress { text: shown(text) })
}

/// An address where no net is taken: as a bound, or after `=`.
pub(super) fn single(text: &str) -> Result<u128, FindingKind> {
    // A net of one address, as `10.0.0.1/32`, is a net.
    match (address(text), net(text)) {
        (Some(address), _) => Ok(address),
        (None, Ok(_)) => Err(FindingKind::NetBound),
        (None, Err(kind)) => Err(kind),
    }
}

/// The period that a text names on a token of kind *auto*, if it is a date at all. What `now` is must
/// be known even so, and what begins with `now` and a dash is never meant as text.
fn period_if_any(text: &str, now: Option<DateTime<Utc>>) -> Result<Option<Period>, Wrong> {
    match period(text, now) {
        Ok(period) => Ok(Some(period)),
        Err(wrong) => match wrong.kind {
            FindingKind::NowNotGiven => Err(wrong),
            FindingKind::UnicodeSign { .. } if text.starts_with("now") => Err(wrong),
            _ => Ok(None),
        },
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn units_of_bytes_are_powers_of_1024() {
        for (text, plain) in [
            ("3b", "3"),
            ("3kb", "3072"),
            ("3 KB", "3072"),
            ("1.5kB", "1536"),
            ("-2mb", "-2097152"),
            ("2.5 Mb", "2621440"),
            ("1gb", "1073741824"),
            ("1TB", "1099511627776"),
            ("0.5tb", "549755813888"),
        ] {
            assert_eq!(number(text), number(plain), "{text}");
        }
        for text in ["kb", " kb", "3 k b", "3kib", "3kb ", "1e308tb"] {
            number(text).unwrap_err();
        }
    }

    #[test]
    fn a_comparison_leaves_its_own_bound_out_or_in() {
        let now = "2024-09-22T12:00:00Z".parse().unwrap();
        let inside = |comparison, kind, text: &str| -> String {
            let read = |text: &str| Limit::read(text, kind, Some(now)).unwrap();
            let range = read(text).compare(comparison).unwrap();
            let lower = |limit: Limit| (limit.number, limit.period, limit.address);
            // What lies below, at the beginning, at the end of, and above the bound.
            let probes = match kind {
                Kind::Ip => ["10.0.0.4", "10.0.0.5", "10.0.0.5", "10.0.0.6"],
                Kind::DateTime => [
                    "2024-08-31T23:59:59.999999999Z",
                    "2024-09-01",
                    "2024-09-30T23:59:59.999999999Z",
                    "2024-10-01",
                ],
                _ => ["4", "5", "5.0", "5.5"],
            };
            let holds = probes.map(|probe| {
                let (number, period, address) = lower(read(probe));
                let numbers = range.numbers.zip(number);
                let dates = range.dates.zip(period);
                let addresses = range.addresses.zip(address);
                numbers.is_some_and(|(range, number)| range.contains(&number))
                    || dates.is_some_and(|(range, period)| range.contains(&period.start()))
                    || addresses.is_some_and(|(range, address)| range.contains(&address))
            });
            holds
                .map(|holds| if holds { 'x' } else { '-' })
                .iter()
                .collect()
        };
        for (kind, text) in [
            (Kind::Integer, "5"),
            (Kind::Float, "5"),
            (Kind::DateTime, "2024-09"),
            (Kind::Ip, "10.0.0.5"),
            (Kind::Auto, "5"),
        ] {
            assert_eq!(inside(Comparison::Greater, kind, text), "---x");
            assert_eq!(inside(Comparison::AtLeast, kind, text), "-xxx");
            assert_eq!(inside(Comparison::Less, kind, text), "x---");
            assert_eq!(inside(Comparison::AtMost, kind, text), "xxx-");
        }
    }

    #[test]
    fn a_bound_on_auto_is_all_that_it_can_be_but_no_net() {
        let read = |text: &str| Limit::read(text, Kind::Auto, None);
        let is = |text: &str| {
            let limit = read(text).unwrap();
            let (number, period) = (limit.number.is_some(), limit.period.is_some());
            (number, period, limit.address.is_some())
        };
        assert_eq!(is("2024"), (true, true, false));
        assert_eq!(is("5"), (true, false, false));
        assert_eq!(is("::1"), (false, false, true));
        assert_eq!(is("word"), (false, false, false));
        assert!(read("word").unwrap().is_unordered());
        assert!(!read("::1").unwrap().is_unordered());
        for net in ["10.0.0.0/8", "10.0.0.1/32", "fe80::1/128"] {
            assert!(read(net).unwrap().is_unordered());
            let on_ip = Limit::read(net, Kind::Ip, None).err();
            assert_eq!(on_ip.map(|wrong| wrong.kind), Some(FindingKind::NetBound));
        }
    }
}
