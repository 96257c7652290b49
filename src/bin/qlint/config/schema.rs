//! The schema that the arguments name.

use std::ffi::OsStr;
use std::path::Path;

use qualys_filter::check::Chooser;
use qualys_filter::{Linter, Schema};

use super::ConfigError;
use crate::args::SchemaArgs;
use crate::files::open;
use crate::output::Name;
use crate::report::{File, Finding};
use qualys_filter::document::Map;

/// The word for a schema that is chosen.
pub(crate) const AUTO: &str = "auto";

/// The schema of filters.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    /// It is chosen for the filters of each file: among the built-in ones, if these are none.
    Auto(Option<Chooser>),
    Named(Schema),
}

impl Setting {
    /// A linter with the schema, or one that chooses it.
    pub(super) fn linter(&self) -> Linter {
        match self {
            Setting::Auto(chooser) => {
                Linter::choosing(chooser.clone().unwrap_or_else(Chooser::built_in))
            }
            Setting::Named(schema) => Linter::new(schema),
        }
    }
}

impl SchemaArgs {
    /// The schema that the arguments name, if they name one.
    pub(crate) fn setting(&self) -> Result<Option<Setting>, ConfigError> {
        let setting = |name| match name == AUTO {
            true => Ok(Setting::Auto(None)),
            false => named(name).map(Setting::Named),
        };
        self.schema.as_deref().map(setting).transpose()
    }
}

/// The built-in schema or scope of this name.
fn built_in(name: &OsStr) -> Option<Schema> {
    name.to_str().and_then(Schema::named)
}

/// The built-in schema or scope of this name, or the one in this file.
pub(crate) fn named(name: &OsStr) -> Result<Schema, ConfigError> {
    match built_in(name) {
        Some(schema) => Ok(schema),
        None => read(Path::new(name)),
    }
}

/// The keys of a schema file.
const KEYS: &[&str] = &["name", "extends", "unknown", "product", "tokens"];

/// A help with the scopes of a built-in schema, for a name with an unknown scope.
fn scopes(name: &str) -> Option<String> {
    let (schema, _) = name.split_once(':')?;
    let scopes: Vec<&str> = Schema::built_in(schema)?.scopes().collect();
    Some(match scopes.is_empty() {
        true => format!("; {schema} has no scopes"),
        false => format!("; the scopes of {schema} are {}", scopes.join(", ")),
    })
}

/// A schema from a file.
pub(crate) fn read(path: &Path) -> Result<Schema, ConfigError> {
    let name = Name::from(path);
    let text = open::settings(path).map_err(|error| {
        let is_path = name.text().contains(['.', '/', '\\']);
        let hint = match scopes(&name.text()) {
            Some(scopes) => scopes,
            None if is_path => String::new(),
            None => format!("; the built-in schemas are {}", Schema::BUILT_IN.join(", ")),
        };
        ConfigError::Other(format!("cannot read the schema {name}: {error}{hint}"))
    })?;
    Schema::from_toml(&text).map_err(|errors| {
        let mut file = File::new(name, text);
        file.shown = open::is_ours(&file.text, KEYS);
        let found = errors.diagnostics();
        file.findings
            .extend(found.map(|what| Finding::at(what, &Map::plain(0))));
        ConfigError::At(Box::new(file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_the_library() {
        let errors = Schema::from_toml("none-of-them = 1").unwrap_err();
        let message = errors.iter().next().unwrap().to_string();
        // unknown field `none-of-them`, expected one of `name`, …
        let mut keys: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        assert_eq!(keys.remove(0), "none-of-them", "{message}");
        assert_eq!(keys, KEYS, "{message}");
    }
}
