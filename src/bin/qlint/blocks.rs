//! Reading files of events in blocks, each of which can be searched on its own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;
use qualys_filter::eval::{first_end, last_end};

use crate::output::Name;

/// How much is read at once. A block should fit into the cache of a core, so that it is still there
/// when it is searched, and a few of them into 8 MiB.
const BLOCK: usize = 512 * 1024;

/// A file of events, or standard input, without its compression.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) name: Name,
    /// How many bytes it has, if that is known and tells how far reading has got.
    pub(crate) len: Option<u64>,
    bytes: Bytes,
}

/// Where bytes come from.
enum Bytes {
    /// A file that can be read at any place.
    File(Parts),
    Stream(Box<dyn Read + Send>),
}

impl Input {
    /// Opens a file, or standard input for `-`; perhaps mapped into memory.
    pub(crate) fn open(path: &Path, mmap: bool) -> io::Result<Input> {
        if path.as_os_str() == "-" {
            let name = Name::from("<stdin>");
            let bytes = Bytes::Stream(plain(BufReader::new(io::stdin()))?.0);
            let len = None;
            return Ok(Input { name, len, bytes });
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            let kind = io::ErrorKind::IsADirectory;
            return Err(io::Error::new(kind, "it is a directory"));
        }
        let name = Name::from(path);
        let (reader, compressed) = plain(BufReader::new(file))?;
        if compressed || !metadata.is_file() {
            let (len, bytes) = (None, Bytes::Stream(reader));
            return Ok(Input { name, len, bytes });
        }
        let parts = match mmap {
            true => Parts::Mapped(Arc::new(map(&File::open(path)?)?)),
            false => Parts::open(path)?,
        };
        let (len, bytes) = (Some(metadata.len()), Bytes::File(parts));
        Ok(Input { name, len, bytes })
    }
}

#[expect(
    unsafe_code,
    reason = "asked for by the user, who has been told the risk"
)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: not ours to give: another process may change the file while it is mapped. The option
    // says so, and it is off unless asked for. Any bytes are safe to search; a file that becomes
    // shorter ends the process with a signal.
    unsafe { Mmap::map(file) }
}

/// The bytes of a block.
#[derive(Debug)]
pub(crate) enum Block {
    Read(Buffer, Range<usize>),
    Mapped(Arc<Mmap>, Range<usize>),
}

impl Default for Block {
    fn default() -> Block {
        Block::Read(Buffer::default(), 0..0)
    }
}

/// Bytes that have been read. What was read before is overwritten, not wiped: that and reading in
/// as few calls as can be took a tenth off the time of `qlint match` with one thread.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    fn filled(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Room for so many bytes more.
    fn room(&mut self, count: usize) -> &mut [u8] {
        let end = self.len + count;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes.get_mut(self.len..end).unwrap_or_default()
    }

    /// Reads up to so many bytes; false at the end.
    fn append(&mut self, reader: &mut impl Read, count: usize) -> io::Result<bool> {
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

impl Block {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Block::Read(buffer, range) => buffer.filled().get(range.clone()).unwrap_or_default(),
            Block::Mapped(map, range) => map.get(range.clone()).unwrap_or_default(),
        }
    }

    /// The buffer to read into, empty; the block is none until it is made of it.
    fn take_buffer(&mut self) -> Buffer {
        match std::mem::take(self) {
            Block::Read(buffer, _) => Buffer { len: 0, ..buffer },
            Block::Mapped(..) => Buffer::default(),
        }
    }
}

/// The bytes behind gzip or zstd, told by how they begin, and whether there is any.
fn plain<R: Read + Send + 'static>(
    mut reader: BufReader<R>,
) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let start = reader.fill_buf()?;
    Ok(if start.starts_with(b"\x1f\x8b") {
        (Box::new(flate2::bufread::MultiGzDecoder::new(reader)), true)
    } else if start.starts_with(b"\x28\xb5\x2f\xfd") {
        (Box::new(Zstd::Between(reader)), true)
    } else {
        (Box::new(reader), false)
    })
}

/// Frames of zstd, one behind the other.
enum Zstd<R: Read> {
    /// Before a frame, or at the end.
    Between(BufReader<R>),
    Inside(Box<Frame<R>>),
    /// After an error.
    Broken,
}

