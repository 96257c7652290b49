//! The nodes of a text in YAML.
//!
//! They are kept in one vector and name each other by index, so that an alias is one more name of a
//! node, and takes no room however often it is repeated.

use std::ops::Range;

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StructureStyle};

use crate::document::host::HostError;
use crate::document::host::list::{self, MOST};

/// A list of filters has a table, two keys and two texts for each at most.
const MOST_NODES: usize = 5 * MOST + 16;

#[derive(Debug)]
pub(super) struct Node {
    /// Where it starts.
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Text(Scalar),
    /// The elements of a list, or the keys and values of a table by turns.
    List(Vec<usize>),
    Table(Vec<usize>),
    Other,
}

/// A scalar that is a text.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) value: String,
    pub(super) style: ScalarStyle,
    /// The range of the text in which it is written, with its quotes.
    pub(super) range: Range<usize>,
    /// Whether it is in brackets.
    pub(super) inside: bool,
}

/// All nodes of a text, with the root of each of its documents.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) nodes: Vec<Node>,
    pub(super) roots: Vec<usize>,
}

impl Nodes {
    pub(super) fn what(&self, id: usize) -> Option<&What> {
        self.nodes.get(id).map(|node| &node.what)
    }

    pub(super) fn at(&self, id: usize) -> usize {
        self.nodes.get(id).map_or(0, |node| node.at)
    }

    pub(super) fn text(&self, id: usize) -> Option<&Scalar> {
        match self.what(id)? {
            What::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_text(&self, id: usize, text: &str) -> bool {
        self.text(id).is_some_and(|scalar| scalar.value == text)
    }

    /// Adds a node to the list or table around it; the first of a document is its root.
    fn add(&mut self, parent: Option<usize>, id: usize) {
        let Some(parent) = parent else {
            self.roots.push(id);
            return;
        };
        let parent = self.nodes.get_mut(parent);
        if let Some(What::List(inside) | What::Table(inside)) = parent.map(|node| &mut node.what) {
            inside.push(id);
        }
    }
}

/// The nodes of all documents.
pub(super) fn read(text: &str) -> Result<Nodes, HostError> {
    let mut nodes = Nodes::default();
    // The lists and tables that are not closed yet, and whether they are in brackets.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut anchors = std::collections::HashMap::new();
    let options = granit_parser::options! { emit_comments: false };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| broken(text, &error))?;
        let (parent, inside) = match open.last() {
            Some((parent, inside)) => (Some(*parent), *inside),
            None => (None, false),
        };
        let is_flow = |style: StructureStyle| style == StructureStyle::Flow;
        let (what, anchor, flow) = match event {
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
                continue;
            }
            Event::Alias(anchor) => {
                let id = anchors.get(&anchor).copied().unwrap_or(nodes.nodes.len());
                nodes.add(parent, id);
                continue;
            }
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map(|tag| tag.is_yaml_core_schema_tag("str"));
                let range = place(text, &span.start)..place(text, &span.end);
                let is_text = tag.unwrap_or(style != ScalarStyle::Plain || is_text(&value));
                let what = match is_text {
                    true => What::Text(Scalar {
                        value: value.into_owned(),
                        style,
                        range,
                        inside,
                    }),
                    false => What::Other,
                };
                (what, anchor, false)
            }
            Event::SequenceStart(style, anchor, _) => {
                (What::List(Vec::new()), anchor, is_flow(style))
            }
            Event::MappingStart(style, anchor, _) => {
                (What::Table(Vec::new()), anchor, is_flow(style))
            }
            _ => continue,
        };
        if nodes.nodes.len() > MOST_NODES {
            return Err(list::too_many());
        }
        let id = nodes.nodes.len();
        nodes.add(parent, id);
        if anchor > 0 {
            anchors.insert(anchor, id);
        }
        if matches!(what, What::List(_) | What::Table(_)) {
            open.push((id, inside || flow));
        }
        let at = place(text, &span.start);
        nodes.nodes.push(Node { at, what });
    }
    Ok(nodes)
}

fn place(text: &str, marker: &Marker) -> usize {
    let at = marker.byte_offset().unwrap_or_default();
    text.floor_char_boundary(at)
}

fn broken(text: &str, error: &ScanError) -> HostError {
    let at = place(text, error.marker());
    let broken = list::broken(text, at, format!("this is not YAML: {}", error.info()));
    HostError {
        // A template is made into YAML by another program.
        is_unrelated: broken.is_unrelated || text.contains("{{") || text.contains("{%"),
        ..broken
    }
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
