//! Cuts a stream of events into blocks that can be scanned on their own.

use memchr::{memchr, memrchr};

use crate::eval::buffer::events::{Events, Step};
use crate::eval::buffer::hit::BadEvent;
use crate::eval::buffer::options::{Comma, Part, ReadOptions};
use crate::eval::buffer::split::{BOM, is_blank, last_boundary, next_line};
use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::json::Level;
use crate::limits::Limits;

/// A line that starts with at most this many blanks is kept whole, so that its indent is known.
const INDENT: usize = 1 << 12;

/// What to do with the bytes that have been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Read more: no event is complete, or there are no bytes.
    More,
    /// Scan the first `end` bytes as this part, and continue after them.
    Block {
        /// The length of the block.
        end: usize,
        /// For [`ScanOptions::part`](crate::eval::ScanOptions::part).
        part: Part,
    },
    /// Skip the first `end` bytes, which belong to an event over the limit.
    Pass {
        /// How many bytes are skipped.
        end: usize,
        /// The event, reported once, when it is found. Its offset counts from the start of the
        /// bytes.
        bad: Option<BadEvent>,
    },
    /// All has been cut.
    End,
}

/// Cuts a stream of events into blocks that can be scanned on their own, by several threads too,
/// while no more than an event is held in memory.
///
/// Takes what [`Filter::scan`](crate::eval::Filter::scan) takes: JSON Lines, documents over several
/// lines, arrays of events of any length. Scanning the blocks finds what scanning the whole would
/// find. An event of more than [`Limits::event_bytes`] is skipped and reported as
/// [`EventErrorKind::TooLong`], so the buffer need not grow far beyond that limit. With
/// [`ScanOptions::root`](crate::eval::ScanOptions::root) the limit is one of the document around
/// the events.
///
/// After a broken document over several lines, the errors up to the next line that starts with `{`
/// after a line that ends with `}` may differ from those of a scan of the whole.
///
/// ```
/// use std::io::Read;
/// use qualys_filter::eval::{Cut, Cutter};
/// use qualys_filter::{Limits, Query, ScanOptions, Schema};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?.compile();
/// let mut stream = &b"[{\"type\": \"FILE\"},\n {\"type\": \"PROCESS\"}, {\"type\": \"FILE\"}]"[..];
/// let mut cutter = Cutter::new(&Limits::default());
/// let (mut buffer, mut done, mut hits) = (Vec::new(), false, 0);
/// loop {
///     let end = match cutter.cut(&buffer, done) {
///         Cut::More => {
///             // A real program reads more at once, and twice as much each time that it is not enough.
///             done = stream.by_ref().take(20).read_to_end(&mut buffer)? == 0;
///             continue;
///         }
///         Cut::Block { end, part } => {
///             let options = ScanOptions::default().with_part(part);
///             hits += filter.scan_with(&buffer[..end], &options).flatten().count();
///             end
///         }
///         Cut::Pass { end, bad } => {
///             bad.iter().for_each(|bad| eprintln!("{bad}"));
///             end
///         }
///         Cut::End => break,
///     };
///     buffer.drain(..end);
/// }
/// assert_eq!(hits, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cutter {
    options: ReadOptions,
    /// The state where the next bytes start.
    part: Part,
    passing: Option<Passing>,
}

/// An event over the limit that is being skipped.
#[derive(Clone, Debug)]
struct Passing {
    way: Way,
    /// See [`Position::next_starts`](crate::eval::buffer::position::Position::next_starts).
    starts: Option<Vec<u8>>,
}

/// Where to go on after an event over the limit.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// After its closing bracket or quote, unless something is wrong before.
    Close(Inside),
    /// After a number or a word.
    Word,
    /// At the line where reading resumes after a broken event.
    Line,
}

/// An offset inside an event.
#[derive(Clone, Copy, Debug, Default)]
struct Inside {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether the last byte that is not a blank is a `}`, and whether a line has ended after it.
    closed: bool,
    line_ended: bool,
}

/// Why skipping an event stopped.
enum Stop {
    /// The event ends there.
    End(usize),
    /// A document starts there, so that the event must have ended.
    Start(usize),
    /// Something is wrong there.
    Wrong(usize),
}

