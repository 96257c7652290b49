//! The bytes of a block of events.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use memmap2::Mmap;
use qualys_filter::BadEvent;
use qualys_filter::eval::Part;

/// A stretch of an input that can be searched on its own.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(super) held: BlockBytes,
    /// Which part of the input it is.
    pub(crate) part: Part,
    /// An event over the limit that starts after the block.
    pub(crate) bad: Option<BadEvent>,
    /// How many bytes before the block have been skipped, and how many lines end in them.
    pub(crate) passed: u64,
    pub(crate) passed_lines: u64,
}

/// Where the bytes of a block are.
#[derive(Debug)]
pub(super) enum BlockBytes {
    Read(Buffer, Range<usize>),
    Mapped(Arc<Mmap>, Range<usize>),
}

impl Default for BlockBytes {
    fn default() -> BlockBytes {
        BlockBytes::Read(Buffer::default(), 0..0)
    }
}

impl Block {
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.held {
            BlockBytes::Read(buffer, range) => {
                buffer.filled().get(range.clone()).unwrap_or_default()
            }
            BlockBytes::Mapped(map, range) => map.get(range.clone()).unwrap_or_default(),
        }
    }

    /// Whether its buffer is far longer than a block of this size needs.
    pub(crate) fn is_large(&self, size: usize) -> bool {
        matches!(&self.held, BlockBytes::Read(buffer, _) if buffer.is_large(size))
    }

    /// Takes the buffer, emptied, to read the next block of this size into. The block is empty until then.
    pub(super) fn take_buffer(&mut self, size: usize) -> Buffer {
        match std::mem::take(self).held {
            BlockBytes::Read(buffer, _) if !buffer.is_large(size) => buffer.emptied(),
            _ => Buffer::default(),
        }
    }
}

/// Bytes that have been read. Old bytes are overwritten, not cleared. Together with fewer calls of `read`
/// this made `qlint match` a tenth faster with one thread.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(super) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether it is too large to keep for blocks of this size.
    pub(super) fn is_large(&self, size: usize) -> bool {
        self.bytes.len() > 8 * size
    }

    /// The same buffer without its bytes.
    pub(super) fn emptied(self) -> Buffer {
        Buffer { len: 0, ..self }
    }

    /// Removes the first bytes.
    pub(super) fn drop_first(&mut self, count: usize) {
        let count = count.min(self.len);
        self.bytes.copy_within(count..self.len, 0);
        self.len -= count;
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.room(bytes.len());
        if room.len() == bytes.len() {
            room.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    /// Room for `count` more bytes.
    fn room(&mut self, count: usize) -> &mut [u8] {
        let end = self.len + count;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.get_mut(self.len..end).unwrap_or_default()
    }

    /// Reads up to `count` bytes; false at the end. Bytes before an error are kept.
    pub(super) fn append(&mut self, reader: &mut impl Read, count: usize) -> io::Result<bool> {
        let end = self.len + count;
        while self.len < end {
            match reader.read(self.room(end - self.len)) {
                Ok(0) => return Ok(false),
                Ok(read) => self.len += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}
