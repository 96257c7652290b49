//! How the text of a filter is written in its host: as it is, in quotes with escapes, over indented lines.
//!
//! A host finds where a filter is written, and says with which [`Literal`]. The literal reads what is
//! written, with the place of every byte, and writes what takes the place of a part of it. What a host's
//! own parser says of the same string is compared with that: where the two differ, only the start of
//! the filter is known, and it is never written.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{FilterText, Map};

/// A way to write the text of a filter, between what marks its start and its end.
pub(in crate::document) trait Literal: Debug + Send + Sync {
    /// The text that is written so. Nothing if `written` cannot be between such marks.
    fn read(&self, written: &str) -> Option<Decoded>;

    /// A part of a filter's text as it has to be written.
    fn write(&self, part: &str) -> String;

    /// Whether a text may have several lines, which are written as lines.
    fn is_multiline(&self) -> bool {
        false
    }
}

/// The text of a literal, and how its bytes lead to those that are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::document) struct Decoded {
    /// The text.
    pub(super) text: String,
    /// Pairs of an offset in the text and one in what is written, where the two go out of step.
    pub(super) steps: Vec<(usize, usize)>,
}

/// Reads a literal from its start to its end.
#[derive(Debug)]
pub(super) struct Decoder<'t> {
    written: &'t str,
    at: usize,
    /// The end of what wrote the last character.
    end: usize,
    text: String,
    steps: Vec<(usize, usize)>,
}

impl<'t> Decoder<'t> {
    pub(super) fn new(written: &'t str) -> Decoder<'t> {
        Decoder {
            written,
            at: 0,
            end: 0,
            text: String::with_capacity(written.len()),
            steps: vec![(0, 0)],
        }
    }

    /// What is not yet read.
    pub(super) fn rest(&self) -> &'t str {
        self.written.get(self.at..).unwrap_or_default()
    }

    /// All that is written.
    pub(super) fn written(&self) -> &'t str {
        self.written
    }

    /// The text that was read so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The first `length` bytes of the rest are written as they are.
    pub(super) fn plain(&mut self, length: usize) {
        let taken = self.rest().get(..length).unwrap_or_default();
        if !taken.is_empty() {
            self.step(self.at);
            self.text.push_str(taken);
            self.at += taken.len();
            self.end = self.at;
        }
    }

    /// The first `length` bytes of the rest write the character `c`.
    pub(super) fn character(&mut self, length: usize, c: char) {
        self.step(self.at);
        self.text.push(c);
        if length != c.len_utf8() {
            self.mark(self.text.len() - c.len_utf8(), self.at);
        }
        self.at += length;
        self.end = self.at;
    }

    /// The first `length` bytes of the rest stand for what is not known; as many bytes of the text keep
    /// its place. Returns these.
    pub(super) fn hole(&mut self, length: usize) -> Range<usize> {
        self.step(self.at);
        let start = self.text.len();
        self.text.extend(std::iter::repeat_n('x', length));
        self.at += length;
        self.end = self.at;
        start..self.text.len()
    }

    /// The first `length` bytes of the rest write nothing.
    pub(super) fn skip(&mut self, length: usize) {
        self.at += length;
    }

    /// What was read.
    pub(super) fn finish(mut self) -> Decoded {
        self.step(self.end);
        Decoded {
            text: self.text,
            steps: self.steps,
        }
    }

    /// The next byte of the text is written at this offset.
    fn step(&mut self, at: usize) {
        let (from, to) = self.steps.last().copied().unwrap_or_default();
        if self.text.len() - from != at - to {
            self.mark(self.text.len(), at);
        }
    }

    fn mark(&mut self, from: usize, to: usize) {
        match self.steps.last_mut() {
            Some(last) if last.0 == from => *last = (from, to),
            _ => self.steps.push((from, to)),
        }
    }
}

/// The filter that is written at `range` of a host's text. `value` is what the host's parser read there,
/// if it has one.
pub(super) fn filter(
    text: &str,
    range: Range<usize>,
    literal: &Arc<dyn Literal>,
    value: Option<&str>,
) -> FilterText {
    let written = text.get(range.clone()).unwrap_or_default();
    let read = literal.read(written);
    let agreed = read.filter(|read| value.is_none_or(|value| read.text == value));
    let Some(read) = agreed else {
        let text = value.unwrap_or(written);
        return FilterText {
            writable: false,
            ..FilterText::new(text, Map::spot(range.start))
        };
    };
    let steps = read.steps.iter();
    let steps = steps.map(|(from, to)| (*from, range.start + to)).collect();
    FilterText {
        literal: Arc::clone(literal),
        ..FilterText::new(read.text, Map::steps(steps))
    }
}

/// Every character is itself.
#[derive(Debug)]
pub(in crate::document) struct Plain;

impl Literal for Plain {
    fn read(&self, written: &str) -> Option<Decoded> {
        let mut decoder = Decoder::new(written);
        decoder.plain(written.len());
        Some(decoder.finish())
    }

    fn write(&self, part: &str) -> String {
        part.to_owned()
    }

    fn is_multiline(&self) -> bool {
        true
    }
}

/// Every character is itself, on one line.
#[derive(Debug)]
pub(super) struct Line;

impl Literal for Line {
    fn read(&self, written: &str) -> Option<Decoded> {
        match written.contains(['\r', '\n']) {
            true => None,
            false => Plain.read(written),
        }
    }

    fn write(&self, part: &str) -> String {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_from_the_text_to_what_is_written() {
        // `\x41` writes A, and three dots write nothing.
        let mut decoder = Decoder::new("...ab\\x41...c...");
        decoder.skip(3);
        decoder.plain(2);
        decoder.character(4, 'A');
        decoder.skip(3);
        assert_eq!(decoder.rest(), "c...");
        decoder.plain(1);
        decoder.skip(3);
        let read = decoder.finish();
        assert_eq!(read.text, "abAc");
        let map = Map::steps(read.steps);
        let places: Vec<usize> = (0..=4).map(|at| map.host_offset(at)).collect();
        assert_eq!(places, [3, 4, 5, 12, 13]);
        assert_eq!(map.filter_offset(7), Some(2));
    }

    #[test]
    fn what_the_parser_reads_otherwise_is_one_spot() {
        let plain: Arc<dyn Literal> = Arc::new(Plain);
        let filter_of = |value| filter("x a:1", 2..5, &plain, value);
        assert!(filter_of(None).writable && filter_of(Some("a:1")).map.is_exact());
        let other = filter_of(Some("a:2"));
        assert_eq!((&*other.text, other.writable), ("a:2", false));
        assert_eq!(other.map, Map::spot(2));
    }
}
