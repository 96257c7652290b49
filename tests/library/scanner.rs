//! Scanners, which own what they scan with, against scans.

use proptest::prelude::*;
use qualys_filter::eval::{Cut, Cutter, Part, Scanner, SetScanner};
use qualys_filter::{
    BadEvent, Filter, FilterId, FilterSet, Limits, Matches, ScanOptions, Schema, SetHit,
};
use testkit::checked;

const TEXTS: [&str; 8] = [
    "{\"a\":1}\n{\"a\":2}\n\n{\"a\":1}\r\n",
    "[{\"a\":1}, {\"b\":[{\"a\":1}]},\n{\"a\":1}]\n{\"a\":1}",
    "{\n\"a\":\n1\n}\n{\"b\":\n{}}{\"a\":1}",
    "{\"a\":1}\n{\"a\": x}\n{\"a\":1}\nnot JSON {\"a\":1}\n{\"a\":1}",
    "\u{feff}{\"a\":1}\n{\"b\":\"}\\n{\\\"a\\\":1}\"}\n{\"a\":1}",
    "[{\"a\":1},{\"a\":1}",
    "{\"a\":1",
    "",
];

fn filter() -> Filter {
    checked("a:1", Schema::open()).compile()
}

fn set() -> FilterSet {
    let filters = ["a:1", "b IS NOT NULL", "NOT a:1"];
    FilterSet::new(filters.map(|text| checked(text, Schema::open()).clone()))
}

/// What is found: the range in the whole, with the filters or the error.
type Found = Vec<(usize, usize, String)>;

fn told(found: Result<SetHit, BadEvent>, offset: usize) -> (usize, usize, String) {
    let (range, what) = match found {
        Ok(hit) => (hit.range, format!("{:?}", hit.ids)),
        Err(bad) => (bad.range, bad.error.kind().to_string()),
    };
    (offset + range.start, offset + range.end, what)
}

fn of_one(range: std::ops::Range<usize>) -> SetHit {
    let ids = vec![FilterId::new(0)];
    SetHit { range, ids }
}

/// All that can be asked: one filter or many, lenient and strict, with options.
struct Pair {
    one: Filter,
    many: FilterSet,
    options: ScanOptions,
}

fn pairs() -> Vec<Pair> {
    let options = ScanOptions::default;
    let all = [
        options(),
        options().with_count(true),
        options().with_invert(true),
    ];
    let pair = |options: ScanOptions, is_strict: bool| match is_strict {
        true => Pair {
            one: filter().strict(),
            many: set().strict(),
            options,
        },
        false => Pair {
            one: filter(),
            many: set(),
            options,
        },
    };
    let both = |options: ScanOptions| [pair(options.clone(), false), pair(options, true)];
    all.into_iter().flat_map(both).collect()
}

impl Pair {
    /// What scans of the whole find, and how many events they read.
    fn scanned(&self, bytes: &[u8]) -> ([Found; 2], [u64; 2]) {
        let mut one = self.one.scan_with(bytes, &self.options);
        let mut many = self.many.scan_with(bytes, &self.options);
        let ones = one
            .by_ref()
            .map(|hit| told(hit.map(|hit| of_one(hit.range)), 0));
        let manys = many.by_ref().map(|hit| told(hit, 0));
        let found = [ones.collect(), manys.collect()];
        (found, [one.events(), many.events()])
    }
}

/// One scanner of each kind, used for one buffer after the other.
struct Scanners {
    one: Scanner,
    many: SetScanner,
    matches: Matches,
    found: [Found; 2],
    events: [u64; 2],
}

impl Scanners {
    fn new(pair: &Pair) -> Scanners {
        Scanners {
            one: Scanner::new(pair.one.clone(), &pair.options),
            many: SetScanner::new(pair.many.clone(), &pair.options),
            matches: Matches::new(),
            found: Default::default(),
            events: [0, 0],
        }
    }

