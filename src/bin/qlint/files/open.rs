//! Opening files by untrusted names: without waiting, and with a limit on what is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The size limit of schemas and configurations, in bytes.
pub(crate) const LARGEST_SETTINGS: u64 = 8 << 20;

/// All bytes of a file, up to `most`.
///
/// # Errors
///
/// If there are more, or if it is not a file: a device may have no end, and a pipe may have no writer.
/// Pipes of a shell, such as `/dev/fd/63`, are read, since they have a writer.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let of_shell = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    let of_shell = of_shell.iter().any(|folder| path.starts_with(folder));
    let file = match of_shell {
        true => File::open(path)?,
        false => without_waiting(path)?,
    };
    // Of the open file. Another file may have its name by now.
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if !metadata.is_file() && !of_shell {
        return Err(io::Error::other("it is a device, a pipe or a socket"));
    }
    bounded(file, metadata.len(), most)
}

/// All bytes, of which about `length` are expected. It is an error if there are more than `most`.
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

    // Opening a pipe would wait for a writer, and a terminal could become the controlling one.
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn without_waiting(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Whether a text in TOML has only these keys, so that its lines may be shown. A configuration that came
/// with filters of others can name any file, and messages must not show what is in it.
pub(crate) fn is_ours(text: &str, keys: &[impl AsRef<str>]) -> bool {
    let known = |key: &str| keys.iter().any(|known| known.as_ref() == key);
    match text.parse::<toml::Table>() {
        Ok(table) => !table.is_empty() && table.keys().all(|key| known(key)),
        // The text is not TOML. A header with one of the keys says what was meant.
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
