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
    Row {
        what: "a configuration that names files of others",
        make: |folder| {
            secrets(folder);
            for (name, config) in [
                ("1", "schema = \"/etc/passwd\"\n"),
                ("2", "extends = \"/etc/passwd\"\n"),
                ("3", "schema = \"../secret.toml\"\n"),
                ("4", "extends = \"../secret.toml\"\n"),
                ("5", "schema = \"link.toml\"\n"),
                ("6", "extends = \"sub/link.toml\"\n"),
                ("7", "schema = \"sub/../../secret.toml\"\n"),
                (
                    "8",
                    "[[override]]\npaths = [\"*\"]\nschema = \"../secret.toml\"\n",
                ),
                ("9", "extends = \"sub/base.toml\"\n"),
            ] {
                write(folder, format!("{name}/qlint.toml"), config);
                write(folder, format!("{name}/a.qql"), "type:FILE\n");
                write(
                    folder,
                    format!("{name}/sub/base.toml"),
                    "schema = \"../../secret.toml\"\n",
                );
                for link in ["link.toml", "sub/link.toml"] {
                    let link = folder.join(name).join(link);
                    std::os::unix::fs::symlink(folder.join("secret.toml"), link).unwrap();
                }
            }
        },
        run: "qlint check; for i in 1 2 3 4 5 6 7 8 9; do qlint check $i 2>&1 | grep -q 'out of the folder' || exit 9; done; qlint fmt --check .",
        status: 2,
        says: &["`/etc/passwd` leads out of the folder", "`-s`"],
        hides: &["root:", "hunter2"],
        writes: &[],
    },
    Row {
        what: "a file that is no schema and no configuration, named by an argument",
        make: |folder| {
            secrets(folder);
            std::os::unix::fs::symlink("notes.txt", folder.join("qlint.toml")).unwrap();
            write(folder, "a.qql", "type:FILE\n");
        },
        run: "for f in secret.toml notes.txt; do qlint check -s $f a.qql; qlint tokens -s $f; qlint check --config $f a.qql; qlint match -s $f a:b; done; qlint check a.qql",
        status: 2,
        says: &["secret.toml:1:1", "notes.txt cannot be used"],
        hides: &["hunter2"],
        writes: &[],
    },
    Row {
        what: "what a configuration and its arguments may name",
        make: |folder| {
            write(folder, "s.toml", "[tokens.only]\nkind = \"text\"\n");
            write(folder, "base.toml", "extends = \"deep/more.toml\"\n");
            write(folder, "deep/more.toml", "schema = \"../s.toml\"\n");
            write(folder, "qlint.toml", "extends = \"base.toml\"\n");
            write(folder, "other/qlint.toml", "schema = \"../s.toml\"\n");
            write(folder, "a.qql", "only:x\n");
        },
        run: "qlint check a.qql && qlint check --config other/qlint.toml a.qql && qlint check --config schema=$PWD/s.toml a.qql && qlint check --isolated -s ./s.toml a.qql",
        status: 0,
        says: &[],
        hides: &["unknown_token"],
        writes: &[],
    },
    Row {
        what: "devices and files without end",
        make: |folder| {
            write(folder, "qlint.toml", "schema = \"zero\"\n");
            std::os::unix::fs::symlink("/dev/zero", folder.join("zero")).unwrap();
            write(folder, "a.qql", "type:FILE\n");
        },
        run: "for f in /dev/zero /dev/tty /dev/urandom zero; do for a in \"-s $f a.qql\" \"--config $f a.qql\" \"--isolated $f\"; do qlint check $a && exit 9; done; qlint match -f $f </dev/null; qlint explain -e a:1 --event $f; qlint fmt $f; done; qlint check --isolated /proc/kmsg /proc/self/environ; cat /dev/zero | qlint check --isolated -; qlint check a.qql",
        status: 2,
        says: &[
            "/dev/zero: it is a device",
            "more than 64 MiB",
            "leads out of the folder",
        ],
        hides: &["memory"],
        writes: &[],
    },
    Row {
        what: "pipes that nobody writes to",
        make: |folder| {
            for name in ["s.toml", "a.qql"] {
                assert!(
                    Command::new("mkfifo")
                        .arg(folder.join(name))
                        .status()
                        .unwrap()
                        .success()
                );
            }
            write(folder, "qlint.toml", "schema = \"s.toml\"\n");
            write(folder, "b.qql", "type:FILE\n");
        },
        run: "qlint check --isolated -s s.toml b.qql; qlint check --config s.toml b.qql; qlint check --isolated a.qql; qlint fmt --isolated a.qql; qlint match -f a.qql </dev/null; qlint match -f . </dev/null; qlint explain -e a:1 --event a.qql; qlint check b.qql; qlint check",
        status: 2,
        says: &[
            "s.toml: it is a device, a pipe or a socket",
            "a.qql: it is a device, a pipe or a socket",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "pipes of a shell",
        make: |folder| write(folder, "a.qql", "type == FILE\n"),
        run: "qlint check --isolated --lines /dev/fd/3 3<a.qql; cat a.qql | qlint check --isolated --lines /dev/stdin",
        status: 1,
        says: &["/dev/fd/3:1:6: error", "/dev/stdin:1:6: error"],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "two tokens of one name",
        make: |folder| {
            write(
                folder,
                "1/qlint.toml",
                "[tokens]\n\"a.b\" = \"text\"\n\"A.B\" = \"integer\"\n",
            );
            write(
                folder,
                "2/qlint.toml",
                "[tokens]\nx = { kind = \"text\", aliases = [\"c.d\"] }\n\"C.D\" = \"integer\"\n",
            );
            write(folder, "1/a.qql", "a.b:c\n");
            write(folder, "2/a.qql", "c.d:c\n");
        },
        run: "qlint check",
        status: 2,
        says: &[
            "1/qlint.toml:3:1",
            "2/qlint.toml:3:1",
            "two tokens of the name `A.B`",
            "two tokens of the name `C.D`",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "very many tokens in a configuration",
        make: |folder| {
            let tokens: String = (0..20_000)
                .map(|at| format!("\"t{at}.x\" = \"text\"\n"))
                .collect();
            write(folder, "qlint.toml", format!("[tokens]\n{tokens}"));
            write(folder, "a.qql", "t7.x:c\n");
        },
        run: "qlint check",
        status: 0,
        says: &[],
        hides: &["unknown_token"],
        writes: &[],
    },
];

fn secrets(folder: &Path) {
    write(
        folder,
        "secret.toml",
        "password = \"hunter2\"\n[tokens.a]\nkind = \"hunter2\"\n",
    );
    write(folder, "notes.txt", "the password is hunter2\n");
}

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
