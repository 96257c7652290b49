//! Every limit: at the edge all is well, one above it is an error that names it, and a hundred times
//! above it too, at no more memory. All with 256 KiB of stack.

#![allow(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use qualys_filter::{
    CheckOptions, Checked, EventError, FilterSetBuilder, Limits, ParseErrors, Query, Schema,
};

const STACK: usize = 256 * 1024;

thread_local! {
    /// Bytes that this thread holds, and the most that it held.
    static HELD: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

fn grow(bytes: usize) {
    let (held, most) = HELD.get();
    HELD.set((held + bytes, most.max(held + bytes)));
}

fn shrink(bytes: usize) {
    let (held, most) = HELD.get();
    HELD.set((held.saturating_sub(bytes), most));
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        shrink(layout.size());
        grow(size);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What the work returns, in a thread with little stack, and the most memory that it took.
fn measured<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> (R, usize) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let (held, _) = HELD.get();
        HELD.set((held, held));
        let result = work();
        (result, HELD.get().1 - held)
    });
    thread.unwrap().join().unwrap()
}

/// The codes of the errors, in their order.
type Codes = Vec<String>;

fn codes<'d>(found: impl Iterator<Item = &'d qualys_filter::Diagnostic>) -> Codes {
    found.map(|what| what.code().to_string()).collect()
}

fn parse(text: &str, limits: &Limits) -> Result<Query, Codes> {
    Query::parse_with(text, limits).map_err(|errors| codes(errors.diagnostics()))
}

fn check(text: &str, limits: &Limits) -> Result<Checked, Codes> {
    let query = parse(text, limits)?;
    let options = CheckOptions::default().with_limits(limits.clone());
    query
        .check_with(Schema::edr(), &options)
        .map_err(|errors| codes(errors.diagnostics()))
}

/// The defaults, but for the length of the text, which would come first.
fn long() -> Limits {
    Limits::default().with_query_bytes(usize::MAX)
}

/// Text that measures so much takes no more than `memory` bytes to be read and checked.
fn holds(name: &str, limits: Limits, edge: usize, memory: usize, text: fn(usize) -> String) {
    for (size, over) in [(edge, false), (edge + 1, true), (edge * 100, true)] {
        let text = text(size);
        let length = text.len();
        let limits = limits.clone();
        let (result, took) = measured(move || check(&text, &limits).map(|_| ()));
        let right = if over {
            Err(vec![name.to_owned()])
        } else {
            Ok(())
        };
        assert_eq!(result, right, "{name}: {size}");
        // What is over the limit is read on for more mistakes, in proportion to the text.
        let most = if over {
            memory.max(16 * length)
        } else {
            memory
        };
        assert!(took <= most, "{name}: {size} took {took} bytes");
        println!("{name}: {size} took {took} bytes");
    }
}

const MIB: usize = 1 << 20;

#[test]
fn query_bytes() {
    let text = |size: usize| format!("type:{}", "F".repeat(size - 5));
    holds(
        "qql::parse::query_too_long",
        Limits::default(),
        65_536,
        MIB,
        text,
    );
    // The worst that fits.
    let clauses = vec!["a:1"; 1000].join(" OR ");
    let (result, took) = measured(move || check(&clauses, &Limits::default()).map(|_| ()));
    assert_eq!(result, Ok(()));
    assert!(took < 2 * MIB, "{took}");
    let mistakes = "a == ".repeat(13_000);
    let (result, took) = measured(move || parse(&mistakes, &Limits::default()).map(|_| ()));
    assert!(result.is_err());
    assert!(took < 16 * MIB, "{took}");
}

