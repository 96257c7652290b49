//! The folders under `src` are a pipeline: each may use only those before it.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the library, with those of the crate that it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("limits", &[]),
    ("name", &[]),
    ("diagnostic", &["name", "span"]),
    ("value", &["name"]),
    ("syntax", &["span", "limits", "name", "diagnostic", "value"]),
    ("schema", &["span", "name", "diagnostic", "value", "syntax"]),
    (
        "check",
        &["span", "limits", "diagnostic", "value", "syntax", "schema"],
    ),
    (
        "build",
        &["limits", "diagnostic", "value", "syntax", "schema"],
    ),
    (
        "lint",
        &[
            "span",
            "limits",
            "diagnostic",
            "value",
            "syntax",
            "schema",
            "check",
        ],
    ),
    (
        "document",
        &["span", "diagnostic", "syntax", "schema", "check", "lint"],
    ),
    (
        "eval",
        &["limits", "diagnostic", "value", "schema", "check"],
    ),
    (
        "interop",
        &[
            "span",
            "diagnostic",
            "value",
            "syntax",
            "schema",
            "check",
            "build",
            "eval",
        ],
    ),
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms of `src/eval`, with those of the evaluator that they may use.
const ROOMS_OF_EVAL: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("trace", &[]),
    ("json", &["error"]),
    ("compare", &[]),
    ("program", &["json", "compare"]),
    ("event", &["error", "json", "compare", "program"]),
    ("filter", &["error", "json", "program", "event"]),
    ("buffer", &["error", "json", "program", "event", "filter"]),
    ("explain", &["program", "filter"]),
    (
        "set",
        &[
            "error", "json", "compare", "program", "event", "buffer", "explain",
        ],
    ),
];

/// The lines of a folder's files that use what the table does not allow: `path` is how code names
/// what is in the folder.
fn wrong_arrows(folder: &Path, path: &str, allowed: &[(&str, &[&str])]) -> Vec<String> {
    let mut files = Vec::new();
    rust_files(folder, &mut files);
    assert!(files.len() > 15);
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(folder).unwrap();
        let top = inside.components().next().unwrap().as_os_str();
        let module = top.to_str().unwrap().trim_end_matches(".rs");
        if matches!(module, "lib" | "mod" | "bin") {
            continue;
        }
        let of_module = allowed.iter().find(|(name, _)| *name == module);
        let (_, of_module) =
            of_module.unwrap_or_else(|| panic!("{module} has no place in the table"));
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            // Examples in comments show the crate from outside.
            let code = line.split("//").next().unwrap();
            for used in code.split(path).skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_module = allowed.iter().any(|(name, _)| *name == used);
                let is_item = path != "crate::" && !is_module;
                if used != module && (is_item || !of_module.contains(&used.as_str())) {
                    wrong.push(format!("{}:{}: {line}", inside.display(), number + 1));
                }
            }
        }
    }
    wrong
}

#[test]
fn arrows_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = wrong_arrows(&src, "crate::", ALLOWED);
    wrong.extend(wrong_arrows(
        &src.join("eval"),
        "crate::eval::",
        ROOMS_OF_EVAL,
    ));
    assert!(
        wrong.is_empty(),
        "these use what is above them:\n{}",
        wrong.join("\n")
    );
}

/// The rooms of the tool, with those that they may use.
const ROOMS_OF_TOOL: &[(&str, &[&str])] = &[
    ("outcome", &[]),
    ("output", &[]),
    ("files", &["outcome", "output"]),
    ("args", &["outcome", "output"]),
    ("report", &["output", "args"]),
    ("save", &["output"]),
    ("config", &["outcome", "output", "files", "args", "report"]),
    (
        "input",
        &["outcome", "output", "files", "args", "report", "config"],
    ),
    ("events", &[]),
    (
        "commands",
        &[
            "outcome", "output", "files", "args", "report", "save", "config", "input", "events",
        ],
    ),
    ("main", &["outcome", "output", "args", "save", "commands"]),
];

