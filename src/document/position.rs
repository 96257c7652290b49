//! Lines and columns of a text, as bytes, units of UTF-16, and characters.
//!
//! The crate `line-index` does the same, and the tests compare both. It looks at every non-ASCII
//! character of the line for each position. A hostile text is one line with a finding at each word:
//! 40,000 positions in 200 KB took it 1.4 s, and four times that for twice as many. Here the
//! characters before each stretch of bytes are counted once, and a position counts those of a stretch.

/// Bytes per stretch: the characters before each stretch are counted once.
const STRETCH: usize = 1024;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, as editors count by default.
    Utf16,
    /// Characters, as people count.
    Utf32,
}

/// A line and a column, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line: how many line breaks are before it.
    pub line: usize,
    /// The column, in the units of an [`Encoding`].
    pub column: usize,
}

/// The lines of a text, and the way from offsets to positions and back.
///
/// ```
/// use qualys_filter::document::{Encoding, Position, Positions};
///
/// let positions = Positions::new("type:FILE\nfile.name:\"😀.exe\"");
/// let dot = Position { line: 1, column: 13 };
/// assert_eq!(positions.position(25, Encoding::Utf16), dot);
/// assert_eq!(positions.position(25, Encoding::Utf32).column, 12);
/// assert_eq!(positions.offset(dot, Encoding::Utf16), 25);
/// ```
#[derive(Debug)]
pub struct Positions<'t> {
    text: &'t str,
    /// Where each line starts.
    starts: Vec<usize>,
    /// For each stretch, what was before it.
    counts: Vec<Count>,
}

/// What is in some bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    characters: usize,
    /// Those that take two units of UTF-16.
    wide: usize,
}

impl Count {
    fn of(bytes: &[u8]) -> Count {
        // The first byte of a character is not 0b10xx_xxxx; one of four bytes begins with 0b1111.
        let first = |byte: &&u8| **byte & 0xc0 != 0x80;
        Count {
            characters: bytes.iter().filter(first).count(),
            wide: bytes.iter().filter(|byte| **byte >= 0xf0).count(),
        }
    }

    fn units(self, encoding: Encoding) -> usize {
        match encoding {
            Encoding::Utf16 => self.characters + self.wide,
            _ => self.characters,
        }
    }

    fn plus(self, other: Count) -> Count {
        Count {
            characters: self.characters + other.characters,
            wide: self.wide + other.wide,
        }
    }
}

impl<'t> Positions<'t> {
    /// Finds the lines of a text, in time linear in it.
    pub fn new(text: &'t str) -> Positions<'t> {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let stretches = text.as_bytes().chunks(STRETCH);
        let counts = stretches.scan(Count::default(), |before, bytes| {
            let here = *before;
            *before = here.plus(Count::of(bytes));
            Some(here)
        });
        Positions {
            text,
            starts: std::iter::once(0).chain(breaks.map(|at| at + 1)).collect(),
            counts: counts.collect(),
        }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// How many lines the text has: one more than line breaks.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, from 0.
    pub fn line(&self, at: usize) -> usize {
        let after = self.starts.partition_point(|start| *start <= at);
        after.saturating_sub(1)
    }

    /// Where a line starts; the end of the text if there is no such line.
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Where a line ends, without its line break.
    pub fn line_end(&self, line: usize) -> usize {
        match self.starts.get(line + 1) {
            Some(next) => next - 1,
            None => self.text.len(),
        }
    }

    /// The line and the column of a byte. A byte inside of a character has the position of what is
    /// after the character, and one beyond the text that of its end.
    pub fn position(&self, at: usize, encoding: Encoding) -> Position {
        let at = self.text.ceil_char_boundary(at);
        let line = self.line(at);
        let start = self.line_start(line);
        Position {
            line,
            column: match encoding {
                Encoding::Utf8 => at - start,
                _ => self.units(at, encoding) - self.units(start, encoding),
            },
        }
    }

    /// The byte at a position; the end of the line where the line is shorter, and the end of the text
    /// where there is no such line. A column inside a character is that of the character.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let (start, end) = (self.line_start(position.line), self.line_end(position.line));
        if encoding == Encoding::Utf8 {
            let at = start.saturating_add(position.column).min(end);
            return self.text.floor_char_boundary(at);
        }
        let wanted = self.units(start, encoding).saturating_add(position.column);
        // The last stretch that begins at or before it.
        let after = self
            .counts
            .partition_point(|count| count.units(encoding) <= wanted);
        let stretch = after.saturating_sub(1);
        let mut at = self.text.ceil_char_boundary(stretch * STRETCH).max(start);
        let mut units = self.units(at, encoding);
        let rest = self.text.get(at..end).unwrap_or_default();
        for c in rest.chars() {
            units += match encoding {
                Encoding::Utf16 => c.len_utf16(),
                _ => 1,
            };
            if units > wanted {
                return at;
            }
            at += c.len_utf8();
        }
        end
    }

    /// How many units of UTF-16, or characters, start before a byte.
    fn units(&self, at: usize, encoding: Encoding) -> usize {
        self.before(at).units(encoding)
    }

    /// What is before a byte.
    fn before(&self, at: usize) -> Count {
        // At the end of the last stretch none begins.
        let stretch = (at / STRETCH).min(self.counts.len().saturating_sub(1));
        let before = self.counts.get(stretch).copied().unwrap_or_default();
        let bytes = self.text.as_bytes().get(stretch * STRETCH..at);
        before.plus(Count::of(bytes.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use line_index::{LineIndex, TextSize, WideEncoding};
    use proptest::prelude::*;

    use super::*;

    fn agrees(text: &str) {
        let (positions, index) = (Positions::new(text), LineIndex::new(text));
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let right = index.line_col(TextSize::try_from(at).unwrap());
            let is = positions.position(at, Encoding::Utf8);
            assert_eq!(
                (is.line, is.column),
                (right.line as usize, right.col as usize)
            );
            let wides = [
                (Encoding::Utf16, WideEncoding::Utf16),
                (Encoding::Utf32, WideEncoding::Utf32),
            ];
            for (encoding, wide) in wides {
                let right = index.to_wide(wide, right).unwrap();
                let is = positions.position(at, encoding);
                let column = right.col as usize;
                assert_eq!((is.line, is.column), (right.line as usize, column), "{at}");
                assert_eq!(positions.offset(is, encoding), at, "{text:?}");
            }
            assert_eq!(positions.offset(is, Encoding::Utf8), at);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn positions_are_those_of_line_index(text in "(\\PC|[aé€😀\r\n]){0,40}", often in 1..60_usize) {
            // Often enough to be over several stretches.
            agrees(&text.repeat(often));
        }
    }

    #[test]
    fn what_is_no_place_is_the_nearest() {
        let positions = Positions::new("a😀\nb");
        let at = |line, column, encoding| positions.offset(Position { line, column }, encoding);
        // Inside of a character, after the end of a line, and after the last line.
        assert_eq!(at(0, 2, Encoding::Utf16), 1);
        assert_eq!(at(0, 3, Encoding::Utf8), 1);
        assert_eq!(at(0, 9, Encoding::Utf16), 5);
        assert_eq!(at(0, usize::MAX, Encoding::Utf32), 5);
        assert_eq!(at(7, 0, Encoding::Utf16), 7);
        let column = |at| positions.position(at, Encoding::Utf32);
        assert_eq!(column(3), Position { line: 0, column: 2 });
        assert_eq!(column(99), Position { line: 1, column: 1 });
        assert_eq!(
            Positions::new("").offset(Position::default(), Encoding::Utf16),
            0
        );
    }
}
