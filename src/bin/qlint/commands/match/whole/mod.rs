//! Files of any form: what the tool finds in them is compared with a scan of the whole text.
//!
//! Bytes decide what is read: [`Case::new`] makes a text of them, encodes and packs it, cuts or damages
//! it, and chooses a way to read it. The fuzz target `input` takes the bytes from the fuzzer, which is why
//! this module has no tests. The tests of `match` take random bytes.

mod case;

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qualys_filter::{CheckOptions, EventErrorKind, Filter, Limits, Query, ScanOptions, Schema};

use super::engine::Engine;
use super::search::{Event, Search};
use crate::events::Input;

pub(crate) use case::Case;
use case::{Encoding, Harm, Kind, Packing, Way};

/// How many blanks at the start of a line may be in memory besides an event.
const INDENT: usize = 1 << 12;

/// An event that was found, with its offset in the text and its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FoundEvent {
    what: FoundKind,
    at: usize,
    line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FoundKind {
    Hit { end: usize },
    Bad(EventErrorKind),
}

/// The result of reading a case.
#[derive(Debug, Default)]
pub(crate) struct CaseRun {
    events: Vec<FoundEvent>,
    /// How many bytes of text there were.
    len: usize,
    /// The offset of a block that differs from the text.
    differs: Option<usize>,
    error: Option<io::Error>,
    blocks: usize,
    longest_block: usize,
    /// The most events of one block.
    most_events: usize,
    /// How often a stream was read.
    reads: usize,
}

/// A reader that returns its bytes in pieces.
struct Slow {
    bytes: io::Cursor<Vec<u8>>,
    steps: Vec<usize>,
    reads: Arc<AtomicUsize>,
}

impl Read for Slow {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reads.fetch_add(1, Ordering::Relaxed);
        let step = self.steps[read % self.steps.len()].min(to.len());
        self.bytes.read(&mut to[..step])
    }
}

impl Case {
    fn limits(&self) -> Limits {
        Limits::default().with_event_bytes(self.limit)
    }

    fn filter(&self) -> Filter {
        let options = CheckOptions::default().with_limits(self.limits());
        let query: Query = "a:1 OR b:2".parse().expect("a good filter");
        let checked = query.check_with(Schema::open(), &options);
        let filter = checked.expect("a good filter").compile();
        if self.strict { filter.strict() } else { filter }
    }

    /// Reads and searches the file as the tool does. `measured` runs the part that is measured.
    pub(crate) fn run(&self, measured: impl FnOnce(&mut dyn FnMut())) -> CaseRun {
        let mut file = None;
        let reads = Arc::new(AtomicUsize::new(0));
        let mut slow = None;
        match &self.way {
            Way::File { .. } => {
                let mut new = tempfile::NamedTempFile::new().expect("a folder for files");
                new.write_all(&self.file).expect("room for a file");
                file = Some(new);
            }
            Way::Stream(steps) => {
                slow = Some(Slow {
                    bytes: io::Cursor::new(self.file.clone()),
                    steps: steps.clone(),
                    reads: reads.clone(),
                });
            }
        }
        let engine = Engine::One(self.filter());
        let mut seen = CaseRun {
            events: Vec::with_capacity(self.text.len() + 64),
            ..CaseRun::default()
        };
        measured(&mut || {
            let input = match (&file, slow.take(), &self.way) {
                (Some(file), _, Way::File { mmap }) => Input::open(file.path(), *mmap),
                (_, Some(slow), _) => Input::stream(slow),
                _ => return,
            };
            let searched = input.and_then(|input| self.search(&engine, input, &mut seen));
            seen.error = searched.err();
        });
        seen.reads = reads.load(Ordering::Relaxed);
        seen
    }

    fn search(&self, engine: &Engine, input: Input, seen: &mut CaseRun) -> io::Result<()> {
        let search = Search {
            engine,
            options: &ScanOptions::default(),
            limits: &self.limits(),
            threads: self.threads,
            block: self.block,
            lines: true,
        };
        let mut line = 0;
        search.run(input, |found| {
            let (passed, lines) = found.passed();
            seen.len += usize::try_from(passed).expect("a text in memory");
            line += lines;
            let (start, bytes) = (seen.len, found.bytes());
            seen.events
                .extend(found.events.iter().map(|event| match event {
                    Event::Hit {
                        range,
                        line: inside,
                        ..
                    } => {
                        let end = start + range.end;
                        let what = FoundKind::Hit { end };
                        let (at, line) = (start + range.start, line + inside);
                        FoundEvent { what, at, line }
                    }
                    Event::Bad(bad) => {
                        let what = FoundKind::Bad(bad.error.kind());
                        let (at, line) = (start + bad.error.offset(), line + bad.line);
                        FoundEvent { what, at, line }
                    }
                }));
            let text = self.text.get(start..).unwrap_or_default();
            if seen.differs.is_none() && !text.starts_with(bytes) {
                let same = bytes.iter().zip(text).take_while(|(a, b)| a == b).count();
                seen.differs = Some(start + same);
            }
            seen.len += bytes.len();
            line += found.lines;
            seen.blocks += 1;
            seen.longest_block = seen.longest_block.max(bytes.len());
            seen.most_events = seen.most_events.max(found.events.len());
            Ok(true)
        })
    }

