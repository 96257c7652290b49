#![doc = include_str!("../README.md")]
// No panic on input: where the compiler cannot see why an access is safe, the code says so.
#![warn(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]
#![warn(clippy::print_stdout, clippy::print_stderr)]
// What only a feature uses is compiled without it, too; the whole library shows what nothing uses.
#![cfg_attr(not(feature = "full"), allow(dead_code, unused_imports))]

// In the order of the pipeline: each module uses only those above it.

mod limits;
mod name;
mod span;

mod diagnostic;

pub mod value;

pub mod syntax;

pub mod schema;

pub mod check;

pub mod build;

#[cfg(feature = "lint")]
pub mod lint;

#[cfg(feature = "document")]
pub mod document;

#[cfg(feature = "eval")]
pub mod eval;

mod interop;

pub use check::{CheckErrors, CheckOptions, Checked, Finding, FindingKind};
pub use diagnostic::{
    Applicability, Code, Diagnostic, Edit, Fix, FixAvailability, Level, Severity, Stage,
};
#[cfg(feature = "eval")]
pub use eval::{
    BadEvent, EventError, EventErrorKind, Explanation, Filter, FilterId, FilterSet,
    FilterSetBuilder, Hit, Matches, Refused, Scan, ScanOptions, SetError, SetHit, SetScan,
};
pub use limits::Limits;
#[cfg(feature = "lint")]
pub use lint::Linter;
pub use name::NameError;
pub use schema::Schema;
pub use span::Span;
pub use syntax::{ParseError, ParseErrorKind, ParseErrors, Query};
