//! Filters by chance, in every form, for the schemas and events of [`generate`](super::generate).

use super::generate::Dice;
use super::schema::{Kind, Schema};
use super::values::{self, quoted};

/// Names that no schema here knows, below heads and alone.
const UNKNOWN: &[&str] = &["zz", "a.b", "u", "name.x"];

/// A filter for the schema. Some do not fit it.
pub fn filter(dice: &mut Dice<'_>, schema: &Schema) -> String {
    let names: Vec<&str> = schema
        .tokens
        .iter()
        .flat_map(|token| std::iter::once(&token.name).chain(&token.aliases))
        .map(String::as_str)
        .collect();
    let writer = Writer { schema, names };
    writer.expression(dice, 3, "")
}

struct Writer<'s> {
    schema: &'s Schema,
    names: Vec<&'s str>,
}

impl Writer<'_> {
    /// An expression of tokens whose full names begin with the prefix.
    fn expression(&self, dice: &mut Dice<'_>, depth: usize, prefix: &str) -> String {
        let and = dice.of(&[" AND ", " and ", " AND "]);
        let or = dice.of(&[" OR ", " or ", "\tOr\n"]);
        match dice.below(10) {
            1 if depth > 0 => format!("NOT {}", self.operand(dice, depth - 1, prefix)),
            2 if depth > 0 => format!("not({})", self.expression(dice, depth - 1, prefix)),
            3 | 4 if depth > 0 => {
                let left = self.operand(dice, depth - 1, prefix);
                format!("{left}{and}{}", self.operand(dice, depth - 1, prefix))
            }
            5 if depth > 0 => {
                let left = self.operand(dice, depth - 1, prefix);
                format!("{left}{or}{}", self.operand(dice, depth - 1, prefix))
            }
            6..=8 if depth > 0 => self.nested(dice, depth - 1, prefix),
            9 if prefix.is_empty() && dice.one_in(3) => {
                let text = values::written(dice, Kind::Text);
                match dice.one_in(4) {
                    true => format!("`{}`", text.replace('`', "")),
                    false => quoted(dice, &text),
                }
            }
            _ => self.clause(dice, prefix),
        }
    }

    fn operand(&self, dice: &mut Dice<'_>, depth: usize, prefix: &str) -> String {
        let inside = self.expression(dice, depth, prefix);
        match dice.below(4) {
            0 => inside,
            _ => format!("({inside})"),
        }
    }

    /// A group under a head that begins some names, or under one that begins none.
    fn nested(&self, dice: &mut Dice<'_>, depth: usize, prefix: &str) -> String {
        let rests: Vec<&str> = self.rests(prefix).collect();
        let mut heads: Vec<&str> = Vec::new();
        for rest in rests {
            heads.extend(rest.match_indices('.').map(|(at, _)| &rest[..at]));
        }
        if heads.is_empty() || dice.one_in(8) {
            heads.push(dice.of(&["u", "a", "g", "u.v", "name"]));
        }
        let head = heads[dice.below(heads.len())];
        let inner = self.expression(dice, depth, &format!("{prefix}{head}."));
        // A value alone would make a group of values.
        let head = cased(dice, head);
        format!("{head}:({inner})")
    }

    /// The rests of the names that begin with the prefix.
    fn rests<'w>(&'w self, prefix: &str) -> impl Iterator<Item = &'w str> {
        let len = prefix.len();
        let prefix = prefix.to_owned();
        self.names.iter().filter_map(move |name| {
            let start = name.get(..len)?;
            let rest = &name[len..];
            (start.eq_ignore_ascii_case(&prefix) && !rest.is_empty()).then_some(rest)
        })
    }

    fn clause(&self, dice: &mut Dice<'_>, prefix: &str) -> String {
        let rests: Vec<&str> = self.rests(prefix).collect();
        let name = match rests.is_empty() || dice.one_in(8) {
            true => dice.of(UNKNOWN).to_owned(),
            false => {
                let name = rests[dice.below(rests.len())];
                cased(dice, name)
            }
        };
        let token = self.schema.find(&format!("{prefix}{name}"));
        let kind = token.map_or(Kind::Auto, |token| token.kind);
        let ordered = !matches!(kind, Kind::Text | Kind::Keyword | Kind::Id | Kind::Boolean);
        let form = match dice.below(14) {
            form @ 3..=6 if !ordered && dice.below(8) > 0 => form + 5,
            form => form,
        };
        match form {
            0 => format!("{name} is {}null", dice.of(&["", "not "])),
            1 => format!("{name}:*"),
            2 if token.is_none_or(|token| !token.group_only) => {
                format!("{name}:[{}, *]", value(dice, kind))
            }
            3 | 4 => {
                let comparison = dice.of(&[">", ">=", "<", "<=", "="]);
                format!("{name} {comparison} {}", scalar(dice, kind))
            }
            5 | 6 => {
                let (open, close) = (dice.of(&["[", "("]), dice.of(&["]", ")"]));
                let dots = dice.of(&[" .. ", "...", " ... "]);
                let (from, to) = (scalar(dice, kind), scalar(dice, kind));
                format!("{name}:{open}{from}{dots}{to}{close}")
            }
            7 if matches!(kind, Kind::DateTime | Kind::Auto) => {
                let range = quoted_range(dice, kind);
                match dice.below(3) {
                    0 => format!("{name} = {range}"),
                    1 => format!("{name}:[{}, {range}]", value(dice, kind)),
                    _ => format!("{name}:{range}"),
                }
            }
            8 => format!("{name}:[{}, {}]", value(dice, kind), value(dice, kind)),
            9 => format!(
                "{name} : ({} OR {} AND {})",
                value(dice, kind),
                value(dice, kind),
                value(dice, kind)
            ),
            _ => format!("{name}:{}", value(dice, kind)),
        }
    }
}

