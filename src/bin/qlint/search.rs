//! Searching an input with several threads, in blocks whose results come out in order.
//!
//! One thread reads, some search, and the caller's takes the results. Buffers go round, so that
//! memory stays the same however long the input is.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use qualys_filter::{BadEvent, Filter, ScanOptions};

use crate::blocks::{Blocks, Input};

/// What was found in a block.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) bytes: Vec<u8>,
    /// Matching and bad events, in order.
    pub(crate) events: Vec<Event>,
    /// How many events were read, if they are counted.
    pub(crate) read: u64,
    /// How many lines the block has.
    pub(crate) lines: u64,
}

pub(crate) enum Event {
    Hit {
        range: Range<usize>,
        /// Counted from 1, from the block's start; 0 if nobody asked.
        line: u64,
    },
    Bad(BadEvent),
}

/// How to search.
pub(crate) struct Search<'a> {
    pub(crate) filter: &'a Filter,
    pub(crate) options: &'a ScanOptions,
    pub(crate) threads: usize,
    /// Whether the lines of hits are wanted.
    pub(crate) hit_lines: bool,
}

impl Search<'_> {
    /// Searches the input, and gives each block's results to `take` until it says to stop.
    pub(crate) fn run(
        &self,
        input: Input,
        mut take: impl FnMut(&Found) -> io::Result<bool>,
    ) -> io::Result<()> {
        let mut blocks = Blocks::new(input);
        if self.threads <= 1 {
            let mut found = Found::default();
            while blocks.next(&mut found.bytes)? {
                self.block(&mut found);
                if !take(&found)? {
                    break;
                }
            }
            return Ok(());
        }
        // As many buffers as threads search, and some that are read and written meanwhile.
        let (free, frees) = channel();
        for _ in 0..self.threads + 2 {
            let _ = free.send(Found::default());
        }
        let (job, jobs) = channel::<(u64, Found)>();
        let jobs = Mutex::new(jobs);
        let (result, results) = channel();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..self.threads {
                let result = result.clone();
                scope.spawn(|| self.work(&jobs, result));
            }
            drop(result);
            let reader = scope.spawn(|| read(&mut blocks, frees, job, &stop));
            let taken = in_order(results, &free, &mut take);
            stop.store(true, Ordering::Relaxed);
            // Wakes the reader if it waits for a buffer.
            drop(free);
            let read = reader.join();
            taken?;
            read.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Searches blocks until there are no more.
    fn work(&self, jobs: &Mutex<Receiver<(u64, Found)>>, results: Sender<(u64, Found)>) {
        loop {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, mut found)) = job else {
                return;
            };
            self.block(&mut found);
            if results.send((number, found)).is_err() {
                return;
            }
        }
    }

    fn block(&self, found: &mut Found) {
        found.events.clear();
        let mut scan = self.filter.scan_with(&found.bytes, self.options);
        while let Some(event) = scan.next() {
            found.events.push(match event {
                Err(bad) => Event::Bad(bad),
                Ok(hit) => {
                    let line = if self.hit_lines { scan.line(&hit) } else { 0 };
                    let range = hit.range;
                    Event::Hit { range, line }
                }
            });
        }
        found.read = scan.events();
        found.lines = memchr::memchr_iter(b'\n', &found.bytes).count() as u64;
    }
}

/// Reads blocks into free buffers and hands them to those who search.
fn read(
    blocks: &mut Blocks,
    frees: Receiver<Found>,
    jobs: Sender<(u64, Found)>,
    stop: &AtomicBool,
) -> io::Result<()> {
    for (number, mut buffer) in (0..).zip(frees) {
        if stop.load(Ordering::Relaxed) || !blocks.next(&mut buffer.bytes)? {
            break;
        }
        if jobs.send((number, buffer)).is_err() {
            break;
        }
    }
    Ok(())
}

/// Takes results in the order of their blocks, and frees their buffers.
fn in_order(
    results: Receiver<(u64, Found)>,
    free: &Sender<Found>,
    take: &mut impl FnMut(&Found) -> io::Result<bool>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut due = 0;
    for (number, found) in results {
        early.insert(number, found);
        while let Some(found) = early.remove(&due) {
            due += 1;
            if !take(&found)? {
                return Ok(());
            }
            // There may be nothing more to read.
            let _ = free.send(found);
        }
    }
    Ok(())
}
