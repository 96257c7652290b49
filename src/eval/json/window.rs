//! A view of JSON as bits that moves forward over the bytes: where strings end, and where objects
//! and arrays are closed.
//!
//! Blocks are read a few at a time, so that a walk that stops early has not read far ahead.
//! Counting brackets takes a whole block at once where fewer close in it than are open.

use super::block::{Block, Carry, blocks};
use super::level::Level;
use crate::eval::error::{EventError, EventErrorKind};

/// How many blocks are read at once. Of 256 MB the row `w` of `benches/peers` takes 77 ms with 1, 63
/// with 4, 65 with 8, 69 with 16; the row `q3` takes the same time with all.
const BLOCKS: usize = 8;

/// How many are read first.
const FIRST: usize = 2;

/// The bits of a stretch of bytes.
#[derive(Clone, Debug)]
pub(super) struct Window<'e> {
    bytes: &'e [u8],
    level: Level,
    /// Where the first block starts.
    start: usize,
    blocks: [Block; BLOCKS],
    /// How many blocks have been read.
    len: usize,
    carry: Carry,
    /// The first control character inside a string; nothing after it is returned.
    control: usize,
}

impl<'e> Window<'e> {
    /// Bits from `start` on, which is not inside of a string.
    pub(super) fn new(level: Level, bytes: &'e [u8], start: usize) -> Window<'e> {
        Window {
            bytes,
            level,
            start,
            blocks: [Block::default(); BLOCKS],
            len: 0,
            carry: Carry::default(),
            control: usize::MAX,
        }
    }

    /// Makes the bytes at `at` readable. `at` is not inside a string.
    pub(super) fn seek(&mut self, at: usize) {
        if at < self.start {
            *self = Window::new(self.level, self.bytes, at);
        }
    }

    /// The block that contains `at`, which is at or after earlier offsets; `None` after the end.
    #[inline]
    fn block(&mut self, at: usize) -> Option<(&Block, usize)> {
        let mut index = at.wrapping_sub(self.start) / 64;
        if index >= self.len {
            index = self.advance(at)?;
        }
        let start = self.start + index * 64;
        self.blocks.get(index).map(|block| (block, start))
    }

    /// Reads until `at` is in the window; returns the index of its block.
    #[inline(never)]
    fn advance(&mut self, at: usize) -> Option<usize> {
        if at >= self.bytes.len() {
            return None;
        }
        loop {
            self.start += self.len * 64;
            let rest = self.bytes.get(self.start..).unwrap_or_default();
            // Many walks stop in the first two blocks.
            let count = if self.len == 0 { FIRST } else { BLOCKS };
            let room = self.blocks.get_mut(..count).unwrap_or_default();
            self.len = blocks(self.level, rest, &mut self.carry, room);
            let read = self.blocks.iter().take(self.len).enumerate();
            if self.control == usize::MAX
                && let Some((index, block)) = read.into_iter().find(|(_, b)| b.controls != 0)
            {
                self.control = self.start + index * 64 + block.controls.trailing_zeros() as usize;
            }
            let index = (at - self.start) / 64;
            if index < self.len {
                return Some(index);
            }
        }
    }

    /// The next unescaped quote at or after `at`, and whether a backslash comes before it.
    #[inline(always)] // and the far case apart: the row `q3` of `benches/peers` took a tenth less
    pub(super) fn quote(&mut self, at: usize) -> Result<(usize, bool), EventError> {
        let offset = at.wrapping_sub(self.start);
        if offset < self.len * 64
            && let Some(block) = self.blocks.get(offset / 64)
        {
            let quotes = block.quotes >> (offset % 64);
            if quotes != 0 {
                let before = !quotes & quotes.wrapping_sub(1);
                let end = at + quotes.trailing_zeros() as usize;
                let escaped = (block.backslashes >> (offset % 64)) & before != 0;
                return match self.control < end {
                    false => Ok((end, escaped)),
                    true => Err(self.end()),
                };
            }
        }
        self.far_quote(at)
    }

    #[inline(never)]
    fn far_quote(&mut self, at: usize) -> Result<(usize, bool), EventError> {
        let mut from = at;
        let mut escaped = false;
        loop {
            let Some((block, start)) = self.block(from) else {
                return Err(self.end());
            };
            let after = u64::MAX << (from - start);
            let quotes = block.quotes & after;
            let backslashes = block.backslashes & after;
            if quotes != 0 {
                let before = !quotes & quotes.wrapping_sub(1);
                escaped |= backslashes & before != 0;
                let end = self.unless_control(start + quotes.trailing_zeros() as usize)?;
                return Ok((end, escaped));
            }
            escaped |= backslashes != 0;
            from = start + 64;
        }
    }

    /// The offset after the bracket that closes the outermost of the `depth` objects and arrays
    /// that are open at `at`. With none open, the first one starts there. No more than `nesting`
    /// may be open.
    pub(super) fn close(
        &mut self,
        at: usize,
        mut depth: usize,
        nesting: usize,
    ) -> Result<usize, EventError> {
        let mut from = at;
        loop {
            let Some((block, start)) = self.block(from) else {
                return Err(self.end());
            };
            let after = u64::MAX << (from - start);
            let (opening, closing) = (block.opening & after, block.closing & after);
            let (opened, closed) = match from == start {
                true => (block.opened, block.closed),
                false => (opening.count_ones(), closing.count_ones()),
            };
            let (opened, closed) = (opened as usize, closed as usize);
            if closed < depth && depth + opened <= nesting {
                depth = depth + opened - closed;
                from = start + 64;
                continue;
            }
            let mut brackets = opening | closing;
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                let place = start + brackets.trailing_zeros() as usize;
                if opening & bit != 0 {
                    depth += 1;
                    if depth > nesting {
                        self.unless_control(place)?;
                        return Err(EventError::new(EventErrorKind::NestingTooDeep, place));
                    }
                } else {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(self.unless_control(place)? + 1);
                    }
                }
                brackets ^= bit;
            }
            from = start + 64;
        }
    }

    /// This offset, if no control character is in a string before it.
    #[inline]
    fn unless_control(&self, at: usize) -> Result<usize, EventError> {
        match self.control < at {
            false => Ok(at),
            true => Err(EventError::new(
                EventErrorKind::ControlCharacter,
                self.control,
            )),
        }
    }

    /// The error at the end of the bytes.
    fn end(&self) -> EventError {
        let end = self.bytes.len();
        let error = self.unless_control(end).err();
        error.unwrap_or(EventError::new(EventErrorKind::UnexpectedEnd, end))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, read as a person would: byte after byte.
    fn close_slowly(bytes: &[u8], start: usize, nesting: usize) -> Result<usize, EventError> {
        let (mut depth, mut in_string, mut escaped) = (0, false, false);
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            let was_escaped = escaped;
            escaped = *byte == b'\\' && !was_escaped;
            match byte {
                _ if in_string && *byte < 0x20 => {
                    return Err(EventError::new(EventErrorKind::ControlCharacter, at));
                }
                b'"' if !was_escaped => in_string = !in_string,
                b'{' | b'[' if !in_string => {
                    depth += 1;
                    if depth > nesting {
                        return Err(EventError::new(EventErrorKind::NestingTooDeep, at));
                    }
                }
                b'}' | b']' if !in_string => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(at + 1);
                    }
                }
                _ => {}
            }
        }
        Err(EventError::new(EventErrorKind::UnexpectedEnd, bytes.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn brackets_are_closed_where_bytes_say(
            before in 0_usize..70,
            nesting in 1_usize..6,
            inside in prop_oneof![
                prop::collection::vec(prop::sample::select(&b"{}[]\"\\\\\\ a,\x01"[..]), 0..900),
                prop::collection::vec(prop::sample::select(&b"\"\\ab{}"[..]), 0..900),
                prop::collection::vec(prop::sample::select(&b"ab,.\"{}"[..]), 0..900),
                prop::collection::vec(any::<u8>(), 0..900),
            ],
        ) {
            let mut bytes = vec![b'x'; before];
            bytes.push(b'[');
            bytes.extend(inside);
            let right = close_slowly(&bytes, before, nesting);
            for (name, level) in Level::all() {
                let mut window = Window::new(level, &bytes, before);
                prop_assert_eq!(window.close(before, 0, nesting), right, "{}", name);
                // From after the first bracket, with that one open.
                window.seek(before + 1);
                let mut window = Window::new(level, &bytes, before);
                prop_assert_eq!(window.close(before + 1, 1, nesting), right, "{}", name);
            }
        }

        #[test]
        fn strings_end_where_bytes_say(
            before in 0_usize..70,
            inside in prop_oneof![
                prop::collection::vec(prop::sample::select(&b"\\\"abcdefghijklmnopq"[..]), 0..300),
                prop::collection::vec(prop::sample::select(&b"abcdefghijklmnopqrstuvwxyz\\\"\x01"[..]), 0..900),
            ],
        ) {
            let mut bytes = vec![b'x'; before];
            bytes.push(b'"');
            bytes.extend(inside);
            let mut escaped = false;
            let (mut at, mut end) = (before + 1, None);
            while let Some(byte) = bytes.get(at) {
                match byte {
                    b'"' => {
                        end = Some(at);
                        break;
                    }
                    b'\\' => {
                        escaped = true;
                        at += 1;
                    }
                    0..=0x1f => break,
                    _ => {}
                }
                at += 1;
            }
            for (name, level) in Level::all() {
                // Once the block has been read, the fast path is taken.
                for read_before in [false, true] {
                    let mut window = Window::new(level, &bytes, before);
                    if read_before {
                        window.block(before);
                    }
                    let found = window.quote(before + 1).ok();
                    if !(bytes.contains(&1) && found.is_none()) {
                        prop_assert_eq!(found, end.map(|end| (end, escaped)), "{}", name);
                    }
                }
            }
        }
    }
}
