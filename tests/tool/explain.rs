//! `qlint explain`, from outside.

use std::fs;

use crate::run::{folder, qlint, qlint_in, qlint_with};

const EVENTS: &str = "tests/data/samples/events.ndjson";

#[test]
fn a_filter_is_explained() {
    let run = qlint(&[
        "explain",
        "--now",
        "2024-09-22",
        "-e",
        "type:[FILE, `PROCESS`] or file.name:(win* or a) and not (network.remote.address.ip:10.0.0.0/8 or dateTime:(2024-01 .. 2024-03]) and some words and custom.thing:5 and handle.name:* and file.size > 1 KB",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
    let run = qlint(&["explain", "-e", "type =="]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("double_equals"), "{}", run.stderr);
}

#[test]
fn an_event_is_held_against_each_condition() {
    let events = "tests/data/samples/events.ndjson";
    let explain = |filter: &str, args: &[&str]| {
        qlint(&[&["explain", "-e", filter, "--event", events], args].concat())
    };
    let run = explain(
        "type:FILE AND (file.name:energyprov.dll OR handle.name:x)",
        &[],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
    let run = explain("type:FILE", &["--number", "3"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("saw \"NETWORK\""), "{}", run.stdout);
    let run = explain("type:FILE", &["--number", "99"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no event number 99"), "{}", run.stderr);
}

#[test]
fn the_place_of_a_group_is_shown() {
    let run = qlint(&["explain", "-e", "indicator:(verdict:MALICIOUS)"]);
    let lines: Vec<&str> = run.stdout.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "in one element of indicator2",
            "└─ indicator.verdict is `MALICIOUS`, in any case  (keyword at verdict)",
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("tags.toml");
    let text = "[tokens.\"tags.name\"]\nkind = \"keyword\"\npaths = [\"tags[]\"]\n";
    fs::write(&schema, text).unwrap();
    let run = qlint(&[
        "explain",
        "-s",
        schema.to_str().unwrap(),
        "-e",
        "tags:(name:a)",
    ]);
    let lines: Vec<&str> = run.stdout.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "in one element of tags",
            "└─ tags.name is `a`, in any case  (keyword at the element itself)",
        ]
    );
}

/// Filters in every kind of file, each of them `type:FILE`.
const FILES: &[(&str, &str)] = &[
    ("a.qql", "# name: one\ntype:FILE\n\ntype:FILE\n"),
    ("b.json", r#"{"name": "three", "filter": "type:FILE"}"#),
    (
        "c.toml",
        "[[filters]]\nname = \"four\"\nfilter = \"type:FILE\"\n",
    ),
    ("d.yaml", "filters:\n  - type:FILE\n"),
    ("package.json", r#"{"type": "FILE"}"#),
];

/// The lines that say where each filter is.
fn headings(stdout: &str) -> Vec<&str> {
    let lines = stdout.lines();
    lines
        .filter(|line| line.contains('.') || line.starts_with('<'))
        .collect()
}

#[test]
fn filters_of_files_are_explained_each_with_its_place() {
    let folder = folder(FILES);
    let run = qlint_in(folder.path(), &["explain", "."]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let tree = "type:FILE\n\ntype is `FILE`, in any case  (keyword at type)\n";
    let expected = [
        format!("a.qql:2: one\n{tree}"),
        format!("a.qql:4\n{tree}"),
        format!("b.json:1: three\n{tree}"),
        format!("c.toml:3: four\n{tree}"),
        format!("d.yaml:2\n{tree}"),
    ];
    assert_eq!(run.stdout, expected.join("\n"));
    // As the other commands find them.
    let run = qlint_in(folder.path(), &["check", "--format", "json", "."]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"]["filters"], expected.len());
}

#[test]
fn files_are_read_as_the_arguments_and_the_configuration_say() {
    let config = "schema = \"edr\"\n[files]\n\"*.txt\" = \"lines\"\n";
    let folder = folder(&[
        ("qlint.toml", config),
        ("x.txt", "file.fullPath:a\n\nfile.fullPath:b\n"),
        ("y.json", r#"{"search": {"q": "file.fullPath:c"}}"#),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["explain"], args].concat());
    let shown = run(&["x.txt"]);
    assert_eq!((shown.code, &*shown.stderr), (0, ""));
    assert_eq!(headings(&shown.stdout)[0], "x.txt:1");
    assert!(shown.stdout.contains("\nx.txt:3\n"), "{}", shown.stdout);
    let isolated = run(&["--isolated", "--lines", "x.txt"]);
    let path = |fim| {
        if fim {
            "(text at fullPath)"
        } else {
            "(text at file.fullPath)"
        }
    };
    for (run, fim) in [(&shown, false), (&isolated, true)] {
        assert!(run.stdout.contains(path(fim)), "{}", run.stdout);
    }
    let keys = run(&["--keys", "search.q", "y.json"]);
    assert!(
        keys.stdout.starts_with("y.json:1: search.q\n"),
        "{}",
        keys.stdout
    );
    let nothing = run(&["y.json"]);
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.stderr.contains("name others with --keys"),
        "{}",
        nothing.stderr
    );
    let stdin = qlint_with(
        &["explain", "--stdin-filename", "z.json", "-"],
        r#"["a:1", "b:2"]"#,
    );
    assert!(stdin.stdout.starts_with("z.json:1: "), "{}", stdin.stdout);
}

#[test]
fn the_others_are_explained_where_one_is_wrong() {
    let folder = folder(&[
        ("a.qql", "type:FILE\n\ntype:\n\ntype:PROCESS\n"),
        ("b.json", "{"),
    ]);
    let run = qlint_in(folder.path(), &["explain", "a.qql"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("a.qql:3:5"), "{}", run.stderr);
    assert!(
        run.stdout.contains("a.qql:1\n") && run.stdout.contains("a.qql:5\n"),
        "{}",
        run.stdout
    );
    let run = qlint_in(folder.path(), &["explain", "b.json", "a.qql", "none.qql"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("qlint: b.json:1: "), "{}", run.stderr);
    assert!(
        run.stderr.contains("cannot read none.qql"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("a.qql:5\n"), "{}", run.stdout);
    fs::remove_file(folder.path().join("a.qql")).unwrap();
    fs::remove_file(folder.path().join("b.json")).unwrap();
    let run = qlint_in(folder.path(), &["explain", "."]);
    assert_eq!(
        (run.code, &*run.stderr),
        (2, "qlint: there is no filter to explain\n")
    );
}

#[test]
fn an_event_is_explained_for_every_filter() {
    let verdicts = |args: &[&str]| {
        let run = qlint(&[&["explain", "--event", EVENTS], args].concat());
        let lines = run.stdout.lines();
        let verdicts: Vec<bool> = lines
            .filter_map(|line| match line {
                "the event matches" => Some(true),
                "the event does not match" => Some(false),
                _ => None,
            })
            .collect();
        (run.code, verdicts)
    };
    let (file, process) = ("type:FILE", "type:PROCESS");
    assert_eq!(
        verdicts(&["-e", process, "-e", file]),
        (0, vec![false, true])
    );
    assert_eq!(
        verdicts(&["-e", process, "-e", process]),
        (1, vec![false, false])
    );
    let run = qlint(&["explain", "--event", "-", "-"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cannot be both"), "{}", run.stderr);
}

#[test]
fn values_that_say_that_there_is_none_are_named() {
    let answer = "tests/data/samples/answers/csam-asset.json";
    let args = [
        "explain",
        "-s",
        "csam",
        "-e",
        "sensors.lastVMScan < 2025",
        "--event",
        answer,
        "--number",
        "2",
    ];
    let run = qlint(&args);
    let right = "no value: sensors.lastVMScan is before 2025-01-01T00:00:00Z  (datetime at sensor.lastVMScan, where `0` is no value)\n";
    assert!(run.stdout.contains(right), "{}", run.stdout);
    let run = qlint(&["explain", "-s", "csam", "-e", "asset.created < 2025"]);
    assert!(!run.stdout.contains("where"), "{}", run.stdout);
}
