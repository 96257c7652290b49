//! Filters in XML: the texts of elements and attributes with certain names.
//!
//! An asset tag has its rule as `ruleText` beside a `ruleType`, which says in what language the rule is:
//! only some types are filters, the others are Groovy, regular expressions and ranges of addresses.

use std::ops::Range;
use std::sync::Arc;

use roxmltree::{Node, NodeType, ParsingOptions};

use super::keys::Finder;
use super::literal::{Decoded, Decoder, Literal};
use super::{Format, Found, Host, HostError, HostOptions, Note, scalar};
use crate::document::FilterText;

pub(super) static FORMAT: Format = Format {
    name: "xml",
    summary: "Filters in elements and attributes of XML with certain names.",
    plural: "such texts in XML",
    extensions: &["xml"],
    names: &[],
    is_written: true,
    is_plain: false,
    has_keys: true,
    host: &Xml,
};

#[derive(Debug)]
struct Xml;

/// A text has no more elements, attributes and texts than this.
const MOST_NODES: u32 = 10_000_000;

/// So many elements around a text count for its path.
const PATH: usize = 8;

/// The types of a tag's rule that are filters.
const FILTERS: &[&str] = &["GLOBAL_ASSET_VIEW", "ASSET_INVENTORY", "CLOUD_ASSET"];

impl Host for Xml {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let parsing = ParsingOptions {
            nodes_limit: MOST_NODES,
            ..ParsingOptions::default()
        };
        let document = roxmltree::Document::parse_with_options(text, parsing);
        let document = document.map_err(|error| {
            let at = offset(text, error.pos());
            HostError {
                is_unrelated: true,
                ..HostError::new(at, format!("this is not XML: {error}"))
            }
        })?;
        let mut reader = Reader {
            text,
            finder: Finder::new(&options.keys, true),
            notes: Vec::new(),
        };
        for node in document.descendants().filter(Node::is_element) {
            reader.element(node);
        }
        let mut filters = reader.finder.into_filters();
        filters.sort_by_key(|filter| filter.range().start);
        Ok(Found {
            filters,
            notes: reader.notes,
        })
    }
}

/// The offset of a place that counts lines and characters from 1.
fn offset(text: &str, place: roxmltree::TextPos) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before = lines.by_ref().take(place.row.saturating_sub(1) as usize);
    let start: usize = before.map(str::len).sum();
    let column = place.col.saturating_sub(1) as usize;
    let line = lines.next().unwrap_or_default();
    start
        + line
            .char_indices()
            .nth(column)
            .map_or(line.len(), |(at, _)| at)
}

struct Reader<'k, 't> {
    text: &'t str,
    finder: Finder<'k, 't>,
    notes: Vec<Note>,
}

impl<'t> Reader<'_, 't> {
    fn element(&mut self, element: Node<'_, 't>) {
        let name = element.tag_name().name();
        let around = element.ancestors().skip(1).take(PATH);
        let mut path: Vec<String> = around
            .filter(Node::is_element)
            .map(|node| node.tag_name().name().to_owned())
            .collect();
        path.reverse();
        path.push(name.to_owned());
        let depth = path.len();
        path.into_iter().for_each(|key| self.finder.key(key));
        for attribute in element.attributes() {
            self.finder.key(attribute.name().to_owned());
            if self.finder.wants(attribute.value()) {
                let range = attribute.range_value();
                let quote = self
                    .text
                    .get(range.end..)
                    .and_then(|rest| rest.chars().next());
                let literal = XmlText { quote };
                self.take(range, literal, attribute.value(), None);
            }
            self.finder.leave();
        }
        self.content(element, name);
        (0..depth).for_each(|_| self.finder.leave());
    }

    /// The text that an element has, and nothing else.
    fn content(&mut self, element: Node<'_, 't>, name: &str) {
        let (Some(first), Some(last)) = (element.first_child(), element.last_child()) else {
            return;
        };
        if element
            .children()
            .any(|child| child.node_type() != NodeType::Text)
        {
            return;
        }
        let value: String = element
            .children()
            .filter_map(|child| child.text())
            .collect();
        if !self.finder.wants(&value) {
            return;
        }
        let beside = |wanted: &str| {
            let siblings = element.parent()?.children();
            let mut same = siblings.filter(|node| node.tag_name().name() == wanted);
            same.next()?.text().map(str::trim)
        };
        let range = first.range().start..last.range().end;
        if name == "ruleText"
            && let Some(kind) = beside("ruleType")
            && !FILTERS.contains(&kind)
        {
            let message = format!("a rule of the type {kind} is not a filter; it is left alone");
            self.notes.push(Note { range, message });
            return;
        }
        let title = beside("name")
            .or_else(|| beside("title"))
            .map(str::to_owned);
        self.take(range, XmlText { quote: None }, &value, title);
    }

    fn take(&mut self, range: Range<usize>, literal: XmlText, value: &str, name: Option<String>) {
        let literal: Arc<dyn Literal> = Arc::new(literal);
        // A section has no escapes: what is around it has.
        let has_section = self
            .text
            .get(range.clone())
            .is_some_and(|text| text.contains(CDATA.0));
        let filter = scalar::filter(self.text, range, &literal, value);
        let filter = FilterText {
            writable: filter.writable && !has_section,
            ..filter
        };
        self.finder.take(filter, name);
    }
}

