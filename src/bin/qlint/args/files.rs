//! The arguments of the commands for filters: `check`, `fmt`, `explain`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, ValueEnum};
use qualys_filter::Level;

use super::{NowArgs, RootArg, SchemaArgs};
use qualys_filter::document::{self, Pattern};

/// The environment variable with the form of reports.
pub(super) const FORMAT: &str = "QLINT_FORMAT";

/// Extensions of files with filters: one for each format that is `wanted`, as `.json and .toml`.
fn extensions(wanted: impl Fn(&document::Format) -> bool) -> String {
    let formats = document::Format::ALL.iter().filter(|format| wanted(format));
    let first = formats.filter_map(|format| format.extensions().first());
    joined(&first.map(|one| format!(".{one}")).collect::<Vec<_>>())
}

/// Names in a sentence, as `a, b and c`.
pub(crate) fn joined(names: &[String]) -> String {
    match names {
        [first @ .., before, last] => [first, &[format!("{before} and {last}")]]
            .concat()
            .join(", "),
        _ => names.concat(),
    }
}

// One line for each paragraph: it is wrapped to the width of the terminal.
pub(super) fn check_help() -> String {
    let extensions = extensions(|_| true);
    format!(
        "\
The {extensions} files of a folder are read, except hidden ones and those that .gitignore names. A \
.qql file has one filter in each paragraph; lines that start with # are comments. Files of other kinds \
need --lines, or [files] in qlint.toml. Without FILE and -e the current folder is read.

Exit status: 0 if all is well, 1 if there are findings of the level of --fail-on, 2 on a wrong argument \
or configuration, or if a file that is named or a folder has no filter and --allow-empty is not given, 3 if \
a file could not be read or written."
    )
}

pub(super) fn fmt_help() -> String {
    "\
Files that are not in the canonical form are rewritten. A filter that cannot be read is reported, and \
stays as it is; so is one that cannot be written where it is. The filters of standard input and -e are \
written to standard output.

Exit status: 0 if all is well, 1 if a filter cannot be read or written, or with --check or --diff if a \
filter would change, 2 on a wrong argument or configuration, or if a file that is named or a folder has no \
filter and --allow-empty is not given, 3 if a file could not be read or written."
        .to_owned()
}

pub(super) fn explain_help() -> String {
    let extensions = extensions(|_| true);
    format!(
        "\
Every filter of the files is explained, after a line with its file, its line and its name. Files are read as \
`qlint check` reads them: {extensions} files, folders, and others with --lines or [files] in qlint.toml.

Exit status: 0 if all filters are explained, with --event 1 if it matches none of them, 2 on a wrong argument, \
configuration, filter or event, 3 if a file of filters could not be read."
    )
}

/// Which filters, and how they are read.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct FiltersArgs {
    /// A filter; may be given several times
    #[arg(
        short = 'e',
        long = "expression",
        value_name = "FILTER",
        allow_hyphen_values = true
    )]
    pub(crate) expressions: Vec<String>,
    /// Files with filters, folders, or patterns such as 'rules/**/*.qql'; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<OsString>,
    /// Read one filter a line, not one a paragraph
    #[arg(long)]
    pub(crate) lines: bool,
    /// File name for standard input; selects its format and configuration
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Keys of the filters in JSON files, such as filter, filters[], search.query
    #[arg(long, value_name = "KEYS", value_delimiter = ',', value_parser = str::parse::<Pattern>)]
    pub(crate) keys: Vec<Pattern>,
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) now: NowArgs,
    /// A configuration file for all filters, or a setting such as rules.or_chain=off; may be given
    /// several times
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    pub(crate) config: Vec<OsString>,
    /// Use no configuration file that is not named
    #[arg(long)]
    pub(crate) isolated: bool,
    /// Do not mind a file that is named, or a folder, in which there is no filter
    #[arg(long)]
    pub(crate) allow_empty: bool,
}

/// Which rules are reported.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct RulesChoice {
    /// Report only these rules, such as or_chain or check,lint; errors in a filter are always reported
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Do not report these rules; a rule that is named wins over a group such as lint
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
}

