//! What is promised of every host format: every byte of a filter has its place in the host and back,
//! a filter that is written back unchanged leaves the host as it is, and what is written reads back as
//! it was meant.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Document, FilterText, Format, with_edits};
use crate::diagnostic::Applicability;
use crate::lint::Linter;
use crate::schema::Schema;

/// How a text of filters is written in a host format.
#[derive(Clone, Copy, Debug)]
enum Style {
    Whole,
    Paragraphs,
    Lines,
    /// With the escapes that are needed, or with one for every character.
    Json,
    JsonEscaped,
    JsonList,
    TomlLiteral,
    TomlBasic,
    TomlMultiline,
    YamlPlain,
    YamlSingle,
    YamlDouble,
    YamlFolded,
    YamlBlock,
    MarkdownFence,
    MarkdownQuote,
    XmlElement,
    XmlAttribute,
    /// Strings of a program in this language.
    Program(&'static str, Quotes),
}

/// How a filter is written in the strings of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    Double,
    Single,
    /// Over several lines: three quotes, or those of a template.
    Lines,
    /// A string for each word.
    Joined,
    /// With an escape for every character.
    Escaped,
    /// As a template with doubled braces.
    Template,
    /// As it is, between the quotes that the language has for that.
    Plain,
    /// With two quotes for one.
    Verbatim,
}

use Style::*;

const STYLES: &[Style] = &[
    Whole,
    Paragraphs,
    Lines,
    Json,
    JsonEscaped,
    JsonList,
    TomlLiteral,
    TomlBasic,
    TomlMultiline,
    YamlPlain,
    YamlSingle,
    YamlDouble,
    YamlFolded,
    YamlBlock,
    MarkdownFence,
    MarkdownQuote,
    XmlElement,
    XmlAttribute,
    Program("python", Quotes::Double),
    Program("python", Quotes::Single),
    Program("python", Quotes::Lines),
    Program("python", Quotes::Joined),
    Program("python", Quotes::Template),
    Program("javascript", Quotes::Double),
    Program("javascript", Quotes::Single),
    Program("javascript", Quotes::Lines),
    Program("javascript", Quotes::Joined),
    Program("javascript", Quotes::Escaped),
    Program("go", Quotes::Double),
    Program("go", Quotes::Joined),
    Program("go", Quotes::Plain),
    Program("java", Quotes::Double),
    Program("java", Quotes::Joined),
    Program("java", Quotes::Lines),
    Program("kotlin", Quotes::Double),
    Program("kotlin", Quotes::Joined),
    Program("csharp", Quotes::Double),
    Program("csharp", Quotes::Joined),
    Program("csharp", Quotes::Verbatim),
    Program("rust", Quotes::Double),
    Program("rust", Quotes::Plain),
    Program("php", Quotes::Double),
    Program("php", Quotes::Joined),
    Program("php", Quotes::Single),
];

impl Quotes {
    /// A text between these quotes, with what joins strings.
    fn write(self, text: &str, template: &str, join: &str) -> String {
        let escaped = text.replace('\\', "\\\\");
        match self {
            Quotes::Double => format!("\"{}\"", escaped.replace('"', "\\\"")),
            Quotes::Single => format!("'{}'", escaped.replace('\'', "\\'")),
            Quotes::Lines => {
                let first = template.chars().next().unwrap_or('"');
                let inside = escaped.replace(first, &format!("\\{first}"));
                format!("{template}\n{inside}\n{template}")
            }
            Quotes::Joined => {
                let escaped = escaped.replace('"', "\\\"");
                let words: Vec<String> = escaped
                    .split_inclusive(' ')
                    .map(|word| format!("\"{word}\""))
                    .collect();
                words.join(join)
            }
            Quotes::Escaped => {
                let unit = |unit: u16| format!("\\u{unit:04X}");
                let escaped: String = text.encode_utf16().map(unit).collect();
                format!("\"{escaped}\"")
            }
            Quotes::Template => {
                let inside = escaped.replace('"', "\\\"");
                let inside = inside.replace('{', "{{").replace('}', "}}");
                format!("f\"{inside}\"")
            }
            Quotes::Plain if join.is_empty() => format!("r##\"{text}\"##"),
            Quotes::Plain => format!("`{text}`"),
            Quotes::Verbatim => format!("@\"{}\"", text.replace('"', "\"\"")),
        }
    }
}

