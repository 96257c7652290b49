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
mod commands;
mod config;
mod events;
mod files;
mod input;
mod outcome;
mod output;
mod report;
mod save;

use std::process::ExitCode;

use args::{Args, Command};
use commands::{check, explain, fmt, init, r#match, rules, same, shell, tokens};
use outcome::Outcome;
use output::Unwritable;

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(outcome) => return outcome.into(),
    };
    args.color.write_global();
    save::end_on_signals();
    let outcome = match &args.command {
        Command::Check(args) => check::check(args),
        Command::Fmt(args) => fmt::fmt(args),
        Command::Explain(args) => explain::explain(args),
        Command::Match(args) => r#match::run(args),
        Command::Same(args) => same::same(args),
        Command::Rules(args) => rules::rules(args),
        Command::Rule(args) => rules::rule(args),
        Command::Tokens(args) => tokens::tokens(args),
        Command::Init(args) => init::init(args),
        Command::JsonSchema(args) => shell::json_schema(args),
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
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
