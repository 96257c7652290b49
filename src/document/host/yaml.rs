//! Lists of filters in YAML: the document is one, or `filters` has one.
//!
//! The nodes of the document are kept in one vector and name each other by index, so that an alias is
//! one more name of a node, and takes no room however often it is repeated.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::list::{self, Entry, List, MOST, Text};
use super::scalar::{self, Style};
use super::{Format, Found, Host, HostError, HostOptions};
use crate::document::{FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "yaml",
    summary: "A list of filters in YAML.",
    plural: "lists in YAML",
    extensions: &["yaml", "yml"],
    names: &[],
    is_written: false,
    is_plain: false,
    has_keys: false,
    host: &Yaml,
};

#[derive(Debug)]
struct Yaml;

impl Host for Yaml {
    fn find(&self, text: &str, _: &HostOptions) -> Result<Found, HostError> {
        Ok(read(text)?.into())
    }
}

/// A list of filters has a table, two keys and two texts for each at most.
const MOST_NODES: usize = 5 * MOST + 16;
/// All texts of filters, which may be repeated by aliases, have no more bytes than this.
const MOST_BYTES: usize = crate::document::LARGEST as usize;

#[derive(Debug)]
struct Node {
    /// Where it starts.
    at: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Text {
        value: String,
        style: ScalarStyle,
        end: usize,
    },
    /// The elements of a list, or the keys and values of a table by turns.
    List(Vec<usize>),
    Table(Vec<usize>),
    Other,
}

/// The filters of the list.
fn read(text: &str) -> Result<Vec<FilterText>, HostError> {
    let nodes = nodes(text)?;
    let document = Document { text, nodes };
    let (list, alone) = match document.what(0) {
        Some(What::List(list)) => (list, true),
        Some(What::Table(table)) => {
            let pairs = table.chunks_exact(2);
            let mut lists = pairs.filter_map(|pair| match (pair, pair.last()) {
                ([key, _], Some(value)) if document.is_text(*key, "filters") => Some(*value),
                _ => None,
            });
            match lists.next().and_then(|list| document.what(list)) {
                Some(What::List(list)) => (list, table.len() == 2),
                _ => return Err(list::no_list()),
            }
        }
        _ => return Err(list::no_list()),
    };
    if list.len() > MOST {
        return Err(list::too_many());
    }
    let mut bytes = 0;
    let mut entries = Vec::with_capacity(list.len());
    for id in list {
        let entry = document.entry(*id);
        bytes += match &entry {
            Entry::Text(text) => text.value.len(),
            Entry::Table(table) => {
                let texts = table.iter().filter_map(|(.., text)| text.as_ref());
                texts.map(|text| text.value.len()).sum()
            }
            Entry::Other => 0,
        };
        if bytes > MOST_BYTES {
            let message = format!("the filters have more than {MOST_BYTES} bytes");
            return Err(HostError::new(0, message));
        }
        entries.push((entry, document.at(*id)));
    }
    list::filters(List { entries, alone })
}

struct Document<'t> {
    text: &'t str,
    nodes: Vec<Node>,
}

impl Document<'_> {
    fn what(&self, id: usize) -> Option<&What> {
        self.nodes.get(id).map(|node| &node.what)
    }

    fn at(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(0, |node| node.at)
    }

    fn is_text(&self, id: usize, text: &str) -> bool {
        matches!(self.what(id), Some(What::Text { value, .. }) if value == text)
    }

    fn entry(&self, id: usize) -> Entry {
        if let Some(text) = self.text(id) {
            return Entry::Text(text);
        }
        let Some(What::Table(table)) = self.what(id) else {
            return Entry::Other;
        };
        // An alias may repeat a large table: two keys show that it is not a filter.
        let pairs = table.chunks_exact(2).take(3);
        let member = |pair: &[usize]| {
            let (key, value) = (pair.first()?, pair.last()?);
            let name = match self.what(*key) {
                Some(What::Text { value, .. }) => value.clone(),
                _ => "?".to_owned(),
            };
            Some((name, self.at(*key), self.text(*value)))
        };
        Entry::Table(pairs.filter_map(member).collect())
    }

    /// The text of a scalar, with its places.
    fn text(&self, id: usize) -> Option<Text> {
        let node = self.nodes.get(id)?;
        let What::Text { value, style, end } = &node.what else {
            return None;
        };
        // A block starts after its `|` or `>`.
        let (style, quote) = match style {
            ScalarStyle::SingleQuoted => (Style::Single, 1),
            ScalarStyle::DoubleQuoted => (Style::Escaped, 1),
            _ => (Style::Plain, 0),
        };
        let inside = node.at + quote..end.saturating_sub(quote);
        let map = match value.is_empty() {
            true => Map::spot(node.at),
            false => scalar::map(self.text, inside, value, style, node.at),
        };
        let value = value.clone();
        Some(Text { value, map })
    }
}

