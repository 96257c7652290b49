//! Many filters, and all that it takes to run them on buffers.

use std::ops::Range;
use std::sync::Arc;

use super::prefilter::Prefilter;
use super::scan::SetHit;
use super::{FilterSet, Matches};
use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Part, ReadOptions, ScanOptions};
use crate::eval::buffer::reader::{Engine, Reader};
use crate::eval::buffer::seen::paths_seen;
use crate::eval::error::EventError;
use crate::eval::event::scratch::Stop;
use crate::eval::program::prefilter::Candidate;

/// A scan that owns its set and borrows no buffer between calls:
/// [`Scanner`](crate::eval::Scanner) for many filters.
///
/// A set that is changed after a scanner was made of a clone of it is copied first; the scanner
/// keeps the filters that it was made with.
///
/// ```
/// use qualys_filter::eval::SetScanner;
/// use qualys_filter::{FilterId, FilterSet, Query, ScanOptions, Schema};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?;
/// let mut scanner = SetScanner::new(FilterSet::new([filter]), &ScanOptions::default());
/// let buffer = b"{\"type\": \"PROCESS\"}\n{\"type\": \"FILE\"}\n";
/// let hit = scanner.next(buffer).unwrap()?;
/// assert_eq!((hit.range, hit.ids), (20..36, vec![FilterId::new(0)]));
/// assert_eq!(scanner.next(buffer), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SetScanner {
    reader: Reader<Many>,
    options: ScanOptions,
}

impl SetScanner {
    /// A scanner at the start of a buffer.
    pub fn new(set: FilterSet, options: &ScanOptions) -> SetScanner {
        let prefilter = match set.strict || options.invert {
            true => None,
            false => set.set.prefilter().map(Arc::clone),
        };
        let read_options = ReadOptions {
            level: set.level,
            nesting: set.set.limits.event_nesting,
            bytes: set.set.limits.event_bytes,
            strict: set.strict,
        };
        let many = Many {
            set,
            prefilter,
            matches: Matches::new(),
            end: 0,
            searched: false,
        };
        SetScanner {
            reader: Reader::new(many, read_options, options),
            options: options.clone(),
        }
    }

    /// The next event of the buffer that any filter matches, or that cannot be read; none at its
    /// end. See [`Scanner::next`](crate::eval::Scanner::next).
    pub fn next(&mut self, buffer: &[u8]) -> Option<Result<SetHit, BadEvent>> {
        let hit = self.reader.next(buffer)?;
        Some(hit.map(|Hit { range }| SetHit {
            range,
            ids: self.reader.engine.matches.ids.clone(),
        }))
    }

    /// The same, with the filters in `matches` and without an allocation.
    pub fn next_into(
        &mut self,
        buffer: &[u8],
        matches: &mut Matches,
    ) -> Option<Result<Range<usize>, BadEvent>> {
        matches.ids.clear();
        let hit = self.reader.next(buffer)?;
        if hit.is_ok() {
            std::mem::swap(&mut matches.ids, &mut self.reader.engine.matches.ids);
        }
        Some(hit.map(|hit| hit.range))
    }

    /// The offset in the buffer up to which its events have been read. It does not pass what is
    /// skipped at the end because nothing there can match.
    pub fn position(&self) -> usize {
        self.reader.position()
    }

    /// How many events of the buffer have been read so far, good and bad; with
    /// [`ScanOptions::count`], how many there were.
    pub fn events(&self) -> u64 {
        self.reader.events()
    }

    /// The line of an offset in the buffer, counted from 1. Offsets must be passed in the order of
    /// the hits.
    pub fn line(&mut self, buffer: &[u8], offset: usize) -> u64 {
        self.reader.line(buffer, offset)
    }

    /// Whether some event of the buffer has a value at a path that any of the filters asks for; see
    /// [`Scanner::paths_seen`](crate::eval::Scanner::paths_seen). None if one of them asks for free text.
    pub fn paths_seen(&self, buffer: &[u8]) -> Option<bool> {
        let set = &self.reader.engine.set.set;
        paths_seen(set.predicates.paths()?, &set.limits, buffer, &self.options)
    }

    /// Starts at another buffer, which is a whole text.
    pub fn reset(&mut self) {
        self.reset_to(&Part::default());
    }

    /// Starts at another buffer, which is this part of a longer text; see
    /// [`Cutter`](crate::eval::Cutter).
    pub fn reset_to(&mut self, part: &Part) {
        self.reader.restart(part);
        self.options.part = part.clone();
        let many = &mut self.reader.engine;
        (many.end, many.searched) = (0, false);
        many.matches.room.shrink();
    }
}

/// A set, with its matches for the current event.
#[derive(Debug)]
struct Many {
    set: FilterSet,
    prefilter: Option<Arc<Prefilter>>,
    matches: Matches,
    /// The end of the last event that was read, and whether the next one has been searched for.
    end: usize,
    searched: bool,
}

impl Engine for Many {
    fn searches(&self) -> bool {
        self.prefilter.is_some()
    }

    fn find(&mut self, buffer: &[u8], from: usize) -> Option<Candidate> {
        let room = &mut self.matches.room;
        let at = match &self.prefilter {
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
        let set = &self.set;
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
