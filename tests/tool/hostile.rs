//! Hostile input: names, configurations, outputs and streams, in a table of inputs, commands
//! and what must hold.

#![cfg(unix)]

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
const LONGEST: Duration = Duration::from_secs(180);
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
    let values = format!(
        "values = [\"x\\u001b[31m\\n::error::v{}\"]",
        " ::error::v".repeat(40)
    );
    let text = format!(
        "[tokens.a]\nkind = \"keyword\"\n{values}\ndescription = \"d\\u001b[31m\\n::error::d\\u202e\"\n"
    );
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
        run: "f=$(printf 'file.name:\"a\\033[31m::error::x\" AND nothing:\"\\342\\200\\256\"'); qlint explain -e \"$f\"; qlint check --isolated -e \"$f\" --format plain; qlint match --explain-plan \"$f\"; qlint check --isolated --diff --unsafe-fixes -e \"$f\"; qlint match \"$f\" --stats </dev/null",
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
    Row {
        what: "a report over what is read",
        make: |folder| {
            write(folder, "i.qql", "type:FILE\n");
            write(folder, "s.toml", "extends = \"edr\"\n");
            write(folder, "base.toml", "schema = \"s.toml\"\n");
            write(folder, "qlint.toml", "extends = \"base.toml\"\n");
            fs::hard_link(folder.join("i.qql"), folder.join("same")).unwrap();
        },
        run: "for o in i.qql ./i.qql $PWD/i.qql same s.toml base.toml qlint.toml; do qlint check -o $o i.qql 2>/dev/null; echo $o $?; done; qlint check --isolated -s s.toml -o s.toml i.qql; qlint check --config base.toml -o base.toml i.qql; qlint check -o i.qql .; r=$?; cat i.qql s.toml base.toml; exit $r",
        status: 2,
        says: &[
            "i.qql 2\n",
            "same 2\n",
            "s.toml 2\n",
            "base.toml 2\n",
            "qlint.toml 2\n",
            "type:FILE\nextends = \"edr\"\nschema = \"s.toml\"\n",
        ],
        hides: &[" 0\n", " 1\n", " 3\n"],
        writes: &[],
    },
    Row {
        what: "a report through a link",
        make: |folder| {
            write(folder, "i.qql", "a:\n");
            write(folder, "keep", "kept\n");
            fs::create_dir(folder.join("d")).unwrap();
            for (to, link) in [("keep", "link"), ("d", "to-d"), ("new", "dangling")] {
                std::os::unix::fs::symlink(to, folder.join(link)).unwrap();
            }
        },
        run: "for o in link to-d/x to-d/../y dangling $PWD/link $PWD/to-d/x; do qlint check --isolated -o $o i.qql || echo $?; done; cat keep; exit 3",
        status: 3,
        says: &[
            "link is a symbolic link",
            "to-d is a symbolic link",
            "kept\n",
        ],
        hides: &["1\n"],
        writes: &[],
    },
    Row {
        what: "reports that cannot be written",
        make: |folder| {
            write(folder, "i.qql", "a:\n");
            fs::create_dir(folder.join("d")).unwrap();
            let many: String = (0..20_000).map(|at| format!("{{\"a\":{at}}}\n")).collect();
            write(folder, "e.ndjson", many);
        },
        run: "for f in human plain json jsonl sarif github junit checkstyle gitlab; do qlint check --isolated --format $f -o /dev/full i.qql; [ $? = 3 ] || echo BAD $f; qlint check --isolated --format $f i.qql >/dev/full; [ $? = 3 ] || echo BAD $f; done; for c in tokens rules 'rule or_chain' 'explain -e a:1' 'completions bash' 'json-schema config' 'match -s open a:1 e.ndjson' 'match -s open -c a:1 e.ndjson' 'match --explain-plan a:1' 'fmt --isolated -e a:1' 'check --isolated --fix -e a==1' 'check --isolated --diff -e a==1' 'check --isolated --statistics i.qql' '--help' '--version' 'match --help'; do qlint $c >/dev/full; r=$?; [ $r = 3 ] || echo BAD $r $c; done; qlint check --isolated -o d i.qql || echo $?; qlint check --isolated -o none/x i.qql",
        status: 3,
        says: &[
            "cannot write /dev/full: No space left",
            "cannot write <stdout>: No space left",
            "cannot write d: ",
            "cannot write none/x: No such file",
        ],
        hides: &["BAD"],
        writes: &[],
    },
    Row {
        what: "a report that is written",
        make: |folder| {
            write(folder, "i.qql", "a:\n");
            write(folder, "old.json", "x".repeat(10_000));
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o640);
            fs::set_permissions(folder.join("old.json"), mode).unwrap();
        },
        run: "umask 027; qlint check --isolated --format json -o new.json i.qql; qlint check --isolated --format json -o old.json i.qql; cmp new.json old.json && ls -l *.json | cut -c 1-10; qlint check --isolated --format jsonl -o /dev/stdout i.qql",
        status: 1,
        says: &["-rw-r-----\n-rw-r-----\n", "qql::parse"],
        hides: &[],
        writes: &["new.json"],
    },
    Row {
        what: "a reader that has had enough",
        make: |folder| {
            write(folder, "i.qql", "a:\n\n".repeat(20_000));
            write(folder, "good.qql", "type : FILE\n\n".repeat(20_000));
        },
        run: "{ qlint check --isolated --format jsonl i.qql; echo status=$? >&2; } | head -n 1 >/dev/null; { qlint check --isolated --diff good.qql; echo diff=$? >&2; } | head -n 1 >/dev/null; { qlint tokens; echo tokens=$? >&2; } | true",
        status: 0,
        says: &["status=1\n", "diff=0\n", "tokens=0\n"],
        hides: &["pipe", "cannot"],
        writes: &[],
    },
    Row {
        what: "a file with two names",
        make: |folder| {
            write(folder, "a.qql", "type == FILE\n");
            fs::hard_link(folder.join("a.qql"), folder.join("b")).unwrap();
        },
        run: "qlint fmt --isolated a.qql; qlint check --isolated --fix a.qql; r=$?; cat a.qql b; exit $r",
        status: 3,
        says: &[
            "a.qql: it is one of 2 names",
            "type == FILE\ntype == FILE\n",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "variables that are empty",
        make: |folder| write(folder, "i.qql", "a:\n"),
        run: "export QLINT_FORMAT= NO_COLOR= CLICOLOR= CLICOLOR_FORCE=; qlint check --isolated i.qql && exit 9; QLINT_FORMAT=nonsense qlint check --isolated i.qql; qlint check --isolated --format '' i.qql",
        status: 2,
        says: &[
            "i.qql:1:2: error",
            "invalid value 'nonsense'",
            "for '--format <FORMAT>'",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "what a kill has left",
        make: |folder| {
            for name in [
                ".qlint-0123456789abcdef.tmp",
                ".qlint-notes",
                "d/.qlint-0123456789abcdef.tmp",
            ] {
                write(folder, name, "x");
            }
            write(folder, "a.qql", "type:FILE\n");
        },
        run: "qlint check --isolated a.qql && ls .qlint-0*.tmp && qlint check --isolated --fix a.qql && ls -A . d && printf x >.qlint-0123456789abcdef.tmp",
        status: 0,
        says: &[
            ".qlint-0123456789abcdef.tmp\n.:\n.qlint-notes\na.qql\n",
            "d:\n.qlint-0123456789abcdef.tmp\n",
        ],
        hides: &[],
        writes: &[],
    },
    Row {
        what: "messages without end",
        make: |folder| {
            write(folder, "bad.ndjson", "]\n".repeat(1 << 17) + "{\"a\":1}\n");
            write(folder, "bad.qql", "a:\n\n".repeat(5_000));
            write(
                folder,
                "s.toml",
                (0..5_000)
                    .map(|at| format!("[tokens.t{at}]\nkind = \"x\"\n"))
                    .collect::<String>(),
            );
        },
        run: "few() { \"$@\" >out 2>&1; r=$?; s=$(wc -c <out); tail -n 3 out; rm out; [ $s -lt 8000 ] || echo MANY $s \"$@\"; return $r; }; few qlint match -s open a:1 bad.ndjson; for f in human narrated plain; do few qlint check --isolated --format $f bad.qql; done; few qlint fmt --isolated bad.qql; few qlint tokens -s s.toml; few qlint match -s open a:1 bad.ndjson bad.ndjson; qlint match -s open --verbose a:1 bad.ndjson 2>&1 | wc -l; for f in plain jsonl; do qlint check --isolated --verbose --format $f bad.qql | wc -l; done; for f in jsonl github; do qlint check --isolated --format $f bad.qql | wc -l; done; qlint check --isolated --max-diagnostics 30 bad.qql | wc -l; qlint check --isolated bad.qql >/dev/null",
        status: 1,
        says: &[
            "bad.ndjson: 131062 more bad events: 131062 qql::event::",
            "bad.qql: 4990 more findings: 4990 qql::parse::missing_value; --verbose shows all",
            "131072 events could not be read",
            "{\"a\":1}",
            "131074\n5000\n5000\n5000\n5000\n30\n",
        ],
        hides: &["MANY"],
        writes: &[],
    },
    Row {
        what: "a report of many findings",
        make: |folder| write(folder, "many.qql", "type == FILE\n\n".repeat(15_000)),
        // As values in memory, the results of SARIF alone would take more.
        run: "ulimit -v 300000; for f in sarif json jsonl gitlab junit checkstyle github plain; do qlint check --isolated -j 1 --format $f -o out many.qql; s=$?; [ $s = 1 ] || echo BAD $f $s; done; rm out; exit 1",
        status: 1,
        says: &[],
        hides: &["BAD", "memory"],
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

/// Many files of which each is changed by `--fix`.
fn many_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..300 {
        write(folder.path(), format!("{number}.qql"), "type == FILE\n");
    }
    folder
}

fn temporary(folder: &Path) -> usize {
    let names = files(folder);
    let names = names.iter().map(|path| path.to_string_lossy());
    names.filter(|name| name.contains(".qlint-")).count()
}

#[test]
fn signals_leave_nothing_behind() {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let mut ended = 0;
        for delay in 1..40 {
            let folder = many_files();
            let mut child =
                crate::run::command(folder.path(), &["check", "--isolated", "--fix", "-j", "2"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
            std::thread::sleep(Duration::from_millis(5 * delay));
            let id = child.id().to_string();
            let kill = Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap();
            assert!(kill.success());
            let code = child.wait().unwrap().code();
            assert!(
                // It may have come before the program had begun, or after its end.
                matches!(code, None | Some(0)) || code == Some(status),
                "{signal}: {code:?}"
            );
            assert_eq!(temporary(folder.path()), 0, "{signal} after {delay}");
            for file in files(folder.path()) {
                let text = fs::read_to_string(folder.path().join(file)).unwrap();
                assert!(
                    ["type == FILE\n", "type : FILE\n"].contains(&&*text),
                    "{text}"
                );
            }
            ended += usize::from(code == Some(status));
            if ended > 1 {
                break;
            }
        }
        assert!(ended > 0, "{signal} never came in time");
    }
}

#[test]
fn the_next_fix_removes_what_a_kill_left() {
    let mut left = 0;
    for delay in 1..60 {
        let folder = many_files();
        let mut child = crate::run::command(folder.path(), &["check", "--isolated", "--fix"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 * delay));
        child.kill().unwrap();
        child.wait().unwrap();
        left += temporary(folder.path());
        let run = crate::run::qlint_in(folder.path(), &["check", "--isolated", "--fix"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(temporary(folder.path()), 0);
        assert_eq!(files(folder.path()).len(), 300);
        if left > 0 {
            break;
        }
    }
    assert!(left > 0, "nothing was ever left");
}

#[test]
fn a_fixed_file_keeps_owner_group_and_mode() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.qql", "type == FILE\n");
    let path = folder.path().join("a.qql");
    // Only root can give files away; for others this is about the mode.
    let _ = chown(&path, Some(12345), Some(23456));
    fs::set_permissions(&path, PermissionsExt::from_mode(0o6754)).unwrap();
    let before = fs::metadata(&path).unwrap();
    let run = crate::run::qlint_in(folder.path(), &["check", "--isolated", "--fix", "a.qql"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), "type : FILE\n");
    let after = fs::metadata(&path).unwrap();
    let of = |metadata: &fs::Metadata| (metadata.uid(), metadata.gid(), metadata.mode());
    assert_eq!(of(&before), of(&after));
}

/// What must not take longer in proportion when it is four times as much.
struct Growth {
    what: &'static str,
    /// Makes the files, of so many parts.
    make: fn(&Path, usize),
    run: &'static str,
    parts: usize,
}

const GROWTH: &[Growth] = &[
    Growth {
        what: "findings, all on one line",
        make: |folder, parts| {
            let filters = vec!["{\"filter\":\"type == FILE\"}"; parts].join(",");
            write(folder, "a.json", format!("[{filters}]"));
        },
        run: "for f in sarif json human plain junit; do qlint check --isolated --verbose --format $f a.json >/dev/null; done",
        parts: 1_500,
    },
    Growth {
        what: "fixes, all on one line",
        make: |folder, parts| {
            let filters = vec!["{\"filter\":\"type == FILE\"}"; parts].join(",");
            write(folder, "a.json", format!("[{filters}]"));
        },
        run: "qlint check --isolated --diff a.json >/dev/null; qlint check --isolated --fix a.json >/dev/null",
        parts: 1_500,
    },
    Growth {
        what: "filters that cannot be read",
        make: |folder, parts| write(folder, "a.qql", "a:\n\n".repeat(parts)),
        run: "for c in 'check --format sarif' fmt; do qlint $c --isolated a.qql >/dev/null; done",
        parts: 3_000,
    },
    Growth {
        what: "events that cannot be read",
        make: |folder, parts| write(folder, "a.ndjson", "]\n".repeat(parts)),
        run: "qlint match -s open a:1 a.ndjson; qlint match -s open a:1 <a.ndjson",
        parts: 50_000,
    },
    Growth {
        what: "filters whose schema is chosen",
        make: |folder, parts| {
            let filter = |at: usize| match at % 3 {
                0 => format!("unknown{at}.name:a\n\n"),
                1 => format!("imagesInUse:now-7d AND file.nmae{at}:b\n\n"),
                _ => format!("type:FILE AND event.id:{at}\n\n"),
            };
            write(folder, "a.qql", (0..parts).map(filter).collect::<String>());
        },
        run: "qlint check --isolated a.qql >/dev/null; qlint match -c -f a.qql </dev/null",
        parts: 600,
    },
    Growth {
        what: "tokens of a schema and of a configuration",
        make: |folder, parts| {
            let tokens = |form: fn(usize) -> String| (0..parts).map(form).collect::<String>();
            let schema = tokens(|at| format!("[tokens.t{at}]\nkind = \"text\"\n"));
            let config = tokens(|at| format!("u{at} = \"text\"\n"));
            write(folder, "s.toml", schema);
            write(
                folder,
                "qlint.toml",
                format!("schema = \"s.toml\"\n[tokens]\n{config}"),
            );
            write(folder, "a.qql", "t7:c\n");
        },
        run: "qlint check; qlint tokens -s s.toml >/dev/null",
        parts: 5_000,
    },
];

/// The seconds of processor time that a run takes.
fn seconds(growth: &Growth, parts: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    (growth.make)(folder.path(), parts);
    let line = format!("({}) 2>/dev/null; times", growth.run);
    let output = shell(folder.path(), &line).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // The second line is about what the shell has started: user and system.
    let times = text.lines().last().unwrap();
    let seconds = |time: &str| -> f64 {
        let (minutes, seconds) = time.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    times.split_whitespace().map(seconds).sum()
}

#[test]
fn time_grows_with_the_input() {
    let mut failed = Vec::new();
    for growth in GROWTH {
        let (one, four) = (
            seconds(growth, growth.parts),
            seconds(growth, 4 * growth.parts),
        );
        // Four times as long, and room for chance; sixteen times would be quadratic.
        if four > 8.0 * one + 0.3 {
            failed.push(format!("{}: {one} s, then {four} s", growth.what));
        }
        println!("{}: {one:.2} s, then {four:.2} s", growth.what);
    }
    assert!(failed.is_empty(), "{failed:?}");
}
