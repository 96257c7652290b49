//! Lists of filters in TOML: `[[filters]]`, or `filters = [...]`.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::list::{self, Entry, List, Text};
use super::scalar::{self, Style};
use super::{Format, Found, Host, HostError, HostOptions};
use crate::document::FilterText;

pub(super) static FORMAT: Format = Format {
    name: "toml",
    summary: "A list of filters in TOML.",
    plural: "lists in TOML",
    extensions: &["toml"],
    names: &[],
    is_written: false,
    is_plain: false,
    has_keys: false,
    host: &Toml,
};

#[derive(Debug)]
struct Toml;

impl Host for Toml {
    fn find(&self, text: &str, _: &HostOptions) -> Result<Found, HostError> {
        Ok(read(text)?.into())
    }
}

/// The filters of the list.
fn read(text: &str) -> Result<Vec<FilterText>, HostError> {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let inside = text.get(bom..).unwrap_or_default();
    let document = DeTable::parse(inside).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().replace('\n', " ");
        list::broken(text, bom + at, format!("this is not TOML: {message}"))
    })?;
    let document = document.get_ref();
    let alone = document.len() == 1;
    let Some(DeValue::Array(array)) = document.get("filters").map(Spanned::get_ref) else {
        return Err(list::no_list());
    };
    let entries = array.iter().map(|value| {
        let entry = match value.get_ref() {
            DeValue::Table(table) => Entry::Table(members(text, bom, table)),
            other => match string(text, bom, value.span(), other) {
                Some(text) => Entry::Text(text),
                None => Entry::Other,
            },
        };
        (entry, bom + value.span().start)
    });
    let entries = entries.collect();
    list::filters(List { entries, alone })
}

fn members(text: &str, bom: usize, table: &DeTable<'_>) -> Vec<(String, usize, Option<Text>)> {
    let member = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<toml::de::DeString<'_>> = key;
        let string = string(text, bom, value.span(), value.get_ref());
        (key.get_ref().to_string(), bom + key.span().start, string)
    };
    table.iter().map(member).collect()
}

/// The text of a string, with its places.
fn string(text: &str, bom: usize, span: Range<usize>, value: &DeValue<'_>) -> Option<Text> {
    let DeValue::String(value) = value else {
        return None;
    };
    let span = bom + span.start..bom + span.end;
    let written = text.get(span.clone()).unwrap_or_default();
    let quote = match written.starts_with("\"\"\"") || written.starts_with("'''") {
        true => 3,
        false => 1,
    };
    let style = match written.starts_with('"') {
        true => Style::Escaped,
        false => Style::Plain,
    };
    let mut inside = span.start + quote..span.end.saturating_sub(quote);
    // A line break after three quotes is not a part of the value.
    if quote == 3 {
        let after = text.get(inside.clone()).unwrap_or_default();
        let line = after.strip_prefix("\r\n").or(after.strip_prefix('\n'));
        inside.start = inside.end - line.unwrap_or(after).len();
    }
    Some(Text {
        map: scalar::map(text, inside, value, style, span.start),
        value: value.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_their_names_and_places() {
        let text = "\u{feff}# é\n[[filters]]\nname = \"é\"\nfilter = 'a:1'\n\n[[filters]]\nfilter = \"\"\"\nb:\\\"2\\\" \\\n   AND c:3\"\"\"\n";
        let filters = read(text).unwrap();
        let texts: Vec<&str> = filters.iter().map(|filter| &*filter.text).collect();
        assert_eq!(texts, ["a:1", "b:\"2\" AND c:3"]);
        assert_eq!(filters[0].name.as_deref(), Some("é"));
        for (filter, word, written) in [
            (0, "a:1", "a:1"),
            (1, "\"2\"", "\\\"2\\\""),
            (1, "c:3", "c:3"),
        ] {
            let filter = &filters[filter];
            let at = filter.text.find(word).unwrap();
            assert_eq!(
                text.get(filter.map.host_range(at..at + word.len()))
                    .unwrap(),
                written
            );
        }
        assert_eq!(read("filters = ['a:1', \"b\"]").unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_list_of_filters_is_refused() {
        for (text, message, unrelated) in [
            ("[package]\nname = 'x'\n", "expected a list", true),
            ("filters = 5", "expected a list", true),
            ("filters = ['a']\nversion = 1", "nothing else", true),
            (
                "version = 1\n[[filters]]\nfilter = 'a'",
                "nothing else",
                false,
            ),
            ("x = ", "this is not TOML", true),
            ("filter = ", "this is not TOML", false),
            ("filters = [5]", "filter 1: expected a text", true),
            ("[[filters]]\nfilter = 5", "`filter` with a text", false),
            ("[[filters]]\nfilter = 'a'\nnme = 'b'", "not `nme`", false),
            ("[[filters]]\nname = 'b'", "`filter` with a text", true),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert_eq!(error.is_unrelated, unrelated, "{text}");
        }
    }
}
