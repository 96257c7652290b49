//! Filters in the fenced blocks of Markdown whose first word says so, one in each paragraph, as in
//! `.qql` files.
//!
//! A block in a quote or a list has a prefix on each line, such as `> `, which is none of its text.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::literal::{Decoded, Decoder, Literal};
use super::{Format, Found, Host, HostError, HostOptions, qql};
use crate::document::{Comment, FilterText, Map};

pub(super) static FORMAT: Format = Format {
    name: "markdown",
    summary: "One filter in each paragraph of the fenced blocks named `qql` of Markdown.",
    plural: "such blocks in Markdown",
    extensions: &["md", "markdown"],
    names: &[],
    is_written: true,
    is_plain: false,
    has_keys: true,
    host: &Markdown,
};

#[derive(Debug)]
struct Markdown;

impl Host for Markdown {
    fn find(&self, text: &str, options: &HostOptions) -> Result<Found, HostError> {
        let mut filters = Vec::new();
        // Most pages have no such block, and need not be parsed.
        let mut fences = options.fences();
        if fences.any(|fence| text.contains(fence)) {
            for block in blocks(text, options) {
                filters.extend(block.filters(text));
            }
        }
        Ok(filters.into())
    }

    fn looked_at(&self, options: &HostOptions) -> (String, &'static str) {
        let fences = options.fences().map(|fence| format!("`{fence}`"));
        let fences: Vec<String> = fences.collect();
        (
            format!("in blocks of the fences {}", fences.join(", ")),
            "fences in qlint.toml",
        )
    }

    fn read_back(&self, filter: &FilterText, written: &str, _: bool) -> Option<FilterText> {
        let read = filter.literal.read(written)?;
        qql::read_back(&read.text, false)
    }
}

/// A fenced block.
#[derive(Debug, Default)]
struct Block {
    content: String,
    /// The lines of the content: where each starts in it, and where it is written.
    lines: Vec<(usize, Range<usize>)>,
}

/// The blocks that a fence names, in order.
fn blocks(text: &str, options: &HostOptions) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let word = info.split([' ', '\t', ',', '{', '}']).next();
                let mut fences = options.fences();
                let is_ours = word.is_some_and(|word| fences.any(|fence| fence == word));
                open = is_ours.then(Block::default);
            }
            Event::Text(piece) => {
                if let Some(block) = &mut open {
                    block.lines.push((block.content.len(), range));
                    block.content.push_str(&piece);
                }
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(open.take()),
            _ => {}
        }
    }
    blocks
}

impl Block {
    fn filters(&self, text: &str) -> Vec<FilterText> {
        let prefix = self.prefix(text);
        let literal: Arc<dyn Literal> = Arc::new(Fenced {
            prefix: prefix.clone().unwrap_or_default(),
        });
        // What the parser changes, as it does with odd line breaks, cannot be written.
        let is_same = self.lines.iter().all(|(start, range)| {
            let end = start + range.len();
            self.content.get(*start..end) == text.get(range.clone())
        });
        let one = |filter: FilterText| {
            let range = filter.map.host_range(0..filter.text.len());
            let comments = filter.comments.into_iter().map(|comment| Comment {
                range: self.host(comment.range.start)..self.host_end(comment.range.end),
                ..comment
            });
            FilterText {
                comments: comments.collect(),
                map: self.map(range),
                writable: is_same && prefix.is_some(),
                literal: Arc::clone(&literal),
                ..filter
            }
        };
        qql::find(&self.content).into_iter().map(one).collect()
    }

    /// What is before each line but the first; nothing if the lines differ in that.
    fn prefix(&self, text: &str) -> Option<String> {
        let mut prefixes = self.lines.iter().filter_map(|(start, range)| {
            let is_line = *start == 0 || self.content.get(..*start)?.ends_with('\n');
            let before = text.get(..range.start)?;
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            is_line.then(|| before.get(line..)).flatten()
        });
        let first = prefixes.next()?;
        // The first line of a block of a list may be as the others are, or the block is not written.
        prefixes
            .all(|prefix| prefix == first)
            .then(|| first.to_owned())
    }

    /// The map of a range of the content.
    fn map(&self, range: Range<usize>) -> Map {
        let mut steps = vec![(0, self.host(range.start))];
        for (start, written) in &self.lines {
            if range.start < *start && *start < range.end {
                steps.push((start - range.start, written.start));
            }
        }
        let end = (range.end - range.start, self.host_end(range.end));
        if steps
            .last()
            .is_none_or(|last| end.1 - last.1 != end.0 - last.0)
        {
            steps.push(end);
        }
        Map::steps(steps)
    }

