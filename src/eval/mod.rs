//! [`Checked`](crate::Checked) → [`Filter`]: matching events.
//!
//! What is right is said by the pages of the language reference; `tests/reference.rs` holds all of
//! this equal to an evaluator that is written from them. A [`trace`] says what each condition of a
//! filter comes to.

mod code;
mod cut;
mod decide;
mod error;
mod events;
mod explain;
mod filter;
mod json;
mod plan;
mod raw;
mod reader;
mod scan;
mod scratch;
mod set;
mod stream;
mod test;
mod text;
pub mod trace;
mod value;
mod walk;
mod wanted;

pub use cut::{first_end, last_end};
pub use error::{EventError, EventErrorKind};
pub use explain::Explanation;
pub use filter::Filter;
pub use scan::{BadEvent, Hit, Scan, ScanOptions};
pub use set::{FilterId, FilterSet, FilterSetBuilder, Matches, Refused, SetError, SetHit, SetScan};
pub use stream::{Cut, Cutter, Part};
