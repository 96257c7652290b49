#![doc = include_str!("../README.md")]

mod limits;
mod span;
pub mod syntax;

pub use limits::Limits;
pub use span::{Fix, Span};
pub use syntax::{ParseError, ParseErrorKind, ParseErrors, Query};
