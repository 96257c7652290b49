//! Filters in the strings of JSON files: those at certain keys, or those of a list that is the whole
//! document.
//!
//! The strings of a list without any key are read, and never written: nothing says that they are filters.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::keys::Finder;
use super::literal::{self, Decoded, Decoder, Literal};
use super::{Format, Found, Host, HostError, HostOptions, Keys, repair};
use crate::document::params::{Param, ParamKind};
use crate::document::{FilterText, Map};
use crate::lint::Rule;

pub(super) static FORMAT: Format = Format {
    name: "json",
    summary: "Filters at certain keys of JSON.",
    plural: "lists in JSON",
    extensions: &["json"],
    names: &[],
    is_written: true,
    is_plain: false,
    has_keys: true,
    host: &Json,
};

#[derive(Debug)]
struct Json;

impl Host for Json {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let read = read(text, &options.keys);
        let filters = read.map_err(|error| HostError {
            rule: Some(Rule::BROKEN_JSON),
            ..error
        })?;
        Ok(filters.into())
    }
}

/// A string of JSON, between its quotes.
#[derive(Debug)]
pub(super) struct JsonString;

impl Literal for JsonString {
    fn read(&self, written: &str) -> Option<Decoded> {
        let mut decoder = Decoder::new(written);
        loop {
            let rest = decoder.rest();
            let plain = memchr::memchr2(b'\\', b'"', rest.as_bytes()).unwrap_or(rest.len());
            // Control characters are written as escapes.
            if rest.bytes().take(plain).any(|byte| byte < b' ') {
                return None;
            }
            decoder.plain(plain);
            let rest = decoder.rest();
            if rest.is_empty() {
                return Some(decoder.finish());
            }
            let (c, length) = escape(rest)?;
            decoder.character(length, c);
        }
    }

    fn write(&self, part: &str) -> String {
        let quoted = serde_json::Value::from(part).to_string();
        let inside = quoted.get(1..quoted.len() - 1);
        inside.unwrap_or_default().to_owned()
    }
}

/// The character of an escape, and its length.
fn escape(rest: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 4)?;
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        all.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let c = match rest.strip_prefix('\\')?.chars().next()? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let first = unit(2)?;
            if let Some(c) = char::from_u32(first.into()) {
                return Some((c, 6));
            }
            // Beyond the first plane there are two.
            rest.get(6..)?.strip_prefix("\\u")?;
            let c = char::decode_utf16([first, unit(8)?]).next()?.ok()?;
            return Some((c, 12));
        }
        _ => return None,
    };
    Some((c, 2))
}

/// Objects and arrays around a filter; each level is read once more.
const DEEPEST: usize = 128;

/// The filters at these keys.
fn read<'j>(text: &'j str, keys: &'j Keys) -> Result<Vec<FilterText>, HostError> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let inside = text.get(bom..).unwrap_or_default();
    let raw: &RawValue = serde_json::from_str(inside).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let wrong = HostError::new(
            bom + offset(inside, &error),
            format!("this is not JSON: {message}"),
        );
        let Some(quotes) = repair::quotes_to_escape(inside) else {
            return wrong;
        };
        let at = quotes.first().map_or(wrong.at, |quote| bom + quote);
        let edits = quotes
            .iter()
            .map(|quote| (bom + quote..bom + quote, "\\".to_owned()));
        HostError {
            edits: edits.collect(),
            ..HostError::new(at, "a quote inside of a string is not escaped")
        }
    })?;
    let mut reader = Reader {
        text,
        finder: Finder::new(keys, false),
        name: None,
        literal: Arc::new(JsonString),
    };
    reader.walk(raw, 0)?;
    if reader.finder.is_empty() {
        return Ok(reader.list(raw));
    }
    Ok(reader.finder.into_filters())
}

/// The offset of an error.
pub(super) fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive('\n');
    let before = lines.take(error.line().saturating_sub(1));
    let at = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    at.min(text.len())
}

struct Reader<'j> {
    text: &'j str,
    finder: Finder<'j, 'j>,
    /// The value at the key `name` of the object that is being read.
    name: Option<&'j RawValue>,
    literal: Arc<dyn Literal>,
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
                let params = || {
                    entries
                        .0
                        .iter()
                        .filter_map(|(key, value)| self.param(key, value))
                };
                let mut params: Vec<Param> = params().collect();
                for (key, value) in entries.0 {
                    self.finder.key(key);
                    self.name = name;
                    let is_text = value.get().starts_with('"');
                    let before = self.finder.len();
                    self.walk(value, depth + 1)?;
                    if is_text && self.finder.len() > before {
                        self.finder.add_params(std::mem::take(&mut params));
                    }
                    self.finder.leave();
                }
            }
            Some(b'[') => {
                let items: Vec<&'j RawValue> = serde_json::from_str(value).map_err(wrong)?;
                self.finder.item();
                for item in items {
                    self.name = None;
                    self.walk(item, depth + 1)?;
                }
                self.finder.leave();
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(value).map_err(wrong)?;
                if self.finder.wants(&text) {
                    let name = self.name;
                    let name = name.and_then(|name| serde_json::from_str(name.get()).ok());
                    let filter = self.filter(raw, &text);
                    self.finder.take(filter, name);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The filters of a list of strings.
    fn list(&self, raw: &'j RawValue) -> Vec<FilterText> {
        let Ok(items) = serde_json::from_str::<Vec<&'j RawValue>>(raw.get()) else {
            return Vec::new();
        };
        let filter = |item: &&'j RawValue| {
            let text: String = serde_json::from_str(item.get()).ok()?;
            Some(FilterText {
                path: Some("[]".to_owned()),
                writable: false,
                ..self.filter(item, &text)
            })
        };
        let filters: Option<Vec<FilterText>> = items.iter().map(filter).collect();
        filters.unwrap_or_default()
    }

    /// A parameter of a request: a string, or a number.
    fn param(&self, key: &str, raw: &RawValue) -> Option<Param> {
        let kind = ParamKind::of(key)?;
        let (text, map) = match raw.get().bytes().next()? {
            b'"' => {
                let value: String = serde_json::from_str(raw.get()).ok()?;
                let FilterText { text, map, .. } = self.filter(raw, &value);
                (text, map)
            }
            b'-' | b'0'..=b'9' => (raw.get().to_owned(), Map::plain(self.start_of(raw))),
            _ => return None,
        };
        Some(Param { kind, text, map })
    }

    /// The filter that is this string.
    fn filter(&self, raw: &RawValue, value: &str) -> FilterText {
        let start = self.start_of(raw) + 1;
        let end = start + raw.get().len().saturating_sub(2);
        literal::filter(self.text, start..end, &self.literal, Some(value))
    }

    /// Where a value starts in the text, of which it is a slice.
    fn start_of(&self, raw: &RawValue) -> usize {
        raw.get().as_ptr() as usize - self.text.as_ptr() as usize
    }
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
}
