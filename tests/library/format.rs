//! How queries are broken into lines: a snapshot to read, and the edges of what fits on one.

use qualys_filter::Query;
use qualys_filter::syntax::{Comment, Layout};

const FILTERS: &[&str] = &[
    "type: FILE",
    "a: 1 AND b: 2 OR c: 3",
    "(a: 1 OR b: 2) AND NOT c: 3",
    "NOT (a: 1 AND b: 2)",
    "NOT NOT (a: 1 OR b: 2 OR c: 3) OR d: 4",
    "file.name: [a.dll, 'b b', \"c'd\", 'e\"f', `g`, 'h\\\\i']",
    "file.name: (a OR 'b b' AND c OR d)",
    "file.certificates: (signed: true AND NOT issuer: (a OR b))",
    "process.name: ('ä' OR 'ö') AND z: 1",
    "indicator: (family: (a OR b) AND verdict: [x, y]) AND (score > 5 OR (score: [1 .. 3] AND c: 1))",
    "free AND \"free text\" OR x IS NOT NULL",
];

fn at(width: usize) -> Layout {
    Layout::default().with_width(width)
}

#[test]
fn long_filters_are_broken_at_their_words() {
    let mut shown = String::new();
    for text in FILTERS {
        let query: Query = text.parse().unwrap();
        for width in [1, 20, 36, 60] {
            shown += &format!("--- {width}\n{}\n", query.format(&at(width)));
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_just_fits_stands_on_one_line() {
    for text in FILTERS {
        let query: Query = text.parse().unwrap();
        let line = query.format(&at(usize::MAX));
        assert!(!line.contains('\n'));
        let width = line.chars().count();
        assert_eq!(query.format(&at(width)), line);
        // Values on their own cannot be broken.
        let broken = query.format(&at(width - 1));
        assert_eq!(broken.contains('\n'), *text != "type: FILE", "{broken}");
    }
}

#[test]
fn what_just_fits_behind_other_words_stands_there() {
    // The columns before it count, and so do those it is moved to the right by.
    let query: Query = "(NOT (a: 1 OR b: 2) OR c: 3)".parse().unwrap();
    let broken = "(\n  NOT (a:1 OR b:2)\n  OR c:3\n)";
    assert_eq!(query.format(&at(19)), broken);
    assert_ne!(query.format(&at(17)), broken);
    let shorter = "(\n  NOT (\n    a:1 OR b:2\n  )\n  OR c:3\n)";
    assert_eq!(query.format(&at(17)), shorter);
    assert_eq!(query.format(&at(14)), shorter);
    assert_ne!(query.format(&at(13)), shorter);
}

#[test]
fn comments_stand_before_what_they_stood_before() {
    let mut shown = String::new();
    for text in FILTERS {
        let query: Query = text.parse().unwrap();
        let blanks: Vec<u32> = text.match_indices(' ').map(|(at, _)| at as u32).collect();
        let comment = |(number, at): (usize, &u32)| {
            let text = format!("# {number}");
            Comment { at: *at, text }
        };
        for which in [&blanks[..], &blanks[..1], &blanks[blanks.len() - 1..]] {
            let comments = which.iter().enumerate().map(comment).collect();
            let layout = Layout::default().with_width(60).with_comments(comments);
            shown += &format!("---\n{}\n", query.format(&layout));
        }
    }
    insta::assert_snapshot!(shown);
}
