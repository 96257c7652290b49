//! Which files the arguments name.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// As messages call it; `-` is standard input.
    pub(crate) name: String,
}

/// The files that the arguments name, in the order of the arguments, those of a folder in the order
/// of their names; and what is wrong with arguments.
///
/// Folders are walked as ripgrep does: hidden files and what `.gitignore` names are left out, and
/// symbolic links are not followed.
pub(crate) fn find(
    arguments: &[String],
    included: &dyn Fn(&Path) -> bool,
) -> (Vec<Input>, Vec<String>) {
    let mut found = Found::default();
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" {
            found.add(argument.clone());
        } else if path.is_dir() {
            found.walk(path, included);
        } else if path.symlink_metadata().is_ok() || !argument.contains(['*', '?', '[', '{']) {
            // Whether it can be read is seen when it is.
            found.add(argument.clone());
        } else {
            found.glob(argument);
        }
    }
    (found.inputs, found.errors)
}

#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    known: HashSet<String>,
    errors: Vec<String>,
}

impl Found {
    fn add(&mut self, name: String) {
        if self.known.insert(name.clone()) {
            self.inputs.push(Input { name });
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
                        self.entry(entry.path());
                    }
                }
                Err(error) => self.errors.push(error.to_string()),
            }
        }
    }

    fn entry(&mut self, path: &Path) {
        let path = path.strip_prefix(".").unwrap_or(path);
        match path.to_str() {
            Some(name) => self.add(name.to_owned()),
            None => self.errors.push(format!("{path:?} is not UTF-8")),
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
