//! Searching an input with several threads, in blocks whose results come out in order.
//!
//! Each thread reads and searches blocks of a file. A stream is read by one thread, and so is a file in
//! which no event ends for long. The caller's thread takes the results. Buffers are reused, so that the
//! length of the input makes no difference to memory.

mod scan;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use qualys_filter::{BadEvent, FilterId, Limits, ScanOptions};

use super::engine::Engine;
use crate::events::{Block, BlockRead, Blocks, Input, Parts, Stream};
use crate::input::start;

pub(crate) use scan::{Scanned, scan};

/// What was found in a block.
#[derive(Default)]
pub(crate) struct SearchedBlock {
    block: Block,
    /// Matching and bad events, in order.
    pub(crate) events: Vec<Event>,
    /// The filters of a set that match: those of the first matching event, then those of the next.
    ids: Vec<FilterId>,
    /// How many events were read, if they are counted.
    pub(crate) read: u64,
    /// How many lines the block has, if they are counted.
    pub(crate) lines: u64,
}

impl SearchedBlock {
    /// The block.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.block.bytes()
    }

    /// The options of a scan of the block.
    pub(crate) fn options(&self, options: &ScanOptions) -> ScanOptions {
        options.clone().with_part(self.block.part.clone())
    }

    /// How many bytes before the block have been skipped, and how many lines end in them.
    pub(crate) fn passed(&self) -> (u64, u64) {
        (self.block.passed, self.block.passed_lines)
    }

    /// Frees the memory of a long event.
    fn shrink(&mut self, size: usize) {
        if self.block.is_large(size) {
            *self = SearchedBlock::default();
        }
    }

    /// The filters of this range of all filters.
    pub(crate) fn ids(&self, ids: &Range<usize>) -> &[FilterId] {
        self.ids.get(ids.clone()).unwrap_or_default()
    }
}

pub(crate) enum Event {
    Hit {
        range: Range<usize>,
        /// The line in the block, from 1; 0 if lines are not counted.
        line: u64,
        /// See [`SearchedBlock::ids`].
        ids: Range<usize>,
    },
    Bad(BadEvent),
}

/// How to search.
pub(crate) struct Search<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) options: &'a ScanOptions,
    /// The limits of events.
    pub(crate) limits: &'a Limits,
    pub(crate) threads: usize,
    /// About how long blocks are: [`BLOCK`](crate::events::BLOCK), but for tests.
    pub(crate) block: usize,
    /// Whether lines are counted.
    pub(crate) lines: bool,
}

