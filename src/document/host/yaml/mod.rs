//! Filters in YAML: a list of them, or the texts at certain keys of any document.

mod literal;
mod nodes;

use std::ops::Range;
use std::sync::Arc;

use granit_parser::ScalarStyle;

use super::keys::Finder;
use super::list::{self, Entry, MOST, Text};
use super::literal::Literal;
use super::{Format, Found, Host, HostError, HostOptions, Keys, scalar};
use crate::document::FilterText;
use literal::{Block, Flow};
use nodes::{Nodes, Scalar, What};

pub(super) static FORMAT: Format = Format {
    name: "yaml",
    summary: "Filters at certain keys of YAML, or a list of filters.",
    plural: "such texts in YAML",
    extensions: &["yaml", "yml"],
    names: &[],
    is_written: true,
    is_plain: false,
    has_keys: true,
    host: &Yaml,
};

#[derive(Debug)]
struct Yaml;

impl Host for Yaml {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let nodes = nodes::read(text)?;
        let document = Document {
            text,
            nodes: &nodes,
        };
        let at_keys = || document.at_keys(&options.keys);
        Ok(list::or_at_keys(document.list(), at_keys)?.into())
    }
}

/// All texts of filters, which may be repeated by aliases, have no more bytes than this.
const MOST_BYTES: usize = crate::document::LARGEST as usize;

struct Document<'t> {
    text: &'t str,
    nodes: &'t Nodes,
}

impl<'t> Document<'t> {
    /// The filters of the list that the only document is, or of its only key `filters`.
    fn list(&self) -> Result<Vec<FilterText>, HostError> {
        let [root] = &*self.nodes.roots else {
            return Err(list::no_list());
        };
        let list = match self.nodes.what(*root) {
            Some(What::List(list)) => list,
            Some(What::Table(table)) => match &**table {
                [key, value] if self.nodes.is_text(*key, "filters") => {
                    match self.nodes.what(*value) {
                        Some(What::List(list)) => list,
                        _ => return Err(list::no_list()),
                    }
                }
                _ => return Err(list::no_list()),
            },
            _ => return Err(list::no_list()),
        };
        if list.len() > MOST {
            return Err(list::too_many());
        }
        let mut bytes = 0;
        let mut entries = Vec::with_capacity(list.len());
        for id in list {
            let entry = self.entry(*id);
            bytes += match &entry {
                Entry::Text(text) => text.filter.text.len(),
                Entry::Table(table) => {
                    let texts = table.iter().filter_map(|(.., text)| text.as_ref());
                    texts.map(|text| text.filter.text.len()).sum()
                }
                Entry::Other => 0,
            };
            if bytes > MOST_BYTES {
                let message = format!("the filters have more than {MOST_BYTES} bytes");
                return Err(HostError::new(0, message));
            }
            entries.push((entry, self.nodes.at(*id)));
        }
        list::filters(entries)
    }

    fn entry(&self, id: usize) -> Entry {
        if let Some(text) = self.nodes.text(id) {
            return Entry::Text(Box::new(self.text(text)));
        }
        let Some(What::Table(table)) = self.nodes.what(id) else {
            return Entry::Other;
        };
        // An alias may repeat a large table: two keys show that it is not a filter.
        let pairs = table.chunks_exact(2).take(3);
        let member = |pair: &[usize]| {
            let (key, value) = (pair.first()?, pair.last()?);
            let name = self.nodes.text(*key);
            let name = name.map_or_else(|| "?".to_owned(), |name| name.value.clone());
            let text = self.nodes.text(*value).map(|value| self.text(value));
            Some((name, self.nodes.at(*key), text))
        };
        Entry::Table(pairs.filter_map(member).collect())
    }

    fn text(&self, scalar: &Scalar) -> Text {
        let filter = self.filter(scalar);
        let value = scalar.value.clone();
        Text { value, filter }
    }

    /// The filters at the keys, in the order of the text. What is repeated by an alias counts once.
    fn at_keys(&self, keys: &'t Keys) -> Vec<FilterText> {
        let mut finder = Finder::new(keys, true);
        let mut seen = vec![false; self.nodes.nodes.len()];
        for root in &self.nodes.roots {
            self.walk(*root, None, &mut finder, &mut seen);
        }
        let mut filters = finder.into_filters();
        filters.sort_by_key(|filter| filter.range().start);
        filters
    }

    /// The parser bounds how deep nodes are nested.
    fn walk(&self, id: usize, name: Option<&str>, finder: &mut Finder<'_, 't>, seen: &mut [bool]) {
        let Some(seen_before) = seen.get_mut(id) else {
            return;
        };
        match self.nodes.what(id) {
            Some(What::Text(scalar)) if !*seen_before && finder.wants(&scalar.value) => {
                *seen_before = true;
                finder.take(self.filter(scalar), name.map(str::to_owned));
            }
            Some(What::List(items)) if !std::mem::replace(seen_before, true) => {
                finder.item();
                for item in items {
                    self.walk(*item, None, finder, seen);
                }
                finder.leave();
            }
            Some(What::Table(table)) if !std::mem::replace(seen_before, true) => {
                let pairs = || {
                    let pairs = table.chunks_exact(2);
                    pairs.filter_map(|pair| {
                        let key = self.nodes.text(*pair.first()?)?;
                        Some((&*key.value, *pair.last()?))
                    })
                };
                let name_at = |name: &str| {
                    let (_, value) = pairs().find(|(key, _)| *key == name)?;
                    self.nodes.text(value).map(|name| &*name.value)
                };
                let name = name_at("name").or_else(|| name_at("title"));
                for (key, value) in pairs() {
                    finder.key(key);
                    self.walk(value, name, finder, seen);
                    finder.leave();
                }
            }
            _ => {}
        }
    }

