//! Where the events are in the documents of a file: where the arguments say, or where answers of the schema have them.

use std::io;

use qualys_filter::Schema;
use qualys_filter::schema::Path;

use crate::args::RootArg;
use crate::events::Input;

/// Where events may be.
pub(super) enum Roots {
    /// At this path, or else the documents are the events.
    Given(Option<Path>),
    /// Where the first of these schemas has them whose answer the first document is.
    Of(Vec<Schema>),
}

impl Roots {
    /// Those of the argument, or else those of the schemas.
    pub(super) fn new(given: Option<&RootArg>, mut schemas: Vec<Schema>) -> Roots {
        match given {
            Some(RootArg(path)) => Roots::Given(path.clone()),
            None => {
                schemas.retain(|schema| schema.roots().next().is_some());
                Roots::Of(schemas)
            }
        }
    }

    /// The root of a file.
    pub(super) fn of(&self, input: &mut Input) -> io::Result<Option<Path>> {
        match self {
            Roots::Given(path) => Ok(path.clone()),
            Roots::Of(schemas) if schemas.is_empty() => Ok(None),
            Roots::Of(schemas) => input.look(|start| {
                let mut roots = schemas.iter().filter_map(|schema| schema.root_of(start));
                roots.next().cloned()
            }),
        }
    }

    /// What can be said of it before a file is read, if there is anything.
    pub(super) fn explain(&self) -> Option<String> {
        match self {
            Roots::Given(None) => None,
            Roots::Given(Some(path)) => Some(format!("root: {path}")),
            Roots::Of(schemas) => {
                let mut paths: Vec<&Path> = Vec::new();
                for path in schemas.iter().flat_map(Schema::roots) {
                    if !paths.iter().any(|known| known.keys().eq(path.keys())) {
                        paths.push(path);
                    }
                }
                let paths: Vec<String> = paths.into_iter().map(ToString::to_string).collect();
                let paths = match paths.is_empty() {
                    true => return None,
                    false => paths.join(" or "),
                };
                Some(format!(
                    "root: {paths}, if the first document of a file is such an answer"
                ))
            }
        }
    }
}
