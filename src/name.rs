//! Names of the choices that an enum has.

use std::fmt::{self, Display, Formatter};

/// A text that is not the name of any choice, such as `text5` for a kind.
///
/// ```
/// use qualys_filter::schema::Evidence;
///
/// let error = "guessed".parse::<Evidence>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "unknown evidence `guessed`, expected `documented`, `shown`, `client` or `inferred`",
/// );
/// assert_eq!(error.choices(), ["documented", "shown", "client", "inferred"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameError {
    what: &'static str,
    name: Box<str>,
    choices: Vec<&'static str>,
}

impl NameError {
    /// The text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names that there are.
    pub fn choices(&self) -> &[&'static str] {
        &self.choices
    }
}

impl Display for NameError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.what, self.name)?;
        for (at, choice) in self.choices.iter().enumerate() {
            let joint = match at {
                0 => ", expected",
                _ if at + 1 == self.choices.len() => " or",
                _ => ",",
            };
            write!(f, "{joint} `{choice}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for NameError {}

/// The choice of this name. `what` is the word for all of them in the error.
pub(crate) fn choice<T: Copy>(
    what: &'static str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
    name: &str,
) -> Result<T, NameError> {
    let found = all.iter().copied().find(|choice| as_str(*choice) == name);
    found.ok_or_else(|| NameError {
        what,
        name: name.into(),
        choices: all.iter().copied().map(as_str).collect(),
    })
}
