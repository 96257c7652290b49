//! What a user of other linters and of ripgrep expects.

use std::fs;
use std::io::Write;

use serde_json::Value;

use crate::run::{Run, command, folder, qlint, qlint_in, qlint_with, root};

/// Three filters, each with one finding.
const THREE: &str = "file.size:[1 ... 5]\n\nfile.name:\"*.exe\"\n\nNOT NOT file.size:5\n";

/// The names of the rules of findings, one a line.
fn rules(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines();
    lines
        .filter_map(|line| line.split_once('[')?.1.split_once(']'))
        .filter_map(|(code, _)| code.rsplit("::").next())
        .collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

// ---- nothing to do ----

#[test]
fn a_file_that_is_named_and_has_no_filter_is_said() {
    let folder = folder(&[
        ("empty.qql", ""),
        ("comments.qql", "# name: one\n\n# two\n"),
        ("lines.txt", "\n\n"),
        ("other.json", "{\"a\": \"b\"}"),
        ("good.qql", "type:FILE\n"),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    for (args, message) in [
        (
            &["empty.qql"][..],
            "empty.qql has no filter; it was read as `qql`: One filter in each paragraph",
        ),
        (&["comments.qql", "good.qql"], "comments.qql has no filter"),
        (
            &["--lines", "lines.txt"],
            "lines.txt has no filter; it was read as `lines`: One filter on each line",
        ),
        (
            &["other.json"],
            "other.json has no filter at the keys `filter`, ",
        ),
    ] {
        for command in ["check", "fmt"] {
            let said = run(&[&[command], args].concat());
            assert_eq!(said.code, 2, "{command} {args:?}: {}", said.stderr);
            assert!(said.stderr.contains(message), "{}", said.stderr);
            let allowed = run(&[&[command, "--allow-empty"], args].concat());
            assert_eq!(allowed.code, 0, "{command} {args:?}: {}", allowed.stderr);
            assert!(!allowed.stderr.contains("no filter"), "{}", allowed.stderr);
        }
    }
    assert_eq!(qlint_with(&["check", "-"], "\n").code, 2);
    assert_eq!(qlint_with(&["check", "--allow-empty", "-"], "\n").code, 0);
    // An editor gets its empty text back.
    let formatted = qlint_with(&["fmt", "-"], "");
    assert_eq!((formatted.code, formatted.stdout.as_str()), (0, ""));
    // Every event, as an argument.
    assert_eq!(run(&["check", "-e", "", "--select", "empty_range"]).code, 0);
    // A file without filters does not hide findings of others.
    let both = run(&["check", "empty.qql", "-e", "a.b:1", "-s", "edr"]);
    assert!(both.stdout.contains("unknown_token"), "{}", both.stdout);
    assert_eq!(both.code, 2);
    assert_eq!(run(&["explain", "empty.qql"]).code, 2);
    assert_eq!(run(&["explain", "--allow-empty", "empty.qql"]).code, 0);
}

#[test]
fn a_folder_without_filters_is_said() {
    let folder = folder(&[
        ("none/a.md", "type == FILE\n"),
        ("other/a.yaml", "services: {}\n"),
        ("good/sub/a.qql", "type:FILE\n"),
        ("broken/a.json", "{"),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    for command in ["check", "fmt"] {
        for name in ["none", "./other", "none/"] {
            let said = run(&[command, "good", name]);
            let message = format!("no file with filters found under {name}; *.qql, ");
            assert_eq!(said.code, 2, "{}", said.stderr);
            assert!(said.stderr.contains(&message), "{}", said.stderr);
            assert_eq!(run(&[command, "--allow-empty", "good", name]).code, 0);
        }
        for good in ["good", "./good", ".", "good/sub/", "good/sub/a.qql"] {
            let said = run(&[command, "--config", "exclude=[\"broken\"]", good]);
            assert_eq!(said.code, 0, "{good}: {}", said.stderr);
            assert!(!said.stderr.contains("no file with"), "{}", said.stderr);
        }
    }
    // Nothing is named: the current folder.
    let none = folder.path().join("none");
    let said = qlint_in(&none, &["check"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("found under .; "), "{}", said.stderr);
    // What cannot be read is not nothing.
    let broken = run(&["check", "broken"]);
    assert!(!broken.stderr.contains("no file with"), "{}", broken.stderr);
}

// ---- which rules ----

#[test]
fn rules_are_selected_and_ignored() {
    let folder = folder(&[("a.qql", THREE)]);
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["check", "a.qql"], args].concat());
    let all = ["three_dots", "leading_wildcard", "double_negation"];
    assert_eq!(rules(&run(&[])), all);
    for (args, right) in [
        (&["--select", "three_dots"][..], &all[..1]),
        (
            &["--select", "qql::lint::three_dots,leading_wildcard"],
            &all[..2],
        ),
        (&["--select", "lint"], &all),
        (&["--select", "qql::lint"], &all),
        (&["--select", "all"], &all),
        (&["--select", "check"], &[]),
        (&["--ignore", "three_dots"], &all[1..]),
        (&["--ignore", "lint"], &[]),
        // A rule that is named wins over a group, and ignoring wins over selecting.
        (&["--ignore", "lint", "--select", "three_dots"], &all[..1]),
        (&["--ignore", "three_dots", "--select", "lint"], &all[1..]),
        (&["--ignore", "three_dots", "--select", "three_dots"], &[]),
        // Over what a configuration says.
        (
            &["--config", "rules.lint=\"off\"", "--select", "three_dots"],
            &all[..1],
        ),
        (
            &[
                "--config",
                "rules.three_dots=\"error\"",
                "--ignore",
                "three_dots",
            ],
            &all[1..],
        ),
        (
            &["--config", "select=[\"three_dots\", \"leading_wildcard\"]"],
            &all[..2],
        ),
        (&["--config", "ignore=[\"three_dots\"]"], &all[1..]),
    ] {
        assert_eq!(rules(&run(args)), right, "{args:?}");
    }
    // What is selected keeps its level.
    let error = run(&[
        "--config",
        "rules.three_dots=\"error\"",
        "--select",
        "three_dots",
    ]);
    assert!(
        error.stdout.contains(": error[qql::lint::three_dots"),
        "{}",
        error.stdout
    );
    // A rule that is off is on if it is selected.
    let off = qlint(&["check", "-s", "edr", "-e", "type:FILE"]);
    assert_eq!(off.stdout, "");
    let on = qlint(&[
        "check",
        "-s",
        "edr",
        "-e",
        "type:FILE",
        "--select",
        "no_time_bound",
    ]);
    assert_eq!(rules(&on), ["no_time_bound"]);
    // Errors in the text are always reported.
    let errors = qlint(&["check", "-e", "type==FILE", "--select", "three_dots"]);
    assert_eq!(rules(&errors), ["double_equals"]);
    for (args, message) in [
        (
            &["--select", "three_dot"][..],
            "--select: there is no rule `three_dot`; did you mean `three_dots`?",
        ),
        (
            &["--ignore", "qql::lint::thre_dots"],
            "did you mean `three_dots`?",
        ),
        (
            &["--ignore", "double_equals"],
            "`double_equals` cannot be ignored",
        ),
        (&["--config", "select=[\"lnt\"]"], "there is no rule `lnt`"),
    ] {
        let wrong = run(args);
        assert_eq!(wrong.code, 2, "{args:?}");
        assert!(wrong.stderr.contains(message), "{}", wrong.stderr);
    }
}

#[test]
fn a_configuration_selects_rules_and_its_levels_add_to_them() {
    let config =
        "select = [\"lint\"]\nignore = [\"three_dots\"]\n[rules]\ndouble_negation = \"error\"\n";
    let folder = folder(&[
        ("qlint.toml", config),
        ("a.qql", THREE),
        ("deep/qlint.toml", "extends = \"../qlint.toml\"\n"),
        ("wrong/qlint.toml", "ignore = [\n  \"three_dot\",\n]\n"),
        ("wrong/a.qql", THREE),
    ]);
    let run = qlint_in(folder.path(), &["check", "a.qql"]);
    assert_eq!(rules(&run), ["leading_wildcard", "double_negation"]);
    assert!(run.stdout.contains("error[qql::lint::double_negation"));
    let wrong = qlint_in(folder.path(), &["check", "wrong"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("qlint.toml:2:3"), "{}", wrong.stderr);
    assert!(
        wrong.stderr.contains("did you mean `three_dots`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_comment_ignores_rules_in_its_whole_file() {
    let file = format!("# qlint: file-ignore[three_dots, double_negation] -- imported\n{THREE}");
    let folder = folder(&[
        ("a.qql", &file),
        (
            "unused.qql",
            "# qlint: file-ignore[or_chain, three_dots]\nfile.size:[1 ... 5]\n",
        ),
        (
            "old.qql",
            "type:FILE\n\n# qlint: file-ignore[three_dots] until=2020-01-31\nfile.size:[1 ... 5]\n",
        ),
        (
            "lines.txt",
            "# qlint: file-ignore[three_dots]\nfile.size:[1 ... 5]\nfile.size:[2 ... 5]\n",
        ),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    assert_eq!(rules(&run(&["check", "a.qql"])), ["leading_wildcard"]);
    // Nor are they fixed.
    assert_eq!(run(&["check", "--fix", "a.qql"]).code, 0);
    assert_eq!(
        fs::read_to_string(folder.path().join("a.qql")).unwrap(),
        file
    );
    let unused = run(&["check", "unused.qql"]);
    assert_eq!(rules(&unused), ["unused_ignore"]);
    assert!(
        unused.stdout.starts_with("unused.qql:1:1: "),
        "{}",
        unused.stdout
    );
    assert!(
        unused.stdout.contains("nothing here for `or_chain`"),
        "{}",
        unused.stdout
    );
    let expired = run(&["check", "old.qql"]);
    assert_eq!(rules(&expired), ["expired_ignore", "three_dots"]);
    assert_eq!(run(&["check", "--lines", "lines.txt"]).stdout, "");
    // A rule that is off says nothing of a comment.
    assert_eq!(
        run(&["check", "--ignore", "or_chain", "unused.qql"]).stdout,
        ""
    );
}

#[test]
fn comments_that_ignore_what_is_found_are_written_once() {
    let before = "\u{feff}file.size:[1 ... 5]\r\n\r\n# name: two\r\n# qlint: ignore[or_chain]\r\n\
                  NOT NOT file.size:[1 ... 5]\r\n\r\n# qlint: ignore[or_chain] -- why\r\nNOT NOT file.size:5\r\n";
    let after = "\u{feff}# qlint: ignore[three_dots]\r\nfile.size:[1 ... 5]\r\n\r\n# name: two\r\n\
                 # qlint: ignore[or_chain, double_negation, three_dots]\r\nNOT NOT file.size:[1 ... 5]\r\n\r\n\
                 # qlint: ignore[or_chain] -- why\r\n# qlint: ignore[double_negation]\r\nNOT NOT file.size:5\r\n";
    let json = "{\"filter\": \"file.size:[1 ... 5]\"}";
    let folder = folder(&[
        ("a.qql", before),
        ("lines.txt", "type:FILE\nfile.size:[1 ... 5]\nfile.size:]\n"),
        ("a.json", json),
    ]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["check", "--add-ignore"], args].concat());
    let first = run(&["--fail-on", "advice", "a.qql"]);
    assert_eq!(read("a.qql"), after);
    assert!(
        first.stderr.contains("4 findings ignored by new comments"),
        "{}",
        first.stderr
    );
    // The comments without effect were there before.
    assert_eq!(rules(&first), ["unused_ignore", "unused_ignore"]);
    let again = run(&["a.qql"]);
    assert!(
        again.stderr.contains("0 findings ignored"),
        "{}",
        again.stderr
    );
    assert_eq!(read("a.qql"), after);
    // What cannot be ignored stays.
    let errors = run(&["--lines", "lines.txt"]);
    let lines = "type:FILE\n# qlint: ignore[three_dots]\nfile.size:[1 ... 5]\nfile.size:]\n";
    assert_eq!(
        (errors.code, read("lines.txt").as_str()),
        (1, lines),
        "{}",
        errors.stdout
    );
    let other = run(&["--fail-on", "advice", "a.json"]);
    assert_eq!((other.code, read("a.json").as_str()), (1, json));
    assert!(
        other.stderr.contains("a.json: no comments written"),
        "{}",
        other.stderr
    );
    // Of standard input the text goes to the output.
    let text = qlint_with(&["check", "--add-ignore", "-"], "file.size:[1 ... 5]\n");
    assert_eq!(
        text.stdout,
        "# qlint: ignore[three_dots]\nfile.size:[1 ... 5]\n"
    );
}

// ---- how much is printed ----

#[test]
fn less_can_be_printed() {
    let folder = folder(&[
        ("a.qql", "a.b == 1\n"),
        ("b.json", "{\"filter\": \"a.b == 1\"}"),
    ]);
    let run = |args: &[&str]| {
        qlint_in(
            folder.path(),
            &[&["check", "--format", "human"], args].concat(),
        )
    };
    let all = run(&["a.qql"]);
    assert!(all.stderr.contains("1 error"), "{}", all.stderr);
    let quiet = run(&["-q", "a.qql"]);
    assert_eq!(
        (quiet.code, &quiet.stdout, quiet.stderr.as_str()),
        (1, &all.stdout, "")
    );
    let silent = run(&["--silent", "a.qql", "missing.qql"]);
    assert_eq!(
        (silent.code, silent.stdout.as_str(), silent.stderr.as_str()),
        (3, "", "")
    );
    let silent = run(&["--silent", "a.qql"]);
    assert_eq!(
        (silent.code, silent.stdout.as_str(), silent.stderr.as_str()),
        (1, "", "")
    );
    // What goes wrong is said.
    let quiet = run(&["-q", "missing.qql"]);
    assert!(
        quiet.stderr.contains("cannot read missing.qql"),
        "{}",
        quiet.stderr
    );
}

// ---- filters as arguments ----

#[test]
fn a_filter_in_the_place_of_a_file_is_explained_or_known() {
    let bare = qlint(&["explain", "-s", "edr", "type:FILE AND indicator.score > 5"]);
    let named = qlint(&[
        "explain",
        "-s",
        "edr",
        "-e",
        "type:FILE AND indicator.score > 5",
    ]);
    assert_eq!(
        (bare.code, &bare.stdout),
        (0, &named.stdout),
        "{}",
        bare.stderr
    );
    for command in ["check", "fmt"] {
        for filter in [
            "type:FILE",
            "file.name:*.exe",
            "file.name:a.json",
            "indicator.score > 5",
        ] {
            let run = qlint(&[command, filter]);
            assert_eq!(run.code, 3, "{filter}");
            assert!(
                run.stderr.contains("; write `-e` before a filter"),
                "{}",
                run.stderr
            );
        }
        for file in ["missing.qql", "missing", "C:\\a\\b.qql", "*.missing"] {
            let run = qlint(&[command, file]);
            assert!(!run.stderr.contains("before a filter"), "{}", run.stderr);
        }
    }
    // A file of such a name is a file.
    let folder = folder(&[("type:FILE", "severity:5\n")]);
    let run = qlint_in(folder.path(), &["explain", "--lines", "type:FILE"]);
    assert!(
        run.stdout.starts_with("type:FILE:1\nseverity:5\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn every_command_calls_a_filter_of_an_argument_the_same() {
    let wrong = "type == FILE";
    for args in [
        &["check", "-e", wrong][..],
        &["fmt", "-e", wrong],
        &["explain", "-e", wrong],
        &["explain", wrong],
        &["match", "-e", wrong],
        &["match", wrong],
    ] {
        let run = qlint(args);
        let all = run.stdout + &run.stderr;
        assert!(all.contains("-e:1:6"), "{args:?}: {all}");
        assert!(!all.contains("FILTER"), "{args:?}: {all}");
    }
}

#[test]
fn explanations_are_objects_for_programs() {
    let filter = "type:FILE AND (indicator.score > 5 OR NOT file.properties.certificate:(signed:true AND valid is null))";
    let run = qlint(&[
        "explain",
        "--format",
        "json",
        "-s",
        "edr",
        filter,
        "-e",
        "severity:1",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let objects: Vec<Value> = run.stdout.lines().map(json).collect();
    assert_eq!(objects.len(), 2);
    let one = objects.iter().find(|one| one["filter"] == filter).unwrap();
    assert_eq!((&one["schema"], &one["line"]), (&"edr".into(), &1.into()));
    assert!(one.get("matches").is_none());
    let nodes = one["nodes"].as_array().unwrap();
    // Every node but the first is part of exactly one.
    let mut children: Vec<u64> = nodes
        .iter()
        .flat_map(|node| node["children"].as_array().unwrap())
        .map(|child| child.as_u64().unwrap())
        .collect();
    children.sort_unstable();
    assert_eq!(children, (1..nodes.len() as u64).collect::<Vec<_>>());
    let score = nodes
        .iter()
        .find(|node| node["token"] == "indicator.score")
        .unwrap();
    let span = score["start"].as_u64().unwrap() as usize..score["end"].as_u64().unwrap() as usize;
    assert_eq!(&filter[span], "indicator.score > 5");
    assert_eq!(
        score["paths"][0],
        serde_json::json!(["indicator2", "score"])
    );
    let events = "tests/data/samples/events.ndjson";
    let run = qlint(&[
        "explain", "--format", "json", "--event", events, "-s", "edr", filter,
    ]);
    let one = json(&run.stdout);
    assert_eq!(one["matches"], run.code == 0);
    let of = |token: &str| {
        let nodes = one["nodes"].as_array().unwrap();
        nodes
            .iter()
            .find(|node| node["token"] == token)
            .unwrap()
            .clone()
    };
    assert_eq!(of("type")["values"], serde_json::json!(["FILE"]));
    assert_eq!(of("type")["holds"], true);
    assert_eq!(of("indicator.score")["values"], serde_json::json!([0]));
}

// ---- configurations ----

#[test]
fn what_would_be_read_and_how_is_shown() {
    let folder = folder(&[
        ("a.qql", "type:FILE\n"),
        ("sub/b.json", "{\"filter\": \"type:FILE\"}"),
        ("sub/c.txt", "type:FILE\n"),
        (
            "sub/qlint.toml",
            "schema = \"fim\"\nwidth = 80\n[files]\n\"*.txt\" = \"lines\"\n[rules]\nthree_dots = \"error\"\n",
        ),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    let files = run(&["check", "--show-files"]);
    let right = "a.qql\tqql\nsub/b.json\tjson\nsub/c.txt\tlines\nsub/qlint.toml\ttoml\n";
    assert_eq!(
        (files.code, files.stdout.as_str(), files.stderr.as_str()),
        (0, right, "")
    );
    let settings = run(&[
        "check",
        "--show-settings",
        "--ignore",
        "or_chain",
        "a.qql",
        "sub/c.txt",
    ]);
    let (first, second) = settings.stdout.split_once("sub/c.txt\n").unwrap();
    for (text, lines) in [
        (
            first,
            [
                "a.qql",
                "  read as: qql",
                "  configuration: none",
                "  schema: auto",
                "  width: 100",
            ],
        ),
        (
            second,
            [
                "  read as: lines",
                "  configuration: sub/qlint.toml",
                "  schema: fim",
                "  width: 80",
                "  fail-on: warning",
            ],
        ),
    ] {
        for line in lines {
            assert!(text.lines().any(|known| known == line), "{line}: {text}");
        }
    }
    let line = |name: &str| second.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("  errors: ").contains("three_dots"));
    assert!(line("  off: ").contains("or_chain"));
    assert!(line("  keys: ").contains("havingQuery"));
    assert!(line("  limits of a filter: ").contains("nesting"));
    // Files with the same settings are together.
    let all = run(&["check", "--show-settings"]);
    assert_eq!(all.stdout.matches("  read as:").count(), 4);
    assert_eq!(run(&["check", "--show-files", "missing"]).code, 3);
}

#[test]
fn a_configuration_to_start_from_changes_nothing_and_is_never_written_over() {
    let folder = folder(&[("a.qql", THREE), ("sub/qlint.toml", "width = 80\n")]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    let before = run(&["check"]);
    let written = run(&["init"]);
    assert_eq!(
        (written.code, written.stderr.as_str()),
        (0, "qlint: qlint.toml written\n")
    );
    let after = run(&["check"]);
    assert_eq!((after.code, after.stdout), (before.code, before.stdout));
    for arguments in [&["init"][..], &["init", "sub"]] {
        let again = run(arguments);
        assert_eq!(again.code, 2);
        assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("sub/qlint.toml")).unwrap(),
        "width = 80\n"
    );
    assert_eq!(run(&["init", "missing"]).code, 3);
    // Every setting is there, and each line is one as soon as it is no comment.
    let text = fs::read_to_string(folder.path().join("qlint.toml")).unwrap();
    let settings = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(line) if line.contains(" = ") || line.starts_with('[') => line,
        _ => "",
    });
    let settings: Vec<&str> = settings
        .filter(|line| !line.starts_with("extends"))
        .collect();
    fs::write(folder.path().join("qlint.toml"), settings.join("\n")).unwrap();
    let all = run(&["check", "--show-settings", "a.qql"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    let schema = json(&qlint(&["json-schema", "config"]).stdout);
    for key in schema["properties"].as_object().unwrap().keys() {
        let is_named = |line: &str| {
            let line = line.trim_start_matches(['#', ' ', '[']);
            line.strip_prefix(key.as_str())
                .is_some_and(|rest| rest.starts_with([' ', ']']))
        };
        assert!(text.lines().any(is_named), "{key}");
    }
}

#[test]
fn a_project_in_python_may_have_the_configuration() {
    let project = "[project]\nname = \"hunts\"\n\n[tool.other]\nx = 1\n\n[tool.qlint]\nselect = [\"three_dots\"]\n";
    let folder = folder(&[
        ("pyproject.toml", project),
        ("a.qql", THREE),
        ("own/pyproject.toml", project),
        ("own/qlint.toml", "select = [\"double_negation\"]\n"),
        ("own/a.qql", THREE),
        // Without the table, that of the folder around counts.
        ("none/pyproject.toml", "[project]\nname = \"x\"\n"),
        ("none/a.qql", THREE),
        (
            "wrong/pyproject.toml",
            "[project]\nname = \"x\"\n\n[tool.qlint.rules]\nthree_dot = \"off\"\n",
        ),
        ("wrong/a.qql", THREE),
        ("broken/pyproject.toml", "[project\n"),
        ("broken/a.qql", THREE),
    ]);
    let run = |path: &str| qlint_in(folder.path(), &["check", "--exit-zero", path]);
    for (path, right) in [
        ("a.qql", "three_dots"),
        ("own/a.qql", "double_negation"),
        ("none/a.qql", "three_dots"),
        ("broken/a.qql", "three_dots"),
    ] {
        assert_eq!(rules(&run(path)), [right], "{path}");
    }
    let wrong = run("wrong/a.qql");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("wrong/pyproject.toml:5:1"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong.stderr.contains("did you mean `three_dots`?"),
        "{}",
        wrong.stderr
    );
    let named = qlint_in(
        folder.path(),
        &["check", "--config", "pyproject.toml", "own/a.qql"],
    );
    assert_eq!(rules(&named), ["three_dots"]);
}

#[test]
fn colour_can_be_forced() {
    let run = |set: &[(&str, &str)], args: &[&str]| {
        let mut command = command(
            root(),
            &[args, &["check", "--format", "human", "-e", "a == 1"]].concat(),
        );
        command.envs(set.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let coloured = |text: String| text.contains("\u{1b}[");
    assert!(!coloured(run(&[], &[])));
    assert!(coloured(run(&[("FORCE_COLOR", "1")], &[])));
    assert!(!coloured(run(&[("FORCE_COLOR", "0")], &[])));
    assert!(!coloured(run(&[("FORCE_COLOR", "")], &[])));
    assert!(!coloured(run(
        &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")],
        &[]
    )));
    assert!(!coloured(run(
        &[("FORCE_COLOR", "1")],
        &["--color", "never"]
    )));
}

// ---- match ----

/// Events of type FILE, PROCESS, FILE and FILE.
const FOUR: &str = "{\"type\":\"FILE\",\"score\":1}\n{\"type\":\"PROCESS\"}\n{\"type\":\"FILE\",\"score\":9}\n{\"type\":\"FILE\"}\n";

/// A folder with files of events.
fn event_files() -> tempfile::TempDir {
    let folder = folder(&[
        ("b.ndjson", FOUR),
        ("a/x.jsonl", FOUR),
        ("a/none.json", "{\"type\":\"PROCESS\"}"),
        ("a/other.txt", FOUR),
        ("a/.hidden.json", FOUR),
        ("a/ignored.json", FOUR),
        (".gitignore", "ignored.json\n"),
        ("empty/x.txt", ""),
    ]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(FOUR.as_bytes()).unwrap();
    fs::write(
        folder.path().join("a/packed.json.gz"),
        packed.finish().unwrap(),
    )
    .unwrap();
    folder
}

#[test]
fn folders_of_events_are_walked() {
    let folder = event_files();
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["match", "-s", "edr"], args].concat());
    let counts = run(&["-c", "type:FILE", "."]);
    let right = "a/none.json:0\na/packed.json.gz:3\na/x.jsonl:3\nb.ndjson:3\n";
    assert_eq!(
        (counts.code, counts.stdout.as_str()),
        (0, right),
        "{}",
        counts.stderr
    );
    let counts = run(&["-c", "type:FILE", "b.ndjson", "a"]);
    let right = "b.ndjson:3\na/none.json:0\na/packed.json.gz:3\na/x.jsonl:3\n";
    assert_eq!(counts.stdout, right);
    let events = run(&["-H", "-n", "score:9", "a"]);
    let line = "{\"type\":\"FILE\",\"score\":9}";
    assert_eq!(
        events.stdout,
        format!("a/packed.json.gz:3:{line}\na/x.jsonl:3:{line}\n")
    );
    let empty = run(&["-c", "type:FILE", "empty"]);
    assert_eq!(empty.code, 2);
    assert!(
        empty
            .stderr
            .contains("no file of events found under empty; .json, .jsonl, .ndjson are read"),
        "{}",
        empty.stderr
    );
    // What can be searched is.
    let both = run(&["-c", "type:FILE", "empty", "b.ndjson"]);
    assert_eq!((both.code, both.stdout.as_str()), (2, "3\n"));
}

#[test]
fn files_with_matches_are_named_and_matches_limited() {
    let folder = event_files();
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["match", "-s", "edr"], args].concat());
    let names = run(&["-l", "type:FILE", "."]);
    assert_eq!(
        (names.code, names.stdout.as_str()),
        (0, "a/packed.json.gz\na/x.jsonl\nb.ndjson\n")
    );
    assert_eq!(run(&["-l", "type:NETWORK", "."]).code, 1);
    // Those with an event that does not match.
    let names = run(&["-l", "-v", "type:PROCESS", "a/none.json", "b.ndjson"]);
    assert_eq!(names.stdout, "b.ndjson\n");
    let lines: Vec<&str> = FOUR.lines().collect();
    for (most, right) in [
        ("1", &[0][..]),
        ("2", &[0, 2]),
        ("3", &[0, 2, 3]),
        ("9", &[0, 2, 3]),
    ] {
        let right: String = right.iter().map(|at| format!("{}\n", lines[*at])).collect();
        let events = run(&["-m", most, "type:FILE", "b.ndjson"]);
        assert_eq!((events.code, &events.stdout), (0, &right));
        // Of each file.
        let events = run(&["-m", most, "type:FILE", "b.ndjson", "a/x.jsonl"]);
        assert_eq!(events.stdout, right.repeat(2));
    }
    assert_eq!(
        run(&["-c", "-m", "2", "type:FILE", "b.ndjson"]).stdout,
        "2\n"
    );
    assert_eq!(run(&["-m", "0", "type:FILE", "b.ndjson"]).code, 2);
    // Also of the many blocks of a large file, by several threads.
    fs::write(folder.path().join("large.ndjson"), FOUR.repeat(50_000)).unwrap();
    for threads in ["1", "4"] {
        let events = run(&["-j", threads, "-m", "70000", "type:FILE", "large.ndjson"]);
        assert_eq!(events.stdout.lines().count(), 70_000);
        let names = run(&["-j", threads, "-l", "type:FILE", "large.ndjson", "b.ndjson"]);
        assert_eq!(names.stdout, "large.ndjson\nb.ndjson\n");
    }
}

#[test]
fn some_values_of_events_are_printed() {
    let run = |fields: &str, filter: &str| {
        let events = "tests/data/samples/events.ndjson";
        qlint(&["match", "-s", "edr", "--fields", fields, filter, events])
    };
    let all = run("type,file.name,asset.nothing", "type:FILE");
    assert_eq!(all.code, 0, "{}", all.stderr);
    for line in all.stdout.lines() {
        let object = json(line);
        let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 3, "{line}");
        assert!(
            object["type"]
                .as_str()
                .unwrap()
                .eq_ignore_ascii_case("FILE")
        );
        assert!(object["asset.nothing"].is_null());
    }
    assert!(all.stdout.contains("\"file.name\":\""), "{}", all.stdout);
    // A token is read at the first of its paths with a value, a path as it is.
    let event =
        "{\"indicator2\":[{\"score\":7},{\"score\":8}],\"score\":1,\"file\":{\"fileName\":\"a\"}}";
    let of =
        |fields: &str| qlint_with(&["match", "-s", "edr", "--fields", fields, ""], event).stdout;
    assert_eq!(
        of("indicator.score,score,file"),
        "{\"indicator.score\":[7,8],\"score\":1,\"file\":{\"fileName\":\"a\"}}\n"
    );
    assert_eq!(run("a..b", "").code, 2);
}

#[test]
fn the_values_that_match_are_in_colour() {
    let event = "{\"type\": \"FILE\", \"score\": 9, \"name\": \"FILE\"}";
    let two = "{\"file\":{\"certificates\":[{\"certificateSigned\":true,\"certificateValid\":true},{\"certificateSigned\":true}]}}";
    let run = |args: &[&str], event: &str| {
        let colour: &[&str] = if args.contains(&"--color") {
            &[]
        } else {
            &["--color", "always"]
        };
        let args = [&["match", "-s", "edr"], colour, args].concat();
        qlint_with(&args, event).stdout
    };
    let marked = |text: &str| text.replace('«', "\u{1b}[1;31m").replace('»', "\u{1b}[0m");
    for (filter, event, right) in [
        (
            "type:FILE",
            event,
            "{\"type\": «\"FILE\"», \"score\": 9, \"name\": \"FILE\"}\n",
        ),
        (
            "type:FILE AND indicator.score > 5",
            event,
            "{\"type\": «\"FILE\"», \"score\": «9», \"name\": \"FILE\"}\n",
        ),
        (
            "type:FILE OR indicator.score > 50",
            event,
            "{\"type\": «\"FILE\"», \"score\": 9, \"name\": \"FILE\"}\n",
        ),
        (
            "NOT type:PROCESS",
            event,
            "{\"type\": \"FILE\", \"score\": 9, \"name\": \"FILE\"}\n",
        ),
        (
            "file.properties.certificate:(signed:true AND valid:true)",
            two,
            "{\"file\":{\"certificates\":[{\"certificateSigned\":«true»,\"certificateValid\":«true»},{\"certificateSigned\":true}]}}\n",
        ),
    ] {
        assert_eq!(run(&[filter], event), marked(right), "{filter}");
        assert_eq!(
            run(&["--color", "never", filter], event)
                .matches('\u{1b}')
                .count(),
            0
        );
    }
    assert_eq!(
        run(&["--compact", "type:FILE"], event),
        marked("{\"type\":«\"FILE\"»,\"score\":9,\"name\":\"FILE\"}\n")
    );
    let folder = folder(&[
        (
            "f.qql",
            "# name: a\ntype:FILE\n\n# name: b\nindicator.score > 5\n",
        ),
        ("e.json", event),
    ]);
    let set = qlint_in(
        folder.path(),
        &[
            "match", "--color", "always", "-s", "edr", "-f", "f.qql", "e.json",
        ],
    );
    assert_eq!(
        set.stdout,
        marked("a,b\t{\"type\": «\"FILE\"», \"score\": «9», \"name\": \"FILE\"}\n")
    );
}

// ---- baselines ----

#[test]
fn what_a_baseline_has_is_not_reported_and_it_only_shrinks() {
    let dots = "file.size:[1 ... 5]\n";
    let folder = folder(&[
        ("a.qql", &format!("{dots}\n{dots}\nNOT NOT file.size:5\n")),
        ("b.qql", "file.size:]\n"),
    ]);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let read = || json(&fs::read_to_string(folder.path().join("known.json")).unwrap());
    let run = |args: &[&str]| {
        qlint_in(
            folder.path(),
            &[&["check", "--fail-on", "advice"], args].concat(),
        )
    };
    let known = ["--baseline", "known.json"];
    let shrink = ["--baseline", "known.json", "--write-baseline", "known.json"];
    // All that is found now.
    let written = run(&["--write-baseline", "known.json"]);
    assert_eq!(
        (written.code, written.stdout.as_str()),
        (0, ""),
        "{}",
        written.stderr
    );
    assert!(
        written.stderr.contains("4 known findings in known.json"),
        "{}",
        written.stderr
    );
    let schema = json(&qlint(&["json-schema", "baseline"]).stdout);
    assert!(jsonschema::is_valid(&schema, &read()));
    let entries = |baseline: &Value| -> Vec<(String, u64)> {
        let entries = baseline["findings"].as_array().unwrap().iter();
        entries
            .map(|entry| {
                (
                    entry["text"].as_str().unwrap().to_owned(),
                    entry["count"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    let all = vec![
        ("NOT NOT file.size:5".to_owned(), 1),
        ("file.size:[1 .. 5]".to_owned(), 2),
        ("file.size:]".to_owned(), 1),
    ];
    let mut sorted = entries(&read());
    sorted.sort();
    assert_eq!(sorted, all);
    // None of it is reported, wherever it is in its files, and however it is broken into lines.
    assert_eq!((run(&known).code, run(&known).stdout.as_str()), (0, ""));
    write(
        "a.qql",
        &format!("type:FILE\n\n\n{dots}\nfile.size:\n  [1 ...  5]\n\nNOT NOT file.size:5\n"),
    );
    let moved = run(&known);
    assert_eq!(
        (moved.code, moved.stdout.as_str()),
        (0, ""),
        "{}",
        moved.stderr
    );
    assert!(
        moved
            .stderr
            .contains("4 findings not shown, since the baseline has them"),
        "{}",
        moved.stderr
    );
    assert!(!moved.stderr.contains("is gone"), "{}", moved.stderr);
    // What is new is: another filter, another rule, and one more of the same.
    write("c.qql", &format!("{dots}\nNOT NOT file.size:6\n"));
    let new = run(&known);
    assert_eq!(
        (new.code, rules(&new)),
        (1, vec!["three_dots", "double_negation"])
    );
    // A baseline that is used never grows.
    let before = read();
    assert_eq!(run(&shrink).code, 1);
    assert_eq!(entries(&read()), entries(&before));
    fs::remove_file(folder.path().join("c.qql")).unwrap();
    // What is gone is said, if its files were read, and is removed on demand.
    write("b.qql", "type:FILE\n");
    let partly = run(&[&known[..], &["a.qql"]].concat());
    assert!(!partly.stderr.contains("is gone"), "{}", partly.stderr);
    let gone = run(&known);
    assert_eq!(gone.code, 0);
    let message = "qlint: qql::parse::missing_value";
    let said = gone
        .stderr
        .lines()
        .any(|line| line.contains(" is gone in: file.size:]"));
    assert!(said && !gone.stderr.contains(message), "{}", gone.stderr);
    write("a.qql", dots);
    let fewer = run(&known);
    assert!(
        fewer
            .stderr
            .contains("is left 1 of 2 times in: file.size:[1 .. 5]"),
        "{}",
        fewer.stderr
    );
    let shrunk = run(&shrink);
    assert_eq!(
        (shrunk.code, entries(&read())),
        (0, vec![("file.size:[1 .. 5]".to_owned(), 1)])
    );
    // The same bytes again.
    let bytes = fs::read(folder.path().join("known.json")).unwrap();
    run(&shrink);
    assert_eq!(fs::read(folder.path().join("known.json")).unwrap(), bytes);
    // Wrong files and arguments.
    write("wrong.json", "{\"version\": 1,\n \"finds\": []}");
    let wrong = run(&["--baseline", "wrong.json"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong
            .stderr
            .contains("wrong.json:2:8: this is not a baseline: unknown field `finds`"),
        "{}",
        wrong.stderr
    );
    assert_eq!(run(&["--baseline", "missing.json"]).code, 2);
    assert_eq!(run(&["--write-baseline", "a.qql"]).code, 2);
    assert_eq!(
        fs::read_to_string(folder.path().join("a.qql")).unwrap(),
        dots
    );
}

// ---- same ----

#[test]
fn two_filters_are_compared() {
    let same = |a: &str, b: &str| qlint(&["same", "-s", "edr", a, b]);
    for (a, b, code, first) in [
        (
            "type:FILE OR type:PROCESS",
            "type:[PROCESS, FILE]",
            0,
            "equivalent",
        ),
        (
            "type:FILE AND action:CREATED",
            "type:FILE",
            1,
            "A implies B",
        ),
        (
            "indicator.score > 5",
            "indicator.score > 7",
            1,
            "B implies A",
        ),
        ("type:FILE", "type:PROCESS", 1, "different"),
        ("NOT type:FILE", "-type:FILE", 2, ""),
        (
            "file.size:[1 .. 9]",
            "file.size >= 1 AND file.size <= 9",
            1,
            "A implies B",
        ),
    ] {
        let run = same(a, b);
        assert_eq!(run.code, code, "{a} {b}: {}{}", run.stdout, run.stderr);
        assert_eq!(
            run.stdout.lines().next().unwrap_or_default(),
            first,
            "{a} {b}"
        );
        // Each event is matched by one of the filters only.
        for line in run.stdout.lines().skip(1) {
            let (name, event) = line.split_once(" matches: ").unwrap();
            for (filter, of) in [(a, "only A"), (b, "only B")] {
                let matched = qlint_with(&["match", "-q", "-s", "edr", "-e", filter], event);
                assert_eq!(matched.code, i32::from(name != of), "{filter}: {event}");
            }
        }
    }
    // Both are there if neither implies the other.
    assert_eq!(same("type:FILE", "type:PROCESS").stdout.lines().count(), 3);
    // They are equivalent, which is not proven.
    let open = same("file.name:\"a b\" AND file.name:b", "file.name:\"a b\"");
    let undecided = "A implies B; whether B implies A is not decided\n";
    assert_eq!((open.code, open.stdout.as_str()), (3, undecided));
    let wrong = same("type:FILE", "type == FILE");
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("B:1:6"), "{}", wrong.stderr);
    let apps = qlint(&["same", "indicator.score:5", "imagesInUse:now-7d"]);
    assert_eq!(apps.code, 2);
    assert!(
        apps.stderr.contains("name the schema of both with -s"),
        "{}",
        apps.stderr
    );
    assert_eq!(qlint(&["same", "type:FILE"]).code, 2);
}

// ---- git ----

#[test]
fn only_what_has_changed_is_read() {
    let folder = folder(&[
        ("same.qql", THREE),
        ("changed.qql", "type:FILE\n"),
        ("staged.qql", "type:FILE\n"),
        ("gone.qql", "type:FILE\n"),
        ("sub/ü b.qql", "type:FILE\n"),
        (".gitignore", "ignored.qql\n"),
    ]);
    let git = |args: &[&str]| {
        let mut command = std::process::Command::new("git");
        let author = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = command
            .args(author)
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["check", "--show-files"], args].concat());
    let none = run(&["--since", "HEAD"]);
    assert_eq!(none.code, 2);
    assert!(
        none.stderr
            .contains("--since: this needs a git repository: "),
        "{}",
        none.stderr
    );
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    assert_eq!(run(&["--since", "HEAD"]).stdout, "");
    let write = |name: &str| fs::write(folder.path().join(name), "type:PROCESS\n").unwrap();
    for name in [
        "changed.qql",
        "staged.qql",
        "sub/ü b.qql",
        "new.qql",
        "sub/new.qql",
        "ignored.qql",
    ] {
        write(name);
    }
    fs::remove_file(folder.path().join("gone.qql")).unwrap();
    git(&["add", "staged.qql"]);
    let names =
        "changed.qql\tqql\nnew.qql\tqql\nstaged.qql\tqql\nsub/new.qql\tqql\nsub/ü b.qql\tqql\n";
    assert_eq!(run(&["--since", "HEAD"]).stdout, names);
    // Below a folder of the repository, and by names of all forms.
    let sub = folder.path().join("sub");
    let below = qlint_in(
        &sub,
        &[
            "check",
            "--show-files",
            "--since",
            "HEAD",
            "../changed.qql",
            "../same.qql",
            ".",
        ],
    );
    assert_eq!(
        below.stdout,
        "../changed.qql\tqql\nnew.qql\tqql\nü b.qql\tqql\n"
    );
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "second"]);
    assert_eq!(run(&["--since", "HEAD"]).stdout, "");
    assert_eq!(run(&["--since", "HEAD~1"]).stdout, names);
    // Nothing that has changed is no mistake; filters that are no files are read.
    let clean = qlint_in(folder.path(), &["check", "--since", "HEAD"]);
    assert_eq!(
        (clean.code, clean.stdout.as_str(), clean.stderr.as_str()),
        (0, "", "")
    );
    let text = qlint_in(
        folder.path(),
        &["check", "--since", "HEAD", "-e", "type == FILE"],
    );
    assert_eq!(text.code, 1);
    assert_eq!(
        qlint_in(folder.path(), &["fmt", "--check", "--since", "HEAD"]).code,
        0
    );
    for wrong in ["nowhere", "--output=x", "-x"] {
        let run = run(&[&format!("--since={wrong}")]);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr
                .contains(&format!("--since: git has no commit `{wrong}`")),
            "{}",
            run.stderr
        );
    }
    let mut lost = command(folder.path(), &["check", "--since", "HEAD"]);
    let lost = lost.env("PATH", folder.path()).output().unwrap();
    let said = String::from_utf8(lost.stderr).unwrap();
    assert_eq!(lost.status.code(), Some(2));
    assert!(said.contains("--since: cannot run git: "), "{said}");
}
