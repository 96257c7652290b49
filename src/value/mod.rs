//! Typed values that the checker reads from queries and the evaluator from events.

mod address;
mod case;
mod date;
mod instant;
mod number;
mod relative;
mod sign;
mod version;

pub use address::{Net, NetError};
pub use date::{Period, Unit};
pub use number::{Number, NumberError};
pub use version::{Version, VersionError};

pub(crate) use address::address;
pub(crate) use case::{equals_folded, fold, fold_into, starts_with_folded};
pub(crate) use date::{in_years_0_to_9999, written_period};
pub(crate) use instant::{epoch_nanoseconds, event_nanoseconds};
pub(crate) use number::WrittenNumber;
pub(crate) use relative::RelativeDate;
pub(crate) use sign::sign_of;
