//! Pages of the documentation that a test holds to what is true, or writes with `UPDATE_DOCS=1`.

use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("docs/src")
}

/// Holds a table of a page, from the line that begins with `header` to the next empty line, to `right`.
pub fn hold_table(page: &str, header: &str, right: &str) {
    let text = fs::read_to_string(folder().join(page)).unwrap();
    let (before, rest) = text
        .split_once(header)
        .unwrap_or_else(|| panic!("{page} has no table that begins with `{header}`"));
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    hold(page, &format!("{before}{}\n\n{after}", right.trim_end()));
}

/// Holds a whole page to `right`.
pub fn hold(page: &str, right: &str) {
    let path = folder().join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, right).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == right, "{page} should be:\n{right}");
}

/// Holds a line of a page, and the lines below it that begin with `start`, to `right`.
pub fn hold_lines(page: &str, first: &str, start: &str, right: &str) {
    let text = fs::read_to_string(folder().join(page)).unwrap();
    let (before, rest) = text
        .split_once(first)
        .unwrap_or_else(|| panic!("{page} has no line `{first}`"));
    let below = rest.lines().take_while(|line| line.starts_with(start));
    let length = below.map(|line| line.len() + 1).sum();
    let after = rest.get(length..).unwrap_or_default();
    hold(page, &format!("{before}{right}{after}"));
}
