//! What `qlint match` asks of events: one filter, or a set of them.

use std::ffi::OsString;

use qualys_filter::document::{Document, FilterText, Map, Positions};
use qualys_filter::{
    CheckOptions, Checked, Filter, FilterSet, FilterSetBuilder, Query, ScanOptions, Schema,
};

use super::search::{Scanned, scan};
use crate::args::MatchArgs;
use crate::config::{ConfigError, Configs, misconfigured, schema};
use crate::files::unreadable;
use crate::input::{Selection, Task, Tasks, with_keys};
use crate::outcome::Failure;
use crate::output::{Name, counted, say};
use crate::report::{File, Finding, to_stderr};

/// One filter, or many.
pub(crate) enum Engine {
    One(Filter),
    Many(Many),
}

/// A set of filters.
pub(crate) struct Many {
    /// The filters that can be used, with their names.
    pub(crate) set: FilterSet,
    /// Whether some file or filter could not be used.
    pub(crate) failed: bool,
}

impl Engine {
    /// Reads the filters. What is wrong with them goes to standard error; nothing if none can be
    /// used.
    pub(crate) fn read(args: &MatchArgs) -> Result<Option<Engine>, Failure> {
        let schema = schema::load(&args.schema)?;
        let options = args.now.options().with_limits(args.limits());
        let mut reader = Reader {
            schema: &schema,
            options,
            warn: !args.quiet && args.filter().is_some(),
            warnings: 0,
        };
        if let Some(text) = args.filter() {
            let text = text.to_str().ok_or("the filter is not UTF-8")?;
            let mut file = File::new("FILTER".to_owned(), text.to_owned());
            let checked = reader.check(text, &Map::plain(0), &mut file);
            to_stderr(&file, false);
            let filter = match checked {
                Some(checked) => checked.compile(),
                None => return Ok(None),
            };
            let filter = if args.strict { filter.strict() } else { filter };
            return Ok(Some(Engine::One(filter)));
        }
        let events = args.files();
        let from_stdin = |files: &[OsString]| files.iter().any(|file| file == "-");
        let is_read = !args.explain_plan && (events.is_empty() || from_stdin(events));
        if from_stdin(&args.filters) && is_read {
            return Err("standard input cannot be both the filters and the events".into());
        }
        let tasks = match tasks(args) {
            Ok(tasks) => tasks,
            Err(error) => {
                misconfigured(&error);
                return Ok(None);
            }
        };
        tasks.wrong.iter().for_each(|error| {
            misconfigured(error);
        });
        tasks.failures.iter().for_each(|failure| say(failure));
        let mut failed = !tasks.failures.is_empty() || !tasks.wrong.is_empty();
        let mut good = Vec::new();
        let mut files = 0;
        for task in &tasks.tasks {
            match reader.file(task, &mut good) {
                Ok(Some(all)) => {
                    files += 1;
                    failed |= !all;
                }
                Ok(None) => {}
                Err(message) => {
                    say(&message);
                    failed = true;
                }
            }
        }
        if files == 0 && !failed {
            let folders = args
                .filters
                .iter()
                .map(|name| Name::from(&**name).to_string());
            let folders = folders.collect::<Vec<_>>().join(", ");
            say(&format!("there is no file of filters in {folders}"));
            failed = true;
        }
        // Those of many filters would bury what matters.
        if reader.warnings > 0 && !args.quiet {
            let count = reader.warnings;
            let (count, them) = match count {
                1 => ("1 warning".to_owned(), "it"),
                _ => (format!("{count} warnings"), "them"),
            };
            say(&format!(
                "{count} about the filters; `qlint check` shows {them}"
            ));
        }
        let mut builder = FilterSetBuilder::new().limits(&args.limits());
        for (name, checked) in &good {
            builder.add_named(name.as_str(), checked);
        }
        let set = builder.build()?;
        let set = if args.strict { set.strict() } else { set };
        let many = Many { set, failed };
        Ok(Some(Engine::Many(many)))
    }

    /// Whether some of what was asked for could not be used.
    pub(crate) fn failed(&self) -> bool {
        match self {
            Engine::One(_) => false,
            Engine::Many(many) => many.failed,
        }
    }

    /// How matches are looked for.
    pub(crate) fn explain(&self) -> String {
        match self {
            Engine::One(filter) => filter.explain().to_string(),
            Engine::Many(many) => many.set.explain().to_string(),
        }
    }

