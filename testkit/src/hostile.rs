//! Sets of filters that are meant to be slow, and events that meet them.

/// A name, a function that makes the text of filter `n` of a given number, and an event that wakes
/// as many filters as possible.
pub struct Shape {
    pub name: &'static str,
    pub filter: fn(usize) -> String,
    pub event: fn(usize) -> String,
}

fn path(path: &str) -> String {
    format!(r#"{{"type":"FILE","file":{{"fullPath":"{path}","size":5}}}}"#)
}

pub const SHAPES: &[Shape] = &[
    Shape {
        name: "identical",
        filter: |_| "type:FILE AND file.name:a.exe".to_owned(),
        event: |_| r#"{"type":"FILE","file":{"fileName":"a.exe"}}"#.to_owned(),
    },
    Shape {
        name: "whole values one character apart",
        filter: |n| {
            let mut value = vec!['a'; 60];
            value[n % 60] = char::from_u32(0x4e00 + (n / 60) as u32).unwrap_or('b');
            format!("file.fullPath:`{}`", String::from_iter(value))
        },
        event: |_| path(&"a".repeat(60)),
    },
    Shape {
        name: "pieces one character apart",
        filter: |n| {
            let mut value = vec!['a'; 60];
            value[n % 60] = char::from_u32(0x4e00 + (n / 60) as u32).unwrap_or('b');
            format!("file.fullPath:\"*{}*\"", String::from_iter(value))
        },
        event: |count| path(&"a".repeat(count)),
    },
    Shape {
        name: "pieces inside of each other",
        filter: |n| format!("file.fullPath:\"*{}*\"", "a".repeat(n % 500 + 1)),
        event: |count| path(&"a".repeat(count)),
    },
    Shape {
        name: "beginnings of each other",
        filter: |n| format!("file.fullPath:\"{}*\"", "a".repeat(n % 500 + 1)),
        event: |count| path(&"a".repeat(count)),
    },
    Shape {
        name: "the same word",
        filter: |n| format!("file.fullPath:\"windows w{n}\""),
        event: |count| path(&"windows ".repeat(count / 100)),
    },
    Shape {
        name: "negative",
        filter: |n| format!("NOT file.fullPath:`{n}`"),
        event: |_| path("x"),
    },
    Shape {
        name: "awake",
        filter: |n| format!("type:FILE AND NOT file.fullPath:\"*{n}\""),
        event: |_| path("x"),
    },
    Shape {
        name: "ranges around each other",
        filter: |n| format!("file.size:[0 .. {}]", n + 5),
        event: |_| path("x"),
    },
    Shape {
        name: "a token each",
        filter: |n| format!("token{n}:1"),
        event: |count| {
            let members: Vec<_> = (0..count.min(10_000))
                .map(|n| format!("\"token{n}\":1"))
                .collect();
            format!("{{{}}}", members.join(","))
        },
    },
    Shape {
        name: "free text",
        filter: |n| format!("\"word{n}\""),
        event: |count| path(&"word1 ".repeat(count / 100)),
    },
    Shape {
        name: "nested groups",
        filter: |n| format!("file.properties.certificate:(signed:true AND issuer:`{n}`)"),
        event: |count| {
            let one = r#"{"certificateSigned":true,"certificateIssuer":"5"}"#;
            let all = vec![one; count / 1000 + 1].join(",");
            format!(r#"{{"file":{{"certificates":[{all}]}}}}"#)
        },
    },
];

/// Filters of a thousand clauses.
pub const LARGE: Shape = Shape {
    name: "a thousand clauses",
    filter: large,
    event: |_| path("4 7"),
};

fn large(n: usize) -> String {
    let clauses: Vec<String> = (0..1000)
        .map(|clause| format!("file.fullPath:`{n} {clause}`"))
        .collect();
    clauses.join(if n.is_multiple_of(2) { " OR " } else { " AND " })
}
