//! Files that list filters: `.qql`, one filter a line, TOML and YAML.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use ignore::WalkBuilder;
use serde_json::Value;

use crate::Failure;
use crate::output::{Name, say};
use crate::source::{Source, read_text};

/// A filter with its name, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) text: String,
    /// What messages call the file, and the text that places are shown in, where the filter starts
    /// at this byte.
    pub(crate) file: Name,
    pub(crate) source: Arc<str>,
    pub(crate) start: usize,
}

impl Listed {
    /// A filter that was given as an argument.
    pub(crate) fn argument(text: &str) -> Listed {
        Listed::alone(Name::from("FILTER"), String::new(), text)
    }

    /// A filter whose places are shown in its own text.
    fn alone(file: Name, name: String, text: &str) -> Listed {
        Listed {
            name,
            text: text.to_owned(),
            file,
            source: text.into(),
            start: 0,
        }
    }
}

/// The filters of these files and folders, and whether anything could not be read, which is said on
/// standard error.
pub(crate) fn read_all(paths: &[OsString], lines: bool) -> (Vec<Listed>, bool) {
    let mut all = Vec::new();
    let mut failed = false;
    let mut take = |filters: Result<Vec<Listed>, Failure>| match filters {
        Ok(filters) => all.extend(filters),
        Err(error) => {
            say(&error.to_string());
            failed = true;
        }
    };
    for path in paths {
        let path = Path::new(path);
        if path.as_os_str() == "-" || !fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
            take(read(path, lines));
            continue;
        }
        let mut found = false;
        for entry in WalkBuilder::new(path).sort_by_file_name(Ord::cmp).build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
                Ok(entry) if !is_list(entry.path()) => {}
                Ok(entry) => {
                    found = true;
                    take(read(entry.path(), lines));
                }
                Err(error) => take(Err(error.to_string().into())),
            }
        }
        if !found {
            let name = Name::from(path);
            let message = format!("{name} holds no .qql, .toml or .yaml file");
            take(Err(message.into()));
        }
    }
    (all, failed)
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

fn is_list(path: &Path) -> bool {
    matches!(extension(path), Some("qql" | "toml" | "yaml" | "yml"))
}

/// The filters of a file.
fn read(path: &Path, lines: bool) -> Result<Vec<Listed>, Failure> {
    match extension(path) {
        Some("toml") if !lines => {
            let (file, text) = read_text(path)?;
            let list = toml::from_str(&text).map_err(|error| {
                let line = error.span().map_or(1, |span| line_of(&text, span.start));
                format!("{file}:{line}: {}", error.message())
            })?;
            named(&file, list)
        }
        // JSON is YAML.
        Some("yaml" | "yml" | "json") if !lines => {
            let (file, text) = read_text(path)?;
            let list = serde_saphyr::from_str(&text).map_err(|error| {
                let line = error.location().map_or(1, |location| location.line());
                let message = error.to_string();
                let message = message.lines().next().unwrap_or_default();
                // The place is said in our own way.
                let message = message
                    .split_once(": line ")
                    .map_or(message, |(_, behind)| {
                        behind
                            .split_once(": ")
                            .map_or(behind, |(_, message)| message)
                    });
                format!("{file}:{line}: {message}")
            })?;
            named(&file, list)
        }
        _ => {
            let source = Source::read(path, lines)?;
            let text: Arc<str> = source.text.as_str().into();
            let only = source.filters.len() == 1;
            let (mut counted, mut line) = (0, 1);
            let filters = source.filters.into_iter().map(|filter| {
                let between = text.get(counted..filter.map.at(0)).unwrap_or_default();
                line += between.matches('\n').count();
                counted = filter.map.at(0);
                let name = match filter.name {
                    Some(name) => clean(&name),
                    None => default_name(&source.name, (!only).then_some(line)),
                };
                Listed {
                    name,
                    text: filter.text,
                    file: source.name.clone(),
                    source: text.clone(),
                    start: filter.map.at(0),
                }
            });
            Ok(filters.collect())
        }
    }
}

/// The filters of a list in TOML or YAML: texts, or tables of a text and a name.
fn named(file: &Name, list: Value) -> Result<Vec<Listed>, Failure> {
    let list = match list {
        Value::Object(mut table) if table.len() == 1 => table.remove("filters"),
        Value::Object(_) => None,
        other => Some(other),
    };
    let Some(Value::Array(list)) = list else {
        return Err(format!(
            "{file}: expected a list of filters, or `filters` with one and nothing else"
        )
        .into());
    };
    let only = list.len() == 1;
    let one = |(position, entry): (usize, Value)| {
        let expected = |what: &str| {
            format!(
                "{file}: filter {position}: expected {what}, as in {{name = \"…\", filter = \"…\"}}"
            )
        };
        let mut name = None;
        let text = match entry {
            Value::String(text) => text,
            Value::Object(mut table) => {
                let text = match table.remove("filter") {
                    Some(Value::String(text)) => text,
                    _ => return Err(expected("`filter` with a text")),
                };
                name = match table.remove("name") {
                    None => None,
                    Some(Value::String(name)) => Some(clean(&name)),
                    Some(_) => return Err(expected("`name` with a text")),
                };
                if let Some(key) = table.keys().next() {
                    return Err(expected(&format!("`filter` and `name`, not `{key}`")));
                }
                text
            }
            _ => return Err(expected("a text, or a table")),
        };
        let name = name.unwrap_or_else(|| default_name(file, (!only).then_some(position)));
        // Places in a string of TOML or YAML are not those in its value.
        Ok(Listed::alone(
            Name::from(format!("{file}: {name}")),
            name,
            &text,
        ))
    };
    let listed = (1..).zip(list).map(one).collect::<Result<_, String>>()?;
    Ok(listed)
}

/// What a filter without a name is called: its file, and its place there if it is not the only one.
fn default_name(file: &Name, place: Option<usize>) -> String {
    let stem = file.path().file_stem().map(|stem| stem.to_string_lossy());
    let stem = clean(&stem.unwrap_or_else(|| file.text()));
    match place {
        Some(place) => format!("{stem}:{place}"),
        None => stem,
    }
}

/// A name on one line.
fn clean(name: &str) -> String {
    name.replace(char::is_control, " ")
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() + 1
}
