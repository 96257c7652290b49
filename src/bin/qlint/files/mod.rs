//! The files that the arguments name, and their texts.

mod changed;
pub(crate) mod open;

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use qualys_filter::document::{HostError, LARGEST, Positions, is_likely};

use crate::outcome::Failure;
use crate::output::Name;

pub(crate) use changed::Changed;

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    /// Whether an argument names it. Otherwise it was found in a folder.
    pub(crate) named: bool,
}

/// The files that the arguments name, and what is wrong with arguments. The files are in the order of the
/// arguments, and those of a folder in the order of their names. `-` is standard input.
///
/// Folders are walked as by ripgrep: hidden files and those that `.gitignore` names are omitted, and
/// symbolic links are not followed.
pub(crate) fn find(
    arguments: &[OsString],
    included: &dyn Fn(&Path) -> bool,
) -> (Vec<FoundFile>, Vec<String>) {
    let mut found = FoundFiles::default();
    for argument in arguments {
        let path = Path::new(argument);
        let pattern = argument
            .to_str()
            .filter(|text| text.contains(['*', '?', '[', '{']));
        match pattern {
            _ if path.is_dir() => found.walk(path, included, false),
            Some(pattern) if path.symlink_metadata().is_err() => found.glob(pattern),
            // A file that cannot be read is reported when it is read.
            _ => found.add(path, true),
        }
    }
    (found.inputs, found.errors)
}

#[derive(Default)]
struct FoundFiles {
    inputs: Vec<FoundFile>,
    known: HashSet<PathBuf>,
    errors: Vec<String>,
}

impl FoundFiles {
    fn add(&mut self, path: &Path, named: bool) {
        let path = path.to_owned();
        if self.known.insert(path.clone()) {
            self.inputs.push(FoundFile { path, named });
        }
    }

    fn walk(&mut self, folder: &Path, included: &dyn Fn(&Path) -> bool, named: bool) {
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
                        self.add(path.strip_prefix(".").unwrap_or(path), named);
                    }
                }
                Err(error) => self.errors.push(error.to_string()),
            }
        }
    }

    /// Adds files whose paths match a pattern that the shell has not expanded.
    fn glob(&mut self, pattern: &str) {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        let matcher: GlobMatcher = match glob {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                self.errors
                    .push(format!("{pattern} is not a pattern: {}", error.kind()));
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
        let matches = |path: &Path| matcher.is_match(path.strip_prefix(".").unwrap_or(path));
        self.walk(&base, &matches, true);
        if self.inputs.len() == before {
            let hint = filter_hint(OsStr::new(pattern)).unwrap_or_default();
            self.errors.push(format!("no file matches {pattern}{hint}"));
        }
    }
}

/// Extensions of files with events, and those after them of compressed files.
const EVENTS: &[&str] = &["json", "jsonl", "ndjson"];
const PACKED: &[&str] = &["gz", "zst"];

/// Whether a file of a folder has events, by its name.
fn has_events(path: &Path) -> bool {
    let is = |path: &Path, known: &[&str]| {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.is_some_and(|is| known.iter().any(|known| known.eq_ignore_ascii_case(is)))
    };
    match is(path, PACKED) {
        true => is(&path.with_extension(""), EVENTS),
        false => is(path, EVENTS),
    }
}

/// The files of events that the arguments name, with those of folders, and what is wrong with arguments.
pub(crate) fn find_events(arguments: &[OsString]) -> (Vec<OsString>, Vec<String>) {
    let mut names = Vec::new();
    let mut errors = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" || !path.is_dir() {
            names.push(argument.clone());
            continue;
        }
        let mut found = FoundFiles::default();
        found.walk(path, &has_events, false);
        if found.inputs.is_empty() && found.errors.is_empty() {
            let (name, kinds) = (Name::from(path), EVENTS.join(", ."));
            errors.push(format!(
                "no file of events found under {name}; .{kinds} are read, also with .gz or .zst after that"
            ));
        }
        names.extend(
            found
                .inputs
                .into_iter()
                .map(|file| file.path.into_os_string()),
        );
        errors.append(&mut found.errors);
    }
    (names, errors)
}

/// Whether an argument is a filter, and not the name of a file.
pub(crate) fn is_filter(argument: &OsStr) -> bool {
    let is_file = Path::new(argument).symlink_metadata().is_ok();
    let text = argument.to_str().filter(|_| !is_file);
    // `C:\…` is a path.
    let is_drive = |text: &str| matches!(text.as_bytes(), [_, b':', b'\\' | b'/', ..]);
    text.is_some_and(|text| is_likely(text) && !is_drive(text))
}

/// What to say of an argument that is a filter where the name of a file is expected.
pub(crate) fn filter_hint(argument: &OsStr) -> Option<&'static str> {
    is_filter(argument).then_some("; write `-e` before a filter")
}

/// The name and text of a file, or of standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<(Name, String), Failure> {
    let (name, bytes) = match path.as_os_str() == "-" {
        true => {
            let bytes = open::bounded(std::io::stdin().lock(), 0, LARGEST);
            (Name::from("<stdin>"), bytes)
        }
        false => {
            let bytes = open::read(path, LARGEST);
            (Name::from(path), bytes)
        }
    };
    let bytes = bytes.map_err(|error| {
        let hint = filter_hint(path.as_os_str()).unwrap_or_default();
        format!("cannot read {name}: {error}{hint}")
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{name}:{line}: the file is not UTF-8 at byte {good}")
    })?;
    if let Some(at) = text.find('\0') {
        return Err(format!("{name}: the file is binary: byte {at} is zero").into());
    }
    Ok((name, text))
}

/// Why a text cannot be read, with the line of its file.
pub(crate) fn unreadable(error: &HostError, name: &Name, text: &str) -> String {
    let line = Positions::new(text).line(error.offset()) + 1;
    format!("{name}:{line}: {error}")
}