    /// The filter that is this scalar, without the blanks around it.
    fn filter(&self, scalar: &Scalar) -> FilterText {
        let (range, literal): (Range<usize>, Arc<dyn Literal>) = match scalar.style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let (range, indent) = self.block(&scalar.range);
                let folded = scalar.style == ScalarStyle::Folded;
                (range, Arc::new(Block { indent, folded }))
            }
            style => {
                let (flow, quote) = match style {
                    ScalarStyle::SingleQuoted => (Flow::Single, 1),
                    ScalarStyle::DoubleQuoted => (Flow::Double, 1),
                    _ => {
                        let inside = scalar.inside;
                        (Flow::Plain { inside }, 0)
                    }
                };
                let Range { start, end } = scalar.range;
                (start + quote..end.saturating_sub(quote), Arc::new(flow))
            }
        };
        scalar::filter(self.text, range, &literal, &scalar.value)
    }

    /// The lines of a block after its mark, from the first word on, and their indentation.
    fn block(&self, range: &Range<usize>) -> (Range<usize>, usize) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let header = match text.starts_with(['|', '>']) {
            true => text.find('\n').map_or(text.len(), |end| end + 1),
            false => 0,
        };
        let content = text.get(header..).unwrap_or_default();
        let first = content.len() - content.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let start = range.start + header + first;
        let before = self.text.get(..start).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (start..range.end, start - line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<FilterText>, HostError> {
        let host: &dyn Host = &Yaml;
        host.find(text, &HostOptions::new())
            .map(|found| found.filters)
    }

    #[test]
    fn filters_have_their_names_and_places() {
        let text = "# é\n- type:FILE\n- {name: é two, filter: 'a:''b'' AND c:1'}\n- filter: \"é:\\\"x\\\" \\\n    OR d:1\"\n- filter: |\n    e:1\n      AND f:2\n  name: last\n- >-\n  g:1\n  AND h:2\n- &a i:1\n- *a\n";
        let filters = read(text).unwrap();
        let texts: Vec<&str> = filters.iter().map(|filter| &*filter.text).collect();
        let right = [
            "type:FILE",
            "a:'b' AND c:1",
            "é:\"x\" OR d:1",
            "e:1\n  AND f:2",
            "g:1 AND h:2",
            "i:1",
            "i:1",
        ];
        assert_eq!(texts, right);
        let names: Vec<_> = filters
            .iter()
            .map(|filter| filter.name.as_deref())
            .collect();
        assert_eq!(names[1..4], [Some("é two"), None, Some("last")]);
        for filter in &filters {
            for word in [
                "type", "FILE", "c:1", "d:1", "e:1", "AND", "f:2", "g:1", "h:2", "i:1",
            ] {
                let Some(at) = filter.text.find(word) else {
                    continue;
                };
                assert_eq!(
                    text.get(filter.map.host_range(at..at + word.len()))
                        .unwrap(),
                    word,
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_list_of_filters_is_refused() {
        for (text, message, unrelated) in [
            ("- a: [\n", "this is not YAML", true),
            ("- filter: [\n", "this is not YAML", false),
            ("- 5\n", "filter 1: expected a text", true),
            ("- true\n- ~\n", "filter 1: expected a text", true),
            ("- uses: x\n", "not `uses`", true),
            ("- {filter: a, nme: b}\n", "not `nme`", false),
            ("- {filter: a, filter: b}\n", "one `filter`, not two", false),
            ("- {filter: 5}\n", "`filter` with a text", false),
            ("- !Ref x\n", "expected a text", true),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert_eq!(error.is_unrelated, unrelated, "{text}");
        }
    }

    #[test]
    fn texts_at_keys_are_found_in_any_document() {
        let text = "\u{feff}name: é\nx: &f 'type:FILE'\nsteps:\n- title: one\n  query: type:FILE OR a:1\n  with: {sql: 'a:1'}\n- qql: |\n    a:1\n\n    AND b:2\n  filter: *f\n- filter: *f\n---\nqualysQql: >\n  c:1\n  OR d:2\n\nquery: SELECT a FROM b\nfilter: hosts\n";
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
            ("type:FILE", None, "steps[].filter"),
            ("type:FILE OR a:1", Some("one"), "steps[].query"),
            ("a:1\n\nAND b:2", None, "steps[].qql"),
            ("c:1 OR d:2", None, "qualysQql"),
        ];
        // What an alias repeats counts once, where it is written.
        assert_eq!(found[0].0, "type:FILE");
        assert_eq!(found[1..], right[1..]);
        assert!(
            filters
                .iter()
                .all(|filter| filter.writable && filter.map.is_exact())
        );
        for text in [
            "",
            "name: x\n",
            "filters: 5\n",
            "- a\n---\n- b\n",
            "filters: [a]\nversion: 1\n",
        ] {
            assert!(read(text).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_repeated_without_end_is_bounded() {
        // A node that holds itself, and many names of a long text.
        assert!(read("- &a [*a, *a]\n").is_err());
        let long = "x".repeat(1 << 20);
        let text = format!("- &a '{long}'\n{}", "- *a\n".repeat(100));
        let error = read(&text).unwrap_err();
        assert!(error.message.contains("bytes"), "{}", error.message);
    }
}