impl Style {
    fn format(self) -> &'static Format {
        let name = match self {
            Whole => return Format::WHOLE,
            Paragraphs => "qql",
            Lines => "lines",
            Json | JsonEscaped | JsonList => "json",
            TomlLiteral | TomlBasic | TomlMultiline => "toml",
            YamlPlain | YamlSingle | YamlDouble | YamlFolded | YamlBlock => "yaml",
            MarkdownFence | MarkdownQuote => "markdown",
            XmlElement | XmlAttribute => "xml",
            Program(name, _) => name,
        };
        Format::named(name).unwrap()
    }

    /// A filter as it may be in such a host, made of words.
    fn filter(self, words: &[String]) -> String {
        match self {
            // Several lines, with comments.
            Paragraphs | MarkdownFence | MarkdownQuote => words.join("\n  "),
            _ => words.join(" "),
        }
    }

    /// A host with these filters.
    fn host(self, filters: &[String]) -> String {
        let joined = |one: &dyn Fn(&String) -> String, between: &str| {
            let written: Vec<String> = filters.iter().map(one).collect();
            written.join(between)
        };
        let json = |text: &String| serde_json::to_string(text).unwrap();
        match self {
            Whole => filters.concat(),
            Paragraphs => {
                let paragraph = |text: &String| {
                    format!("# name: é\n{}\n", text.replacen('\n', "\n # between\n", 1))
                };
                format!("\u{feff}{}# end", joined(&paragraph, "\r\n\n"))
            }
            Lines => joined(&|text| format!("{text}\r\n"), "# é\n\n"),
            Json => {
                let one = |text: &String| format!("{{\"é\": 1, \"filter\":{}}}", json(text));
                format!("\u{feff}[{}]\n", joined(&one, " ,\n"))
            }
            JsonEscaped => {
                let unit = |unit: u16| format!("\\u{unit:04X}");
                let escaped = |text: &String| {
                    let escaped: String = text.encode_utf16().map(unit).collect();
                    format!("\"{escaped}\"")
                };
                format!("{{\"filters\": [{}]}}", joined(&escaped, ","))
            }
            JsonList => format!("[{}]", joined(&json, ", ")),
            TomlLiteral => {
                let one = |text: &String| format!("'''{text}'''");
                format!("filters = [{}]", joined(&one, ", "))
            }
            TomlBasic => {
                // Strings of JSON are strings of TOML.
                let one =
                    |text: &String| format!("[[filters]]\nname = 'é'\nfilter={}\n", json(text));
                joined(&one, "\n")
            }
            TomlMultiline => {
                let one = |text: &String| {
                    let inside = text.replace('\\', "\\\\").replace('"', "\\\"");
                    let inside = inside.replacen(' ', " \\\n   \n ", 1);
                    format!("[[filters]]\nfilter = \"\"\"\n{inside}\"\"\"\n")
                };
                joined(&one, "# é\n")
            }
            YamlPlain => joined(&|text| format!("- {text}\n"), "# é\n"),
            YamlSingle => {
                let one = |text: &String| format!("- {{filter: '{}'}}\n", text.replace('\'', "''"));
                joined(&one, "")
            }
            YamlDouble => {
                let one = |text: &String| {
                    let inside = text.replace('\\', "\\\\").replace('"', "\\\"");
                    let inside = inside.replace('é', "\\xe9").replace('\u{2028}', "\\L");
                    format!("- \"{}\"\n", inside.replacen(' ', "\\\n    \\ ", 1))
                };
                format!("filters:\n{}", joined(&one, ""))
            }
            YamlFolded => {
                let one = |text: &String| format!("- >-\n  {}\n", text.replacen(' ', "\n  ", 2));
                joined(&one, "")
            }
            XmlElement => {
                let one = |text: &String| {
                    let inside = text.replace('&', "&amp;").replace('<', "&lt;");
                    format!(
                        "<Tag><name>é</name><qql>\n {}\n</qql></Tag>",
                        inside.replace('"', "&quot;")
                    )
                };
                format!("\u{feff}<é>{}</é>", joined(&one, "\n<!-- é -->"))
            }
            XmlAttribute => {
                let one = |text: &String| {
                    let inside = text.replace('&', "&amp;").replace('<', "&lt;");
                    format!("<s qql='{}'/>", inside.replace('\'', "&#x27;"))
                };
                format!("<é>{}</é>", joined(&one, ""))
            }
            MarkdownFence => {
                let inside = joined(&|text| format!("{text}\n"), "```\nprose: é\n```qql\n");
                format!("# é\n\n```qql x\n{inside}```\n")
            }
            MarkdownQuote => {
                let inside = joined(&|text| format!("# name: é\n{text}\n"), "\n");
                let lines = inside.lines().map(|line| format!("> {line}\n"));
                format!("prose\n\n> ~~~~qql\n{}> ~~~~\n", lines.collect::<String>())
            }
            YamlBlock => {
                let one = |text: &String| format!("- name: é\n  filter: |\n    {text}\n");
                joined(&one, "")
            }
            Program("python", quotes) => {
                let one = |text: &String| {
                    let written = quotes.write(text, "\"\"\"", "  # \"\n    ");
                    format!("run(  # 'é'\nqql={written}, name='''é''')\n")
                };
                format!("\u{feff}'''é\n'''\n{}", joined(&one, "# é \"\"\"\n"))
            }
            Program("javascript", quotes) => {
                let one = |text: &String| {
                    let written = quotes.write(text, "`", " + /* '\n */ ");
                    format!("const é = /[/'\"`]+/.test(x); let qql: string = {written};\n")
                };
                joined(&one, "// é '\n")
            }
            Program(language, quotes) => {
                let join = match language {
                    "rust" => "",
                    "php" => " . // é\n",
                    _ => " + // é\n",
                };
                let one = |text: &String| {
                    let written = quotes.write(text, "\"\"\"", join);
                    format!("/* \" ' */ $qql = {written};\n")
                };
                joined(&one, "// é '\n")
            }
        }
    }

    /// What is a part of a filter in this host, if not the whole of Unicode.
    fn takes(self, word: &str) -> bool {
        match self {
            TomlLiteral => !word.contains('\''),
            YamlPlain => {
                word.starts_with(|c: char| c.is_ascii_alphabetic()) && !word.ends_with(':')
            }
            Program(_, Quotes::Plain) => !word.contains('`') && !word.contains("\"##"),
            _ => true,
        }
    }
}