    /// Scans a block. Before each call it is moved to memory of its own.
    fn block(&mut self, bytes: &[u8], part: &Part, offset: usize) {
        self.one.reset_to(part);
        self.many.reset_to(part);
        let mut last = 0;
        loop {
            let bytes = bytes.to_vec();
            let Some(hit) = self.one.next(&bytes) else {
                break;
            };
            assert!(last <= self.one.position() && self.one.position() <= bytes.len());
            last = self.one.position();
            self.found[0].push(told(hit.map(|hit| of_one(hit.range)), offset));
        }
        // Both ways of asking a set say the same, so they may take turns.
        loop {
            let bytes = bytes.to_vec();
            let hit = match self.found[1].len() % 2 {
                0 => self.many.next(&bytes),
                _ => self.many.next_into(&bytes, &mut self.matches).map(|hit| {
                    hit.map(|range| SetHit {
                        range,
                        ids: self.matches.iter().collect(),
                    })
                }),
            };
            let Some(hit) = hit else { break };
            self.found[1].push(told(hit, offset));
        }
        assert_eq!(self.one.next(bytes), None);
        assert_eq!(self.many.next(bytes), None);
        self.events[0] += self.one.events();
        self.events[1] += self.many.events();
    }
}

#[test]
fn a_scanner_finds_in_a_stream_what_a_scan_finds_in_the_whole() {
    for text in TEXTS {
        let bytes = text.as_bytes();
        for pair in pairs() {
            let (found, events) = pair.scanned(bytes);
            for first in 0..=bytes.len() {
                let mut scanners = Scanners::new(&pair);
                let mut cutter = Cutter::new(&Limits::default());
                let (mut start, mut read) = (0, first);
                loop {
                    let held = &bytes[start..read];
                    match cutter.cut(held, read == bytes.len()) {
                        Cut::More => read = bytes.len(),
                        Cut::Block { end, part } => {
                            scanners.block(&held[..end], &part, start);
                            start += end;
                        }
                        Cut::End => break,
                        other => panic!("{other:?}"),
                    }
                }
                assert_eq!(scanners.found, found, "{text:?} cut at {first}");
                if pair.options.count {
                    assert_eq!(scanners.events, events, "{text:?} cut at {first}");
                }
            }
        }
    }
}

#[test]
fn a_scanner_that_is_reset_knows_nothing_of_the_buffer_before() {
    for pair in pairs() {
        let mut scanners = Scanners::new(&pair);
        for text in TEXTS {
            for end in 0..=text.len() {
                let bytes = &text.as_bytes()[..end];
                (scanners.found, scanners.events) = Default::default();
                scanners.block(bytes, &Part::default(), 0);
                let answer = (scanners.found.clone(), scanners.events);
                assert_eq!(answer, pair.scanned(bytes), "{text:?} up to {end}");
            }
        }
    }
}

#[test]
fn a_scanner_keeps_the_filters_that_it_was_made_with() {
    let mut set = set();
    let mut scanner = SetScanner::new(set.clone(), &ScanOptions::default());
    for id in set.ids().collect::<Vec<_>>() {
        set.remove(id);
    }
    let hit = scanner.next(b"{\"a\":1}").unwrap().unwrap();
    assert_eq!(hit.ids, [FilterId::new(0)]);
    assert_eq!(scanner.line(b"{\"a\":1}", hit.range.start), 1);
    scanner.reset();
    assert_eq!((scanner.position(), scanner.events()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing panics, and every call returns, if the buffer is another each time.
    #[test]
    fn any_buffers_may_be_passed(
        buffers in prop::collection::vec("(\\{\"a\":[12x]\\}|[\\[\\]{},:\"a1\n \u{feff}]|\\[\\{\"a\":1\\},){0,12}", 1..12),
        root in any::<bool>(),
    ) {
        for mut pair in pairs() {
            if root {
                pair.options = pair.options.with_root("a".parse().unwrap());
            }
            let mut scanners = Scanners::new(&pair);
            for buffer in &buffers {
                for _ in 0..2 {
                    let one = scanners.one.next(buffer.as_bytes());
                    let many = scanners.many.next(buffer.as_bytes());
                    scanners.one.line(buffer.as_bytes(), scanners.one.position());
                    drop((one, many));
                }
            }
        }
    }
}