/// The nodes of the only document; the first is its root.
fn nodes(text: &str) -> Result<Vec<Node>, HostError> {
    let mut nodes: Vec<Node> = Vec::new();
    // The lists and tables that are not closed yet.
    let mut open: Vec<usize> = Vec::new();
    let mut anchors = std::collections::HashMap::new();
    let mut documents = 0;
    let options = granit_parser::options! { emit_comments: false };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| broken(text, &error))?;
        let (what, anchor) = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return Err(list::no_list());
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
                continue;
            }
            Event::Alias(anchor) => {
                let id = anchors.get(&anchor).copied().unwrap_or(nodes.len());
                add_to(&mut nodes, open.last(), id);
                continue;
            }
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map(|tag| tag.is_yaml_core_schema_tag("str"));
                let end = place(text, &span.end);
                let is_text = tag.unwrap_or(style != ScalarStyle::Plain || is_text(&value));
                let what = match is_text {
                    true => What::Text {
                        value: value.into_owned(),
                        style,
                        end,
                    },
                    false => What::Other,
                };
                (what, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (What::List(Vec::new()), anchor),
            Event::MappingStart(_, anchor, _) => (What::Table(Vec::new()), anchor),
            _ => continue,
        };
        if nodes.len() > MOST_NODES {
            return Err(list::too_many());
        }
        let id = nodes.len();
        add_to(&mut nodes, open.last(), id);
        if anchor > 0 {
            anchors.insert(anchor, id);
        }
        if matches!(what, What::List(_) | What::Table(_)) {
            open.push(id);
        }
        let at = start(text, &span);
        nodes.push(Node { at, what });
    }
    Ok(nodes)
}

fn add_to(nodes: &mut [Node], parent: Option<&usize>, id: usize) {
    let parent = parent.and_then(|parent| nodes.get_mut(*parent));
    if let Some(What::List(inside) | What::Table(inside)) = parent.map(|node| &mut node.what) {
        inside.push(id);
    }
}

fn start(text: &str, span: &Span) -> usize {
    place(text, &span.start)
}

fn place(text: &str, marker: &granit_parser::Marker) -> usize {
    let at = marker.byte_offset().unwrap_or_default();
    text.floor_char_boundary(at)
}

fn broken(text: &str, error: &ScanError) -> HostError {
    let at = place(text, error.marker());
    list::broken(text, at, format!("this is not YAML: {}", error.info()))
}

/// Whether a scalar without quotes is a text, and not a number, a truth value or nothing.
fn is_text(value: &str) -> bool {
    let number = value.trim_start_matches(['+', '-']);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && (number.parse::<f64>().is_ok()
            || number.starts_with("0x")
            || number.starts_with("0o")
            || matches!(number.to_ascii_lowercase().as_str(), ".inf" | ".nan"));
    let lower = value.to_ascii_lowercase();
    !is_number && !matches!(&*lower, "" | "~" | "null" | "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_their_names_and_places() {
        let text = "# é\n- type:FILE\n- {name: é two, filter: 'a:''b'' AND c:1'}\n- filter: \"é:\\\"x\\\" \\\n    OR d:1\"\n- filter: |\n    e:1\n      AND f:2\n  name: last\n- >-\n  g:1\n  AND h:2\n- &a i:1\n- *a\n";
        let filters = read(text).unwrap();
        let texts: Vec<&str> = filters.iter().map(|filter| &*filter.text).collect();
        let right = [
            "type:FILE",
            "a:'b' AND c:1",
            "é:\"x\" OR d:1",
            "e:1\n  AND f:2\n",
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
            ("", "expected a list", true),
            ("name: x\n", "expected a list", true),
            ("filters: 5\n", "expected a list", true),
            ("- a\n--- \n- b\n", "expected a list", true),
            ("filters: [a]\nversion: 1\n", "nothing else", true),
            (
                "version: 1\nfilters: [{filter: a}]\n",
                "nothing else",
                false,
            ),
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
    fn what_is_repeated_without_end_is_bounded() {
        // A node that holds itself, and many names of a long text.
        assert!(read("- &a [*a, *a]\n").is_err());
        let long = "x".repeat(1 << 20);
        let text = format!("- &a '{long}'\n{}", "- *a\n".repeat(100));
        let error = read(&text).unwrap_err();
        assert!(error.message.contains("bytes"), "{}", error.message);
    }
}
