//! A reader of which the first bytes have been looked at.

use std::io::{self, Read};

/// Returns the bytes that have been looked at, then the error that came after them, if any, then the rest.
pub(super) struct Peeked {
    bytes: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
    reader: Box<dyn Read + Send>,
}

impl Peeked {
    /// Looks at the first `count` bytes, or at fewer before the end or an error.
    pub(super) fn new(mut reader: Box<dyn Read + Send>, count: usize) -> Peeked {
        let mut bytes = Vec::new();
        let read = (&mut reader).take(count as u64).read_to_end(&mut bytes);
        Peeked {
            bytes,
            at: 0,
            error: read.err(),
            reader,
        }
    }

    /// The first bytes.
    pub(super) fn start(&self) -> &[u8] {
        &self.bytes
    }
}

impl Read for Peeked {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.is_empty() {
            let count = Read::read(&mut &*rest, to)?;
            self.at += count;
            return Ok(count);
        }
        self.bytes = Vec::new();
        match self.error.take() {
            Some(error) => Err(error),
            None => self.reader.read(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_at_is_read_and_then_the_error() {
        let text = b"0123456789";
        for count in [0, 3, 10, 20] {
            let mut peeked = Peeked::new(Box::new(&text[..]), count);
            assert_eq!(peeked.start(), &text[..count.min(10)]);
            let mut all = String::new();
            peeked.read_to_string(&mut all).unwrap();
            assert_eq!(all.as_bytes(), text);
        }
        /// Fails after two bytes.
        struct Broken(u8);
        impl Read for Broken {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                let (Some(first), true) = (to.first_mut(), self.0 < 2) else {
                    return Err(io::Error::other("broken"));
                };
                *first = b'a';
                self.0 += 1;
                Ok(1)
            }
        }
        let mut peeked = Peeked::new(Box::new(Broken(0)), 9);
        assert_eq!(peeked.start(), b"aa");
        let mut all = Vec::new();
        let error = peeked.read_to_end(&mut all).unwrap_err();
        assert_eq!(
            (all.as_slice(), error.to_string().as_str()),
            (&b"aa"[..], "broken")
        );
    }
}
