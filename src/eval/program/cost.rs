//! The cost model: the estimated share of events that have what a condition wants.
//!
//! A scan searches for what is rarest ([`prefilter`](super::prefilter)), and a rule of a set waits
//! for it. The estimates are rough, but the same for all conditions. They differ in one thing: a
//! prefilter searches all bytes of an event, where a text may also be a part of any other value or
//! key, and a trigger looks only at the values of its field. So a text has two shares.

use crate::check::{Test, Value};
use crate::eval::compare::check::Check;
use crate::eval::compare::matcher::Matcher;
use crate::schema::Kind;

/// A field that exists, and the more common value of a boolean.
const HALF: f32 = 0.5;

/// A range. Most that people write are open to one side.
const RANGE: f32 = 0.3;

const NUMBER: f32 = 0.05;

/// A period, a version, or a net of several addresses.
const SPAN: f32 = 0.1;

/// Elements of a nested group.
pub(in crate::eval) const ELEMENTS: f32 = 0.6;

/// A string anywhere in the event. Every string must be read for it, so it costs more than a
/// condition on a field that is always true.
pub(in crate::eval) const FREE_TEXT: f32 = 2.0;

/// The test of the value after a key, for every event that has the key. It is added to the share
/// of a test that a prefilter does in place.
pub(in crate::eval) const IN_PLACE: f32 = 0.1;

/// If nearly every event has it, the search is wasted work.
pub(in crate::eval) const WASTED: f32 = 0.7;

/// The shares of texts up to a length in bytes: of events that contain the text anywhere, and of
/// events in which a value of its field does.
const TEXTS: [(usize, f32, f32); 8] = [
    (1, 0.6, 0.5),
    (3, 0.6, 0.2),
    (5, 0.2, 0.06),
    (7, 0.2, 0.02),
    (8, 0.05, 0.02),
    (15, 0.05, 0.005),
    (31, 0.01, 0.001),
    (usize::MAX, 0.001, 0.001),
];

/// A word such as `FILE` is one of a few values, so it is more common than its length says.
const WORD_ANYWHERE: f32 = 0.3;
const WORD_IN_FIELD: f32 = 0.25;
const LONGEST_WORD: usize = 14;

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn row(len: usize) -> (f32, f32) {
    let row = TEXTS.iter().find(|(most, ..)| len <= *most);
    row.map_or((1.0, 1.0), |(_, anywhere, in_field)| (*anywhere, *in_field))
}

/// The share of events that contain a piece of text, which may have quotes around it: high for a
/// word like `FILE`, low for a hash.
pub(in crate::eval) fn anywhere(piece: &str) -> f32 {
    match piece.len() {
        4..=LONGEST_WORD if is_word(piece.trim_matches('"')) => WORD_ANYWHERE,
        len => row(len).0,
    }
}

/// The share of events in which a value of the field contains a text.
fn in_field(text: &str) -> f32 {
    row(text.len()).1
}

/// The share of events with a value after a key that passes a check.
pub(in crate::eval) fn of_check(check: &Check) -> f32 {
    match check {
        Check::Exists => HALF,
        Check::Range(_) | Check::Versions(_) => RANGE,
        Check::AnyOf { matchers, .. } => match &**matchers {
            [Matcher::Boolean(true) | Matcher::Any] => HALF,
            [Matcher::Number(_) | Matcher::Net(_)] => NUMBER,
            [Matcher::Numbers(_) | Matcher::Period(_)] => SPAN,
            // A list of whole texts or nets: names and hashes mostly.
            [Matcher::Wholes(_) | Matcher::Exacts(_) | Matcher::Nets(_)] => 0.02,
            _ => RANGE,
        },
    }
}

/// The share of events with a value of the field that passes a test.
pub(in crate::eval) fn of_test(test: &Test, kind: Kind) -> f32 {
    match test {
        Test::Exists => HALF,
        Test::Range(_) => RANGE,
        Test::AnyOf(values) => {
            let shares = values.iter().map(|value| of_value(value, kind));
            // A list of rare values is still rare.
            shares.fold(0.0, f32::max) + values.len() as f32 * 1e-5
        }
    }
}

fn of_value(value: &Value, kind: Kind) -> f32 {
    match value {
        Value::Any | Value::Boolean(_) => HALF,
        // A word may be anywhere in the value.
        Value::Parts(text) | Value::Phrase(text) => 2.0 * in_field(text),
        Value::Whole(text) | Value::Exact(text)
            if kind == Kind::Keyword && text.len() <= LONGEST_WORD && is_word(text) =>
        {
            WORD_IN_FIELD
        }
        Value::Whole(text) | Value::Prefix(text) | Value::Exact(text) => in_field(text),
        Value::Pattern(text) => {
            let mut parts = text.split('*');
            // Paths share their prefixes.
            let start = parts.next().map_or(1.0, |start| 10.0 * in_field(start));
            parts.map(in_field).fold(start, f32::min)
        }
        Value::Number(_) => NUMBER,
        Value::Period(_) | Value::Version(_) => SPAN,
        Value::Net(net) if net.is_single() => 0.001,
        Value::Net(_) => SPAN,
        Value::Auto(auto) => of_value(&auto.text, Kind::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_are_rarer_and_a_field_has_them_more_rarely() {
        let shares: Vec<_> = (0..40).map(row).collect();
        assert!(shares.windows(2).all(|two| {
            let [before, after] = two else { return false };
            after.0 <= before.0 && after.1 <= before.1
        }));
        assert!(shares.iter().all(|(anywhere, field)| field <= anywhere));
    }

    #[test]
    fn words_are_more_common_than_other_texts() {
        assert!(anywhere("\"FILE\"") > anywhere("\"F1LE\""));
        assert!(anywhere("abcdefgh") > anywhere("abcdefg8"));
        let whole = |text: &str| of_value(&Value::Whole(text.into()), Kind::Keyword);
        assert!(whole("CREATED") > whole("CREATE1"));
        assert!(whole("CREATED") < anywhere("CREATED"));
    }
}
