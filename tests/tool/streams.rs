//! Hostile and broken files of events: what `qlint match` finds in
//! them, in which time and memory.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Run, qlint, qlint_with};

const EVENT: &str = "{\"type\":\"FILE\"}";

/// A folder for files.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file; returns its path.
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name).display().to_string()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A frame of zstd with a number of blocks of 128 KiB of the same byte: four bytes each.
fn zstd_of(byte: u8, blocks: usize) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x00\x58".to_vec();
    for block in 1..=blocks {
        let last = u32::from(block == blocks);
        let header = (128 << 10) << 3 | 1 << 1 | last;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(byte);
    }
    frame
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn counted(run: &Run) -> (i32, &str) {
    (run.code, run.stdout.trim_end())
}

/// Counts the events of a file in every way of reading it.
fn each_way(file: &str, args: &[&str], check: impl Fn(&Run)) {
    for more in [
        &["-j1"][..],
        &["-j3"],
        &["-j1", "--mmap"],
        &["-j2", "--mmap"],
    ] {
        check(&qlint(
            &[&["match"], args, more, &["type:FILE", file]].concat(),
        ));
    }
    let bytes = fs::read(file).unwrap();
    for more in ["-j1", "-j2"] {
        let args = [&["match"], args, &[more, "type:FILE"]].concat();
        check(&qlint_with(&args, &bytes));
    }
}

/// Runs of any byte, between events and inside of one, are read in time that grows as they do: more
/// than quadratic time took minutes for these.
#[test]
fn runs_of_any_byte_are_read_in_time() {
    const LONGEST: Duration = Duration::from_secs(60);
    let folder = Folder::new();
    let in_time = |text: &[u8], what: &str, right: &str| {
        let file = folder.file("run", text);
        let timed = |run: &dyn Fn() -> Run| {
            let started = Instant::now();
            let run = run();
            let took = started.elapsed();
            assert!(took < LONGEST, "{what} took {took:?}");
            assert_eq!(run.stdout.trim_end(), right, "{what}");
        };
        timed(&|| qlint(&["match", "-c", "type:FILE", &file]));
        timed(&|| qlint(&["match", "-c", "--mmap", "type:FILE", &file]));
        timed(&|| qlint_with(&["match", "-c", "type:FILE"], text));
    };
    for byte in *b" \t\r\n" {
        let blanks = vec![byte; 8_000_000];
        let between = [EVENT.as_bytes(), &blanks, EVENT.as_bytes()].concat();
        in_time(&between, &format!("{:?} between", char::from(byte)), "2");
        let inside = [b"{\"a\":", &*blanks, b"1,\"type\":\"FILE\"}\n"].concat();
        let inside = [&*inside, EVENT.as_bytes()].concat();
        in_time(&inside, &format!("{:?} inside", char::from(byte)), "2");
    }
    for byte in *b"[]{}\"\\,:09-a\0\x01\x7f\xef\xff" {
        let run = vec![byte; 1_000_001];
        let lines = [
            EVENT.as_bytes(),
            b"\n",
            &run,
            b"\n",
            EVENT.as_bytes(),
            b"\n",
        ]
        .concat();
        in_time(&lines, &format!("{byte} between"), "2");
        let inside = [b"{\"a\":\"", &*run, b"\",\"type\":\"FILE\"}\n"].concat();
        let lines = [&*inside, EVENT.as_bytes(), b"\n"].concat();
        // Of a string that these bytes end, the event may be broken.
        let right = if b"\"\\\0\x01".contains(&byte) {
            "1"
        } else {
            "2"
        };
        in_time(&lines, &format!("{byte} inside"), right);
    }
}

/// `qlint` with an address space limited to a number of kilobytes.
#[cfg(target_os = "linux")]
fn bounded(kilobytes: u32, args: &[&str], input: Option<&Path>) -> Run {
    bounded_with(kilobytes, &[], args, input)
}

