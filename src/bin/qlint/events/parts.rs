//! The blocks of a file that any thread can read.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use memmap2::Mmap;
use qualys_filter::eval::{Part, first_boundary};

use super::block::{Block, BlockBytes, Buffer};

/// A file that can be read from any offset.
pub(super) enum SeekableFile {
    File { path: PathBuf, file: File },
    Mapped(Arc<Mmap>),
}

/// The blocks of a file.
///
/// A block goes from the first end of a document in a stretch of `size` bytes to the first end after the
/// stretch, so that the threads that read its neighbours find the same ends. The end is searched in the
/// next two stretches.
pub(crate) struct Parts {
    whole: SeekableFile,
    size: usize,
}

/// The result of reading a block.
#[derive(Debug)]
pub(crate) enum BlockRead {
    /// The block, which is empty if no document ends in its stretch.
    Block,
    /// The stretch starts after the end of the file.
    End,
    /// No document ends for long after this offset, so that the rest has to be read in order: it is an
    /// array of events, or blanks, or one long event.
    InOrder(u64),
}

impl SeekableFile {
    pub(super) fn open(path: impl Into<PathBuf>) -> io::Result<SeekableFile> {
        let path = path.into();
        let file = File::open(&path)?;
        Ok(SeekableFile::File { path, file })
    }

    /// The first bytes, so many of them if there are as many.
    pub(super) fn first(&mut self, count: usize) -> io::Result<Cow<'_, [u8]>> {
        Ok(match self {
            SeekableFile::File { file, .. } => {
                let mut bytes = Vec::new();
                file.seek(SeekFrom::Start(0))?;
                file.take(count as u64).read_to_end(&mut bytes)?;
                bytes.into()
            }
            SeekableFile::Mapped(map) => map.get(..count).unwrap_or(map).into(),
        })
    }
}

impl Parts {
    pub(super) fn new(whole: SeekableFile, size: usize) -> Parts {
        Parts { whole, size }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// The same file for another thread, with its own position.
    pub(crate) fn again(&self) -> io::Result<Parts> {
        let whole = match &self.whole {
            SeekableFile::File { path, .. } => SeekableFile::open(path)?,
            SeekableFile::Mapped(map) => SeekableFile::Mapped(map.clone()),
        };
        Ok(Parts::new(whole, self.size))
    }

    /// The bytes from an offset on, one after the other.
    pub(super) fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.whole {
            SeekableFile::File { path, .. } => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Box::new(file)
            }
            SeekableFile::Mapped(map) => {
                let mut bytes = io::Cursor::new(Bytes(map.clone()));
                bytes.set_position(offset);
                Box::new(bytes)
            }
        })
    }

    /// Reads the block of this number.
    pub(crate) fn read(&mut self, number: u64, block: &mut Block) -> io::Result<BlockRead> {
        let size = self.size;
        let mut buffer = block.take_buffer(size);
        let offset = number * size as u64;
        let (found, start) = match &mut self.whole {
            SeekableFile::File { file, .. } => {
                file.seek(SeekFrom::Start(offset))?;
                let found = read_part(file, number, size, &mut buffer)?;
                (found, 0)
            }
            SeekableFile::Mapped(map) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let bytes = map.get(start..).unwrap_or_default();
                (part(bytes, number, size), start)
            }
        };
        let range = match found {
            StretchRead::Block(range) => range.start + start..range.end + start,
            StretchRead::End => return Ok(BlockRead::End),
            StretchRead::InOrder(at) => return Ok(BlockRead::InOrder(offset + at as u64)),
        };
        let held = match &self.whole {
            SeekableFile::File { .. } => BlockBytes::Read(buffer, range),
            SeekableFile::Mapped(map) => BlockBytes::Mapped(map.clone(), range),
        };
        *block = Block {
            held,
            part: Part::default(),
            ..Block::default()
        };
        Ok(BlockRead::Block)
    }
}

/// A mapped file as bytes.
struct Bytes(Arc<Mmap>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A [`BlockRead`] with offsets from the start of the stretch.
enum StretchRead {
    Block(Range<usize>),
    End,
    InOrder(usize),
}

/// Finds the block of this number in the bytes from the start of its stretch.
fn part(bytes: &[u8], number: u64, size: usize) -> StretchRead {
    if bytes.is_empty() {
        return StretchRead::End;
    }
    let stretch = bytes.len().min(size);
    let more = bytes.len() > 3 * size;
    let bytes = bytes.get(..3 * size).unwrap_or(bytes);
    let mut start = 0;
    if number > 0 {
        // The bytes after the stretch say whether a document ends with it.
        let shown = next_bytes(bytes, stretch).unwrap_or(bytes.len());
        let shown = bytes.get(..shown).unwrap_or(bytes);
        match first_boundary(shown, 0).filter(|start| *start <= size) {
            Some(first) => start = first,
            None => return StretchRead::Block(0..0),
        }
    }
    match first_boundary(bytes, stretch) {
        Some(end) => StretchRead::Block(start..end),
        None if more => StretchRead::InOrder(start),
        None => StretchRead::Block(start..bytes.len()),
    }
}

/// The offset after the bytes from `from` on that show how a line begins: the first byte that is not a
/// blank, and as many more as a byte order mark may have. None if there are too few.
fn next_bytes(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let next = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let end = from + next + 4;
    (end <= bytes.len()).then_some(end)
}

/// Reads the block of this number from the start of its stretch.
fn read_part(
    file: &mut File,
    number: u64,
    size: usize,
    buffer: &mut Buffer,
) -> io::Result<StretchRead> {
    let mut more = buffer.append(file, size)?;
    if buffer.len() == 0 {
        return Ok(StretchRead::End);
    }
    // The bytes that follow say whether a document has ended. A few are nearly always enough.
    let mut step = 1 << 14;
    let most = 3 * size;
    let mut grow = |buffer: &mut Buffer| {
        let count = step.min(most - buffer.len());
        step *= 4;
        buffer.append(file, count)
    };
    let mut start = 0;
    if number > 0 {
        while more && buffer.len() < most && next_bytes(buffer.filled(), size).is_none() {
            more = grow(buffer)?;
        }
        let first = first_boundary(buffer.filled(), 0);
        match first.filter(|first| *first <= size) {
            Some(first) => start = first,
            None => return Ok(StretchRead::Block(0..0)),
        }
    }
    loop {
        // Each search starts at the end of the stretch; there are only a few.
        if let Some(end) = first_boundary(buffer.filled(), size) {
            return Ok(StretchRead::Block(start..end));
        }
        if !more {
            return Ok(StretchRead::Block(start..buffer.len()));
        }
        if buffer.len() >= most {
            return Ok(StretchRead::InOrder(start));
        }
        more = grow(buffer)?;
    }
}
