//! Text in UTF-16, converted to UTF-8 as it is read.

use std::io::{self, Read};

use super::trouble::Trouble;

/// How many bytes are read at once.
const SIZE: usize = 1 << 16;

/// Converts UTF-16 after its byte order mark.
///
/// A lone surrogate becomes three bytes that are not UTF-8, so that only its own event cannot be read.
pub(crate) struct Utf16<R> {
    reader: R,
    big_endian: bool,
    raw: Vec<u8>,
    /// How many bytes of `raw` are left of the last read: the first byte of a unit.
    left: usize,
    /// The first half of a pair.
    high: Option<u16>,
    /// The converted text, and how much of it has been read.
    text: Vec<u8>,
    read: usize,
    /// How many bytes have come from the reader.
    position: u64,
    done: bool,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(reader: R, big_endian: bool) -> Utf16<R> {
        Utf16 {
            reader,
            big_endian,
            raw: vec![0; SIZE],
            left: 0,
            high: None,
            text: Vec::new(),
            read: 0,
            // The byte order mark.
            position: 2,
            done: false,
        }
    }

    /// Converts the next bytes.
    fn convert(&mut self) -> io::Result<()> {
        self.text.clear();
        self.read = 0;
        let count = loop {
            let room = self.raw.get_mut(self.left..).unwrap_or_default();
            match self.reader.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                count => break count?,
            }
        };
        self.position += count as u64;
        let bytes = self.raw.get(..self.left + count).unwrap_or_default();
        let (units, rest) = bytes.as_chunks();
        for unit in units {
            let unit = match self.big_endian {
                true => u16::from_be_bytes(*unit),
                false => u16::from_le_bytes(*unit),
            };
            push(&mut self.text, &mut self.high, unit);
        }
        let rest = rest.first().copied();
        self.left = usize::from(rest.is_some());
        if let (Some(first), Some(rest)) = (self.raw.first_mut(), rest) {
            *first = rest;
        }
        if count == 0 {
            self.done = true;
            if let Some(high) = self.high.take() {
                push_half(&mut self.text, high);
            }
        }
        Ok(())
    }
}

fn push(text: &mut Vec<u8>, high: &mut Option<u16>, unit: u16) {
    if let Some(first) = high.take() {
        match char::decode_utf16([first, unit]).next() {
            Some(Ok(pair)) => {
                text.extend_from_slice(pair.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
            _ => push_half(text, first),
        }
    }
    match char::from_u32(u32::from(unit)) {
        Some(one) => text.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes()),
        None if unit < 0xdc00 => *high = Some(unit),
        None => push_half(text, unit),
    }
}

/// The bytes that UTF-8 would have for a lone surrogate if it allowed one.
fn push_half(text: &mut Vec<u8>, unit: u16) {
    let [high, low] = unit.to_be_bytes();
    text.extend([0xed, 0x80 | (high & 0xf) << 2 | low >> 6, 0x80 | low & 0x3f]);
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.read == self.text.len() {
            if self.done {
                return match std::mem::take(&mut self.left) {
                    0 => Ok(0),
                    _ => Err(Trouble::damage(
                        "UTF-16",
                        self.position - 1,
                        "half of a unit is missing",
                    )),
                };
            }
            self.convert()?;
        }
        let count = self.text.get(self.read..).unwrap_or_default().read(to)?;
        self.read += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converted, however many bytes come at once.
    fn converted(bytes: &[u8], big_endian: bool) -> (Vec<u8>, Option<String>) {
        let mut all = Vec::new();
        for step in [1, 2, 3, 1000] {
            let mut bytes = bytes;
            let reader = std::iter::from_fn(|| {
                let (first, rest) = bytes.split_at(step.min(bytes.len()));
                bytes = rest;
                (!first.is_empty()).then(|| first.to_vec())
            });
            let reader: Vec<Vec<u8>> = reader.collect();
            let mut reader: Box<dyn Read> = reader
                .into_iter()
                .fold(Box::new(io::empty()), |before, part| {
                    Box::new(before.chain(io::Cursor::new(part)))
                });
            let mut text = Vec::new();
            let error = Utf16::new(&mut reader, big_endian)
                .read_to_end(&mut text)
                .err();
            all.push((text, error.map(|error| error.to_string())));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        all.swap_remove(0)
    }

    #[test]
    fn text_is_converted_and_halves_are_not_utf_8() {
        let text = "{\"a\":\"é 日本 😀\u{feff}\"}\r\n".repeat(20);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(converted(&little, false), (text.clone().into_bytes(), None));
        assert_eq!(converted(&big, true), (text.into_bytes(), None));
        for halves in [
            &[0xd83d][..],
            &[0xde00],
            &[0xd83d, 0xd83d, 0x61],
            &[0xde00, 0xd83d, 0x61],
        ] {
            let bytes: Vec<u8> = halves.iter().copied().flat_map(u16::to_be_bytes).collect();
            let (text, error) = converted(&bytes, true);
            assert!(std::str::from_utf8(&text).is_err() && error.is_none());
            assert_eq!(text.len(), halves.len().min(2) * 3 + halves.len() / 3);
        }
        let (text, error) = converted(b"a\0b", false);
        assert_eq!(text, b"a");
        assert!(error.unwrap().contains("damaged at byte 4"));
    }
}
