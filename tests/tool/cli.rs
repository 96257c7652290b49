//! `qlint` from outside.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::run::{command, qlint, qlint_with, root};
use testkit::events;

const EVENTS: &str = "tests/data/samples/events.ndjson";

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

// ---- check ----

#[test]
fn check_is_quiet_about_good_filters() {
    let run = qlint(&[
        "check",
        "-e",
        "type:FILE",
        "-e",
        "severity > 3",
        "-s",
        "open",
    ]);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
}

#[test]
fn check_reports_every_mistake_on_a_line_in_a_pipe() {
    let run = qlint(&["check", "-e", "type == FILE && action:"]);
    assert_eq!(run.code, 1);
    let expected = "\
-e:1:6: error[qql::parse::double_equals] `==` is not an operator; help: write `:`, as in `type:FILE`
-e:1:14: error[qql::parse::double_ampersand] `&&` is not an operator; help: write `AND`
-e:1:23: error[qql::parse::missing_value] a value is missing after `:`; help: write `token:value`; `token:*` asks for any value; `NOT` goes before the token
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn check_shows_the_source_to_people() {
    let run = qlint(&[
        "check",
        "--format",
        "human",
        "-e",
        "file.nmae:\"a.dll\" AND type >= FILE",
    ]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout);
    let summary = "qlint: 1 error and 1 warning in 1 filter; 1 fixable with `--fix --unsafe-fixes`; schema: edr\n";
    assert_eq!(run.stderr, summary);
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let args = ["check", "--format", "human", "-e", "type =="];
    let plain = qlint(&args);
    assert!(!plain.stdout.contains('\u{1b}'));
    let colour = qlint(&[&args[..], &["--color", "always"]].concat());
    assert!(colour.stdout.contains('\u{1b}'));
    let never = qlint(&[&args[..], &["--color", "never"]].concat());
    assert_eq!(never.stdout, plain.stdout);
}

#[test]
fn check_finds_filters_in_paragraphs() {
    let text = "# saved searches\n\ntype:FILE AND\n# only new ones\naction:CREATED\n\r\n\ntype:FILE AND\n  severity:>3\n";
    let folder = folder_with(&[("a.qql", text)]);
    let file = path(&folder, "a.qql");
    let run = qlint(&["check", &file, "--schema", "open"]);
    assert_eq!(run.code, 1);
    let expected = format!(
        "{file}:9:11: error[qql::parse::colon_comparison] a comparison takes the place of the colon; help: remove the colon: `token > 5`\n"
    );
    assert_eq!(run.stdout, expected);
}

#[test]
fn check_takes_a_filter_a_line() {
    let run = qlint_with(
        &["check", "--lines", "-"],
        b"type:FILE\n# no\ntype:\n\ntype:FIEL\n",
    );
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("<stdin>:3:5: error[qql::parse::missing_value]"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("<stdin>:5:6: warning[qql::check::unknown_value]"),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn check_in_json_names_the_place_in_the_file() {
    let text = "type:FILE\n\nfile.nmae:é AND type:=5\n";
    let folder = folder_with(&[("a.qql", text)]);
    let file = path(&folder, "a.qql");
    let run = qlint(&["check", "--format", "json", &file]);
    assert_eq!(run.code, 1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let unknown = &report["findings"][0];
    assert_eq!(unknown["code"], "qql::check::unknown_token");
    // Beside an error of the text, only that has a fix.
    assert!(unknown["fix"].is_null(), "{unknown}");
    let finding = &report["findings"][1];
    assert_eq!(finding["file"], file.as_str());
    assert_eq!(finding["filter"], 1);
    assert_eq!(finding["code"], "qql::parse::colon_comparison");
    assert_eq!(finding["level"], "error");
    let (start, end) = (
        finding["span"]["start"].as_u64().unwrap(),
        finding["span"]["end"].as_u64().unwrap(),
    );
    assert_eq!(&text[start as usize..end as usize], ":=");
    assert_eq!(
        (&finding["span"]["line"], &finding["span"]["column"]),
        (&3.into(), &21.into())
    );
    let edit = &finding["fix"]["edits"][0];
    assert_eq!(edit["text"], " = ");
    assert_eq!((&edit["start"], &edit["end"]), (&start.into(), &end.into()));
    assert_eq!(report["summary"]["errors"], 1);
}

#[test]
fn the_level_that_fails_can_be_chosen() {
    let code = |args: &[&str]| qlint(&[&["check", "-e", "type:FIEL"], args].concat()).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "error"]), 0);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--config", "fail-on=error"]), 0);
    assert_eq!(
        code(&[
            "--config",
            "rules.unknown_value=error",
            "--fail-on",
            "error"
        ]),
        1
    );
    let advice = ["check", "-e", "type:[FILE]"];
    assert_eq!(qlint(&advice).code, 0);
    assert_eq!(
        qlint(&[&advice[..], &["--fail-on", "advice"]].concat()).code,
        1
    );
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let folder = folder_with(&[("good.qql", "type:")]);
    fs::write(folder.path().join("latin1.qql"), b"type:FILE\n\nname:\xe9").unwrap();
    let run = qlint(&[
        "check",
        "/no/such/file",
        &path(&folder, "latin1.qql"),
        &path(&folder, "good.qql"),
    ]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("qql::parse::missing_value"));
    let errors: Vec<&str> = run.stderr.lines().collect();
    assert!(
        errors[0].starts_with("qlint: cannot read /no/such/file: "),
        "{errors:?}"
    );
    assert!(
        errors[1].ends_with("latin1.qql:3: the file is not UTF-8 at byte 16"),
        "{errors:?}"
    );
}

#[test]
fn wrong_usage_is_2() {
    for args in [
        &["match"][..],
        &["check", "--fix", "--diff", "-e", "a:1"],
        &["check", "--unsafe-fixes", "-e", "a:1"],
        &["check", "--diff", "--statistics", "-e", "a:1"],
        &["check", "--config", "rules.or_chian=off", "-e", "a:1"],
        &["check", "--config", "widht=5", "-e", "a:1"],
        &["check", "--config", "no/such/file.toml", "-e", "a:1"],
        &["rule", "or_chian"],
        &["frobnicate"],
        &["check", "-e", "a:1", "--now", "soon"],
        &["check", "-e", "a:1", "-s", "vm"],
    ] {
        let run = qlint(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn now_can_be_given() {
    for (now, matches) in [
        ("2020-08-18", 0),
        ("2020-08-18T12:00:00Z", 0),
        ("2024-01-01", 1),
    ] {
        let run = qlint(&[
            "match",
            "-q",
            "dateTime > now-3d AND type:FILE AND actor.state:RUNNING",
            "--now",
            now,
            EVENTS,
        ]);
        assert_eq!(run.code, matches, "{now}");
    }
}

// ---- schema files ----

#[test]
fn a_schema_file_can_extend_a_built_in_one() {
    let schema = "extends = \"edr\"\nunknown = \"deny\"\n[tokens.\"process.sid\"]\nkind = \"id\"\npaths = [\"process.sid\"]\n";
    let folder = folder_with(&[("mine.toml", schema)]);
    let file = path(&folder, "mine.toml");
    assert_eq!(
        qlint(&[
            "match",
            "-q",
            "process.sid:\"S-1-5-21\"",
            "-s",
            &file,
            EVENTS
        ])
        .code,
        0
    );
    let run = qlint(&["check", "-e", "nosuch:1", "-s", &file]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("error[qql::check::unknown_token]"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_wrong_schema_file_is_shown() {
    let schema = "[tokens.\"a\"]\nkind = \"texd\"\npaths = [\"a..b\"]\n";
    let folder = folder_with(&[("wrong.toml", schema)]);
    let file = path(&folder, "wrong.toml");
    let run = qlint(&["check", "-e", "a:1", "-s", &file]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(run.stderr.replace(&file, "wrong.toml"));
}

// ---- match ----

#[test]
fn match_prints_events_as_they_stand() {
    let events = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(EVENTS)).unwrap();
    let second = format!("{}\n", events.lines().nth(1).unwrap());
    let filter = "type:FILE AND action:CREATED AND file.properties.certificate:(signed:true AND valid:false)";
    let run = qlint(&["match", filter, EVENTS]);
    assert_eq!(
        (run.code, run.stdout, run.stderr.as_str()),
        (0, second.clone(), "")
    );
    let run = qlint_with(&["match", filter], events.as_bytes());
    assert_eq!((run.code, run.stdout), (0, second.clone()));
    let run = qlint(&["match", "-n", filter, EVENTS]);
    assert_eq!(run.stdout, format!("2:{second}"));
    let run = qlint(&["match", "-nH", filter, EVENTS]);
    assert_eq!(run.stdout, format!("{EVENTS}:2:{second}"));
    let run = qlint(&["match", "-q", filter, EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[test]
fn match_counts() {
    assert_eq!(qlint(&["match", "-c", "type:FILE", EVENTS]).stdout, "4\n");
    assert_eq!(qlint(&["match", "-vc", "type:FILE", EVENTS]).stdout, "2\n");
    let details = "tests/data/samples/edr-1.0-event-details.json";
    let run = qlint(&["match", "-c", "type:FILE", EVENTS, details]);
    assert_eq!(run.stdout, format!("{EVENTS}:4\n{details}:1\n"));
    let run = qlint(&["match", "-c", "type:MUTEX", EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "0\n"));
}

#[test]
fn match_writes_pretty_events_on_one_line() {
    let list = "tests/data/samples/edr-1.0-events.json";
    let run = qlint(&["match", "--compact", "type:FILE", list]);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(
        run.stdout
            .starts_with(r#"{"dateTime":"2020-08-17T04:15:06.000+0000","actor":{"processId":1612"#)
    );
    let event: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(event["actor"]["userName"], r"NT AUTHORITY\LOCAL SERVICE");
    let wrapped = "tests/data/samples/fetch-event-details-2024.json";
    assert_eq!(
        qlint(&["match", "-c", "type:FILE", "--root", "data", wrapped]).stdout,
        "1\n"
    );
}

#[test]
fn match_reports_bad_events_and_goes_on() {
    let events = b"{\"type\": \"FILE\"}\n{\"type\":\n{\"type\": \"FILE\"}\n";
    let run = qlint_with(&["match", "-c", "type:FILE", "-"], events);
    assert_eq!((run.code, run.stdout.as_str()), (0, "2\n"));
    let expected = "\
qlint: <stdin>:2: the event ends too early at byte 25 [qql::event::unexpected_end]
qlint: 1 event could not be read
";
    assert_eq!(run.stderr, expected);
    let run = qlint_with(&["match", "-c", "--strict", "type:FILE", "-"], events);
    assert_eq!((run.code, run.stdout.as_str()), (2, "2\n"));
}

#[test]
fn match_refuses_a_wrong_filter() {
    let run = qlint(&["match", "type == FILE", EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("qql::parse::double_equals"));
    let run = qlint(&["match", "type > FILE", EVENTS]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("qql::check::not_taken"));
}

#[test]
fn match_goes_on_behind_a_missing_file() {
    let run = qlint(&["match", "-c", "type:FILE", "/no/such/file", EVENTS]);
    assert_eq!((run.code, run.stdout), (2, format!("{EVENTS}:4\n")));
    assert!(run.stderr.starts_with("qlint: cannot read /no/such/file: "));
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let big = "{\"a\": 1}\n".repeat(200_000);
    let folder = folder_with(&[("big.ndjson", &big)]);
    let mut child = command(
        root(),
        &["match", "-s", "open", "a:1", &path(&folder, "big.ndjson")],
    )
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// More events than go into a block, with some that are broken.
fn many_events() -> Vec<u8> {
    let mut buffer = events::buffer(3, 2 << 20);
    let broken = b"{\"type\": \"FILE\", \"file\": {\n";
    for part in 1..4 {
        let at = buffer.len() / 4 * part;
        let at = at + buffer[at..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        buffer.splice(at..at, broken.iter().copied());
    }
    buffer
}

#[test]
fn match_finds_the_same_however_it_reads() {
    let events = many_events();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&events).unwrap();
    // Two frames, one after the other, are one text.
    let (first, second) = events.split_at(events.len() / 3);
    let zst = [first, second].map(|part| {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        ruzstd::encoding::compress_to_vec(part, level)
    });
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).unwrap();
        path(&folder, name)
    };
    let plain = file("events.ndjson", &events);
    let gz = file("events.ndjson.gz", &gz.finish().unwrap());
    let zst = file("events.ndjson.zst", &zst.concat());
    for args in [
        &["match", "-n", "type:FILE AND process.name:*.exe"][..],
        &["match", "-c", "--strict", "NOT type:FILE"],
        &["match", "-v", "type:FILE"],
        &["match", "-nc", "handle.id IS NULL"],
    ] {
        let with = |more: &[&str]| qlint(&[args, more].concat());
        let right = with(&["-j1", &plain]);
        assert!(right.stdout.len() > 1 && right.stderr.contains("3 events could not be read"));
        for more in [
            &["-j2", &*plain][..],
            &["-j7", &plain],
            &["-j1", "--mmap", &plain],
            &["-j3", "--mmap", &plain],
            &["-j1", &gz],
            &["-j3", &gz],
            &["-j2", &zst],
        ] {
            let run = with(more);
            let stderr = run.stderr.replace(more[more.len() - 1], &plain);
            assert_eq!(run.code, right.code, "{args:?} {more:?}");
            assert!(run.stdout == right.stdout, "{args:?} {more:?}");
            assert_eq!(stderr, right.stderr, "{args:?} {more:?}");
        }
        let run = qlint_with(args, &events);
        assert!(run.stdout == right.stdout, "{args:?} from standard input");
        let stderr = run.stderr.replace("<stdin>", &plain);
        assert_eq!(stderr, right.stderr, "{args:?} from standard input");
    }
}

#[test]
fn match_says_what_is_wrong_with_a_compressed_file() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("cut.gz", &b"\x1f\x8b\x08\x00\x00"[..]),
        ("bad.zst", b"\x28\xb5\x2f\xfd\x00"),
        ("cut.zst", b"\x28\xb5\x2f\xfd\x04\x58\x01"),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let file = path(&folder, name);
        for threads in ["-j1", "-j2"] {
            let run = qlint(&["match", threads, "type:FILE", &file]);
            assert_eq!(run.code, 2, "{name} {}", run.stderr);
            assert!(
                run.stderr
                    .starts_with(&format!("qlint: cannot read {file}: "))
            );
        }
    }
    let run = qlint(&["match", "type:FILE", &folder.path().display().to_string()]);
    let none = "no file of events found under";
    assert!(run.code == 2 && run.stderr.contains(none), "{}", run.stderr);
    fs::write(folder.path().join("empty"), "").unwrap();
    for more in ["-j1", "-j2", "--mmap"] {
        let run = qlint(&["match", "-c", more, "type:FILE", &path(&folder, "empty")]);
        assert_eq!((run.code, &*run.stdout, &*run.stderr), (1, "0\n", ""));
    }
}

#[test]
fn match_reports_figures() {
    let events = b"{\"type\":\"FILE\"}\n{\"type\":\"X\"}\n{\"type\":\n\n{}\n";
    let run = qlint_with(&["match", "-c", "--stats=json", "type:FILE"], events);
    let (_, figures) = run.stderr.rsplit_once("qlint: {").unwrap();
    let figures: serde_json::Value = serde_json::from_str(&format!("{{{figures}")).unwrap();
    let figure = |name: &str| figures[name].as_u64().unwrap();
    assert_eq!(figure("bytes"), events.len() as u64);
    assert_eq!(
        (figure("events"), figure("matches"), figure("bad")),
        (4, 1, 1)
    );
    assert!(figures["seconds"].as_f64().unwrap() > 0.0);
    assert!(figures["gb_per_second"].as_f64().unwrap() > 0.0);
    let run = qlint_with(&["match", "--stats", "-c", "type:FILE"], events);
    assert!(run.stderr.contains("qlint: 4 events\nqlint: 1 matches\n"));
}

#[test]
fn two_filters_on_two_lines_are_told_how_to_be_separated() {
    let folder = folder_with(&[
        (
            "notes.qql",
            "Name: a.score:[90 ... 100] \nAsset: tags.name:x\n",
        ),
        ("apart.qql", "a:1\n\nb:2\n"),
        ("one.qql", "a:1 b:2\n"),
    ]);
    let help = |name: &str| {
        let run = qlint(&["check", "--isolated", "-s", "open", &path(&folder, name)]);
        let all = format!("{}{}", run.stdout, run.stderr);
        let words: Vec<&str> = all.split_whitespace().filter(|it| *it != "│").collect();
        (
            run.code,
            words
                .join(" ")
                .contains("a blank line separates filters, and with --lines"),
        )
    };
    assert_eq!(help("notes.qql"), (1, true));
    assert_eq!(help("one.qql"), (1, false));
    assert_eq!(help("apart.qql"), (0, false));
}

#[test]
fn match_says_if_no_event_has_what_is_asked_for() {
    let wrapped = br#"{"hits":{"type":"FILE"}}"#;
    let is_said = |args: &[&str], events: &[u8]| {
        let mut all = vec!["match"];
        all.extend(args);
        let run = qlint_with(&all, events);
        (
            run.code,
            run.stderr
                .matches("none of the first events has a value")
                .count(),
        )
    };
    assert_eq!(is_said(&["type:FILE"], wrapped), (1, 1));
    assert_eq!(is_said(&["-c", "NOT type:FILE"], wrapped), (0, 1));
    assert_eq!(is_said(&["-s", "fim", "action:Create"], wrapped), (1, 1));
    assert_eq!(is_said(&["--root", "hits", "type:FILE"], wrapped), (0, 0));
    assert_eq!(
        is_said(&["--root", "hits", "type:PROCESS"], wrapped),
        (1, 0)
    );
    assert_eq!(is_said(&["-q", "type:FILE"], wrapped), (1, 0));
    assert_eq!(is_said(&["FILE"], wrapped), (0, 0));
    let late = format!("{}{{\"type\":\"FILE\"}}\n", "{\"x\":1}\n".repeat(2000));
    assert_eq!(is_said(&["type:FILE"], late.as_bytes()), (0, 0));
    assert_eq!(is_said(&["-c", "NOT type:FILE"], late.as_bytes()), (0, 1));
    assert_eq!(is_said(&["type:FILE"], b""), (1, 0));

    // Of many filters and files it is said once, if nothing of any is there.
    let other = "{\"x\":1}\n".repeat(300_000);
    let folder = folder_with(&[
        ("f.qql", "type:FILE\n\nfile.name:x\n"),
        ("other.json", &other),
        ("wrapped.json", "{\"hits\":{\"type\":\"FILE\"}}"),
        ("event.json", "{\"type\":\"X\"}"),
    ]);
    let [filters, other, wrapped, event] =
        ["f.qql", "other.json", "wrapped.json", "event.json"].map(|name| path(&folder, name));
    assert_eq!(is_said(&["-f", &filters, &other, &wrapped], b""), (1, 1));
    assert_eq!(
        is_said(&["-f", &filters, &other, &event, &wrapped], b""),
        (1, 0)
    );
    let run = qlint(&["match", "--stats", "type:FILE", &other]);
    assert!(
        run.stderr.contains("qlint: paths of the filter not seen\n"),
        "{}",
        run.stderr
    );
    let run = qlint(&["match", "--stats=json", "type:FILE", &event]);
    assert!(run.stderr.contains("\"paths_seen\":true"), "{}", run.stderr);
}

#[test]
fn the_filter_has_an_option_too() {
    let events = "tests/data/samples/events.ndjson";
    let count = |args: &[&str]| qlint(&[&["match", "-c"], args].concat()).stdout;
    let by_place = count(&["type:FILE", events]);
    assert_ne!(by_place, "0\n");
    assert_eq!(count(&["-e", "type:FILE", events]), by_place);
    assert_eq!(count(&[events, "--expression=type:FILE"]), by_place);
    let wrong = qlint(&["match", "-e", "type:", events]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("[-e:1:5]"), "{}", wrong.stderr);
    let both = qlint(&["match", "-e", "type:FILE", "-f", "examples/filters", events]);
    assert_eq!((both.code, &*both.stdout), (2, ""));
}

#[test]
fn match_explains_its_plan() {
    let explain = |filter: &str| qlint(&["match", "--explain-plan", filter]).stdout;
    let text = explain(r#"type:FILE AND file.name:"energyprov.dll""#);
    assert!(
        text.starts_with("look for `energyprov.dll` in any case"),
        "{text}"
    );
    let text = explain("event.dateTime > 2024-01-01");
    assert!(text.starts_with("look for `\"dateTime\"`"), "{text}");
    assert!(explain("NOT type:FILE").starts_with("read every event"));
    let run = qlint(&["match", "--explain-plan", "--strict", "type:FILE"]);
    assert!(run.code == 0 && run.stdout.contains("every byte is validated"));
}

// ---- tokens ----

#[test]
fn tokens_are_listed() {
    let run = qlint(&["tokens", "remote"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 0);
    assert_eq!(qlint(&["tokens", "no such token"]).code, 1);
    let run = qlint(&[
        "tokens",
        "--schema",
        "fim",
        "--format",
        "json",
        "rules.severity",
    ]);
    let token: serde_json::Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!(token["name"], "profiles.rules.severity");
    assert_eq!(token["paths"][0], "profiles[].rules[].severity");
    assert_eq!(token["kind"], "integer");
    assert_eq!(token["app"], "fim");
    // A name, an alias, a description, a value, a key: of one app or of all.
    let names = |args: &[&str]| {
        let run = qlint(&[&["tokens", "--format", "json"], args].concat());
        let rows = run.stdout.lines().map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            (text("app"), text("name"))
        });
        rows.collect::<Vec<_>>()
    };
    let has = |rows: &[(String, String)], app: &str, name: &str| {
        rows.iter().any(|row| row.0 == app && row.1 == name)
    };
    let all = names(&["PORT"]);
    assert!(has(&all, "csam", "openPorts.port") && has(&all, "edr", "network.remote.address.port"));
    let one = names(&["port", "--app", "csam"]);
    assert!(!one.is_empty() && one.iter().all(|(app, _)| app == "csam") && one.len() < all.len());
    assert!(has(&names(&["softwareListData"]), "csam", "software.name"));
    assert!(has(&names(&["containers.state"]), "cs", "container.state"));
    assert!(has(&names(&["established"]), "edr", "action"));
}

// ---- match -f ----

const FILTERS: &str = "\
# name: files
type:FILE

# no name
type:NETWORK
  # and more
  AND network.remote.address.port > 1000

indicator.score > 5
# name: bad score
";

#[test]
fn match_names_the_filters_of_a_file() {
    let folder = folder_with(&[("a.qql", FILTERS)]);
    let filters = path(&folder, "a.qql");
    let run = qlint(&["match", "-f", &filters, "-n", "--compact", EVENTS]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let starts: Vec<&str> = run
        .stdout
        .lines()
        .map(|line| line.split('{').next().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "1:files\t",
            "2:files\t",
            "3:a:5\t",
            "4:files,bad score\t",
            "6:files\t"
        ]
    );
    let run = qlint(&["match", "-f", &filters, "-c", EVENTS, EVENTS]);
    assert_eq!(run.stdout, "8\tfiles\n2\ta:5\n2\tbad score\n");
    let run = qlint(&["match", "-f", &filters, "-v", "-n", EVENTS]);
    assert!(run.stdout.starts_with("5:{") && run.stdout.lines().count() == 1);
    let run = qlint(&["match", "-f", &filters, "-v", "-c", EVENTS]);
    assert_eq!(run.stdout, "1\n");
    let run = qlint(&["match", "-f", &filters, "-q", EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let run = qlint(&["match", "-f", &filters, "--explain-plan"]);
    assert!(
        run.stdout.contains("run those of 3 different filters"),
        "{}",
        run.stdout
    );
}

#[test]
fn match_writes_filters_and_event_as_json() {
    let folder = folder_with(&[("a.qql", FILTERS)]);
    let filters = path(&folder, "a.qql");
    let events = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(EVENTS)).unwrap();
    let run = qlint_with(&["match", "-f", &filters, "--json", "-nH"], &events);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<serde_json::Value> = lines.collect();
    let names: Vec<_> = lines
        .iter()
        .map(|line| line["filters"].to_string())
        .collect();
    assert_eq!(names[3], r#"["files","bad score"]"#);
    assert_eq!(
        (&lines[3]["line"], &lines[3]["file"]),
        (&4.into(), &"<stdin>".into())
    );
    let all = events
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let all: Vec<serde_json::Value> = all
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines[3]["event"], all[3]);
}

#[test]
fn match_takes_lists_in_many_forms() {
    let folder = folder_with(&[
        (
            "a.yaml",
            "- type:FILE\n- {name: two, filter: 'type:NETWORK'}\n",
        ),
        (
            "b.toml",
            "filters = ['type:FILE', {name = \"four\\t4\", filter = \"type:NETWORK\"}]",
        ),
        ("c.json", r#"{"filters": [{"filter": "type:FILE"}]}"#),
        ("d.txt", "type:FILE\n# name: six\ntype:NETWORK\n"),
        (".hidden.qql", "type:FILE"),
        ("notes.md", "no filter"),
    ]);
    let at = |name| path(&folder, name);
    let all = ["match", "-c", EVENTS, "-f"].map(str::to_owned);
    let count = |rest: &[String]| {
        let args = all
            .iter()
            .chain(rest)
            .map(String::as_str)
            .collect::<Vec<_>>();
        let run = qlint(&args);
        assert_eq!(run.stderr, "");
        run.stdout
    };
    assert_eq!(count(&[at("a.yaml")]), "4\ta:1\n1\ttwo\n");
    assert_eq!(count(&[at("b.toml")]), "4\tb:1\n1\tfour 4\n");
    assert_eq!(count(&[at("c.json")]), "4\tc\n");
    assert_eq!(
        count(&[at("d.txt"), "--lines".to_owned()]),
        "4\td:1\n1\tsix\n"
    );
    // A folder: its lists by name, without what is hidden or no list.
    let folder = folder.path().to_str().unwrap().to_owned();
    assert_eq!(
        count(std::slice::from_ref(&folder)),
        "4\ta:1\n1\ttwo\n4\tb:1\n1\tfour 4\n4\tc\n"
    );
}

#[test]
fn match_leaves_wrong_filters_out_and_says_so() {
    let text = "type:FILE\n\n# name: typo\ntype == FILE\n\ntype:NETWORK\n";
    let folder = folder_with(&[
        ("a.qql", text),
        ("bad.toml", "filters = [5]"),
        ("worse.yaml", "- a: [\n"),
        ("wrong.yaml", r#"[{"filter": "type:FILE", "nme": "x"}]"#),
        ("empty.qql", "# nothing\n"),
    ]);
    let at = |name| path(&folder, name);
    let run = qlint(&["match", "-f", &at("a.qql"), "-c", EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (2, "4\ta:1\n1\ta:6\n"));
    assert!(run.stderr.contains("a.qql:4:6"), "{}", run.stderr);
    assert!(
        run.stderr.contains("filter `typo` is left out"),
        "{}",
        run.stderr
    );
    for (file, message) in [
        ("bad.toml", "expected a text"),
        ("worse.yaml", "worse.yaml:"),
        ("wrong.yaml", "not `nme`"),
        ("missing.qql", "cannot read"),
    ] {
        let run = qlint(&["match", "-f", &at(file), "-c", EVENTS]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{file}");
        assert!(run.stderr.contains(message), "{file}: {}", run.stderr);
    }
    let folder = folder_with(&[("a.qql", "type:FIEL\n\nfile.nmae:x\n")]);
    let run = qlint(&["match", "-f", &path(&folder, "a.qql"), "-c", EVENTS]);
    assert_eq!(
        run.stderr,
        "qlint: 2 warnings about the filters; `qlint check` shows them\n"
    );
    let run = qlint(&["match", "-f", &at("empty.qql"), "-c", EVENTS]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(qlint(&["match"]).code, 2);
    for events in [&["-"][..], &[]] {
        let run = qlint(&[&["match", "-f", "-"], events].concat());
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.contains("both the filters and the events"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(qlint(&["match", "--json", "type:FILE", EVENTS]).code, 2);
}

#[test]
fn match_finds_the_same_with_many_threads() {
    let folder = folder_with(&[("a.qql", FILTERS)]);
    let filters = path(&folder, "a.qql");
    let events = events::buffer(3, 3 << 20);
    let file = path(&folder, "events.ndjson");
    fs::write(&file, &events).unwrap();
    let run = |args: &[&str]| {
        let args: Vec<&str> = ["match", "-f", &filters]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let run = qlint(&args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    };
    let right = run(&["-j1", "-n", &file]);
    assert!(right.lines().count() > 100);
    assert_eq!(run(&["-j3", "-n", &file]), right);
    assert_eq!(run(&["-j2", "--mmap", "-n", &file]), right);
    assert_eq!(run(&["--strict", "-n", &file]), right);
}

#[test]
fn versions_are_a_kind_of_the_tool_too() {
    let schema = "[tokens.\"agent.version\"]\nkind = \"version\"\npaths = [\"agent.version\"]\n";
    let folder = folder_with(&[
        ("versions.toml", schema),
        (
            "qlint.toml",
            "schema = \"open\"\n[tokens]\n\"agent.version\" = \"version\"\n",
        ),
    ]);
    let schema = path(&folder, "versions.toml");
    let run = qlint(&["tokens", "--schema", &schema]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("version"), "{}", run.stdout);
    let filter = "agent.version > 4.8 AND agent.version:[5 .. 6.0-rc1) AND agent.version = v5.0";
    let run = qlint(&["explain", "--schema", &schema, "-e", filter]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for said in [
        "agent.version is above version `4.8`",
        "is version `5` or above, and is below version `6.0-rc1`",
        "is the version `v5.0`, however it is written",
        "(version at agent.version)",
    ] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    let events = "{\"agent\": {\"version\": \"5.0\"}}\n{\"agent\": {\"version\": \"5.0.1\"}}\n";
    let run = qlint_with(&["match", "--schema", &schema, "-c", filter], events);
    assert_eq!(run.stdout, "1\n", "{}", run.stderr);
    // In a configuration as well.
    let config = path(&folder, "qlint.toml");
    let run = qlint(&["check", "--config", &config, "-e", "agent.version > latest"]);
    assert!(
        run.stdout.contains("not_a_version"),
        "{} {}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn a_scope_of_a_schema_is_chosen_by_its_name() {
    let run = qlint(&["tokens", "-s", "fim:incident", "reviewers"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = qlint(&["tokens", "-s", "fim:event", "reviewers"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let run = qlint(&["tokens", "-s", "fim:image", "reviewers"]);
    assert_eq!(run.code, 2);
    let scopes = "the scopes of fim are event, incident, asset";
    assert!(run.stderr.contains(scopes), "{}", run.stderr);
}
