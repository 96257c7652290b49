//! Written dates: the periods that they name, and what to write instead of what is nearly a date.

use chrono::{DateTime, Utc};

use super::finding::FindingKind;
use super::literal::{Wrong, shown};
use super::sign;
use crate::value::{Period, RelativeDate, written_period};

/// The period that a date names.
pub(super) fn period(text: &str, now: Option<DateTime<Utc>>) -> Result<Period, Wrong> {
    let kind = match read(text, now) {
        Ok(period) => return Ok(period),
        Err(kind) => kind,
    };
    if let FindingKind::NotADate { .. } = kind
        && let Some((kind, instead)) = correct(text)
        && let Ok(_) | Err(FindingKind::NowNotGiven) = read(&instead, now)
    {
        let instead = Some(instead.into());
        return Err(Wrong { kind, instead });
    }
    Err(kind.into())
}

fn read(text: &str, now: Option<DateTime<Utc>>) -> Result<Period, FindingKind> {
    let not_a_date = || FindingKind::NotADate { text: shown(text) };
    if RelativeDate::is_meant(text) {
        let date = RelativeDate::read(text).ok_or_else(not_a_date)?;
        if date.is_rounded {
            return Err(FindingKind::DateRounding);
        }
        let now = now.ok_or(FindingKind::NowNotGiven)?;
        return date
            .at(now)
            .and_then(Period::instant)
            .ok_or_else(|| FindingKind::DateOutOfRange { text: shown(text) });
    }
    written_period(text).ok_or_else(|| match is_too_precise(text) {
        true => FindingKind::DatePrecision,
        false => not_a_date(),
    })
}

/// Whether a text that is not a date would be one if its fraction had at most nine digits.
fn is_too_precise(text: &str) -> bool {
    let Some((seconds, fraction)) = text.split_once('.') else {
        return false;
    };
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let Some((digits, zone)) = fraction.split_at_checked(digits) else {
        return false;
    };
    let shorter = digits
        .get(..9)
        .map(|nine| format!("{seconds}.{nine}{zone}"));
    shorter.is_some_and(|shorter| written_period(&shorter).is_some())
}

/// What is wrong with a text that is nearly a date, and the date that is meant.
fn correct(text: &str) -> Option<(FindingKind, String)> {
    let plain = sign::plain(text);
    let sign = plain.as_ref().map(|plain| FindingKind::UnicodeSign {
        found: plain.found,
        sign: plain.sign,
    });
    let mut instead = plain.map_or_else(|| text.to_owned(), |plain| plain.text);
    let mut kind = sign;
    if let Some(joined) = without_blanks(&instead) {
        kind = kind.or(Some(FindingKind::DateBlank));
        instead = joined;
    }
    if let Some(day) = day_with_zone(&instead) {
        kind = kind.or_else(|| {
            let day = day.to_owned();
            Some(FindingKind::DayZone { day })
        });
        instead = day.to_owned();
    }
    if matches!(instead.len(), 9 | 10) && instead.bytes().all(|byte| byte.is_ascii_digit()) {
        kind = kind.or_else(|| Some(FindingKind::EpochSeconds { text: shown(text) }));
        instead.push_str("000");
    }
    Some((kind?, instead))
}

/// A day and a time with a `T` in place of the blanks between them, and no blanks before the zone.
fn without_blanks(text: &str) -> Option<String> {
    let blank = [' ', '\t', '\r', '\n'];
    let (day, time) = text.split_once(blank)?;
    let mut joined = format!("{day}T");
    joined.extend(time.split(blank));
    Some(joined)
}