impl Cutter {
    /// For events within these limits, of which `event_bytes` and `event_nesting` count.
    pub fn new(limits: &Limits) -> Cutter {
        let options = ReadOptions {
            level: Level::best(),
            nesting: limits.event_nesting,
            bytes: limits.event_bytes,
            strict: false,
        };
        Cutter {
            options,
            part: Part {
                goes_on: true,
                ..Part::default()
            },
            passing: None,
        }
    }

    /// What to do with the bytes that have been read and not cut off yet. `done` says that no bytes
    /// follow them.
    ///
    /// Takes time linear in the bytes, so after [`Cut::More`] the buffer should grow by a factor.
    pub fn cut(&mut self, bytes: &[u8], done: bool) -> Cut {
        if bytes.is_empty() {
            return match done {
                false => Cut::More,
                true if self.passing.is_none() && self.part.array.is_some() => self.rest(0),
                true => Cut::End,
            };
        }
        if let Some(passing) = self.passing.take() {
            return self.pass(passing, bytes, done);
        }
        if done {
            return self.rest(bytes.len());
        }
        if self.part.array.is_none()
            && let Some(end) = last_boundary(bytes)
        {
            let part = self.part.clone();
            (self.part.one_line, self.part.mid_line) = (0, true);
            return Cut::Block { end, part };
        }
        self.walk(bytes)
    }

    /// The last block.
    fn rest(&mut self, end: usize) -> Cut {
        let goes_on = false;
        let part = Part {
            goes_on,
            ..std::mem::take(&mut self.part)
        };
        Cut::Block { end, part }
    }

    /// Takes the bytes apart, up to the last value that may not have ended.
    fn walk(&mut self, bytes: &[u8]) -> Cut {
        let mut events = Events::new(Vec::new(), self.options, &self.part);
        let (at, way) = loop {
            match events.before_value(bytes) {
                Step::End => break (bytes.len(), None),
                Step::Bad(_) => continue,
                Step::Value => {}
            }
            let start = events.position.at();
            let before = events.clone();
            match self.value(bytes, &mut events, start) {
                None => {}
                Some(way) => {
                    events = before;
                    break (start, Some(way));
                }
            }
        };
        let (cut, mid_line) = self.line_start(bytes, at);
        if cut > 0 {
            let part = std::mem::replace(&mut self.part, events.position.part(cut, mid_line));
            return Cut::Block { end: cut, part };
        }
        let Some(way) = way.filter(|_| bytes.len() - at > self.options.bytes) else {
            return Cut::More;
        };
        let position = &mut events.position;
        self.part = position.part(0, true);
        let line_end = position.line_end(bytes, at);
        let starts = position.next_starts(bytes, at, line_end);
        let error = EventError::new(EventErrorKind::TooLong, at);
        let bad = position.bad(bytes, at..bytes.len(), error);
        self.passing = Some(Passing { way, starts });
        Cut::Pass {
            end: at,
            bad: Some(bad),
        }
    }

    /// Reads the value at this offset. If it may not be complete, returns how it would be skipped.
    fn value(&self, bytes: &[u8], events: &mut Events, start: usize) -> Option<Way> {
        let rest = bytes.get(start..).unwrap_or_default();
        let until = events.position.limit(bytes, start);
        let skipped = events.skip(bytes, start, until);
        match skipped {
            // More bytes may make another number of it.
            Ok(end) if end == bytes.len() && !rest.starts_with(b"\"") && !opens(rest) => {
                return Some(Way::Word);
            }
            Ok(_) => {}
            Err(_) if BOM.starts_with(rest) => return Some(Way::Line),
            // The rest may follow.
            Err(error)
                if error.kind() == EventErrorKind::UnexpectedEnd
                    && until == bytes.len()
                    && !events.position.is_one_line(start) =>
            {
                return Some(Way::Close(Inside::default()));
            }
            Err(_) if events.position.line_end(bytes, start) == bytes.len() => {
                return Some(Way::Line);
            }
            Err(_) => {}
        }
        let settled = events.settle(bytes, start, skipped);
        let goes_on = settled.is_err_and(|bad| bad.range.end == bytes.len());
        goes_on.then_some(Way::Line)
    }

