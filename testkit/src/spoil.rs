//! Filters of other people, spoilt: what slips of the hand, editors, web pages and other languages make of
//! them. And events on which such filters can hold.

use qualys_filter::syntax::{Condition, ExprKind, Literal, Step};
use qualys_filter::{Query, Schema};
use serde_json::{Map, Value, json};

/// Numbers from a seed, the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % count.max(1)
    }

    pub fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// The texts to insert: operators of other languages, and remains of other formats.
const FOREIGN: &[&str] = &[
    "==",
    "!=",
    "<>",
    "&&",
    "||",
    "!",
    "-",
    "=~",
    "~",
    "=>",
    "=<",
    ":>",
    ">=",
    "=",
    ":",
    ";",
    ",",
    " AND ",
    " or ",
    " NOT ",
    " not",
    " AND NOT ",
    " in (a, b)",
    " in [a, \"b\"]",
    " LIKE \"x%\"",
    " contains ",
    " matches ",
    " TO ",
    " to ",
    " IS NULL",
    " is ",
    " is not null",
    "..",
    "...",
    "*",
    "?",
    "\\",
    "\\\"",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "&quot;",
    "&amp;",
    "&#39;",
    "%20",
    "%3A",
    "null",
    " None",
    "[a .. b]",
    "('x')",
    "[x]",
    "\n",
    "  ",
    "\t",
    "NOT NOT ",
    "(a OR b)",
    " 5 MB",
    "now",
    "now-1d/d",
    "1704067200",
    "1704067200000",
    "2024-01-02 03:04:05",
    "2024-01-02Z",
    "10.0.0.0/8",
    "\"[1 .. 2]\"",
    "x:(y:1 AND z:2)",
    "type:FILE",
    "type:`*.dll`",
    "`a\\\\*`",
    " | ",
    " | count",
    " ; ",
    " xor ",
    " like ",
    " startswith \"x\"",
    " has_any (\"a\", \"b\")",
    " matches regex \"x\"",
    " between 3 and 5",
    " gt 5",
    " limit 5",
    " exists",
    "isempty(a.b)",
    " # all",
    "~2",
    "/x.*/",
    " &amp;&amp; ",
    "%20and%20",
    "+and+",
];

/// Characters and those that look like them.
const LOOK_ALIKE: &[(&str, &str)] = &[
    ("-", "–"),
    ("-", "—"),
    ("-", "−"),
    ("...", "…"),
    ("..", "‥"),
    (":", "："),
    (" ", "\u{a0}"),
    (" ", "\u{200b}"),
    ("\"", "“"),
    ("\"", "”"),
    ("'", "’"),
    ("'", "‘"),
    ("`", "´"),
    ("(", "（"),
    (")", "）"),
    ("[", "［"),
    (",", "，"),
    ("a", "а"),
    ("e", "é"),
    ("o", "\u{200d}o"),
    (">", "＞"),
    ("=", "＝"),
    (".", "。"),
    ("*", "＊"),
    ("0", "٠"),
];

/// Words and operators, and what people write instead.
const INSTEAD: &[(&str, &str)] = &[
    (" and ", " && "),
    (" AND ", " & "),
    (" or ", " || "),
    (" OR ", ", "),
    (" AND ", " "),
    (" and ", "\n"),
    (" NOT ", " !"),
    ("NOT ", "-"),
    ("not ", "!"),
    (":", "="),
    (":", " == "),
    (":", " != "),
    (":", ": "),
    (":", " is "),
    (":", " in "),
    (":", " "),
    (":", ":NOT "),
    ("..", " to "),
    ("...", "-"),
    ("\"", "'"),
    ("'", "`"),
    ("`", "\""),
    ("\"", ""),
    ("\"", "\\\""),
    ("\"", "&quot;"),
    ("`", ""),
    (" ", "%20"),
    ("\\", "\\\\"),
    ("\\\\", "\\"),
    (">", ">="),
    (">", "=>"),
    ("[", "("),
    ("]", ")"),
    ("(", "["),
    (" IS NULL", " = null"),
    (":", ":["),
    ("true", "True"),
    (".", ".."),
    ("T", " "),
    ("Z", ""),
    ("now", "Now"),
    (" ", ""),
    ("now-", "now -"),
    ("a", "*"),
];

/// The filter with some things wrong with it; with none, now and then.
pub fn spoilt(filter: &str, others: &[String], random: &mut Random) -> String {
    let mut text = filter.to_owned();
    for _ in 0..random.below(4) {
        spoil(&mut text, others, random);
    }
    text
}

