//! Patterns for files.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Patterns for files below a folder.
#[derive(Clone, Debug)]
pub(super) struct FilePatterns {
    /// None for files of any folder.
    folder: Option<PathBuf>,
    set: GlobSet,
}

impl FilePatterns {
    /// Patterns for files of any folder. There are none if one of them is wrong.
    pub(super) fn anywhere(patterns: &[impl AsRef<str>]) -> FilePatterns {
        FilePatterns {
            folder: None,
            set: globs(patterns).unwrap_or_default(),
        }
    }

    /// Patterns for files below a folder.
    pub(super) fn below(
        folder: &Path,
        patterns: &[impl AsRef<str>],
    ) -> Result<FilePatterns, String> {
        Ok(FilePatterns {
            folder: Some(folder.to_owned()),
            set: globs(patterns)?,
        })
    }

    /// Whether a file matches one of them.
    pub(super) fn include(&self, path: &Path) -> bool {
        let Some(folder) = &self.folder else {
            return self.set.is_match(path);
        };
        let absolute = std::path::absolute(path);
        let path = absolute.as_deref().unwrap_or(path);
        match path.strip_prefix(folder) {
            Ok(inside) => self.set.is_match(inside),
            Err(_) => false,
        }
    }
}

/// A set of patterns. A pattern without a slash matches in any folder.
fn globs(patterns: &[impl AsRef<str>]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let pattern = pattern.as_ref();
        let anywhere = match pattern.trim_end_matches('/').contains('/') {
            true => pattern.trim_start_matches('/').to_owned(),
            false => format!("**/{pattern}"),
        };
        let wrong =
            |error: globset::Error| format!("`{pattern}` is not a pattern: {}", error.kind());
        set.add(Glob::new(&anywhere).map_err(wrong)?);
        // A folder includes everything in it.
        let below = format!("{}/**", anywhere.trim_end_matches('/'));
        set.add(Glob::new(&below).map_err(wrong)?);
    }
    set.build().map_err(|error| error.to_string())
}
