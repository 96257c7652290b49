//! Errors of files, which are returned after all that could be read.

use std::io;

/// What an input ends with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The data cannot be unpacked from an offset on.
    #[error(
        "the {format} data is damaged at byte {at}: {what}; the events before it were searched"
    )]
    Damage {
        format: &'static str,
        /// The offset in the compressed data.
        at: u64,
        what: String,
    },
    /// Other bytes follow the compressed data. They are ignored.
    #[error("the {format} data ends at byte {at}; what follows is ignored")]
    Garbage { format: &'static str, at: u64 },
}

impl Trouble {
    /// The error of data that is damaged at an offset.
    pub(crate) fn damage(format: &'static str, at: u64, what: impl ToString) -> io::Error {
        let what = what.to_string();
        io::Error::other(Trouble::Damage { format, at, what })
    }

    /// Whether an error is only a warning.
    pub(crate) fn is_warning(error: &io::Error) -> bool {
        let trouble = error.get_ref().and_then(|error| error.downcast_ref());
        matches!(trouble, Some(Trouble::Garbage { .. }))
    }
}