    /// The offset in the text of a byte of the content.
    fn host(&self, offset: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        let line = after.checked_sub(1).and_then(|at| self.lines.get(at));
        line.map_or(0, |(start, range)| {
            range.end.min(range.start + (offset - start))
        })
    }

    /// The offset in the text after the last byte before an offset of the content.
    fn host_end(&self, offset: usize) -> usize {
        match offset.checked_sub(1) {
            Some(last) => self.host(last) + 1,
            None => self.host(0),
        }
    }
}

/// Lines with a prefix each, but for the first.
#[derive(Debug)]
struct Fenced {
    prefix: String,
}

impl Literal for Fenced {
    fn read(&self, written: &str) -> Option<Decoded> {
        let mut decoder = Decoder::new(written);
        loop {
            let rest = decoder.rest();
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let line = rest.get(..end)?;
            // In a block a line break is one character, however it is written.
            match line.strip_suffix("\r\n") {
                Some(line) if line.contains('\r') => return None,
                None if line.contains('\r') => return None,
                Some(line) => {
                    decoder.plain(line.len());
                    decoder.skip(1);
                    decoder.plain(1);
                }
                None => decoder.plain(end),
            }
            let rest = decoder.rest();
            if rest.is_empty() {
                return Some(decoder.finish());
            }
            rest.strip_prefix(&*self.prefix)?;
            // A fence would end the block.
            let line = rest.get(self.prefix.len()..)?.trim_start();
            if line.starts_with("```") || line.starts_with("~~~") {
                return None;
            }
            decoder.skip(self.prefix.len());
        }
    }

    fn write(&self, part: &str) -> String {
        part.replace('\n', &format!("\n{}", self.prefix))
    }

    fn is_multiline(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<FilterText> {
        Markdown.find(text, &HostOptions::new()).unwrap().filters
    }

    #[test]
    fn filters_are_in_the_blocks_that_say_so() {
        let text = "# é a:1 OR\n\n```qql\n# name: é\na:1 AND\n  # in\n  b:2\n\nc:3\n```\n\n```sh\nd:4\n```\n\n> - x\n>   ~~~ qql edr\n>   e:5\n>    OR f:6\n>   ~~~\n\n    g:7\n\n`h:8`\n\n```qql\ni:9";
        let filters = read(text);
        let texts: Vec<String> = filters
            .iter()
            .map(|filter| filter.text.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(texts, ["a:1 AND b:2", "c:3", "e:5 OR f:6", "i:9"]);
        assert_eq!(filters[0].name.as_deref(), Some("é"));
        assert!(filters.iter().all(|filter| filter.writable));
        for filter in &filters {
            for word in filter.text.split_whitespace() {
                let at = filter.text.find(word).unwrap();
                let range = filter.map.host_range(at..at + word.len());
                assert_eq!(text.get(range), Some(word));
            }
            for comment in &filter.comments {
                assert_eq!(text.get(comment.range.clone()), Some(&*comment.text));
            }
        }
        let quoted = &filters[2];
        assert_eq!(quoted.literal.write("a\nb"), "a\n>   b");
    }

    #[test]
    fn line_breaks_of_windows_are_line_breaks() {
        let text = "x\r\n```qql\r\na:1 AND\r\n b:2\r\n```\r\n";
        let filters = read(text);
        assert_eq!(filters[0].text, "a:1 AND\n b:2");
        let read = Markdown
            .read_back(&filters[0], "a:1 AND\r\n b:2", false)
            .unwrap();
        assert_eq!(read.text, filters[0].text);
        assert!(filters[0].writable);
        let at = filters[0].text.find("b:2").unwrap();
        assert_eq!(text.get(filters[0].map.host_range(at..at + 3)), Some("b:2"));
    }

    #[test]
    fn a_text_without_blocks_has_no_filters() {
        for text in [
            "",
            "qql",
            "```\na:1\n```",
            "```qqlx\na:1\n```",
            "```qql\n```",
            "~~~qql\n\n\n~~~",
        ] {
            assert!(read(text).is_empty(), "{text}");
        }
        let many = "> ".repeat(100_000) + "```qql\na:1";
        assert!(read(&many).len() < 2);
    }
}