/// An offset between two characters.
fn place(text: &str, random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn swap(text: &mut String, (from, to): (&str, &str), random: &mut Random) {
    let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
    match places.len() {
        0 => {}
        // Now and then everywhere, as an editor does.
        _ if random.below(4) == 0 => *text = text.replace(from, to),
        count => {
            let at = places[random.below(count)];
            text.replace_range(at..at + from.len(), to);
        }
    }
}

fn spoil(text: &mut String, others: &[String], random: &mut Random) {
    let at = place(text, random);
    let next = text[at..].chars().next();
    match random.below(12) {
        0 => {
            next.inspect(|_| {
                text.remove(at);
            });
        }
        1 => next.into_iter().for_each(|c| text.insert(at, c)),
        2 => {
            if let Some(c) = next {
                text.remove(at);
                let at = place(text, random);
                text.insert(at, c);
            }
        }
        3 | 4 => text.insert_str(at, random.of(FOREIGN)),
        5 => swap(text, LOOK_ALIKE[random.below(LOOK_ALIKE.len())], random),
        6..=8 => swap(text, INSTEAD[random.below(INSTEAD.len())], random),
        9 => {
            let other = &others[random.below(others.len())];
            let from = place(other, random);
            text.truncate(at);
            text.push_str(&other[from..]);
        }
        10 => {
            let other = &others[random.below(others.len())];
            let word = random.of(&[" AND ", " or ", " ", " AND NOT ", ""]);
            *text = format!("{text}{word}{other}");
        }
        _ => {
            let word = random.of(&[" AND ", " OR "]);
            *text = match random.below(4) {
                0 => format!("{text}{word}{text}"),
                1 => format!("({text})"),
                2 => format!("NOT ({text})"),
                _ => format!("NOT NOT {text}"),
            };
        }
    }
    if text.len() > 600 {
        let mut end = 600;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
}

/// Events on which the filter's conditions can be true: their values are made from those in the
/// filter, at the paths of its tokens.
pub fn events(query: &Query, schema: &Schema, count: usize, random: &mut Random) -> Vec<Value> {
    let mut head = String::new();
    let mut heads = Vec::new();
    let mut asked: Vec<(String, Vec<Value>)> = Vec::new();
    for step in query.walk() {
        match step {
            Step::Enter(id) => match &query.expr(id).kind {
                ExprKind::Nested(token, _) => {
                    heads.push(head.len());
                    head.push_str(&token.text);
                    head.push('.');
                }
                ExprKind::Clause(clause) => {
                    let name = format!("{head}{}", clause.token.text);
                    let known = schema
                        .token(&name)
                        .or_else(|| schema.token(&clause.token.text));
                    let paths = known.map(|token| token.paths()).unwrap_or_default();
                    let at = match paths.len() {
                        0 => name,
                        count => paths[random.below(count)].to_string(),
                    };
                    asked.push((at, values(&clause.condition)));
                }
                ExprKind::FreeText(literal) => asked.push(("free".to_owned(), of_literal(literal))),
                _ => {}
            },
            Step::Leave(id) => {
                if let ExprKind::Nested(..) = query.expr(id).kind {
                    head.truncate(heads.pop().unwrap_or_default());
                }
            }
        }
    }
    let mut event = || {
        let mut event = Value::Object(Map::new());
        for (at, values) in &asked {
            if random.below(4) > 0 {
                let value = values[random.below(values.len())].clone();
                let value = match random.below(10) {
                    0 => json!([value, values[random.below(values.len())]]),
                    1 => Value::Null,
                    _ => value,
                };
                let keys: Vec<&str> = at.split('.').collect();
                put(&mut event, &keys, value, random);
            }
        }
        event
    };
    (0..count).map(|_| event()).collect()
}

/// Puts a value at a path, through arrays where it names them.
fn put(event: &mut Value, keys: &[&str], value: Value, random: &mut Random) {
    let Some((key, rest)) = keys.split_first() else {
        *event = value;
        return;
    };
    let Value::Object(map) = event else { return };
    let entry = map.entry(key.trim_end_matches("[]")).or_insert(Value::Null);
    match key.ends_with("[]") {
        true => {
            if !entry.is_array() {
                *entry = json!([]);
            }
            let Value::Array(elements) = entry else {
                return;
            };
            if elements.is_empty() || random.below(3) == 0 {
                elements.push(if rest.is_empty() {
                    Value::Null
                } else {
                    json!({})
                });
            }
            let last = elements.len() - 1;
            put(&mut elements[last], rest, value, random);
        }
        false => {
            if !rest.is_empty() && !entry.is_object() {
                *entry = json!({});
            }
            put(entry, rest, value, random);
        }
    }
}

fn values(condition: &Condition) -> Vec<Value> {
    let literals: Vec<&Literal> = match condition {
        Condition::Null { .. } => return vec![json!("x"), json!(5), json!(""), json!({"x": 1})],
        Condition::Value(literal) | Condition::Compare(_, literal) => vec![literal],
        Condition::List(literals) => literals.iter().collect(),
        Condition::Group(groups) => groups.iter().flatten().collect(),
        Condition::Range(range) => vec![&range.lower, &range.upper],
        other => panic!("no values are known for {other:?}"),
    };
    literals.into_iter().flat_map(of_literal).collect()
}

/// Values that contain a literal, and values that nearly do.
fn of_literal(literal: &Literal) -> Vec<Value> {
    let text = &*literal.text;
    let mut values = vec![
        json!(text),
        json!(text.to_uppercase()),
        json!(format!("say {text}ing more")),
        json!(text.replace('*', "")),
        json!(text.replace('*', "x y")),
        json!(text.split_whitespace().next().unwrap_or_default()),
        json!(
            text.split(['[', ',', '.', ']'])
                .next_back()
                .unwrap_or_default()
        ),
    ];
    for part in text.split(|c: char| !c.is_ascii_digit()) {
        if let Ok(number) = part.parse::<u32>() {
            values.extend([
                json!(number),
                json!(u64::from(number) + 1),
                json!(f64::from(number) - 0.5),
            ]);
        }
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "false" => values.extend([json!(true), json!(false)]),
        text if text.starts_with("now") => {
            values.extend(
                [
                    "2024-09-22T12:00:00Z",
                    "2024-09-22T11:59:59Z",
                    "2024-09-20",
                    "2030-01-01",
                ]
                .map(|d| json!(d)),
            );
        }
        text if text.starts_with("20") || text.starts_with("19") => {
            let day = text.get(..10).unwrap_or(text);
            values.extend([
                json!(day),
                json!(format!("{day}T23:59:59.999Z")),
                json!("2024-06-01T00:00:00+02:00"),
            ]);
        }
        _ => {}
    }
    values
}
