//! What is wrong with a file, told after all that could be read of it.

use std::io;

/// Something that an input ends with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// What cannot be unpacked from a place on.
    #[error(
        "the {format} data is damaged at byte {at}: {what}; the events before it were searched"
    )]
    Damage {
        format: &'static str,
        /// Counted in the compressed data.
        at: u64,
        what: String,
    },
    /// Something after compressed data, which is ignored.
    #[error("the {format} data ends at byte {at}; what follows is ignored")]
    Garbage { format: &'static str, at: u64 },
}

impl Trouble {
    /// That the data of this format is damaged at a place.
    pub(crate) fn damage(format: &'static str, at: u64, what: impl ToString) -> io::Error {
        let what = what.to_string();
        io::Error::other(Trouble::Damage { format, at, what })
    }

    /// Whether an error is only worth a warning.
    pub(crate) fn is_warning(error: &io::Error) -> bool {
        let trouble = error.get_ref().and_then(|error| error.downcast_ref());
        matches!(trouble, Some(Trouble::Garbage { .. }))
    }
}