/// The same with variables of the environment.
#[cfg(target_os = "linux")]
fn bounded_with(
    kilobytes: u32,
    variables: &[(&str, u64)],
    args: &[&str],
    input: Option<&Path>,
) -> Run {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\""))
        // The addresses that glibc reserves for each thread are no memory.
        .env("MALLOC_ARENA_MAX", "1")
        .envs(
            variables
                .iter()
                .map(|(name, value)| (name, value.to_string())),
        )
        .arg(env!("CARGO_BIN_EXE_qlint"))
        .args(args)
        .stdin(match input {
            Some(path) => File::open(path).unwrap().into(),
            None => Stdio::null(),
        });
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("not ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// However long an event, a line, a document or an array is, memory is bounded by the limit of an
/// event; what comes after it is found.
#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded_by_the_limit_of_an_event() {
    /// Kilobytes of addresses, of which threads and libraries take a part.
    const ROOM: u32 = 200_000;
    const SIZE: usize = 128 << 20;
    let folder = Folder::new();
    let write = |name: &str, make: &dyn Fn(&mut dyn Write)| {
        let path = folder.path(name);
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
        make(&mut out);
        out.flush().unwrap();
        path
    };
    let repeat = |out: &mut dyn Write, text: &str, size: usize| {
        let piece = text.repeat((1 << 20) / text.len());
        for _ in 0..size / piece.len() {
            out.write_all(piece.as_bytes()).unwrap();
        }
    };
    let line = |out: &mut dyn Write, text: &str| out.write_all(text.as_bytes()).unwrap();
    let bomb = gzip(&vec![0; 8 << 20]).repeat(SIZE >> 23);
    let files = [
        // The name, the file, matches, bad events.
        (
            "zeros",
            write("zeros", &|out| out.write_all(&[0; 1]).unwrap()),
            0,
            1,
        ),
        (
            "a line that goes on",
            write("line", &|out| {
                line(out, &format!("{EVENT}\n{{\"a\":\""));
                repeat(out, "x", SIZE);
                line(out, &format!("\"}}\n{EVENT}\n"));
            }),
            2,
            1,
        ),
        (
            "a document over lines",
            write("document", &|out| {
                line(out, "{\n  \"a\": [\n");
                repeat(out, "    {\n      \"b\": 1\n    },\n", SIZE);
                line(out, &format!("    1]\n}}\n{EVENT}\n"));
            }),
            1,
            1,
        ),
        (
            "blanks",
            write("blanks", &|out| {
                line(out, EVENT);
                repeat(out, "  \n   \t", SIZE);
                line(out, EVENT);
            }),
            2,
            0,
        ),
        (
            "an array",
            write("array", &|out| {
                line(out, &format!("[{EVENT}"));
                repeat(
                    out,
                    ", {\"type\":\"NETWORK\",\"a\":\"some more text that is passed over\"}",
                    SIZE / 8,
                );
                line(
                    out,
                    &format!(",\n{{\"a\":\"{}\"}},{EVENT}]", "x".repeat(2 << 20)),
                );
            }),
            2,
            1,
        ),
        (
            "gzip",
            write("bomb.gz", &|out| out.write_all(&bomb).unwrap()),
            0,
            1,
        ),
        (
            "zstd",
            write("bomb.zst", &|out| {
                out.write_all(&zstd_of(b'{', SIZE >> 17)).unwrap();
                out.write_all(&zstd(format!("\n{EVENT}").as_bytes()))
                    .unwrap();
            }),
            1,
            1,
        ),
    ];
    // Most of a file of zeros need not be on the disk.
    let zeros = File::options()
        .write(true)
        .open(folder.path("zeros"))
        .unwrap();
    zeros.set_len(SIZE as u64).unwrap();
    for (what, path, matches, bad) in &files {
        let name = path.to_str().unwrap();
        let args = ["match", "-c", "--max-event", "1MiB", "type:FILE"];
        for more in [&["-j2", name][..], &["-j1", "-"]] {
            let input = more.contains(&"-").then_some(&**path);
            let run = bounded(ROOM, &[&args, more].concat(), input);
            let code = i32::from(*matches == 0);
            assert_eq!(
                counted(&run),
                (code, &*matches.to_string()),
                "{what} {}",
                run.stderr
            );
            let found = run.stderr.matches("qql::event::too_long").count();
            assert_eq!(found, *bad, "{what} {}", run.stderr);
        }
    }
}

