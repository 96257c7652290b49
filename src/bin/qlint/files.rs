//! Which files the arguments name.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

/// The files that the arguments name, in the order of the arguments, those of a folder in the order
/// of their names; and what is wrong with arguments. `-` is standard input.
///
/// Folders are walked as ripgrep does: hidden files and what `.gitignore` names are left out, and
/// symbolic links are not followed.
pub(crate) fn find(
    arguments: &[OsString],
    included: &dyn Fn(&Path) -> bool,
) -> (Vec<PathBuf>, Vec<String>) {
    let mut found = Found::default();
    for argument in arguments {
        let path = Path::new(argument);
        let pattern = argument
            .to_str()
            .filter(|text| text.contains(['*', '?', '[', '{']));
        match pattern {
            _ if path.is_dir() => found.walk(path, included),
            Some(pattern) if path.symlink_metadata().is_err() => found.glob(pattern),
            // Whether it can be read is seen when it is.
            _ => found.add(path),
        }
    }
    (found.inputs, found.errors)
}

#[derive(Default)]
struct Found {
    inputs: Vec<PathBuf>,
    known: HashSet<PathBuf>,
    errors: Vec<String>,
}

impl Found {
    fn add(&mut self, path: &Path) {
        if self.known.insert(path.to_owned()) {
            self.inputs.push(path.to_owned());
        }
    }

    fn walk(&mut self, folder: &Path, included: &dyn Fn(&Path) -> bool) {
        let walk = WalkBuilder::new(folder)
            .sort_by_file_name(Ord::cmp)
            .require_git(false)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let file = entry.file_type().is_some_and(|kind| kind.is_file());
                    if file && included(entry.path()) {
                        let path = entry.path();
                        self.add(path.strip_prefix(".").unwrap_or(path));
                    }
                }
                Err(error) => self.errors.push(error.to_string()),
            }
        }
    }

    /// Files whose paths match a pattern that the shell has left as it is.
    fn glob(&mut self, pattern: &str) {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let matcher: GlobMatcher = match glob {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                self.errors
                    .push(format!("{pattern} is no pattern: {}", error.kind()));
                return;
            }
        };
        // The folders before the first wildcard.
        let fixed = Path::new(pattern).components().take_while(|part| {
            let part = part.as_os_str().to_string_lossy();
            !part.contains(['*', '?', '[', '{'])
        });
        let base: PathBuf = fixed.collect();
        let base = if base.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            base
        };
        let before = self.inputs.len();
        self.walk(&base, &|path| {
            matcher.is_match(path.strip_prefix(".").unwrap_or(path))
        });
        if self.inputs.len() == before {
            self.errors.push(format!("no file matches {pattern}"));
        }
    }
}
