//! The command line.

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Parser, Subcommand, ValueEnum};
use qualys_filter::CheckOptions;
use qualys_filter::schema::Path;

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

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report everything that is wrong with filters
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Print the events that a filter matches, like grep
    #[command(after_help = MATCH_HELP, override_usage = MATCH_USAGE)]
    Match(MatchArgs),
    /// List the search tokens of a schema
    #[command(after_help = "Exit status: 0 if a token is listed, 1 if none is, 2 on error.")]
    Tokens(TokensArgs),
}

const CHECK_HELP: &str = "\
A .qql file holds one filter in each paragraph; lines that start with # are comments.

Exit status: 0 if all is well, 1 if there are errors, 2 on a wrong argument or an unreadable file.";

const MATCH_USAGE: &str = "\
qlint match [OPTIONS] FILTER [FILE]...
       qlint match [OPTIONS] -f FILTERS... [FILE]...";

const MATCH_HELP: &str = "\
Events may come as JSON Lines, as documents one after the other, or as arrays of events. Those that
cannot be read are reported and passed over; what cannot match is passed over unread, unless
--strict is given. Files are read in blocks, so that memory stays small, but for arrays of events,
which are read whole.

Files with filters are .qql (one filter in each paragraph, named by a comment `# name: ...`), or .toml
or .yaml lists; of a folder, all such files are read. Where some filters are wrong, the others are used.

Exit status: 0 if an event matches, 1 if none does, 2 on error.";

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// A filter to check; may be given several times
    #[arg(
        short = 'e',
        long = "expression",
        value_name = "FILTER",
        allow_hyphen_values = true
    )]
    pub(crate) expressions: Vec<String>,
    /// Files with filters; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "expressions")]
    pub(crate) files: Vec<String>,
    /// Read one filter a line, not one a paragraph
    #[arg(long)]
    pub(crate) lines: bool,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) now: NowArgs,
    /// How to report: human on a terminal, plain otherwise
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Exit with 1 on warnings too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MatchArgs {
    /// The filter, unless -f is given, and files with events, also in gzip or zstd; no file, or -, is
    /// standard input
    #[arg(value_name = "FILTER|FILE", required_unless_present = "filters")]
    rest: Vec<String>,
    /// Match all filters of a file or of a folder's files at once, and print the names of those that
    /// match before each event; may be given several times
    #[arg(short = 'f', long, value_name = "FILTERS")]
    pub(crate) filters: Vec<String>,
    /// Read one filter a line from those files, not one a paragraph
    #[arg(long, requires = "filters")]
    pub(crate) lines: bool,
    /// Print an object with the names of the filters and the event, one a line
    #[arg(long, requires = "filters", conflicts_with_all = ["count", "quiet"])]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) now: NowArgs,
    /// Print only the number of matching events, for each file; with -f, for each filter
    #[arg(short, long)]
    pub(crate) count: bool,
    /// Print the number of the line that each event starts in before it
    #[arg(short = 'n', long)]
    pub(crate) line_number: bool,
    /// Print the name of the file before each event
    #[arg(short = 'H', long)]
    pub(crate) with_filename: bool,
    /// Print the events that do not match
    #[arg(short = 'v', long)]
    pub(crate) invert_match: bool,
    /// Print nothing; stop at the first match
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print each event on one line, without blanks between its parts
    #[arg(long)]
    pub(crate) compact: bool,
    /// Where the event stands in each document, such as data in the answers of FIM
    #[arg(long, value_name = "PATH")]
    pub(crate) root: Option<Path>,
    /// Read every byte of every event, and fail if one is not JSON
    #[arg(long)]
    pub(crate) strict: bool,
    /// How many threads to use; as many as the processor has cores if not given
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Map files into memory instead of reading them; faster, but if a file is cut short meanwhile,
    /// the program is killed
    #[arg(long)]
    pub(crate) mmap: bool,
    /// Report on standard error how much was read, and how fast
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "human")]
    pub(crate) stats: Option<StatsFormat>,
    /// Say how matches are looked for, and do not look
    #[arg(long)]
    pub(crate) explain_plan: bool,
}

impl MatchArgs {
    /// The filter, if it is an argument.
    pub(crate) fn filter(&self) -> Option<&str> {
        match self.filters.is_empty() {
            true => self.rest.first().map(String::as_str),
            false => None,
        }
    }

    /// The files with events.
    pub(crate) fn files(&self) -> &[String] {
        match (self.filters.is_empty(), &*self.rest) {
            (true, [_, files @ ..]) => files,
            (_, files) => files,
        }
    }

    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            Some(threads) => threads.into(),
            None => std::thread::available_parallelism().map_or(1, Into::into),
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct TokensArgs {
    /// Only tokens whose name or description holds this, in any case
    #[arg(value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    /// How to print them
    #[arg(long, value_enum, default_value_t = TokensFormat::Table)]
    pub(crate) format: TokensFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// The search tokens to know: edr, fim, open, or a schema file
    #[arg(short, long, default_value = "edr", value_name = "SCHEMA")]
    pub(crate) schema: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct NowArgs {
    /// The time that `now` stands for, as 2024-01-31 or 2024-01-31T12:00:00Z; else the clock's
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
pub(crate) enum Format {
    /// With the source, for people
    Human,
    /// A line each
    Plain,
    /// A JSON object a line each
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// A line for each figure
    Human,
    /// A JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokensFormat {
    /// Columns
    Table,
    /// A JSON object a line each
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

impl Color {
    /// Makes this the choice for all output.
    pub(crate) fn write_global(self) {
        let choice = match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
