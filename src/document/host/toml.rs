//! Filters in TOML: `[[filters]]`, `filters = [...]`, or the texts at certain keys of any document.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::Finder;
use super::list::{self, Entry, Text};
use super::literal::{Decoded, Decoder, Literal};
use super::{Format, Found, Host, HostError, HostOptions, Keys, scalar};
use crate::document::FilterText;

pub(super) static FORMAT: Format = Format {
    name: "toml",
    summary: "Filters at certain keys of TOML, or a list of filters.",
    plural: "such texts in TOML",
    extensions: &["toml"],
    names: &[],
    is_written: true,
    is_plain: false,
    has_keys: true,
    host: &Toml,
};

#[derive(Debug)]
struct Toml;

impl Host for Toml {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let bom = text.len() - text.trim_start_matches('\u{feff}').len();
        let inside = text.get(bom..).unwrap_or_default();
        let document = DeTable::parse(inside).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().trim().replace('\n', " ");
            list::broken(text, bom + at, format!("this is not TOML: {message}"))
        })?;
        let reader = Reader { text, bom };
        let document = document.get_ref();
        let at_keys = || reader.at_keys(document, &options.keys);
        Ok(list::or_at_keys(reader.list(document), at_keys)?.into())
    }
}

/// A string of TOML (TOML 1.1, String), between its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TomlString {
    /// In double quotes, with escapes.
    basic: bool,
    /// In three quotes, over several lines.
    multiline: bool,
}

impl Literal for TomlString {
    fn read(&self, written: &str) -> Option<Decoded> {
        let quote = if self.basic { "\"" } else { "'" };
        let ends = match self.multiline {
            true => written.contains(&quote.repeat(3)) && !self.basic,
            false => written.contains(['\n', '\r']) || written.contains(quote) && !self.basic,
        };
        let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
        if ends || written.contains(is_control) {
            return None;
        }
        let mut decoder = Decoder::new(written);
        if !self.basic {
            decoder.plain(written.len());
            return Some(decoder.finish());
        }
        loop {
            let rest = decoder.rest();
            decoder.plain(memchr::memchr2(b'"', b'\\', rest.as_bytes()).unwrap_or(rest.len()));
            let rest = decoder.rest();
            match rest.as_bytes() {
                [] => return Some(decoder.finish()),
                [b'"', b'"', b'"', ..] => return None,
                [b'"', ..] if !self.multiline => return None,
                [b'"', ..] => decoder.plain(1),
                // The line goes on with the next word.
                [b'\\', b' ' | b'\t' | b'\r' | b'\n', ..] if self.multiline => {
                    let after = rest.get(1..)?.trim_start_matches([' ', '\t']);
                    if !after.starts_with(['\r', '\n']) {
                        return None;
                    }
                    decoder.skip(rest.len() - after.trim_start().len());
                }
                _ => {
                    let (c, length) = escape(rest)?;
                    decoder.character(length, c);
                }
            }
        }
    }

    fn write(&self, part: &str) -> String {
        if !self.basic {
            return part.to_owned();
        }
        // Two quotes may be in three, and more would end them.
        let is_bare = self.multiline
            && !part.contains("\"\"")
            && !part.starts_with('"')
            && !part.ends_with('"');
        let mut written = String::with_capacity(part.len());
        for c in part.chars() {
            match c {
                '\\' => written.push_str("\\\\"),
                '"' if !is_bare => written.push_str("\\\""),
                '\n' if !self.multiline => written.push_str("\\n"),
                '\r' if !self.multiline => written.push_str("\\r"),
                c if c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r') => {
                    written.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => written.push(c),
            }
        }
        written
    }

    fn is_multiline(&self) -> bool {
        self.multiline
    }
}

/// The character of an escape, and its length.
fn escape(rest: &str) -> Option<(char, usize)> {
    let hex = |digits: usize| {
        let text = rest.get(2..2 + digits)?;
        let all = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = all.then(|| u32::from_str_radix(text, 16).ok()).flatten()?;
        Some((char::from_u32(number)?, 2 + digits))
    };
    let c = match rest.get(1..)?.chars().next()? {
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        c @ ('"' | '\\') => c,
        _ => return None,
    };
    Some((c, 2))
}

struct Reader<'t> {
    text: &'t str,
    /// The length of the byte order mark, which the parser does not see.
    bom: usize,
}