    /// Where to cut before the value at `at`, and whether that is in the middle of a line. It is
    /// the start of the line if there are only blanks before the value.
    fn line_start(&self, bytes: &[u8], at: usize) -> (usize, bool) {
        let from = at.saturating_sub(INDENT);
        let before = bytes.get(from..at).unwrap_or_default();
        let line = memrchr(b'\n', before);
        let indent = before.get(line.map_or(0, |line| line + 1)..);
        let is_indent = indent.is_some_and(|indent| indent.iter().all(|byte| is_blank(*byte)));
        match line {
            Some(line) if is_indent => (from + line + 1, false),
            None if is_indent && from == 0 && !self.part.mid_line => (0, false),
            _ => (at, true),
        }
    }

    /// Passes over what belongs to an event over the limit.
    fn pass(&mut self, passing: Passing, bytes: &[u8], done: bool) -> Cut {
        let Passing { mut way, starts } = passing;
        let mut at = 0;
        let end = loop {
            let rest = bytes.get(at..).unwrap_or_default();
            match &mut way {
                Way::Close(inside) => {
                    match inside.pass(rest, &self.options, self.part.array.is_none()) {
                        Some(Stop::End(end)) => {
                            self.part.array = self.part.array.map(|_| Comma::Required);
                            break Some(at + end);
                        }
                        Some(Stop::Start(end)) => break Some(at + end),
                        Some(Stop::Wrong(end)) => {
                            at += end;
                            way = Way::Line;
                        }
                        None => break None,
                    }
                }
                Way::Word => {
                    let is_word = |byte: &u8| {
                        byte.is_ascii_digit() || byte.is_ascii_lowercase() || b"-+.E".contains(byte)
                    };
                    let end = rest.iter().position(|byte| !is_word(byte));
                    self.part.array = self.part.array.map(|_| Comma::Required);
                    break end.map(|end| at + end);
                }
                Way::Line => {
                    self.part.array = self.part.array.map(|_| Comma::Allowed);
                    let Some(starts) = &starts else {
                        break memchr(b'\n', rest).map(|end| at + end);
                    };
                    if let Some(end) = next_line(rest, starts) {
                        self.part.mid_line = false;
                        break Some(at + end);
                    }
                    // It may begin with the last bytes.
                    let kept = if done { 0 } else { starts.len() + BOM.len() };
                    at += rest.len().saturating_sub(kept);
                    self.passing = Some(Passing {
                        way,
                        starts: Some(starts.clone()),
                    });
                    return match at {
                        0 => Cut::More,
                        end => Cut::Pass { end, bad: None },
                    };
                }
            }
        };
        let ended = done && matches!(way, Way::Word);
        if end.is_none() && !ended {
            self.passing = Some(Passing { way, starts });
        }
        match end.unwrap_or(bytes.len()) {
            0 => self.cut(bytes, done),
            end => Cut::Pass { end, bad: None },
        }
    }
}

/// Whether an object or an array begins here.
fn opens(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{") || bytes.starts_with(b"[")
}

impl Inside {
    /// Reads until the value ends or an error occurs. `documents` says whether the value is a
    /// document, after which a line may begin with another.
    fn pass(&mut self, bytes: &[u8], options: &ReadOptions, documents: bool) -> Option<Stop> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if std::mem::take(&mut self.escaped) && *byte >= b' ' => {}
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(Stop::End(at + 1));
                        }
                    }
                    0..b' ' => return Some(Stop::Wrong(at)),
                    _ => {}
                }
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' => continue,
                b'\n' => {
                    self.line_ended = true;
                    continue;
                }
                b'"' => self.in_string = true,
                b'{' if documents && self.closed && self.line_ended => {
                    return Some(Stop::Start(at));
                }
                b'{' | b'[' if self.depth >= options.nesting => return Some(Stop::Wrong(at)),
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(Stop::End(at + 1));
                    }
                }
                _ => {}
            }
            (self.closed, self.line_ended) = (*byte == b'}', false);
        }
        None
    }
}
