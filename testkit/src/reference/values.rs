//! Values by kind, for filters and for events, with what nearly is one.

use super::generate::Dice;
use super::json::Json;
use super::schema::Kind;

const TEXTS: &[&str] = &[
    "alpha",
    "Alpha Beta",
    "beta",
    "alphabet",
    "beta alpha",
    "Beta, alpha",
    "cmd.exe",
    r"C:\Windows\System32\cmd.exe",
    "qualys.corp.com",
    "qualys",
    "qual",
    "10,125",
    "10.134",
    "102354.qualys",
    "can't stop",
    "stop",
    "İstanbul",
    "istanbul",
    "\u{212a}elvin",
    "kelvin",
    "ſchnell",
    "日本語",
    "e\u{301}t\u{e9}",
    "Été",
    "naïve café",
    "a_b",
    "a-b",
    "",
    " ",
    "-",
    "alpha -",
    "say \"hi\"",
    "tab\tand\nline",
    "😀 smile",
    "CVE-2021-44228",
    "2021",
    "[a .. b]",
    "Remote Code",
    "remote codebook",
    "not a",
    "x and y",
    "*",
];

const KEYWORDS: &[&str] = &[
    "FILE", "file", "File", "FILE ", "PROCESS", "process", "REG KEY", "straße", "STRASSE", "İ",
    "tcp", "TCP", "5", "5.0", "true", "TRUE", "",
];

const IDS: &[&str] = &[
    "7781808c-ad94-3201-bebc-9d480f906d36",
    "7781808C",
    "7781808c-ad94",
    "9d480f906d36",
    "7781",
    "77",
    "5",
    "59298",
    "592",
    "-5",
    "",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "5",
    "5.0",
    "5e0",
    "5E+0",
    "50e-1",
    "-5",
    "4.5",
    "10",
    "100",
    "1e2",
    "007",
    "1024",
    "1536",
    "0.1",
    "9007199254740992",
    "9007199254740993",
    "9007199254740992.0",
    "9223372036854775807",
    "9223372036854775808.0",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "1.8446744073709552e19",
    "1e308",
    "1e309",
    "2024",
    "1048576",
];

/// Numbers in notations that only filters use, and texts that are nearly numbers.
const WRITTEN_NUMBERS: &[&str] = &[
    "1 KB",
    "1kb",
    "1.5KB",
    "1 MB",
    "5 B",
    "5b",
    "16777216 TB",
    "16777215 tb",
    "+5",
    ".5",
    "5.",
    "1e",
    "five",
    "5 five",
    "0x5",
    "1  KB",
    "5 ",
    " 5",
    "1 PB",
    "1e2 kb",
    "",
];

const BOOLEANS: &[&str] = &["true", "false", "TRUE", "False", "yes", "tru", "1", ""];

/// Dates as both sides write them.
const DATES: &[&str] = &[
    "2024-01-02",
    "2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05",
    "2024-01-02T03:04:05.678Z",
    "2024-01-02T03:04:05.678+0000",
    "2024-01-02T05:04:05.678+02:00",
    "2024-01-01T23:34:05-03:30",
    "2024-01-02T03:04:05.6789Z",
    "2024-01-02T03:04:05.123456789Z",
    "2024-02-29",
    "2023-02-29",
    "2024-01-31",
    "2024-12-31T23:59:59.999Z",
    "2023-12-31T23:59:59.999999999Z",
    "2024-09-22",
    "2024-09-22T12:00:00Z",
    "2024-09-21T12:00:00Z",
    "2023-12-22T12:00:00Z",
    "0000-01-01",
    "9999-12-31T23:59:59Z",
    "1969-12-31T23:59:59.999Z",
    "1704164645678",
    "17041646456",
    "17041646456780",
    "1704164645",
    "170416464567800",
    "2024-01-02T03:04:60Z",
    "2024-01-02T24:00:00Z",
    "2024-13-01",
    "2024-01-02t03:04:05z",
    "2024-01-02T03:04:05+2460",
    "2024-01-02T03:04:05.Z",
    "2024-1-2",
    "2024-01-02T03",
    "2024-01-02T03:04",
    "2024-01-02T03:04Z",
    "2024-01-02T03Z",
    "2024-01-02T03+0530",
    "2024-01-02T03:04-01:00",
    "2024-01",
    "2024",
    "2023",
    "2024-01-02 03:04:05",
    "2024-01-02Z",
    "2024-01-02T03:04:05.1234567891Z",
    "10000-01-01",
    "2024-01-02T03:04.5Z",
    "2024-01-02T",
    "1900-02-29",
    "2000-02-29",
    "2024-01-02T03:04:05-00:00",
    "2024-01-02T03:04:05+05",
];

