//! The name of an input in messages.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use super::harmless::one_line;

/// The name of an input: a file's, `<stdin>` or `-e`.
///
/// The name of a file may have line breaks, characters that a terminal interprets, and bytes that are not
/// text. It is shown on one line without any of these. It is not a string, so that there is no other way
/// to show it to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name(OsString);

impl Name {
    /// The name for reports that programs read, which escape it. U+FFFD replaces what is not text.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        self.0.to_string_lossy()
    }

    /// The file of this name.
    pub(crate) fn path(&self) -> &Path {
        Path::new(&self.0)
    }

    /// The bytes of the name.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_encoded_bytes()
    }

    /// Whether it is UTF-8, so that all reports can spell it.
    pub(crate) fn is_text(&self) -> bool {
        self.0.to_str().is_some()
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = self.text();
        // A blank would look like a blank of the name.
        let text = text.replace(['\n', '\r', '\t'], "?");
        f.pad(&one_line(&text))
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Name {
        Name(name.into())
    }
}

impl From<String> for Name {
    fn from(name: String) -> Name {
        Name(name.into())
    }
}

impl From<&OsStr> for Name {
    fn from(name: &OsStr) -> Name {
        Name(name.into())
    }
}

impl From<&Path> for Name {
    fn from(path: &Path) -> Name {
        Name(path.into())
    }
}

impl From<PathBuf> for Name {
    fn from(path: PathBuf) -> Name {
        Name(path.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_on_one_line() {
        let name = Name::from("a\n::error::\r\u{1b}[31m\t\u{202e}.qql");
        assert_eq!(name.to_string(), "a?::error::??[31m?\u{fffd}.qql");
        assert!(name.is_text() && name.text().contains('\n'));
    }

    #[test]
    #[cfg(unix)]
    fn a_name_need_not_be_text() {
        use std::os::unix::ffi::OsStrExt;
        let name = Name::from(OsStr::from_bytes(b"a\xff.qql"));
        assert_eq!(name.to_string(), "a\u{fffd}.qql");
        assert!(!name.is_text());
    }
}
