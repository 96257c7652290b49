//! Writing files atomically, and showing what would be written.

mod diff;
mod report_file;
mod temporary;

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

use crate::output::Name;
use temporary::Temporary;

pub(crate) use diff::diff;
pub(crate) use report_file::{Refused, ReportFile};
pub(crate) use temporary::{clean, end_on_signals};

/// Replaces the text `before` of a file, which is what was read, by `after`.
///
/// The new text is written to another file of the same folder, which is then renamed. A reader sees the
/// old text or the new one, never a part. Owner, group and mode are kept. Some files are refused, since
/// this would change more than their text:
///
/// * a symbolic link, since the file that it names may be in another folder,
/// * a file with several names (hard links), since the other names would keep the old text,
/// * a file whose owner or group cannot be kept.
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
    let names = names(&metadata);
    if names > 1 {
        return Err(format!(
            "cannot write {name}: it is one of {names} names of a file (hard links), and the others \
             would keep the old text; replace it by a copy first"
        ));
    }
    if fs::read(path).map_err(failed)? != before.as_bytes() {
        return Err(format!(
            "cannot write {name}: it has changed since it was read"
        ));
    }
    let mut file = Temporary::beside(path, 0o600).map_err(failed)?;
    file.write_all(after.as_bytes()).map_err(failed)?;
    keep_owner(file.file(), &metadata)
        .map_err(|error| format!("cannot write {name}: its owner cannot be kept: {error}"))?;
    // After the owner, since a change of owner clears bits of the mode.
    file.file()
        .set_permissions(metadata.permissions())
        .map_err(failed)?;
    file.become_file(path).map_err(failed)
}

/// Writes a new file.
///
/// # Errors
///
/// If there is a file of this name, or if it cannot be written.
pub(crate) fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// How many names (hard links) a file has.
#[cfg(unix)]
fn names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn names(_: &Metadata) -> u64 {
    1
}

/// Makes the owner and group of a file those of another.
#[cfg(unix)]
fn keep_owner(file: &File, of: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let is = file.metadata()?;
    match (is.uid(), is.gid()) == (of.uid(), of.gid()) {
        true => Ok(()),
        false => fchown(file, Some(of.uid()), Some(of.gid())),
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