impl Search<'_> {
    /// Searches the input. Calls `take` with the results of each block until it returns false.
    pub(crate) fn run(
        &self,
        input: Input,
        mut take: impl FnMut(&SearchedBlock) -> io::Result<bool>,
    ) -> io::Result<()> {
        // One buffer for each thread, and two that are read and written meanwhile.
        let buffers = self.threads + 2;
        let mut stream = match Blocks::new(input, self.limits, self.block) {
            Blocks::InOrder(stream) => *stream,
            Blocks::Apart(parts) => {
                let rest = match self.threads > 1 {
                    true => self.apart(&parts, buffers, &mut take)?,
                    false => self.one_by_one(parts.again()?, &mut take)?,
                };
                match rest {
                    None => return Ok(()),
                    Some(offset) => Blocks::rest(&parts, offset, self.limits)?,
                }
            }
        };
        if self.threads > 1 && self.in_order(&mut stream, buffers, &mut take)? {
            return Ok(());
        }
        let mut found = SearchedBlock::default();
        while stream.read(&mut found.block)? {
            self.block(&mut found);
            if !take(&found)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads the blocks of a file with this thread. Returns the offset from which the rest has to be
    /// read in order, if any.
    fn one_by_one(
        &self,
        mut parts: Parts,
        take: &mut impl FnMut(&SearchedBlock) -> io::Result<bool>,
    ) -> io::Result<Option<u64>> {
        let mut found = SearchedBlock::default();
        for number in 0.. {
            match parts.read(number, &mut found.block)? {
                BlockRead::Block => {}
                BlockRead::End => break,
                BlockRead::InOrder(offset) => return Ok(Some(offset)),
            }
            self.block(&mut found);
            if !take(&found)? {
                break;
            }
        }
        Ok(None)
    }

    /// Each thread reads the blocks that it searches; this thread does if the system allows no other.
    /// Returns the offset from which the rest has to be read in order, if any.
    fn apart(
        &self,
        parts: &Parts,
        buffers: usize,
        take: &mut impl FnMut(&SearchedBlock) -> io::Result<bool>,
    ) -> io::Result<Option<u64>> {
        let (free, frees) = channel();
        for _ in 0..buffers {
            let _ = free.send(SearchedBlock::default());
        }
        // A thread takes a free buffer and the next number together, so that the block that is due
        // always has a buffer.
        let next = Mutex::new((0_u64, frees));
        let next = &next;
        let (result, results) = channel();
        thread::scope(|scope| {
            let work = move || {
                let mut parts = parts.again();
                loop {
                    let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
                    let Ok(mut found) = next.1.recv() else {
                        return;
                    };
                    let number = next.0;
                    next.0 += 1;
                    drop(next);
                    let read = match &mut parts {
                        Ok(parts) => parts.read(number, &mut found.block),
                        Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
                    };
                    let goes_on = matches!(read, Ok(BlockRead::Block));
                    let read = read.map(|read| match read {
                        BlockRead::Block => {
                            self.block(&mut found);
                            Next::Block(found)
                        }
                        BlockRead::End => Next::End,
                        BlockRead::InOrder(offset) => Next::InOrder(offset),
                    });
                    if result.send((number, read)).is_err() || !goes_on {
                        return;
                    }
                }
            };
            if start(scope, self.threads, work).is_none() {
                return self.one_by_one(parts.again()?, take);
            }
            let taken = take_in_order(results, &free, self.block, take);
            // Wakes the threads that wait for a buffer.
            drop(free);
            taken
        })
    }

    /// One thread reads, the others search. Returns false, and has read nothing, if the system does not
    /// allow the threads.
    fn in_order(
        &self,
        stream: &mut Stream,
        buffers: usize,
        take: &mut impl FnMut(&SearchedBlock) -> io::Result<bool>,
    ) -> io::Result<bool> {
        let (free, frees) = channel::<SearchedBlock>();
        for _ in 0..buffers {
            let _ = free.send(SearchedBlock::default());
        }
        let (job, jobs) = channel::<(u64, SearchedBlock)>();
        let jobs = Mutex::new(jobs);
        let jobs = &jobs;
        let (result, results) = channel();
        thread::scope(|scope| {
            let searched = result.clone();
            let search = move || {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, mut found)) = job else {
                        return;
                    };
                    self.block(&mut found);
                    if searched.send((number, Ok(Next::Block(found)))).is_err() {
                        return;
                    }
                }
            };
            let read = move || {
                // Free buffers that were waited for.
                let mut spare = Vec::new();
                for number in 0.. {
                    let Some(mut found) = spare.pop().or_else(|| frees.recv().ok()) else {
                        return;
                    };
                    let read = stream.read(&mut found.block);
                    // Long events are searched one at a time. Otherwise every buffer might have one in
                    // memory.
                    while found.block.is_large(self.block) && spare.len() + 1 < buffers {
                        let Ok(free) = frees.recv() else {
                            return;
                        };
                        spare.push(free);
                    }
                    let sent = match read {
                        Ok(true) => job.send((number, found)).is_ok(),
                        Ok(false) => false,
                        Err(error) => {
                            let _ = result.send((number, Err(error)));
                            false
                        }
                    };
                    if !sent {
                        return;
                    }
                }
            };
            // If the reader is not started, its end of the jobs goes, and the searchers end.
            if start(scope, self.threads, search).is_none()
                || Builder::new().spawn_scoped(scope, read).is_err()
            {
                return Ok(false);
            }
            let taken = take_in_order(results, &free, self.block, take);
            // Wakes the reader if it waits for a buffer.
            drop(free);
            taken.map(|_| true)
        })
    }

    fn block(&self, found: &mut SearchedBlock) {
        let options = found.options(self.options);
        let SearchedBlock {
            block, events, ids, ..
        } = &mut *found;
        events.clear();
        ids.clear();
        if let Some(bad) = block.bad.take() {
            events.push(Event::Bad(bad));
            (found.read, found.lines) = (1, 0);
            return;
        }
        let bytes = block.bytes();
        let mut each = |found: Scanned<'_>| {
            events.push(match found {
                Scanned::Bad(bad) => Event::Bad(bad),
                Scanned::Hit {
                    range,
                    line,
                    ids: some,
                } => {
                    let start = ids.len();
                    ids.extend_from_slice(some);
                    let ids = start..ids.len();
                    Event::Hit { range, line, ids }
                }
            });
        };
        let engine = self.engine;
        let read = engine.scan(bytes, &options, self.lines, &mut each);
        let lines = match self.lines {
            true => memchr::memchr_iter(b'\n', bytes).count() as u64,
            false => 0,
        };
        (found.read, found.lines) = (read, lines);
    }
}

/// What comes next in an input.
enum Next {
    Block(SearchedBlock),
    End,
    /// The rest has to be read in order from this byte on.
    InOrder(u64),
}

/// A block with its number, or why it could not be read.
type Numbered = (u64, io::Result<Next>);

/// Takes results in the order of their blocks, and frees their buffers. Returns the offset from which
/// the rest has to be read in order, if any.
fn take_in_order(
    results: Receiver<Numbered>,
    free: &Sender<SearchedBlock>,
    block: usize,
    take: &mut impl FnMut(&SearchedBlock) -> io::Result<bool>,
) -> io::Result<Option<u64>> {
    let mut early = BTreeMap::new();
    let mut due = 0;
    for (number, found) in results {
        early.insert(number, found);
        while let Some(found) = early.remove(&due) {
            due += 1;
            let mut found = match found? {
                Next::Block(found) => found,
                Next::End => return Ok(None),
                Next::InOrder(offset) => return Ok(Some(offset)),
            };
            if !take(&found)? {
                return Ok(None);
            }
            found.shrink(block);
            // The receiver is gone if there is nothing more to read.
            let _ = free.send(found);
        }
    }
    Ok(None)
}
