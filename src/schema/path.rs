//! Where a token's values stand in an event's JSON.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Segment {
    key: Box<str>,
    array: bool,
}

/// Why a text is not a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PathError {
    /// `file..name`, `.file`, or nothing at all.
    #[error("a key is empty")]
    EmptyKey,
    /// `file[0]` or `tags[`.
    #[error("brackets stand for any element, as `[]` at the end of a key")]
    Brackets,
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        let segment = |part: &str| {
            let (key, array) = match part.strip_suffix("[]") {
                Some(key) => (key, true),
                None => (part, false),
            };
            match key {
                "" => Err(PathError::EmptyKey),
                _ if key.contains(['[', ']']) => Err(PathError::Brackets),
                _ => Ok(Segment {
                    key: key.into(),
                    array,
                }),
            }
        };
        let segments = text.split('.').map(segment).collect::<Result<_, _>>()?;
        Ok(Path { segments })
    }
}

impl Path {
    /// The keys, from the root on.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.segments.iter().map(|segment| &*segment.key)
    }

    /// The path of the token's own name, for tokens whose place nobody has shown.
    pub(crate) fn of_name(name: &str) -> Path {
        let segment = |key: &str| Segment {
            key: key.into(),
            array: false,
        };
        Path {
            segments: name.split('.').map(segment).collect(),
        }
    }

    /// How many keys lead to each of the marked arrays on the path, the outermost first.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = usize> {
        let arrays = self.segments.iter().enumerate();
        arrays
            .filter(|(_, segment)| segment.array)
            .map(|(at, _)| at + 1)
    }

    /// The path up to its `len`th key.
    pub(crate) fn prefix(&self, len: usize) -> Path {
        Path {
            segments: self.segments.iter().take(len).cloned().collect(),
        }
    }

    /// Whether this path leads through `other`.
    pub(crate) fn starts_with(&self, other: &Path) -> bool {
        self.segments.starts_with(&other.segments)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            let dot = if at > 0 { "." } else { "" };
            let array = if segment.array { "[]" } else { "" };
            write!(f, "{dot}{}{array}", segment.key)?;
        }
        Ok(())
    }
}
