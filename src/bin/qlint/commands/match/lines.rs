//! Line numbers of a file whose lines are not counted while it is searched.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The lines of a file. They are counted only when something is wrong in it.
pub(super) struct Lines<'a> {
    path: &'a Path,
    /// The offset up to which the lines have been counted.
    offset: u64,
    lines: u64,
}

impl Lines<'_> {
    pub(super) fn new(path: &Path) -> Lines<'_> {
        Lines {
            path,
            offset: 0,
            lines: 0,
        }
    }

    /// How many lines end before this offset, which is not before the offset of an earlier call.
    pub(super) fn before(&mut self, offset: u64) -> io::Result<u64> {
        let mut file = File::open(self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut reader = BufReader::with_capacity(1 << 16, file.take(offset - self.offset));
        loop {
            let bytes = reader.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            let count = bytes.len();
            self.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            reader.consume(count);
        }
        self.offset = offset;
        Ok(self.lines)
    }
}
