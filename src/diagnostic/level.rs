//! How severe a diagnostic is, and how its code is reported.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::name::{NameError, choice};

/// How severe a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Could be better.
    Advice,
    /// Probably not meant.
    Warning,
    /// Cannot be used.
    Error,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: &'static [Severity] = &[Severity::Advice, Severity::Warning, Severity::Error];

    /// The name: `advice`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl FromStr for Severity {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Severity, NameError> {
        choice("severity", Severity::ALL, Severity::as_str, name)
    }
}

impl Display for Severity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a code is reported: not at all, or with a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Off,
    /// Could be better.
    Advice,
    /// Probably not meant.
    Warning,
    /// Cannot be used.
    Error,
}

impl Level {
    /// Every level, the least first.
    pub const ALL: &'static [Level] = &[Level::Off, Level::Advice, Level::Warning, Level::Error];

    /// The name: `off`, `advice`, `warning` or `error`.
    pub const fn as_str(self) -> &'static str {
        match self.severity() {
            None => "off",
            Some(severity) => severity.as_str(),
        }
    }

    /// The severity of what is reported, unless nothing is.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Advice => Some(Severity::Advice),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

impl FromStr for Level {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Level, NameError> {
        choice("level", Level::ALL, Level::as_str, name)
    }
}

impl Display for Level {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Level {
        match severity {
            Severity::Advice => Level::Advice,
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_severities_agree() {
        for level in Level::ALL.iter().copied() {
            assert_eq!(level.as_str().parse(), Ok(level));
            assert_eq!(level.severity().map_or(Level::Off, Level::from), level);
        }
        assert!(Severity::Advice < Severity::Warning && Severity::Warning < Severity::Error);
    }
}
