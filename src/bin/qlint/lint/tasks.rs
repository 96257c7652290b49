//! Which texts the arguments name, and what is said of them by which configuration.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use super::config::{Config, ConfigError, Configs};
use crate::args::FilesArgs;
use crate::files;
use crate::output::{self, Name, say};
use crate::source::{Keys, Kind, read_text};
use crate::{Outcome, schema};

/// A text to look at.
pub(crate) struct Task {
    /// What messages call it.
    pub(crate) name: Name,
    pub(crate) kind: Kind,
    pub(crate) config: Arc<Config>,
    pub(crate) origin: Origin,
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
}

/// What the arguments name.
pub(crate) struct Tasks {
    pub(crate) tasks: Vec<Task>,
    /// What is wrong with arguments.
    pub(crate) failures: Vec<String>,
    /// What is wrong with configurations; their files are not among the tasks.
    pub(crate) wrong: Vec<ConfigError>,
}

impl Tasks {
    /// # Errors
    ///
    /// If the arguments themselves name a configuration or a schema that cannot be used.
    pub(crate) fn find(args: &FilesArgs) -> Result<Tasks, ConfigError> {
        let configs = RefCell::new(configs(args)?);
        let mut tasks = Vec::new();
        let expressions = args.expressions.iter();
        for text in expressions {
            let config = configs.borrow_mut().of(Path::new("-e"));
            tasks.extend(config.map(|config| Task {
                name: Name::from("-e"),
                kind: Kind::Whole,
                config,
                origin: Origin::Argument(text.clone()),
            }));
        }
        let here = [OsString::from(".")];
        let named = match args.files.as_slice() {
            [] if args.expressions.is_empty() => &here[..],
            files => files,
        };
        // Which files of a folder are read is for the configuration of that folder to say.
        let included = |path: &Path| {
            let config = configs.borrow_mut().of(path);
            config.is_some_and(|config| config.includes(path))
        };
        let (inputs, failures) = files::find(named, &included);
        for path in inputs {
            let stdin = path.as_os_str() == "-";
            let path = match (&args.stdin_filename, stdin) {
                (Some(name), true) => name,
                (None, true) => Path::new("<stdin>"),
                _ => &path,
            };
            let Some(config) = configs.borrow_mut().of(path) else {
                continue;
            };
            let kind = match args.lines || config.has_lines(path) {
                true => Kind::Lines,
                false => Kind::of(path),
            };
            tasks.push(Task {
                name: Name::from(path),
                kind,
                config,
                origin: if stdin { Origin::Stdin } else { Origin::File },
            });
        }
        output::say_spelling(tasks.iter().map(|task| &task.name));
        let wrong = configs.into_inner().into_wrong();
        Ok(Tasks {
            tasks,
            failures,
            wrong,
        })
    }
}

fn configs(args: &FilesArgs) -> Result<Configs, ConfigError> {
    let schema = match &args.schema {
        Some(name) => Some(match schema::built_in(name) {
            Some(schema) => schema,
            None => schema::read(Path::new(name))?,
        }),
        None => None,
    };
    let keys = (!args.keys.is_empty()).then(|| Keys::new(args.keys.clone()));
    let adjust = move |config: Config| {
        let config = match &schema {
            Some(schema) => config.with_schema(schema.clone()),
            None => config,
        };
        match &keys {
            Some(keys) => config.with_keys(keys.clone()),
            None => config,
        }
    };
    Configs::new(&args.config, !args.isolated, adjust)
}

/// Says what is wrong with a configuration.
pub(crate) fn misconfigured(error: &ConfigError) -> Outcome {
    match error {
        ConfigError::At(file) => {
            output::to_stderr(file, false);
            say(&format!("{} cannot be used", file.name));
        }
        ConfigError::Other(message) => say(message),
    }
    Outcome::Failed
}