#[test]
fn clauses() {
    let text = |size: usize| vec!["type:FILE"; size].join(" OR ");
    holds("qql::parse::too_many_clauses", long(), 1000, 2 * MIB, text);
    // Every value of a group is a clause; a list is one.
    let group = |size: usize| format!("type:({})", vec!["a"; size].join(" OR "));
    assert!(parse(&group(1000), &long()).is_ok());
    assert_eq!(
        parse(&group(1001), &long()).unwrap_err(),
        ["qql::parse::too_many_clauses"]
    );
    let list = format!("type:[{}]", vec!["a"; 1024].join(","));
    assert!(parse(&list, &long().with_clauses(1)).is_ok());
}

#[test]
fn nesting() {
    let text = |size: usize| format!("{}type:FILE{}", "(".repeat(size), ")".repeat(size));
    holds("qql::parse::nesting_too_deep", long(), 1000, MIB, text);
    let text = |size: usize| format!("{}type:FILE", "NOT ".repeat(size));
    holds("qql::parse::nesting_too_deep", long(), 1000, MIB, text);
}

#[test]
fn list_items() {
    let text = |size: usize| format!("file.name:[{}]", vec!["a"; size].join(","));
    holds("qql::parse::list_too_long", long(), 1024, MIB, text);
}

#[test]
fn wildcards() {
    let text = |size: usize| format!("file.name:\"{}\"", "a*".repeat(size));
    holds("qql::check::too_many_wildcards", long(), 32, MIB, text);
}

/// What an event ends in, by every way to read it.
fn event(event: &[u8], limits: &Limits) -> Result<bool, String> {
    let checked = check("type:FILE", limits).unwrap();
    let filter = checked.compile();
    // A set has limits of its own.
    let mut builder = FilterSetBuilder::new().with_limits(limits);
    builder.add(&checked);
    let set = builder.build().unwrap();
    let said = |error: EventError| error.code().to_string();
    let answers = [
        filter.strict().is_match(event),
        set.strict().is_match(event),
    ];
    let mut answers: Vec<_> = answers.into_iter().map(|a| a.map_err(said)).collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0)
}

#[test]
fn event_nesting() {
    for (depth, over) in [(128, false), (129, true), (12_800, true)] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = depth - 1;
            let text = format!(
                "{{\"x\":{}1{},\"type\":\"FILE\"}}",
                open.repeat(inner),
                close.repeat(inner)
            );
            let (found, took) = measured(move || event(text.as_bytes(), &Limits::default()));
            let right = match over {
                true => Err("qql::event::nesting_too_deep".to_owned()),
                false => Ok(true),
            };
            assert_eq!(found, right, "{depth}");
            assert!(took < MIB, "{depth}: {took}");
        }
    }
}

#[test]
fn event_bytes() {
    let limits = || Limits::default().with_event_bytes(1000);
    for (size, over) in [(1000, false), (1001, true), (100_000, true)] {
        let start = "{\"type\":\"FILE\",\"x\":\"";
        let text = format!("{start}{}\"}}", "a".repeat(size - start.len() - 2));
        assert_eq!(text.len(), size);
        let (found, took) = measured(move || event(text.as_bytes(), &limits()));
        let right = match over {
            true => Err("qql::event::too_long".to_owned()),
            false => Ok(true),
        };
        assert_eq!(found, right, "{size}");
        assert!(took < MIB, "{size}: {took}");
    }
    assert_eq!(Limits::default().event_bytes, 16 * MIB);
}

#[test]
fn filters() {
    let limits = Limits::default().with_filters(3);
    for (count, over) in [(3, false), (4, true), (300, true)] {
        let checked = check("type:FILE", &limits).unwrap();
        let mut builder = FilterSetBuilder::new().with_limits(&limits);
        for _ in 0..count {
            builder.add(&checked);
        }
        let built = builder.build().map(|set| set.len());
        let built = built.map_err(|error| error.code().to_string());
        let right = match over {
            true => Err("qql::set::too_many_filters".to_owned()),
            false => Ok(count),
        };
        assert_eq!(built, right, "{count}");
    }
}

