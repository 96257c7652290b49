//! The blocks of a stream, one after the other.

use std::io::{self, Read};

use qualys_filter::Limits;
use qualys_filter::eval::{Cut, Cutter};

use super::block::{Block, BlockBytes, Buffer};

/// The blocks of a stream. At most a block and an event within the limit are in memory.
pub(crate) struct Stream {
    reader: Box<dyn Read + Send>,
    cutter: Cutter,
    /// How much is read at once.
    size: usize,
    /// How many bytes are buffered at most before the cutter must have found something.
    most: usize,
    /// The bytes that have been read, and how many of them have been returned.
    buffer: Buffer,
    start: usize,
    done: bool,
    /// The error that ended the stream.
    error: Option<io::Error>,
    /// How many bytes have been skipped since the last block, and their lines.
    passed: u64,
    passed_lines: u64,
}

impl Stream {
    pub(crate) fn new(reader: Box<dyn Read + Send>, limits: &Limits, size: usize) -> Stream {
        Stream {
            reader,
            cutter: Cutter::new(limits),
            size,
            most: limits.event_bytes.saturating_add(size),
            buffer: Buffer::default(),
            start: 0,
            done: false,
            error: None,
            passed: 0,
            passed_lines: 0,
        }
    }

    /// Reads the next block; false at the end. An error of the stream is returned after all blocks that
    /// came before it.
    pub(crate) fn read(&mut self, block: &mut Block) -> io::Result<bool> {
        let spare = block.take_buffer(self.size);
        self.fill(self.size);
        loop {
            let held = self.buffer.filled().get(self.start..).unwrap_or_default();
            match self.cutter.cut(held, self.done) {
                Cut::More if self.done => return self.end(block, spare),
                Cut::End => return self.end(block, spare),
                Cut::More => {
                    // Twice as much each time, so that the work stays linear.
                    let len = held.len();
                    let wanted = len.saturating_mul(2).min(self.most).max(len + self.size);
                    self.fill(wanted);
                }
                Cut::Block { end, part } => {
                    let held = self.take(end, spare);
                    let (passed, passed_lines) = self.take_passed();
                    *block = Block {
                        held,
                        part,
                        bad: None,
                        passed,
                        passed_lines,
                    };
                    return Ok(true);
                }
                Cut::Pass { end, bad: None } => {
                    self.pass(end);
                    self.fill(self.size);
                }
                Cut::Pass { end, bad } => {
                    let (passed, passed_lines) = self.take_passed();
                    *block = Block {
                        held: BlockBytes::Read(spare, 0..0),
                        bad,
                        passed,
                        passed_lines,
                        ..Block::default()
                    };
                    self.pass(end);
                    return Ok(true);
                }
            }
        }
    }

    /// Ends the stream, after an empty block if bytes have been skipped.
    fn end(&mut self, block: &mut Block, spare: Buffer) -> io::Result<bool> {
        let (passed, passed_lines) = self.take_passed();
        if passed == 0 {
            return self.error.take().map_or(Ok(false), Err);
        }
        *block = Block {
            held: BlockBytes::Read(spare, 0..0),
            passed,
            passed_lines,
            ..Block::default()
        };
        Ok(true)
    }

    fn take_passed(&mut self) -> (u64, u64) {
        let passed = (self.passed, self.passed_lines);
        (self.passed, self.passed_lines) = (0, 0);
        passed
    }

    /// Reads until so many bytes are buffered, or until the end.
    fn fill(&mut self, wanted: usize) {
        let held = self.buffer.len() - self.start;
        if self.done || held >= wanted {
            return;
        }
        self.buffer.drop_first(self.start);
        self.start = 0;
        match self.buffer.append(&mut self.reader, wanted - held) {
            Ok(more) => self.done = !more,
            Err(error) => (self.done, self.error) = (true, Some(error)),
        }
    }

    /// The next bytes, as the bytes of a block. The shorter part is copied: they, or the rest of the buffer.
    fn take(&mut self, count: usize, mut spare: Buffer) -> BlockBytes {
        let end = self.start + count;
        let filled = self.buffer.filled();
        let rest = filled.get(end..).unwrap_or_default();
        if rest.len() < count {
            spare.push(rest);
            let range = self.start..end;
            self.start = 0;
            return BlockBytes::Read(std::mem::replace(&mut self.buffer, spare), range);
        }
        spare.push(filled.get(self.start..end).unwrap_or_default());
        self.start = end;
        BlockBytes::Read(spare, 0..count)
    }

    fn pass(&mut self, count: usize) {
        let filled = self.buffer.filled();
        let passed = filled.get(self.start..self.start + count);
        let passed = passed.unwrap_or_default();
        self.passed_lines += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.passed += count as u64;
        self.start += count;
        if self.start == self.buffer.len() {
            self.start = 0;
            self.buffer = match self.buffer.is_large(self.size) {
                true => Buffer::default(),
                false => std::mem::take(&mut self.buffer).emptied(),
            };
        }
    }
}
