//! A scalar: a value of an event, and what it is read as.

use crate::schema::{Kind, NoValues};
use crate::value::{Number, address, epoch_nanoseconds, event_nanoseconds};

/// A value of an event other than an array or null.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum Scalar<'e> {
    String(&'e str),
    /// A number by its text.
    Number(&'e str),
    Boolean(bool),
    Object,
}

impl Scalar<'_> {
    /// Whether the event says by this value that there is none.
    #[inline]
    pub(in crate::eval) fn is_none_of(&self, no_values: Option<&NoValues>) -> bool {
        match (no_values, self) {
            (None, _) => false,
            (Some(no_values), Scalar::String(text)) => no_values.has_string(text),
            (Some(no_values), Scalar::Number(text)) => no_values.has_number(text),
            (Some(_), Scalar::Boolean(_) | Scalar::Object) => false,
        }
    }
}

/// Buffers for texts that are rewritten before they are compared. They are kept between events.
#[derive(Debug, Default)]
pub(in crate::eval) struct Buffers {
    /// A string without its escapes.
    pub(in crate::eval) decoded: String,
    /// A text in lower case.
    pub(in crate::eval) folded: String,
}

/// Which values are read as text besides strings.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Coercions {
    pub(in crate::eval) numbers: bool,
    pub(in crate::eval) booleans: bool,
}

impl Coercions {
    pub(in crate::eval) fn new(kind: Kind) -> Coercions {
        let (numbers, booleans) = match kind {
            Kind::Text | Kind::Keyword | Kind::Auto => (true, true),
            Kind::Id | Kind::Version => (true, false),
            _ => (false, false),
        };
        Coercions { numbers, booleans }
    }
}

pub(in crate::eval) fn text_of<'e>(value: &Scalar<'e>, coercions: Coercions) -> Option<&'e str> {
    match value {
        Scalar::String(text) => Some(text),
        Scalar::Number(text) => coercions.numbers.then_some(*text),
        Scalar::Boolean(true) => coercions.booleans.then_some("true"),
        Scalar::Boolean(false) => coercions.booleans.then_some("false"),
        Scalar::Object => None,
    }
}

pub(in crate::eval) fn number_of(value: &Scalar<'_>) -> Option<Number> {
    match value {
        Scalar::String(text) | Scalar::Number(text) => text.parse().ok(),
        _ => None,
    }
}

pub(in crate::eval) fn boolean_of(value: &Scalar<'_>) -> Option<bool> {
    match value {
        Scalar::Boolean(boolean) => Some(*boolean),
        Scalar::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Scalar::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

pub(in crate::eval) fn instant_of(value: &Scalar<'_>) -> Option<i128> {
    match value {
        Scalar::String(text) => event_nanoseconds(text.as_bytes()),
        Scalar::Number(text) => epoch_nanoseconds(text),
        _ => None,
    }
}

pub(in crate::eval) fn address_of(value: &Scalar<'_>) -> Option<u128> {
    match value {
        Scalar::String(text) => address(text),
        _ => None,
    }
}