/// Dates as only filters write them.
const WRITTEN_DATES: &[&str] = &[
    "now",
    "now-1d",
    "now-9M",
    "now+3h",
    "now-1y",
    "now-2q",
    "now-1w",
    "now-90m",
    "now-30s",
    "now-9999y",
    "now+8000y",
    "now-7M",
    "now+5M",
    "now/d",
    "now-1d/d",
    "now-d",
    "now-1",
    "Now",
    "now -1d",
    "now-1D",
    "now-1d-1d",
    "now-99999999999999999999999d",
    "now-03d",
    "now-7–d",
    "now–7d",
];

/// Dates that are numbers in events.
const MILLISECONDS: &[&str] = &[
    "1704164645678",
    "1704164645678.5",
    "1.704164645678e12",
    "1704164645679",
    "17041646456",
    "0",
    "-1",
    "253402300799999",
    "253402300800000",
    "253402300799999.9",
    "-62167219200000",
    "-62167219200001",
    "1727006400000",
    "1726920000000",
    "2024",
    "1e400",
    "1.5e1",
];

const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.2",
    "10.255.255.255",
    "11.0.0.0",
    "9.255.255.255",
    "::ffff:10.0.0.1",
    "::FFFF:a00:1",
    "fe80::1",
    "fe80:0:0:0:0:0:0:1",
    "FE80::0001",
    "fe80::2",
    "::",
    "::1",
    "0.0.0.0",
    "255.255.255.255",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "10.0.0",
    "10.0.0.256",
    "010.0.0.1",
    "fe80::1%eth0",
    "fe80:::1",
    "1:2:3:4:5:6:7::",
    "1:2:3:4:5:6:7:0",
    "1::2::3",
    "::10.0.0.1",
    "10.0.0.1 ",
    "",
    "[::1]",
    "1:2:3:4:5:6:7:8:9",
    "00001::",
];

/// Networks, which only filters write, and texts that are nearly networks.
const NETS: &[&str] = &[
    "10.0.0.0/8",
    "10.1.2.3/8",
    "10.0.0.1/32",
    "10.0.0.0/33",
    "0.0.0.0/0",
    "fe80::/10",
    "::/0",
    "::ffff:10.0.0.0/104",
    "fe80::1/128",
    "fe80::/129",
    "10.0.0.0/",
    "10.0.0/8",
    "10.0.0.0/+8",
    "10.0.0.0/08",
    "10.0.0.0/255.0.0.0",
    "::ffff:10.0.0.0/8",
];

const VERSIONS: &[&str] = &[
    "2.0",
    "2.0-rc1",
    "2.0.1",
    "2.0.0",
    "v2",
    "V2.0",
    "2",
    "2.00",
    "1.10",
    "1.9",
    "2.0a",
    "2.0.a",
    "2.0-beta",
    "2.0b1",
    "2.0-BETA2",
    "alpha",
    "10",
    "2..0",
    "2.0+build5",
    "2_0",
    "2.0.dev3",
    "20",
    "2.0-preview",
    "v",
    "5",
    "4.8.0.35",
    "99999999999999999999999",
    "2.0é",
    "2.0-1",
    "",
    "1.0 beta",
    "2.x",
    "2.0.prefix1",
    "0",
    "vv1",
    "2.0rc01",
];

