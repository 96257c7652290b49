//! How languages write comments and strings: a row each.

/// A language of programs.
#[derive(Debug)]
pub(super) struct Language {
    /// What begins a comment to the end of the line.
    pub(super) line: &'static [&'static str],
    /// The marks around other comments.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// Whether such comments may be inside of each other.
    pub(super) nested: bool,
    /// The ways to write a string. The first that fits counts.
    pub(super) forms: &'static [Form],
    /// Whether single quotes are around one character, if no form begins with one.
    pub(super) has_characters: bool,
    /// Whether `/` may begin a regular expression.
    pub(super) has_regex: bool,
    /// The sign that joins two strings.
    pub(super) join: u8,
    /// Whether strings one after the other are one, and lines end statements outside of brackets.
    pub(super) is_adjacent: bool,
    /// Whether `=>` is between a key and its value.
    pub(super) has_arrow: bool,
    /// Functions that put values in their first argument.
    pub(super) formats: &'static [(&'static str, Holes)],
    /// Methods of a string that put values in.
    pub(super) methods: &'static [(&'static str, Holes)],
    /// What marks the place of a value in strings for which no such function is in sight.
    pub(super) templates: Holes,
    /// Whether programs are in pages, between `<?` and `?>`, and have texts over lines after `<<<NAME`.
    pub(super) in_pages: bool,
}

/// A way to write a string.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// What may be right before the first quote, in any case.
    pub(super) prefixes: &'static [&'static str],
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// A sign of which any number is between the prefix and the first quote, and after the last one.
    pub(super) fence: Option<u8>,
    pub(super) escapes: Escapes,
    pub(super) holes: Holes,
    /// Whether it may have several lines.
    pub(super) has_lines: bool,
    /// Whether it is text, and not bytes or an object of a program.
    pub(super) is_text: bool,
}

/// What a backslash means in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// A backslash is one; but one before a quote keeps the quote in the string.
    Raw,
    /// Nothing has another meaning.
    None,
    /// Two quotes are one.
    Doubled,
    /// Only of itself and of the quote.
    Quote,
    /// As in C. A backslash before another character is itself.
    Kept,
    /// As in C. A backslash before another character is not there.
    Dropped,
    /// As in C. A backslash before another character is a mistake.
    Strict,
}

/// How the place of a value is marked in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holes {
    None,
    /// `{x}`, and two braces for one.
    Braces,
    /// `${x}`.
    DollarBraces,
    /// `$x`, `${x}` and `{$x}`.
    Php,
    /// `$x` and `${x}`.
    Kotlin,
    /// `%s`, `%(x)s`, and `%%` for a sign.
    Percent,
    /// `{name}` or `{}` in a text that may become a template.
    Names,
    /// As [`Holes::Names`], and `%s`.
    NamesAndPercent,
    /// `%s` in a text that may become a template.
    Signs,
}

const fn form(
    prefixes: &'static [&'static str],
    open: &'static str,
    escapes: Escapes,
    holes: Holes,
) -> Form {
    Form {
        prefixes,
        open,
        close: open,
        fence: None,
        escapes,
        holes,
        has_lines: open.len() == 3,
        is_text: true,
    }
}

const fn lines(form: Form) -> Form {
    Form {
        has_lines: true,
        ..form
    }
}

const fn bytes(form: Form) -> Form {
    Form {
        is_text: false,
        ..form
    }
}

const PLAIN: &[&str] = &["", "u"];
const RAW: &[&str] = &["r"];
const INSERTS: &[&str] = &["f"];
const RAW_INSERTS: &[&str] = &["rf", "fr"];
const BYTES: &[&str] = &["b", "br", "rb", "t", "tr", "rt"];

pub(super) static PYTHON: Language = Language {
    line: &["#"],
    block: None,
    nested: false,
    forms: &[
        form(PLAIN, "\"\"\"", Escapes::Kept, Holes::None),
        form(PLAIN, "'''", Escapes::Kept, Holes::None),
        form(PLAIN, "\"", Escapes::Kept, Holes::None),
        form(PLAIN, "'", Escapes::Kept, Holes::None),
        form(INSERTS, "\"\"\"", Escapes::Kept, Holes::Braces),
        form(INSERTS, "'''", Escapes::Kept, Holes::Braces),
        form(INSERTS, "\"", Escapes::Kept, Holes::Braces),
        form(INSERTS, "'", Escapes::Kept, Holes::Braces),
        form(RAW, "\"\"\"", Escapes::Raw, Holes::None),
        form(RAW, "'''", Escapes::Raw, Holes::None),
        form(RAW, "\"", Escapes::Raw, Holes::None),
        form(RAW, "'", Escapes::Raw, Holes::None),
        form(RAW_INSERTS, "\"\"\"", Escapes::Raw, Holes::Braces),
        form(RAW_INSERTS, "'''", Escapes::Raw, Holes::Braces),
        form(RAW_INSERTS, "\"", Escapes::Raw, Holes::Braces),
        form(RAW_INSERTS, "'", Escapes::Raw, Holes::Braces),
        bytes(form(BYTES, "\"\"\"", Escapes::Raw, Holes::None)),
        bytes(form(BYTES, "'''", Escapes::Raw, Holes::None)),
        bytes(form(BYTES, "\"", Escapes::Raw, Holes::None)),
        bytes(form(BYTES, "'", Escapes::Raw, Holes::None)),
    ],
    has_characters: false,
    has_regex: false,
    join: b'+',
    is_adjacent: true,
    has_arrow: false,
    formats: &[],
    methods: &[("format", Holes::Braces)],
    templates: Holes::NamesAndPercent,
    in_pages: false,
};

