//! The commands shown in the documentation print what is shown.
//!
//! A block marked `console` holds a line `$ qlint …` and its output. After a change that is meant,
//! `UPDATE_DOCS=1 cargo test --test docs` writes the new output into the pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The words of a command line, with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').expect("a closing quote"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

fn output_of(command: &str) -> String {
    let args = words(command.strip_prefix("qlint ").expect("a command of qlint"));
    let output = Command::new(env!("CARGO_BIN_EXE_qlint"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // As a person sees it on a terminal.
        .env("QLINT_FORMAT", "human")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + if lines.is_empty() { "" } else { "\n" }
}

fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let (folders, pages): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| pages_below(folder));
    pages.into_iter().chain(below).collect()
}

#[test]
fn commands_print_what_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut blocks = 0;
    let mut pages = vec![root.join("README.md")];
    pages.extend(pages_below(&root.join("docs/src")));
    for path in pages {
        let text = fs::read_to_string(&path).unwrap();
        let mut parts = text.split("```console\n");
        let mut right = parts.next().unwrap().to_owned();
        for part in parts {
            let (block, after) = part.split_once("```\n").expect("a closed block");
            let command = block
                .lines()
                .next()
                .unwrap()
                .strip_prefix("$ ")
                .expect("a command");
            right += &format!(
                "```console\n$ {command}\n{}```\n{after}",
                output_of(command)
            );
            blocks += 1;
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &right).unwrap();
        } else {
            assert!(right == text, "{} should be:\n{right}", path.display());
        }
    }
    assert!(blocks > 12);
}
