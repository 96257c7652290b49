//! A case: what is read, and how. Bytes decide all of it.

use std::fmt;
use std::io::Write;

use flate2::{Compression, GzBuilder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// The length of the longest text, which has at most a thousand blocks.
const LONGEST: usize = 1 << 18;
/// Limits of an event to choose from.
const LIMITS: [usize; 6] = [30, 4, 100, 1_000, 20_000, 1 << 24];

/// What a text consists of. This decides what can be said of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Valid JSON, also over several lines, and arrays of it.
    Documents,
    /// Valid and broken lines. No document spans lines.
    Lines,
    /// Any bytes.
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

/// What happened to the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    None,
    /// The file is cut after so many bytes.
    Cut(usize),
    /// One byte is changed.
    Spoilt(usize),
}

/// How a file is read.
#[derive(Clone, Debug)]
pub(super) enum Way {
    File {
        mmap: bool,
    },
    /// From a stream, in pieces of these sizes, again and again.
    Stream(Vec<usize>),
}

/// A file, and how it is read.
#[derive(Debug)]
pub(crate) struct Case {
    pub(super) text: Vec<u8>,
    /// The offsets of its lines or documents, if it consists of them.
    pub(super) starts: Vec<usize>,
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
    pub(super) packing: Packing,
    /// The text as it is encoded, before it is packed.
    pub(super) encoded: Vec<u8>,
    /// The file as it is read.
    pub(super) file: Vec<u8>,
    /// The offsets in the file at which its parts end, with the offsets in `encoded`.
    pub(super) ends: Vec<(usize, usize)>,
    pub(super) harm: Harm,
    pub(super) way: Way,
    /// About how long blocks are.
    pub(super) block: usize,
    /// How many bytes an event may have.
    pub(super) limit: usize,
    pub(super) strict: bool,
    pub(super) threads: usize,
}

impl Case {
    pub(crate) fn new(bytes: &[u8]) -> Case {
        let mut dice = Dice(bytes);
        let kind = [Kind::Lines, Kind::Documents, Kind::Any][dice.below(3)];
        let encoding = match dice.below(6) {
            4 => Encoding::Utf16 { big_endian: false },
            5 => Encoding::Utf16 { big_endian: true },
            _ => Encoding::Utf8,
        };
        let packing = [Packing::None, Packing::Gzip, Packing::Zstd][dice.below(3)];
        let harm = dice.below(8);
        let way = match dice.below(4) {
            0 => Way::File { mmap: false },
            1 => Way::File { mmap: true },
            _ => Way::Stream((0..=dice.below(3)).map(|_| 1 + dice.wide()).collect()),
        };
        let block = (16 << dice.below(13)) + dice.below(16);
        let limit = LIMITS[dice.below(LIMITS.len())] + dice.below(8);
        let strict = dice.below(2) == 1;
        // Starting threads takes longer than most of the rest.
        let threads = [1, 1, 1, 1, 1, 1, 2, 3][dice.below(8)];
        let (harm_at, harm_by) = (dice.wide(), dice.byte());
        let members: Vec<usize> = (0..dice.below(4)).map(|_| dice.wide()).collect();
        let mut packer = dice.split(12);
        let (mut text, starts) = dice.text(kind, LONGEST.min(block << 10));
        if encoding != Encoding::Utf8 {
            text = String::from_utf8_lossy(&text).into_owned().into_bytes();
        }
        let encoded = encoded(&text, encoding);
        let (mut file, ends) = packed(&encoded, packing, &members, &mut packer);
        let harm = match (harm, file.len()) {
            (6, 1..) => Harm::Cut(harm_at % file.len()),
            (7, 1..) => Harm::Spoilt(harm_at % file.len()),
            _ => Harm::None,
        };
        match harm {
            Harm::None => {}
            Harm::Cut(at) => file.truncate(at),
            Harm::Spoilt(at) => file[at] ^= harm_by.max(1),
        }
        Case {
            text,
            starts,
            kind,
            encoding,
            packing,
            encoded,
            file,
            ends,
            harm,
            way,
            block,
            limit,
            strict,
            threads,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.text.get(..2_000).unwrap_or(&self.text);
        write!(
            f,
            "{:?}, {:?}, {:?} with ends {:?}, {:?}, {:?}, blocks of {}, events of {}, strict {}, {} threads, {} bytes of text: {}",
            self.kind,
            self.encoding,
            self.packing,
            self.ends,
            self.harm,
            self.way,
            self.block,
            self.limit,
            self.strict,
            self.threads,
            self.text.len(),
            start.escape_ascii()
        )
    }
}

/// The bytes that decide, followed by zeros.
struct Dice<'a>(&'a [u8]);

