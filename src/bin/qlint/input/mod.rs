//! The texts with filters that the arguments name, each with its format and configuration.

mod checker;
mod parallel;

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::args::{FiltersArgs, SchemaArgs, joined};
use crate::config::{Config, ConfigError, Configs, Selection as Rules, misconfigured};
use crate::files::{self, Changed, FoundFile, read_text};
use crate::outcome::{Failure, Outcome};
use crate::output::{self, EXPRESSION, Name};
use qualys_filter::document::{Document, Format, HostError, HostOptions, Keys, Note, Pattern};

pub(crate) use checker::Checker;
pub(crate) use parallel::{in_parallel, start};

/// A text with filters, and how it is read.
pub(crate) struct Task {
    /// What messages call it.
    pub(crate) name: Name,
    pub(crate) format: &'static Format,
    pub(crate) config: Arc<Config>,
    pub(crate) origin: Origin,
    /// Whether an argument names it. Otherwise it was found in a folder.
    pub(crate) named: bool,
}

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Argument(String),
    Stdin,
    File,
}

impl Task {
    /// The text.
    pub(crate) fn read(&self) -> Result<String, String> {
        let read = match &self.origin {
            Origin::Argument(text) => return Ok(text.clone()),
            Origin::Stdin => read_text(Path::new("-")),
            Origin::File => read_text(self.name.path()),
        };
        read.map(|(_, text)| text)
            .map_err(|error| error.to_string())
    }

    /// The text with the filters in it.
    pub(crate) fn document(&self, text: impl Into<Arc<str>>) -> Result<Document, HostError> {
        Document::with_options(text, self.format, self.options())
    }

    /// How filters are looked for.
    fn options(&self) -> HostOptions {
        HostOptions::new()
            .with_keys(self.config.keys.clone())
            .with_fences(self.config.fences.iter().cloned())
    }

    /// Messages for what a document says of itself.
    pub(crate) fn notes(&self, document: &Document) -> Vec<String> {
        let positions = document.positions();
        let note = |note: &Note| {
            let line = positions.line(note.range.start) + 1;
            format!("{}:{line}: {}", self.name, note.message)
        };
        document.notes().iter().map(note).collect()
    }

    /// A message for a file that is named and has no filter, with where filters were looked for.
    pub(crate) fn nothing_in(&self, filters: usize) -> Option<String> {
        if filters > 0 || !self.named {
            return None;
        }
        let name = &self.name;
        Some(match self.format.has_keys() {
            true => {
                let (places, option) = self.format.looked_at(&self.options());
                format!("{name} has no filter {places}; name others with {option}")
            }
            false => {
                let summary = self.format.summary().trim_end_matches('.');
                let format = self.format.name();
                format!("{name} has no filter; it was read as `{format}`: {summary}")
            }
        })
    }
}

/// The texts that the arguments name.
pub(crate) struct Tasks {
    pub(crate) tasks: Vec<Task>,
    /// What is wrong with arguments.
    pub(crate) failures: Vec<String>,
    /// Whether a configuration cannot be used, which has been said. There are no tasks for its files.
    pub(crate) misconfigured: bool,
    /// The folders that the arguments name.
    folders: Vec<PathBuf>,
}

/// The files that a command reads, and how.
pub(crate) struct Selection<'a> {
    pub(crate) files: &'a [OsString],
    pub(crate) lines: bool,
    pub(crate) stdin_filename: Option<&'a Path>,
    pub(crate) configs: Configs,
}

impl Tasks {
    /// The texts that the arguments name.
    ///
    /// # Errors
    ///
    /// If the arguments name a configuration or a schema that cannot be used, which is said.
    pub(crate) fn find(args: &FiltersArgs) -> Result<Tasks, Outcome> {
        Tasks::find_with(args, &Rules::default())
    }

    /// As [`Tasks::find`], with the rules that the arguments choose.
    pub(crate) fn find_with(args: &FiltersArgs, rules: &Rules) -> Result<Tasks, Outcome> {
        let mut configs = configs(args, rules).map_err(|error| misconfigured(&error))?;
        let mut tasks = Vec::new();
        for text in &args.expressions {
            let config = configs.of(Path::new(EXPRESSION));
            tasks.extend(config.map(|config| Task {
                name: Name::from(EXPRESSION),
                format: Format::WHOLE,
                config,
                origin: Origin::Argument(text.clone()),
                named: true,
            }));
        }
        let here = [OsString::from(".")];
        let mut found = Tasks::of_files(Selection {
            files: match args.files.as_slice() {
                [] if args.expressions.is_empty() => &here[..],
                files => files,
            },
            lines: args.lines,
            stdin_filename: args.stdin_filename.as_deref(),
            configs,
        });
        tasks.append(&mut found.tasks);
        Ok(Tasks { tasks, ..found })
    }

