//! The schema that the arguments name.

use std::fs;

use miette::Diagnostic;
use qualys_filter::Schema;

use crate::Failure;
use crate::args::{Format, SchemaArgs};
use crate::report::{Finding, Reporter};

/// A built-in schema, or one from a file. What is wrong with a file is reported on standard error.
pub(crate) fn load(args: &SchemaArgs) -> Result<Schema, Failure> {
    let name = &args.schema;
    if let Some(schema) = Schema::built_in(name) {
        return Ok(schema.clone());
    }
    let text = fs::read_to_string(name).map_err(|error| {
        let hint = match name.contains(['.', '/', '\\']) {
            true => "",
            false => "; the built-in schemas are edr, fim and open",
        };
        format!("cannot read the schema {name}: {error}{hint}")
    })?;
    Schema::from_toml(&text).map_err(|errors| {
        let mut reporter = Reporter::to_stderr(Format::Human);
        for error in &errors {
            let finding = Finding::new(name, &text, None, error as &dyn Diagnostic, error.span());
            let _ = reporter.report(&finding);
        }
        format!("the schema {name} cannot be used").into()
    })
}