impl<'a> Dice<'a> {
    /// The next bytes, unchanged.
    fn split(&mut self, count: usize) -> Dice<'a> {
        let (first, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        Dice(first)
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn wide(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// Takes one byte, so that a change of it moves no other choice.
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }

    /// A count: one in most cases, large in a few.
    fn often(&mut self) -> usize {
        match self.byte() {
            few @ 0..=199 => 1 + usize::from(few) / 64,
            some @ 200..=247 => usize::from(some) - 190,
            many => usize::from(many - 247) * 250,
        }
    }

    /// A text, and the offsets of its parts.
    fn text(&mut self, kind: Kind, longest: usize) -> (Vec<u8>, Vec<usize>) {
        let (mut text, mut starts) = (Vec::new(), Vec::new());
        if kind == Kind::Any {
            text.extend_from_slice(self.0);
            return (text, starts);
        }
        while !self.0.is_empty() && text.len() < longest {
            let one = match kind {
                Kind::Lines => self.line(),
                _ => self.value().into_bytes(),
            };
            let many = self.often().min(longest / one.len().max(1));
            starts.extend((0..many).map(|at| text.len() + at * one.len()));
            text.extend(one.repeat(many));
        }
        (text, starts)
    }

    fn number(&mut self) -> String {
        match self.byte() {
            small @ 0..=199 => (small % 4).to_string(),
            long => "12345678".repeat(usize::from(long - 198)),
        }
    }

    /// The contents of a string.
    fn inside(&mut self) -> String {
        let one = self.pick(&[
            "x",
            "[{",
            "}]",
            "\\\"",
            "\\\\",
            ",",
            "é",
            "日",
            "😀",
            " ",
            "{\\\"a\\\":1}\\n",
            "\u{feff}",
        ]);
        one.repeat(self.often())
    }

    fn document(&mut self) -> String {
        let (number, long) = (self.number(), self.below(8));
        match long {
            0..=3 => format!("{{\"a\":{number}}}"),
            4 => format!("{{\"b\":\"{}\",\"a\":{number}}}", self.inside()),
            5 => format!(
                "{{\n  \"b\": [\n{{}},\n{{\"c\":{number}}}\n{}],\n  \"a\": 1\n}}",
                " ".repeat(self.often())
            ),
            6 => format!(
                "{{\"c\":{{\r\n}},\"a\":{{}}{}}}",
                ",\"b\":2".repeat(self.often())
            ),
            _ => "{}".to_owned(),
        }
    }

    fn blanks(&mut self) -> String {
        let one = self.pick(&["\n", "", " ", "\r\n", "\t", "\n\n ", "\n  "]);
        one.repeat(self.often())
    }

    /// A document or an array of them, with the blanks after it.
    fn value(&mut self) -> String {
        let mut value = match self.below(4) {
            3 => {
                let mut array = "[".to_owned();
                for at in 0..self.below(6) {
                    if at > 0 {
                        array += &format!("{},{}", self.blanks(), self.blanks());
                    }
                    array += &match self.below(4) {
                        3 => match self.below(3) {
                            0 => self.number(),
                            1 => format!("\"{}\"", self.inside()),
                            _ => "true".to_owned(),
                        },
                        _ => self.document(),
                    };
                    let more = format!(",{}{}", self.blanks(), self.document());
                    array += &more.repeat(self.often() - 1);
                }
                array + &self.blanks() + "]"
            }
            _ => self.document(),
        };
        value += match self.below(4) {
            0 => "\n",
            1 => "",
            2 => "\n\u{feff}",
            _ => "\r\n",
        };
        if self.below(2) == 1 {
            value += &self.blanks();
        }
        value
    }

    /// A line without brackets, or with brackets that are closed in it.
    fn line(&mut self) -> Vec<u8> {
        let number = self.number();
        let mut line = match self.below(8) {
            0..=2 => format!("{{\"a\":{number}}}").into_bytes(),
            3 => format!("{}{{\"a\":{number}}} {{\"b\":2}}\t", self.blanks()).into_bytes(),
            4 => format!(
                "{{\"a\":{number},{}}}",
                self.pick(&["b", ":", "1 ", "\u{1}"])
            )
            .into_bytes(),
            5 => format!(
                "{{\"b\":\"{}\",\"a\":1}}",
                self.pick(&["x", "é", "😀", ","]).repeat(self.often())
            )
            .into_bytes(),
            6 => [&b"{\"a\":1,\"c\":\""[..], &[self.byte() | 0x80], b"\"}"].concat(),
            _ => {
                let one = self.pick(&["a", "1", ":", ",", "tru", "\0", "-", ".", "\u{feff}", "é"]);
                one.repeat(self.often()).into_bytes()
            }
        };
        line.extend_from_slice(self.pick(&["\n", "\n", "\r\n", "\n\n"]).as_bytes());
        line
    }
}

fn encoded(text: &[u8], encoding: Encoding) -> Vec<u8> {
    let Encoding::Utf16 { big_endian } = encoding else {
        return text.to_vec();
    };
    let text = String::from_utf8_lossy(text);
    let units = ['\u{feff}'].into_iter().chain(text.chars());
    let mut bytes = Vec::new();
    for char in units {
        for unit in char.encode_utf16(&mut [0; 2]) {
            bytes.extend(match big_endian {
                true => unit.to_be_bytes(),
                false => unit.to_le_bytes(),
            });
        }
    }
    bytes
}

/// The bytes between the cuts, each packed as a part, and the offsets at which parts end.
fn packed(
    bytes: &[u8],
    packing: Packing,
    cuts: &[usize],
    dice: &mut Dice<'_>,
) -> (Vec<u8>, Vec<(usize, usize)>) {
    if packing == Packing::None {
        return (bytes.to_vec(), Vec::new());
    }
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    cuts.push(bytes.len());
    let (mut file, mut ends, mut start) = (Vec::new(), Vec::new(), 0);
    for end in cuts {
        let part = &bytes[start..end];
        if packing == Packing::Gzip {
            file.extend(gzip(part, dice));
        } else {
            if dice.below(3) == 1 {
                let length = dice.byte();
                file.extend([0x50 | length & 0xf, 0x2a, 0x4d, 0x18, length, 0, 0, 0]);
                file.extend(std::iter::repeat_n(length, usize::from(length)));
                ends.push((file.len(), start));
            }
            let level = match dice.below(3) {
                1 => CompressionLevel::Uncompressed,
                _ => CompressionLevel::Fastest,
            };
            file.extend(compress_to_vec(part, level));
        }
        ends.push((file.len(), end));
        start = end;
    }
    if packing == Packing::Gzip && dice.below(4) == 1 {
        // Tapes pad their blocks with zeros.
        for _ in 0..dice.byte() {
            file.push(0);
            ends.push((file.len(), start));
        }
    }
    (file, ends)
}

fn gzip(part: &[u8], dice: &mut Dice<'_>) -> Vec<u8> {
    let mut header = GzBuilder::new();
    if dice.below(4) == 1 {
        header = header.filename("events.json");
    }
    if dice.below(4) == 1 {
        header = header.comment("all of them").extra("ab");
    }
    let level = Compression::new([1, 0, 6][dice.below(3)]);
    let mut gzip = header.write(Vec::new(), level);
    gzip.write_all(part).expect("vectors grow");
    gzip.finish().expect("vectors grow")
}