    /// Panics if the result is not what is promised.
    pub(crate) fn check(&self, seen: &CaseRun) {
        self.check_bounds(seen);
        let Some(text) = self.text_of(seen) else {
            return;
        };
        self.promise(
            seen.len == text.len(),
            format_args!("{} bytes of text, not {}", seen.len, text.len()),
        );
        self.promise(
            seen.differs.is_none_or(|at| at >= self.common(&text)),
            format_args!("the blocks are another text at {:?}", seen.differs),
        );
        // The error of a broken document that spans lines may differ.
        let any = self.kind == Kind::Any || matches!(self.harm, Harm::Spoilt(_));
        if any && !is_of_lines(&text) {
            return;
        }
        let filter = self.filter();
        let mut scan = filter.scan(&text);
        let mut whole = Vec::new();
        while let Some(event) = scan.next() {
            whole.push(match event {
                Ok(hit) => FoundEvent {
                    what: FoundKind::Hit { end: hit.range.end },
                    at: hit.range.start,
                    line: scan.line(hit.range.start),
                },
                Err(bad) => FoundEvent {
                    what: FoundKind::Bad(bad.error.kind()),
                    at: bad.error.offset(),
                    line: bad.line,
                },
            });
        }
        self.compare(seen.events.clone(), whole, text.len());
    }

    /// Panics if the events differ from those of a whole text of this length.
    fn compare(&self, mut events: Vec<FoundEvent>, mut whole: Vec<FoundEvent>, len: usize) {
        if self.kind == Kind::Documents && matches!(self.harm, Harm::Cut(_)) {
            // The error of the rest of the last document may differ, but not the matches.
            let last = self.starts.partition_point(|start| *start < len);
            let last = last.checked_sub(1).and_then(|last| self.starts.get(last));
            let last = last.copied().unwrap_or_default();
            let stays =
                |told: &FoundEvent| told.at < last || matches!(told.what, FoundKind::Hit { .. });
            events.retain(stays);
            whole.retain(stays);
        }
        let same = events.iter().zip(&whole).take_while(|(a, b)| a == b);
        let at = same.count();
        let some =
            |events: &[FoundEvent]| events.iter().skip(at).take(3).copied().collect::<Vec<_>>();
        self.promise(
            events == whole,
            format_args!(
                "event {at} of {} and {} differs: {:?}, of the whole {:?}",
                events.len(),
                whole.len(),
                some(&events),
                some(&whole)
            ),
        );
    }

    /// The most bytes that are buffered to find a block.
    fn most_held(&self, seen: &CaseRun) -> usize {
        self.limit.min(seen.len) + INDENT + 3 * self.block
    }

    /// Panics if a promise does not hold.
    #[track_caller]
    pub(crate) fn promise(&self, holds: bool, what: fmt::Arguments<'_>) {
        assert!(holds, "{self}\n{what}");
    }

    fn check_bounds(&self, seen: &CaseRun) {
        let len = seen.len.max(self.file.len());
        self.promise(
            seen.longest_block <= self.most_held(seen),
            format_args!("a block of {} bytes", seen.longest_block),
        );
        self.promise(
            seen.blocks <= 2 * len + 2,
            format_args!("{} blocks", seen.blocks),
        );
        self.promise(
            seen.reads <= self.file.len() + 64 + 2 * seen.blocks,
            format_args!("{} reads", seen.reads),
        );
    }

    /// The text that must have been read, if the case determines it. Checks errors, too.
    fn text_of(&self, seen: &CaseRun) -> Option<Vec<u8>> {
        let damaged = |is: bool| {
            let fits = is == seen.error.is_some();
            self.promise(fits, format_args!("damaged: {is}, {:?}", seen.error));
        };
        if is_ambiguous(&self.text) || (self.file.len() < 4 && self.harm != Harm::None) {
            return None;
        }
        if (self.packing, self.encoding) == (Packing::None, Encoding::Utf8) {
            if is_ambiguous(&self.file) {
                return None;
            }
            damaged(false);
            return Some(self.file.clone());
        }
        let cut = match self.harm {
            Harm::None => {
                damaged(false);
                return Some(self.text.clone());
            }
            Harm::Spoilt(at) => {
                // A checksum tells, unless the file is taken for another. Nothing tells that a header
                // is spoilt, of which the length may reach over whole members.
                let whole = self.ends.len() == 1 || seen.len == self.text.len();
                let is_good = self.packing == Packing::Gzip && at >= 4 && seen.error.is_none();
                return (is_good && whole).then(|| self.text.clone());
            }
            Harm::Cut(cut) => cut,
        };
        if self.packing == Packing::None {
            damaged(!cut.is_multiple_of(2));
            return Some(self.decoded(cut));
        }
        let before = self.ends.iter().rev().find(|(end, _)| *end <= cut);
        let (end, whole) = before.copied().unwrap_or_default();
        if self.encoding != Encoding::Utf8 && whole < 2 {
            // The byte order mark may be cut.
            damaged(end != cut || whole % 2 != 0 && whole > 2);
            return None;
        }
        if end == cut {
            damaged(self.encoding != Encoding::Utf8 && !whole.is_multiple_of(2));
            return Some(self.decoded(whole));
        }
        damaged(true);
        // A lone surrogate waits for the other half, and is returned only at a clean end.
        let half = if self.encoding == Encoding::Utf8 {
            0
        } else {
            3
        };
        let least = self.decoded(whole).len().saturating_sub(half);
        let len = seen.len;
        self.promise(
            (least..=self.text.len()).contains(&len),
            format_args!("{len} bytes of text, of which {least} are whole"),
        );
        Some(self.first(seen.len))
    }