/// The text of an element, or of an attribute between these quotes (XML 1.0, 2.4 and 3.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct XmlText {
    quote: Option<char>,
}

/// The start and the end of a section without escapes.
const CDATA: (&str, &str) = ("<![CDATA[", "]]>");

impl Literal for XmlText {
    fn read(&self, written: &str) -> Option<Decoded> {
        let mut decoder = Decoder::new(written);
        loop {
            let rest = decoder.rest();
            let plain = memchr::memchr2(b'&', b'<', rest.as_bytes()).unwrap_or(rest.len());
            let piece = rest.get(..plain)?;
            // Line breaks of an attribute are blanks, and others are one character.
            let is_odd = |c: char| match self.quote {
                Some(quote) => c == quote || c.is_ascii_control(),
                None => c.is_ascii_control() && !matches!(c, '\t' | '\n'),
            };
            if piece.contains(is_odd) || self.quote.is_none() && piece.contains(CDATA.1) {
                return None;
            }
            decoder.plain(plain);
            let rest = decoder.rest();
            if rest.is_empty() {
                return Some(decoder.finish());
            }
            match rest.strip_prefix(CDATA.0) {
                Some(inside) if self.quote.is_none() => {
                    let length = inside.find(CDATA.1)?;
                    if inside.get(..length)?.contains('\r') {
                        return None;
                    }
                    decoder.skip(CDATA.0.len());
                    decoder.plain(length);
                    decoder.skip(CDATA.1.len());
                }
                _ => {
                    let (c, length) = entity(rest)?;
                    decoder.character(length, c);
                }
            }
        }
    }

    fn write(&self, part: &str) -> String {
        let mut written = String::with_capacity(part.len());
        for c in part.chars() {
            match c {
                '&' => written.push_str("&amp;"),
                '<' => written.push_str("&lt;"),
                '>' if self.quote.is_none() => written.push_str("&gt;"),
                '"' if self.quote == Some('"') => written.push_str("&quot;"),
                '\'' if self.quote == Some('\'') => written.push_str("&apos;"),
                '\n' | '\t' if self.quote.is_some() => {
                    written.push_str(&format!("&#{};", u32::from(c)));
                }
                '\r' => written.push_str("&#13;"),
                c => written.push(c),
            }
        }
        written
    }
}

/// The character of a reference, and its length.
fn entity(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(12).position(|byte| byte == b';')?;
    let name = rest.get(1..end)?;
    let number = |text: &str, radix: u32| {
        let all = text.chars().all(|digit| digit.is_digit(radix));
        let number = all
            .then(|| u32::from_str_radix(text, radix).ok())
            .flatten()?;
        char::from_u32(number)
    };
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        name => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16)?,
            None => number(name.strip_prefix('#')?, 10)?,
        },
    };
    rest.starts_with('&').then_some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Found {
        Xml.find(text, &HostOptions::new()).unwrap()
    }

    #[test]
    fn filters_are_found_with_their_places() {
        let text = "\u{feff}<a>\n<Tag><name>é</name><ruleText>\n  os:`Windows` &amp;&amp; x:&quot;é&quot;\n</ruleText><ruleType>GLOBAL_ASSET_VIEW</ruleType></Tag>\n<Tag><ruleText>asset:x(1)</ruleText><ruleType>GROOVY</ruleType></Tag>\n<s filter='type:FILE AND a:&#39;b&#x27;' query=\"SELECT a\"/><qql><![CDATA[a < 5 AND b:1]]></qql><filter>no <b>text</b></filter></a>";
        let Found { filters, notes } = read(text);
        let texts: Vec<&str> = filters.iter().map(|filter| &*filter.text).collect();
        let right = [
            "os:`Windows` && x:\"é\"",
            "type:FILE AND a:'b'",
            "a < 5 AND b:1",
        ];
        assert_eq!(texts, right);
        assert_eq!(filters[0].name.as_deref(), Some("é"));
        assert_eq!(filters[1].path.as_deref(), Some("a.s.filter"));
        let at = |filter: &FilterText, word: &str| {
            let at = filter.text.find(word).unwrap();
            text.get(filter.map.host_range(at..at + word.len()))
                .unwrap()
                .to_owned()
        };
        assert_eq!(at(&filters[0], "&&"), "&amp;&amp;");
        assert_eq!(at(&filters[0], "\"é\""), "&quot;é&quot;");
        assert_eq!(at(&filters[1], "'b'"), "&#39;b&#x27;");
        assert_eq!(at(&filters[2], "a < 5"), "a < 5");
        assert!(filters[..2].iter().all(|filter| filter.writable) && !filters[2].writable);
        let message = "a rule of the type GROOVY is not a filter; it is left alone";
        assert_eq!(notes[0].message, message);
        assert_eq!(text.get(notes[0].range.clone()), Some("asset:x(1)"));
    }

    #[test]
    fn what_is_no_xml_is_refused_and_what_is_deep_is_read() {
        for text in [
            "",
            "a",
            "<a>",
            "<a><b></a>",
            "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
        ] {
            let error = Xml.find(text, &HostOptions::new()).unwrap_err();
            assert!(error.is_unrelated && error.at <= text.len(), "{text}");
        }
        let deep = 20_000;
        let text = format!(
            "{}<qql>a:1</qql>{}",
            "<a>".repeat(deep),
            "</a>".repeat(deep)
        );
        assert_eq!(read(&text).filters.len(), 1);
    }
}
