//! Schemas and events by chance; [`filters`](super::filters) has filters that hit them often.

use super::json::Json;
use super::schema::{Kind, Schema, Token};
use super::values;

/// Makes choices: from a seed without end, or from bytes, and from none left always the first.
pub enum Dice<'b> {
    Seed(u64),
    Bytes(std::slice::Iter<'b, u8>),
}

impl<'b> Dice<'b> {
    pub fn seed(seed: u64) -> Dice<'b> {
        Dice::Seed(seed)
    }

    pub fn bytes(bytes: &'b [u8]) -> Dice<'b> {
        Dice::Bytes(bytes.iter())
    }

    pub fn below(&mut self, count: usize) -> usize {
        match self {
            // SplitMix64.
            Dice::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                ((z ^ (z >> 31)) % count as u64) as usize
            }
            Dice::Bytes(bytes) => usize::from(bytes.next().copied().unwrap_or_default()) % count,
        }
    }

    /// True once in this number of choices.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const HEADS: &[&str] = &["g", "g.k", "h", "gg", "g.k.m"];
const LAST: &[&str] = &["a", "b", "ab", "abc", "name", "id"];
const KEYS: &[&str] = &["p", "q", "pq", "r", "name"];

/// A schema of four to nine tokens.
pub fn schema(dice: &mut Dice<'_>) -> Schema {
    // A few places with arrays here and there, which the tokens share.
    let mut bases: Vec<String> = Vec::new();
    for _ in 0..3 + dice.below(3) {
        let start = match bases.last() {
            Some(base) if dice.one_in(2) => format!("{base}."),
            _ => String::new(),
        };
        let mark = if dice.below(3) > 0 { "[]" } else { "" };
        bases.push(format!("{start}{}{mark}", dice.of(KEYS)));
    }
    let mut schema = Schema {
        tokens: Vec::new(),
        denies_unknown: dice.one_in(12),
    };
    let heads: Vec<&str> = HEADS
        .iter()
        .copied()
        .take(1 + dice.below(HEADS.len()))
        .collect();
    for _ in 0..4 + dice.below(6) {
        let head = dice.below(heads.len());
        let name = match dice.below(8) {
            0 => dice.of(LAST).to_owned(),
            1 => heads[head].to_owned(),
            _ => format!("{}.{}", heads[head], dice.of(LAST)),
        };
        if schema.find(&name).is_some() {
            continue;
        }
        let (_, kind) = Kind::NAMES[dice.below(Kind::NAMES.len())];
        let mut paths = Vec::new();
        for _ in 0..[1, 1, 1, 2, 2, 3, 0][dice.below(7)] {
            // Tokens with the same head mostly share a path.
            let base = match dice.below(3) {
                0 => dice.below(bases.len()),
                _ => head % bases.len(),
            };
            let base = &bases[base];
            paths.push(match dice.below(8) {
                0 => base.clone(),
                1 => dice.of(LAST).to_owned(),
                2 => format!("{base}.{}[]", dice.of(LAST)),
                _ => format!("{base}.{}", dice.of(LAST)),
            });
        }
        let mut aliases = Vec::new();
        if dice.one_in(5) {
            let alias = format!("{}.{}", dice.of(HEADS), dice.of(LAST)).to_uppercase();
            if schema.find(&alias).is_none() && !alias.eq_ignore_ascii_case(&name) {
                aliases.push(alias);
            }
        }
        schema.tokens.push(Token {
            guessed: dice.one_in(6),
            no_values: (0..[0, 0, 0, 1, 2][dice.below(5)])
                .map(|_| values::no_value(dice, kind))
                .collect(),
            group_only: paths.len() < 2 && heads.contains(&name.as_str()) && dice.one_in(3),
            name,
            aliases,
            kind,
            paths,
        });
    }
    schema
}

