//! Pages of the documentation that a test holds to what is true, or writes with `UPDATE_DOCS=1`.

use std::fs;
use std::path::Path;

/// Holds a table of a page, from the line that begins with `header` to the next empty line, to `right`.
pub fn hold_table(page: &str, header: &str, right: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join("docs/src").join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text
        .split_once(header)
        .unwrap_or_else(|| panic!("{page} has no table that begins with `{header}`"));
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let whole = format!("{before}{}\n\n{after}", right.trim_end());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &whole).unwrap();
    }
    let text = fs::read_to_string(&path).unwrap();
    assert!(text == whole, "{page} should have:\n{right}");
}
