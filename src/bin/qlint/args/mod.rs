//! The command line.

mod events;
mod files;

use std::ffi::OsString;
use std::io::Write;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use qualys_filter::{CheckOptions, Schema};

use crate::outcome::Outcome;
use crate::output::{Out, say};

pub(crate) use events::{MatchArgs, RootArg, StatsFormat};
pub(crate) use files::{
    CheckArgs, ExplainArgs, ExplainFormat, FiltersArgs, FmtArgs, Format, RulesChoice, joined,
};

/// Checks filters of Qualys (QQL) and runs them over exported events.
#[derive(Debug, Parser)]
#[command(name = "qlint", version, max_term_width = 100)]
pub(crate) struct Args {
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The arguments of this run. An error has been reported already.
    pub(crate) fn read() -> Result<Args, Outcome> {
        let mut command = Args::command();
        // An empty variable counts as not set.
        if std::env::var_os(files::FORMAT).is_some_and(|format| format.is_empty()) {
            command = command.mut_subcommand("check", |check| {
                check.mut_arg("format", |format| format.env(None::<&str>))
            });
        }
        let args = command
            .try_get_matches()
            .and_then(|matches| Args::from_arg_matches(&matches));
        args.map_err(|error| {
            if !error.use_stderr() {
                // Help contains nothing that a user typed, so it is harmless.
                return match error.print() {
                    Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                        say(&format!("cannot write <stdout>: {error}"));
                        Outcome::Broken
                    }
                    _ => Outcome::Good,
                };
            }
            let mut err = Out::stderr();
            for line in error.render().to_string().lines() {
                // An argument may have several lines. None of them may look like a command to a
                // build server.
                let typed = line.trim_start().starts_with(['#', ':']);
                let _ = writeln!(err, "{}{line}", if typed { "  | " } else { "" });
            }
            Outcome::Failed
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what is wrong with filters and what could be better, and fix it
    #[command(after_help = files::check_help())]
    Check(CheckArgs),
    /// Write filters in their canonical form
    #[command(after_help = files::fmt_help())]
    Fmt(FmtArgs),
    /// Say what filters mean, and why they match an event or do not
    #[command(after_help = files::explain_help())]
    Explain(ExplainArgs),
    /// Print the events that a filter matches, like grep
    #[command(after_help = events::MATCH_HELP, override_usage = events::MATCH_USAGE)]
    Match(MatchArgs),
    /// Say whether two filters match the same events, or show an event that tells them apart
    #[command(after_help = SAME_HELP)]
    Same(SameArgs),
    /// List the rules: all that can be found in a filter
    Rules(RulesArgs),
    /// Show the page of a rule
    #[command(after_help = "Exit status: 0, or 2 if there is no such rule.")]
    Rule(RuleArgs),
    /// List search tokens, of one app or of all
    #[command(after_help = "Exit status: 0 if a token is listed, 1 if none is, 2 on error.")]
    Tokens(TokensArgs),
    /// Write a qlint.toml with all settings as comments
    #[command(
        after_help = "Exit status: 0, 2 if there is one already, which is never written over, 3 if it cannot be written."
    )]
    Init(InitArgs),
    /// Print the JSON Schema of qlint.toml, of reports, or of baselines
    JsonSchema(JsonSchemaArgs),
    /// Print a shell completion script
    Completions(CompletionsArgs),
    /// Write a man page for each command into a folder
    Man(ManArgs),
}

// One line for each paragraph: it is wrapped to the width of the terminal.
const SAME_HELP: &str = "\
What is said holds of every event: that the filters are equivalent or that one implies the other is proven, and an event that \
tells them apart has been tried. Where neither is found, it is not decided.

Exit status: 0 if they are equivalent, 1 if an event tells them apart, 2 on error, 3 if it is not decided.";

