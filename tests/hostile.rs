//! What nobody made kindly: names, configurations, outputs and streams, in a table of inputs, commands
//! and what must hold.

#![cfg(unix)]

#[allow(dead_code, unreachable_pub, reason = "each test uses its part of this")]
mod tool;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run must come to.
struct Row {
    /// What is tried.
    what: &'static str,
    /// Makes the files, in an empty folder.
    make: fn(&Path),
    /// A line for `sh` in that folder, with `qlint` as the program.
    run: &'static str,
    /// The exit status.
    status: i32,
    /// Texts that standard output and standard error together must have.
    says: &'static [&'static str],
    /// Texts that they must not have.
    hides: &'static [&'static str],
    /// The files that may be there afterwards beside those that were made.
    writes: &'static [&'static str],
}

/// Whatever happens, it happens in this time.
const LONGEST: Duration = Duration::from_secs(60);
/// And in so many kilobytes of memory.
const MEMORY: u32 = 1_000_000;

fn nothing(_: &Path) {}

fn write(folder: &Path, name: impl AsRef<OsStr>, text: impl AsRef<[u8]>) {
    let path = folder.join(Path::new(name.as_ref()));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A name with what a terminal obeys, a line of its own, and bytes that are no text.
fn strange() -> &'static OsStr {
    OsStr::from_bytes(b"a\x1b[31m\n::error::x\r\xe2\x80\xae\xff.qql")
}

fn strange_filters(folder: &Path) {
    write(
        folder,
        strange(),
        "type == \x1b[31mFILE\u{202e}\n\ntype: FILE\n",
    );
}

fn strange_events(folder: &Path) {
    write(folder, strange(), "{\"type\":\"FILE\"}\nnonsense\n");
}

fn strange_schema(folder: &Path) {
    let text = "[tokens.a]\nkind = \"keyword\"\nvalues = [\"x\\u001b[31m\\n::error::v\"]\ndescription = \"d\\u001b[31m\\n::error::d\\u202e\"\n";
    write(folder, "s.toml", text);
    write(folder, "a.qql", "a:b\n");
}

const ROWS: &[Row] = &[
    Row {
        what: "a strange name, in reports for people",
        make: strange_filters,
        run: "qlint check --isolated --format human .; qlint check --isolated --format narrated .; qlint check --isolated --format plain .",
        status: 1,
        says: &["a?[31m?::error::x?", "is not UTF-8"],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "a strange name, in annotations",
        make: strange_filters,
        run: "qlint check --isolated --format github .",
        status: 1,
        says: &["::error file=a?[31m%0A%3A%3Aerror%3A%3Ax%0D"],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "a strange name, in reports for programs",
        make: strange_filters,
        run: "for f in json jsonl sarif junit checkstyle gitlab; do qlint check --isolated --format $f .; done",
        status: 1,
        // As it is, in each escaped in its way.
        says: &[
            "a\\u001b[31m\\n::error",
            "a%1B%5B31m%0A%3A%3Aerror%3A%3Ax%0D%E2%80%AE%FF.qql",
            "&#x202e;",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "a strange name, given to every command for filters",
        make: strange_filters,
        run: "qlint fmt --isolated --check *; qlint fmt --isolated --diff *; qlint check --isolated --diff *; qlint check --isolated --fix *; echo '{}' | qlint match -c -f *",
        status: 1,
        says: &["would change", "+type : ?[31mFILE"],
        hides: &["cannot read", "invalid"],
        writes: &[],
    },
    Row {
        what: "a strange name of a file of events",
        make: strange_events,
        run: "qlint match type:FILE * && qlint match -H -n type:FILE * && qlint match -c -H type:FILE * && qlint explain -e type:FILE --event *",
        status: 0,
        says: &[
            "a?[31m?::error::x?",
            "{\"type\":\"FILE\"}",
            "is not UTF-8",
            "the event matches",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "a strange name of a file that is not there",
        make: nothing,
        run: "n=$(printf 'a\\033[31m\\n::error::x'); qlint check --isolated \"$n\"; qlint match type:FILE \"$n\"; qlint match -f \"$n\"; qlint tokens -s \"$n\"; qlint rule \"$n\"; qlint explain -e type:FILE --event \"$n\"; qlint check --config \"$n\"; qlint match -f \"$n\" </dev/null; qlint check --format \"$n\"",
        status: 2,
        says: &["cannot read"],
        hides: &["\n::error::x/"],
        writes: &[],
    },
    Row {
        what: "a schema whose texts a terminal would obey",
        make: strange_schema,
        run: "qlint tokens -s s.toml; qlint tokens -s s.toml --format json; qlint explain -s s.toml -e a:b; qlint check --isolated -s s.toml --format plain a.qql; qlint tokens -s s.toml nothing",
        status: 1,
        says: &["d?[31m ::error::d", "\\u001b", "\\u202e"],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "a filter that a terminal would obey",
        make: nothing,
        run: "f=$(printf 'file.name:\"a\\033[31m::error::x\" AND nothing:\\342\\200\\256'); qlint explain -e \"$f\"; qlint check --isolated -e \"$f\" --format plain; qlint match --explain-plan \"$f\"; qlint check --isolated --diff --unsafe-fixes -e \"$f\"; qlint match \"$f\" --stats </dev/null",
        status: 1,
        says: &["a?[31m"],
        hides: &[],
        writes: &[],
    },
];

/// The names of all files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() && !path.is_symlink() {
                true => folders.push(path),
                false => files.push(path.strip_prefix(folder).unwrap().to_owned()),
            }
        }
    }
    files.sort();
    files
}

