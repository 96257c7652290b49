//! Streams cut into blocks, against a scan of the whole.

use proptest::prelude::*;
use qualys_filter::eval::{Cut, Cutter, Part};
use qualys_filter::{BadEvent, CheckOptions, Filter, Limits, Query, ScanOptions, Schema};

/// How many blanks at the start of a line a cutter may hold.
const INDENT: usize = 1 << 12;

fn filter(text: &str, limits: &Limits) -> Filter {
    let options = CheckOptions::default().with_limits(limits.clone());
    let query = text.parse::<Query>().unwrap();
    let checked = query.check_with(Schema::open(), &options).unwrap();
    checked.compile()
}

/// What was found: its kind, its place, its line.
type Found = Vec<(String, usize, u64)>;

fn whole(filter: &Filter, bytes: &[u8]) -> Found {
    scan(filter, bytes, Part::default(), 0, 0)
}

fn scan(filter: &Filter, bytes: &[u8], part: Part, offset: usize, lines: u64) -> Found {
    let options = ScanOptions::default().with_part(part);
    let mut scan = filter.scan_with(bytes, &options);
    let mut found = Vec::new();
    while let Some(event) = scan.next() {
        found.push(match event {
            Ok(hit) => {
                let line = scan.line(hit.range.start);
                let text = format!("hit of {}", hit.range.len());
                (text, offset + hit.range.start, lines + line)
            }
            Err(bad) => told(&bad, offset, lines),
        });
    }
    found
}

fn told(bad: &BadEvent, offset: usize, lines: u64) -> (String, usize, u64) {
    let kind = bad.error.kind().to_string();
    (kind, offset + bad.error.offset(), lines + bad.line)
}

/// The same, cut into blocks; and the most bytes that were held.
fn cut(filter: &Filter, limits: &Limits, bytes: &[u8], steps: &[usize]) -> (Found, usize) {
    let mut cutter = Cutter::new(limits);
    let (mut start, mut read, mut most) = (0, 0, 0);
    let mut steps = steps.iter().copied().cycle();
    let mut found = Vec::new();
    let lines = |end: usize| memchr::memchr_iter(b'\n', &bytes[..end]).count() as u64;
    loop {
        let held = &bytes[start..read];
        most = most.max(held.len());
        start += match cutter.cut(held, read == bytes.len()) {
            Cut::More => {
                assert!(read < bytes.len(), "there is no more");
                read = bytes.len().min(read + steps.next().unwrap());
                continue;
            }
            Cut::Block { end, part } => {
                found.extend(scan(filter, &held[..end], part, start, lines(start)));
                end
            }
            Cut::Pass { end, bad } => {
                assert!(end > 0 || bad.is_some());
                found.extend(bad.iter().map(|bad| told(bad, start, lines(start))));
                end
            }
            Cut::End => break,
        };
    }
    assert_eq!(start, bytes.len());
    (found, most)
}

fn check(bytes: &[u8], limit: usize, steps: &[usize]) -> Result<(), TestCaseError> {
    let limits = Limits::default().with_event_bytes(limit);
    let filter = filter("a:1 OR a:2", &limits);
    for filter in [filter.strict(), filter] {
        let shown = String::from_utf8_lossy(bytes);
        let (found, most) = cut(&filter, &limits, bytes, steps);
        prop_assert_eq!(found, whole(&filter, bytes), "{:?}", shown);
        let step = steps.iter().max().unwrap();
        prop_assert!(
            most <= limit + step + INDENT,
            "{} bytes for {}",
            most,
            limit
        );
    }
    Ok(())
}

/// Documents, some of them long, as they are in files.
fn documents() -> impl Strategy<Value = String> {
    let document = prop_oneof![
        4 => "\\{\"a\":[0-3]\\}",
        1 => "\\{\"b\":\"[{}\\[\\],a ]{0,20}(\\\\\")?\",\"a\":1\\}",
        1 => "\\{\n  \"b\": \\[\n\\{\\},\n\\{\"c\":[0-9]{1,9}\\}\n\\],\n  \"a\": 1\n\\}",
    ];
    let one = prop_oneof![
        3 => document.clone(),
        1 => "[0-9]{1,30}|\"[a-c]{0,30}\"|true",
    ];
    let array = prop::collection::vec((one, "[ \n]{0,3},[ \n]{0,2}"), 0..5).prop_map(|all| {
        let all: Vec<String> = all.into_iter().map(|(a, b)| a + &b).collect();
        format!("[{}]", all.concat().trim_end_matches([',', ' ', '\n']))
    });
    let value = prop_oneof![3 => document, 1 => array];
    let between = "\n|\n|\r\n|[ \n\t]{0,40}|\n\u{feff}|\u{feff}";
    prop::collection::vec((value, between), 0..12).prop_map(|all| {
        let all: Vec<String> = all.into_iter().map(|(a, b)| a + &b).collect();
        all.concat()
    })
}

/// Lines, many of them broken, that go on over no line break.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => "\\{\"a\":[0-3]\\}",
        1 => "\\{\"a\":[0-3]\\} *",
        2 => "[a-c:1 \u{0}\u{1}]{1,30}",
        1 => "\\{\"a\":[0-3],[a-c]{0,20}\\}",
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_find_what_the_whole_has(
        text in prop_oneof![documents(), lines()],
        limit in prop_oneof![4_usize..60, Just(1000)],
        steps in prop::collection::vec(1_usize..40, 1..6),
    ) {
        check(text.as_bytes(), limit, &steps)?;
    }

    #[test]
    fn any_bytes_are_cut_and_few_are_held(
        text in prop::collection::vec(prop::sample::select(&b"{}{}[]\",,::\n\n\\ 1a\0\xef\xbb\xbf"[..]), 0..200),
        limit in 4_usize..60,
        steps in prop::collection::vec(1_usize..40, 1..6),
    ) {
        let limits = Limits::default().with_event_bytes(limit);
        let filter = filter("a:1", &limits);
        let (_, most) = cut(&filter, &limits, &text, &steps);
        prop_assert!(most <= limit + 40 + INDENT);
    }
}