/// How a command runs over many files.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Show people all findings, not only the first ten of each file and a count of the others
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Read only the files that have changed since a commit of git, such as HEAD or origin/main, and those that it does not know yet
    #[arg(long, value_name = "COMMIT")]
    pub(crate) since: Option<String>,
    /// How many threads to use; one for each core of the processor if not given
    #[arg(short = 'j', long, alias = "jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

impl RunArgs {
    pub(crate) fn threads(&self) -> usize {
        super::threads(self.threads)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) filters: FiltersArgs,
    #[command(flatten)]
    pub(crate) rules: RulesChoice,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Make the safe fixes, which keep what a filter means
    #[arg(long, group = "fixing", conflicts_with = "diff")]
    pub(crate) fix: bool,
    /// Make the unsafe fixes too, which write what was probably meant
    #[arg(long, requires = "fixing")]
    pub(crate) unsafe_fixes: bool,
    /// Show what --fix would change, without changing it
    #[arg(long, group = "fixing", conflicts_with_all = ["statistics", "output_file"])]
    pub(crate) diff: bool,
    /// Write comments that ignore what is found, where files have such comments, and report the rest
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub(crate) add_ignore: bool,
    /// Do not report the findings in this file, which --write-baseline wrote
    #[arg(long, value_name = "FILE", conflicts_with = "add_ignore")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings to this file; with --baseline only those of it that are still there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["add_ignore", "diff"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Form of the report; human on a terminal, else plain, if not given
    #[arg(long, value_enum, env = FORMAT)]
    pub(crate) format: Option<Format>,
    /// Write the report to a file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Report only how many findings each rule has
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Report at most this many findings
    #[arg(long, value_name = "N")]
    pub(crate) max_diagnostics: Option<usize>,
    /// Lowest level that makes the exit status 1; warning, or what qlint.toml says, if not given
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<LevelName>,
    /// Exit with 0 even if there are findings
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// List the files that would be read, and how, and check nothing
    #[arg(long)]
    pub(crate) show_files: bool,
    /// Show the settings of the files that would be read, and check nothing
    #[arg(long, conflicts_with = "show_files")]
    pub(crate) show_settings: bool,
    /// Print only findings and errors, no summary and no notes
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print nothing; the exit status says whether there are findings
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) silent: bool,
}

impl CheckArgs {
    /// Whether texts are written.
    pub(crate) fn writes(&self) -> bool {
        self.fix || self.add_ignore
    }

    /// Whether more is printed than findings and errors.
    pub(crate) fn is_chatty(&self) -> bool {
        !self.quiet && !self.silent
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct FmtArgs {
    #[command(flatten)]
    pub(crate) filters: FiltersArgs,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Name the files that would change, without changing them
    #[arg(long)]
    pub(crate) check: bool,
    /// Show what would change, without changing it
    #[arg(long)]
    pub(crate) diff: bool,
    /// Longest line, in characters; 100, or what qlint.toml says, if not given
    #[arg(long, value_name = "N")]
    pub(crate) width: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("which").args(["expressions", "files"]).required(true).multiple(true))]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) filters: FiltersArgs,
    /// A file with an event, or with several; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Which event of the file, from 1
    #[arg(long, value_name = "N", default_value_t = 1, requires = "event")]
    pub(crate) number: usize,
    /// Path of the event in each document, such as data, or '' for the document itself; without it, that of the
    /// schema's answers, if the first document is one
    #[arg(long, value_name = "PATH", requires = "event", value_parser = RootArg::from_str)]
    pub(crate) root: Option<RootArg>,
    /// How to explain them
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub(crate) format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// A tree of words
    Text,
    /// One JSON object on a line for each filter
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source, for people
    Human,
    /// In sentences, for screen readers
    Narrated,
    /// One line for each finding
    Plain,
    /// A JSON document
    Json,
    /// One JSON object on a line for each finding
    Jsonl,
    /// SARIF 2.1.0, for code hosts
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// GitLab's code quality report
    Gitlab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    Advice,
    Warning,
    Error,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Level {
        match name {
            LevelName::Advice => Level::Advice,
            LevelName::Warning => Level::Warning,
            LevelName::Error => Level::Error,
        }
    }
}
