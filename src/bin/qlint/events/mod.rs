//! Files of events and standard input, read in blocks that can be searched on their own.
//!
//! `source` peeks at the first bytes, by which `gzip`, `zstd` and `utf16` are told from plain text.
//! `parts` reads the blocks of a file in any order, `stream` those of other inputs one after the other. `peeked` is a
//! stream whose first bytes have been looked at.
//! `trouble` is the errors of files.

mod block;
mod gzip;
mod parts;
mod peeked;
mod source;
mod stream;
mod trouble;
mod utf16;
mod zstd;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use qualys_filter::Limits;

pub(crate) use block::Block;
use parts::SeekableFile;
pub(crate) use parts::{BlockRead, Parts};
use peeked::Peeked;
use source::Source;
pub(crate) use stream::Stream;
pub(crate) use trouble::Trouble;

/// How many bytes are read at once. A block should fit into the cache of a core, so that it is still
/// there when it is searched, and a few blocks should fit into 8 MiB.
pub(crate) const BLOCK: usize = 512 * 1024;

/// A file of events, or standard input, without its compression.
pub(crate) struct Input {
    /// How many bytes it has, if that is known and useful for the progress bar.
    pub(crate) len: Option<u64>,
    bytes: Bytes,
}

/// Where bytes come from.
enum Bytes {
    /// A file that can be read from any offset.
    File(SeekableFile),
    Stream(Box<dyn Read + Send>),
}

impl Input {
    /// Opens a file, or standard input for `-`; perhaps mapped into memory.
    pub(crate) fn open(path: &Path, mmap: bool) -> io::Result<Input> {
        if path.as_os_str() == "-" {
            return Input::stream(io::stdin());
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            let kind = io::ErrorKind::IsADirectory;
            return Err(io::Error::new(kind, "it is a directory"));
        }
        let (reader, plain) = unpacked(file)?;
        if !plain || !metadata.is_file() {
            let (len, bytes) = (None, Bytes::Stream(reader));
            return Ok(Input { len, bytes });
        }
        // A file that cannot be mapped can still be read.
        let mapped = mmap.then(|| File::open(path).and_then(|file| map(&file)));
        let whole = match mapped {
            Some(Ok(map)) => SeekableFile::Mapped(Arc::new(map)),
            _ => SeekableFile::open(path)?,
        };
        let (len, bytes) = (Some(metadata.len()), Bytes::File(whole));
        Ok(Input { len, bytes })
    }

    /// Calls `look` with the first bytes, a [`BLOCK`] of them if there are as many. They are read again after that.
    pub(crate) fn look<T>(&mut self, look: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        match &mut self.bytes {
            Bytes::File(file) => Ok(look(&file.first(BLOCK)?)),
            Bytes::Stream(reader) => {
                let reader = std::mem::replace(reader, Box::new(io::empty()));
                let peeked = Peeked::new(reader, BLOCK);
                let looked = look(peeked.start());
                self.bytes = Bytes::Stream(Box::new(peeked));
                Ok(looked)
            }
        }
    }

    /// An input that can only be read once, from start to end.
    pub(crate) fn stream(reader: impl Read + Send + 'static) -> io::Result<Input> {
        let (reader, _) = unpacked(reader)?;
        Ok(Input {
            len: None,
            bytes: Bytes::Stream(reader),
        })
    }
}

#[expect(unsafe_code, reason = "only with --mmap, whose help names the risk")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: cannot be guaranteed: another process may change the file while it is mapped. The help of
    // --mmap says so, and the option is off by default. Any bytes are safe to search; a file that becomes
    // shorter ends the process with a signal.
    unsafe { Mmap::map(file) }
}

/// The first bytes of formats that are refused, with their names and what unpacks them.
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"BZh", "bzip2", "bzip2 -dc"),
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4 -dc"),
    (b"PK\x03\x04", "a ZIP archive", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z e -so"),
    (b"\x1f\x9d", "compress (.Z)", "gzip -dc"),
    (b"\xff\xfe\0\0", "UTF-32", "iconv -f UTF-32 -t UTF-8"),
    (b"\0\0\xfe\xff", "UTF-32", "iconv -f UTF-32 -t UTF-8"),
];

/// The text of a file in UTF-8, unpacked and converted by its first bytes, and whether it is the same as
/// in the file.
pub(crate) fn unpacked(
    reader: impl Read + Send + 'static,
) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let mut source = Source::new(reader);
    let start = source.peek(8);
    let mut plain = false;
    let mut text = if start.starts_with(gzip::MAGIC) {
        Source::new(gzip::Gzip::new(source))
    } else if zstd::is_magic(start) {
        Source::new(zstd::Zstd::new(source))
    } else {
        plain = true;
        source
    };
    let start = text.peek(8);
    let foreign = FOREIGN.iter().find(|(magic, ..)| start.starts_with(magic));
    if let Some((_, what, with)) = foreign {
        return Err(refused(format!(
            "it is {what}; unpack it first, as `{with}` does"
        )));
    }
    if let Some(big_endian) = unmarked_utf16(start) {
        let end = if big_endian { "BE" } else { "LE" };
        return Err(refused(format!(
            "it is UTF-16 without a byte order mark; convert it first, as `iconv -f UTF-16{end} -t UTF-8` does"
        )));
    }
    let big_endian = match start {
        [0xff, 0xfe, ..] => false,
        [0xfe, 0xff, ..] => true,
        _ => return Ok((Box::new(text), plain)),
    };
    text.skip(2)?;
    Ok((Box::new(utf16::Utf16::new(text, big_endian)), false))
}

fn refused(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Whether a text begins like JSON in UTF-16, and if so, whether it is big-endian.
fn unmarked_utf16(start: &[u8]) -> Option<bool> {
    let begins = |byte: &u8| b"{[ \t\r\n".contains(byte);
    match start {
        [first, 0, next, 0, ..] if begins(first) && *next != 0 => Some(false),
        [0, first, 0, next, ..] if begins(first) && *next != 0 => Some(true),
        _ => None,
    }
}

/// The blocks of an input, each of which ends where an event ends.
pub(crate) enum Blocks {
    /// Each block can be read on its own, by any thread.
    Apart(Parts),
    /// One after the other.
    InOrder(Box<Stream>),
}

impl Blocks {
    /// Blocks of about `size` bytes, which is [`BLOCK`] but for tests.
    pub(crate) fn new(input: Input, limits: &Limits, size: usize) -> Blocks {
        match input.bytes {
            Bytes::File(file) => Blocks::Apart(Parts::new(file, size)),
            Bytes::Stream(reader) => Blocks::InOrder(Box::new(Stream::new(reader, limits, size))),
        }
    }

    /// The blocks of a file from an offset on, in order.
    pub(crate) fn rest(parts: &Parts, offset: u64, limits: &Limits) -> io::Result<Stream> {
        Ok(Stream::new(parts.reader(offset)?, limits, parts.size()))
    }
}

#[cfg(test)]
mod tests;
