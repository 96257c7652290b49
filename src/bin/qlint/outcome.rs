//! How a command ends.

use std::process::ExitCode;

/// How a command came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was wrong, or something matched.
    Good,
    /// Something was wrong, or nothing matched.
    Findings,
    /// The command could not do its work: an argument, a configuration or a filter cannot be used.
    Failed,
    /// A file could not be read or written.
    Broken,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Good => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
            Outcome::Broken => 3,
        })
    }
}

/// Anything that ends the program, with its message.
pub(crate) type Failure = Box<dyn std::error::Error>;
