//! Many filters against a buffer of many events.

use std::iter::FusedIterator;
use std::ops::Range;

use super::ids::FilterId;
use super::prefilter::Prefilter;
use super::{FilterSet, Matches};
use crate::eval::buffer::hit::BadEvent;
use crate::eval::buffer::options::{ReadOptions, ScanOptions};
use crate::eval::buffer::reader::{Engine, Reader};
use crate::eval::error::EventError;
use crate::eval::event::scratch::Stop;
use crate::eval::program::prefilter::Candidate;

/// An event that some filters of a set match.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        let prefilter = match self.strict || options.invert {
            true => None,
            false => self.set.prefilter(),
        };
        let many = Many {
            set: self,
            prefilter,
            matches: Matches::new(),
            end: 0,
            searched: false,
        };
        let read_options = ReadOptions {
            level: self.level,
            nesting: self.set.limits.event_nesting,
            bytes: self.set.limits.event_bytes,
            strict: self.strict,
        };
        SetScan {
            reader: Reader::new(many, read_options, options),
            buffer,
        }
    }
}

/// The hits of a set in a buffer. Made by [`FilterSet::scan`].
#[derive(Debug)]
pub struct SetScan<'a> {
    reader: Reader<Many<'a>>,
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
        matches.ids.clear();
        let hit = self.reader.next(self.buffer)?;
        if hit.is_ok() {
            std::mem::swap(&mut matches.ids, &mut self.reader.engine.matches.ids);
        }
        Some(hit.map(|hit| hit.range))
    }

    /// How many events have been read so far, good and bad; with [`ScanOptions::count`], how many
    /// there were.
    pub fn events(&self) -> u64 {
        self.reader.events()
    }

    /// The line of an offset in the buffer, counted from 1. Offsets must be passed in the order of
    /// the hits.
    pub fn line(&mut self, offset: usize) -> u64 {
        self.reader.line(self.buffer, offset)
    }
}

impl Iterator for SetScan<'_> {
    type Item = Result<SetHit, BadEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        let hit = self.reader.next(self.buffer)?;
        Some(hit.map(|hit| SetHit {
            range: hit.range,
            ids: self.reader.engine.matches.ids.clone(),
        }))
    }
}

impl FusedIterator for SetScan<'_> {}

/// A set, with its matches for the current event.
#[derive(Debug)]
struct Many<'a> {
    set: &'a FilterSet,
    prefilter: Option<&'a Prefilter>,
    matches: Matches,
    /// The end of the last event that was read, and whether the next one has been searched for.
    end: usize,
    searched: bool,
}

impl Engine for Many<'_> {
    fn searches(&self) -> bool {
        self.prefilter.is_some()
    }

    fn find(&mut self, buffer: &[u8], from: usize) -> Option<Candidate> {
        let room = &mut self.matches.room;
        let at = match self.prefilter {
            Some(prefilter) if room.backoff.searches() => {
                self.searched = true;
                prefilter.find(&self.set.set.predicates, self.set.level, buffer, from, room)?
            }
            // The next event is read without a search.
            _ => from,
        };
        let decides = false;
        Some(Candidate { at, decides })
    }

    fn walk(&mut self, bytes: &[u8], start: usize) -> Result<(bool, Stop), EventError> {
        let Matches { ids, room } = &mut self.matches;
        ids.clear();
        let set = self.set;
        let stop = set.ask(bytes, start, room, &mut |rule| set.take(rule, ids))?;
        ids.sort_unstable();
        if std::mem::take(&mut self.searched) {
            let (passed, read) = (start.saturating_sub(self.end), stop.at - start);
            room.backoff.found(passed, read);
        }
        self.end = stop.at;
        Ok((!ids.is_empty(), stop))
    }

    fn is_match(&mut self, event: &[u8]) -> Result<bool, EventError> {
        self.set.matches_into(event, &mut self.matches)?;
        Ok(!self.matches.is_empty())
    }
}
