//! Which files have changed, as git knows.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::outcome::Failure;
use crate::output::one_line;

/// The files that have changed since a commit, with those that git does not know yet.
pub(crate) struct Changed(HashSet<PathBuf>);

impl Changed {
    /// Asks git in the current folder. What is staged and what is not count as changed, too; what is
    /// ignored does not.
    ///
    /// # Errors
    ///
    /// If git cannot be run, if the current folder is in no repository, or if there is no such commit.
    pub(crate) fn since(commit: &str) -> Result<Changed, Failure> {
        let root = git(
            &["rev-parse", "--show-toplevel"],
            "this needs a git repository",
        )?;
        let root = text(&root)?.trim_end_matches(['\r', '\n']).to_owned();
        let root = std::fs::canonicalize(&root).unwrap_or_else(|_| PathBuf::from(&root));
        let verified = format!("{commit}^{{commit}}");
        let verify = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &verified,
        ];
        let found = git(&verify, &format!("git has no commit `{commit}`"))?;
        let hash = text(&found)?.trim().to_owned();
        let diff = [
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--diff-filter=d",
            &hash,
            "--",
        ];
        let mut names = git(&diff, "git cannot say what has changed")?;
        let others = [
            "ls-files",
            "--others",
            "--exclude-standard",
            "--full-name",
            "-z",
            "--",
            ":/",
        ];
        names.extend(git(&others, "git cannot say which files are new")?);
        let names = names
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(Changed(names.map(|name| root.join(path(name))).collect()))
    }

    /// Whether a file has changed.
    pub(crate) fn has(&self, path: &Path) -> bool {
        // The file itself may be a link, which git knows by its own name.
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = std::fs::canonicalize(folder);
        let whole = folder
            .ok()
            .zip(path.file_name())
            .map(|(folder, name)| folder.join(name));
        whole.is_some_and(|whole| self.0.contains(&whole))
    }
}

/// What git writes. If it fails, the error says this, and what git says.
fn git(args: &[&str], wrong: &str) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new("git");
    command.args(args).stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|error| format!("--since: cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().map(one_line).unwrap_or_default();
    Err(match said.is_empty() {
        true => format!("--since: {wrong}").into(),
        false => format!("--since: {wrong}: {said}").into(),
    })
}

fn text(bytes: &[u8]) -> Result<&str, Failure> {
    Ok(std::str::from_utf8(bytes)?)
}

#[cfg(unix)]
fn path(name: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;

    Path::new(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