type Frame<R> = ruzstd::decoding::StreamingDecoder<BufReader<R>, ruzstd::decoding::FrameDecoder>;

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Zstd::Broken) {
                Zstd::Between(mut reader) => {
                    if reader.fill_buf()?.is_empty() {
                        *self = Zstd::Between(reader);
                        return Ok(0);
                    }
                    let frame = Frame::new(reader).map_err(io::Error::other)?;
                    *self = Zstd::Inside(Box::new(frame));
                }
                Zstd::Inside(mut frame) => {
                    let count = frame.read(to)?;
                    if count > 0 || to.is_empty() {
                        *self = Zstd::Inside(frame);
                        return Ok(count);
                    }
                    *self = Zstd::Between(frame.into_inner());
                }
                Zstd::Broken => return Err(io::Error::other("the file is broken")),
            }
        }
    }
}

/// Takes an input apart into blocks that end where an event does.
pub(crate) enum Blocks {
    /// Each block can be read on its own, by any thread.
    Apart(Parts),
    /// One after the other.
    InOrder(Stream),
}

impl Blocks {
    pub(crate) fn new(input: Input) -> Blocks {
        match input.bytes {
            Bytes::File(parts) => Blocks::Apart(parts),
            Bytes::Stream(reader) => Blocks::InOrder(Stream {
                reader,
                rest: Vec::new(),
                done: false,
            }),
        }
    }
}

/// The blocks of a file.
///
/// A block goes from the first end of a document in a stretch of [`BLOCK`] bytes to the first one
/// behind the stretch, so whoever reads it finds the same ends as whoever reads its neighbours.
pub(crate) enum Parts {
    File { path: PathBuf, file: File },
    Mapped(Arc<Mmap>),
}