pub(super) static JAVASCRIPT: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: false,
    forms: &[
        form(&[""], "\"", Escapes::Dropped, Holes::None),
        form(&[""], "'", Escapes::Dropped, Holes::None),
        lines(form(&[""], "`", Escapes::Dropped, Holes::DollarBraces)),
    ],
    has_characters: false,
    has_regex: true,
    join: b'+',
    is_adjacent: false,
    has_arrow: false,
    formats: &[],
    methods: &[],
    templates: Holes::None,
    in_pages: false,
};

pub(super) static GO: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: false,
    forms: &[
        form(&[""], "\"", Escapes::Strict, Holes::None),
        lines(form(&[""], "`", Escapes::None, Holes::None)),
    ],
    has_characters: true,
    has_regex: false,
    join: b'+',
    is_adjacent: false,
    has_arrow: false,
    formats: &[("Sprintf", Holes::Percent)],
    methods: &[],
    templates: Holes::Signs,
    in_pages: false,
};

pub(super) static JAVA: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: false,
    forms: &[
        form(&[""], "\"\"\"", Escapes::Strict, Holes::None),
        form(&[""], "\"", Escapes::Strict, Holes::None),
    ],
    has_characters: true,
    has_regex: false,
    join: b'+',
    is_adjacent: false,
    has_arrow: false,
    formats: &[("format", Holes::Percent)],
    methods: &[("formatted", Holes::Percent)],
    templates: Holes::Signs,
    in_pages: false,
};

pub(super) static KOTLIN: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: true,
    forms: &[
        form(&[""], "\"\"\"", Escapes::None, Holes::Kotlin),
        form(&[""], "\"", Escapes::Strict, Holes::Kotlin),
    ],
    has_characters: true,
    has_regex: false,
    join: b'+',
    is_adjacent: false,
    has_arrow: false,
    formats: &[],
    methods: &[("format", Holes::Percent)],
    templates: Holes::Signs,
    in_pages: false,
};

pub(super) static CSHARP: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: false,
    forms: &[
        Form {
            fence: Some(b'"'),
            ..form(&[""], "\"\"\"", Escapes::None, Holes::None)
        },
        Form {
            fence: Some(b'"'),
            ..form(&["$"], "\"\"\"", Escapes::None, Holes::Braces)
        },
        lines(form(&["@"], "\"", Escapes::Doubled, Holes::None)),
        lines(form(&["$@", "@$"], "\"", Escapes::Doubled, Holes::Braces)),
        form(&["$"], "\"", Escapes::Strict, Holes::Braces),
        form(&[""], "\"", Escapes::Strict, Holes::None),
    ],
    has_characters: true,
    has_regex: false,
    join: b'+',
    is_adjacent: false,
    has_arrow: true,
    formats: &[("Format", Holes::Braces)],
    methods: &[],
    templates: Holes::Names,
    in_pages: false,
};

pub(super) static RUST: Language = Language {
    line: &["//"],
    block: Some(("/*", "*/")),
    nested: true,
    forms: &[
        Form {
            fence: Some(b'#'),
            ..lines(form(&["r"], "\"", Escapes::None, Holes::None))
        },
        bytes(Form {
            fence: Some(b'#'),
            ..lines(form(&["br", "cr"], "\"", Escapes::None, Holes::None))
        }),
        bytes(lines(form(&["b", "c"], "\"", Escapes::Strict, Holes::None))),
        lines(form(&[""], "\"", Escapes::Strict, Holes::None)),
    ],
    has_characters: true,
    has_regex: false,
    join: b'+',
    is_adjacent: false,
    has_arrow: false,
    formats: &[("format!", Holes::Braces)],
    methods: &[],
    templates: Holes::Names,
    in_pages: false,
};

pub(super) static PHP: Language = Language {
    line: &["//", "#"],
    block: Some(("/*", "*/")),
    nested: false,
    forms: &[
        lines(form(&[""], "\"", Escapes::Kept, Holes::Php)),
        lines(form(&[""], "'", Escapes::Quote, Holes::None)),
    ],
    has_characters: false,
    has_regex: false,
    join: b'.',
    is_adjacent: false,
    has_arrow: true,
    formats: &[("sprintf", Holes::Percent)],
    methods: &[],
    templates: Holes::Signs,
    in_pages: true,
};
