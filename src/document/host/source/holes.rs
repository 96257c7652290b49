//! Places in strings where a program puts values in.

use super::language::Holes;

/// What begins at a place of a string.
pub(super) enum Found {
    /// A sign that is written as this many bytes.
    Sign(char, usize),
    Hole {
        length: usize,
        /// Whether any text may come there.
        is_open: bool,
    },
}

/// Calls whose result has no quotes: numbers and dates.
const HARMLESS: &[&str] = &[
    "int(",
    "float(",
    "len(",
    "Number(",
    "parseInt(",
    "parseFloat(",
    "strconv.Itoa(",
];

/// Methods whose result has no quotes.
const HARMLESS_METHODS: &[&str] = &[".isoformat()", ".toISOString()", ".timestamp()"];

/// Whether the value of an expression certainly is a number or a date.
pub(super) fn is_harmless(expression: &str) -> bool {
    let expression = expression.trim();
    let inside = expression.strip_prefix("str(").map_or(expression, |rest| {
        rest.strip_suffix(')').unwrap_or(expression)
    });
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_one_call = |text: &str| {
        // The call ends where the expression does.
        let mut depth = 0_usize;
        let ends = text.bytes().enumerate().find_map(|(at, byte)| {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => return None,
            }
            (depth == 0).then_some(at + 1)
        });
        ends == Some(text.len())
    };
    let calls = HARMLESS.iter().any(|call| inside.starts_with(call)) && is_one_call(inside);
    let methods = HARMLESS_METHODS.iter();
    let ends = methods.clone().any(|method| inside.ends_with(method));
    is_number(inside) || calls || ends && !inside.contains(['+', '?'])
}

/// The hole, or the sign that is written with two, at the start of `rest`, after `before`.
pub(super) fn at(rest: &str, holes: Holes, before: &str) -> Option<Found> {
    let bytes = rest.as_bytes();
    let (first, second) = (bytes.first()?, bytes.get(1));
    let found = match (holes, first) {
        (Holes::Braces, b'{' | b'}') if second == Some(first) => {
            return Some(Found::Sign(char::from(*first), 2));
        }
        (Holes::Braces, b'{') => braces(rest, 1),
        (Holes::DollarBraces | Holes::Kotlin | Holes::Php, b'$') if second == Some(&b'{') => {
            braces(rest, 2)
        }
        (Holes::Php, b'{') if second == Some(&b'$') => braces(rest, 1),
        (Holes::Php | Holes::Kotlin, b'$') => variable(rest, holes),
        (Holes::Percent, b'%') if second == Some(&b'%') => return Some(Found::Sign('%', 2)),
        (Holes::Percent, b'%') => conversion(rest),
        (Holes::NamesAndPercent | Holes::Signs, b'%') => conversion(rest).filter(|_| {
            let names = rest.starts_with("%s") || rest.starts_with("%d") || rest.starts_with("%(");
            names && !continues(rest.get(2..).unwrap_or_default())
        }),
        (Holes::Names | Holes::NamesAndPercent, b'{') if second != Some(&b'{') => name(rest),
        _ => None,
    };
    found.or_else(|| template(rest, before))
}

fn continues(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Braces with an expression, of which the first `open` bytes are marks.
fn braces(rest: &str, open: usize) -> Option<Found> {
    let (mut depth, mut quote) = (1_usize, None);
    for (at, byte) in rest.bytes().enumerate().skip(open) {
        match (quote, byte) {
            (Some(is), byte) if is == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let inside = rest.get(open..at).unwrap_or_default();
            return Some(Found::Hole {
                length: at + 1,
                is_open: !is_harmless(inside) && !has_number_format(inside),
            });
        }
    }
    None
}

/// Whether an expression ends in a format that takes numbers or dates only, as in `{x:d}`.
fn has_number_format(inside: &str) -> bool {
    let Some((_, format)) = inside.rsplit_once(':') else {
        return false;
    };
    let has_sign = format.contains(['(', ')', '[', ']', '"', '\'', '{', '}']);
    let number = ['d', 'x', 'X', 'o', 'e', 'f', 'g', 'n'];
    let flags = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '+');
    let of_number = format
        .strip_suffix(number)
        .is_some_and(|flagged| flagged.chars().all(flags));
    !has_sign && (of_number || format.starts_with('%'))
}

/// `$name`, `$name->key` and `$name[key]`.
fn variable(rest: &str, holes: Holes) -> Option<Found> {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = rest.get(1..)?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let mut length = 1 + name.find(|c| !of_name(c)).unwrap_or(name.len());
    if holes == Holes::Php {
        let after = rest.get(length..)?;
        if let Some(key) = after.strip_prefix("->") {
            let key = key.find(|c| !of_name(c)).unwrap_or(key.len());
            length += if key > 0 { 2 + key } else { 0 };
        } else if after.starts_with('[') {
            let end = after.find(']')?;
            length += end + 1;
        }
    }
    Some(Found::Hole {
        length,
        is_open: true,
    })
}

/// `%s`, `%(name)s`, `%-5.2f`, `%1$s`.
fn conversion(rest: &str) -> Option<Found> {
    let mut at = 1;
    if let Some(named) = rest.get(1..)?.strip_prefix('(') {
        at += named.find(')')? + 2;
    }
    let flags = rest.get(at..)?;
    let is_flag = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '#' | '$' | '*');
    at += flags.find(|c| !is_flag(c))?;
    let sign = rest.get(at..)?.chars().next()?;
    let is_number = matches!(sign, 'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'e' | 'f' | 'g');
    let is_text = matches!(sign, 's' | 'r' | 'a' | 'v' | 'q' | 'c' | 'S');
    (is_number || is_text).then_some(Found::Hole {
        length: at + 1,
        is_open: is_text,
    })
}

/// `{name}`, `{}` or `{0}` in a text that may become a template.
fn name(rest: &str) -> Option<Found> {
    let inside = rest.strip_prefix('{')?;
    let end = inside.bytes().take(64).position(|byte| byte == b'}')?;
    let name = inside.get(..end)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    let (plain, format) = name.split_once(':').unwrap_or((name, ""));
    let is = plain.chars().all(is_name) && !format.contains([' ', '"']);
    is.then_some(Found::Hole {
        length: end + 2,
        is_open: !has_number_format(name),
    })
}

/// `{{ name }}` of a template, or `<tag>` in the place of a value.
fn template(rest: &str, before: &str) -> Option<Found> {
    let length = if let Some(inside) = rest.strip_prefix("{{") {
        let end = inside.find("}}")?;
        let is_one = !inside.get(..end)?.contains(['{', '"', '\n']);
        is_one.then_some(end + 4)?
    } else {
        let inside = rest.strip_prefix('<')?;
        if !before.ends_with([':', '"', '\'', '`', '[', '(', ',', '=']) {
            return None;
        }
        let end = inside.bytes().take(40).position(|byte| byte == b'>')?;
        let tag = inside.get(..end)?;
        let of_tag = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
        let is = tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.chars().all(of_tag);
        is.then_some(end + 2)?
    };
    Some(Found::Hole {
        length,
        is_open: false,
    })
}
