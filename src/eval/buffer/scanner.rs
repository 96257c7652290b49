//! One filter, and all that it takes to run it on buffers.

use std::sync::Arc;

use crate::eval::buffer::hit::{BadEvent, Hit};
use crate::eval::buffer::options::{Part, ReadOptions, ScanOptions};
use crate::eval::buffer::reader::{Engine, Reader};
use crate::eval::buffer::seen::{paths_of, paths_seen};
use crate::eval::error::EventError;
use crate::eval::event::scratch::{Scratch, Stop};
use crate::eval::event::walk::walk;
use crate::eval::filter::Filter;
use crate::eval::program::prefilter::{Candidate, Prefilter};
use crate::limits::Limits;

/// A scan that owns its filter and borrows no buffer between calls, for bindings to other languages
/// and for streams. [`Filter::scan`] is the same with a buffer, as an iterator.
///
/// The buffer is passed to each call, and is the same until the last event. Then
/// [`reset`](Scanner::reset) starts at another, with the memory that the last one took.
///
/// ```
/// use qualys_filter::eval::Scanner;
/// use qualys_filter::{Query, ScanOptions, Schema};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
/// let mut scanner = Scanner::new(filter, &ScanOptions::default());
/// let mut sizes = Vec::new();
/// for buffer in ["{\"type\": \"FILE\"}\n{\"type\": \"PROCESS\"}", "[{\"type\":\"FILE\"}]"] {
///     while let Some(hit) = scanner.next(buffer.as_bytes()) {
///         sizes.push(hit?.range.len());
///     }
///     scanner.reset();
/// }
/// assert_eq!(sizes, [16, 15]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Scanner {
    reader: Reader<One>,
    options: ScanOptions,
}

impl Scanner {
    /// A scanner at the start of a buffer.
    pub fn new(filter: Filter, options: &ScanOptions) -> Scanner {
        let program = filter.program();
        let read_options = ReadOptions {
            level: program.level,
            nesting: program.event_nesting,
            bytes: program.event_bytes,
            strict: program.strict,
        };
        let prefilter = match &**filter.prefilter() {
            Prefilter::Nothing => None,
            _ if program.strict || options.invert => None,
            _ => Some(Arc::clone(filter.prefilter())),
        };
        let one = One {
            filter,
            prefilter,
            scratch: Scratch::default(),
        };
        Scanner {
            reader: Reader::new(one, read_options, options),
            options: options.clone(),
        }
    }

    /// The next event of the buffer that matches, or that cannot be read; none at its end.
    ///
    /// If the buffer is not that of the call before, events may be missed or cut, but nothing
    /// panics.
    pub fn next(&mut self, buffer: &[u8]) -> Option<Result<Hit, BadEvent>> {
        self.reader.next(buffer)
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

    /// Whether some event of the buffer has a value at a path that the filter asks for: if none has, the schema or
    /// [`ScanOptions::root`] is probably not that of these events. At most the first 1,000 events are looked at, and
    /// only when this is called. None if the buffer has no event, or if the filter asks for no path, as free
    /// text does.
    ///
    /// ```
    /// use qualys_filter::eval::Scanner;
    /// use qualys_filter::{Query, ScanOptions, Schema};
    ///
    /// let filter = "NOT type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
    /// let scanner = Scanner::new(filter, &ScanOptions::default());
    /// assert_eq!(scanner.paths_seen(b"{\"type\": \"FILE\"}"), Some(true));
    /// assert_eq!(scanner.paths_seen(b"{\"event\": {\"type\": \"FILE\"}}"), Some(false));
    /// assert_eq!(scanner.paths_seen(b""), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn paths_seen(&self, buffer: &[u8]) -> Option<bool> {
        let program = self.reader.engine.filter.program();
        let limits = Limits::default()
            .with_event_nesting(program.event_nesting)
            .with_event_bytes(program.event_bytes);
        paths_seen(paths_of(program)?, &limits, buffer, &self.options)
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
        self.reader.engine.scratch.shrink();
    }
}

/// One filter, with its prefilter.
#[derive(Debug)]
struct One {
    filter: Filter,
    prefilter: Option<Arc<Prefilter>>,
    scratch: Scratch,
}

impl Engine for One {
    fn searches(&self) -> bool {
        self.prefilter.is_some()
    }

    fn find(&mut self, buffer: &[u8], from: usize) -> Option<Candidate> {
        let program = self.filter.program();
        let prefilter = self.prefilter.as_deref()?;
        prefilter.find(program, buffer, from, &mut self.scratch.buffers)
    }

    fn walk(&mut self, bytes: &[u8], start: usize) -> Result<(bool, Stop), EventError> {
        walk(self.filter.program(), bytes, start, &mut self.scratch)
    }

    fn is_match(&mut self, event: &[u8]) -> Result<bool, EventError> {
        self.filter.is_match_in(event, &mut self.scratch)
    }
}
