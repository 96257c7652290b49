//! A stream that is cut into blocks of any size has the matches and the bad events of the whole where
//! no document goes over lines, and no more is held than an event and what is read at once.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use qualys_filter::eval::{Cut, Cutter, Part};
use qualys_filter::{BadEvent, CheckOptions, Filter, Limits, Query, ScanOptions, Schema};

const LIMIT: usize = 100;
/// How many blanks at the start of a line a cutter may hold.
const INDENT: usize = 1 << 12;

static FILTER: LazyLock<Filter> = LazyLock::new(|| {
    let options = CheckOptions::default().with_limits(limits());
    let query: Query = "a:1 OR b:2".parse().expect("the filter is good");
    let checked = query.check_with(Schema::open(), &options);
    checked.expect("the filter is good").compile().strict()
});

fn limits() -> Limits {
    Limits::default().with_event_bytes(LIMIT)
}

fn scan(bytes: &[u8], part: Part, offset: usize, found: &mut Vec<(String, usize)>) {
    let options = ScanOptions::default().with_part(part);
    for event in FILTER.scan_with(bytes, &options) {
        found.push(match event {
            Ok(hit) => (
                format!("{} bytes", hit.range.len()),
                offset + hit.range.start,
            ),
            Err(bad) => told(&bad, offset),
        });
    }
}

fn told(bad: &BadEvent, offset: usize) -> (String, usize) {
    let error = bad.error;
    (error.kind().to_string(), offset + error.offset())
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (bytes, steps) = input;
    let mut steps = steps
        .iter()
        .map(|step| usize::from(*step) + 1)
        .chain(std::iter::repeat(7));
    let mut cutter = Cutter::new(&limits());
    let (mut start, mut read, mut found) = (0, 0, Vec::new());
    loop {
        let held = &bytes[start..read];
        assert!(
            held.len() <= LIMIT + INDENT + 256,
            "{} bytes are held",
            held.len()
        );
        start += match cutter.cut(held, read == bytes.len()) {
            Cut::More => {
                assert!(read < bytes.len(), "there is no more");
                read = bytes.len().min(read + steps.next().unwrap_or(1));
                continue;
            }
            Cut::Block { end, part } => {
                scan(&held[..end], part, start, &mut found);
                end
            }
            Cut::Pass { end, bad } => {
                found.extend(bad.iter().map(|bad| told(bad, start)));
                end
            }
            Cut::End => break,
        };
    }
    assert_eq!(start, bytes.len());
    // Lines that hold whole documents are the same for everyone.
    if !bytes.iter().any(|byte| matches!(byte, b'[' | b']' | b'"')) {
        let mut whole = Vec::new();
        scan(&bytes, Part::default(), 0, &mut whole);
        let one_line = |line: &[u8]| {
            let braces = line.iter().filter(|byte| b"{}".contains(byte));
            braces.fold(Some(0_u32), |depth, byte| match byte {
                b'{' => depth.map(|depth| depth + 1),
                _ => depth.and_then(|depth| depth.checked_sub(1)),
            }) == Some(0)
        };
        if bytes.split(|byte| *byte == b'\n').all(one_line) {
            assert_eq!(found, whole, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
});
