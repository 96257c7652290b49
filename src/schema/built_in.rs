//! The built-in schemas.

use std::sync::OnceLock;

use super::{Schema, UnknownTokens};

/// What makes a built-in schema.
type Make = fn() -> Schema;

/// The built-in schemas: the name of each, and how it is made, in the order of their names. A new one is
/// a line here.
const SCHEMAS: &[(&str, Make)] = &[
    #[cfg(feature = "schema-toml")]
    ("certview", || read(include_str!("certview.toml"))),
    #[cfg(feature = "schema-toml")]
    ("cs", || read(include_str!("cs.toml"))),
    #[cfg(feature = "schema-toml")]
    ("csam", || read(include_str!("csam.toml"))),
    #[cfg(feature = "schema-toml")]
    ("edr", || read(include_str!("edr.toml"))),
    #[cfg(feature = "schema-toml")]
    ("etm", || read(include_str!("etm.toml"))),
    #[cfg(feature = "schema-toml")]
    ("fim", || read(include_str!("fim.toml"))),
    ("open", open),
    #[cfg(feature = "schema-toml")]
    ("pm", || read(include_str!("pm.toml"))),
    #[cfg(feature = "schema-toml")]
    ("totalcloud", || read(include_str!("totalcloud.toml"))),
    #[cfg(feature = "schema-toml")]
    ("vmdr", || read(include_str!("vmdr.toml"))),
    #[cfg(feature = "schema-toml")]
    ("vmdr-ot", || read(include_str!("vmdr-ot.toml"))),
];

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const NAMES: [&str; SCHEMAS.len()] = {
    let mut names = [""; SCHEMAS.len()];
    let mut at = 0;
    while at < SCHEMAS.len() {
        names[at] = SCHEMAS[at].0;
        at += 1;
    }
    names
};

/// What was made of them.
static BUILT_IN: [OnceLock<Schema>; SCHEMAS.len()] = [const { OnceLock::new() }; SCHEMAS.len()];

impl Schema {
    /// The names of the built-in schemas. Without the feature `schema-toml` there is only `open`.
    ///
    /// ```
    /// use qualys_filter::Schema;
    ///
    /// for name in Schema::BUILT_IN {
    ///     assert_eq!(Schema::built_in(name).unwrap().name(), *name);
    /// }
    /// ```
    pub const BUILT_IN: &'static [&'static str] = &NAMES;

    /// The tokens of Qualys Endpoint Detection and Response.
    #[cfg(feature = "schema-toml")]
    pub fn edr() -> &'static Schema {
        always("edr")
    }

    /// The tokens of Qualys File Integrity Monitoring.
    #[cfg(feature = "schema-toml")]
    pub fn fim() -> &'static Schema {
        always("fim")
    }

    /// No tokens: takes every name as kind *auto* at the path of that name.
    pub fn open() -> &'static Schema {
        always("open")
    }

    /// No tokens, and a warning for each: for filters of which no app is known.
    pub fn undecided() -> &'static Schema {
        static UNDECIDED: OnceLock<Schema> = OnceLock::new();
        UNDECIDED.get_or_init(|| Schema::empty().with_name("undecided"))
    }

    /// The built-in schema of this name, one of [`Schema::BUILT_IN`].
    pub fn built_in(name: &str) -> Option<&'static Schema> {
        let at = Schema::BUILT_IN.iter().position(|known| *known == name)?;
        let ((_, make), schema) = (SCHEMAS.get(at)?, BUILT_IN.get(at)?);
        Some(schema.get_or_init(make))
    }

    /// The built-in schema of this name, or a scope of one: `fim:incident`.
    pub fn named(name: &str) -> Option<Schema> {
        match name.split_once(':') {
            Some((name, scope)) => Schema::built_in(name)?.in_scope(scope),
            None => Schema::built_in(name).cloned(),
        }
    }
}

/// A schema that is in the table.
#[expect(clippy::expect_used, reason = "its callers name lines of the table")]
fn always(name: &str) -> &'static Schema {
    Schema::built_in(name).expect("the name is in the table")
}

fn open() -> Schema {
    Schema::empty()
        .with_name("open")
        .with_unknown_tokens(UnknownTokens::Allow)
}

#[cfg(feature = "schema-toml")]
#[expect(
    clippy::expect_used,
    reason = "the files are part of the crate and its tests read them"
)]
fn read(text: &str) -> Schema {
    Schema::from_toml(text).expect("the built-in catalogs are valid")
}
