//! Filters in the strings of JSON files: those at certain keys, or those of a list that is the whole
//! document.
//!
//! Keys are named by patterns: `filter` is a string at that key, wherever it is; `filters[]` are the
//! strings of a list there; `search.query` is a string at `query` in an object at `search`. The
//! strings of a list without any key are read, and never written: nothing says that they are filters.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Format, Host, HostError};
use crate::document::{FilterText, Map};
use crate::lint::Rule;

pub(super) static FORMAT: Format = Format {
    name: "json",
    summary: "Filters at certain keys of JSON.",
    plural: "lists in JSON",
    extensions: &["json"],
    is_written: true,
    is_plain: false,
    is_multiline: false,
    has_keys: true,
    host: &Json,
};

#[derive(Debug)]
struct Json;

impl Host for Json {
    fn find(&self, text: &str, keys: &Keys) -> Result<Vec<FilterText>, HostError> {
        let read = read(text, keys);
        read.map_err(|error| HostError {
            rule: Some(Rule::BROKEN_JSON),
            ..error
        })
    }

    fn write(&self, _: &FilterText, part: &str) -> String {
        write(part)
    }

    fn read_back(&self, written: &str, _: bool) -> Option<FilterText> {
        let text: String = serde_json::from_str(&format!("\"{written}\"")).ok()?;
        Some(FilterText::new(text, Map::plain(0)))
    }
}

/// Objects and arrays around a filter; each level is read once more.
const DEEPEST: usize = 128;

/// The keys of JSON at which strings are filters.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Pattern>);

/// The end of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Step<'static>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<'j> {
    Key(Cow<'j, str>),
    /// Any element of a list.
    Item,
}

impl Default for Keys {
    fn default() -> Keys {
        let key = |key: &'static str| Step::Key(Cow::Borrowed(key));
        Keys(vec![
            Pattern(vec![key("filter")]),
            Pattern(vec![key("filters"), Step::Item]),
            Pattern(vec![key("query")]),
        ])
    }
}

impl Keys {
    /// Filters are the strings at these keys.
    pub fn new(patterns: Vec<Pattern>) -> Keys {
        Keys(patterns)
    }

    /// Their patterns, for messages.
    pub fn names(&self) -> Vec<String> {
        let name = |pattern: &Pattern| format!("`{}`", joined(&pattern.0));
        self.0.iter().map(name).collect()
    }

    fn hold(&self, path: &[Step<'_>]) -> bool {
        self.0.iter().any(|pattern| path.ends_with(&pattern.0))
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        let wrong = || {
            format!(
                "`{text}` is no pattern of keys: write `filter`, `filters[]`, or `search.query`"
            )
        };
        let mut steps = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            if key.is_empty() || key.contains(['[', ']']) {
                return Err(wrong());
            }
            steps.push(Step::Key(Cow::Owned(key.to_owned())));
            let items = (part.len() - key.len()) / 2;
            steps.extend(std::iter::repeat_n(Step::Item, items));
        }
        Ok(Pattern(steps))
    }
}

/// The filters at these keys.
fn read(text: &str, keys: &Keys) -> Result<Vec<FilterText>, HostError> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let inside = text.get(bom..).unwrap_or_default();
    let raw: &RawValue = serde_json::from_str(inside).map_err(|error| {
        let line = inside
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1));
        let at = line.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let at = (bom + at).min(text.len());
        HostError::new(at, format!("this is not JSON: {message}"))
    })?;
    let mut reader = Reader {
        text,
        keys,
        path: Vec::new(),
        name: None,
        filters: Vec::new(),
    };
    reader.walk(raw, 0)?;
    if reader.filters.is_empty() {
        reader.list(raw);
    }
    Ok(reader.filters)
}

struct Reader<'j> {
    text: &'j str,
    keys: &'j Keys,
    path: Vec<Step<'j>>,
    /// The value at the key `name` of the object that is being read.
    name: Option<&'j RawValue>,
    filters: Vec<FilterText>,
}