    /// Searches a buffer. Returns how many events were read.
    pub(crate) fn scan(
        &self,
        buffer: &[u8],
        options: &ScanOptions,
        lines: bool,
        each: &mut dyn FnMut(Scanned<'_>),
    ) -> u64 {
        match self {
            Engine::One(filter) => scan(filter, buffer, options, lines, each),
            Engine::Many(many) => {
                let mut scan = many.set.scan_with(buffer, options);
                let mut matches = qualys_filter::Matches::new();
                while let Some(event) = scan.next_into(&mut matches) {
                    each(match event {
                        Err(bad) => Scanned::Bad(bad),
                        Ok(range) => {
                            let line = if lines { scan.line(range.start) } else { 0 };
                            let ids = matches.as_slice();
                            Scanned::Hit { range, line, ids }
                        }
                    });
                }
                scan.events()
            }
        }
    }
}

/// Checks filters one after the other.
struct Reader<'a> {
    schema: &'a Schema,
    options: CheckOptions,
    /// Whether warnings are reported too, and how many there were.
    warn: bool,
    warnings: usize,
}

impl Reader<'_> {
    /// Reads the filters of a file that can be used, with their names. Returns whether all of them can
    /// be; nothing if the file was found in a folder and is about something else.
    fn file(
        &mut self,
        task: &Task,
        good: &mut Vec<(String, Checked)>,
    ) -> Result<Option<bool>, String> {
        let text = task.read()?;
        let document = match task.document(&*text) {
            Ok(document) => document,
            Err(error) if error.is_unrelated() && !task.named => return Ok(None),
            Err(error) => return Err(unreadable(&error, &task.name, &text)),
        };
        let filters = document.filters();
        if task.format.has_keys() && filters.is_empty() && !task.named {
            return Ok(None);
        }
        if let Some(note) = task.nothing_at_keys(filters.len()) {
            say(&note);
        }
        let mut file = File::new(task.name.clone(), text);
        let mut names = Names::new(task, &document);
        let mut left_out = Vec::new();
        for filter in filters {
            let name = names.of(filter);
            match self.check(filter.text(), filter.map(), &mut file) {
                Some(checked) => good.push((name, checked)),
                None => left_out.push(name),
            }
        }
        to_stderr(&file, false);
        for name in left_out.iter().take(SHOWN) {
            say(&format!("filter `{name}` is left out"));
        }
        if let Some(more @ 1..) = left_out.len().checked_sub(SHOWN) {
            say(&format!("{} more left out", counted(more, "filter")));
        }
        Ok(Some(left_out.is_empty()))
    }

    /// The filter, if it can be used; what is wrong with it is added to the file.
    fn check(&mut self, text: &str, map: &Map, file: &mut File) -> Option<Checked> {
        let found = &mut file.findings;
        let query = match text.parse::<Query>() {
            Ok(query) => query,
            Err(errors) => {
                found.extend(
                    errors
                        .iter()
                        .map(|error| Finding::at(error.diagnostic(), map)),
                );
                return None;
            }
        };
        match query.check_with(self.schema, &self.options) {
            Err(errors) => {
                found.extend(
                    errors
                        .iter()
                        .map(|error| Finding::at(error.diagnostic(), map)),
                );
                None
            }
            Ok(checked) => {
                let warnings = checked.warnings();
                self.warnings += warnings.len();
                if self.warn {
                    found.extend(
                        warnings
                            .iter()
                            .map(|found| Finding::at(found.diagnostic(), map)),
                    );
                }
                Some(checked)
            }
        }
    }
}

/// So many names of filters that cannot be used are shown for each file.
const SHOWN: usize = 10;

/// The files that hold the filters, read as `qlint.toml` says.
fn tasks(args: &MatchArgs) -> Result<Tasks, ConfigError> {
    Ok(Tasks::of_files(Selection {
        files: &args.filters,
        lines: args.lines,
        stdin_filename: None,
        configs: Configs::new(&[], true, with_keys(&args.keys))?,
    }))
}

/// What the filters of a file are called: by their own names, or by the file, with the place there of
/// each if there are others.
struct Names<'d> {
    stem: String,
    only: bool,
    /// If a place is a line, and not the number of the filter.
    lines: Option<Positions<'d>>,
    number: usize,
}

impl<'d> Names<'d> {
    fn new(task: &Task, document: &'d Document) -> Names<'d> {
        let stem = task.name.path().file_stem();
        let stem = stem.map(|stem| stem.to_string_lossy());
        Names {
            stem: clean(&stem.unwrap_or_else(|| task.name.text())),
            only: document.filters().len() == 1,
            lines: task.format.is_plain().then(|| document.positions()),
            number: 0,
        }
    }

    /// The name of the next filter.
    fn of(&mut self, filter: &FilterText) -> String {
        self.number += 1;
        if let Some(name) = filter.name() {
            return clean(name);
        }
        if self.only {
            return self.stem.clone();
        }
        let place = match &self.lines {
            Some(positions) => positions.line(filter.range().start) + 1,
            None => self.number,
        };
        format!("{}:{place}", self.stem)
    }
}

/// A name on one line.
fn clean(name: &str) -> String {
    name.replace(char::is_control, " ")
}
