//! One filter over a buffer.

use std::ops::Range;

use qualys_filter::{BadEvent, Filter, FilterId, ScanOptions};

/// An event that a scan returns.
pub(crate) enum Scanned<'m> {
    Hit {
        range: Range<usize>,
        /// The line, from 1; 0 if lines are not counted.
        line: u64,
        /// The filters of a set that it matches.
        ids: &'m [FilterId],
    },
    Bad(BadEvent),
}

/// Searches a buffer. Returns how many events were read.
pub(crate) fn scan(
    filter: &Filter,
    buffer: &[u8],
    options: &ScanOptions,
    lines: bool,
    each: &mut dyn FnMut(Scanned<'_>),
) -> u64 {
    let mut scan = filter.scan_with(buffer, options);
    while let Some(event) = scan.next() {
        each(match event {
            Err(bad) => Scanned::Bad(bad),
            Ok(hit) => {
                let line = if lines { scan.line(hit.range.start) } else { 0 };
                let (range, ids) = (hit.range, &[][..]);
                Scanned::Hit { range, line, ids }
            }
        });
    }
    scan.events()
}
