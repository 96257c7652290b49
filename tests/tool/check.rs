//! `qlint check`, `fmt` and what goes with them, from outside.

use std::fs;
use std::process::Stdio;

use crate::run::{command, folder, qlint, qlint_in, qlint_with, root};
use qualys_filter::lint::Rule;
use serde_json::Value;

fn text(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

// ---- fixes ----

#[test]
fn fixes_are_written_around_comments() {
    let before =
        "# name: a\r\n\r\ntype == FILE &&\r\n  # why\r\n  (action:CREATED)\r\n\r\n# end\r\n";
    let folder = folder(&[("a.qql", before)]);
    let run = qlint_in(folder.path(), &["check", "--fix", "a.qql"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let after = "# name: a\r\n\r\ntype : FILE AND\r\n  # why\r\n  action:CREATED\r\n\r\n# end\r\n";
    assert_eq!(text(&folder, "a.qql"), after);
    assert_eq!(
        run.stderr,
        "qlint: 3 fixes; nothing to report in 1 filter; schema: edr\n"
    );
}

#[test]
fn a_fix_that_would_take_a_comment_away_is_not_made() {
    let before = "type:FILE AND\n# the second\ntype:FILE\n";
    let folder = folder(&[("a.qql", before)]);
    let run = qlint_in(folder.path(), &["check", "--fix", "a.qql"]);
    assert_eq!(run.code, 1);
    assert_eq!(text(&folder, "a.qql"), before);
    assert!(run.stdout.contains("duplicate_clause"));
}

#[test]
fn fixes_in_json_are_escaped_and_the_rest_stays() {
    let before = "{ \"a\":1,\n\t\"filter\" : \"(file.path:“C:\\\\x y”) \\u0026\\u0026\\n\\ttype==FILE\", \"b\": [ ] }";
    let folder = folder(&[("a.json", before)]);
    let run = qlint_in(folder.path(), &["check", "--fix", "a.json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let after = text(&folder, "a.json");
    let value: Value = serde_json::from_str(&after).unwrap();
    assert_eq!(value["filter"], "file.path:\"C:\\x y\" AND\n\ttype:FILE");
    assert!(
        after.starts_with("{ \"a\":1,\n\t\"filter\" : \"file.path:"),
        "{after}"
    );
    assert!(
        after.ends_with("\\n\\ttype:FILE\", \"b\": [ ] }"),
        "{after}"
    );
}

#[test]
fn unsafe_fixes_are_made_on_demand() {
    let folder = folder(&[("a.qql", "type:FIEL\n")]);
    let run = qlint_in(folder.path(), &["check", "--fix", "a.qql"]);
    assert_eq!((run.code, &*text(&folder, "a.qql")), (1, "type:FIEL\n"));
    assert!(run.stderr.contains("0 fixes"), "{}", run.stderr);
    let run = qlint_in(
        folder.path(),
        &["check", "--fix", "--unsafe-fixes", "a.qql"],
    );
    assert_eq!((run.code, &*text(&folder, "a.qql")), (0, "type:FILE\n"));
}

#[test]
fn people_are_told_which_fixes_are_unsafe() {
    let shown = |args: &[&str], filter: &str| {
        let run = qlint(&[args, &["-e", filter]].concat());
        run.stdout + &run.stderr
    };
    for (filter, safe) in [
        ("type == FILE", true),
        ("type:FIEL", false),
        ("type:FILE action:CREATED", false),
    ] {
        for args in [
            &["check", "--format", "human"][..],
            &["check", "--format", "narrated"],
            &["explain"],
        ] {
            let text = shown(args, filter);
            assert_eq!(text.contains("  fixed: "), safe, "{args:?}: {text}");
            assert_eq!(text.contains("  unsafe fix: "), !safe, "{args:?}: {text}");
        }
        let text = shown(&["check", "--format", "plain"], filter);
        assert_eq!(text.contains(" [unsafe fix]\n"), !safe, "{text}");
        let text = shown(&["check", "--format", "human"], filter);
        assert_eq!(text.contains("--unsafe-fixes"), !safe, "{text}");
        let safety = if safe { "safe" } else { "unsafe" };
        let report = json(&qlint(&["check", "--format", "json", "-e", filter]).stdout);
        assert_eq!(report["findings"][0]["fix"]["safety"], safety);
        let sarif = shown(&["check", "--format", "sarif"], filter);
        assert!(sarif.contains(&format!("({safety})\"")), "{sarif}");
    }
    let text = shown(&["fmt"], "type:FILE action:CREATED");
    assert!(text.contains("  unsafe fix: "), "{text}");
}

#[test]
fn a_difference_is_shown_and_nothing_changed() {
    let before = "type == FILE\n";
    let folder = folder(&[("a.qql", before), ("b.qql", "type:FILE\n")]);
    let run = qlint_in(folder.path(), &["check", "--diff"]);
    let expected = "--- a/a.qql\n+++ b/a.qql\n@@ -1 +1 @@\n-type == FILE\n+type : FILE\n";
    assert_eq!((run.code, run.stdout.as_str()), (1, expected));
    assert_eq!(text(&folder, "a.qql"), before);
    let run = qlint_in(folder.path(), &["check", "--diff", "b.qql"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[test]
fn what_comes_from_an_argument_or_a_pipe_goes_to_the_output() {
    let run = qlint_with(&["check", "--fix", "-"], "type == FILE\n\n# x\ntype:\n");
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (1, "type : FILE\n\n# x\ntype:\n")
    );
    assert!(run.stderr.contains("missing_value"), "{}", run.stderr);
    let run = qlint(&["check", "--fix", "-e", "type == FILE", "-e", "a:1"]);
    assert_eq!(run.stdout, "type : FILE\na:1\n");
    let json = "{\"query\": \"type == FILE\"}";
    let run = qlint_with(&["check", "--fix", "-", "--stdin-filename", "x.json"], json);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "{\"query\": \"type : FILE\"}")
    );
    let run = qlint_with(&["check", "-", "--stdin-filename", "x.json"], json);
    assert!(
        run.stdout.starts_with("x.json:1:17: error"),
        "{}",
        run.stdout
    );
}

#[test]
#[cfg(unix)]
fn symbolic_links_and_read_only_files_are_left_alone() {
    let folder = folder(&[
        ("real/a.qql", "type == FILE\n"),
        ("read.qql", "type == FILE\n"),
    ]);
    let link = folder.path().join("link.qql");
    std::os::unix::fs::symlink(folder.path().join("real/a.qql"), &link).unwrap();
    // Around in a circle.
    std::os::unix::fs::symlink(folder.path(), folder.path().join("real/loop")).unwrap();
    let run = qlint_in(folder.path(), &["check", "--fix", "link.qql"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("symbolic link; name the file"),
        "{}",
        run.stderr
    );
    assert_eq!(text(&folder, "real/a.qql"), "type == FILE\n");
    let read = folder.path().join("read.qql");
    let mut permissions = fs::metadata(&read).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read, permissions).unwrap();
    let run = qlint_in(folder.path(), &["check", "--fix"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr.contains("read.qql: it is read-only"),
        "{}",
        run.stderr
    );
    // The walk finds the file, and not the links.
    assert_eq!(text(&folder, "real/a.qql"), "type : FILE\n");
    assert!(link.is_symlink());
}

#[test]
#[cfg(unix)]
fn a_fixed_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.qql", "type == FILE\n")]);
    let path = folder.path().join("a.qql");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(qlint_in(folder.path(), &["check", "--fix"]).code, 0);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left behind");
}

#[test]
fn a_file_is_old_or_new_whenever_the_program_ends() {
    let (old, new) = ("type == FILE\n", "type : FILE\n");
    let names: Vec<String> = (0..2000).map(|n| format!("{n}.qql")).collect();
    for milliseconds in [5, 20, 60, 200, 1000, 5000] {
        let files: Vec<(&str, &str)> = names.iter().map(|name| (&**name, old)).collect();
        let folder = folder(&files);
        let mut child = command(folder.path(), &["check", "--fix"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        let texts: Vec<String> = names.iter().map(|name| text(&folder, name)).collect();
        assert!(texts.iter().all(|text| text == old || text == new));
        // Once it was at work, the rest is more of the same.
        if texts.iter().any(|text| text == new) {
            return;
        }
    }
    panic!("it never changed a file");
}

// ---- sources ----

#[test]
fn folders_are_walked_as_by_ripgrep() {
    let folder = folder(&[
        (".gitignore", "generated\n"),
        ("a.qql", "a:"),
        ("b/c.json", "[{\"filter\": \"a:\"}]"),
        ("b/d.txt", "a:"),
        ("generated/x.qql", "a:"),
        (".hidden/x.qql", "a:"),
        ("e.qql/f.qql", "a:"),
    ]);
    let found = |args: &[&str]| {
        let run = qlint_in(folder.path(), &[&["check"], args].concat());
        let names = run
            .stdout
            .lines()
            .map(|line| line.split(':').next().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), ["a.qql", "b/c.json", "e.qql/f.qql"]);
    assert_eq!(found(&["b"]), ["b/c.json"]);
    assert_eq!(found(&["b/d.txt", "--lines"]), ["b/d.txt"]);
    assert_eq!(found(&["generated/x.qql"]), ["generated/x.qql"]);
    assert_eq!(found(&["*/*.json", "a.qql"]), ["b/c.json", "a.qql"]);
    assert_eq!(found(&["**/*.qql"]), ["a.qql", "e.qql/f.qql"]);
    assert_eq!(found(&["--config", "files={'*.txt' = 'lines'}"]).len(), 4);
    assert_eq!(found(&["--config", "include=['b']"]), ["b/c.json"]);
    assert_eq!(found(&["--config", "exclude=['b', 'e.qql']"]), ["a.qql"]);
    let run = qlint_in(folder.path(), &["check", "*.nothing", "a.qql"]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr.contains("no file matches *.nothing"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.starts_with("a.qql:1:2"), "{}", run.stdout);
}

#[test]
fn what_is_no_file_of_filters_is_said_and_the_rest_is_linted() {
    let folder = folder(&[
        ("a.qql", "a:\n"),
        ("binary.qql", "a:\0b"),
        ("broken.json", "{\"filter\": \"a:1\",\n  x}"),
        ("deep.json", &("[".repeat(5000) + &"]".repeat(5000))),
        ("empty.qql", ""),
    ]);
    let large = fs::File::create(folder.path().join("large.qql")).unwrap();
    large.set_len(65 << 20).unwrap();
    fs::write(folder.path().join("latin.qql"), b"name:\xe9").unwrap();
    let run = qlint_in(folder.path(), &["check"]);
    assert_eq!(run.code, 3);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("a.qql:1:2: error[qql::parse::missing_value]"),
        "{lines:?}"
    );
    let right =
        "broken.json:2:3: error[qql::lint::broken_json] this is not JSON: key must be a string";
    assert!(lines[1].starts_with(right), "{lines:?}");
    assert!(lines[2].contains("deeper than 128 levels"), "{lines:?}");
    assert_eq!(lines.len(), 3);
    for part in [
        "binary.qql: the file is binary",
        "latin.qql:1: the file is not UTF-8 at byte 5",
        "large.qql: more than 64 MiB",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    // Nothing of them is written to.
    assert_eq!(qlint_in(folder.path(), &["check", "--fix"]).code, 3);
    assert_eq!(text(&folder, "broken.json"), "{\"filter\": \"a:1\",\n  x}");
}

#[test]
fn keys_of_json_can_be_chosen() {
    let folder = folder(&[(
        "a.json",
        "{\"rules\": [\"a:\"], \"search\": {\"text\": \"b:\"}, \"filter\": \"c:\", \"text\": \"d:\"}",
    )]);
    let columns = |args: &[&str]| {
        let run = qlint_in(
            folder.path(),
            &[&["check", "--format", "jsonl"], args].concat(),
        );
        let name = |line: &str| {
            let finding: Value = serde_json::from_str(line).unwrap();
            finding["name"].as_str().unwrap().to_owned()
        };
        run.stdout.lines().map(name).collect::<Vec<_>>()
    };
    assert_eq!(columns(&[]), ["filter"]);
    assert_eq!(
        columns(&["--keys", "rules[],search.text"]),
        ["rules[]", "search.text"]
    );
    assert_eq!(
        columns(&["--config", "keys=['text']"]),
        ["search.text", "text"]
    );
    let run = qlint_in(folder.path(), &["check", "--keys", "a[0]"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no pattern of keys"), "{}", run.stderr);
}

#[test]
fn threads_change_nothing() {
    let files: Vec<(String, String)> = (0..50)
        .map(|n| (format!("f{n:02}.qql"), format!("a{n}:\n\nb{n} == 1\n")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
    let folder = folder(&files);
    let one = qlint_in(folder.path(), &["check", "-j", "1"]);
    let many = qlint_in(folder.path(), &["check", "-j", "8"]);
    assert_eq!(one.stdout, many.stdout);
    assert_eq!(
        one.stdout
            .lines()
            .filter(|line| line.contains("error"))
            .count(),
        100
    );
    assert_eq!(
        qlint_in(folder.path(), &["check", "-j", "8", "--fix"]).code,
        1
    );
    assert_eq!(text(&folder, "f49.qql"), "a49:\n\nb49 : 1\n");
}

// ---- configuration ----

#[test]
fn configuration_is_found_around_and_its_parts_add_up() {
    let folder = folder(&[
        (
            "base.toml",
            "schema = \"fim\"\n[rules]\nthree_dots = \"error\"\nor_chain = \"off\"\n",
        ),
        (
            "qlint.toml",
            "extends = \"base.toml\"\n[rules]\nlint = \"off\"\nthree_dots = \"warning\"\n[tokens]\n\"own.level\" = \"integer\"\n[[override]]\npaths = [\"edr\", \"/x/*.qql\"]\nschema = \"edr\"\nrules = { or_chain = \"warning\" }\n",
        ),
        (
            "a.qql",
            "severity:[1 ... 5] AND own.level > 5 AND (class:Disk OR class:Disk)",
        ),
        (
            "edr/b.qql",
            "severity:1 AND own.level > 5 AND (type:FILE OR type:PROCESS)",
        ),
        ("other/qlint.toml", ""),
        ("other/c.qql", "own.level:1"),
    ]);
    let run = qlint_in(folder.path(), &["check"]);
    let codes: Vec<&str> = run
        .stdout
        .lines()
        .map(|line| line.split(']').next().unwrap())
        .collect();
    let right = [
        "a.qql:1:13: warning[qql::lint::three_dots",
        "edr/b.qql:1:1: warning[qql::check::unknown_token",
        "edr/b.qql:1:35: warning[qql::lint::or_chain",
        "other/c.qql:1:1: warning[qql::check::unknown_token",
    ];
    assert_eq!(codes, right);
    // Arguments win.
    let run = qlint_in(
        folder.path(),
        &["check", "a.qql", "--config", "rules.three_dots=off"],
    );
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let run = qlint_in(
        folder.path(),
        &["check", "edr", "--schema", "open", "--isolated"],
    );
    assert_eq!(run.code, 0, "{}", run.stdout);
    let run = qlint_in(
        folder.path(),
        &["check", "a.qql", "--config", "other/qlint.toml"],
    );
    assert!(run.stdout.contains("unknown_token"), "{}", run.stdout);
    let run = qlint_in(&folder.path().join("edr"), &["check", "b.qql"]);
    assert!(run.stdout.contains("or_chain"), "{}", run.stdout);
}

#[test]
fn what_is_wrong_with_a_configuration_is_shown_at_its_place() {
    for (config, place, parts) in [
        (
            "rulse = 1\n",
            "1:1",
            &["there is no key `rulse`", "did you mean `rules`?"][..],
        ),
        (
            "[rules]\nor_chian = \"off\"\n",
            "2:1",
            &["no rule `or_chian`", "did you mean `or_chain`?"],
        ),
        (
            "[rules]\nor_chain = \"of\"\n",
            "2:12",
            &["`of` is not one", "did you mean `off`?"],
        ),
        (
            "[rules]\ndouble_equals = \"off\"\n",
            "2:1",
            &["always an error"],
        ),
        (
            "[tokens]\n\"a..b\" = \"text\"\n",
            "2:1",
            &["`a..b` is not a name of a token"],
        ),
        ("[tokens]\na = \"texd\"\n", "2:1", &["`texd` is not a kind"]),
        ("width = \n", "1:9", &[]),
        ("extends = \"qlint.toml\"\n", "1:1", &["extend each other"]),
        (
            "extends = \"no.toml\"\n",
            "",
            &["cannot read the configuration", "no.toml"],
        ),
        ("schema = \"vm\"\n", "", &["cannot read the schema", "vm"]),
        ("keys = [\"a[0]\"]\n", "1:1", &["no pattern of keys"]),
        ("exclude = [\"a[\"]\n", "1:1", &["`a[` is not a pattern"]),
    ] {
        let folder = folder(&[("qlint.toml", config), ("a.qql", "a:1")]);
        let run = qlint_in(folder.path(), &["check"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{config}");
        let place = format!("qlint.toml:{place}");
        assert!(
            place.ends_with(':') || run.stderr.contains(&place),
            "{config}: {}",
            run.stderr
        );
        for part in parts {
            assert!(
                run.stderr.contains(part),
                "{config}: {part}: {}",
                run.stderr
            );
        }
    }
}

#[test]
fn a_wrong_configuration_is_only_for_its_files() {
    let folder = folder(&[
        ("a/qlint.toml", "rulse = 1"),
        ("a/x.qql", "a:"),
        ("a/deep/y.qql", "a:"),
        ("b.qql", "b:"),
    ]);
    let run = qlint_in(folder.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.starts_with("b.qql:1:2: error"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
    assert_eq!(
        run.stderr.matches("a/qlint.toml cannot be used").count(),
        1,
        "{}",
        run.stderr
    );
}

#[test]
fn the_json_schemas_are_those_of_the_documentation() {
    for (of, file) in [
        ("config", "qlint"),
        ("report", "report"),
        ("baseline", "baseline"),
    ] {
        let run = qlint(&["json-schema", of]);
        testkit::pages::hold(&format!("schemas/{file}.schema.json"), &run.stdout);
    }
    let schema = json(&qlint(&["json-schema", "config"]).stdout);
    let page = fs::read_to_string(root().join("docs/src/config.md")).unwrap();
    let example = page
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let saved = fs::read_to_string(root().join("examples/saved/qlint.toml")).unwrap();
    for text in [example, &saved] {
        let config: Value = toml::from_str(text).unwrap();
        valid(&schema, &config);
    }
    let wrong: Value = toml::from_str("rulse = 1").unwrap();
    assert!(!jsonschema::is_valid(&schema, &wrong));
    // It is taken as it is shown.
    let folder = folder(&[("qlint.toml", example), ("a.qql", "type:FILE")]);
    let run = qlint_in(folder.path(), &["check"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{}", run.stdout);
}

// ---- comments for qlint ----

#[test]
fn rules_can_be_ignored_where_they_stand() {
    let folder = folder(&[(
        "a.qql",
        "# qlint: ignore[three_dots] until=2999-12-31 -- x\nfile.size:[1 ... 2]\n\nfile.size:[1 ... 2] AND\n# qlint: ignore[qql::lint::three_dots]\ntype:FILE\n\nfile.size:[1 ... 2]\n\n# qlint: ignore[missing_value]\na:\n",
    )]);
    let run = qlint_in(folder.path(), &["check"]);
    let codes: Vec<&str> = run
        .stdout
        .lines()
        .map(|line| line.split(']').next().unwrap())
        .collect();
    let right = [
        "a.qql:8:14: advice[qql::lint::three_dots",
        // Errors are not ignored.
        "a.qql:10:1: warning[qql::lint::unused_ignore",
        "a.qql:11:2: error[qql::parse::missing_value",
    ];
    assert_eq!(codes, right);
    // Nor is what is ignored fixed.
    qlint_in(folder.path(), &["check", "--fix"]);
    assert_eq!(text(&folder, "a.qql").matches("...").count(), 2);
}

#[test]
fn rules_about_files_have_examples_that_show_them() {
    let mut rules = 0;
    for rule in Rule::all() {
        for (mark, name) in [
            ("qql-file", "a.qql"),
            ("json-file", "a.json"),
            ("source-file", "a.py"),
        ] {
            let block = |mark: &str| {
                let block = rule.page().split(&format!("```{mark}\n")).nth(1)?;
                block.split("```").next()
            };
            let (Some(bad), Some(good)) = (block(mark), block(&format!("{mark} good"))) else {
                continue;
            };
            rules += 1;
            let said = |text: &str| {
                let folder = folder(&[(name, text)]);
                qlint_in(folder.path(), &["check"])
                    .stdout
                    .contains(rule.code().as_str())
            };
            assert!(said(bad) && !said(good), "{}", rule.code());
        }
    }
    assert_eq!(rules, 6);
}

// ---- reports ----

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn valid(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The report on the saved searches, and on a text that has to be escaped.
fn report(format: &str) -> String {
    let args = [
        "check",
        "--now",
        "2024-09-22",
        "--format",
        format,
        "examples/saved",
    ];
    let strange = "-e=file.name:\u{1}<&\"\u{1b}[31m' OR x:]]>%0A";
    let run = qlint(&[&args[..], &[strange]].concat());
    assert_eq!(run.code, 1, "{}", run.stderr);
    run.stdout
}

#[test]
fn json_is_as_its_schema_says() {
    let schema =
        json(&fs::read_to_string(root().join("docs/src/schemas/report.schema.json")).unwrap());
    let report = json(&report("json"));
    valid(&schema, &report);
    assert_eq!(report["schema"], 1);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 15);
    let lines = self::report("jsonl");
    assert_eq!(lines.lines().map(json).collect::<Vec<_>>(), *findings);
    // Every place is what it says, in the file.
    for finding in findings {
        let file = finding["file"].as_str().unwrap();
        if file == "-e" {
            continue;
        }
        let text = fs::read_to_string(root().join(file)).unwrap();
        let span = &finding["span"];
        let (line, column) = (&span["line"], span["column"].as_u64().unwrap() as usize);
        let start = span["start"].as_u64().unwrap() as usize;
        let before: Vec<&str> = text[..start].split('\n').collect();
        assert_eq!(*line, before.len());
        assert_eq!(column, before.last().unwrap().chars().count() + 1);
        assert!(finding["fingerprint"].as_str().unwrap().len() > 10);
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let print = |text: &str| {
        let folder = folder(&[("a.qql", text)]);
        let run = qlint_in(folder.path(), &["check", "--format", "jsonl"]);
        let prints = run
            .stdout
            .lines()
            .map(|line| json(line)["fingerprint"].to_string());
        prints.collect::<Vec<_>>()
    };
    let before = print("type:FIEL\n\ntype:[FILE]\n");
    let after = print("# more\n\nsize:[9]\n\ntype:FIEL\n\n  type:[FILE]\n");
    assert_eq!(before.len(), 2);
    assert!(
        before.iter().all(|print| after.contains(print)),
        "{before:?} {after:?}"
    );
    assert!(after.len() > 2);
    let twice = print("type:[FILE]\n\ntype:[FILE]\n");
    assert_ne!(twice[0], twice[1]);
}

#[test]
fn sarif_is_valid_and_its_fixes_are_those_of_fix() {
    let schema = fs::read_to_string(root().join("tests/data/sarif-2.1.0.json")).unwrap();
    let mut schema = json(&schema);
    // Not a regular expression, by a bracket that nothing opens.
    for object in ["run", "toolComponent"] {
        let language = format!("/definitions/{object}/properties/language");
        let language = schema.pointer_mut(&language).unwrap();
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let log = json(&report("sarif"));
    valid(&schema, &log);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["help"]["markdown"].as_str().unwrap().len() > 50);
    }
    // One finding, one fix: made by the regions, it is what `--fix` makes.
    let before = "{\"é\": 1,\n \"filter\": \"file.name:\\u00e9 OR type:[FILE]\"}".to_owned();
    let folder = folder(&[("a b.json", &before)]);
    let log = json(&qlint_in(folder.path(), &["check", "--format", "sarif"]).stdout);
    valid(&schema, &log);
    let result = &log["runs"][0]["results"][0];
    let location = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(location, "a%20b.json");
    let mut fixed = before.clone();
    let change = &result["fixes"][0]["artifactChanges"][0];
    for replacement in change["replacements"].as_array().unwrap().iter().rev() {
        let region = &replacement["deletedRegion"];
        let at = |line: &str, column: &str| {
            let (line, column) = (
                region[line].as_u64().unwrap(),
                region[column].as_u64().unwrap(),
            );
            let start: usize = before
                .split_inclusive('\n')
                .take(line as usize - 1)
                .map(str::len)
                .sum();
            let rest = before[start..].char_indices().nth(column as usize - 1);
            start + rest.map_or(0, |(at, _)| at)
        };
        let range = at("startLine", "startColumn")..at("endLine", "endColumn");
        let bytes = region["byteOffset"].as_u64().unwrap() as usize;
        assert_eq!(bytes, range.start);
        fixed.replace_range(
            range,
            replacement["insertedContent"]["text"].as_str().unwrap(),
        );
    }
    assert_eq!(qlint_in(folder.path(), &["check", "--fix"]).code, 0);
    assert_eq!(text(&folder, "a b.json"), fixed);
}

#[test]
fn reports_in_xml_are_well_formed() {
    for format in ["junit", "checkstyle"] {
        let text = report(format);
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        match format {
            "junit" => {
                let suites = document.root_element();
                let count = |name: &str| {
                    let all = document
                        .descendants()
                        .filter(|node| node.has_tag_name(name));
                    all.count().to_string()
                };
                assert_eq!(suites.attribute("tests"), Some(&*count("testcase")));
                assert_eq!(suites.attribute("failures"), Some(&*count("failure")));
            }
            _ => assert_eq!(document.root_element().tag_name().name(), "checkstyle"),
        }
        insta::assert_snapshot!(format, text);
    }
}

#[test]
fn reports_of_code_hosts_are_as_they_read_them() {
    let text = report("github");
    assert!(
        text.lines()
            .all(|line| line.starts_with("::") && line.contains("::",)),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'));
    insta::assert_snapshot!("github", text);
    let issues = json(&report("gitlab"));
    for issue in issues.as_array().unwrap() {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(issue[key].is_string(), "{issue}");
        }
        assert!(issue["location"]["path"].is_string());
        assert!(issue["location"]["positions"]["begin"]["line"].is_u64());
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&issue["severity"].as_str().unwrap()));
    }
    insta::assert_snapshot!("gitlab", format!("{issues:#}"));
}

#[test]
fn screen_readers_get_sentences() {
    let run = qlint(&[
        "check",
        "--format",
        "narrated",
        "-e",
        "type:FILE AND\n action == X",
    ]);
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn nothing_that_a_terminal_obeys_reaches_it() {
    let strange = "file.name:\u{1b}]0;x\u{7}\u{202e} == \u{9b}31m";
    for format in ["human", "plain", "narrated"] {
        let run = qlint(&["check", "--format", format, "-e", strange]);
        let output = run.stdout + &run.stderr;
        for bad in ['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}'] {
            assert!(!output.contains(bad), "{format}: {output:?}");
        }
    }
    let run = qlint(&["explain", "-e", "file.name:\"\u{1b}[31m\""]);
    assert!(!run.stdout.contains('\u{1b}'), "{:?}", run.stdout);
    let folder = folder(&[("\u{1b}[31m.qql", "type == 1\u{1b}")]);
    let run = qlint_in(folder.path(), &["check", "--diff"]);
    assert!(!run.stdout.contains('\u{1b}'), "{:?}", run.stdout);
}

#[test]
fn findings_can_be_counted_cut_and_written_to_a_file() {
    let run = qlint(&[
        "check",
        "--statistics",
        "--format",
        "json",
        "-e",
        "a:[1] OR b:[2] OR c:",
    ]);
    let counts = json(&run.stdout);
    let codes = counts.as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|count| count["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "qql::check::unknown_token",
            "qql::lint::single_item_list",
            "qql::parse::missing_value",
        ]
    );
    let run = qlint(&[
        "check",
        "--statistics",
        "-s",
        "open",
        "-e",
        "a:[1] OR b:[2]",
    ]);
    assert!(
        run.stdout
            .starts_with("     2  advice   qql::lint::single_item_list"),
        "{}",
        run.stdout
    );
    let run = qlint(&[
        "check",
        "--max-diagnostics",
        "1",
        "-e",
        "a: OR b:",
        "-e",
        "c:",
    ]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout.lines().count(), 1);
    assert_eq!(run.stderr, "qlint: 2 findings not shown\n");
    let folder = folder(&[]);
    let args = ["check", "--format", "sarif", "-o", "out.sarif", "-e", "a:"];
    let run = qlint_in(folder.path(), &args);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(json(&text(&folder, "out.sarif"))["version"], "2.1.0");
    let run = qlint_in(folder.path(), &["check", "-o", "no/such/out", "-e", "a:"]);
    assert_eq!(run.code, 3);
}

// ---- fmt ----

#[test]
fn files_are_formatted_with_their_comments() {
    let before = "# first\n# name: one\ntype: FILE   and (file.name : 'a'\n  # either\n or file.name:'b')\n\n\n# broken\na:\n\nx:1\n";
    let folder = folder(&[
        ("a.qql", before),
        (
            "b.json",
            "{\"query\": \"a : 'x\\\"'   or b:1\", \"n\":[ 1]}",
        ),
    ]);
    let run = qlint_in(folder.path(), &["fmt", "--check"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (1, "a.qql would change\nb.json would change\n")
    );
    assert_eq!(text(&folder, "a.qql"), before);
    let run = qlint_in(folder.path(), &["fmt"]);
    assert_eq!(run.code, 1, "one filter is broken");
    let after = "# first\n# name: one\ntype:FILE\nAND (\n  file.name:\"a\"\n  # either\n  OR file.name:\"b\"\n)\n\n\n# broken\na:\n\nx:1\n";
    assert_eq!(text(&folder, "a.qql"), after);
    assert_eq!(
        text(&folder, "b.json"),
        "{\"query\": \"a:'x\\\"' OR b:1\", \"n\":[ 1]}"
    );
    assert!(
        run.stderr.contains("2 of 2 files changed"),
        "{}",
        run.stderr
    );
    let run = qlint_in(folder.path(), &["fmt", "--check", "b.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    let run = qlint_in(folder.path(), &["fmt", "--diff", "a.qql"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn formatting_keeps_line_ends_and_goes_to_the_output() {
    let folder = folder(&[(
        "a.qql",
        "type: FILE and action: CREATED\r\n\r\n\r\nx : 1\r\n",
    )]);
    assert_eq!(qlint_in(folder.path(), &["fmt", "--width", "20"]).code, 0);
    assert_eq!(
        text(&folder, "a.qql"),
        "type:FILE\r\nAND action:CREATED\r\n\r\n\r\nx:1\r\n"
    );
    let run = qlint_with(
        &["fmt", "--lines", "--width", "5", "-"],
        "a : 1 and b:2\n# c\nd:\n",
    );
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (1, "a:1 AND b:2\n# c\nd:\n")
    );
    let run = qlint(&["fmt", "-e", "a : 1", "-e", "b:2"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "a:1\nb:2\n"));
}

#[test]
fn what_would_read_otherwise_is_left_as_it_is() {
    // At the start of a line, `#x` would be a comment.
    let before = "( #x or   b : 1) and a: 1\n\nc : 1\n";
    let folder = folder(&[("a.qql", before)]);
    assert_eq!(
        qlint_in(
            folder.path(),
            &["check", "-s", "open", "--fail-on", "error"]
        )
        .code,
        0
    );
    assert_eq!(qlint_in(folder.path(), &["fmt", "--width", "1"]).code, 0);
    assert_eq!(text(&folder, "a.qql"), before.replace("c : 1", "c:1"));
}

// ---- rules, completions, manuals ----

#[test]
fn rules_are_listed_and_shown() {
    let run = qlint(&["rules"]);
    assert_eq!(run.stdout.lines().count(), Rule::all().len());
    let run = qlint(&["rules", "wildcard", "--format", "json"]);
    let names: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| json(line)["name"].clone())
        .collect();
    assert!(names.contains(&"leading_wildcard".into()), "{names:?}");
    assert_eq!(qlint(&["rules", "nothing like this"]).code, 1);
    for rule in Rule::all() {
        let run = qlint(&["rule", rule.code().as_str()]);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains(rule.page().trim()), "{}", rule.code());
    }
    let run = qlint(&["rule", "or_chian"]);
    assert!(
        run.stderr.contains("did you mean `or_chain`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn shells_and_manuals_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = qlint(&["completions", shell]);
        assert_eq!(run.code, 0);
        // Some shells have no place for the values of arguments.
        let values = matches!(shell, "bash" | "zsh");
        for (word, there) in [("check", true), ("or_chain", values), ("file.name", values)] {
            assert!(run.stdout.contains(word) || !there, "{shell}: {word}");
        }
    }
    let folder = folder(&[]);
    assert_eq!(qlint_in(folder.path(), &["man", "man1"]).code, 0);
    for page in [
        "qlint",
        "qlint-check",
        "qlint-fmt",
        "qlint-explain",
        "qlint-match",
    ] {
        let text = text(&folder, &format!("man1/{page}.1"));
        assert!(
            text.contains(".SH NAME") && text.contains("qlint"),
            "{page}"
        );
        // What one types, and not the name of the page.
        let (_, synopsis) = text.split_once(".SH SYNOPSIS").unwrap();
        let typed = format!("\\fB{}\\fR", page.replace('-', " "));
        assert!(
            synopsis.trim_start().starts_with(&typed),
            "{page}: {synopsis}"
        );
    }
}

#[test]
fn help_is_wrapped_once() {
    for command in [
        "check", "fmt", "explain", "match", "rule", "tokens", "rules",
    ] {
        for width in [60, 80, 120] {
            let output = crate::run::command(root(), &[command, "--help"])
                .env("COLUMNS", width.to_string())
                .output()
                .unwrap();
            let help = String::from_utf8(output.stdout).unwrap();
            let width = width.min(100);
            for line in help.lines() {
                // Usage is in a form of its own, and a word may be too long.
                let long = line.chars().count() > width;
                assert!(
                    !long || line.contains("Usage") || line.starts_with("       qlint"),
                    "{line}"
                );
            }
            // In the paragraphs at the end, a line ends where the next word does not fit.
            let (_, end) = help.rsplit_once("--help").unwrap_or(("", &help));
            let lines: Vec<&str> = end.lines().skip(1).collect();
            for pair in lines.windows(2) {
                if let ([line, next], false) = (
                    pair,
                    pair.iter()
                        .any(|line| line.starts_with(' ') || line.is_empty()),
                ) {
                    let word = next.split(' ').next().unwrap_or_default();
                    let with = line.chars().count() + 1 + word.chars().count();
                    assert!(with > width, "{command} at {width}: {line}\n{next}");
                }
            }
        }
    }
}
