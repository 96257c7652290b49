//! Searching an input with several threads, in blocks whose results come out in order.
//!
//! Of a file each thread reads and searches its blocks; of a stream one thread reads. The caller's
//! takes the results. Buffers go round, so that memory stays the same however long the input is.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use qualys_filter::{BadEvent, FilterId, ScanOptions};

use crate::blocks::{Block, Blocks, Input, Parts, Stream};
use crate::question::{self, Question};

/// What was found in a block.
#[derive(Default)]
pub(crate) struct Found {
    block: Block,
    /// Matching and bad events, in order.
    pub(crate) events: Vec<Event>,
    /// The filters of a set that the matching events match, one event's behind the other's.
    ids: Vec<FilterId>,
    /// How many events were read, if they are counted.
    pub(crate) read: u64,
    /// How many lines the block has, if they are counted.
    pub(crate) lines: u64,
}

impl Found {
    /// The block.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.block.bytes()
    }

    /// The filters at this place among those of all events.
    pub(crate) fn ids(&self, ids: &Range<usize>) -> &[FilterId] {
        self.ids.get(ids.clone()).unwrap_or_default()
    }
}

pub(crate) enum Event {
    Hit {
        range: Range<usize>,
        /// Counted from 1, from the block's start; 0 if nobody asked.
        line: u64,
        /// See [`Found::ids`].
        ids: Range<usize>,
    },
    Bad(BadEvent),
}

/// How to search.
pub(crate) struct Search<'a> {
    pub(crate) question: &'a Question,
    pub(crate) options: &'a ScanOptions,
    pub(crate) threads: usize,
    /// Whether lines are counted.
    pub(crate) lines: bool,
}

impl Search<'_> {
    /// Searches the input, and gives each block's results to `take` until it says to stop.
    pub(crate) fn run(
        &self,
        input: Input,
        mut take: impl FnMut(&Found) -> io::Result<bool>,
    ) -> io::Result<()> {
        // As many buffers as threads search, and some that are read and written meanwhile.
        let buffers = self.threads + 2;
        match Blocks::new(input) {
            Blocks::Apart(parts) if self.threads > 1 => self.apart(&parts, buffers, &mut take),
            Blocks::Apart(mut parts) => {
                let mut found = Found::default();
                for number in 0.. {
                    if !parts.read(number, &mut found.block)? {
                        break;
                    }
                    self.block(&mut found);
                    if !take(&found)? {
                        break;
                    }
                }
                Ok(())
            }
            Blocks::InOrder(mut stream) if self.threads <= 1 => {
                let mut found = Found::default();
                while stream.read(&mut found.block)? {
                    self.block(&mut found);
                    if !take(&found)? {
                        break;
                    }
                }
                Ok(())
            }
            Blocks::InOrder(stream) => self.in_order(stream, buffers, &mut take),
        }
    }

    /// Each thread reads the blocks that it searches.
    fn apart(
        &self,
        parts: &Parts,
        buffers: usize,
        take: &mut impl FnMut(&Found) -> io::Result<bool>,
    ) -> io::Result<()> {
        let (free, frees) = channel();
        for _ in 0..buffers {
            let _ = free.send(Found::default());
        }
        // Who has a free buffer takes the next number with it, so that the block that is due
        // always has one.
        let next = Mutex::new((0_u64, frees));
        let (result, results) = channel();
        thread::scope(|scope| {
            for _ in 0..self.threads {
                let (result, next) = (result.clone(), &next);
                scope.spawn(move || {
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
                        let goes_on = matches!(read, Ok(true));
                        let read = read.map(|more| {
                            if more {
                                self.block(&mut found);
                            }
                            more.then_some(found)
                        });
                        if result.send((number, read)).is_err() || !goes_on {
                            return;
                        }
                    }
                });
            }
            drop(result);
            let taken = take_in_order(results, &free, take);
            // Wakes those who wait for a buffer.
            drop(free);
            taken
        })
    }

    /// One thread reads, the others search.
    fn in_order(
        &self,
        mut stream: Stream,
        buffers: usize,
        take: &mut impl FnMut(&Found) -> io::Result<bool>,
    ) -> io::Result<()> {
        let (free, frees) = channel::<Found>();
        for _ in 0..buffers {
            let _ = free.send(Found::default());
        }
        let (job, jobs) = channel::<(u64, Found)>();
        let jobs = Mutex::new(jobs);
        let (result, results) = channel();
        thread::scope(|scope| {
            for _ in 0..self.threads {
                let (result, jobs) = (result.clone(), &jobs);
                scope.spawn(move || {
                    loop {
                        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((number, mut found)) = job else {
                            return;
                        };
                        self.block(&mut found);
                        if result.send((number, Ok(Some(found)))).is_err() {
                            return;
                        }
                    }
                });
            }
            scope.spawn(move || {
                for (number, mut found) in (0..).zip(frees) {
                    let sent = match stream.read(&mut found.block) {
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
            });
            let taken = take_in_order(results, &free, take);
            // Wakes the reader if it waits for a buffer.
            drop(free);
            taken
        })
    }

    fn block(&self, found: &mut Found) {
        let Found {
            block, events, ids, ..
        } = &mut *found;
        events.clear();
        ids.clear();
        let bytes = block.bytes();
        let mut each = |found: question::Found<'_>| {
            events.push(match found {
                question::Found::Bad(bad) => Event::Bad(bad),
                question::Found::Hit {
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
        let question = self.question;
        let read = question.scan(bytes, self.options, self.lines, &mut each);
        let lines = match self.lines {
            true => memchr::memchr_iter(b'\n', bytes).count() as u64,
            false => 0,
        };
        (found.read, found.lines) = (read, lines);
    }
}

/// A block with its number, nothing behind the end, or why it could not be read.
type Numbered = (u64, io::Result<Option<Found>>);

/// Takes results in the order of their blocks, and frees their buffers.
fn take_in_order(
    results: Receiver<Numbered>,
    free: &Sender<Found>,
    take: &mut impl FnMut(&Found) -> io::Result<bool>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut due = 0;
    for (number, found) in results {
        early.insert(number, found);
        while let Some(found) = early.remove(&due) {
            due += 1;
            let Some(found) = found? else {
                return Ok(());
            };
            if !take(&found)? {
                return Ok(());
            }
            // There may be nothing more to read.
            let _ = free.send(found);
        }
    }
    Ok(())
}
