//! The filters of files, which `qlint match -f` runs as a set.

use std::ffi::OsString;

use qualys_filter::document::{Document, FilterText, Positions};
use qualys_filter::{CheckOptions, Checked, FilterSetBuilder, Linter, Schema};

use super::engine::{Engine, Many, Ready};
use crate::args::MatchArgs;
use crate::config::{ConfigError, Configs, misconfigured};
use crate::files::unreadable;
use crate::input::{Checker, Selection, Task, Tasks, adjust};
use crate::outcome::Failure;
use crate::output::{Name, Out, counted, say};
use crate::report::{Chosen, File, to_stderr};

/// How many names of filters that cannot be used are shown for each file.
const SHOWN: usize = 10;

/// Reads the filters of all files. Returns nothing if the arguments themselves cannot be used.
pub(super) fn read(args: &MatchArgs, options: &CheckOptions) -> Result<Option<Ready>, Failure> {
    let from_stdin = |files: &[OsString]| files.iter().any(|file| file == "-");
    let events = args.files();
    let reads_events = !args.explain_plan && (events.is_empty() || from_stdin(events));
    if from_stdin(&args.filters) && reads_events {
        return Err("standard input cannot be both the filters and the events".into());
    }
    let found = match tasks(args) {
        Ok(found) => found,
        Err(error) => {
            misconfigured(&error);
            return Ok(None);
        }
    };
    found.failures.iter().for_each(|failure| say(failure));
    let mut reader = Reader {
        options,
        checker: Checker::new(false),
        good: Vec::new(),
        files: 0,
        failed: !found.failures.is_empty() || found.misconfigured,
        chosen: Vec::new(),
        schemas: Vec::new(),
    };
    for task in &found.tasks {
        reader.file(task);
    }
    if reader.files == 0 && !reader.failed {
        let folders = args.filters.iter();
        let folders: Vec<String> = folders
            .map(|name| Name::from(&**name).to_string())
            .collect();
        let folders = folders.join(", ");
        say(&format!("there is no file of filters in {folders}"));
        reader.failed = true;
    }
    if !args.quiet {
        say_warnings(reader.checker.warnings());
    }
    let mut builder = FilterSetBuilder::new().with_limits(&args.limits());
    for (name, checked) in &reader.good {
        builder.add_named(name.as_str(), checked);
    }
    let set = builder.build()?;
    let engine = Engine::Many(Many {
        set: if args.strict { set.strict() } else { set },
        failed: reader.failed,
    });
    let (chosen, schemas) = (reader.chosen, reader.schemas);
    let shows = Out::stdout().color();
    let good = reader.good.into_iter().filter(|_| shows);
    Ok(Some(Ready {
        engine,
        chosen,
        schemas,
        checked: good.map(|(_, checked)| checked).collect(),
    }))
}

/// The files with the filters, read as `qlint.toml` says.
fn tasks(args: &MatchArgs) -> Result<Tasks, ConfigError> {
    Ok(Tasks::of_files(Selection {
        files: &args.filters,
        lines: args.lines,
        stdin_filename: None,
        configs: Configs::new(&[], true, adjust(&args.keys, &args.schema)?)?,
    }))
}

/// Says how many warnings there are. All warnings of many filters would hide what matters.
fn say_warnings(count: usize) {
    let them = match count {
        0 => return,
        1 => "it",
        _ => "them",
    };
    let warnings = counted(count, "warning");
    say(&format!(
        "{warnings} about the filters; `qlint check` shows {them}"
    ));
}

/// Reads files of filters one after the other.
struct Reader<'a> {
    options: &'a CheckOptions,
    checker: Checker,
    /// The filters that can be used, with their names.
    good: Vec<(String, Checked)>,
    /// How many files with filters there are.
    files: usize,
    /// Whether a file or a filter could not be used.
    failed: bool,
    /// The schemas that were chosen.
    chosen: Vec<Chosen>,
    /// The schemas of the filters that can be used, each once, in the order of the filters.
    schemas: Vec<Schema>,
}

impl Reader<'_> {
    /// Reads a file, and says what is wrong with it.
    fn file(&mut self, task: &Task) {
        match self.filters(task) {
            Ok(None) => {}
            Ok(Some(left_out)) => {
                self.files += 1;
                self.failed |= !left_out.is_empty();
                for name in left_out.iter().take(SHOWN) {
                    say(&format!("filter `{name}` is left out"));
                }
                if let Some(more @ 1..) = left_out.len().checked_sub(SHOWN) {
                    say(&format!("{} more left out", counted(more, "filter")));
                }
            }
            Err(message) => {
                say(&message);
                self.failed = true;
            }
        }
    }

    /// Reads the filters of a file. Returns the names of those that cannot be used, or nothing if the
    /// file was found in a folder and has no filters.
    fn filters(&mut self, task: &Task) -> Result<Option<Vec<String>>, String> {
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
        if let Some(note) = task.nothing_in(filters.len()) {
            say(&note);
        }
        let mut file = File::new(task.name.clone(), text);
        let mut names = Names::new(task, &document);
        let mut left_out = Vec::new();
        let linter = task.config.linter(task.name.path(), self.options);
        let linters = document.linters(&linter);
        self.chosen.extend(Chosen::of(linters.choices()));
        for (index, filter) in filters.iter().enumerate() {
            let name = names.of(filter);
            let linter = linters.get(index);
            let checked = linter.and_then(|it| self.checker.check(filter, it, &mut file));
            match checked {
                Some(checked) => {
                    self.good.push((name, checked));
                    self.schemas_of(linter);
                }
                None => left_out.push(name),
            }
        }
        to_stderr(&file, false);
        Ok(Some(left_out))
    }
}

impl Reader<'_> {
    /// Notes the schema of a filter, if it has a name and roots that no other has.
    fn schemas_of(&mut self, linter: Option<&Linter>) {
        let Some(schema) = linter.map(Linter::schema) else {
            return;
        };
        let is_known = |known: &Schema| {
            known.name() == schema.name() && known.product().roots == schema.product().roots
        };
        if !self.schemas.iter().any(is_known) {
            self.schemas.push(schema.clone());
        }
    }
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
