//! Values of events that say that there is none.

use crate::value::{Number, epoch_nanoseconds, event_nanoseconds};

use super::kind::Kind;

/// The values of a token that mean that there is none, such as `0` for *never*.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NoValues {
    texts: Vec<Box<str>>,
    kind: Kind,
    /// On a token of dates, what they are in nanoseconds since 1970.
    dates: Vec<i128>,
    /// On a token of numbers, what they are.
    numbers: Vec<Number>,
}

impl NoValues {
    /// These values, on a token of this kind.
    pub(super) fn new(texts: Vec<Box<str>>, kind: Kind) -> NoValues {
        let dates = match kind {
            Kind::DateTime => texts.iter().filter_map(|text| date(text)).collect(),
            _ => Vec::new(),
        };
        let numbers = match kind {
            Kind::Integer | Kind::Float => {
                texts.iter().filter_map(|text| text.parse().ok()).collect()
            }
            _ => Vec::new(),
        };
        NoValues {
            texts,
            kind,
            dates,
            numbers,
        }
    }

    /// The values, as the schema writes them.
    pub(crate) fn texts(&self) -> &[Box<str>] {
        &self.texts
    }

    /// The kind of the token.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The first that is a date, in nanoseconds since 1970.
    pub(super) fn date(&self) -> Option<i128> {
        self.dates.first().copied()
    }

    /// Whether a string of an event is one of them.
    pub(crate) fn has_string(&self, text: &str) -> bool {
        let is_date =
            || event_nanoseconds(text.as_bytes()).is_some_and(|at| self.dates.contains(&at));
        self.has_text(text) || (!self.dates.is_empty() && is_date())
    }

    /// Whether a number of an event is one of them, by its text.
    pub(crate) fn has_number(&self, text: &str) -> bool {
        let is_date = || epoch_nanoseconds(text).is_some_and(|at| self.dates.contains(&at));
        self.has_text(text) || (!self.dates.is_empty() && is_date())
    }

    fn has_text(&self, text: &str) -> bool {
        let is_number = || {
            text.parse()
                .is_ok_and(|number| self.numbers.contains(&number))
        };
        self.texts.iter().any(|known| **known == *text) || (!self.numbers.is_empty() && is_number())
    }
}

/// The date that a value of an event is: a number, or else a string.
fn date(text: &str) -> Option<i128> {
    match text.parse::<Number>() {
        Ok(_) => epoch_nanoseconds(text),
        Err(_) => event_nanoseconds(text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_by_its_text_or_by_what_it_is() {
        let made = |text: &str, kind| NoValues::new(vec![text.into()], kind);
        let never = made("0", Kind::DateTime);
        for text in ["0", "0.0", "-0", "0e5"] {
            assert!(never.has_number(text), "{text}");
        }
        for text in [
            "0",
            "1970-01-01",
            "1970-01-01T00:00:00.000+0000",
            "1970-01-01T01:00:00+01:00",
        ] {
            assert!(never.has_string(text), "{text}");
        }
        for text in ["1", "-1", "0.0001", "1717026901000"] {
            assert!(!never.has_number(text), "{text}");
        }
        for text in [
            "",
            "00",
            "0.0",
            "never",
            "1970-01-01T00:00:00.001Z",
            "1970-01-02",
            "1970",
        ] {
            assert!(!never.has_string(text), "{text}");
        }
        assert_eq!(made("1970-01-01", Kind::DateTime).date(), Some(0));
        assert!(made("1970-01-01", Kind::DateTime).has_number("0"));
        assert!(made("never", Kind::DateTime).has_string("never"));
        let unknown = made("-1", Kind::Integer);
        for text in ["-1", "-1.0"] {
            assert!(
                unknown.has_number(text) && unknown.has_string(text),
                "{text}"
            );
        }
        assert!(!unknown.has_number("1") && !unknown.has_string("minus one"));
        let text = made("N/A", Kind::Text);
        assert!(text.has_string("N/A"));
        assert!(!text.has_string("n/a") && !text.has_string("N/A yet"));
        assert!(made("0", Kind::Keyword).has_number("0"));
        assert!(!made("0", Kind::Keyword).has_number("0.0"));
    }
}