/// The day of a day with a zone.
fn day_with_zone(text: &str) -> Option<&str> {
    let (day, zone) = text.split_at_checked(10)?;
    let is_zone = !zone.is_empty() && written_period(&format!("{day}T00{zone}")).is_some();
    // A zone, and no minutes of the hour.
    (is_zone && !zone.starts_with(':')).then_some(day)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2024-09-22T12:00:00Z".parse().unwrap()
    }

    fn start(text: &str) -> DateTime<Utc> {
        period(text, Some(now())).unwrap().start()
    }

    fn wrong(text: &str) -> Wrong {
        period(text, Some(now())).unwrap_err()
    }

    #[test]
    fn dates_say_what_is_wrong_with_them() {
        assert_eq!(start("now"), now());
        assert_eq!(start("now+3d"), now() + TimeDelta::days(3));
        assert_eq!(start("now-3d"), now() - TimeDelta::days(3));
        let not_a_date = |text: &str| FindingKind::NotADate { text: text.into() };
        for text in [
            "now*3d", "now3d", "now+d", "now+3", "now+3dd", "now-3x", "now-",
        ] {
            assert_eq!(wrong(text).kind, not_a_date(text));
        }
        assert_eq!(wrong("now-1d/d").kind, FindingKind::DateRounding);
        let ninth = "2024-09-22T12:00:00.123456789Z";
        assert_eq!(start(ninth).timestamp_subsec_nanos(), 123_456_789);
        for text in [
            "2024-09-22T12:00:00.1234567890Z",
            "2024-09-22T12:00:00.1234567890+0200",
            "2024-09-22T12:00:00.12345678901234567890",
        ] {
            assert_eq!(wrong(text).kind, FindingKind::DatePrecision);
        }
        for text in [
            "12.1234567890",
            "2024-09-22T12:00:00.123456789X",
            "2024.5",
            "2024.1234567890",
            "2024-09-22T12:00.1234567890",
        ] {
            assert_eq!(wrong(text).kind, not_a_date(text));
        }
    }

    #[test]
    fn nothing_after_now_is_left_out() {
        let not_a_date = |text: &str| FindingKind::NotADate { text: text.into() };
        let others = [
            "é", "7d", "…", "-７d", "-7d…", "-7é", "😀", "é7d", "\u{301}", "–", "–7", "~7d",
        ];
        for rest in others {
            let text = format!("now{rest}");
            let found = wrong(&text);
            assert_eq!(found.kind, not_a_date(&text));
            assert_eq!(found.instead, None, "{text}");
        }
    }

    #[test]
    fn what_is_nearly_a_date_is_shown_as_one() {
        let sign = |found| FindingKind::UnicodeSign { found, sign: '-' };
        let day = "2024-01-02";
        let day_zone = || FindingKind::DayZone { day: day.into() };
        let seconds = |text: &str| FindingKind::EpochSeconds { text: text.into() };
        for (text, kind, instead) in [
            ("now–7d", sign('–'), "now-7d"),
            ("now—1w", sign('—'), "now-1w"),
            ("now−7d", sign('−'), "now-7d"),
            ("2024‑01‑02", sign('‑'), day),
            ("2024–01–02 03:04", sign('–'), "2024-01-02T03:04"),
            (
                "2029-01-18 09:14:11",
                FindingKind::DateBlank,
                "2029-01-18T09:14:11",
            ),
            (
                "2029-01-18  09:14:11 +0200",
                FindingKind::DateBlank,
                "2029-01-18T09:14:11+0200",
            ),
            ("2029-01-18 09", FindingKind::DateBlank, "2029-01-18T09"),
            ("2024-01-02Z", day_zone(), day),
            ("2024-01-02+00:00", day_zone(), day),
            ("2024-01-02-0530", day_zone(), day),
            ("1704067200", seconds("1704067200"), "1704067200000"),
            ("999999999", seconds("999999999"), "999999999000"),
        ] {
            let found = wrong(text);
            assert_eq!(found.kind, kind, "{text}");
            assert_eq!(found.instead.as_deref(), Some(instead), "{text}");
            assert!(period(instead, Some(now())).is_ok(), "{instead}");
        }
        for text in [
            "2024-01-02 ",
            "2024-01 03:04",
            "2024-01-02 x",
            "2024-01Z",
            "2024Z",
            "2024-01-02:30",
            "2024-02-30Z",
            "12345678",
            "170406720000000",
            "–5",
        ] {
            let not_a_date = FindingKind::NotADate { text: text.into() };
            assert_eq!(wrong(text).kind, not_a_date);
        }
    }

    #[test]
    fn what_now_is_need_not_be_known_to_mend_a_sign() {
        let found = period("now–7d", None).unwrap_err();
        assert_eq!(found.instead.as_deref(), Some("now-7d"));
        assert_eq!(
            period("now-7d", None).unwrap_err().kind,
            FindingKind::NowNotGiven
        );
    }
}
