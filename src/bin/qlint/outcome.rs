//! How a command ends.

use std::process::ExitCode;

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is nothing to report, or something matched.
    Good,
    /// There are findings, or nothing matched.
    Findings,
    /// An argument, a configuration or a filter cannot be used.
    Failed,
    /// A file could not be read or written, or something could not be decided.
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

/// An error that ends the command, with its message.
pub(crate) type Failure = Box<dyn std::error::Error>;
