//! The test of one value of an event.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::json::Json;
use super::number::{self, Number, Read};
use super::schema::Kind;
use super::{address, date, version, words};

/// A question about one value.
#[derive(Clone, Debug)]
pub enum Test {
    /// One of these holds. Of none, none does.
    Any(Vec<Test>),
    /// All of these hold.
    All(Vec<Test>),
    /// The value, read as a text, satisfies this.
    Text(Reads, Text),
    /// The value is a number, or a string that is one, on this side of a number.
    Number(Side, Number),
    /// The value is this boolean, or the word for it as a string, in any case.
    Boolean(bool),
    /// The value is a date from one instant to another, both included. A JSON number is one only
    /// where the flag says so.
    Date(bool, i128, i128),
    /// The value is a version on this side of another.
    Version(Side, String),
    /// The value is an address from one to another, both included.
    Address(u128, u128),
}

/// Which values are read as a text, "string; number and boolean by their text".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    Strings,
    StringsAndNumbers,
    All,
}

/// The values of a token that say that there is none.
#[derive(Clone, Debug, Default)]
pub struct NoValues {
    pub texts: Vec<String>,
    pub kind: Kind,
}

impl NoValues {
    /// "A string or a number that is written exactly so counts as no value of this token. On a token of kind datetime so
    /// does every spelling of that date, and on one of kind integer or float every spelling of that number."
    pub fn has(&self, value: &Json) -> bool {
        let (Json::String(text) | Json::Number(text)) = value else {
            return false;
        };
        self.texts.iter().any(|known| {
            // "A text of the schema that is a number is read as one, and any other as a string of an event is."
            let is_number = !matches!(number::read(known), Read::NotOne);
            let read = match is_number {
                true => Json::Number(known.clone()),
                false => Json::String(known.clone()),
            };
            let same = match self.kind {
                Kind::DateTime => {
                    let date = date_of(&read, true);
                    date.is_some() && date_of(value, true) == date
                }
                Kind::Integer | Kind::Float => {
                    let both = number_of(&read).zip(number_of(value));
                    both.is_some_and(|(a, b)| number::compare(a, b) == Ordering::Equal)
                }
                _ => false,
            };
            known == text || same
        })
    }
}

/// A question about a text.
#[derive(Clone, Debug)]
pub enum Text {
    /// A bare value on a text token.
    Bare(String),
    /// A quoted value on a text token.
    Quoted(String),
    /// "the whole value, exactly, case-sensitive"
    Exact(String),
    /// "the whole value, ignoring case"
    Whole(String),
    /// "whole value or its prefix, any case"
    Beginning(String),
    /// "the whole value as a glob, ignoring case"
    Glob(String),
    /// A pattern on a text token.
    GlobOrWord(String),
}

/// The answers of a comparison that satisfy its operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Equal,
    Greater,
    AtLeast,
    Less,
    AtMost,
}

impl Side {
    fn has(self, order: Ordering) -> bool {
        match self {
            Side::Equal => order == Ordering::Equal,
            Side::Greater => order == Ordering::Greater,
            Side::AtLeast => order != Ordering::Less,
            Side::Less => order == Ordering::Less,
            Side::AtMost => order != Ordering::Greater,
        }
    }
}

impl Test {
    /// Whether the value satisfies the test. "An object satisfies no comparison."
    pub fn holds(&self, value: &Json) -> bool {
        match self {
            Test::Any(tests) => tests.iter().any(|test| test.holds(value)),
            Test::All(tests) => tests.iter().all(|test| test.holds(value)),
            Test::Text(reads, text) => text_of(value, *reads).is_some_and(|of| text.holds(&of)),
            Test::Number(side, number) => {
                number_of(value).is_some_and(|of| side.has(number::compare(of, *number)))
            }
            Test::Boolean(boolean) => boolean_of(value) == Some(*boolean),
            Test::Date(numbers, first, last) => {
                date_of(value, *numbers).is_some_and(|at| (*first..=*last).contains(&at))
            }
            Test::Version(side, version) => {
                let order = text_of(value, Reads::StringsAndNumbers)
                    .and_then(|of| version::compare(&of, version));
                order.is_some_and(|order| side.has(order))
            }
            Test::Address(first, last) => match value {
                Json::String(text) => {
                    address::address(text).is_some_and(|at| (*first..=*last).contains(&at))
                }
                _ => false,
            },
        }
    }
}

impl Text {
    fn holds(&self, text: &str) -> bool {
        match self {
            Text::Bare(written) => words::bare(text, written),
            Text::Quoted(written) => words::quoted(text, written),
            Text::Exact(written) => text == written,
            Text::Whole(written) => words::lower(text) == words::lower(written),
            Text::Beginning(written) => words::lower(text).starts_with(&words::lower(written)),
            Text::Glob(pattern) => words::glob(text, pattern),
            Text::GlobOrWord(pattern) => words::glob_or_word(text, pattern),
        }
    }
}

fn text_of(value: &Json, reads: Reads) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(text.into()),
        Json::Number(text) if reads != Reads::Strings => Some(text.into()),
        Json::Boolean(true) if reads == Reads::All => Some("true".into()),
        Json::Boolean(false) if reads == Reads::All => Some("false".into()),
        _ => None,
    }
}

/// "number, or a string that is one"
fn number_of(value: &Json) -> Option<Number> {
    match value {
        Json::Number(text) | Json::String(text) => match number::read(text) {
            Read::Number(number) => Some(number),
            Read::Beyond | Read::NotOne => None,
        },
        _ => None,
    }
}

/// "boolean, or the words as a string, any case"
fn boolean_of(value: &Json) -> Option<bool> {
    match value {
        Json::Boolean(boolean) => Some(*boolean),
        Json::String(text) => boolean(text),
        _ => None,
    }
}

/// "`true`/`false`, any case"
pub fn boolean(text: &str) -> Option<bool> {
    match words::lower(text).as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// "A string that is no date never matches."
fn date_of(value: &Json, numbers: bool) -> Option<i128> {
    match value {
        Json::String(text) => date::in_string(text),
        Json::Number(text) if numbers => date::in_number(text),
        _ => None,
    }
}