/// Events close to the limit are searched one at a time.
#[test]
#[cfg(target_os = "linux")]
fn long_events_do_not_add_up() {
    let folder = Folder::new();
    let long = format!("{{\"a\":\"{}\",\"type\":\"FILE\"}}\n", "x".repeat(15 << 20));
    let file = folder.file("long", long.repeat(10));
    for more in [&["-j1"][..], &["-j8"]] {
        let run = bounded(
            300_000,
            &[&["match", "-c"], more, &["type:FILE", &file]].concat(),
            None,
        );
        assert_eq!(counted(&run), (0, "10"), "{}", run.stderr);
    }
}

/// If the system allows fewer threads than were asked for, the work is done with fewer, or with one.
#[test]
#[cfg(target_os = "linux")]
fn threads_that_are_refused_are_done_without() {
    let folder = Folder::new();
    let text = format!("{EVENT}\n").repeat(20_000);
    let events = folder.file("events", &text);
    let broken = folder.file("a.qql", "type:FILE AND\n");
    let _ = folder.file("b.qql", "type:FILE AND\n");
    // Room for no stack, and for some of those that eight threads need.
    for (what, stack, kilobytes) in [("none", 1 << 46, 1 << 30), ("some", 1 << 26, 400_000)] {
        let run = |args: &[&str], input: Option<&Path>| {
            bounded_with(kilobytes, &[("RUST_MIN_STACK", stack)], args, input)
        };
        let count = ["match", "-c", "-j8", "type:FILE"];
        let found = run(&[&count[..], &[&events]].concat(), None);
        assert_eq!(counted(&found), (0, "20000"), "{what} {}", found.stderr);
        let found = run(&[&count[..], &["-"]].concat(), Some(Path::new(&events)));
        assert_eq!(counted(&found), (0, "20000"), "{what} {}", found.stderr);
        let shown = folder.path("").to_str().unwrap().to_owned();
        for args in [
            &["check", "-j8", &shown][..],
            &["fmt", "--check", "-j8", &shown],
        ] {
            let found = run(args, None);
            let threads = qlint(args);
            assert_eq!(
                (found.code, &*found.stdout),
                (threads.code, &*threads.stdout),
                "{what} {}",
                found.stderr
            );
            assert_eq!(found.stderr, threads.stderr, "{what}");
        }
        let fixed = run(&["check", "--fix", "-j8", &broken], None);
        assert!(fixed.code < 3, "{what} {}", fixed.stderr);
    }
}

#[test]
fn the_limit_of_an_event_can_be_set() {
    let folder = Folder::new();
    let long = format!("{{\"a\":\"{}\",\"type\":\"FILE\"}}", "x".repeat(3000));
    let file = folder.file("a", format!("{EVENT}\n{long}\n{EVENT}\nnonsense\n"));
    let filters = folder.file("a.qql", "type:FILE\n");
    each_way(&file, &["-c", "--strict", "--max-event", "2K"], |run| {
        assert_eq!(counted(run), (2, "2"));
        assert!(run.stderr.contains(":2: the event is too long at byte 16"));
        let broken = format!(
            ":4: this byte cannot be here in JSON at byte {}",
            33 + long.len()
        );
        assert!(run.stderr.contains(&broken), "{}", run.stderr);
    });
    let run = qlint(&["match", "-c", "--max-event", "2K", "-f", &filters, &file]);
    assert!(run.stdout.starts_with("2\t"), "{}", run.stdout);
    each_way(&file, &["-c", "--strict"], |run| {
        assert_eq!(counted(run), (2, "3"))
    });
    for size in ["0", "-1", "many", "1T"] {
        assert_eq!(
            qlint(&["match", "--max-event", size, "type:FILE", &file]).code,
            2
        );
    }
}

