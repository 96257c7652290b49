//! The file that a report is written to.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::keep_owner;
use super::temporary::Temporary;
use crate::output::{Name, Out};

/// A file for a report. It is replaced only when the report is complete.
pub(crate) struct ReportFile {
    path: PathBuf,
    name: Name,
}

/// Why a file is not written.
pub(crate) enum Refused {
    /// The argument cannot be meant.
    Argument(String),
    Unwritable(String),
}

/// Folders of the system, where links are allowed and files cannot be renamed.
const SYSTEM: [&str; 2] = ["/dev", "/proc/self/fd"];

impl ReportFile {
    /// A report to a file that is not one of the inputs.
    pub(crate) fn new<'p>(
        path: &Path,
        mut inputs: impl Iterator<Item = &'p Path>,
    ) -> Result<ReportFile, Refused> {
        let name = Name::from(path);
        let same = identity(path);
        if same.is_some() && inputs.any(|input| identity(input) == same) {
            return Err(Refused::Argument(format!(
                "the report is not written to {name}: it is one of the files that are read; name another"
            )));
        }
        if let Some(link) = link_in(path) {
            let link = Name::from(link);
            return Err(Refused::Unwritable(format!(
                "cannot write {name}: {link} is a symbolic link; name the file that it leads to"
            )));
        }
        let path = path.to_owned();
        Ok(ReportFile { path, name })
    }

    /// Writes the report atomically.
    pub(crate) fn write(&self, write: impl FnOnce(&mut Out) -> io::Result<()>) -> io::Result<()> {
        let before = fs::symlink_metadata(&self.path).ok();
        let system = SYSTEM.iter().any(|folder| self.path.starts_with(folder));
        let name = &self.name.to_string();
        let failed = |error| Out::unwritable(name, error);
        match before {
            Some(before) if before.is_dir() => {
                Err(failed(io::Error::from(io::ErrorKind::IsADirectory)))
            }
            Some(before) if before.permissions().readonly() && !system => {
                Err(failed(io::Error::other("it is read-only")))
            }
            Some(before) if system || !before.is_file() => {
                let file = OpenOptions::new().write(true).open(&self.path);
                self.through(file.map_err(failed)?, write)
            }
            before => {
                let file = Temporary::beside(&self.path, 0o666).map_err(failed)?;
                let copy = file.file().try_clone().map_err(failed)?;
                self.through(copy, write)?;
                if let Some(before) = before {
                    // If the owner cannot be kept, the file becomes the user's.
                    let _ = keep_owner(file.file(), &before);
                    let permissions = before.permissions();
                    file.file().set_permissions(permissions).map_err(failed)?;
                }
                file.become_file(&self.path).map_err(failed)
            }
        }
    }

    fn through(
        &self,
        file: File,
        write: impl FnOnce(&mut Out) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut out = Out::file(&self.name.to_string(), file);
        write(&mut out)?;
        out.finish()
    }
}

/// An identity that is the same for all names of a file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// The first part of a path that is a symbolic link. Links in the root folder are ignored: they are the
/// system's.
fn link_in(path: &Path) -> Option<PathBuf> {
    if SYSTEM.iter().any(|folder| path.starts_with(folder)) {
        return None;
    }
    let mut at = PathBuf::new();
    for part in path.components() {
        let in_root = at.parent().is_none() && at.has_root();
        at.push(part);
        if matches!(part, Component::Normal(_)) && !in_root && at.is_symlink() {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_on_the_way_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let real = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(real.join("d")).unwrap();
        symlink("d", real.join("link")).unwrap();
        symlink("nowhere", real.join("dangling")).unwrap();
        for (path, link) in [
            ("d/x", None),
            ("x", None),
            ("link/x", Some("link")),
            ("d/../link/x", Some("d/../link")),
            ("dangling", Some("dangling")),
        ] {
            let link = link.map(|link| real.join(link));
            assert_eq!(link_in(&real.join(path)), link, "{path}");
        }
        assert_eq!(link_in(Path::new("/dev/stdout")), None);
    }
}
