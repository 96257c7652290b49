//! [`Checked`](crate::Checked) → [`Filter`]: matching events.
//!
//! The slow [`oracle`] says what is right; everything else here only has to be equal to it, and
//! fast.

mod code;
mod cut;
mod decide;
mod error;
mod events;
mod explain;
mod filter;
mod json;
pub mod oracle;
mod plan;
mod raw;
mod reader;
mod scan;
mod scratch;
mod set;
mod stream;
mod test;
mod text;
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