/// Offsets in messages are those of the text, however it is read, also after what was skipped.
#[test]
fn places_are_those_of_the_text() {
    let folder = Folder::new();
    let long = format!("{{\"a\":\n\"{}\"}}", "x".repeat(3 << 19));
    let many = format!("{EVENT}\n").repeat(10_000);
    let text = format!("{many}{long}\n{many}nonsense\n{EVENT}\n");
    let (first, second) = (many.len(), 2 * many.len() + long.len() + 1);
    let plain = folder.file("a", &text);
    let check = |run: &Run, lines: bool| {
        assert!(
            run.stderr
                .contains(&format!(":10001: the event is too long at byte {first} ")),
            "{}",
            run.stderr
        );
        let broken = format!(":20003: this byte cannot be here in JSON at byte {second} ");
        assert!(run.stderr.contains(&broken), "{}", run.stderr);
        if lines {
            assert!(run.stdout.ends_with(&format!("20004:{EVENT}\n")));
        }
    };
    for lines in [false, true] {
        let args: &[&str] = match lines {
            true => &["-n", "--strict", "--max-event", "1MiB"],
            false => &["-c", "--strict", "--max-event", "1MiB"],
        };
        each_way(&plain, args, |run| check(run, lines));
    }
    let packed = folder.file("a.zst", zstd(text.as_bytes()));
    check(
        &qlint(&[
            "match",
            "-n",
            "--strict",
            "--max-event",
            "1MiB",
            "type:FILE",
            &packed,
        ]),
        true,
    );
}

fn many() -> (Vec<u8>, usize) {
    let lines = (0..10_000).map(|n| format!("{{\"type\":\"FILE\",\"n\":{}}}\n", n * 7919 % 10_007));
    (lines.collect::<String>().into_bytes(), 10_000)
}

