//! Unpacking gzip (RFC 1952), any number of members one after the other.
//!
//! An error is returned after all that could be unpacked.

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::source::Source;
use super::trouble::Trouble;

/// The first bytes of a member.
pub(crate) const MAGIC: &[u8] = b"\x1f\x8b";

pub(crate) struct Gzip {
    source: Source,
    state: State,
    inflate: Decompress,
    crc: Crc,
}

enum State {
    /// Before a member.
    Between,
    Inside,
    /// After the last member or after an error, which is returned once.
    Done(Option<io::Error>),
}

/// Flags of a header for its optional parts.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

impl Gzip {
    pub(crate) fn new(source: Source) -> Gzip {
        Gzip {
            source,
            state: State::Between,
            inflate: Decompress::new(false),
            crc: Crc::new(),
        }
    }

    /// Reads the header of a member, or finds that there is none.
    fn begin(&mut self) -> io::Result<State> {
        let start = self.source.position();
        if self.source.peek(2) != MAGIC {
            // Tapes pad their blocks with zeros.
            loop {
                let bytes = self.source.fill_buf()?;
                if bytes.is_empty() {
                    return Ok(State::Done(None));
                }
                if bytes.iter().any(|byte| *byte != 0) {
                    let (format, at) = ("gzip", start);
                    let garbage = io::Error::other(Trouble::Garbage { format, at });
                    return Ok(State::Done(Some(garbage)));
                }
                let count = bytes.len();
                self.source.consume(count);
            }
        }
        let &[_, _, method, flags, _, _, _, _, _, _] = self.source.peek(10) else {
            return Err(self.too_early());
        };
        if method != 8 || flags & 0xe0 != 0 {
            return Err(self.damage("its header is not of a known kind"));
        }
        self.source.consume(10);
        if flags & EXTRA != 0 {
            let &[low, high] = self.source.peek(2) else {
                return Err(self.too_early());
            };
            self.skip(2 + u64::from(u16::from_le_bytes([low, high])))?;
        }
        for part in [NAME, COMMENT] {
            if flags & part != 0 {
                self.skip_text()?;
            }
        }
        if flags & HEADER_CRC != 0 {
            self.skip(2)?;
        }
        self.inflate.reset(false);
        self.crc.reset();
        Ok(State::Inside)
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        match self.source.skip(count)? {
            true => Ok(()),
            false => Err(self.too_early()),
        }
    }

    /// Skips a text that ends with a zero byte.
    fn skip_text(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.source.fill_buf()?;
            let (end, count) = (memchr::memchr(0, bytes), bytes.len());
            match end {
                Some(end) => {
                    self.source.consume(end + 1);
                    return Ok(());
                }
                None if count == 0 => return Err(self.too_early()),
                None => self.source.consume(count),
            }
        }
    }

    /// Unpacks what there is room for. The error has the count of bytes that were unpacked before it.
    fn inflate(&mut self, to: &mut [u8]) -> (usize, io::Result<Status>) {
        loop {
            let input = match self.source.fill_buf() {
                Ok([]) => return (0, Err(self.too_early())),
                Ok(input) => input,
                Err(error) => return (0, Err(error)),
            };
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(input, to, FlushDecompress::None);
            let count = |after: u64, before| usize::try_from(after - before).unwrap_or_default();
            let written = count(self.inflate.total_out(), written);
            let read = count(self.inflate.total_in(), read);
            self.source.consume(read);
            self.crc.update(to.get(..written).unwrap_or_default());
            match status {
                Err(error) => return (written, Err(self.damage(error))),
                Ok(Status::Ok | Status::BufError) if written == 0 && read > 0 => {}
                Ok(Status::Ok | Status::BufError) if written == 0 => {
                    return (0, Err(self.damage("it does not go on")));
                }
                Ok(status) => return (written, Ok(status)),
            }
        }
    }

    /// Compares the checksum and length of a member with what was unpacked.
    fn end(&mut self) -> io::Result<State> {
        let &[a, b, c, d, e, f, g, h] = self.source.peek(8) else {
            return Err(self.too_early());
        };
        let sum = u32::from_le_bytes([a, b, c, d]);
        let length = u32::from_le_bytes([e, f, g, h]);
        if (sum, length) != (self.crc.sum(), self.crc.amount()) {
            return Err(self.damage("its checksum does not fit"));
        }
        self.source.consume(8);
        Ok(State::Between)
    }

    fn damage(&self, what: impl ToString) -> io::Error {
        Trouble::damage("gzip", self.source.position(), what)
    }

    /// The error of data that ends within the next few bytes, at its end.
    fn too_early(&mut self) -> io::Error {
        let left = self.source.peek(16).len() as u64;
        let end = self.source.position() + left;
        Trouble::damage("gzip", end, "it ends too early")
    }
}

