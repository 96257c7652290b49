//! Lists of filters, as TOML and YAML hold them: texts, or tables of a text and a name.

use super::HostError;
use crate::document::FilterText;

/// A list holds no more filters than this; it is also the limit of a set of filters.
pub(super) const MOST: usize = 1_000_000;

/// What a document holds where a filter of a list may be.
#[derive(Debug)]
pub(super) enum Entry {
    Text(Box<Text>),
    /// The keys of a table, each with its place, and its value if that is a text.
    Table(Vec<(String, usize, Option<Text>)>),
    /// Anything else.
    Other,
}

/// A text, and the filter that it may be.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) filter: FilterText,
}

/// The error for a file that is not a list of filters.
pub(super) fn no_list() -> HostError {
    let message = "expected a list of filters, or `filters` with one and nothing else";
    HostError {
        is_unrelated: true,
        ..HostError::new(0, message.to_owned())
    }
}

/// The filters of a document: those of its list, or, if it is not one, those at keys.
///
/// # Errors
///
/// What is wrong with the list, if it is meant as one or if there is nothing at keys.
pub(super) fn or_at_keys(
    list: Result<Vec<FilterText>, HostError>,
    at_keys: impl FnOnce() -> Vec<FilterText>,
) -> Result<Vec<FilterText>, HostError> {
    match list {
        Ok(filters) => Ok(filters),
        Err(error) if !error.is_unrelated => Err(error),
        Err(error) => {
            let filters = at_keys();
            match filters.is_empty() && error != no_list() {
                true => Err(error),
                false => Ok(filters),
            }
        }
    }
}

/// What a file that cannot be parsed is said to be. If it never speaks of a filter, it may well be
/// about something else.
pub(super) fn broken(text: &str, at: usize, message: String) -> HostError {
    HostError {
        is_unrelated: !text.contains("filter"),
        ..HostError::new(at.min(text.len()), message)
    }
}

/// What a list of too many filters is said to be.
pub(super) fn too_many() -> HostError {
    HostError::new(0, format!("a list of more than {MOST} filters"))
}

/// The filters of a list, whose entries each have the offset at which they start.
///
/// # Errors
///
/// If an entry is not a filter. That is a mistake in a list of filters if some entry has a key
/// `filter`; otherwise the list is of something else.
pub(super) fn filters(entries: Vec<(Entry, usize)>) -> Result<Vec<FilterText>, HostError> {
    let has_filter = |(entry, _): &(Entry, usize)| match entry {
        Entry::Table(table) => table.iter().any(|(key, ..)| key == "filter"),
        Entry::Text(_) | Entry::Other => false,
    };
    let meant = entries.iter().any(has_filter);
    if entries.len() > MOST {
        return Err(too_many());
    }
    let one = |(number, (entry, at)): (usize, (Entry, usize))| {
        filter(entry).map_err(|(wrong, expected)| {
            let message = format!(
                "filter {number}: expected {expected}, as in {{name = \"…\", filter = \"…\"}}"
            );
            HostError {
                is_unrelated: !meant,
                ..HostError::new(wrong.unwrap_or(at), message)
            }
        })
    };
    (1..).zip(entries).map(one).collect()
}

/// The filter of an entry, or the place of what is wrong with it, and what was expected.
fn filter(entry: Entry) -> Result<FilterText, (Option<usize>, String)> {
    let (text, name) = match entry {
        Entry::Text(text) => (*text, None),
        Entry::Other => return Err((None, "a text, or a table".to_owned())),
        Entry::Table(table) => {
            let (mut filter, mut name) = (None, None);
            for (key, at, value) in table {
                let slot = match &*key {
                    "filter" => &mut filter,
                    "name" => &mut name,
                    _ => return Err((Some(at), format!("`filter` and `name`, not `{key}`"))),
                };
                let text = value.ok_or_else(|| (Some(at), format!("`{key}` with a text")))?;
                if slot.replace(text).is_some() {
                    return Err((Some(at), format!("one `{key}`, not two")));
                }
            }
            let filter = filter.ok_or_else(|| (None, "`filter` with a text".to_owned()))?;
            (filter, name.map(|name| name.value))
        }
    };
    Ok(FilterText {
        name,
        ..text.filter
    })
}
