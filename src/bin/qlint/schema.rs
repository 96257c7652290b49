//! The schema that the arguments name.

use std::fs;

use miette::Diagnostic;
use qualys_filter::Schema;

use crate::Failure;
use crate::args::SchemaArgs;
use crate::lint::config::ConfigError;
use crate::lint::report::{File, Finding};
use crate::output;
use crate::source::Map;

/// A built-in schema, or one from a file. What is wrong with a file is reported on standard error.
pub(crate) fn load(args: &SchemaArgs) -> Result<Schema, Failure> {
    by_name(&args.schema)
}

pub(crate) fn by_name(name: &str) -> Result<Schema, Failure> {
    if let Some(schema) = Schema::built_in(name) {
        return Ok(schema.clone());
    }
    read(name).map_err(|error| match error {
        ConfigError::At(file) => {
            output::to_stderr(&file);
            format!("{name} cannot be used").into()
        }
        ConfigError::Other(message) => message.into(),
    })
}

/// A schema from a file.
pub(crate) fn read(name: &str) -> Result<Schema, ConfigError> {
    let text = fs::read_to_string(name).map_err(|error| {
        let hint = match name.contains(['.', '/', '\\']) {
            true => "",
            false => "; the built-in schemas are edr, fim and open",
        };
        ConfigError::Other(format!("cannot read the schema {name}: {error}{hint}"))
    })?;
    Schema::from_toml(&text).map_err(|errors| {
        let mut file = File::new(name.to_owned(), text);
        for error in &errors {
            let (range, map) = (error.span(), Map::plain(0));
            let span = qualys_filter::Span::default();
            let finding = Finding::of_diagnostic(error as &dyn Diagnostic, span, &map);
            file.findings.push(Finding { range, ..finding });
        }
        ConfigError::At(Box::new(file))
    })
}
