//! Which files a configuration may name.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use toml::Spanned;

use super::apply::Fault;
use crate::output::Name;

/// Which files the paths in a configuration may name.
///
/// A configuration that was found next to filters is as trusted as the filters, so it may only name
/// files below its folder. A configuration of an argument is the user's own.
#[derive(Clone, Debug)]
pub(super) enum Reach {
    Anywhere,
    /// Below this folder, which has no symbolic link in its path.
    Below(PathBuf),
}

impl Reach {
    /// Below the folder of a configuration.
    pub(super) fn below(config: &Path) -> Reach {
        let folder = config.parent().unwrap_or(Path::new("."));
        // A folder that cannot be resolved has nothing below it.
        Reach::Below(fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()))
    }

    /// The file that a value names, as a path from a folder.
    pub(super) fn file(&self, named: &Spanned<String>, folder: &Path) -> Result<PathBuf, Fault> {
        let path = folder.join(named.get_ref());
        let Reach::Below(root) = self else {
            return Ok(path);
        };
        let outside = || outside(named.span(), named.get_ref());
        // A path that leads out by `..` is refused before the file system is read.
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !walked(&folder, Path::new(named.get_ref())).starts_with(root) {
            return Err(outside());
        }
        match fs::canonicalize(&path) {
            Ok(real) if real.starts_with(root) => Ok(path),
            Ok(_) => Err(outside()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(path),
            Err(error) => {
                let name = Name::from(path);
                let message = format!("cannot read {name}: {error}");
                Err(Fault::At(named.span(), message, None))
            }
        }
    }
}

/// The path from a folder, with `..` resolved and without reading the file system.
fn walked(folder: &Path, path: &Path) -> PathBuf {
    let mut at = folder.to_owned();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                at.pop();
            }
            Component::CurDir => {}
            part => at.push(part),
        }
    }
    at
}

fn outside(range: Range<usize>, named: &str) -> Fault {
    let message = format!("`{named}` leads out of the folder of this configuration");
    let help = "name the schema with `-s`, or the configuration with `--config`".to_owned();
    Fault::At(range, message, Some(help))
}
