//! Reading files of events in blocks, each of which can be searched on its own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use qualys_filter::eval::last_start;

/// How much is read at once. Two threads keep four such blocks; `cargo bench --bench cli`: with a
/// quarter or four times of it `qlint match` is no faster.
const BLOCK: usize = 512 * 1024;

/// A file of events, or standard input, without its compression.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) name: String,
    /// How many bytes it has, if that is known and tells how far reading has got.
    pub(crate) len: Option<u64>,
    reader: Box<dyn Read + Send>,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &str) -> io::Result<Input> {
        if path == "-" {
            let (reader, _) = plain(BufReader::new(io::stdin()))?;
            let name = "<stdin>".to_owned();
            let len = None;
            return Ok(Input { name, len, reader });
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a directory",
            ));
        }
        let (reader, compressed) = plain(BufReader::new(file))?;
        let known = metadata.is_file() && !compressed;
        Ok(Input {
            name: path.to_owned(),
            len: known.then_some(metadata.len()),
            reader,
        })
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
pub(crate) struct Blocks {
    input: Input,
    /// What was read behind the end of the last block.
    rest: Vec<u8>,
    done: bool,
}

impl Blocks {
    pub(crate) fn new(input: Input) -> Blocks {
        Blocks {
            input,
            rest: Vec::new(),
            done: false,
        }
    }

    /// Reads the next block into the buffer; false at the end. Where no event ends in a block, it
    /// grows until one does.
    pub(crate) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<bool> {
        buffer.clear();
        buffer.append(&mut self.rest);
        let mut size = BLOCK;
        while !self.done {
            buffer.reserve_exact(size.saturating_sub(buffer.len()));
            let wanted = size.saturating_sub(buffer.len()) as u64;
            let count = (&mut self.input.reader).take(wanted).read_to_end(buffer)?;
            if (count as u64) < wanted {
                self.done = true;
                break;
            }
            if let Some(start) = last_start(buffer)
                && start > 0
            {
                self.rest
                    .extend_from_slice(buffer.get(start..).unwrap_or_default());
                buffer.truncate(start);
                return Ok(true);
            }
            size = buffer.len().saturating_mul(2);
        }
        Ok(!buffer.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(bytes: Vec<u8>) -> Input {
        let (reader, _) = plain(BufReader::new(io::Cursor::new(bytes))).unwrap();
        Input {
            name: String::new(),
            len: None,
            reader,
        }
    }

    #[test]
    fn blocks_end_with_events_and_lose_nothing() {
        for event in [
            "{\"a\":{\"b\":1}}\n",
            "{\n\"a\": {\n}\n}\r\n",
            "{\"a\":[\n{},\n{}]}\n\n",
        ] {
            let all = event.repeat(3 * BLOCK / event.len());
            let mut blocks = Blocks::new(input(all.clone().into_bytes()));
            let (mut read, mut buffer, mut count) = (Vec::new(), Vec::new(), 0);
            while blocks.next(&mut buffer).unwrap() {
                assert!(buffer.starts_with(b"{") && buffer.len() <= BLOCK);
                assert!(buffer.trim_ascii_end().ends_with(b"}"));
                read.extend_from_slice(&buffer);
                count += 1;
            }
            assert!(count >= 3 && read == all.as_bytes(), "{event:?}");
        }
    }

    #[test]
    fn an_array_is_one_block() {
        let all = format!("[{}{{}}]", "{},\n".repeat(BLOCK));
        let mut blocks = Blocks::new(input(all.clone().into_bytes()));
        let mut buffer = Vec::new();
        assert!(blocks.next(&mut buffer).unwrap() && buffer == all.as_bytes());
        assert!(!blocks.next(&mut buffer).unwrap());
    }
}
