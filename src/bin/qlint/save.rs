//! Writing files, each as a whole or not at all; and showing what would be written.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;

use crate::output::{Name, Out, Paint};

/// Puts `after` in the place of `before`, which the file held when it was read.
///
/// The new text is written to another file of the same folder, which then takes the name of the old
/// one, so that whoever looks sees either. A symbolic link is left alone: where it leads to may be
/// somewhere else altogether.
pub(crate) fn replace(path: &Path, before: &str, after: &str) -> Result<(), String> {
    let name = Name::from(path);
    let failed = |error: io::Error| format!("cannot write {name}: {error}");
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    if metadata.is_symlink() {
        return Err(format!(
            "cannot write {name}: it is a symbolic link; name the file that it leads to"
        ));
    }
    if metadata.permissions().readonly() {
        return Err(format!("cannot write {name}: it is read-only"));
    }
    if fs::read(path).map_err(failed)? != before.as_bytes() {
        return Err(format!(
            "cannot write {name}: it has changed since it was read"
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".qlint-")
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(after.as_bytes()).map_err(failed)?;
    file.as_file()
        .set_permissions(metadata.permissions())
        .map_err(failed)?;
    file.as_file().sync_data().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Shows the difference as `diff -u` does.
pub(crate) fn diff(name: &Name, before: &str, after: &str, out: &mut Out) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let name = name.to_string();
    let below = name.trim_start_matches('/');
    let (old, new) = (format!("a/{below}"), format!("b/{below}"));
    let text = diff.unified_diff().header(&old, &new).to_string();
    for line in text.lines() {
        let paint = match line.bytes().next() {
            Some(b'+') => Paint::Green,
            Some(b'-') => Paint::Red,
            Some(b'@') => Paint::Cyan,
            _ => Paint::None,
        };
        out.painted(paint, line)?;
        writeln!(out)?;
    }
    Ok(())
}
