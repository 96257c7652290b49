//! Temporary files, which are renamed when they are complete.
//!
//! None of them stays, however the program ends. An error drops them, and SIGINT and SIGTERM remove
//! them. What SIGKILL leaves is removed by the next run that writes in the folder.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

const PREFIX: &str = ".qlint-";
const SUFFIX: &str = ".tmp";
/// The number of hexadecimal digits between prefix and suffix.
const DIGITS: usize = 16;

/// The temporary files that exist. The lock is held while one is created, and from the moment that a
/// signal removes them all until the program ends, so that none is created after that.
static ALL: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn all() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is removed unless it is renamed. It is locked while it is open, so that other runs do not
/// take it for a leftover.
pub(super) struct Temporary {
    file: File,
    path: PathBuf,
}

impl Temporary {
    /// Creates one in the folder of a file, with this mode as far as the umask allows.
    pub(super) fn beside(path: &Path, mode: u32) -> io::Result<Temporary> {
        let folder = folder_of(path);
        loop {
            let random = RandomState::new().hash_one(0);
            let path = folder.join(format!("{PREFIX}{random:0DIGITS$x}{SUFFIX}"));
            let mut known = all();
            let file = match create(&path, mode) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            known.insert(path.clone());
            drop(known);
            // Without locks there are no leftovers to clean up either.
            let _ = file.lock();
            let temporary = Temporary { file, path };
            // Another run may have removed it as a leftover before it was locked.
            if fs::symlink_metadata(&temporary.path).is_ok() {
                return Ok(temporary);
            }
        }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Renames it, replacing the file of that name.
    pub(super) fn become_file(self, path: &Path) -> io::Result<()> {
        self.file.sync_data()?;
        fs::rename(&self.path, path)
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // This fails after it was renamed.
        let _ = fs::remove_file(&self.path);
        all().remove(&self.path);
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}

/// Whether this is the name of a temporary file.
fn is_ours(name: &str) -> bool {
    let digits = name
        .strip_prefix(PREFIX)
        .and_then(|name| name.strip_suffix(SUFFIX));
    digits.is_some_and(|digits| {
        digits.len() == DIGITS
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Removes leftovers of killed runs in the folders of these files.
pub(crate) fn clean<'p>(files: impl Iterator<Item = &'p Path>) {
    let folders: BTreeSet<&Path> = files.map(folder_of).collect();
    for entry in folders
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
    {
        for entry in entry.flatten() {
            let ours = entry.file_name().to_str().is_some_and(is_ours);
            if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
                clean_up(&entry.path());
            }
        }
    }
}

/// Removes a file, unless another run is writing it.
fn clean_up(path: &Path) {
    if let Ok(file) = OpenOptions::new().write(true).open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// Makes SIGINT and SIGTERM remove the temporary files before they end the program, with the exit
/// status that shells use: 130 and 143.
#[cfg(unix)]
pub(crate) fn end_on_signals() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    // Without a thread or a handler the signal ends the program, and the next run cleans up. The thread
    // comes first: a handler that is taken back leaves the signal ignored.
    let (ready, wait) = std::sync::mpsc::channel();
    let listen = move || {
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let _ = ready.send(());
        if let Some(signal) = signals.forever().next() {
            let known = all();
            for path in &*known {
                let _ = fs::remove_file(path);
            }
            std::process::exit(128 + signal);
        }
    };
    if std::thread::Builder::new().spawn(listen).is_ok() {
        let _ = wait.recv();
    }
}

#[cfg(not(unix))]
pub(crate) fn end_on_signals() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_ours_is_cleaned_up() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let left = ".qlint-0123456789abcdef.tmp";
        let others = [
            ".qlint-notes",
            ".qlint-0123456789abcdeg.tmp",
            ".qlint-0123456789abcdef",
            "qlint-0123456789abcdef.tmp",
            ".qlint-0123456789abcde.tmp",
        ];
        for name in others.into_iter().chain([left]) {
            fs::write(at(name), "x").unwrap();
        }
        fs::create_dir(at(".qlint-00000000000000aa.tmp")).unwrap();
        let used = Temporary::beside(&at("a.qql"), 0o600).unwrap();
        clean([&*at("a.qql"), &*at("b.qql")].into_iter());
        assert!(!at(left).exists());
        for name in others {
            assert!(at(name).exists(), "{name}");
        }
        assert!(at(".qlint-00000000000000aa.tmp").is_dir());
        assert!(used.path.exists());
        used.become_file(&at("a.qql")).unwrap();
        assert!(at("a.qql").exists());
        let dropped = Temporary::beside(&at("b.qql"), 0o600).unwrap();
        let path = dropped.path.clone();
        drop(dropped);
        assert!(!path.exists());
    }
}
