//! Opening files whose names may come from anybody: never waiting, and never reading without end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// A schema or a configuration with more bytes is not read.
pub(crate) const LARGEST_SETTINGS: u64 = 8 << 20;

/// All bytes of a file, of which there may be so many.
///
/// # Errors
///
/// If there are more, or if it is not a file: a device has no end, and a pipe may have no other side.
/// The pipes that a shell makes, `/dev/fd/63` and the like, are read: their other side is there.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let of_shell = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    let of_shell = of_shell.iter().any(|folder| path.starts_with(folder));
    let file = match of_shell {
        true => File::open(path)?,
        false => without_waiting(path)?,
    };
    // Of what has been opened, not of what has the name by now.
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if !metadata.is_file() && !of_shell {
        return Err(io::Error::other("it is a device, a pipe or a socket"));
    }
    bounded(file, metadata.len(), most)
}

/// All bytes, of which there should be `length`, unless there are more than `most`.
pub(crate) fn bounded(from: impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(length.min(most)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(length + 1);
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let most = most >> 20;
        return Err(io::Error::other(format!(
            "more than {most} MiB are not read"
        )));
    }
    Ok(bytes)
}

/// The text of a schema or a configuration.
pub(crate) fn settings(path: &Path) -> io::Result<String> {
    let bytes = read(path, LARGEST_SETTINGS)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))
}

#[cfg(unix)]
fn without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    // Opening a pipe waits for its other side, and a terminal must not become ours.
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Whether a text in TOML is by its form a file with some of these keys, so that its lines may be
/// shown. A configuration that came with somebody's filters can name any file; what is in it is for
/// those only who own it.
pub(crate) fn is_ours(text: &str, keys: &[impl AsRef<str>]) -> bool {
    let known = |key: &str| keys.iter().any(|known| known.as_ref() == key);
    match text.parse::<toml::Table>() {
        Ok(table) => !table.is_empty() && table.keys().all(|key| known(key)),
        // It is broken; a table of ours says what was meant.
        Err(_) => text.lines().any(|line| {
            let header = line.trim_start().strip_prefix('[');
            let header = header.map(|header| header.trim_start_matches('['));
            let key = header.and_then(|header| header.split(['.', ']']).next());
            key.is_some_and(known)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn files_are_known_by_their_form() {
        let keys = ["name", "extends", "tokens"];
        for ours in [
            "name = \"x\"",
            "[tokens.\"a.b\"]\nkind = 1",
            "[tokens.a]\nkind = \n",
            "  [tokens]\n]",
        ] {
            assert!(is_ours(ours, &keys), "{ours}");
        }
        for other in [
            "",
            "root:x:0:0:root:/root:/bin/sh\n",
            "[package]\nname = \"x\"\n",
            "name = \"x\"\npassword = \"y\"\n",
            "name = x",
            "\"secret",
        ] {
            assert!(!is_ours(other, &keys), "{other}");
        }
    }
}
