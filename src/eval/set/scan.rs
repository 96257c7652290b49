//! Many filters against a buffer of many events.

use std::iter::FusedIterator;
use std::ops::Range;

use super::ids::FilterId;
use super::scanner::SetScanner;
use super::{FilterSet, Matches};
use crate::eval::buffer::hit::BadEvent;
use crate::eval::buffer::options::ScanOptions;

/// An event that some filters of a set match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SetHit {
    /// Its bytes in the buffer.
    pub range: Range<usize>,
    /// The filters, in ascending order; none where the events that do not match are wanted.
    pub ids: Vec<FilterId>,
}

impl FilterSet {
    /// The events of a buffer that any filter matches, with those filters, and the events that
    /// cannot be read.
    ///
    /// The buffer may hold what [`Filter::scan`](crate::Filter::scan) takes, and is read in the same
    /// way.
    ///
    /// ```
    /// use qualys_filter::{FilterId, FilterSet, Query, Schema};
    ///
    /// let texts = ["type:FILE", "action:CREATED"];
    /// let filters = texts.map(|text| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap());
    /// let set = FilterSet::new(&filters);
    /// let events = b"{\"type\": \"PROCESS\"}\n{\"type\": \"FILE\", \"action\": \"CREATED\"}\n";
    /// let hits = set.scan(events).collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(hits.len(), 1);
    /// assert_eq!(hits[0].ids, [FilterId::new(0), FilterId::new(1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scan<'a>(&'a self, buffer: &'a [u8]) -> SetScan<'a> {
        self.scan_with(buffer, &ScanOptions::default())
    }

    /// The same, with options.
    pub fn scan_with<'a>(&'a self, buffer: &'a [u8], options: &ScanOptions) -> SetScan<'a> {
        SetScan {
            scanner: SetScanner::new(self.clone(), options),
            buffer,
        }
    }
}

/// The hits of a set in a buffer: a [`SetScanner`] with its buffer. Made by [`FilterSet::scan`].
#[derive(Debug)]
pub struct SetScan<'a> {
    scanner: SetScanner,
    buffer: &'a [u8],
}

impl SetScan<'_> {
    /// The next event that any filter matches, whose filters go to `matches`: as the iterator, but
    /// without an allocation.
    ///
    /// ```
    /// use qualys_filter::{FilterSet, Matches, Query, Schema};
    ///
    /// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?;
    /// let set = FilterSet::new([&filter]);
    /// let (mut scan, mut matches) = (set.scan(b"{\"type\": \"FILE\"}\n"), Matches::new());
    /// while let Some(range) = scan.next_into(&mut matches) {
    ///     assert_eq!((range?, matches.len()), (0..16, 1));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_into(&mut self, matches: &mut Matches) -> Option<Result<Range<usize>, BadEvent>> {
        self.scanner.next_into(self.buffer, matches)
    }

    /// Whether some event has a value at a path that any of the filters asks for; see
    /// [`Scanner::paths_seen`](crate::eval::Scanner::paths_seen).
    ///
    /// ```
    /// use qualys_filter::{FilterSet, Query, Schema};
    ///
    /// let texts = ["type:FILE", "file.certificates:(signed:false)"];
    /// let filters = texts.map(|text| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap());
    /// let set = FilterSet::new(&filters);
    /// assert_eq!(set.scan(br#"{"file": {"certificates": [{"signed": true}]}}"#).paths_seen(), Some(true));
    /// assert_eq!(set.scan(br#"{"hits": {"type": "FILE"}}"#).paths_seen(), Some(false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn paths_seen(&self) -> Option<bool> {
        self.scanner.paths_seen(self.buffer)
    }

    /// How many events have been read so far, good and bad; with [`ScanOptions::count`], how many
    /// there were.
    pub fn events(&self) -> u64 {
        self.scanner.events()
    }

    /// The line of an offset in the buffer, counted from 1. Offsets must be passed in the order of
    /// the hits.
    pub fn line(&mut self, offset: usize) -> u64 {
        self.scanner.line(self.buffer, offset)
    }
}

impl Iterator for SetScan<'_> {
    type Item = Result<SetHit, BadEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        self.scanner.next(self.buffer)
    }
}

impl FusedIterator for SetScan<'_> {}