/// Filters in their canonical form, without anything to fix.
const CANONICAL: &[&str] = &[
    "a.b:c",
    "a.b:\"é 😀\" AND c.d:\"x/y\"",
    "a.b:\"\\\\\" OR (c.d:1 AND NOT e.f:[x, y])",
];

/// Words of filters, with what needs an escape somewhere, and without blanks.
fn words() -> impl Strategy<Value = Vec<String>> {
    let part = select(vec![
        "a", "é", "😀", "\u{2028}", "\"", "'", "\\", "/", ":", "AND", "[x]", "{", "`", "\u{a0}",
    ]);
    let word = prop::collection::vec(part, 1..5).prop_map(|parts| format!("w{}", parts.concat()));
    prop::collection::vec(word, 1..5)
}

fn hosts() -> impl Strategy<Value = (Style, Vec<String>)> {
    (select(STYLES), prop::collection::vec(words(), 1..4)).prop_map(|(style, filters)| {
        let mut texts = Vec::new();
        for words in filters {
            let mut words = words;
            words.retain(|word| style.takes(word));
            if !words.is_empty() && (texts.is_empty() || !matches!(style, Whole)) {
                texts.push(style.filter(&words));
            }
        }
        if texts.is_empty() {
            texts.push("w:1".to_owned());
        }
        (style, texts)
    })
}

