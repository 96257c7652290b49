//! What is true of every diagnostic of one code.

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::{Applicability, Edit, Fix, Level};
use crate::name::{NameError, choice};

/// What is true of every diagnostic of one code. Codes are never renamed, and never used for
/// something else.
///
/// Two codes are equal if their texts are.
#[derive(Clone, Debug)]
pub struct Code {
    text: &'static str,
    level: Level,
    fix: FixAvailability,
    summary: &'static str,
}

impl Code {
    /// A code, such as `qql::lint::or_chain`: its second part names the stage, its last part is
    /// unique among all codes of filters.
    pub const fn new(
        text: &'static str,
        level: Level,
        fix: FixAvailability,
        summary: &'static str,
    ) -> Code {
        Code {
            text,
            level,
            fix,
            summary,
        }
    }

    /// A code of an error without a fix.
    pub(crate) const fn error(text: &'static str, summary: &'static str) -> Code {
        Code::new(text, Level::Error, FixAvailability::None, summary)
    }

    /// The code of this name, or with this text, in a table. A wrong name in a constant does not compile.
    pub(crate) const fn named(mut table: &'static [Code], name: &str) -> &'static Code {
        while let [first, rest @ ..] = table {
            if first.has_name(name) {
                return first;
            }
            table = rest;
        }
        #[expect(clippy::panic, reason = "only constants call this")]
        {
            panic!("no code of this name")
        }
    }

    const fn has_name(&self, name: &str) -> bool {
        let (mut text, mut name) = (self.text.as_bytes(), name.as_bytes());
        while let ([text_start @ .., a], [name_start @ .., b]) = (text, name) {
            if *a != *b {
                return false;
            }
            (text, name) = (text_start, name_start);
        }
        matches!((text, name), ([.., b':'] | [], []))
    }

    /// The whole code, such as `qql::lint::or_chain`.
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The last part of the code, such as `or_chain`.
    pub fn name(&self) -> &'static str {
        self.text.rsplit("::").next().unwrap_or(self.text)
    }

    /// The stage that finds it.
    pub fn stage(&self) -> Stage {
        match self.text.split("::").nth(1) {
            Some("parse") => Stage::Parse,
            Some("check") => Stage::Check,
            Some("schema") => Stage::Schema,
            Some("build") => Stage::Build,
            Some("event") => Stage::Event,
            Some("set") => Stage::Set,
            _ => Stage::Lint,
        }
    }

    /// How it is reported by default.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether a fix is known.
    pub fn fix(&self) -> FixAvailability {
        self.fix
    }

    /// A fix of one edit, as applicable as all fixes of the code are.
    pub(crate) fn fix_of(&self, edit: Edit) -> Fix {
        let applicability = match self.fix {
            FixAvailability::Safe => Applicability::Safe,
            _ => Applicability::Unsafe,
        };
        Fix::new(applicability, [edit])
    }

    /// What it is about, in a line.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Whether its level cannot be changed: a filter with it cannot be used at all.
    pub fn is_always_error(&self) -> bool {
        self.stage() != Stage::Lint && self.level == Level::Error
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.text == other.text
    }
}

impl Eq for Code {}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Display for Code {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

/// The stage that finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The text is not a filter.
    Parse,
    /// The filter does not fit the schema.
    Check,
    /// The filter could be better.
    Lint,
    /// The schema is not one.
    Schema,
    /// The language cannot write what a program asks the builder for.
    Build,
    /// The event cannot be read.
    Event,
    /// The set of filters cannot take one.
    Set,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: &'static [Stage] = &[
        Stage::Parse,
        Stage::Check,
        Stage::Lint,
        Stage::Schema,
        Stage::Build,
        Stage::Event,
        Stage::Set,
    ];

    /// The name, as in codes: `parse`, `check`, `lint`, `schema`, `build`, `event` or `set`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Check => "check",
            Stage::Lint => "lint",
            Stage::Schema => "schema",
            Stage::Build => "build",
            Stage::Event => "event",
            Stage::Set => "set",
        }
    }
}

impl Display for Stage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Stage, NameError> {
        choice("stage", Stage::ALL, Stage::as_str, name)
    }
}

/// Whether the fix of a code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FixAvailability {
    /// It is not.
    None,
    /// A safe one, at least sometimes.
    Safe,
    /// An unsafe one, at least sometimes.
    Unsafe,
    /// A safe or an unsafe one, depending on the filter.
    Mixed,
}

impl FixAvailability {
    /// Every one of them.
    pub const ALL: &'static [FixAvailability] = &[
        FixAvailability::None,
        FixAvailability::Safe,
        FixAvailability::Unsafe,
        FixAvailability::Mixed,
    ];

    /// The name: `none`, `safe`, `unsafe` or `mixed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            FixAvailability::None => "none",
            FixAvailability::Safe => "safe",
            FixAvailability::Unsafe => "unsafe",
            FixAvailability::Mixed => "mixed",
        }
    }

    /// Whether a diagnostic of the code may have a fix of this applicability.
    pub fn allows(self, applicability: Applicability) -> bool {
        match self {
            FixAvailability::None => false,
            FixAvailability::Safe => applicability == Applicability::Safe,
            FixAvailability::Unsafe => applicability == Applicability::Unsafe,
            FixAvailability::Mixed => true,
        }
    }
}

impl Display for FixAvailability {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for FixAvailability {
    type Err = NameError;

    fn from_str(name: &str) -> Result<FixAvailability, NameError> {
        choice(
            "availability of fixes",
            FixAvailability::ALL,
            FixAvailability::as_str,
            name,
        )
    }
}
