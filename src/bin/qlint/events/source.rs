//! A reader whose next bytes can be peeked at.

use std::io::{self, BufRead, Read};

/// How many bytes are buffered.
const SIZE: usize = 1 << 16;

/// A reader that can be peeked into, and that counts the bytes read.
pub(crate) struct Source {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// The bytes that have been buffered and not been read.
    start: usize,
    end: usize,
    /// How many bytes have been read.
    position: u64,
    /// The error after the buffered bytes.
    error: Option<io::Error>,
}

impl Source {
    pub(crate) fn new(reader: impl Read + Send + 'static) -> Source {
        Source {
            reader: Box::new(reader),
            buffer: vec![0; SIZE],
            start: 0,
            end: 0,
            position: 0,
            error: None,
        }
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next bytes: `count` of them, or fewer before the end or an error. The error is returned once
    /// they have been read.
    pub(crate) fn peek(&mut self, count: usize) -> &[u8] {
        while self.end - self.start < count.min(SIZE) && self.error.is_none() {
            if self.buffer.len() - self.start < count {
                self.buffer.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            match self.read_more() {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
        }
        let bytes = self.buffered();
        bytes.get(..count).unwrap_or(bytes)
    }

    /// Skips this many bytes; false if there are fewer.
    pub(crate) fn skip(&mut self, mut count: u64) -> io::Result<bool> {
        while count > 0 {
            let here = self.fill_buf()?.len();
            if here == 0 {
                return Ok(false);
            }
            let skipped = usize::try_from(count).map_or(here, |count| count.min(here));
            self.consume(skipped);
            count -= skipped as u64;
        }
        Ok(true)
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    fn read_more(&mut self) -> io::Result<usize> {
        loop {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.reader.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.end += *read.as_ref().unwrap_or(&0);
                    return read;
                }
            }
        }
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            (self.start, self.end) = (0, 0);
            self.read_more()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.position += count as u64;
    }
}

impl Read for Source {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        // Large reads need no buffer.
        if self.start == self.end && to.len() >= SIZE && self.error.is_none() {
            let count = self.reader.read(to)?;
            self.position += count as u64;
            return Ok(count);
        }
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a byte at a time, then fails.
    struct Slow(u8);

    impl Read for Slow {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let (Some(first), true) = (to.first_mut(), self.0 < 5) else {
                return Err(io::Error::other("no more"));
            };
            *first = self.0;
            self.0 += 1;
            Ok(1)
        }
    }

    #[test]
    fn what_is_peeked_at_is_read_and_then_the_error() {
        let mut source = Source::new(Slow(0));
        assert_eq!(source.peek(3), [0, 1, 2]);
        assert_eq!(source.peek(9), [0, 1, 2, 3, 4]);
        assert!(source.skip(1).unwrap());
        assert_eq!(source.peek(2), [1, 2]);
        assert_eq!(source.position(), 1);
        let mut rest = Vec::new();
        let error = source.read_to_end(&mut rest).unwrap_err();
        assert_eq!(
            (rest, error.to_string()),
            (vec![1, 2, 3, 4], "no more".to_owned())
        );
    }
}
