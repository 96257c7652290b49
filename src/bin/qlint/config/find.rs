//! Finding the configuration of each file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reach::Reach;
use super::{Config, ConfigError};
use crate::files::open;

/// The name of a configuration. It, or that of a project beside it, is searched in the folder of a filter and in those above it.
const NAME: &str = "qlint.toml";

/// The file of a project in Python, which may have the configuration as a table `[tool.qlint]`.
const PROJECT: &str = "pyproject.toml";

/// Whether a file has the name of a configuration and is not a link.
pub(super) fn is_config(path: &Path) -> bool {
    (path.ends_with(NAME) || is_project(path)) && !path.is_symlink()
}

/// Whether a file has the configuration in a table.
pub(super) fn is_project(path: &Path) -> bool {
    path.ends_with(PROJECT)
}

/// The configuration of a folder, if it has one of its own.
fn in_folder(folder: &Path) -> Option<PathBuf> {
    let own = folder.join(NAME);
    if own.is_file() {
        return Some(own);
    }
    let project = folder.join(PROJECT);
    let text = project.is_file().then(|| open::settings(&project).ok());
    let has_table = text.flatten().is_some_and(|text| {
        let mut lines = text.lines();
        let is_header = |line: &str| {
            let name: String = line.split_whitespace().collect();
            name.starts_with("[tool.qlint]")
                || name.starts_with("[tool.qlint.")
                || name.starts_with("[[tool.qlint.")
        };
        // A header says what is meant in a text with mistakes, too.
        lines.any(is_header)
            || text.parse::<toml::Table>().is_ok_and(|table| {
                table
                    .get("tool")
                    .is_some_and(|tool| tool.get("qlint").is_some())
            })
    });
    has_table.then_some(project)
}

/// What other arguments make of a configuration.
type Adjust = dyn Fn(Config) -> Result<Config, ConfigError>;

/// Finds the configuration of each file, and reads each of them once.
pub(crate) struct Configs {
    /// The configuration of an argument, which is for every file.
    fixed: Option<Arc<Config>>,
    settings: Vec<String>,
    adjust: Box<Adjust>,
    /// By folder, and by configuration file; none if the file cannot be used.
    of_folders: BTreeMap<PathBuf, Option<Arc<Config>>>,
    of_files: BTreeMap<PathBuf, Option<Arc<Config>>>,
    /// What is wrong with configuration files.
    wrong: Vec<ConfigError>,
}

impl Configs {
    /// `arguments` are those of `--config`; `adjust` applies other arguments. Without `discover` no
    /// configuration is searched for.
    pub(crate) fn new(
        arguments: &[OsString],
        discover: bool,
        adjust: impl Fn(Config) -> Result<Config, ConfigError> + 'static,
    ) -> Result<Configs, ConfigError> {
        let (mut settings, mut files) = (Vec::new(), Vec::new());
        for argument in arguments {
            match argument.to_str().filter(|text| text.contains('=')) {
                Some(setting) => settings.push(setting.to_owned()),
                None => files.push(argument),
            }
        }
        let fixed = match files.as_slice() {
            [] if discover => None,
            [] => Some(Config::default()),
            [file] => Some(Config::read(Path::new(file), &Reach::Anywhere)?),
            _ => return Err(ConfigError::Other("--config takes one file".to_owned())),
        };
        let mut configs = Configs {
            fixed: None,
            settings,
            adjust: Box::new(adjust),
            of_folders: BTreeMap::new(),
            of_files: BTreeMap::new(),
            wrong: Vec::new(),
        };
        configs.fixed = fixed
            .map(|config| configs.finish(config))
            .transpose()?
            .map(Arc::new);
        // A wrong setting is an error even if there are no files.
        configs.finish(Config::default())?;
        Ok(configs)
    }

    fn finish(&self, config: Config) -> Result<Config, ConfigError> {
        let mut config = config;
        for setting in &self.settings {
            config.set(setting)?;
        }
        (self.adjust)(config)?.ready()
    }

    /// The configuration of a file; none if it cannot be used. [`Configs::into_wrong`] says why.
    pub(crate) fn of(&mut self, file: &Path) -> Option<Arc<Config>> {
        if let Some(config) = &self.fixed {
            return Some(config.clone());
        }
        let folder = file.parent().unwrap_or(Path::new(""));
        if let Some(config) = self.of_folders.get(folder) {
            return config.clone();
        }
        let absolute = std::path::absolute(Path::new(".").join(folder));
        let absolute = absolute.unwrap_or_else(|_| folder.to_owned());
        let file = absolute.ancestors().find_map(in_folder);
        let file = file.unwrap_or_default();
        let config = match self.of_files.get(&file) {
            Some(config) => config.clone(),
            None => {
                let config = self.read(&file);
                self.of_files.insert(file, config.clone());
                config
            }
        };
        self.of_folders.insert(folder.to_owned(), config.clone());
        config
    }

    /// The configuration in a file; the default for an empty path.
    fn read(&mut self, file: &Path) -> Option<Arc<Config>> {
        let config = match file.as_os_str().is_empty() {
            true => Ok(Config::default()),
            false => Config::read(&shorter(file), &Reach::below(file)),
        };
        match config.and_then(|config| self.finish(config)) {
            Ok(config) => Some(Arc::new(config)),
            Err(error) => {
                self.wrong.push(error);
                None
            }
        }
    }

    /// What is wrong with the configuration files that were found.
    pub(crate) fn into_wrong(self) -> Vec<ConfigError> {
        self.wrong
    }
}

/// The path relative to the current folder, if it is below that.
fn shorter(path: &Path) -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(current).unwrap_or(path).to_owned()
}