impl Read for Gzip {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        loop {
            let next = match &mut self.state {
                State::Between => self.begin(),
                State::Done(error) => return error.take().map_or(Ok(0), Err),
                State::Inside => {
                    let (count, status) = self.inflate(to);
                    let next = match status {
                        Ok(Status::StreamEnd) => self.end(),
                        Ok(_) => return Ok(count),
                        Err(error) => Err(error),
                    };
                    self.state = next.unwrap_or_else(|error| State::Done(Some(error)));
                    if count > 0 {
                        return Ok(count);
                    }
                    continue;
                }
            };
            self.state = next.unwrap_or_else(|error| State::Done(Some(error)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut gz = GzBuilder::new()
            .filename("a")
            .comment("b")
            .extra("cd")
            .write(Vec::new(), Compression::default());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    /// What is unpacked, and what is wrong.
    fn unpacked(bytes: &[u8]) -> (Vec<u8>, Option<io::Error>) {
        let mut text = Vec::new();
        let source = Source::new(io::Cursor::new(bytes.to_vec()));
        let error = Gzip::new(source).read_to_end(&mut text).err();
        (text, error)
    }

    fn text() -> Vec<u8> {
        let lines = (0..20_000).map(|n| format!("{{\"n\":{}}}\n", n * 7919 % 10_007));
        lines.collect::<String>().into_bytes()
    }

    #[test]
    fn members_are_one_text_and_padding_is_none() {
        let text = text();
        let (first, second) = text.split_at(12_345);
        let all = [packed(first), packed(b""), packed(second)].concat();
        let (unpacked_text, error) = unpacked(&all);
        assert!(unpacked_text == text && error.is_none());
        let (unpacked_text, error) = unpacked(&[&*all, &[0; 100_000]].concat());
        assert!(unpacked_text == text && error.is_none());
        for garbage in [&b"\0\0x"[..], b"\x1f", b"garbage"] {
            let (unpacked_text, error) = unpacked(&[&*all, garbage].concat());
            let error = error.unwrap();
            assert!(
                unpacked_text == text && Trouble::is_warning(&error),
                "{error}"
            );
            assert!(error.to_string().contains(&format!("byte {}", all.len())));
        }
    }

    #[test]
    fn what_can_be_unpacked_comes_before_what_is_wrong() {
        let text = text();
        let all = packed(&text);
        let mut least = 0;
        for cut in (0..all.len()).step_by(97).skip(1) {
            let (part, error) = unpacked(&all[..cut]);
            let error = error.unwrap().to_string();
            assert!(
                error.contains(&format!("byte {cut}: it ends too early")),
                "{error}"
            );
            assert!(text.starts_with(&part) && part.len() >= least);
            least = part.len();
        }
        assert!(least > text.len() * 9 / 10);
        let mut wrong = all.clone();
        let end = wrong.len() - 8;
        wrong[end] ^= 1;
        let (part, error) = unpacked(&wrong);
        assert!(part == text && error.unwrap().to_string().contains("checksum"));
    }
}
