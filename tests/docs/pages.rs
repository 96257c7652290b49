//! Every example of the documentation is true.
//!
//! A block marked `qql SCHEMA` holds good filters, one a line. A block marked `matches SCHEMA` holds
//! a filter and events: `+` before those that match, `-` before those that do not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use qualys_filter::Schema;
use qualys_filter::schema::{Form, Kind};

fn pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            self::pages(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// The blocks of all pages: what marks them, and their text.
fn blocks() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    pages(&root.join("docs/src"), &mut files);
    let mut blocks = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut open: Option<(String, String)> = None;
        for line in text.lines() {
            match (line.strip_prefix("```"), open.take()) {
                (Some(mark), None) => open = Some((mark.trim().to_owned(), String::new())),
                (Some(_), Some(block)) => blocks.push(block),
                (None, Some((mark, text))) => open = Some((mark, text + line + "\n")),
                (None, None) => {}
            }
        }
        assert!(
            open.is_none(),
            "a block is not closed in {}",
            file.display()
        );
    }
    blocks
}

/// A schema with a token of a kind that no built-in schema has.
static VERSIONS: LazyLock<Schema> = LazyLock::new(|| {
    Schema::from_toml(include_str!("../data/language/schemas/versions.toml")).unwrap()
});

fn schema(name: &str) -> &'static Schema {
    if name == "versions" {
        return &VERSIONS;
    }
    Schema::built_in(name).unwrap_or_else(|| panic!("no schema `{name}`"))
}

#[test]
fn filters_are_good() {
    let mut filters = 0;
    for (mark, text) in blocks() {
        if let Some(name) = mark.strip_prefix("qql ") {
            for line in text.lines() {
                testkit::checked(line, schema(name));
                filters += 1;
            }
        }
    }
    assert!(filters > 10);
}

#[test]
fn matches_are_as_shown() {
    let mut events = 0;
    let mut corpus = String::from(
        "# The examples of the pages of the language, written by `UPDATE_DOCS=1 cargo test --test docs`.\nsource = \"docs/src\"\n",
    );
    // A text of JSON is one of TOML.
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    for (mark, text) in blocks() {
        let Some(name) = mark.strip_prefix("matches ") else {
            continue;
        };
        let mut lines = text.lines();
        let filter = lines.next().unwrap();
        let checked = testkit::checked(filter, schema(name));
        let (mut matches, mut rejects) = (Vec::new(), Vec::new());
        for line in lines {
            let (expected, event) = match line.split_at(2) {
                ("+ ", event) => (true, event),
                ("- ", event) => (false, event),
                _ => panic!("neither + nor -: {line}"),
            };
            let answer = testkit::answer(&checked, event.as_bytes());
            assert_eq!(answer, expected, "{filter}\n{event}");
            let list = if expected { &mut matches } else { &mut rejects };
            list.push(quoted(event));
            events += 1;
        }
        let name = match name {
            "versions" => "schemas/versions.toml",
            name => name,
        };
        corpus += &format!(
            "\n[[case]]\nschema = {}\nfilter = {}\nmatches = [{}]\nrejects = [{}]\n",
            quoted(name),
            quoted(filter),
            matches.join(", "),
            rejects.join(", ")
        );
    }
    assert!(events > 100, "{events}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("tests/data/language/pages.toml");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &corpus).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == corpus,
        "{} has other examples than the pages",
        path.display()
    );
}

#[test]
fn the_table_of_kinds_is_the_one_that_the_checker_uses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/src/language/kinds.md")).unwrap();
    for kind in Kind::ALL {
        let forms = Form::ALL.iter();
        let cells = forms.map(|form| {
            if kind.takes(*form) {
                " ✓ |"
            } else {
                " – |"
            }
        });
        let row = format!("| {kind} |{}", cells.collect::<String>());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src");
    let mut files = Vec::new();
    pages(&root, &mut files);
    let summary = fs::read_to_string(root.join("SUMMARY.md")).unwrap();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        assert!(
            name == "SUMMARY.md" || summary.contains(&name),
            "{name} is not in the summary"
        );
        let text = fs::read_to_string(file).unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            if link.starts_with("http") {
                continue;
            }
            let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if page.is_empty() {
                file.clone()
            } else {
                file.parent().unwrap().join(page)
            };
            let target_text =
                fs::read_to_string(&target).unwrap_or_else(|_| panic!("{name}: nothing at {link}"));
            let anchors = target_text
                .lines()
                .filter(|line| line.starts_with('#'))
                .map(|line| {
                    let title = line.trim_start_matches('#').trim().to_lowercase();
                    let kept =
                        |c: &char| c.is_alphanumeric() || *c == '_' || *c == '-' || *c == ' ';
                    title
                        .chars()
                        .filter(kept)
                        .collect::<String>()
                        .replace(' ', "-")
                });
            assert!(
                anchor.is_empty() || anchors.into_iter().any(|a| a == anchor),
                "{name}: {link}"
            );
        }
    }
}

#[test]
fn promises_name_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/src/input-safety.md")).unwrap();
    let table = page
        .split("| promise | held by |")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let targets = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    let mut named = 0;
    for line in table.lines().skip(2) {
        let held = line.split('|').nth(2).unwrap();
        let mut file = String::new();
        let mut fuzz = false;
        for (at, part) in held.split('`').enumerate() {
            if at % 2 == 0 {
                fuzz = part.contains("fuzz target") || (fuzz && part.trim() == ",");
                continue;
            }
            named += 1;
            match part {
                _ if fuzz => {
                    assert!(targets.contains(&format!("name = \"{part}\"")), "{part}");
                }
                path if path.ends_with(".rs") => {
                    file = fs::read_to_string(root.join(path)).unwrap_or_else(|_| panic!("{path}"));
                }
                command if command.contains(' ') || command.starts_with("--") => {}
                "serde_json" => {}
                test => assert!(file.contains(&format!("fn {test}(")), "{line}: {test}"),
            }
        }
    }
    assert!(named > 40, "{named}");
}