/// What comes before the damage of a compressed file is searched and counted, and the damage told.
#[test]
fn what_is_whole_in_a_damaged_file_is_found() {
    let folder = Folder::new();
    let (text, count) = many();
    let (gz, zst) = (gzip(&text), zstd(&text));
    let two = [&*zst, &zst].concat();
    let flipped = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let end = bytes.len() - 5;
        bytes[end] ^= 1;
        bytes
    };
    let mut wrong_sum = zst.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    for (name, bytes, least, at) in [
        ("half.gz", &gz[..gz.len() / 2], count / 3, gz.len() / 2),
        ("cut.gz", &gz[..gz.len() - 1], count, gz.len() - 1),
        ("sum.gz", &flipped(&gz), count, gz.len() - 8),
        (
            "half.zst",
            &two[..two.len() * 3 / 4],
            count,
            two.len() * 3 / 4,
        ),
        ("sum.zst", &wrong_sum, count, zst.len()),
        (
            "garbage.zst",
            &[&*zst, b"garbage"].concat(),
            count,
            zst.len(),
        ),
        ("header.gz", &gz[..5], 0, 5),
        ("header.zst", &zst[..5], 0, 5),
    ] {
        let file = folder.file(name, bytes);
        each_way(&file, &["-c"], |run| {
            let found: usize = run.stdout.trim_end().parse().unwrap();
            assert!(
                run.code == 2 && found >= least && found <= count * 2,
                "{name} {found}"
            );
            let told = format!("data is damaged at byte {at}: ");
            assert!(run.stderr.contains(&told), "{name}: {}", run.stderr);
        });
        let run = qlint(&["match", "type:FILE", &file]);
        assert!(
            run.code == 2 && run.stdout.lines().count() >= least,
            "{name}"
        );
        // The files after it are searched, too.
        let run = qlint(&[
            "match",
            "-c",
            "type:FILE",
            &file,
            &folder.file("good", EVENT),
        ]);
        assert!(
            run.code == 2 && run.stdout.ends_with("good:1\n"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn members_padding_and_skippable_frames_are_taken() {
    let folder = Folder::new();
    let (text, count) = many();
    let (gz, zst) = (gzip(&text), zstd(&text));
    let skipped = &b"\x50\x2a\x4d\x18\x04\0\0\0abcd"[..];
    for (name, bytes, times, warning) in [
        ("two.gz", [&*gz, &gz].concat(), 2, false),
        ("padded.gz", [&*gz, &[0; 5000]].concat(), 1, false),
        ("garbage.gz", [&*gz, b"garbage\n"].concat(), 1, true),
        ("first.zst", [skipped, &zst].concat(), 1, false),
        (
            "between.zst",
            [&*zst, skipped, &zst, skipped].concat(),
            2,
            false,
        ),
    ] {
        let file = folder.file(name, bytes);
        each_way(&file, &["-c"], |run| {
            assert_eq!(counted(run), (0, &*(count * times).to_string()), "{name}");
            let told = format!(
                "the gzip data ends at byte {}; what follows is ignored",
                gz.len()
            );
            assert_eq!(
                run.stderr.contains(&told),
                warning,
                "{name}: {}",
                run.stderr
            );
            assert_eq!(run.stderr.is_empty(), !warning, "{name}: {}", run.stderr);
        });
    }
}

#[test]
fn utf_16_is_converted_or_refused_by_name() {
    let folder = Folder::new();
    let text = format!("{EVENT}\r\n{{\"type\":\"FILE\",\"a\":\"é 😀\"}}\r\n");
    let marked = format!("\u{feff}{text}\u{feff}{EVENT}\r\n");
    let little = utf16(&marked, u16::to_le_bytes);
    for bytes in [
        utf16(&marked, u16::to_be_bytes),
        gzip(&little),
        zstd(&little),
        little,
    ] {
        let file = folder.file("a", bytes);
        each_way(&file, &[], |run| {
            let right = format!("{}{EVENT}\n", text.replace('\r', ""));
            assert_eq!((run.code, &*run.stdout, &*run.stderr), (0, &*right, ""));
        });
    }
    // Half of a pair makes its own event unreadable.
    let mut half = utf16("\u{feff}{\"type\":\"FILE", u16::to_le_bytes);
    half.extend([0x3d, 0xd8]);
    half.extend(utf16(&format!("\"}}\n{EVENT}\n"), u16::to_le_bytes));
    each_way(&folder.file("half", half), &["-c", "--strict"], |run| {
        assert_eq!(counted(run), (2, "1"));
        assert!(run.stderr.contains("invalid_utf8"), "{}", run.stderr);
    });
    for (bytes, name) in [
        (utf16(&text, u16::to_le_bytes), "UTF-16LE"),
        (utf16(&text, u16::to_be_bytes), "UTF-16BE"),
        (gzip(&utf16(&text, u16::to_le_bytes)), "UTF-16LE"),
        (b"\xff\xfe\0\0{\0\0\0".to_vec(), "UTF-32"),
        (b"BZh91AY&SY".to_vec(), "bzip2"),
    ] {
        each_way(&folder.file("b", bytes), &[], |run| {
            assert_eq!((run.code, &*run.stdout), (2, ""));
            assert!(run.stderr.contains(name), "{}", run.stderr);
        });
    }
}

#[test]
fn byte_order_marks_of_joined_files_are_passed_over() {
    let folder = Folder::new();
    let bom = "\u{feff}";
    let text = format!("{bom}{EVENT}\n{bom}{EVENT}{bom}{{\"type\":\"NETWORK\"}}\n\n{bom}{EVENT}\n");
    let file = folder.file("a", text.repeat(5_000));
    let filters = folder.file("a.qql", "type:FILE\n\ntype:NETWORK\n");
    for args in [&["-c"][..], &["-c", "--strict"], &["-c", "--stats"]] {
        each_way(&file, args, |run| assert_eq!(counted(run), (0, "15000")));
    }
    for args in [&["-c"][..], &["-c", "--strict"]] {
        let run = qlint(&[&["match"], args, &["-f", &filters, &file]].concat());
        let counts = run
            .stdout
            .lines()
            .map(|line| line.split_once('\t').unwrap().0);
        assert_eq!(counts.collect::<Vec<_>>(), ["15000", "5000"]);
        assert!(run.stderr.is_empty());
    }
}
