//! Running `qlint`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What came of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

fn finish(output: Output) -> Run {
    Run {
        code: output.status.code().expect("not ended by a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with these files, below the folders that their names have.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `qlint` in a folder, without what the environment would change.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qlint"));
    command
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("FORCE_COLOR")
        .env_remove("QLINT_FORMAT");
    command
}

pub(crate) fn qlint_in(folder: &Path, args: &[&str]) -> Run {
    finish(command(folder, args).stdin(Stdio::null()).output().unwrap())
}

pub(crate) fn qlint(args: &[&str]) -> Run {
    qlint_in(root(), args)
}

/// With this on standard input.
pub(crate) fn qlint_with(args: &[&str], input: impl AsRef<[u8]> + Send) -> Run {
    let mut command = command(root(), args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The program may end before it has read all, as with `-q`.
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // Meanwhile its output is read, of which a pipe holds only so much.
        scope.spawn(move || {
            let _ = stdin.write_all(input.as_ref());
        });
        finish(child.wait_with_output().unwrap())
    })
}
