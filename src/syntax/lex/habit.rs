//! What looks like a clause to users of other languages: `name in (`, `name LIKE "`, `exists(name)`.

use nom::branch::alt;
use nom::combinator::fail;
use nom::{IResult, Parser};

use super::{
    after_blanks, boolean_word, clause_start, opening_quote, operator, symbol, token_name, word,
};

/// A condition of another language.
#[derive(Debug)]
pub(in crate::syntax) struct Habit<'s> {
    /// The name of the token.
    pub(in crate::syntax) name: &'s str,
    /// Whether `NOT` is after it.
    pub(in crate::syntax) is_negated: bool,
    /// The operator as written.
    pub(in crate::syntax) operator: &'s str,
    pub(in crate::syntax) kind: HabitKind,
}

/// What the operator does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum HabitKind {
    /// `name in (a, b)`, `name not in [a, b]`
    In,
    /// `name between a and b`
    Between,
    /// `name LIKE "a"`, `name matches regex "a"`
    Word,
    /// `name ~ "a"`
    Symbol,
    /// `name is a`, `name is not a`, `name is`
    Is,
    /// `name not a`
    Not,
    /// `name not:a`, `name not = a`
    NotOperator,
    /// `isnull(name)`; negated where it asks for a value
    Function,
}

/// Words that are operators where a quote follows, or where the name has a dot in it and so is no
/// English word.
const WORDS: [&str; 7] = [
    "like",
    "contains",
    "startswith",
    "endswith",
    "matches",
    "equals",
    "regex",
];

/// Words that are nothing but operators.
const OPERATORS: [&str; 5] = ["ilike", "rlike", "regexp", "iequals", "icontains"];

/// A habit of another language at the start of `input`, and what follows its operator. `is` and `not`
/// may be words of values, and count only in `free` text.
pub(in crate::syntax) fn habit(input: &str, free: bool) -> IResult<&str, Habit<'_>> {
    let (after_name, name) = token_name(input)?;
    if let Some(found) = function(input, name, after_name) {
        return Ok(found);
    }
    let rest = after_blanks(after_name);
    if let Some(found) = tilde(input, name, rest, free) {
        return Ok(found);
    }
    let (rest, is_negated) = match word("not").parse(rest) {
        Ok((after, _)) => (after_blanks(after), true),
        Err(_) => (rest, false),
    };
    let here = |rest, operator, kind| {
        Ok((
            rest,
            Habit {
                name,
                is_negated,
                operator,
                kind,
            },
        ))
    };
    if let Ok((after, operator)) = word("in").parse(rest)
        && after_blanks(after).starts_with(|c| matches!(symbol(c), '(' | '['))
    {
        return here(after, operator, HabitKind::In);
    }
    if let Ok((after, operator)) = word("between").parse(rest)
        && starts_like_a_bound(after_blanks(after))
    {
        return here(after, operator, HabitKind::Between);
    }
    if let Some((after, operator)) = operator_word(rest, name) {
        return here(after, operator, HabitKind::Word);
    }
    if !free {
        return fail().parse(input);
    }
    if is_negated {
        let before_not = after_blanks(after_name);
        let not = before_not.get(..3).unwrap_or_default();
        if operator(rest).is_some() {
            return here(rest, not, HabitKind::NotOperator);
        }
        let other = rest.is_empty()
            || rest.starts_with(|c| {
                matches!(symbol(c), '(' | ')' | '[' | ']' | ',' | '!' | '&' | '|')
            })
            || boolean_word(rest).is_ok()
            || clause_start(rest).is_ok()
            || habit(rest, false).is_ok();
        return match other {
            true => fail().parse(input),
            false => here(rest, not, HabitKind::Not),
        };
    }
    let (after, operator) = word("is").parse(rest)?;
    match word("not").parse(after_blanks(after)) {
        Ok((after, _)) => Ok((
            after,
            Habit {
                name,
                is_negated: true,
                operator,
                kind: HabitKind::Is,
            },
        )),
        Err(_) => here(after, operator, HabitKind::Is),
    }
}

/// `isnull(name)` and the like.
fn function<'s>(input: &'s str, name: &str, rest: &'s str) -> Option<(&'s str, Habit<'s>)> {
    let is_negated = match name.to_ascii_lowercase().as_str() {
        "isnull" | "is_null" | "missing" => false,
        "isnotnull" | "is_not_null" | "notnull" | "exists" => true,
        _ => return None,
    };
    let mut chars = rest.chars();
    let inside = chars.next().filter(|c| symbol(*c) == '(')?;
    let (after, name) = token_name(after_blanks(rest.get(inside.len_utf8()..)?)).ok()?;
    let mut end = after_blanks(after).chars();
    end.next().filter(|c| symbol(*c) == ')')?;
    let kind = HabitKind::Function;
    let operator = input.get(..input.len() - rest.len())?;
    Some((
        end.as_str(),
        Habit {
            name,
            is_negated,
            operator,
            kind,
        },
    ))
}

/// `name ~ "a"` and, where it cannot be part of a value, `name^a`.
fn tilde<'s>(
    input: &'s str,
    name: &'s str,
    rest: &'s str,
    free: bool,
) -> Option<(&'s str, Habit<'s>)> {
    let mut chars = rest.chars();
    let after = match symbol(chars.next()?) {
        '~' => {
            let is_apart = rest.len() + name.len() < input.len();
            let quote = chars.clone().next().and_then(opening_quote);
            quote.is_some() || (is_apart && !chars.as_str().is_empty())
        }
        '^' => free,
        _ => false,
    };
    after.then(|| {
        let rest_len = chars.as_str().len();
        let operator = rest.get(..rest.len() - rest_len).unwrap_or_default();
        let (is_negated, kind) = (false, HabitKind::Symbol);
        (
            chars.as_str(),
            Habit {
                name,
                is_negated,
                operator,
                kind,
            },
        )
    })
}

/// A word that is an operator in other languages, `matches regex` as one.
fn operator_word<'s>(rest: &'s str, name: &str) -> Option<(&'s str, &'s str)> {
    let one_of = |words: &[&'static str]| {
        let mut words = words.iter();
        words.find_map(|text| word(text).parse(rest).ok())
    };
    let followed = |after: &str| {
        let next = after_blanks(after).chars().next();
        (next.is_some(), next.and_then(opening_quote).is_some())
    };
    if let Some((after, operator)) = one_of(&OPERATORS)
        && followed(after).0
    {
        return Some((after, operator));
    }
    let (mut after, operator) = one_of(&WORDS)?;
    if operator.eq_ignore_ascii_case("matches")
        && let Ok((longer, _)) = alt((word("regex"), word("regexp"))).parse(after_blanks(after))
        && followed(longer).0
    {
        after = longer;
    }
    let (any, quoted) = followed(after);
    let operator = rest.get(..rest.len() - after.len())?;
    (quoted || (any && (name.contains('.') || operator == "LIKE"))).then_some((after, operator))
}

/// Whether a number, a date or a quoted value starts here.
fn starts_like_a_bound(input: &str) -> bool {
    let mut chars = input.chars();
    match chars.next() {
        Some('-') => chars.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) if c.is_ascii_digit() || opening_quote(c).is_some() => true,
        _ => input.starts_with("now"),
    }
}