/// The commands: what several of them need is in a room below.
const COMMANDS: &[(&str, &[&str])] = &[
    ("check", &[]),
    ("explain", &[]),
    ("fmt", &[]),
    ("init", &[]),
    ("match", &[]),
    ("rules", &[]),
    ("same", &[]),
    ("shell", &[]),
    ("tokens", &[]),
];

#[test]
fn the_rooms_of_the_tool_are_floors() {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/qlint");
    let mut wrong = wrong_arrows(&tool, "crate::", ROOMS_OF_TOOL);
    let commands = tool.join("commands");
    wrong.extend(wrong_arrows(&commands, "crate::commands::", COMMANDS));
    // A file of a room is one step below it, so only there `super` is where the rooms are.
    for (folder, rooms) in [(&tool, ROOMS_OF_TOOL), (&commands, COMMANDS)] {
        for (room, _) in rooms {
            let files = [
                folder.join(room).join("mod.rs"),
                folder.join(format!("{room}.rs")),
            ];
            for file in files.iter().filter(|file| file.exists()) {
                let text = fs::read_to_string(file).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                let uses_super = code.lines().filter(|line| line.contains("super::"));
                wrong.extend(uses_super.map(|line| format!("{}: {line}", file.display())));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these use what is above them:\n{}",
        wrong.join("\n")
    );
    for (at, (room, uses)) in ROOMS_OF_TOOL.iter().enumerate() {
        let below: Vec<&str> = ROOMS_OF_TOOL[..at].iter().map(|(room, _)| *room).collect();
        let circle = uses.iter().find(|used| !below.contains(used));
        assert!(
            circle.is_none(),
            "{room} uses {circle:?}, which is no lower"
        );
    }
}

/// A rule is one file: what two rules need is an analysis.
#[test]
fn no_rule_uses_another() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    let mut files = Vec::new();
    rust_files(&rules, &mut files);
    assert!(files.len() > 30);
    for file in files {
        if file.ends_with("mod.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let others = code.lines().find(|line| {
            let line = line.split("//").next().unwrap();
            line.contains("super::") || line.contains("lint::rules")
        });
        assert_eq!(others, None, "{}", file.display());
    }
}

/// The tables above read paths from `crate::`; a longer way up would go around them.
#[test]
fn nothing_climbs_two_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("super::super"), "{}", file.display());
    }
}

/// In the tool, too, there is one place that writes to people: it lets nothing pass that a terminal
/// obeys.
#[test]
fn the_tool_has_one_way_out() {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/qlint");
    let mut files = Vec::new();
    rust_files(&tool, &mut files);
    assert!(files.len() > 30);
    let ways = [
        "io::stdout",
        "io::stderr",
        "print!(",
        "println!(",
        "dbg!(",
        "/dev/stdout",
        "/dev/stderr",
        "from_raw_fd",
    ];
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().map(|line| line.split("//").next().unwrap()) {
            let line = line
                .replace("Out::stdout()", "")
                .replace("Out::stderr()", "");
            if ways.iter().any(|way| line.contains(way)) {
                found.push((
                    file.strip_prefix(&tool).unwrap().to_owned(),
                    line.to_owned(),
                ));
            }
        }
    }
    found.retain(|(file, _)| *file != Path::new("output/out.rs"));
    assert!(found.is_empty(), "{found:?}");
    // The names of files are no strings, so that nobody shows them by chance.
    let name = fs::read_to_string(tool.join("output/name.rs")).unwrap();
    assert!(!name.contains("Deref") && !name.contains("AsRef"));
}

#[test]
fn only_the_binary_talks() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for file in files
        .iter()
        .filter(|file| !file.starts_with(src.join("bin")))
    {
        let text = fs::read_to_string(file).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap());
        for line in code {
            for word in ["std::fs", "std::env", "std::io", "println!", "std::process"] {
                assert!(!line.contains(word), "{}: {line}", file.display());
            }
        }
    }
}
