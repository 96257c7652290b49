//! Reads, checks, builds and evaluates filters in the Qualys Query Language (QQL), the language of the parameter
//! `filter` of Qualys' REST APIs, without a connection to Qualys.
//!
//! A filter passes through three types:
//!
//! * [`Query`]: what a person wrote, as a tree with the place of every word. It is read from text by [`str::parse`],
//!   and shown in one canonical form by [`Display`](std::fmt::Display).
//! * [`Checked`]: a query held against a [`Schema`], by [`Query::check`]. Names have become places in an event's JSON,
//!   written values have types. Whatever can be wrong is found here at the latest.
//! * [`Filter`]: a checked query made ready to run, by [`Checked::compile`], which cannot fail.
//!
//! ```
//! use qualys_filter::{Query, Schema};
//!
//! let query: Query = "type:FILE AND file.name:energyprov.dll".parse()?;
//! let checked = query.check(Schema::edr())?;
//! let filter = checked.compile();
//! assert!(filter.is_match(br#"{"type": "FILE", "file": {"fileName": "energyprov.dll"}}"#)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is wrong is said at once
//!
//! Every stage reports all mistakes together. What there is to say about one is a [`Diagnostic`]: a [`Code`], a place,
//! a message, help and, where it is known, a [`Fix`].
//!
//! ```
//! use qualys_filter::Query;
//!
//! let text = "type == FILE && action:CREATED";
//! let errors = text.parse::<Query>().unwrap_err();
//! let said: Vec<_> = errors.diagnostics().map(|it| (it.span().range(), it.message())).collect();
//! assert_eq!(said, [(5..7, "`==` is not an operator"), (13..15, "`&&` is not an operator")]);
//! let first = errors.iter().next().unwrap();
//! assert_eq!(first.fix().unwrap().apply(text), "type : FILE && action:CREATED");
//! ```
//!
//! # The modules
//!
//! In the order of the pipeline; each uses only those before it, and each begins with an example.
//!
//! * [`value`]: numbers, dates, versions and addresses, as queries and events write them.
//! * [`syntax`]: text to tree and back: the nodes of a query, walking them, printing and formatting.
//! * [`schema`]: the search tokens that there are, their kinds, and where their values are in an event.
//! * [`check`]: query and schema to [`Checked`], and what is found on the way.
//! * [`build`]: Rust to query. A string never becomes syntax.
//! * [`lint`]: advice on filters, with fixes, by [`Linter`].
//! * [`document`]: files that hold filters: lines, JSON, TOML and YAML, for editors and other tools.
//! * [`eval`]: filters on events: [`Filter`] for one, [`FilterSet`] for many at once, buffers of events and streams,
//!   and [`eval::trace`], which says what each condition comes to.
//!
//! # Building a filter
//!
//! ```
//! use qualys_filter::{Query, build::token};
//!
//! let from_a_user: Query = "status:OPEN OR status:NEW".parse()?;
//! let untrusted = r#"x" or file.name:"*"#;
//! let query = token("file.name").is(untrusted).and(from_a_user).build()?;
//! assert_eq!(
//!     query.to_string(),
//!     r#"file.name:`x" or file.name:"*` AND (status:OPEN OR status:NEW)"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Many filters, many events
//!
//! [`Filter::scan`] finds the events of a buffer that match, as JSON Lines or one document after the other, near the
//! speed of memory; it reads only what the filter asks for. A [`FilterSet`] matches thousands of filters in one pass.
//!
//! ```
//! use qualys_filter::{FilterId, FilterSet, Query, Schema};
//!
//! let check = |text: &str| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap();
//! let (files, others) = (check("type:FILE"), check("NOT type:FILE"));
//! let buffer = b"{\"type\": \"FILE\"}\n{\"type\": \"PROCESS\"}\n";
//! let hits: Vec<_> = others.compile().scan(buffer).map(|hit| hit.unwrap().range).collect();
//! assert_eq!(hits, [17..36]);
//! let set = FilterSet::new([&files, &others]);
//! assert_eq!(set.matches(br#"{"type": "FILE"}"#)?, [FilterId::new(0)]);
//! # Ok::<(), qualys_filter::EventError>(())
//! ```
//!
//! # What `now` is, and other input
//!
//! The library does no I/O, and reads neither files nor the environment. A filter that says `now` needs a time:
//! [`CheckOptions::at`], or [`CheckOptions::from_clock`] for the system's clock.
//!
//! # Untrusted input
//!
//! Filters and events may come from anybody. Any text is a query or an error with places; any bytes are an answer or
//! an error. Reading a query takes time linear in its text, and no stage uses the call stack in proportion to nesting.
//! [`Limits`] holds every limit, with its default. A failed allocation aborts, as everywhere in Rust.
//!
//! # Features
//!
//! Without any feature there are the parser, the printer, the check against a schema that the program makes, and the
//! builder. By default all of it is there, with the tool `qlint`; a library takes what it uses:
//!
//! ```toml
//! qualys-filter = { version = "0.1", default-features = false, features = ["eval", "schema-toml"] }
//! ```
//!
//! | feature | adds | needs |
//! |---|---|---|
//! | `clock` | `CheckOptions::from_clock`, the time of the system's clock for `now` | |
//! | `document` | the module `document`: the filters in files, for editors and other tools | `lint`, `granit-parser`, `memchr`, `pulldown-cmark`, `roxmltree`, `serde`, `serde_json`, `toml` |
//! | `eval` | the module `eval`: filters on events, one or many at once | `memchr`, `serde`, `serde_json`, `slab`, `unicode-segmentation` |
//! | `lint` | the module `lint`: advice and fixes | `unicode-segmentation` |
//! | `miette` | `miette::Diagnostic` for diagnostics and errors | `miette` |
//! | `schema-toml` | the built-in schemas, and `Schema::from_toml` for those in files, which have the same form | `serde`, `toml` |
//! | `serde` | diagnostics, fixes, tokens and queries as values for other programs | `serde` |
//! | `full` | all of these | |
//! | `cli` | the tool `qlint` | `full`, and what only the tool uses |
//!
//! Features only add. Without `clock` the library compiles for `wasm32-unknown-unknown`, and nothing in it panics
//! there for want of a clock.
#![cfg_attr(docsrs, feature(doc_cfg))]
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
pub use syntax::{ParseError, ParseErrorKind, ParseErrors, Parsed, Query};

/// The examples of the README are run as those of the crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
