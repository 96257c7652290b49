//! What can be wrong with an event's bytes.

use thiserror::Error;

use crate::diagnostic::Code;

/// Every code, in the order of their page in the book, whose first sentences the summaries are.
const CODES: &[Code] = &[
    Code::error(
        "qql::event::unexpected_end",
        "the event ends before its JSON does: a file or a line was cut off",
    ),
    Code::error(
        "qql::event::unexpected_byte",
        "a byte that JSON does not have at this place",
    ),
    Code::error(
        "qql::event::trailing_data",
        "something comes after the event",
    ),
    Code::error(
        "qql::event::invalid_number",
        "a number is not written as JSON has it",
    ),
    Code::error(
        "qql::event::invalid_escape",
        "a backslash in a string is followed by something that is no escape of JSON",
    ),
    Code::error(
        "qql::event::lone_surrogate",
        "an escape is half of a pair, as in `\\ud800`, and the other half is missing",
    ),
    Code::error(
        "qql::event::control_character",
        "a line break or another character below U+0020 is unescaped in a string",
    ),
    Code::error("qql::event::invalid_utf8", "a string is not UTF-8"),
    Code::error(
        "qql::event::nesting_too_deep",
        "objects and arrays are nested deeper than the limit `event_nesting`, 128 by default",
    ),
    Code::error(
        "qql::event::too_long",
        "the event has more bytes than the limit `event_bytes`, 16 MiB by default",
    ),
    Code::error(
        "qql::event::no_root",
        "the document has nothing at the root path that was asked for",
    ),
];

const fn code(name: &str) -> &'static Code {
    Code::named(CODES, name)
}

/// Why an event could not be read: what is wrong, and at which byte. `Copy`, and made without
/// allocating, because a stream of events may hold many bad ones.
///
/// ```
/// use qualys_filter::{Query, Schema, EventErrorKind};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
/// let error = filter.is_match(br#"{"type": FILE}"#).unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (EventErrorKind::UnexpectedByte, 9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{kind} at byte {offset}")]
pub struct EventError {
    kind: EventErrorKind,
    offset: usize,
}

impl EventError {
    pub(super) fn new(kind: EventErrorKind, offset: usize) -> EventError {
        EventError { kind, offset }
    }

    /// The same error, with `bytes` added to its offset.
    pub(super) fn moved(self, bytes: usize) -> EventError {
        let offset = self.offset + bytes;
        EventError { offset, ..self }
    }

    /// What is wrong.
    pub fn kind(self) -> EventErrorKind {
        self.kind
    }

    /// The code of its kind.
    pub fn code(self) -> &'static Code {
        self.kind.code()
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.kind.help()
    }

    /// The offset of the error in bytes, from the start of what was read.
    pub fn offset(self) -> usize {
        self.offset
    }
}

/// What is wrong with an event; each kind shows an event that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum EventErrorKind {
    /// `{"type": `
    #[error("the event ends too early")]
    UnexpectedEnd,
    /// `{"type" "FILE"}`
    #[error("this byte cannot be here in JSON")]
    UnexpectedByte,
    /// `{} x`
    #[error("something comes after the event")]
    TrailingData,
    /// `{"severity": 05}`
    #[error("this is not a number in JSON")]
    InvalidNumber,
    /// `{"type": "FI\xLE"}`
    #[error("this escape does not exist in JSON")]
    InvalidEscape,
    /// `{"type": "\ud800"}`
    #[error("half of a surrogate pair is alone")]
    LoneSurrogate,
    /// A line break, a NUL or another control character inside of a string.
    #[error("a control character is unescaped in a string")]
    ControlCharacter,
    /// A string in Latin-1.
    #[error("a string is not UTF-8")]
    InvalidUtf8,
    /// More brackets around each other than [`Limits::event_nesting`](crate::Limits::event_nesting).
    #[error("the event is nested too deep")]
    NestingTooDeep,
    /// More bytes than [`Limits::event_bytes`](crate::Limits::event_bytes).
    #[error("the event is too long")]
    TooLong,
    /// `{"sortValues": []}`, read with the root `data`.
    #[error("nothing is at the root path")]
    NoRoot,
}

impl EventErrorKind {
    /// The code of this kind.
    pub fn code(self) -> &'static Code {
        self.parts().0
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.parts().1
    }

    fn parts(self) -> (&'static Code, &'static str) {
        use EventErrorKind::*;
        match self {
            UnexpectedEnd => (
                const { code("unexpected_end") },
                "the file or the line was probably cut off",
            ),
            UnexpectedByte => (
                const { code("unexpected_byte") },
                "an event is one JSON document; check what wrote it",
            ),
            TrailingData => (
                const { code("trailing_data") },
                "read a buffer of many events with `scan`",
            ),
            InvalidNumber => (
                const { code("invalid_number") },
                "a number has no leading zero or `+`, and digits on both sides of its point",
            ),
            InvalidEscape => (
                const { code("invalid_escape") },
                "a backslash in a string is written twice",
            ),
            LoneSurrogate => (
                const { code("lone_surrogate") },
                "characters beyond U+FFFF are written as two escapes, a high and a low surrogate",
            ),
            ControlCharacter => (
                const { code("control_character") },
                "write it as an escape, such as `\\n`",
            ),
            InvalidUtf8 => (
                const { code("invalid_utf8") },
                "convert the file to UTF-8, as JSON has to be",
            ),
            NestingTooDeep => (
                const { code("nesting_too_deep") },
                "raise the limit `event_nesting` if the event is real",
            ),
            TooLong => (
                const { code("too_long") },
                "raise the limit `event_bytes` if the event is real",
            ),
            NoRoot => (
                const { code("no_root") },
                "omit the root path if the events are at the top",
            ),
        }
    }
}
