//! Files and streams, packed and encoded in every way, whole, cut and spoilt, are read as the tool
//! reads them: the matches and the bad events are those of a scan of the whole text, what is damaged
//! is said, and memory and time stay bounded.
#![no_main]
#![allow(dead_code, unused_imports)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

// The reader of the tool.
#[path = "../../src/bin/qlint/events/mod.rs"]
mod events;
#[path = "../../src/bin/qlint/input/parallel.rs"]
mod parallel;
#[path = "../../src/bin/qlint/commands/match/search/mod.rs"]
mod search;
#[path = "../../src/bin/qlint/commands/match/whole/mod.rs"]
mod whole;

/// What the tool works in several threads with.
mod input {
    pub(crate) use crate::parallel::start;
}

/// What the tool asks, without what reads it from files and arguments.
mod engine {
    use qualys_filter::{Filter, ScanOptions};

    use crate::search::{Scanned, scan};

    pub(crate) enum Engine {
        One(Filter),
    }

    impl Engine {
        pub(crate) fn scan(
            &self,
            buffer: &[u8],
            options: &ScanOptions,
            lines: bool,
            each: &mut dyn FnMut(Scanned<'_>),
        ) -> u64 {
            let Engine::One(filter) = self;
            scan(filter, buffer, options, lines, each)
        }
    }
}

use libfuzzer_sys::fuzz_target;
use whole::Case;

/// The system's allocator, which knows how much is taken, and the most since it was asked.
struct Counting;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn take(size: usize) {
    let taken = TAKEN.fetch_add(size, Ordering::Relaxed) + size;
    MOST.fetch_max(taken, Ordering::Relaxed);
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The time that this process has run, in nanoseconds.
fn time() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the place is a valid one.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fuzz_target!(|bytes: &[u8]| {
    let case = Case::new(bytes);
    let (mut taken, mut took) = (0, 0);
    let seen = case.run(|read| {
        let (before, started) = (TAKEN.load(Ordering::Relaxed), time());
        MOST.store(before, Ordering::Relaxed);
        read();
        taken = MOST.load(Ordering::Relaxed) - before;
        took = time() - started;
    });
    case.check(&seen);
    let most = case.most_memory(&seen);
    case.promise(
        taken <= most,
        format_args!("{taken} bytes of memory, not {most}"),
    );
    // For each line that opens a document, 128 levels may be read before it is known to be broken.
    // That is slow, and far from quadratic time for the longest texts.
    let bytes = case.bytes(&seen);
    let most = 500_000_000 + 10_000 * bytes as u64;
    case.promise(took <= most, format_args!("{took} ns for {bytes} bytes"));
});