#[derive(Debug, clap::Args)]
pub(crate) struct SameArgs {
    /// The first filter
    #[arg(value_name = "A", allow_hyphen_values = true)]
    pub(crate) first: String,
    /// The second filter
    #[arg(value_name = "B", allow_hyphen_values = true)]
    pub(crate) second: String,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) now: NowArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    /// Only rules whose name or summary contains this, in any case
    #[arg(value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = TokensFormat::Table)]
    pub(crate) format: TokensFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RuleArgs {
    /// The name or code of the rule, such as or_chain or qql::lint::or_chain
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The folder to write it to
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: std::path::PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct JsonSchemaArgs {
    /// What the schema describes
    #[arg(value_enum)]
    pub(crate) of: JsonSchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonSchemaOf {
    /// The file qlint.toml
    Config,
    /// The output of `qlint check --format json`
    Report,
    /// The file of `qlint check --write-baseline`
    Baseline,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// The folder to write them to
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: std::path::PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokensArgs {
    /// Only tokens with this in their name, description, values or JSON path, in any case
    #[arg(value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,
    #[arg(short, long, visible_alias = "app", value_name = "SCHEMA", help = schema_help() + OR_ALL)]
    pub(crate) schema: Option<OsString>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = TokensFormat::Table)]
    pub(crate) format: TokensFormat,
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    #[arg(short, long, value_name = "SCHEMA", help = schema_help() + OR_AUTO)]
    pub(crate) schema: Option<OsString>,
}

/// What goes on after the help of `--schema` where the schema may be chosen.
const OR_AUTO: &str = "; auto chooses the one that knows most tokens of a file's filters, and is what \
                       is done if neither this nor qlint.toml says otherwise";

/// What goes on after the help of `--schema` where all schemas are searched.
const OR_ALL: &str = "; all built-in schemas, if not given";

/// The help of an argument that names a schema.
fn schema_help() -> String {
    format!(
        "The search tokens to know: {}, a scope of them such as fim:incident, or a schema file",
        Schema::BUILT_IN.join(", ")
    )
}

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct NowArgs {
    /// Time of `now`, such as 2024-01-31 or 2024-01-31T12:00:00Z; the clock's if not given
    #[arg(long, value_name = "TIME", value_parser = time)]
    now: Option<DateTime<Utc>>,
}

impl NowArgs {
    pub(crate) fn options(&self) -> CheckOptions {
        match self.now {
            Some(now) => CheckOptions::at(now),
            None => CheckOptions::from_clock(),
        }
    }
}

/// The number of threads: the given one, or that of the cores.
fn threads(given: Option<u16>) -> usize {
    match given {
        Some(threads) => threads.into(),
        None => std::thread::available_parallelism().map_or(1, Into::into),
    }
}

/// A count of bytes, such as 16MiB. K, M and G are powers of 1,024 as well.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or_default();
    let unit = unit.trim_start().to_ascii_lowercase();
    let shift = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => u32::MAX,
    };
    let number = number.parse::<usize>().ok().filter(|number| *number > 0);
    let size = number.and_then(|number| number.checked_mul(1_usize.checked_shl(shift)?));
    size.ok_or_else(|| "write a size as 65536, 64KiB, 16MiB or 1GiB".to_owned())
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text
        .parse::<NaiveDate>()
        .ok()
        .and_then(|day| day.and_hms_opt(0, 0, 0));
    match (day, DateTime::parse_from_rfc3339(text)) {
        (Some(midnight), _) => Ok(midnight.and_utc()),
        (_, Ok(time)) => Ok(time.to_utc()),
        _ => Err("write a date as 2024-01-31, or a time as 2024-01-31T12:00:00Z".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokensFormat {
    /// Columns
    Table,
    /// One JSON object on a line for each
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, or if FORCE_COLOR is set, unless NO_COLOR is
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes this the choice of all output.
    pub(crate) fn write_global(self) {
        let choice = match self {
            Color::Auto => forced().unwrap_or(anstream::ColorChoice::Auto),
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// What FORCE_COLOR says, which NO_COLOR wins over.
fn forced() -> Option<anstream::ColorChoice> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (set("NO_COLOR"), set("FORCE_COLOR").as_deref()) {
        (Some(_), _) | (_, None) => None,
        (_, Some("0" | "false")) => Some(anstream::ColorChoice::Never),
        (_, Some(_)) => Some(anstream::ColorChoice::Always),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_counted_in_bytes() {
        for (text, right) in [
            ("1", Some(1)),
            ("64k", Some(64 << 10)),
            ("16MiB", Some(16 << 20)),
            ("16 MB", Some(16 << 20)),
            ("1G", Some(1 << 30)),
            ("0", None),
            ("", None),
            ("MiB", None),
            ("-1", None),
            ("1.5M", None),
            ("1T", None),
            ("é", None),
            ("99999999999G", None),
        ] {
            assert_eq!(size(text).ok(), right, "{text}");
        }
    }
}
