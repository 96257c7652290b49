//! `qlint` checks filters of Qualys and runs them over exported events.

// No panic on input: where the compiler cannot see why an access is safe, the code says so.
#![warn(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]

mod args;
mod blocks;
mod check;
mod event;
mod lists;
mod question;
mod report;
mod run;
mod schema;
mod search;
mod source;
mod stats;
mod tokens;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// How a command came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was wrong, or something matched.
    Good,
    /// Something was wrong, or nothing matched.
    Findings,
    /// The command could not do its work: a file could not be read, or a filter not be used.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Good => 0,
            Outcome::Findings => 1,
            Outcome::Failed => 2,
        })
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    args.color.write_global();
    let outcome = match &args.command {
        Command::Check(args) => check::check(args),
        Command::Match(args) => run::run(args),
        Command::Tokens(args) => tokens::tokens(args),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        // Whoever reads our output has had enough of it.
        Err(error) if is_broken_pipe(&error) => Outcome::Good.into(),
        Err(error) => {
            report::say(&error.to_string());
            Outcome::Failed.into()
        }
    }
}

/// Anything that ends the program, with its message.
pub(crate) type Failure = Box<dyn std::error::Error>;

fn is_broken_pipe(error: &Failure) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
