//! Schemas, as data.

/// The tokens of an app.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub tokens: Vec<Token>,
    /// Whether an unknown token is an error.
    pub denies_unknown: bool,
}

/// The schema's entry for one search token.
#[derive(Clone, Debug, Default)]
pub struct Token {
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: Kind,
    /// Such as `file.certificates[].subject`; empty if no path is known.
    pub paths: Vec<String>,
    /// "Some tokens … are **group-only**."
    pub group_only: bool,
    /// "Such a guess refuses nothing."
    pub guessed: bool,
    /// "Some answers write a value where there is none … A schema names them."
    pub no_values: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    Text,
    Keyword,
    Id,
    Integer,
    Float,
    Boolean,
    DateTime,
    Version,
    Ip,
    #[default]
    Auto,
}

impl Kind {
    pub const NAMES: [(&'static str, Kind); 10] = [
        ("text", Kind::Text),
        ("keyword", Kind::Keyword),
        ("id", Kind::Id),
        ("integer", Kind::Integer),
        ("float", Kind::Float),
        ("boolean", Kind::Boolean),
        ("datetime", Kind::DateTime),
        ("version", Kind::Version),
        ("ip", Kind::Ip),
        ("auto", Kind::Auto),
    ];

    pub fn named(name: &str) -> Kind {
        let found = Kind::NAMES.iter().find(|(of, _)| *of == name);
        found.unwrap_or_else(|| panic!("no kind {name}")).1
    }

    pub fn name(self) -> &'static str {
        let found = Kind::NAMES.iter().find(|(_, kind)| *kind == self);
        found.expect("every kind is in the table").0
    }
}

/// A path: its keys, and which of them have the mark of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub keys: Vec<String>,
    pub arrays: Vec<bool>,
}

impl Path {
    pub fn read(text: &str) -> Path {
        let parts = text.split('.');
        let (keys, arrays) = parts
            .map(|part| match part.strip_suffix("[]") {
                Some(key) => (key.to_owned(), true),
                None => (part.to_owned(), false),
            })
            .unzip();
        Path { keys, arrays }
    }

    /// The keys that lead to each marked array, the outermost first.
    pub fn marked(&self) -> impl Iterator<Item = &[String]> {
        let marks = self.arrays.iter().enumerate();
        marks
            .filter(|(_, marked)| **marked)
            .map(|(at, _)| &self.keys[..=at])
    }
}

impl Token {
    /// "A known token without a known path reads the path of its own name."
    pub fn places(&self) -> Vec<Path> {
        match self.paths.is_empty() {
            true => vec![Path::read(&self.name)],
            false => self.paths.iter().map(|path| Path::read(path)).collect(),
        }
    }
}

impl Schema {
    /// Names are "case-insensitive", and aliases are names.
    pub fn find(&self, name: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| {
            let mut names = std::iter::once(&token.name).chain(&token.aliases);
            names.any(|of| of.eq_ignore_ascii_case(name))
        })
    }

    /// The content of one of the library's schemas: its names, kinds and the texts of its paths.
    pub fn of(schema: &qualys_filter::Schema) -> Schema {
        let tokens = schema.tokens().iter().map(|token| Token {
            name: token.name().to_owned(),
            aliases: token.aliases().map(str::to_owned).collect(),
            kind: Kind::named(token.kind().as_str()),
            paths: token.paths().iter().map(ToString::to_string).collect(),
            group_only: token.is_group_only(),
            no_values: token.no_values().map(str::to_owned).collect(),
            guessed: token.kind_evidence() == Some(qualys_filter::schema::Evidence::Inferred),
        });
        Schema {
            tokens: tokens.collect(),
            denies_unknown: schema.unknown_tokens() == qualys_filter::schema::UnknownTokens::Deny,
        }
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.name, self.kind.name(), self.paths)?;
        if !self.aliases.is_empty() {
            write!(f, " alias {:?}", self.aliases)?;
        }
        f.write_str(if self.group_only { " group-only" } else { "" })?;
        if !self.no_values.is_empty() {
            write!(f, " none {:?}", self.no_values)?;
        }
        f.write_str(if self.guessed { " guessed" } else { "" })
    }
}
