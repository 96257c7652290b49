//! Filters in strings of programs.

use std::fs;

use crate::run::{folder, qlint_in};

/// Two programs with filters that `==` makes wrong, and with text that only looks like filters.
const PYTHON: &str = include_str!("../data/hosts/lookup.py");
const SCRIPT: &str = include_str!("../data/hosts/lookup.ts");

/// The place and the code of each finding.
fn found(text: &str) -> Vec<String> {
    let of_line = |line: &str| {
        let (place, rest) = line.split_once(": ")?;
        let code = rest.split_once(']')?.0.rsplit("::").next()?;
        Some(format!("{place} {code}"))
    };
    text.lines().filter_map(of_line).collect()
}

#[test]
fn findings_have_their_places_in_programs() {
    let folder = folder(&[("lookup.py", PYTHON), ("lookup.ts", SCRIPT)]);
    let run = qlint_in(
        folder.path(),
        &["check", "--schema", "edr", "--verbose", "."],
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    let right = [
        "lookup.py:3:19 double_equals",
        "lookup.py:7:12 double_equals",
        "lookup.py:12:63 double_equals",
        "lookup.py:13:39 interpolated_value",
        "lookup.py:13:55 double_equals",
        "lookup.py:14:80 interpolated_value",
        "lookup.py:16:31 double_equals",
        "lookup.py:16:45 interpolated_value",
        "lookup.py:20:13 double_equals",
        "lookup.py:21:24 interpolated_value",
        "lookup.ts:3:38 double_equals",
        "lookup.ts:4:19 double_equals",
        "lookup.ts:9:34 double_equals",
        "lookup.ts:9:57 interpolated_value",
        "lookup.ts:10:59 double_equals",
        "lookup.ts:10:70 interpolated_value",
    ];
    assert_eq!(found(&run.stdout), right, "{}", run.stdout);
}

#[test]
fn fixes_are_written_in_the_strings_of_programs() {
    let folder = folder(&[("lookup.py", PYTHON), ("lookup.ts", SCRIPT)]);
    let run = qlint_in(folder.path(), &["check", "--schema", "edr", "--fix", "."]);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
    for (name, before, kept) in [
        (
            "lookup.py",
            PYTHON,
            &[
                "filter=\"type==FILE\" in",
                "\"action==CREATED \"",
                "\"type==PROCESS and \" + filter",
            ][..],
        ),
        (
            "lookup.ts",
            SCRIPT,
            &["filter: \"type==FILE\"", "'type==FILE and ' + rest"][..],
        ),
    ] {
        let mut right = before.replace("==", ":");
        for kept in kept {
            right = right.replace(&kept.replace("==", ":"), kept);
        }
        let after = fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(after, right, "{name}");
    }
}

#[test]
fn filters_with_holes_are_neither_run_nor_formatted() {
    let text = "QQL = f'type : FILE and file.name:\"{x}\"'\nBASE_QQL = 'type : FILE'\n";
    let folder = folder(&[("a.py", text)]);
    let said = "a.py:1: a program fills places of this filter";
    let explained = qlint_in(folder.path(), &["explain", "--schema", "edr", "a.py"]);
    assert!(explained.stderr.contains(said), "{}", explained.stderr);
    assert!(explained.stdout.contains("a.py:2"), "{}", explained.stdout);
    let event = folder.path().join("e.json");
    fs::write(&event, "{\"type\": \"FILE\"}\n").unwrap();
    let matched = qlint_in(
        folder.path(),
        &["match", "--schema", "edr", "-f", "a.py", "e.json"],
    );
    assert!(matched.stderr.contains(said), "{}", matched.stderr);
    assert!(matched.stdout.contains("FILE"), "{}", matched.stdout);
    qlint_in(folder.path(), &["fmt", "a.py"]);
    let after = fs::read_to_string(folder.path().join("a.py")).unwrap();
    assert_eq!(after, text.replace("'type : FILE'", "'type:FILE'"));
}