/// Blanks of any kind and number are one; those around a filter are none of it.
fn folded(text: &str) -> String {
    let words = text.trim().split([' ', '\n', '\r']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Every character has its range in the host, in order and without overlap; every byte there leads back.
fn has_places(filter: &FilterText, text: &str) {
    let map = filter.map();
    assert!(map.is_exact(), "{text}");
    let mut end = map.host_offset(0);
    let next = |at: usize, c: char| map.host_offset(at + c.len_utf8());
    for (at, c) in filter.text().char_indices() {
        let range = map.host_offset(at)..next(at, c);
        assert!(
            end <= range.start && range.start <= range.end,
            "{text:?} {at}"
        );
        end = range.end;
        let written = text.get(range.clone()).expect("whole characters");
        assert!(
            written.starts_with(c) || written.starts_with(['\\', '\'', '&']) || c.is_whitespace(),
            "{c:?} is {written:?} in {text:?}"
        );
        for byte in at..at + c.len_utf8() {
            assert!((range.start..=range.end).contains(&map.host_offset(byte)));
        }
        for byte in range {
            let back = map.filter_offset(byte).expect("a byte of the filter");
            assert!(
                (at..at + c.len_utf8()).contains(&back),
                "{back} {at} {c:?} {text:?}"
            );
        }
    }
    assert_eq!(end, filter.range().end);
    if map.host_offset(0) > 0 {
        assert_eq!(map.filter_offset(map.host_offset(0) - 1), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_byte_has_its_place((style, filters) in hosts()) {
        let text = style.host(&filters);
        let document = Document::new(&*text, style.format()).expect(&text);
        let read: Vec<String> = document.filters().iter().map(|it| folded(it.text())).collect();
        let right: Vec<String> = filters.iter().map(|text| folded(text)).collect();
        prop_assert_eq!(read, right, "{}", text);
        for (index, filter) in document.filters().iter().enumerate() {
            has_places(filter, &text);
            let start = filter.range().start;
            prop_assert_eq!(document.filter_at(start), Some((index, 0)));
        }
    }

    #[test]
    fn what_is_not_changed_stays((style, filters) in hosts()) {
        let text = style.host(&filters);
        let document = Document::new(&*text, style.format()).expect(&text);
        for filter in document.filters() {
            prop_assert_eq!(document.is_writable(filter), !matches!(style, JsonList), "{}", text);
        }
        // Once in its canonical form, a host is left as it is.
        let canonical = document.formatted(40).text;
        let again = Document::new(&*canonical, style.format()).expect(&canonical);
        prop_assert_eq!(again.formatted(40).text, canonical);
    }

    #[test]
    fn the_canonical_form_stays_byte_by_byte(
        style in select(STYLES),
        filters in prop::collection::vec(select(CANONICAL), 1..4),
    ) {
        let filters: Vec<String> = filters.into_iter().map(str::to_owned).collect();
        let filters = if matches!(style, Whole) { &filters[..1] } else { &filters };
        let text = style.host(filters);
        let document = Document::new(&*text, style.format()).expect(&text);
        let formatted = document.formatted(usize::MAX);
        prop_assert_eq!(&*formatted.text, &*text);
        prop_assert!(formatted.unreadable.is_empty() && formatted.unwritten.is_empty());
        let linter = Linter::new(Schema::open());
        let fixed = document.fix(&linter, Applicability::Safe, NaiveDate::default()).unwrap();
        prop_assert_eq!(fixed.document.text(), &*text);
    }

    #[test]
    fn what_is_written_reads_as_it_was_meant(
        (style, filters) in hosts(),
        (which, from, to) in any::<(Index, Index, Index)>(),
        new in words(),
        blank in select(vec!["", " ", "\n", "\n\n", "\n# ", "\r\n"]),
    ) {
        let text = style.host(&filters);
        let document = Document::new(&*text, style.format()).expect(&text);
        let at = which.index(document.filters().len());
        let filter = &document.filters()[at];
        if !document.is_writable(filter) {
            return Ok(());
        }
        // A part of the filter is replaced.
        let bounds: Vec<usize> = filter.text().char_indices().map(|(at, _)| at).collect();
        let (from, to) = (bounds[from.index(bounds.len())], bounds[to.index(bounds.len())]);
        let range = from.min(to)..from.max(to);
        let crosses = filter.comments().iter().filter_map(|it| it.inside.clone());
        let mut crosses = crosses.filter(|it| range.start < it.end && it.start < range.end);
        if crosses.next().is_some() {
            return Ok(());
        }
        let part = new.join(blank);
        let right = with_edits(filter.text(), &[(range.clone(), &part)]);
        let written = filter.literal.write(&part);
        let edit = (filter.map().host_range(range), written);
        let whole = filter.range();
        let moved = (edit.0.start - whole.start..edit.0.end - whole.start, &edit.1);
        let inside = with_edits(text.get(whole).unwrap(), &[moved]);
        let Some(read) = document.read_back(&inside, filter) else {
            // In JSON everything can be written.
            prop_assert!(!matches!(style, Json | JsonEscaped | Whole | YamlDouble | TomlBasic), "{inside}");
            return Ok(());
        };
        if read.text().trim() != right.trim() {
            let folds = matches!(
                style,
                YamlPlain | YamlSingle | YamlFolded | YamlBlock | MarkdownFence | MarkdownQuote
            );
            prop_assert!(folds || matches!(style, Paragraphs | Lines), "{inside}");
            return Ok(());
        }
        // What reads back alone does so in its host, and the others are as they were.
        let after = with_edits(&text, &[edit]);
        let after = Document::new(&*after, style.format()).expect(&after);
        prop_assert_eq!(after.filters().len(), document.filters().len(), "{}", after.text());
        for (index, (before, after)) in document.filters().iter().zip(after.filters()).enumerate() {
            let right = if index == at { right.trim() } else { before.text() };
            prop_assert_eq!(after.text().trim(), right.trim());
            prop_assert_eq!(after.name(), before.name());
        }
    }
}