fn pool(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => TEXTS,
        Kind::Keyword => KEYWORDS,
        Kind::Id => IDS,
        Kind::Integer | Kind::Float => NUMBERS,
        Kind::Boolean => BOOLEANS,
        Kind::DateTime => DATES,
        Kind::Version => VERSIONS,
        Kind::Ip => ADDRESSES,
        Kind::Auto => &[
            "alpha",
            "5",
            "true",
            "2024-01-02",
            "10.0.0.1",
            "2024",
            "5.0",
            "beta",
        ],
    }
}

/// Half of the choices fall on the first few, so that both sides often make the same.
fn pick(dice: &mut Dice<'_>, pool: &'static [&'static str]) -> &'static str {
    match dice.one_in(2) {
        true => pool[dice.below(pool.len().min(6))],
        false => pool[dice.below(pool.len())],
    }
}

/// The kind itself; for auto, and now and then for others, any kind.
fn any(dice: &mut Dice<'_>, kind: Kind, rarely: usize) -> Kind {
    match kind == Kind::Auto && dice.below(3) > 0 || dice.one_in(rarely) {
        true => Kind::NAMES[dice.below(Kind::NAMES.len())].1,
        false => kind,
    }
}

/// A value as a filter writes it, without quotes.
pub fn written(dice: &mut Dice<'_>, kind: Kind) -> String {
    let kind = any(dice, kind, 40);
    let own = match kind {
        Kind::Integer | Kind::Float => WRITTEN_NUMBERS,
        Kind::DateTime => WRITTEN_DATES,
        Kind::Ip => NETS,
        _ => pool(kind),
    };
    // What a kind refuses is picked less often.
    let text = match dice.below(6) {
        0..=2 => pool(kind)[dice.below(pool(kind).len().min(12))],
        3 | 4 => pick(dice, pool(kind)),
        _ => pick(dice, own),
    };
    match kind {
        // A substring of a text, sometimes a prefix.
        Kind::Text | Kind::Keyword | Kind::Id if dice.one_in(4) => {
            let chars: Vec<char> = text.chars().collect();
            let from = if dice.one_in(4) {
                dice.below(chars.len() + 1)
            } else {
                0
            };
            let len = dice.below(9);
            chars.into_iter().skip(from).take(len).collect()
        }
        _ => text.to_owned(),
    }
}

/// A value as an event has it.
pub fn in_event(dice: &mut Dice<'_>, kind: Kind) -> Json {
    let kind = any(dice, kind, 10);
    let text = match kind {
        Kind::DateTime if dice.one_in(3) => pick(dice, MILLISECONDS),
        _ => pick(dice, pool(kind)),
    };
    let is_number = Json::read(text.as_bytes(), 1).is_some_and(|v| matches!(v, Json::Number(_)));
    match text {
        "true" if dice.one_in(2) => Json::Boolean(true),
        "false" if dice.one_in(2) => Json::Boolean(false),
        _ if is_number && dice.below(3) > 0 => Json::Number(text.to_owned()),
        _ => Json::String(text.to_owned()),
    }
}

/// A value that says that there is none.
pub fn no_value(dice: &mut Dice<'_>, kind: Kind) -> String {
    match in_event(dice, kind) {
        Json::String(text) | Json::Number(text) => text,
        _ => String::from("0"),
    }
}

/// The text in one of the two kinds of plain quotes.
pub fn quoted(dice: &mut Dice<'_>, text: &str) -> String {
    let quote = dice.of(&["\"", "'"]);
    let text = text
        .replace('\\', r"\\")
        .replace(quote, &format!("\\{quote}"));
    format!("{quote}{text}{quote}")
}
