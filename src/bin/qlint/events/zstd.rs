//! Unpacking zstd (RFC 8878): frames one after the other, skippable ones between them.
//!
//! An error is returned after all that could be unpacked.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::source::Source;
use super::trouble::Trouble;

/// The first bytes of a frame.
const FRAME: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether these bytes begin a frame. Parallel compressors write skippable frames before others.
pub(crate) fn is_magic(bytes: &[u8]) -> bool {
    bytes.starts_with(&FRAME) || is_skippable(bytes)
}

fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

pub(crate) struct Zstd {
    source: Source,
    decoder: FrameDecoder,
    state: State,
}

enum State {
    /// Before a frame.
    Between,
    Inside,
    /// After an error, which is returned once all unpacked bytes have been read.
    Broken(io::Error),
    Done,
}

/// A last block, and room for its checksum. A decoder keeps back what later blocks may refer to; after
/// a last block it returns everything.
const LAST_BLOCK: &[u8] = &[1, 0, 0, 0, 0, 0, 0];

impl Zstd {
    pub(crate) fn new(source: Source) -> Zstd {
        Zstd {
            source,
            decoder: FrameDecoder::new(),
            state: State::Between,
        }
    }

    /// Reads the header of a frame, after skippable frames.
    fn begin(&mut self) -> io::Result<State> {
        loop {
            let start = self.source.peek(8);
            if let &[_, _, _, _, a, b, c, d] = start
                && is_skippable(start)
            {
                let length = u32::from_le_bytes([a, b, c, d]);
                if !self.source.skip(8 + u64::from(length))? {
                    return Err(self.damage("it ends too early"));
                }
                continue;
            }
            let first = start.get(..4).unwrap_or(start);
            if first.is_empty() {
                // The reader itself may have failed.
                self.source.fill_buf()?;
                return Ok(State::Done);
            }
            if first != FRAME {
                let cut = FRAME.starts_with(first) || is_skippable(first);
                return Err(self.damage(match cut {
                    true => "it ends too early",
                    false => "no frame begins here",
                }));
            }
            let begun = self.decoder.reset(&mut self.source);
            return match begun {
                Ok(()) => Ok(State::Inside),
                Err(error) => Err(self.damage(reason(&error))),
            };
        }
    }

    /// Unpacks a block, or ends the frame.
    fn block(&mut self) -> io::Result<State> {
        if self.decoder.is_finished() {
            let stored = self.decoder.get_checksum_from_data();
            if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
                return Err(self.damage("its checksum does not fit"));
            }
            return Ok(State::Between);
        }
        let one = BlockDecodingStrategy::UptoBlocks(1);
        match self.decoder.decode_blocks(&mut self.source, one) {
            Ok(_) => Ok(State::Inside),
            Err(error) => {
                let damage = self.damage(reason(&error));
                let one = BlockDecodingStrategy::UptoBlocks(1);
                // The frame is damaged already.
                let _ = self.decoder.decode_blocks(LAST_BLOCK, one);
                Err(damage)
            }
        }
    }

    fn damage(&self, what: impl ToString) -> io::Error {
        Trouble::damage("zstd", self.source.position(), what)
    }
}

/// The innermost reason, without the names of the decoder's parts.
fn reason(error: &FrameDecoderError) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let end = reason.downcast_ref::<io::Error>();
    match end.is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof) {
        true => "it ends too early".to_owned(),
        false => reason.to_string(),
    }
}

impl Read for Zstd {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        loop {
            if !matches!(self.state, State::Between) && self.decoder.can_collect() > 0 {
                return self.decoder.read(to);
            }
            let next = match std::mem::replace(&mut self.state, State::Done) {
                State::Between => self.begin(),
                State::Inside => self.block(),
                State::Broken(error) => return Err(error),
                State::Done => return Ok(0),
            };
            self.state = next.unwrap_or_else(State::Broken);
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        compress_to_vec(text, CompressionLevel::Fastest)
    }

    fn unpacked(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut text = Vec::new();
        let source = Source::new(io::Cursor::new(bytes.to_vec()));
        let error = Zstd::new(source).read_to_end(&mut text).err();
        (text, error.map(|error| error.to_string()))
    }

    fn text() -> Vec<u8> {
        let lines = (0..60_000).map(|n| format!("{{\"n\":{}}}\n", n * 7919 % 10_007));
        lines.collect::<String>().into_bytes()
    }

    const SKIPPED: &[u8] = b"\x5a\x2a\x4d\x18\x04\0\0\0abcd";

    #[test]
    fn frames_are_one_text_and_some_are_skipped() {
        let text = text();
        let (first, second) = text.split_at(12_345);
        let (first, second) = (packed(first), packed(second));
        for all in [
            [SKIPPED, &first, &second].concat(),
            [&*first, SKIPPED, SKIPPED, &second, SKIPPED].concat(),
        ] {
            assert!(is_magic(&all));
            assert!(unpacked(&all) == (text.clone(), None));
        }
        let all = [&*first, b"garbage"].concat();
        let (_, error) = unpacked(&all);
        let at = format!("damaged at byte {}: no frame begins here", first.len());
        assert!(error.unwrap().contains(&at));
    }

    #[test]
    fn what_can_be_unpacked_comes_before_what_is_wrong() {
        let text = text();
        let all = [SKIPPED, &packed(&text)].concat();
        let mut least = 0;
        for cut in (5..all.len()).step_by(997) {
            let (part, error) = unpacked(&all[..cut]);
            let error = error.unwrap();
            assert!(error.contains("it ends too early"), "{cut} {error}");
            assert!(text.starts_with(&part) && part.len() >= least, "{cut}");
            least = part.len();
        }
        // No more than a block is lost.
        assert!(least + 2 * (128 << 10) > text.len(), "{least}");
        let mut wrong = all.clone();
        let end = wrong.len() - 1;
        wrong[end] ^= 1;
        let (part, error) = unpacked(&wrong);
        assert!(part == text && error.unwrap().contains("checksum"));
    }
}
