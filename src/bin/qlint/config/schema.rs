//! The schema that the arguments name.

use std::ffi::OsStr;
use std::path::Path;

use qualys_filter::check::Chooser;
use qualys_filter::{Linter, Schema};

use super::ConfigError;
use crate::args::SchemaArgs;
use crate::files::open;
use crate::outcome::Failure;
use crate::output::Name;
use crate::report::{self, File, Finding};
use qualys_filter::document::Map;

/// The word for a schema that is chosen.
pub(crate) const AUTO: &str = "auto";

/// The schema of filters.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    /// It is chosen for the filters of each file.
    Auto,
    Named(Schema),
}

impl Setting {
    /// A linter with the schema, or one that chooses it, after `change` has changed each schema.
    pub(crate) fn linter(&self, change: impl Fn(&Schema) -> Schema) -> Linter {
        match self {
            Setting::Auto => Linter::choosing(Chooser::built_in().map(change)),
            Setting::Named(schema) => Linter::new(&change(schema)),
        }
    }
}

impl SchemaArgs {
    /// The schema that the arguments name, if they name one.
    pub(crate) fn setting(&self) -> Result<Option<Setting>, ConfigError> {
        let Some(name) = &self.schema else {
            return Ok(None);
        };
        Ok(Some(match built_in(name) {
            _ if name == AUTO => Setting::Auto,
            Some(schema) => Setting::Named(schema),
            None => Setting::Named(read(Path::new(name))?),
        }))
    }
}

/// The built-in schema or scope of this name.
pub(crate) fn built_in(name: &OsStr) -> Option<Schema> {
    name.to_str().and_then(Schema::named)
}

pub(crate) fn by_name(name: &OsStr) -> Result<Schema, Failure> {
    if let Some(schema) = built_in(name) {
        return Ok(schema);
    }
    read(Path::new(name)).map_err(|error| match error {
        ConfigError::At(file) => {
            report::to_stderr(&file, false);
            format!("{} cannot be used", Name::from(name)).into()
        }
        ConfigError::Other(message) => message.into(),
    })
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