impl<'t> Reader<'t> {
    /// The filters of the list at the only key `filters`.
    fn list(&self, document: &DeTable<'t>) -> Result<Vec<FilterText>, HostError> {
        let array = document.get("filters").map(Spanned::get_ref);
        let (1, Some(DeValue::Array(array))) = (document.len(), array) else {
            return Err(list::no_list());
        };
        let entries = array.iter().map(|value| {
            let entry = match value.get_ref() {
                DeValue::Table(table) => Entry::Table(self.members(table)),
                other => match self.string(value.span(), other) {
                    Some(text) => Entry::Text(Box::new(text)),
                    None => Entry::Other,
                },
            };
            (entry, self.bom + value.span().start)
        });
        list::filters(entries.collect())
    }

    fn members(&self, table: &DeTable<'_>) -> Vec<(String, usize, Option<Text>)> {
        let members = table.iter().map(|(key, value)| {
            let string = self.string(value.span(), value.get_ref());
            (
                key.get_ref().to_string(),
                self.bom + key.span().start,
                string,
            )
        });
        members.collect()
    }

    /// The filters at the keys, in the order of the text.
    fn at_keys(&self, document: &DeTable<'_>, keys: &Keys) -> Vec<FilterText> {
        let mut finder = Finder::new(keys, true);
        self.walk_table(document, &mut finder);
        let mut filters = finder.into_filters();
        filters.sort_by_key(|filter| filter.range().start);
        filters
    }

    /// The parser bounds how deep values are nested.
    fn walk_table(&self, table: &DeTable<'_>, finder: &mut Finder<'_, '_>) {
        let name = table.get("name").map(Spanned::get_ref);
        let name = name.and_then(|name| match name {
            DeValue::String(name) => Some(name.to_string()),
            _ => None,
        });
        for (key, value) in table {
            finder.key(key.get_ref().to_string());
            self.walk(value, name.as_deref(), finder);
            finder.leave();
        }
    }

    fn walk(&self, value: &Spanned<DeValue<'_>>, name: Option<&str>, finder: &mut Finder<'_, '_>) {
        match value.get_ref() {
            DeValue::Table(table) => self.walk_table(table, finder),
            DeValue::Array(items) => {
                finder.item();
                for item in items.iter() {
                    self.walk(item, None, finder);
                }
                finder.leave();
            }
            DeValue::String(text) if finder.wants(text) => {
                let text = self.string(value.span(), value.get_ref());
                if let Some(text) = text {
                    finder.take(text.filter, name.map(str::to_owned));
                }
            }
            _ => {}
        }
    }

    /// The text of a string, with its places.
    fn string(&self, span: Range<usize>, value: &DeValue<'_>) -> Option<Text> {
        let DeValue::String(value) = value else {
            return None;
        };
        let span = self.bom + span.start..self.bom + span.end;
        let written = self.text.get(span.clone()).unwrap_or_default();
        let multiline = written.starts_with("\"\"\"") || written.starts_with("'''");
        let quote = if multiline { 3 } else { 1 };
        let basic = written.starts_with('"');
        let inside = span.start + quote..span.end.saturating_sub(quote);
        let literal: Arc<dyn Literal> = Arc::new(TomlString { basic, multiline });
        Some(Text {
            filter: scalar::filter(self.text, inside, &literal, value),
            value: value.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<FilterText>, HostError> {
        let host: &dyn Host = &Toml;
        host.find(text, &HostOptions::new())
            .map(|found| found.filters)
    }

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
    fn texts_at_keys_are_found_in_any_document() {
        let text = "[tool.x]\nname = 'n'\nfilter = 'type:FILE'\nother = 'a:1'\n[[rules]]\nhaving_query = '''a:1\nOR b:2'''\n[z]\nqualys_qql = \"c:\\\"1\\\"\"\n";
        let filters = read(text).unwrap();
        let found: Vec<_> = filters
            .iter()
            .map(|filter| {
                (
                    &*filter.text,
                    filter.name.as_deref(),
                    filter.path.as_deref().unwrap(),
                )
            })
            .collect();
        let right = [
            ("type:FILE", Some("n"), "tool.x.filter"),
            ("a:1\nOR b:2", None, "rules[].having_query"),
            ("c:\"1\"", None, "z.qualys_qql"),
        ];
        assert_eq!(found, right);
        assert!(
            filters
                .iter()
                .all(|filter| filter.writable && filter.map.is_exact())
        );
        for text in [
            "[package]\nname = 'x'\n",
            "filters = 5",
            "filters = ['a']\nversion = 1",
        ] {
            assert!(read(text).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_of_filters_is_refused() {
        for (text, message, unrelated) in [
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
