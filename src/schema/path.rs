//! Where a token's values are in an event's JSON.

use std::fmt::{self, Display, Formatter};
use std::iter::FusedIterator;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// Object keys from an event's root to a value, with the arrays on the way.
///
/// Arrays are walked wherever they occur, marked or not; the mark says which array a nested group
/// such as `certificate:(signed:true AND valid:false)` picks one element of.
///
/// ```
/// use qualys_filter::schema::Path;
///
/// let path: Path = "file.certificates[].certificateValid".parse()?;
/// assert_eq!(path.keys().collect::<Vec<_>>(), ["file", "certificates", "certificateValid"]);
/// assert_eq!(path.to_string(), "file.certificates[].certificateValid");
/// # Ok::<(), qualys_filter::schema::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    keys: Arc<[Box<str>]>,
    /// For each key, whether the array mark comes after it.
    arrays: Arc<[bool]>,
}

/// Why a text is not a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum PathError {
    /// `file..name`, `.file`, or nothing at all.
    #[error("a key is empty")]
    EmptyKey,
    /// `file[0]` or `tags[`.
    #[error("brackets mean any element, as `[]` at the end of a key")]
    Brackets,
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        let mut keys: Vec<Box<str>> = Vec::new();
        let mut arrays = Vec::new();
        for part in text.split('.') {
            let key = part.strip_suffix("[]").unwrap_or(part);
            match key {
                "" => return Err(PathError::EmptyKey),
                _ if key.contains(['[', ']']) => return Err(PathError::Brackets),
                _ => keys.push(key.into()),
            }
            arrays.push(key.len() < part.len());
        }
        let (keys, arrays) = (keys.into(), arrays.into());
        Ok(Path { keys, arrays })
    }
}

impl Path {
    /// The keys, from the root on.
    pub fn keys(
        &self,
    ) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator + FusedIterator {
        self.keys.iter().map(|key| &**key)
    }

    /// The same, for a caller that keeps them.
    pub(crate) fn shared_keys(&self) -> &Arc<[Box<str>]> {
        &self.keys
    }

    /// The path of the token's own name, for tokens whose place is not known.
    pub(crate) fn of_name(name: &str) -> Path {
        let keys: Arc<[Box<str>]> = name.split('.').map(Box::from).collect();
        let arrays = keys.iter().map(|_| false).collect();
        Path { keys, arrays }
    }

    /// How many keys lead to each of the marked arrays on the path, the outermost first.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = usize> {
        let arrays = self.arrays.iter().enumerate();
        arrays.filter(|(_, array)| **array).map(|(at, _)| at + 1)
    }

    /// The path up to its `len`th key.
    pub(crate) fn prefix(&self, len: usize) -> Path {
        Path {
            keys: self.keys.iter().take(len).cloned().collect(),
            arrays: self.arrays.iter().take(len).copied().collect(),
        }
    }

    /// Whether this path leads through the array that `other` ends at, and marks it. Whatever is
    /// marked before it, the keys say which array it is.
    pub(crate) fn leads_through(&self, other: &Path) -> bool {
        let mark = other.keys.len().checked_sub(1);
        let marked = mark.is_some_and(|at| self.arrays.get(at) == Some(&true));
        marked && self.keys.starts_with(&other.keys)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, (key, array)) in self.keys.iter().zip(&*self.arrays).enumerate() {
            let dot = if at > 0 { "." } else { "" };
            let array = if *array { "[]" } else { "" };
            write!(f, "{dot}{key}{array}")?;
        }
        Ok(())
    }
}