    /// The text of the first bytes of the encoded text.
    fn decoded(&self, count: usize) -> Vec<u8> {
        let Encoding::Utf16 { big_endian } = self.encoding else {
            return self.text[..count].to_vec();
        };
        let (units, _) = self.encoded[..count].as_chunks();
        let unit = |unit: &[u8; 2]| match big_endian {
            true => u16::from_be_bytes(*unit),
            false => u16::from_le_bytes(*unit),
        };
        // The first is the byte order mark.
        let units = units.iter().map(unit).skip(1);
        let mut text = Vec::new();
        for char in char::decode_utf16(units) {
            match char {
                Ok(char) => text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => text.extend(half_of(half.unpaired_surrogate())),
            }
        }
        text
    }

    /// The first bytes of the text, of which the last may be a lone surrogate.
    fn first(&self, len: usize) -> Vec<u8> {
        let mut first = self.text[..len].to_vec();
        if self.encoding != Encoding::Utf8
            && let Some(start) = len.checked_sub(3)
            && let Ok(text) = str::from_utf8(&self.text)
            && !text.is_char_boundary(len)
        {
            let next = text.get(start..).and_then(|text| text.chars().next());
            let next = next.expect("four bytes, of which three came out");
            first.truncate(start);
            first.extend(half_of(next.encode_utf16(&mut [0; 2])[0]));
        }
        first
    }

    /// The length of the common prefix with another text.
    fn common(&self, text: &[u8]) -> usize {
        let same = self.text.iter().zip(text).take_while(|(a, b)| a == b);
        same.count()
    }
}

#[cfg_attr(test, expect(dead_code, reason = "the fuzz target measures"))]
impl Case {
    /// How many bytes are read and searched.
    pub(crate) fn bytes(&self, seen: &CaseRun) -> usize {
        seen.len + self.file.len()
    }

    /// The most memory that reading and searching may take.
    pub(crate) fn most_memory(&self, seen: &CaseRun) -> usize {
        let buffers = self.threads + 2;
        // The capacity of a vector is at most twice its length. Only one block is large.
        let kept = 2 * self.most_held(seen).min(8 * self.block);
        let events = 4 * seen.most_events * size_of::<Event>();
        let blocks = (buffers + 1) * (kept + events) + 3 * 2 * self.most_held(seen);
        // Peeking, unpacking and converting have buffers and windows of their own.
        let unpacking = match (self.packing, self.encoding, self.harm) {
            // A header may ask for a window of 128 MiB.
            (Packing::Zstd, _, Harm::Spoilt(_)) => 2 * (128 << 20),
            (Packing::None, Encoding::Utf8, _) => 256 << 10,
            _ => 2 << 20,
        };
        blocks + unpacking
    }
}

/// The bytes that are written for a lone surrogate.
fn half_of(unit: u16) -> [u8; 3] {
    let [a, b, c] = [unit >> 12, unit >> 6 & 0x3f, unit & 0x3f];
    [0xe0 | a as u8, 0x80 | b as u8, 0x80 | c as u8]
}

/// Whether a text begins like a file that is not text.
fn is_ambiguous(text: &[u8]) -> bool {
    let start = text.get(..8).unwrap_or(text);
    let strange = b"\x1f\x28\xfd\x04\xff\xfeBP7";
    start.contains(&0)
        || start
            .first()
            .is_some_and(|first| strange.contains(first) || (0x50..0x60).contains(first))
}

/// Whether no document spans lines, as far as a simple check can say.
fn is_of_lines(text: &[u8]) -> bool {
    let one_line = |line: &[u8]| {
        let mut braces = line.iter().filter(|byte| b"{}".contains(byte));
        let depth = braces.try_fold(0_u32, |depth, byte| match byte {
            b'{' => depth.checked_add(1),
            _ => depth.checked_sub(1),
        });
        depth == Some(0)
    };
    !text.iter().any(|byte| b"[]\"".contains(byte))
        && text.split(|byte| *byte == b'\n').all(one_line)
}
