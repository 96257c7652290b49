//! [`Checked`](crate::Checked) → [`Filter`]: matching events.
//!
//! What is right is said by the pages of the language reference; `tests/library/reference.rs` holds all of
//! this equal to an evaluator that is written from them. A [`trace`] says what each condition of a
//! filter comes to.

mod buffer;
mod compare;
mod error;
mod event;
mod explain;
mod filter;
mod json;
mod program;
mod set;
pub mod trace;

pub use buffer::hit::{BadEvent, Hit};
pub use buffer::options::{Part, ScanOptions};
pub use buffer::scan::Scan;
pub use buffer::split::{first_end, last_end};
pub use buffer::stream::{Cut, Cutter};
pub use error::{EventError, EventErrorKind};
pub use explain::Explanation;
pub use filter::Filter;
pub use set::{FilterId, FilterSet, FilterSetBuilder, Matches, Refused, SetError, SetHit, SetScan};