#[test]
fn a_higher_limit_takes_all_that_a_lower_one_does() {
    let texts = [
        "type:FILE",
        "((type:FILE))",
        "type:[a, b, c]",
        "file.name:*a*b* OR x:1 OR y:2",
        "NOT NOT NOT x:(a OR b AND c)",
        "a == b AND c:",
    ];
    let limits = |n: usize| {
        Limits::default()
            .with_query_bytes(8 * n)
            .with_clauses(n)
            .with_nesting(n)
            .with_list_items(n)
            .with_wildcards(n)
    };
    for text in texts {
        let mut taken = false;
        for n in 0..12 {
            let takes = check(text, &limits(n)).is_ok();
            assert!(
                takes || !taken,
                "{text}: taken with {}, not with {n}",
                n - 1
            );
            taken = takes;
        }
    }
}

#[test]
fn what_is_closed_is_no_longer_deep() {
    let limits = Limits::default().with_nesting(2);
    let deep = |text: &str| parse(text, &limits).is_err();
    // Two levels at once, again and again.
    for two in [
        "((a:1))",
        "(NOT a:1)",
        "NOT NOT a:1",
        "NOT a:(1 OR 2)",
        "(a:(1 .. 2))",
        "a:(b:(1 OR 2))",
        "a:(NOT b:1)",
        "(a:(b:1) OR NOT b:1)",
    ] {
        let often = [two; 5].join(" AND ");
        assert!(!deep(&often), "{often}");
        assert!(deep(&format!("{often} OR ({two})")), "{often}");
    }
    // A parenthesis counts before what follows shows that it is that of a range.
    assert!(deep("((a:(1 .. 2)))"));
}

#[test]
fn reading_ends_with_the_last_mistake_that_is_reported() {
    // What comes later is not read, so that nothing is said of the parenthesis, which may be closed there.
    let text = format!("({}", "x: AND ".repeat(ParseErrors::MOST + 50));
    let codes = parse(&text, &Limits::default()).unwrap_err();
    let missing = vec!["qql::parse::missing_value"; ParseErrors::MOST];
    assert_eq!(codes, missing);
}

#[test]
fn time_is_linear_in_characters_that_are_mistakes() {
    // Invisible ones, in names, in words and alone; what looks like brackets and dots; other languages.
    for piece in [
        "a\u{200b}",
        "a\u{b}",
        "a\u{200b}b\u{200b}.",
        "\u{200c}",
        "（",
        "x:[a…,",
        "x:(a:b..",
        ". ",
        "a in (",
        "a not b ",
        "a is ",
        "a ~ ",
        "1 – ",
        "x &amp; ",
        "! ",
        "a between 1 and ",
    ] {
        let time = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            let start = std::time::Instant::now();
            let _ = parse(&text, &long());
            start.elapsed()
        };
        let (short, long) = (time(16 << 10), time(256 << 10));
        // 16 times the text; were it the square, it would be 256 times the time.
        let most = short * 80 + std::time::Duration::from_millis(500);
        assert!(long < most, "{piece:?}: {short:?}, {long:?}");
    }
}

/// Each character of ASCII, and each blank of Unicode, at each place of each form.
#[test]
fn any_character_anywhere_is_read_to_the_end() {
    let forms = [
        "a.b:c d AND NOT (e > 5 OR f IS NOT NULL)",
        "a:[b, \"c\", `d`]OR e:[1 .. 5) f",
        "a:(b:1 AND c:x y) or g:(h OR i AND j)",
    ];
    let blanks = ('\u{80}'..='\u{3000}').filter(|c| c.is_whitespace());
    for c in ('\0'..='\u{7f}').chain(blanks) {
        for form in forms {
            for at in 0..=form.len() {
                let mut text = form.to_owned();
                text.insert(at, c);
                if let Err(errors) = Query::parse_with(&text, &long()) {
                    assert!(errors.iter().all(|e| text.get(e.span().range()).is_some()));
                }
            }
        }
    }
}
