//! The blocks of a file that any thread can read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use memmap2::Mmap;
use qualys_filter::eval::{Part, first_end};

use super::BLOCK;
use super::block::{Block, Buffer, Held};

/// How far behind its stretch the end of a block is looked for.
const AHEAD: usize = 2 * BLOCK;

/// The blocks of a file.
///
/// A block goes from the first end of a document in a stretch of [`BLOCK`] bytes to the first one
/// after the stretch, so whoever reads it finds the same ends as whoever reads its neighbours.
pub(crate) enum Parts {
    File { path: PathBuf, file: File },
    Mapped(Arc<Mmap>),
}

/// What came of reading a block.
#[derive(Debug)]
pub(crate) enum Read1 {
    /// The block, which is empty if no document ends in its stretch.
    Block,
    /// The stretch starts after the end of the file.
    End,
    /// From this byte on no document ends for so long that the rest has to be read in order: it is
    /// an array of events, or blanks, or one long event.
    InOrder(u64),
}

impl Parts {
    pub(super) fn open(path: impl Into<PathBuf>) -> io::Result<Parts> {
        let path = path.into();
        let file = File::open(&path)?;
        Ok(Parts::File { path, file })
    }

    /// The same file for another thread, with a place of its own to read at.
    pub(crate) fn again(&self) -> io::Result<Parts> {
        match self {
            Parts::File { path, .. } => Parts::open(path),
            Parts::Mapped(map) => Ok(Parts::Mapped(map.clone())),
        }
    }

    /// The bytes from a place on, one after the other.
    pub(super) fn reader(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Parts::File { path, .. } => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Box::new(file)
            }
            Parts::Mapped(map) => {
                let mut bytes = io::Cursor::new(Bytes(map.clone()));
                bytes.set_position(offset);
                Box::new(bytes)
            }
        })
    }

    /// Reads the block of this number.
    pub(crate) fn read(&mut self, number: u64, block: &mut Block) -> io::Result<Read1> {
        let mut buffer = block.take_buffer();
        let offset = number * BLOCK as u64;
        let (found, start) = match self {
            Parts::File { file, .. } => {
                file.seek(SeekFrom::Start(offset))?;
                let found = read_part(file, number, &mut buffer)?;
                (found, 0)
            }
            Parts::Mapped(map) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let bytes = map.get(start..).unwrap_or_default();
                (part(bytes, number), start)
            }
        };
        let range = match found {
            Found::Block(range) => range.start + start..range.end + start,
            Found::End => return Ok(Read1::End),
            Found::InOrder(at) => return Ok(Read1::InOrder(offset + at as u64)),
        };
        let held = match self {
            Parts::File { .. } => Held::Read(buffer, range),
            Parts::Mapped(map) => Held::Mapped(map.clone(), range),
        };
        *block = Block {
            held,
            part: Part::default(),
            ..Block::default()
        };
        Ok(Read1::Block)
    }
}

/// A mapped file as bytes.
struct Bytes(Arc<Mmap>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What [`Read1`] says, with places counted from the start of the stretch.
enum Found {
    Block(Range<usize>),
    End,
    InOrder(usize),
}

/// Finds the block of this number in what follows the start of its stretch.
fn part(bytes: &[u8], number: u64) -> Found {
    if bytes.is_empty() {
        return Found::End;
    }
    let stretch = bytes.len().min(BLOCK);
    let more = bytes.len() > BLOCK + AHEAD;
    let bytes = bytes.get(..BLOCK + AHEAD).unwrap_or(bytes);
    let mut start = 0;
    if number > 0 {
        // What follows the stretch tells whether a document ends with it.
        let shown = next_bytes(bytes, stretch).unwrap_or(bytes.len());
        let shown = bytes.get(..shown).unwrap_or(bytes);
        match first_end(shown, 0).filter(|start| *start <= BLOCK) {
            Some(first) => start = first,
            None => return Found::Block(0..0),
        }
    }
    match first_end(bytes, stretch) {
        Some(end) => Found::Block(start..end),
        None if more => Found::InOrder(start),
        None => Found::Block(start..bytes.len()),
    }
}

/// The place after the next bytes from `from` on that tell how a line begins: a byte that is no
/// blank, and as many as a byte order mark may have. None if there are too few.
fn next_bytes(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let next = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let end = from + next + 4;
    (end <= bytes.len()).then_some(end)
}

/// Reads the block of this number from the start of its stretch.
fn read_part(file: &mut File, number: u64, buffer: &mut Buffer) -> io::Result<Found> {
    let mut more = buffer.append(file, BLOCK)?;
    if buffer.len() == 0 {
        return Ok(Found::End);
    }
    // What follows tells whether a document has ended; nearly always it is near.
    let mut step = 1 << 14;
    let most = BLOCK + AHEAD;
    let mut grow = |buffer: &mut Buffer| {
        let count = step.min(most - buffer.len());
        step *= 4;
        buffer.append(file, count)
    };
    let mut start = 0;
    if number > 0 {
        while more && buffer.len() < most && next_bytes(buffer.filled(), BLOCK).is_none() {
            more = grow(buffer)?;
        }
        let first = first_end(buffer.filled(), 0);
        match first.filter(|first| *first <= BLOCK) {
            Some(first) => start = first,
            None => return Ok(Found::Block(0..0)),
        }
    }
    loop {
        // From the stretch's end each time, but no more than a few times.
        if let Some(end) = first_end(buffer.filled(), BLOCK) {
            return Ok(Found::Block(start..end));
        }
        if !more {
            return Ok(Found::Block(start..buffer.len()));
        }
        if buffer.len() >= most {
            return Ok(Found::InOrder(start));
        }
        more = grow(buffer)?;
    }
}
