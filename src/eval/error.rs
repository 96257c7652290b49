//! What can be wrong with an event's bytes.

use miette::Diagnostic;
use thiserror::Error;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
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

    /// The offset of the error in bytes, from the start of what was read.
    pub fn offset(self) -> usize {
        self.offset
    }
}

/// What is wrong with an event; each kind shows an event that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Diagnostic)]
#[non_exhaustive]
pub enum EventErrorKind {
    /// `{"type": `
    #[error("the event ends too early")]
    #[diagnostic(
        code(qql::event::unexpected_end),
        help("the file or the line was probably cut off")
    )]
    UnexpectedEnd,
    /// `{"type" "FILE"}`
    #[error("this byte cannot stand here in JSON")]
    #[diagnostic(
        code(qql::event::unexpected_byte),
        help("an event is one JSON document; check what wrote it")
    )]
    UnexpectedByte,
    /// `{} x`
    #[error("something stands behind the event")]
    #[diagnostic(
        code(qql::event::trailing_data),
        help("read a buffer of many events with `scan`")
    )]
    TrailingData,
    /// `{"severity": 05}`
    #[error("this is not a number in JSON")]
    #[diagnostic(
        code(qql::event::invalid_number),
        help("a number has no leading zero or `+`, and digits on both sides of its point")
    )]
    InvalidNumber,
    /// `{"type": "FI\xLE"}`
    #[error("this escape does not exist in JSON")]
    #[diagnostic(
        code(qql::event::invalid_escape),
        help("a backslash in a string is written twice")
    )]
    InvalidEscape,
    /// `{"type": "\ud800"}`
    #[error("half of a surrogate pair stands alone")]
    #[diagnostic(
        code(qql::event::lone_surrogate),
        help("characters beyond U+FFFF are written as two escapes, a high and a low surrogate")
    )]
    LoneSurrogate,
    /// A line break, a NUL or another control character inside of a string.
    #[error("a control character stands unescaped in a string")]
    #[diagnostic(
        code(qql::event::control_character),
        help("write it as an escape, such as `\\n`")
    )]
    ControlCharacter,
    /// A string in Latin-1.
    #[error("a string is not UTF-8")]
    #[diagnostic(
        code(qql::event::invalid_utf8),
        help("convert the file to UTF-8, as JSON has to be")
    )]
    InvalidUtf8,
    /// More brackets around each other than [`Limits::event_nesting`](crate::Limits::event_nesting).
    #[error("the event is nested too deep")]
    #[diagnostic(
        code(qql::event::nesting_too_deep),
        help("raise the limit `event_nesting` if the event is real")
    )]
    NestingTooDeep,
    /// More bytes than [`Limits::event_bytes`](crate::Limits::event_bytes).
    #[error("the event is too long")]
    #[diagnostic(
        code(qql::event::too_long),
        help("raise the limit `event_bytes` if the event is real")
    )]
    TooLong,
    /// `{"sortValues": []}`, read with the root `data`.
    #[error("nothing stands at the root path")]
    #[diagnostic(
        code(qql::event::no_root),
        help("leave the root path away if the events stand at the top")
    )]
    NoRoot,
}
