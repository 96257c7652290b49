//! One filter against a buffer of many events.

use std::iter::FusedIterator;

use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::ScanOptions;
use crate::eval::buffer::scanner::Scanner;
use crate::eval::filter::Filter;

impl Filter {
    /// The events of a buffer that match, in order, and the events that cannot be read.
    ///
    /// The buffer may hold JSON Lines, documents one after the other over any number of lines, or
    /// arrays of events as the APIs answer them.
    ///
    /// What cannot match is skipped unread: parts of the buffer without a literal that every match
    /// contains ([`Filter::explain`] shows it), and the rest of an event once the answer is known.
    /// Errors there are not noticed. [`Filter::strict`] reads everything and reports every event
    /// that is not JSON.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let events = b"{\"type\": \"FILE\"}\n{\"type\": \n{\"type\": \"FILE\"}\n";
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let found: Vec<_> = filter.strict().scan(events).map(|event| match event {
    ///     Ok(hit) => format!("bytes {:?} match", hit.range),
    ///     Err(bad) => bad.to_string(),
    /// }).collect();
    /// assert_eq!(found, [
    ///     "bytes 0..16 match",
    ///     "line 2: the event ends too early at byte 26",
    ///     "bytes 27..43 match",
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scan<'a>(&'a self, buffer: &'a [u8]) -> Scan<'a> {
        self.scan_with(buffer, &ScanOptions::default())
    }

    /// The same, with options.
    pub fn scan_with<'a>(&'a self, buffer: &'a [u8], options: &ScanOptions) -> Scan<'a> {
        Scan {
            scanner: Scanner::new(self.clone(), options),
            buffer,
        }
    }
}

/// The hits of a filter in a buffer: a [`Scanner`] with its buffer. Made by [`Filter::scan`].
#[derive(Debug)]
pub struct Scan<'a> {
    scanner: Scanner,
    buffer: &'a [u8],
}

impl Scan<'_> {
    /// How many events have been read so far, good and bad; with [`ScanOptions::count`], how many
    /// there were.
    pub fn events(&self) -> u64 {
        self.scanner.events()
    }

    /// Whether some event has a value at a path that the filter asks for; see [`Scanner::paths_seen`].
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// // FIM answers its events inside of `data`, which needs a root.
    /// let answer = br#"[{"sortValues": [], "data": {"action": "Create"}}]"#;
    /// let filter = "action:Create".parse::<Query>()?.check(Schema::fim())?.compile();
    /// let mut scan = filter.scan(answer);
    /// assert_eq!(scan.next(), None);
    /// assert_eq!(scan.paths_seen(), Some(false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn paths_seen(&self) -> Option<bool> {
        self.scanner.paths_seen(self.buffer)
    }

    /// The line of an offset in the buffer, counted from 1. Offsets must be passed in the order of
    /// the hits.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let mut scan = filter.scan(b"{}\n\n{\"type\": \"FILE\"}");
    /// let hit = scan.next().unwrap()?;
    /// assert_eq!(scan.line(hit.range.start), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn line(&mut self, offset: usize) -> u64 {
        self.scanner.line(self.buffer, offset)
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Hit, BadEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        self.scanner.next(self.buffer)
    }
}

impl FusedIterator for Scan<'_> {}