impl<'j> Reader<'j> {
    fn walk(&mut self, raw: &'j RawValue, depth: usize) -> Result<(), HostError> {
        let value = raw.get();
        let start = self.start_of(raw);
        let unreadable = |message: String| HostError::new(start, message);
        if depth > DEEPEST {
            let message = format!("this is nested deeper than {DEEPEST} levels");
            return Err(unreadable(message));
        }
        let wrong = |error: serde_json::Error| unreadable(format!("this is not JSON: {error}"));
        match value.bytes().next() {
            Some(b'{') => {
                let entries: Entries<'j> = serde_json::from_str(value).map_err(wrong)?;
                let name = entries.0.iter().find(|(key, _)| key == "name");
                let name = name.map(|(_, name)| *name);
                for (key, value) in entries.0 {
                    self.path.push(Step::Key(key));
                    self.name = name;
                    self.walk(value, depth + 1)?;
                    self.path.pop();
                }
            }
            Some(b'[') => {
                let items: Vec<&'j RawValue> = serde_json::from_str(value).map_err(wrong)?;
                self.path.push(Step::Item);
                for item in items {
                    self.name = None;
                    self.walk(item, depth + 1)?;
                }
                self.path.pop();
            }
            Some(b'"') if self.keys.hold(&self.path) => {
                let text: String = serde_json::from_str(value).map_err(wrong)?;
                let map = map(value, &text, start);
                let name = self
                    .name
                    .and_then(|name| serde_json::from_str(name.get()).ok());
                self.filters.push(FilterText {
                    name,
                    path: Some(joined(&self.path)),
                    ..FilterText::new(text, map)
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// The strings of a list of strings.
    fn list(&mut self, raw: &'j RawValue) {
        let Ok(items) = serde_json::from_str::<Vec<&'j RawValue>>(raw.get()) else {
            return;
        };
        let filter = |item: &&'j RawValue| {
            let value = item.get();
            let text: String = serde_json::from_str(value).ok()?;
            let map = map(value, &text, self.start_of(item));
            Some(FilterText {
                path: Some("[]".to_owned()),
                writable: false,
                ..FilterText::new(text, map)
            })
        };
        let filters: Option<Vec<FilterText>> = items.iter().map(filter).collect();
        self.filters.extend(filters.unwrap_or_default());
    }

    /// Where a value starts in the text, of which it is a slice.
    fn start_of(&self, raw: &RawValue) -> usize {
        raw.get().as_ptr() as usize - self.text.as_ptr() as usize
    }
}

/// A path, as in `filters[].query`.
fn joined(path: &[Step<'_>]) -> String {
    let mut name = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(key);
            }
            Step::Item => name.push_str("[]"),
        }
    }
    name
}

/// The way from the bytes of a string's value to those of its text, which starts at a byte of the file.
fn map(written: &str, value: &str, start: usize) -> Map {
    let mut places = vec![(0, start + 1)];
    let mut at = 1;
    let mut offset = 0;
    for c in value.chars() {
        let rest = written.get(at..).unwrap_or_default();
        let length = match rest.strip_prefix('\\') {
            None => c.len_utf8(),
            Some(escape) if !escape.starts_with('u') => 2,
            // Beyond the first plane there are two.
            Some(_) if u32::from(c) > 0xffff => 12,
            Some(_) => 6,
        };
        let escaped = rest.starts_with('\\');
        if escaped {
            places.push((offset, start + at));
        }
        (at, offset) = (at + length, offset + c.len_utf8());
        if escaped {
            places.push((offset, start + at));
        }
    }
    // Of two places at one byte, the first is as good as the second.
    places.dedup();
    Map::steps(places)
}

/// A part of a string, escaped as it has to be.
fn write(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted.get(1..quoted.len() - 1);
    inside.unwrap_or_default().to_owned()
}

/// The members of an object, equal keys and all.
struct Entries<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    entries.push((Cow::Owned(key), map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_found_at_their_keys_and_places() {
        let text = "\u{feff}{\"filter\": \"a:1\", \"x\": [{\"filters\": [\"b:\\\"\\u00e9\\ud83d\\ude00\\\"c\", 5]}],\n \"name\": \"no\", \"search\": {\"query\": \"d:\\\\\"}, \"filter\": \"again\"}";
        let filters = read(text, &Keys::default()).unwrap();
        let texts: Vec<&str> = filters.iter().map(|filter| &*filter.text).collect();
        assert_eq!(texts, ["a:1", "b:\"é😀\"c", "d:\\", "again"]);
        let paths: Vec<_> = filters.iter().map(|f| f.path.as_deref().unwrap()).collect();
        assert_eq!(paths, ["filter", "x[].filters[]", "search.query", "filter"]);
        let names: Vec<_> = filters
            .iter()
            .map(|filter| filter.name.as_deref())
            .collect();
        assert_eq!(names, [Some("no"), None, None, Some("no")]);
        for filter in &filters {
            // Every character's range in the file is the text that writes it.
            for (at, c) in filter.text.char_indices() {
                let range = filter.map.host_range(at..at + c.len_utf8());
                let written = text.get(range).unwrap();
                let read: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
                assert_eq!(read, c.to_string());
            }
            let whole = filter.map.host_range(0..filter.text.len());
            let written = text.get(whole).unwrap();
            assert_eq!(
                serde_json::from_str::<String>(&format!("\"{written}\"")).unwrap(),
                filter.text
            );
        }
    }

    #[test]
    fn a_list_without_keys_is_only_read() {
        let text = "\u{feff} [\"a:1\", \"b:\\\"2\\\"\"]";
        let filters = read(text, &Keys::default()).unwrap();
        assert_eq!(filters[1].text, "b:\"2\"");
        assert_eq!(
            text.get(filters[1].map.host_range(2..5)).unwrap(),
            "\\\"2\\\""
        );
        assert!(filters.iter().all(|filter| !filter.writable));
        for text in ["[\"a:1\", 5]", "{\"a\": [\"b\"]}", "\"a:1\"", "[]"] {
            assert!(read(text, &Keys::default()).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        for (text, at) in [("{\"filter\": \"a:1\",}", 17), ("", 0), ("{\n  x", 4)] {
            let error = read(text, &Keys::default()).unwrap_err();
            assert_eq!(error.at, at, "{text}: {}", error.message);
        }
        let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(read(&deep, &Keys::default()).is_err());
    }

    #[test]
    fn patterns_are_read_or_refused() {
        for good in ["filter", "filters[]", "a.b[].c", "a[][]"] {
            assert!(good.parse::<Pattern>().is_ok(), "{good}");
        }
        for bad in ["", "a..b", "[]", "a[0]", "a]"] {
            assert!(bad.parse::<Pattern>().is_err(), "{bad}");
        }
    }
}
