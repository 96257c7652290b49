//! What several rules look for. No rule uses another; what two of them need is here.

mod dates;
mod opposites;
mod ranges;
mod redundant;
mod words;

pub(super) use dates::{is_event_time, of_product, written_dates};
pub(super) use opposites::opposites;
pub(super) use ranges::hollow_ranges;
pub(super) use redundant::Redundant;
pub(super) use words::is_null;
