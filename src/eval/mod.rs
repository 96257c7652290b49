//! [`Checked`](crate::Checked) → [`Filter`]: matching events.
//!
//! The pages of the language reference define the right answers. `tests/library/reference.rs`
//! compares this evaluator with another that is written from those pages. A [`trace`] explains the
//! result of each condition of a filter.

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
pub use buffer::scanner::Scanner;
pub use buffer::split::{first_boundary, last_boundary};
pub use buffer::stream::{Cut, Cutter};
pub use error::{EventError, EventErrorKind};
pub use explain::Explanation;
pub use filter::Filter;
pub use set::{
    FilterId, FilterSet, FilterSetBuilder, Matches, Refused, SetError, SetHit, SetScan, SetScanner,
};