    /// The files of a selection.
    pub(crate) fn of_files(selection: Selection<'_>) -> Tasks {
        let configs = RefCell::new(selection.configs);
        // The configuration of a folder says which of its files are read.
        let included = |path: &Path| {
            let config = configs.borrow_mut().of(path);
            config.is_some_and(|config| config.includes(path))
        };
        let (inputs, mut failures) = files::find(selection.files, &included);
        let folders = selection.files.iter().map(PathBuf::from);
        let folders = folders.filter(|path| path.is_dir()).collect();
        let mut tasks = Vec::new();
        for FoundFile { path, named } in inputs {
            let stdin = path.as_os_str() == "-";
            let path = match (selection.stdin_filename, stdin) {
                (Some(name), true) => name,
                (None, true) => Path::new("<stdin>"),
                _ => &path,
            };
            let Some(config) = configs.borrow_mut().of(path) else {
                continue;
            };
            let by_name = match stdin && selection.stdin_filename.is_none() {
                true => Some(Format::QQL),
                false => config.format(path).or_else(|| Format::of(path)),
            };
            let is_plain = by_name.is_some_and(Format::is_plain);
            let format = match by_name {
                // Other formats in a folder are read as usual.
                _ if selection.lines && (named || is_plain) => Some(Format::LINES),
                by_name => by_name,
            };
            match format {
                Some(format) => tasks.push(Task {
                    name: Name::from(path),
                    format,
                    config,
                    origin: if stdin { Origin::Stdin } else { Origin::File },
                    named,
                }),
                None if named => failures.push(unknown(path, stdin)),
                None => {}
            }
        }
        output::say_spelling(tasks.iter().map(|task| &task.name));
        let wrong = configs.into_inner().into_wrong();
        for error in &wrong {
            misconfigured(error);
        }
        Tasks {
            tasks,
            failures,
            misconfigured: !wrong.is_empty(),
            folders,
        }
    }

    /// Leaves only the files that have changed since a commit, if one is named. Other texts stay.
    ///
    /// # Errors
    ///
    /// If git cannot say which these are.
    pub(crate) fn keep_changed(&mut self, since: Option<&str>) -> Result<(), Failure> {
        let Some(commit) = since else {
            return Ok(());
        };
        let changed = Changed::since(commit)?;
        let is_kept = |task: &Task| task.origin != Origin::File || changed.has(task.name.path());
        self.tasks.retain(is_kept);
        // Of those without filters it is not known whether they have some that have not changed.
        self.folders.clear();
        Ok(())
    }

    /// A message for each folder that the arguments name and that has none of these files, which are
    /// those with filters.
    pub(crate) fn empty_folders<'t>(&self, files: impl Iterator<Item = &'t Task>) -> Vec<String> {
        if self.misconfigured || self.folders.is_empty() {
            return Vec::new();
        }
        let files: Vec<&Path> = files.map(|task| task.name.path()).collect();
        // As names of files are written that are found in folders.
        let is_in = |folder: &Path, file: &Path| {
            let inside = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_owned();
            inside(file).starts_with(inside(folder))
        };
        let folders = self.folders.iter();
        let empty = folders.filter(|folder| !files.iter().any(|file| is_in(folder, file)));
        empty.map(|folder| nothing_under(folder)).collect()
    }
}

/// Says that a folder has no filters.
fn nothing_under(folder: &Path) -> String {
    let patterns = Format::ALL.iter().flat_map(|format| format.patterns());
    let patterns: Vec<String> = patterns.collect();
    format!(
        "no file with filters found under {}; {} are read, or what `include` and [files] in qlint.toml say",
        Name::from(folder),
        joined(&patterns)
    )
}

/// Why a file that is named is not read.
fn unknown(path: &Path, stdin: bool) -> String {
    let name = Name::from(path);
    if let (false, Err(error)) = (stdin, path.symlink_metadata()) {
        let hint = files::filter_hint(path.as_os_str()).unwrap_or_default();
        return format!("cannot read {name}: {error}{hint}");
    }
    let what = match path.extension() {
        Some(extension) => format!("files of the kind `.{}`", Name::from(extension)),
        None => "files without an extension".to_owned(),
    };
    let other = match stdin {
        true => "give --stdin-filename an extension such as .qql",
        false => "pass it by standard input with --stdin-filename",
    };
    format!(
        "{name} is not read: {what} are not known to have filters; read one filter a line with \
         --lines, {other}, or say how to read it under [files] in qlint.toml"
    )
}

fn configs(args: &FiltersArgs, rules: &Rules) -> Result<Configs, ConfigError> {
    let adjust = adjust(&args.keys, &args.schema)?;
    let rules = rules.clone();
    let adjust = move |config| Ok(adjust(config)?.with_chosen(rules.clone()));
    Configs::new(&args.config, !args.isolated, adjust)
}

/// Takes other keys and another schema, where the arguments name them.
pub(crate) fn adjust(
    keys: &[Pattern],
    schema: &SchemaArgs,
) -> Result<impl Fn(Config) -> Result<Config, ConfigError> + 'static, ConfigError> {
    let keys = (!keys.is_empty()).then(|| Keys::new(keys.to_vec()));
    let schema = schema.setting()?;
    Ok(move |config: Config| {
        let config = match &keys {
            Some(keys) => config.with_keys(keys.clone()),
            None => config,
        };
        match &schema {
            Some(schema) => config.with_schema(schema.clone()),
            None => Ok(config),
        }
    })
}