/// The name in one of the ways of writing it.
fn cased(dice: &mut Dice<'_>, name: &str) -> String {
    match dice.below(8) {
        0 => name.to_ascii_uppercase(),
        1 => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

fn quoted_range(dice: &mut Dice<'_>, kind: Kind) -> String {
    let (from, to) = (values::written(dice, kind), values::written(dice, kind));
    let dots = dice.of(&[" .. ", "...", ".."]);
    let quote = dice.of(&["\"", "'", "`"]);
    let plain = |text: &str| text.replace(['"', '\'', '`', '\\', '*'], "");
    format!("{quote}[{}{dots}{}]{quote}", plain(&from), plain(&to))
}

/// Something that kinds with an order take.
fn scalar(dice: &mut Dice<'_>, kind: Kind) -> String {
    let text = values::written(dice, kind);
    spelled(dice, &text)
}

/// A value, perhaps a pattern.
fn value(dice: &mut Dice<'_>, kind: Kind) -> String {
    let mut text = values::written(dice, kind);
    let patterns = !matches!(
        kind,
        Kind::Integer | Kind::Float | Kind::Boolean | Kind::DateTime
    );
    if dice.one_in(if patterns { 4 } else { 40 }) {
        let chars: Vec<char> = text.chars().collect();
        let (a, b) = (dice.below(chars.len() + 1), dice.below(chars.len() + 1));
        let start: String = chars[..a.min(b)].iter().collect();
        let end: String = chars[a.max(b)..].iter().collect();
        text = match dice.below(3) {
            0 => format!("{start}*"),
            1 => format!("*{end}"),
            _ => format!("{start}*{end}"),
        };
    }
    spelled(dice, &text)
}

/// The text bare where it can be, or in one of the kinds of quotes.
fn spelled(dice: &mut Dice<'_>, text: &str) -> String {
    let words = [" and ", " or ", " not ", " is "];
    let lower = format!(" {} ", text.to_lowercase());
    let plain = |c: char| c.is_alphanumeric() || " ._-@/*:\\+".contains(c);
    let bare = text.starts_with(|c: char| c.is_alphanumeric() || c == '*')
        && text.chars().all(plain)
        && !text.ends_with(' ')
        && !text.contains("..")
        && !words.iter().any(|word| lower.contains(word));
    match dice.below(6) {
        0..=2 if bare => text.to_owned(),
        5 if !text.contains('`') => format!("`{text}`"),
        _ => quoted(dice, text),
    }
}