impl Parts {
    fn open(path: impl Into<PathBuf>) -> io::Result<Parts> {
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

    /// Reads the block of this number, which stays empty if no document ends in its stretch; false
    /// behind the end of the file.
    pub(crate) fn read(&mut self, number: u64, block: &mut Block) -> io::Result<bool> {
        let offset = number * BLOCK as u64;
        match self {
            Parts::File { file, .. } => {
                file.seek(SeekFrom::Start(offset))?;
                let mut buffer = block.take_buffer();
                let range = read_part(file, number, &mut buffer)?;
                let more = range.is_some();
                *block = Block::Read(buffer, range.unwrap_or_default());
                Ok(more)
            }
            Parts::Mapped(map) => {
                let stretch = usize::try_from(offset).unwrap_or(usize::MAX);
                if stretch >= map.len() {
                    return Ok(false);
                }
                let behind = stretch.saturating_add(BLOCK);
                let start = match number {
                    0 => Some(0),
                    _ => {
                        // What follows the stretch tells whether a document ends with it.
                        let rest = map.get(behind..).unwrap_or_default();
                        let next = rest.iter().position(|byte| !byte.is_ascii_whitespace());
                        let until = behind.saturating_add(next.unwrap_or_default() + 1);
                        let bytes = map.get(..until).unwrap_or(map);
                        first_end(bytes, stretch).filter(|start| *start <= behind)
                    }
                };
                let range = start.map_or(0..0, |start| {
                    start..first_end(map, behind).unwrap_or(map.len())
                });
                *block = Block::Mapped(map.clone(), range);
                Ok(true)
            }
        }
    }
}

/// Reads the block of this number from the start of its stretch; gives where it stands in the
/// buffer, nothing behind the end of the file.
fn read_part(
    file: &mut File,
    number: u64,
    buffer: &mut Buffer,
) -> io::Result<Option<Range<usize>>> {
    let mut more = buffer.append(file, BLOCK)?;
    if buffer.len == 0 {
        return Ok(None);
    }
    let last_byte = |buffer: &Buffer| {
        let mut bytes = buffer.filled().iter();
        bytes.rposition(|byte| !byte.is_ascii_whitespace())
    };
    // What follows tells whether a document has ended; nearly always it is near.
    let mut step = 1 << 14;
    let mut start = 0;
    if number > 0 {
        loop {
            // Whatever ends before the last byte that is not blank is found.
            if !more || last_byte(buffer).is_some_and(|last| last >= BLOCK) {
                break;
            }
            more = buffer.append(file, step)?;
        }
        let first = first_end(buffer.filled(), 0);
        let Some(first) = first.filter(|first| *first <= BLOCK) else {
            return Ok(Some(0..0));
        };
        start = first;
    }
    let mut seen = BLOCK;
    loop {
        if let Some(end) = first_end(buffer.filled(), seen) {
            return Ok(Some(start..end));
        }
        if !more {
            return Ok(Some(start..buffer.len));
        }
        seen = seen.max(last_byte(buffer).unwrap_or_default());
        more = buffer.append(file, step)?;
        step = buffer.len;
    }
}

/// The blocks of a stream.
pub(crate) struct Stream {
    reader: Box<dyn Read + Send>,
    /// What was read behind the end of the last block.
    rest: Vec<u8>,
    done: bool,
}

impl Stream {
    /// Reads the next block into the buffer; false at the end. Where no document ends in a block, it
    /// grows until one does.
    pub(crate) fn read(&mut self, block: &mut Block) -> io::Result<bool> {
        let mut buffer = block.take_buffer();
        buffer.append(&mut self.rest.as_slice(), self.rest.len())?;
        self.rest.clear();
        let mut end = None;
        let mut size = BLOCK;
        while !self.done && end.is_none() {
            let wanted = size.saturating_sub(buffer.len);
            self.done = !buffer.append(&mut self.reader, wanted)?;
            end = last_end(buffer.filled()).filter(|_| !self.done);
            size = buffer.len.saturating_mul(2);
        }
        let end = end.unwrap_or(buffer.len);
        let rest = buffer.filled().get(end..).unwrap_or_default();
        self.rest.extend_from_slice(rest);
        *block = Block::Read(buffer, 0..end);
        Ok(end > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The blocks, read from a stream, as parts of a file, and mapped.
    fn blocks(bytes: &[u8]) -> [Vec<Vec<u8>>; 3] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mapped = Parts::Mapped(Arc::new(map(file.as_file()).unwrap()));
        let [apart, mapped] = [Parts::open(file.path()).unwrap(), mapped].map(|mut parts| {
            let (mut blocks, mut block) = (Vec::new(), Block::default());
            for number in 0.. {
                if !parts.read(number, &mut block).unwrap() {
                    break;
                }
                blocks.push(block.bytes().to_vec());
            }
            blocks
        });
        let mut stream = Stream {
            reader: Box::new(io::Cursor::new(bytes.to_vec())),
            rest: Vec::new(),
            done: false,
        };
        let (mut in_order, mut block) = (Vec::new(), Block::default());
        while stream.read(&mut block).unwrap() {
            in_order.push(block.bytes().to_vec());
        }
        [in_order, apart, mapped]
    }

    #[test]
    fn blocks_end_with_events_and_lose_nothing() {
        for event in [
            "{\"a\":{\"b\":1}}\n",
            "{\n\"a\": {\n}\n}\r\n",
            "{\"a\":[\n{},\n{}]}\n\n",
        ] {
            // Every way in which an event can lie across the end of a stretch.
            for before in 0..event.len() {
                let all = " ".repeat(before) + &event.repeat(3 * BLOCK / event.len());
                for blocks in blocks(all.as_bytes()) {
                    assert!(blocks.len() >= 3 && blocks.concat() == all.as_bytes());
                    for block in blocks.iter().filter(|block| !block.is_empty()) {
                        assert!(block.trim_ascii_start().starts_with(b"{"), "{event:?}");
                        assert!(block.trim_ascii_end().ends_with(b"}"), "{event:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_array_is_one_block() {
        let all = format!("[{}{{}}]", "{},\n".repeat(BLOCK));
        for blocks in blocks(all.as_bytes()) {
            assert_eq!(blocks.iter().filter(|block| !block.is_empty()).count(), 1);
            assert!(blocks.concat() == all.as_bytes());
        }
        assert!(blocks(b"").iter().all(|blocks| blocks.is_empty()));
    }
}
