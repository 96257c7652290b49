//! What a user of other linters and of ripgrep expects.

use std::fs;

use crate::run::{Run, folder, qlint, qlint_in, qlint_with};

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