/// `sh` in a folder, with `qlint` on its path and little memory.
fn shell(folder: &Path, line: &str) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_qlint"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::env::split_paths(&path);
    let paths = std::iter::once(program.parent().unwrap().to_owned()).chain(paths);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("ulimit -v {MEMORY}; {line}"))
        .current_dir(folder)
        .env("PATH", std::env::join_paths(paths).unwrap())
        .env_remove("NO_COLOR")
        .env_remove("QLINT_FORMAT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a row's run does wrong.
fn wrong(row: &Row) -> Vec<String> {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("in");
    fs::create_dir(&folder).unwrap();
    (row.make)(&folder);
    let mut right = files(outside.path());
    let started = Instant::now();
    let output = shell(&folder, row.run).output().unwrap();
    let took = started.elapsed();
    let mut wrong = Vec::new();
    if output.status.code() != Some(row.status) {
        wrong.push(format!("status {:?}", output.status));
    }
    if took > LONGEST {
        wrong.push(format!("took {took:?}"));
    }
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let Ok(text) = std::str::from_utf8(bytes) else {
            wrong.push(format!("{stream} is not UTF-8"));
            continue;
        };
        let obeyed = |c: char| {
            (c.is_control() && !"\n\t".contains(c)) || "\u{202a}\u{202e}\u{2066}".contains(c)
        };
        if text.contains(obeyed) {
            wrong.push(format!("{stream} has what a terminal obeys"));
        }
        if text
            .lines()
            .any(|line| line.trim_start().starts_with("::error::"))
        {
            wrong.push(format!("{stream} has a line that was made by a name"));
        }
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    for says in row.says.iter().filter(|says| !text.contains(**says)) {
        wrong.push(format!("{says:?} is not there"));
    }
    for hides in row.hides.iter().filter(|hides| text.contains(**hides)) {
        wrong.push(format!("{hides:?} is there"));
    }
    right.extend(row.writes.iter().map(|name| Path::new("in").join(name)));
    right.sort();
    if files(outside.path()) != right {
        wrong.push(format!("the files are {:?}", files(outside.path())));
    }
    if !wrong.is_empty() {
        wrong.push(text.chars().take(3000).collect());
    }
    wrong
}

#[test]
fn every_row_holds() {
    let mut failed = Vec::new();
    for row in ROWS {
        let wrong = wrong(row);
        if !wrong.is_empty() {
            failed.push(format!("{}: {}\n", row.what, wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
