//! The schema that the tool chooses, says, and takes from elsewhere.

use serde_json::{Value, json};

use crate::run::{folder, qlint, qlint_in};

const MIXED: &str = "type:FILE AND event.id:a\n\nimagesInUse:now-7d\n\nfile.name:b\n";

#[test]
fn what_was_chosen_is_said() {
    let folder = folder(&[
        ("mixed.qql", MIXED),
        ("vm.qql", "vulnerabilities.vulnerability.qid:5\n"),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    let shown = run(&["check", "--format", "human", "mixed.qql"]);
    assert!(
        shown.stderr.ends_with("; schemas: edr 2, cs 1\n"),
        "{}",
        shown.stderr
    );
    let shown = run(&["check", "--format", "human", "vm.qql"]);
    assert!(
        shown.stderr.ends_with("; schema: vmdr\n"),
        "{}",
        shown.stderr
    );
    let shown = run(&["check", "--format", "human", "-s", "vmdr", "vm.qql"]);
    assert!(!shown.stderr.contains("schema"), "{}", shown.stderr);
    let report = |args: &[&str]| -> Value {
        let shown = run(&[&["check", "--format", "json"], args].concat());
        serde_json::from_str(&shown.stdout).unwrap()
    };
    let schemas = report(&["mixed.qql", "vm.qql"])["schemas"].take();
    assert_eq!(
        schemas,
        json!([
            {"file": "mixed.qql", "schema": "edr", "filters": 2, "tokens": 3, "known": 3},
            {"file": "mixed.qql", "schema": "cs", "filters": 1, "tokens": 1, "known": 1},
            {"file": "vm.qql", "schema": "vmdr", "filters": 1, "tokens": 1, "known": 1},
        ])
    );
    assert_eq!(report(&["-s", "edr", "mixed.qql"])["schemas"], json!([]));
    let shown = run(&["explain", "vm.qql"]);
    assert_eq!(shown.stderr, "qlint: schema: vmdr\n");
    let shown = run(&["match", "--explain-plan", "imagesInUse:now-7d"]);
    assert!(shown.stdout.ends_with("\nschema: cs\n"), "{}", shown.stdout);
    let shown = run(&["match", "--explain-plan", "-f", "mixed.qql"]);
    assert!(
        shown.stdout.ends_with("\nschemas: edr 2, cs 1\n"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_line_of_the_configuration_pins_the_schema_for_every_command() {
    let folder = folder(&[
        (
            "qlint.toml",
            "schema = \"edr\"\n[[override]]\npaths = [\"free/**\"]\nschema = \"auto\"\n",
        ),
        ("a.qql", "file.fullPath:a\n"),
        ("free/a.qql", "file.fullPath:a\n"),
        (
            "events.ndjson",
            "{\"file\":{\"fullPath\":\"a\"}}\n{\"fullPath\":\"a\"}\n",
        ),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), args);
    // FIM's page shows the token, EDR's catalog infers it; the values are at other places.
    let explain = |args: &[&str]| run(&[&["explain"], args].concat()).stdout;
    assert!(explain(&["a.qql"]).contains("(text at file.fullPath)"));
    assert!(explain(&["free/a.qql"]).contains("(text at fullPath)"));
    assert!(explain(&["--isolated", "a.qql"]).contains("(text at fullPath)"));
    assert!(explain(&["-s", "auto", "a.qql"]).contains("(text at fullPath)"));
    let lines = |args: &[&str]| {
        let shown = run(&[&["match", "-n"], args, &["events.ndjson"]].concat());
        assert_eq!(shown.stderr, "");
        shown
            .stdout
            .lines()
            .map(|line| {
                line.split([':', '\t'])
                    .find(|it| it.parse::<u8>().is_ok())
                    .unwrap()
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(&["file.fullPath:a"]), ["1"]);
    assert_eq!(lines(&["-s", "auto", "file.fullPath:a"]), ["2"]);
    assert_eq!(lines(&["-s", "fim", "file.fullPath:a"]), ["2"]);
    assert_eq!(lines(&["-f", "a.qql"]), ["1"]);
    assert_eq!(lines(&["-f", "free/a.qql"]), ["2"]);
}

#[test]
fn choosing_is_never_quieter_than_naming_the_app() {
    for (filter, schema) in [
        ("type:FILE AND file.nmae:a", "edr"),
        ("vulnerabilities.vulnerability.qidd:5", "vmdr"),
        ("hardware.categry:a", "csam"),
        ("type:FILE AND event.id:a AND imagesInUse:now-7d", "edr"),
        ("severity:9", "fim"),
    ] {
        let found = |args: &[&str]| {
            let shown = qlint(&[&["check", "--format", "plain", "-e", filter], args].concat());
            (shown.code, shown.stdout)
        };
        assert_eq!(found(&[]), found(&["-s", schema]), "{filter}");
        assert_eq!(found(&[]).0, 1, "{filter}");
    }
    // No app is known, and that is said of each token.
    let shown = qlint(&["check", "--format", "plain", "-e", "spam.eggs:a"]);
    assert_eq!(shown.code, 1);
    assert!(
        shown.stdout.contains("`spam.eggs` is not a known token"),
        "{}",
        shown.stdout
    );
}

#[test]
fn tokens_of_a_configuration_are_in_every_schema_to_choose_from() {
    let fine = "[tokens]\n\"team.name\" = \"text\"\n";
    // An alias that is the name of a token of one app.
    let clash = "[tokens]\nours = { kind = \"text\", aliases = [\"imagesInUse\"] }\n";
    let folder = folder(&[
        ("fine/qlint.toml", fine),
        (
            "fine/a.qql",
            "type:FILE AND event.id:a AND team.name:b\n\nimagesInUse:now AND team.name:b\n",
        ),
        ("clash/qlint.toml", clash),
        ("clash/a.qql", "type:FILE AND ours:a\n"),
    ]);
    let run = |args: &[&str]| qlint_in(folder.path(), &[&["check"], args].concat());
    let shown = run(&["--format", "human", "fine/a.qql"]);
    assert_eq!(shown.code, 0, "{}", shown.stdout);
    assert!(
        shown.stderr.ends_with("; schemas: cs 1, edr 1\n"),
        "{}",
        shown.stderr
    );
    let shown = run(&["clash/a.qql"]);
    assert_eq!(shown.code, 2);
    for said in ["the schema `cs`", "`imagesinuse`", "`-s`"] {
        assert!(shown.stderr.contains(said), "{said}: {}", shown.stderr);
    }
    // The schema that is named has no such token.
    assert_eq!(run(&["-s", "edr", "clash/a.qql"]).code, 0);
    // One that has it is an error as well, and not left without the token.
    let shown = run(&["-s", "cs", "clash/a.qql"]);
    assert_eq!(shown.code, 2);
    assert!(shown.stderr.contains("`imagesinuse`"), "{}", shown.stderr);
}
