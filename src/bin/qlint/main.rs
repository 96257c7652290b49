//! `qlint` checks filters of Qualys and runs them over exported events.

// No panic on input: where the compiler cannot see why an access is safe, the code says so.
#![warn(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]

mod args;
mod complete;
mod event;
mod explain;
mod files;
mod fmt;
mod input;
mod lint;
mod open;
mod output;
mod question;
mod rules;
mod run;
mod save;
mod schema;
mod search;
mod stats;
mod tokens;
mod work;

use std::process::ExitCode;

use args::{Args, Command};
use output::Unwritable;

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

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(outcome) => return outcome.into(),
    };
    args.color.write_global();
    save::end_on_signals();
    let outcome = match &args.command {
        Command::Check(args) => lint::check(args),
        Command::Fmt(args) => fmt::fmt(args),
        Command::Explain(args) => explain::explain(args),
        Command::Match(args) => run::run(args),
        Command::Rules(args) => rules::rules(args),
        Command::Rule(args) => rules::rule(args),
        Command::Tokens(args) => tokens::tokens(args),
        Command::JsonSchema(args) => complete::json_schema(args),
        Command::Completions(args) => complete::completions(args),
        Command::Man(args) => complete::man(args),
    };
    match (outcome, output::lost()) {
        (Ok(_), Some(lost)) => {
            output::say(&lost);
            Outcome::Broken.into()
        }
        (Ok(outcome), None) => outcome.into(),
        (Err(error), _) => {
            output::say(&error.to_string());
            let io = error.downcast_ref::<std::io::Error>();
            match io.is_some_and(Unwritable::is) {
                true => Outcome::Broken.into(),
                false => Outcome::Failed.into(),
            }
        }
    }
}

/// Anything that ends the program, with its message.
pub(crate) type Failure = Box<dyn std::error::Error>;
