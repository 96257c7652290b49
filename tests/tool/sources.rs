//! Which files hold filters, how they are read, and which of them are written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Run, folder, qlint_in, qlint_with, root};
use qualys_filter::document::{Document, Format};
use serde_json::Value;

/// The files below a folder, but for what is built.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            let kind = entry.file_type().unwrap();
            if kind.is_dir()
                && !["target", ".git", "mutants.out"].contains(&&*name.to_string_lossy())
            {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

// ---- what is written ----

/// Files that hold no filters, or in a form that cannot be written.
const OTHERS: &[(&str, &str)] = &[
    (
        "made/README.md",
        "# Agent health\n\n```qql\n# Agents not checked in\nagentStatus.lastCheckedIn:[now-365d..now-7d]\n```\n\nPatches and updates or nothing.\n",
    ),
    (
        "made/NOTES.md",
        "# Notes\n\nUse “smart” quotes and !important words == more.\n",
    ),
    (
        "made/rules.yaml",
        "- isDrift:true and state:RUNNING\n- state:STOPPED or state:DELETED\n",
    ),
    (
        "made/named.yml",
        "filters:\n  - name: x\n    filter: type == FILE && action:CREATED\n",
    ),
    (
        "made/compose.yaml",
        "services:\n  web:\n    image: nginx\n    command: a and b or c\n",
    ),
    (
        "made/list.toml",
        "filters = ['type == FILE', \"type:FIEL and not not a:1\"]\n",
    ),
    ("made/other.toml", "[package]\nname = \"x and y\"\n"),
    (
        "made/tag.xml",
        "<Tag><ruleText>category1:`Windows` && category2:`Server`</ruleText></Tag>\n",
    ),
    (
        "made/notes.txt",
        "Vulnerability: detectionScore:[ 90 ... 100 ] \nAsset: tags.name:BROKER\n",
    ),
    ("made/run.sh", "#!/bin/sh\nset -e && test -f x || exit 1\n"),
    ("made/.env", "QUERY=type==FILE && action:CREATED\n"),
    ("made/Makefile", "all: one and two\n\tcc -o x\n"),
    ("made/prose", "this and that or  nothing == more\n"),
    ("made/a.qql.bak", "type == FILE\n"),
    ("made/texts.json", "[\"type == FILE\", \"a  and b\"]"),
    (
        "made/config.json",
        "{\"text\": \"type == FILE && a:1\", \"filter\": 5}",
    ),
];

/// What of a file has to stay: what is around its filters, and for JSON what is at no key of filters.
fn fixed_part(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let is_json = path
        .extension()
        .is_some_and(|extension| extension == "json");
    let Some(mut value) = serde_json::from_slice::<Value>(&bytes)
        .ok()
        .filter(|_| is_json)
    else {
        let text = String::from_utf8(bytes.clone()).ok();
        let document = text.and_then(|text| Document::new(text, Format::of(path)?).ok());
        return document.map_or(bytes, |document| around(&document));
    };
    blank(&mut value);
    value.to_string().into_bytes()
}

/// What is around the filters.
fn around(document: &Document) -> Vec<u8> {
    let (mut kept, mut at) = (String::new(), 0);
    for filter in document.filters() {
        let range = filter.range();
        kept += &document.text()[at..range.start];
        kept.push('\0');
        at = range.end;
    }
    kept += &document.text()[at..];
    kept.into_bytes()
}

fn blank(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match (&**key, &mut *value) {
                    ("filter" | "query", Value::String(text)) => text.clear(),
                    ("filters", Value::Array(items)) => {
                        for item in items {
                            match item {
                                Value::String(text) => text.clear(),
                                other => blank(other),
                            }
                        }
                    }
                    (_, other) => blank(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank),
        _ => {}
    }
}

#[test]
fn nothing_but_filters_is_written() {
    let copy = folder(OTHERS);
    for file in files_below(root()) {
        let to = copy
            .path()
            .join("copy")
            .join(file.strip_prefix(root()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, &to).unwrap();
    }
    let files = files_below(copy.path());
    let is_qql = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "qql");
    let kept = || -> BTreeMap<&PathBuf, Vec<u8>> {
        let others = files.iter().filter(|path| !is_qql(path));
        others.map(|path| (path, fixed_part(path))).collect()
    };
    let before = kept();
    assert!(before.len() > 300);
    let fix = [
        "check",
        "--fix",
        "--unsafe-fixes",
        "--format",
        "plain",
        "--config",
        "schema=open",
    ];
    let unchanged = |what: &str| {
        for (path, part) in kept() {
            assert!(before[path] == part, "{what} changed {}", path.display());
        }
    };
    for command in [&["fmt"][..], &fix] {
        qlint_in(copy.path(), command);
        unchanged(&command.join(" "));
        for some in files.chunks(100) {
            let named = some.iter().map(|path| path.to_str().unwrap());
            let args: Vec<&str> = command.iter().copied().chain(named).collect();
            let run = qlint_in(copy.path(), &args);
            assert!(
                run.code < 4 && !run.stderr.contains("panicked"),
                "{}",
                run.stderr
            );
        }
        unchanged(&format!("{} with names", command.join(" ")));
    }
    assert_eq!(files_below(copy.path()), files, "nothing else is written");
}

#[test]
fn what_would_be_written_where_nothing_can_be_is_said() {
    for (name, text, format) in [(
        "a.json",
        "[\"type:FILE\",\n\"type:FILE and  (action:CREATED)\"]\n",
        "JSON",
    )] {
        let folder = folder(&[(name, text)]);
        for args in [
            &["check", "--fix"][..],
            &["check", "--diff"],
            &["check", "--fix", "."],
        ] {
            let run = qlint_in(folder.path(), &[args, &[name]].concat());
            assert_eq!(run.code, 1, "{name}: {}", run.stderr);
            let right = format!("{name}: 1 fix not made: lists in {format} cannot be written");
            assert!(run.stderr.contains(&right), "{name}: {}", run.stderr);
        }
        for args in [&["fmt"][..], &["fmt", "--check"], &["fmt", "--diff"]] {
            let run = qlint_in(folder.path(), args);
            assert_eq!(run.code, 1, "{name}: {}", run.stderr);
            let right = format!(
                "{name}:2: lists in {format} cannot be written; the canonical form is type:FILE AND (action:CREATED)"
            );
            assert!(run.stderr.contains(&right), "{name}: {}", run.stderr);
        }
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
        // Reports name no fix that cannot be made.
        let run = qlint_in(folder.path(), &["check", "--format", "jsonl"]);
        let finding: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
        assert!(finding["fix"].is_null(), "{finding}");
        // An input in order is not reported.
        fs::write(
            folder.path().join(name),
            text.replace("  (action:CREATED)", " action:CREATED")
                .replace("and", "AND"),
        )
        .unwrap();
        for args in [&["check", "--fix"][..], &["fmt"]] {
            let run = qlint_in(folder.path(), args);
            assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        }
    }
}

#[test]
fn a_fix_that_does_not_fit_its_file_keeps_no_other_from_being_made() {
    // Without its parentheses, `#x` would be a comment.
    let before = "type == FILE\n\n(#x)\n\n\u{feff}type == PROCESS\n\ntype == NETWORK\n";
    let folder = folder(&[("a.qql", before)]);
    let run = qlint_in(folder.path(), &["check", "--fix", "a.qql"]);
    assert_ne!(run.code, 3, "{}", run.stderr);
    let after = fs::read_to_string(folder.path().join("a.qql")).unwrap();
    assert!(
        !after.contains("==") && after.contains("\n(#x)\n"),
        "{after:?}"
    );
}

// ---- what is read ----

#[test]
fn files_that_are_not_known_to_hold_filters_are_refused_by_name() {
    for name in ["a.txt", "a.rst", "a", "a.sh", ".env", "a.svg", "a.qql.bak"] {
        let text = "type==FILE\ntype:PROCESS\n";
        let folder = folder(&[(name, text), ("in/b.rst", "type==FILE\n")]);
        let in_folder = |args: &[&str]| qlint_in(folder.path(), args);
        let refused = |run: &Run, code: i32, ways: &[&str]| {
            assert_eq!(
                (run.code, run.stdout.as_str()),
                (code, ""),
                "{name}: {}",
                run.stderr
            );
            for part in [&[name, "not known to have filters"], ways].concat() {
                assert!(run.stderr.contains(part), "{name}: {part}: {}", run.stderr);
            }
        };
        let ways = ["--lines", "--stdin-filename", "[files] in qlint.toml"];
        for args in [
            &["check"][..],
            &["check", "--fix"],
            &["fmt"],
            &["fmt", "--check"],
        ] {
            refused(&in_folder(&[args, &[name]].concat()), 3, &ways);
            let args: Vec<&str> = args
                .iter()
                .copied()
                .chain(["-", "--stdin-filename", name])
                .collect();
            refused(&qlint_with(&args, text), 3, &["--lines", "such as .qql"]);
        }
        let events = root().join("tests/data/samples/events.ndjson");
        let events = events.to_str().unwrap();
        refused(
            &in_folder(&["match", "-c", "-f", name, events]),
            2,
            &["--lines"],
        );
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), text);
        // Of a folder they are passed over.
        assert_eq!(in_folder(&["check", "."]).stdout, "");
        assert_eq!(
            in_folder(&["fmt", "--check", "--allow-empty", "in"]).code,
            0
        );
        // By force: one filter a line.
        let run = in_folder(&["check", "--lines", name]);
        assert!(run.stdout.contains("double_equals"), "{}", run.stdout);
        fs::write(folder.path().join(name), text.replace("==", ":")).unwrap();
        let run = in_folder(&["match", "-c", "--lines", "-f", name, events]);
        let stem = Path::new(name).file_stem().unwrap().to_str().unwrap();
        assert_eq!(
            run.stdout,
            format!("4\t{stem}:1\n1\t{stem}:2\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_configuration_says_how_files_are_read() {
    let folder = folder(&[
        (
            "qlint.toml",
            "lines = [\"*.old\"]\n[files]\n\"*.txt\" = \"lines\"\n\"hunts/*\" = \"qql\"\n\"*.conf\" = \"toml\"\n\"*.lst\" = \"yaml\"\n\"*.dat\" = \"json\"\n\"hunts/x.txt\" = \"qql\"\n",
        ),
        ("a.txt", "type:FIEL\ntype:FIEL\n"),
        ("b.old", "type:FIEL\ntype:FIEL\n"),
        ("hunts/c", "type:FIEL\nAND type:FIEL\n"),
        ("hunts/x.txt", "type:FIEL\nAND type:FIEL\n"),
        ("d.conf", "filters = ['type:FIEL']\n"),
        ("e.lst", "- type:FIEL\n"),
        ("f.dat", "{\"filter\": \"type:FIEL\"}\n"),
        ("g.md", "type:FIEL\n"),
    ]);
    let filters = |args: &[&str]| -> BTreeMap<String, usize> {
        let run = qlint_in(
            folder.path(),
            &[&["check", "--format", "jsonl"], args].concat(),
        );
        let findings = run.stdout.lines().map(|line| {
            let finding: Value = serde_json::from_str(line).unwrap();
            let filter = finding["filter"].as_u64().unwrap() as usize;
            (finding["file"].as_str().unwrap().to_owned(), filter + 1)
        });
        findings.collect()
    };
    let right = [
        ("a.txt", 2),
        ("b.old", 2),
        ("d.conf", 1),
        ("e.lst", 1),
        ("f.dat", 1),
        ("hunts/c", 1),
        ("hunts/x.txt", 1),
    ];
    let right: BTreeMap<String, usize> = right.map(|(name, count)| (name.to_owned(), count)).into();
    assert_eq!(filters(&[]), right);
    assert_eq!(filters(&["hunts/c", "a.txt"]).len(), 2);
    // `match -f` reads them in the same way.
    let events = root().join("tests/data/samples/events.ndjson");
    let run = qlint_in(
        folder.path(),
        &["match", "-c", "-f", ".", events.to_str().unwrap()],
    );
    assert_eq!(run.stdout.lines().count(), 9, "{}", run.stdout);
    for (text, place) in [
        ("[files]\n\"*.txt\" = \"line\"\n", "2:11"),
        ("[files]\n\"a[\" = \"qql\"\n", "2:1"),
    ] {
        fs::write(folder.path().join("qlint.toml"), text).unwrap();
        let run = qlint_in(folder.path(), &["check"]);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.contains(&format!("qlint.toml:{place}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn all_commands_read_the_same_filters() {
    let events = root().join("tests/data/samples/events.ndjson");
    let events = events.to_str().unwrap();
    // The finding at `FIEL` of the third filter, by line and column.
    for (name, text, names, place) in [
        (
            "a.qql",
            "type:FILE\n\n# name: two\ntype:NETWORK\n\ntype:FIEL\n",
            ["a:1", "two", "a:6"],
            "6:6",
        ),
        (
            "a.json",
            "{\"x\": [{\"filter\": \"type:FILE\"}, {\"name\": \"two\", \"query\": \"type:NETWORK\"},\n{\"filter\": \"type:FIEL\"}]}",
            ["a:1", "two", "a:3"],
            "2:18",
        ),
        (
            "a.json",
            "[\"type:FILE\", \"type:NETWORK\",\n \"type:FIEL\"]",
            ["a:1", "a:2", "a:3"],
            "2:8",
        ),
        (
            "a.toml",
            "filters = ['type:FILE', {name = \"two\", filter = \"type:NETWORK\"},\n \"type:FIEL\"]",
            ["a:1", "two", "a:3"],
            "2:8",
        ),
        (
            "a.toml",
            "[[filters]]\nfilter = 'type:FILE'\n[[filters]]\nname = 'two'\nfilter = \"type:NETWORK\"\n[[filters]]\nfilter = '''\n\n  type:FIEL'''",
            ["a:1", "two", "a:3"],
            "9:8",
        ),
        (
            "a.yaml",
            "- type:FILE\n- {name: two, filter: 'type:NETWORK'}\n- type:FIEL\n",
            ["a:1", "two", "a:3"],
            "3:8",
        ),
        (
            "a.yml",
            "filters:\n- filter: \"type:FILE\"\n- name: two\n  filter: >-\n    type:\n    NETWORK\n- filter: |\n\n    type:FIEL\n",
            ["a:1", "two", "a:3"],
            "9:10",
        ),
    ] {
        let folder = folder(&[(name, text)]);
        for argument in [name, "."] {
            let run = qlint_in(folder.path(), &["match", "-c", "-f", argument, events]);
            let counts: Vec<String> = [4, 1, 0]
                .iter()
                .zip(names)
                .map(|(count, name)| format!("{count}\t{name}\n"))
                .collect();
            assert_eq!(run.stdout, counts.concat(), "{name}: {}", run.stderr);
            let run = qlint_in(folder.path(), &["check", argument]);
            let right = format!("{name}:{place}: warning[qql::check::unknown_value]");
            assert!(run.stdout.starts_with(&right), "{text}: {}", run.stdout);
            assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        }
    }
}

#[test]
fn what_is_no_list_of_filters_is_an_error_only_if_it_was_named() {
    for (name, text, message) in [
        (
            "a.yaml",
            "- uses: x\n- run: y\n",
            "expected `filter` and `name`, not `uses`",
        ),
        ("a.yaml", "{{ template }}: [\n", "this is not YAML"),
        ("a.toml", "x = \n", "this is not TOML"),
    ] {
        let folder = folder(&[(name, text)]);
        let run = qlint_in(folder.path(), &["check", "--allow-empty", "."]);
        assert_eq!(
            (run.code, run.stdout.as_str(), run.stderr.as_str()),
            (0, "", ""),
            "{text}"
        );
        let fmt = qlint_in(folder.path(), &["fmt", "--allow-empty", "."]);
        assert_eq!(fmt.code, 0);
        for (command, code) in [
            (&["check"][..], 3),
            (&["fmt"], 3),
            (&["match", "-c", "-f"], 2),
        ] {
            let run = qlint_in(folder.path(), &[command, &[name]].concat());
            assert_eq!(run.code, code, "{text}");
            assert!(
                run.stderr.contains(&format!("{name}:")) && run.stderr.contains(message),
                "{}",
                run.stderr
            );
        }
    }
    // What is meant as a list of filters is not passed over.
    for text in ["- {filter: a, nme: b}\n", "- filter: [\n", "- filter: 5\n"] {
        let folder = folder(&[("a.yaml", text)]);
        assert_eq!(qlint_in(folder.path(), &["check"]).code, 3, "{text}");
        assert_eq!(
            qlint_in(folder.path(), &["match", "-c", "-f", "."]).code,
            2,
            "{text}"
        );
    }
}

#[test]
fn a_named_file_without_filters_is_said_to_hold_none() {
    for (name, text) in [
        ("a.json", "{\"severity\": \"severity:5\"}"),
        ("a.json", "{\"query\": \"SELECT a FROM b\"}"),
        ("a.json", "{}"),
        ("a.yaml", "services:\n  web: {image: nginx}\n"),
        ("a.yaml", "---\na: 1\n---\nb: 2\n"),
        ("a.toml", "[package]\nname = 'x'\n"),
    ] {
        let folder = folder(&[(name, text)]);
        for command in [&["check"][..], &["fmt"], &["match", "-c", "-f"]] {
            let run = qlint_in(folder.path(), &[command, &[name]].concat());
            let right =
                "has no filter at the keys `filter`, `filters[]`, `filter[]`, `query`, `*qql`";
            assert!(run.stderr.contains(right), "{}", run.stderr);
            let code = if command.contains(&"match") { 1 } else { 2 };
            assert_eq!(run.code, code, "{}", run.stderr);
        }
        let quiet = qlint_in(folder.path(), &["check", "--allow-empty"]);
        assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    }
}

// ---- formatting whole files ----

/// A small generator of pseudo-random numbers: SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A file of filters with comments anywhere, and its comments in order.
fn generated(random: &mut Random) -> (String, Vec<String>) {
    const FILTERS: &[&str] = &[
        "type:FILE",
        "type: FILE and\naction:CREATED",
        "(type:FILE\nor\ntype : PROCESS )\nand not\nfile.name:[ a.dll ,\n'b b' ,c.exe\n]",
        "file.properties.certificate:(\nsigned:true\nAND valid:false\n)",
        "process.name:\"powershell.exe\" AND process.arguments:\"*-enc*\" AND event.dateTime > now-7d\nOR type:NETWORK AND network.remote.address.port:[1024 ... 5000]",
        "not not\ntype:FILE",
        "",
    ];
    const COMMENTS: &[&str] = &[
        "# é",
        "## x",
        "  # indented",
        "\t#tab",
        "# name: n",
        "# qlint: ignore[three_dots] -- y",
        "#",
    ];
    let mut comments = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let mut comment = |random: &mut Random, lines: &mut Vec<String>| {
        let line = match random.below(4) {
            0 => random.pick(COMMENTS).to_owned(),
            _ => format!("{} {}", random.pick(COMMENTS), comments.len()),
        };
        comments.push(line.trim().to_owned());
        lines.push(line);
    };
    for _ in 0..1 + random.below(4) {
        for line in random.pick(FILTERS).split('\n') {
            while random.below(3) == 0 {
                comment(random, &mut lines);
            }
            lines.push(line.to_owned());
        }
        while random.below(2) == 0 {
            comment(random, &mut lines);
        }
        lines.extend((0..random.below(3)).map(|_| random.pick(&["", " ", "\t"]).to_owned()));
        // Sometimes without a blank line: one filter with the next.
        if random.below(5) > 0 {
            lines.push(String::new());
        } else {
            lines.push("AND".to_owned());
            lines.push("type:PROCESS".to_owned());
            lines.push(String::new());
        }
    }
    let end = random.pick(&["\n", "\n", "\r\n"]);
    let mut text = lines.join(end);
    text = match random.below(3) {
        0 => text.trim_end().to_owned(),
        1 => text + end,
        _ => text,
    };
    if random.below(5) == 0 {
        text.insert(0, '\u{feff}');
    }
    (text, comments)
}

#[test]
fn formatting_a_file_is_idempotent_and_keeps_every_comment_once() {
    let mut random = Random(7);
    let files: Vec<(String, Vec<String>)> = (0..600).map(|_| generated(&mut random)).collect();
    let folder = folder(&[]);
    let path = |number: usize| folder.path().join(format!("{number:03}.qql"));
    for (number, (text, _)) in files.iter().enumerate() {
        fs::write(path(number), text).unwrap();
    }
    let widths = ["20", "60", "100"];
    let mut changed = 0;
    for width in widths {
        qlint_in(folder.path(), &["fmt", "--width", width]);
        let all = || -> Vec<String> {
            (0..files.len())
                .map(|number| fs::read_to_string(path(number)).unwrap())
                .collect()
        };
        let once = all();
        for ((before, comments), after) in files.iter().zip(&once) {
            changed += usize::from(before != after);
            let lines = after.trim_start_matches('\u{feff}').lines().map(str::trim);
            let mut kept: Vec<&str> = lines.filter(|line| line.starts_with('#')).collect();
            let mut right: Vec<&str> = comments.iter().map(String::as_str).collect();
            kept.sort_unstable();
            right.sort_unstable();
            assert_eq!(kept, right, "{before:?} became {after:?}");
        }
        qlint_in(folder.path(), &["fmt", "--width", width]);
        for (once, twice) in once.iter().zip(all()) {
            assert_eq!(*once, twice);
        }
        let run = qlint_in(folder.path(), &["fmt", "--check", "--width", width]);
        assert!(!run.stdout.contains("would change"), "{}", run.stdout);
    }
    assert!(changed > 500, "{changed}");
}
