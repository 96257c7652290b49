//! The arguments of `qlint match`.

use std::ffi::{OsStr, OsString};
use std::str::FromStr;

use clap::ValueEnum;
use qualys_filter::Limits;
use qualys_filter::schema::{Path, PathError};

use super::{NowArgs, SchemaArgs};
use qualys_filter::document::Pattern;

pub(super) const MATCH_USAGE: &str = "\
qlint match [OPTIONS] FILTER [FILE]...
       qlint match [OPTIONS] -e FILTER [FILE]...
       qlint match [OPTIONS] -f FILTERS... [FILE]...";

// One line for each paragraph: it is wrapped to the width of the terminal.
pub(super) const MATCH_HELP: &str = "\
Events may come as JSON Lines, as documents one after the other, or as arrays of events. An event that \
cannot be read is reported and skipped. What cannot match is skipped unread, unless --strict is given. \
Files, and arrays of events too, are read in blocks, so that memory stays small. An event that is longer \
than --max-event is reported and skipped.

A file may also hold answers of the API, with the events inside of them. The schema knows where: the first document \
of a file says whether it is such an answer. --root says it instead.

Files may be compressed with gzip or zstd, and may be in UTF-16 with a byte order mark. Lines and bytes in \
messages are then those of the unpacked text in UTF-8. All that can be read of a damaged file is searched.

Of a folder the .json, .jsonl and .ndjson files are searched, also with .gz or .zst after that, except hidden ones and \
those that .gitignore names.

Files with filters are .qql (one filter in each paragraph, named by a comment `# name: ...`), .toml or \
.yaml lists, or .json with filters at the keys of --keys. All such files of a folder are read. If \
some filters are wrong, the others are used.

Exit status: 0 if an event matches, 1 if none does, 2 on error.";

#[derive(Debug, clap::Args)]
pub(crate) struct MatchArgs {
    /// The filter, unless -e or -f is given, and files with events, also in gzip or zstd, or folders of
    /// them; no file, or -, is standard input
    #[arg(value_name = "FILTER|FILE", required_unless_present_any = ["filters", "expression"])]
    rest: Vec<OsString>,
    /// The filter; every other argument is then a file with events
    #[arg(
        short = 'e',
        long,
        value_name = "FILTER",
        allow_hyphen_values = true,
        conflicts_with = "filters"
    )]
    expression: Option<OsString>,
    /// Match all filters of a file or of a folder's files at once, and print the names of those that
    /// match before each event; may be given several times
    #[arg(short = 'f', long, value_name = "FILTERS")]
    pub(crate) filters: Vec<OsString>,
    /// Read one filter a line from those files, not one a paragraph
    #[arg(long, requires = "filters")]
    pub(crate) lines: bool,
    /// Keys of the filters in JSON files, such as filter, filters[], search.query
    #[arg(long, value_name = "KEYS", requires = "filters", value_delimiter = ',', value_parser = str::parse::<Pattern>)]
    pub(crate) keys: Vec<Pattern>,
    /// Print a JSON object for each event, on one line, with the names of the filters and the event
    #[arg(long, requires = "filters", conflicts_with_all = ["count", "quiet"])]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) now: NowArgs,
    /// Print only the names of files with an event that matches
    #[arg(short = 'l', long, conflicts_with_all = ["count", "quiet", "json"])]
    pub(crate) files_with_matches: bool,
    /// Stop after this many matching events of each file
    #[arg(short = 'm', long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_count: Option<u64>,
    /// Print only these values of each event, as an object: search tokens, or JSON paths such as asset.hostName
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', conflicts_with_all = ["count", "quiet", "files_with_matches"])]
    pub(crate) fields: Vec<String>,
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
    /// Path of the event in each document, such as data, or '' for the document itself; without it, that of the
    /// schema's answers, if the first document of a file is one
    #[arg(long, value_name = "PATH", value_parser = RootArg::from_str)]
    pub(crate) root: Option<RootArg>,
    /// Read every byte of every event, and fail if one is not JSON
    #[arg(long)]
    pub(crate) strict: bool,
    /// Longest event to read, such as 64MiB; with --root, the longest document
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = super::size)]
    pub(crate) max_event: usize,
    /// How many threads to use; one for each core of the processor if not given
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Map files into memory instead of reading them; faster, but the program is killed if a file is
    /// cut short meanwhile
    #[arg(long)]
    pub(crate) mmap: bool,
    /// Report on standard error how much was read, and how fast
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "human")]
    pub(crate) stats: Option<StatsFormat>,
    /// Report every event that cannot be read, not only the first ten of each file and a count
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Say how a scan looks for matches, and do not scan
    #[arg(long)]
    pub(crate) explain_plan: bool,
}

impl MatchArgs {
    /// The filter, if it is an argument.
    pub(crate) fn filter(&self) -> Option<&OsStr> {
        match (&self.expression, self.filters.is_empty()) {
            (Some(filter), _) => Some(filter),
            (None, true) => self.rest.first().map(OsString::as_os_str),
            (None, false) => None,
        }
    }

    /// The files with events.
    pub(crate) fn files(&self) -> &[OsString] {
        match &*self.rest {
            [_, files @ ..] if self.expression.is_none() && self.filters.is_empty() => files,
            files => files,
        }
    }

    /// The limits of events.
    pub(crate) fn limits(&self) -> Limits {
        Limits::default().with_event_bytes(self.max_event)
    }

    pub(crate) fn threads(&self) -> usize {
        super::threads(self.threads)
    }
}

/// Where events are in documents, as an argument says it.
#[derive(Clone, Debug)]
pub(crate) struct RootArg(pub(crate) Option<Path>);

impl FromStr for RootArg {
    type Err = PathError;

    fn from_str(text: &str) -> Result<RootArg, PathError> {
        Ok(RootArg(match text {
            "" => None,
            path => Some(path.parse()?),
        }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// A line for each figure
    Human,
    /// A JSON object
    Json,
}
