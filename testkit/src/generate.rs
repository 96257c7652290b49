//! Filters and events made from bytes, so that they often meet: values on both sides come from one
//! pool, and keys from the paths of `tests/data/schema.toml`.

/// Takes choices from bytes; from none left, always the first choice.
pub struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Choices<'b> {
        let bytes = bytes.iter();
        Choices { bytes }
    }

    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or_default()) % count
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub fn of<'a>(&mut self, choices: &'a [&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const STRINGS: &[&str] = &[
    "alpha",
    "FILE",
    "Alpha Beta",
    "beta",
    r"C:\Windows\System32\cmd.exe",
    "cmd.exe",
    "10.134",
    "10,125",
    "qualys.corp.com",
    "102354.qualys",
    "5",
    "5.0",
    "-5",
    "007",
    "1e2",
    "true",
    "FALSE",
    "2024",
    "2024-01-02",
    "2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05.678+0000",
    "2024-01-02T05:04:05.678+02:00",
    "2024-01-02 03:04:05",
    "10.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "",
    " ",
    "-",
    "İstanbul",
    "\u{212a}elvin",
    "ſchnell",
    "can't stop",
    "a_b",
    "*",
    "say \"hi\"",
    "7781808c-ad94-3201-bebc-9d480f906d36",
    "日本語",
    "naïve café",
    "18446744073709551616",
    "-0",
    "e\u{301}t\u{e9}",
    " \u{345}",
    "tab\tand\nline",
    "😀 smile",
    "[a .. b]",
    "now",
    "a-b",
    "Beta alpha",
    "1704164645678",
    "1704164645",
    "2.0-rc1",
    "2.0",
    "v2.0.1",
    "V2.00",
    "10.0.19045 N/A",
];

const NUMBERS: &[&str] = &[
    "0",
    "5",
    "5.0",
    "-5",
    "5e0",
    "100",
    "1e2",
    "4.5",
    "1704164645678",
    "1704164645678.5",
    "2.0",
    "253402300799999",
    "-62167219200000.5",
    "18446744073709551615",
    "18446744073709551616",
    "9007199254740993",
    "9007199254740992.0",
    "2024",
    "-0.0",
    "43e68",
    "-1e300",
];

/// A filter. Some are not well formed or do not fit the schema.
pub fn filter(c: &mut Choices<'_>) -> String {
    expression(c, 3, TOKENS)
}

const TOKENS: &[&str] = &[
    "type",
    "name",
    "path",
    "hash",
    "uid",
    "size",
    "ratio",
    "flag",
    "time",
    "ver",
    "ip",
    "score",
    "ind.word",
    "cert.signed",
    "cert.issuer",
    "profile.name",
    "profile.rule.id",
    "profile.rule.severity",
    "tags",
    "other",
    "misc.value",
    "file.size",
    "ind.score",
];

/// Heads of nested groups with the names below them.
const GROUPS: &[(&str, &[&str])] = &[
    ("cert", &["signed", "valid", "issuer", "unknown"]),
    ("profile", &["name", "rule.id", "rule.severity"]),
    ("profile.rule", &["id", "severity", "note"]),
    ("ind", &["score", "word", "sub.deep"]),
    ("misc", &["value", "level"]),
    ("file", &["size", "other"]),
    ("tags", &["x"]),
];

fn expression(c: &mut Choices<'_>, depth: usize, tokens: &[&str]) -> String {
    match c.below(8) {
        1 if depth > 0 => format!("NOT {}", operand(c, depth - 1, tokens)),
        2 | 3 if depth > 0 => {
            let (a, b) = (operand(c, depth - 1, tokens), operand(c, depth - 1, tokens));
            format!("{a} AND {b}")
        }
        4 | 5 if depth > 0 => {
            let (a, b) = (operand(c, depth - 1, tokens), operand(c, depth - 1, tokens));
            format!("{a} OR {b}")
        }
        6 if depth > 0 && tokens.len() > 4 => {
            let (head, below) = GROUPS[c.below(GROUPS.len())];
            format!("{head}:({})", expression(c, depth - 1, below))
        }
        7 if tokens.len() > 4 && c.one_in(3) => quoted(c),
        _ => clause(c, tokens),
    }
}

fn operand(c: &mut Choices<'_>, depth: usize, tokens: &[&str]) -> String {
    let inside = expression(c, depth, tokens);
    match inside.contains(" AND ") || inside.contains(" OR ") {
        true => format!("({inside})"),
        false => inside,
    }
}

fn clause(c: &mut Choices<'_>, tokens: &[&str]) -> String {
    let token = c.of(tokens);
    match c.below(12) {
        0 => format!("{token} IS NULL"),
        1 => format!("{token} IS NOT NULL"),
        2 => format!("{token}:*"),
        3 => format!(
            "{token} {} {}",
            c.of(&[">", ">=", "<", "<=", "="]),
            scalar(c)
        ),
        4 => {
            let (open, close) = (c.of(&["[", "("]), c.of(&["]", ")"]));
            format!("{token}:{open}{} .. {}{close}", scalar(c), scalar(c))
        }
        5 => format!("{token}:[{}, {}]", value(c), value(c)),
        6 => format!("{token}:({} OR {} AND {})", value(c), value(c), value(c)),
        _ => format!("{token}:{}", value(c)),
    }
}

fn value(c: &mut Choices<'_>) -> String {
    match c.below(6) {
        0 => scalar(c),
        1 => pattern(c),
        2 => {
            let text = c.of(STRINGS);
            match text.contains('`') {
                true => quoted(c),
                false => format!("`{text}`"),
            }
        }
        3 => bare(c),
        _ => quoted(c),
    }
}

/// Something that kinds with an order take.
fn scalar(c: &mut Choices<'_>) -> String {
    const SCALARS: &[&str] = &[
        "5",
        "4.5",
        "-5",
        "100",
        "1e2",
        "2024",
        "2024-01",
        "2024-01-02",
        "\"2024-01-02T03:04:05Z\"",
        "'2024-01-02T03:04:05.678Z'",
        "now",
        "now-9M",
        "2024-01-02T03",
        "2024-01-02T05:04+02:00",
        "1704164645678",
        "'1704164645678'",
        "2.0",
        "\"2.0-rc1\"",
        "v2.0.1",
        "10.0.0.1",
        "10.0.0.0/8",
        "fe80::1",
        "true",
        "FALSE",
        "1 KB",
        "9007199254740993",
        "18446744073709551615",
    ];
    c.of(SCALARS).to_owned()
}

fn quoted(c: &mut Choices<'_>) -> String {
    let text = part(c);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn bare(c: &mut Choices<'_>) -> String {
    let text = part(c);
    let plain = |c: char| c.is_alphanumeric() || " ._-@/".contains(c);
    match text.starts_with(char::is_alphanumeric) && text.chars().all(plain) && !text.ends_with(' ')
    {
        true => text,
        false => "alpha".to_owned(),
    }
}

/// A string of the pool, or a prefix of one.
fn part(c: &mut Choices<'_>) -> String {
    let text = c.of(STRINGS);
    match c.below(3) {
        0 => {
            let keep = c.below(8);
            text.chars().take(keep).collect()
        }
        _ => text.to_owned(),
    }
}

fn pattern(c: &mut Choices<'_>) -> String {
    let text: Vec<char> = c.of(STRINGS).chars().collect();
    let (from, to) = (c.below(text.len() + 1), c.below(text.len() + 1));
    let inside: String = text.iter().take(from.max(to)).skip(from.min(to)).collect();
    let inside = inside.replace('\\', "\\\\").replace('"', "\\\"");
    match c.below(4) {
        0 => format!("\"{inside}*\""),
        1 => format!("\"*{inside}\""),
        2 => format!("\"*{inside}*\""),
        _ => format!(
            "\"{}*{inside}\"",
            text.iter()
                .take(1)
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        ),
    }
}

/// An event as JSON text, with blanks, escapes and equal keys here and there.
pub fn event(c: &mut Choices<'_>) -> String {
    object(
        c,
        &[
            ("type", "string"),
            ("id", "any"),
            ("eventId", "any"),
            ("file", "file"),
            ("process", "process"),
            ("ratio", "any"),
            ("flag", "any"),
            ("time", "any"),
            ("ver", "any"),
            ("net", "net"),
            ("ind", "ind"),
            ("score", "any"),
            ("word", "string"),
            ("profiles", "profiles"),
            ("tags", "any"),
            ("other", "any"),
            ("misc", "misc"),
        ],
    )
}

fn object(c: &mut Choices<'_>, keys: &[(&str, &str)]) -> String {
    let mut text = String::from("{");
    let mut first = true;
    for (key, what) in keys {
        let times = match c.below(6) {
            0 | 1 => 0,
            5 => 2,
            _ => 1,
        };
        for _ in 0..times {
            if !first {
                text.push(',');
            }
            first = false;
            text.push_str(c.of(&["", " ", "\n  "]));
            text.push_str(&string(c, key));
            text.push_str(c.of(&[":", " : "]));
            text.push_str(&json(c, what, 2));
        }
    }
    text.push_str(c.of(&["", " "]));
    text.push('}');
    text
}

fn json(c: &mut Choices<'_>, what: &str, depth: usize) -> String {
    if depth > 0 && c.one_in(5) {
        let count = c.below(4);
        let elements: Vec<String> = (0..count).map(|_| json(c, what, depth - 1)).collect();
        return format!("[{}]", elements.join(","));
    }
    if c.one_in(12) {
        return scalar_json(c);
    }
    let keys: &[(&str, &str)] = match what {
        "file" => &[
            ("name", "string"),
            ("path", "string"),
            ("hash", "string"),
            ("size", "any"),
            ("ver", "string"),
            ("certs", "cert"),
            ("other", "any"),
        ],
        "process" => &[("path", "string"), ("flag", "any")],
        "net" => &[("ip", "string")],
        "ind" => &[("score", "any"), ("word", "string"), ("sub", "sub")],
        "sub" => &[("deep", "any")],
        "cert" => &[
            ("signed", "any"),
            ("valid", "any"),
            ("issuer", "string"),
            ("owner", "string"),
            ("unknown", "any"),
        ],
        "profiles" => &[("name", "string"), ("rules", "rule")],
        "rule" => &[("id", "string"), ("severity", "any"), ("note", "any")],
        "misc" => &[("value", "any"), ("level", "any")],
        "string" => {
            let text = c.of(STRINGS);
            return string(c, text);
        }
        _ => return scalar_json(c),
    };
    object(c, keys)
}

fn scalar_json(c: &mut Choices<'_>) -> String {
    match c.below(8) {
        0 => "null".to_owned(),
        1 => "true".to_owned(),
        2 => "false".to_owned(),
        3 => "{}".to_owned(),
        4 | 5 => {
            let text = c.of(STRINGS);
            string(c, text)
        }
        _ => c.of(NUMBERS).to_owned(),
    }
}

/// A string of JSON; sometimes with characters written as escapes that need none.
fn string(c: &mut Choices<'_>, text: &str) -> String {
    let plain = serde_json::to_string(text).unwrap();
    if !c.one_in(6) {
        return plain;
    }
    let mut escaped = String::from("\"");
    for unit in text.encode_utf16() {
        escaped.push_str(&format!("\\u{unit:04x}"));
    }
    escaped.push('"');
    escaped
}

/// A buffer of events, in one of the layouts that a buffer may have, and each event by itself.
pub fn buffer(c: &mut Choices<'_>) -> (String, Vec<String>) {
    let count = c.below(6);
    let events: Vec<String> = (0..count).map(|_| event(c)).collect();
    let in_array = c.one_in(5);
    let mut text = String::from(if in_array { "[" } else { "" });
    for (at, event) in events.iter().enumerate() {
        let between = match in_array {
            true => c.of(&[",", ", ", ",\n", "\n,\n"]),
            false => c.of(&["\n", "\r\n", "\n\n", " ", "", "\t\n  "]),
        };
        if at > 0 {
            text.push_str(between);
        }
        // Over several lines, the braces of the event are the ends of lines as well.
        match c.one_in(4) {
            true => text.push_str(&event.replace("}", "\n}").replace(":{", ":\n{")),
            false => text.push_str(event),
        }
    }
    text.push_str(if in_array { "]" } else { "" });
    text.push_str(c.of(&["\n", "", "\n\n"]));
    (text, events)
}

/// A buffer with other bytes at some places, each of which counts from 0 to the end in 65,536 steps.
pub fn spoilt(buffer: String, places: &[(u16, u8)]) -> Vec<u8> {
    const BYTES: &[u8; 16] = b"{}[]\",:\n\\ x1nt-.";
    let mut buffer = buffer.into_bytes();
    for (at, byte) in places {
        let at = (usize::from(*at) * buffer.len()) >> 16;
        if let Some(place) = buffer.get_mut(at) {
            *place = BYTES[usize::from(*byte) % BYTES.len()];
        }
    }
    buffer
}

/// Whether an event starts here, whatever is wrong elsewhere: at the start of a line, after another
/// event. Elsewhere it may be part of something broken.
pub fn stands_alone(buffer: &[u8], start: usize) -> bool {
    let (before, event) = buffer.split_at(start);
    let (last, blanks) = before.split_at(before.trim_ascii_end().len());
    event.starts_with(b"{") && blanks.contains(&b'\n') && last.ends_with(b"}")
}
