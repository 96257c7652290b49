//! [`Checked`](crate::Checked) → [`Filter`]: matching events.
//!
//! The slow [`oracle`] says what is right; everything else here only has to be equal to it, and
//! fast.

mod error;
mod events;
mod filter;
mod json;
pub mod oracle;
mod plan;
mod scan;
mod source;
mod test;
mod text;

pub use error::{EventError, EventErrorKind};
pub use filter::Filter;
pub use scan::{BadEvent, Hit, Scan, ScanOptions};