/// An event for the schema, as JSON text.
pub fn event(dice: &mut Dice<'_>, schema: &Schema) -> String {
    let mut root = Shape::default();
    for token in &schema.tokens {
        for path in token.places() {
            let mut at = &mut root;
            for (key, array) in path.keys.iter().zip(&path.arrays) {
                at = at.child(key);
                at.array |= array;
            }
            at.kinds.push(token.kind);
        }
    }
    for name in ["zz", "u", "a", "b", "name"] {
        root.child(name).kinds.push(Kind::Auto);
    }
    let mut text = String::new();
    root.object(dice, &mut text);
    text
}

/// A value for a path of an event.
#[derive(Default)]
struct Shape {
    children: Vec<(String, Shape)>,
    kinds: Vec<Kind>,
    array: bool,
}

impl Shape {
    fn child(&mut self, key: &str) -> &mut Shape {
        let at = match self.children.iter().position(|(name, _)| name == key) {
            Some(at) => at,
            None => {
                self.children.push((key.to_owned(), Shape::default()));
                self.children.len() - 1
            }
        };
        &mut self.children[at].1
    }

    fn object(&self, dice: &mut Dice<'_>, text: &mut String) {
        text.push('{');
        let mut first = true;
        let mut field = |dice: &mut Dice<'_>, key: &str, shape: &Shape, text: &mut String| {
            if !std::mem::take(&mut first) {
                text.push_str(if dice.one_in(8) { " ,\t" } else { "," });
            }
            string(dice, key, text);
            text.push_str(if dice.one_in(8) { " : " } else { ":" });
            shape.value(dice, text);
        };
        // Names below heads that the schema does not know.
        let children = ["zz", "a"].map(|key| {
            let kinds = vec![Kind::Auto];
            (
                key.to_owned(),
                Shape {
                    kinds,
                    ..Shape::default()
                },
            )
        });
        let unknown = Shape {
            children: children.into(),
            kinds: vec![Kind::Auto],
            ..Shape::default()
        };
        for (key, shape) in &self.children {
            if dice.one_in(10) {
                continue;
            }
            field(dice, key, shape, text);
            if dice.one_in(16) {
                field(dice, key, shape, text);
            }
        }
        if dice.one_in(4) {
            let key = dice.of(&["zz", "u", "a", "b", "P", "k"]);
            field(dice, key, &unknown, text);
        }
        text.push('}');
    }

    /// A value, or an array of them where there should be one and now and then where not.
    fn value(&self, dice: &mut Dice<'_>, text: &mut String) {
        let array = match self.array {
            true => dice.below(6) > 0,
            false => dice.one_in(10),
        };
        if !array {
            return self.element(dice, text);
        }
        text.push('[');
        for at in 0..[1, 2, 2, 3, 0][dice.below(5)] {
            if at > 0 {
                text.push(',');
            }
            match dice.one_in(16) {
                true => self.value(dice, text),
                false => self.element(dice, text),
            }
        }
        text.push(']');
    }

    fn element(&self, dice: &mut Dice<'_>, text: &mut String) {
        match dice.below(24) {
            0 => text.push_str("null"),
            1 => text.push_str("{}"),
            2 => text.push_str("[]"),
            choice => match self.kinds.is_empty() || (!self.children.is_empty() && choice < 12) {
                true => self.object(dice, text),
                false => {
                    let kind = self.kinds[dice.below(self.kinds.len())];
                    match values::in_event(dice, kind) {
                        Json::String(value) => string(dice, &value, text),
                        Json::Number(value) => text.push_str(&value),
                        Json::Boolean(value) => text.push_str(&value.to_string()),
                        _ => text.push_str("null"),
                    }
                }
            },
        }
    }
}

/// A string, here and there with escapes that are not needed.
fn string(dice: &mut Dice<'_>, value: &str, text: &mut String) {
    let escaped = dice.one_in(12);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\0'..='\x1f' => text.push_str(&format!("\\u{:04x}", c as u32)),
            _ if escaped && dice.one_in(3) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    text.push_str(&format!("\\u{unit:04X}"));
                }
            }
            _ => text.push(c),
        }
    }
    text.push('"');
}
