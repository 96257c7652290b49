//! The built-in schemas.

use std::sync::OnceLock;

use super::Schema;

/// The built-in schemas: the name and the file of each, in the order of their names. A new one is a
/// line here.
const FILES: &[(&str, &str)] = &[
    ("certview", include_str!("certview.toml")),
    ("cs", include_str!("cs.toml")),
    ("csam", include_str!("csam.toml")),
    ("edr", include_str!("edr.toml")),
    ("etm", include_str!("etm.toml")),
    ("fim", include_str!("fim.toml")),
    ("open", include_str!("open.toml")),
    ("pm", include_str!("pm.toml")),
    ("totalcloud", include_str!("totalcloud.toml")),
    ("vmdr", include_str!("vmdr.toml")),
    ("vmdr-ot", include_str!("vmdr-ot.toml")),
];

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const NAMES: [&str; FILES.len()] = {
    let mut names = [""; FILES.len()];
    let mut at = 0;
    while at < FILES.len() {
        names[at] = FILES[at].0;
        at += 1;
    }
    names
};

/// What was read of the files.
static BUILT_IN: [OnceLock<Schema>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

impl Schema {
    /// The names of the built-in schemas.
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
    pub fn edr() -> &'static Schema {
        always("edr")
    }

    /// The tokens of Qualys File Integrity Monitoring.
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
        let ((_, text), schema) = (FILES.get(at)?, BUILT_IN.get(at)?);
        Some(schema.get_or_init(|| read(text)))
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

#[expect(
    clippy::expect_used,
    reason = "the files are part of the crate and its tests read them"
)]
fn read(text: &str) -> Schema {
    Schema::from_toml(text).expect("the built-in catalogs are valid")
}
