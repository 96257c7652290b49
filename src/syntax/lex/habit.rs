//! What looks like a clause to users of other languages: `name in (`, `name LIKE "`, `exists(name)`.

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
    /// `name gt 5`, `name eq a`: what is compared here
    Compare(&'static str),
    /// `isnull(name)`, `name exists`; negated where it asks for a value
    Function,
    /// `isempty(name)`, `lower(name)`: it is not known what it would be here
    OtherFunction,
}

/// Words that are operators where a quote follows, or where the name has a dot in it and so is no
/// English word. Those of several words come before those that they start with.
const WORDS: [&[&str]; 31] = [
    &["does", "not", "contain"],
    &["doesn't", "contain"],
    &["not", "like"],
    &["matches", "regex"],
    &["matches", "regexp"],
    &["starts", "with"],
    &["begins", "with"],
    &["ends", "with"],
    &["similar", "to"],
    &["like"],
    &["contains"],
    &["contain"],
    &["includes"],
    &["startswith"],
    &["beginswith"],
    &["endswith"],
    &["matches"],
    &["match"],
    &["equals"],
    &["regex"],
    &["glob"],
    &["has"],
    &["has_all"],
    &["has_any"],
    &["hasprefix"],
    &["hassuffix"],
    &["wildcard"],
    &["any"],
    &["all"],
    &["within"],
    &["intersects"],
];

/// Those that may follow the name of a file or a host in free text.
const WEAK: [&str; 9] = [
    "has", "any", "all", "within", "match", "includes", "contain", "glob", "wildcard",
];

/// Words that are nothing but operators.
const OPERATORS: [&str; 28] = [
    "ilike",
    "rlike",
    "regexp",
    "iequals",
    "icontains",
    "istartswith",
    "iendswith",
    "starts_with",
    "ends_with",
    "begins_with",
    "startswith_cs",
    "endswith_cs",
    "contains_cs",
    "contains_any",
    "contains_all",
    "containsany",
    "containsall",
    "not_contains",
    "notcontains",
    "matches_regex",
    "has_cs",
    "hasprefix_cs",
    "hassuffix_cs",
    "not_in",
    "notin",
    "any_of",
    "anyof",
    "cidrmatch",
];

/// Words that compare in other languages, and what compares here.
const COMPARISONS: [(&str, &str); 9] = [
    ("eq", ":"),
    ("gt", " > "),
    ("gte", " >= "),
    ("ge", " >= "),
    ("lt", " < "),
    ("lte", " <= "),
    ("le", " <= "),
    ("ne", "NOT"),
    ("neq", "NOT"),
];

/// Functions that ask whether there is a value: whether they ask for one, and whether it is certain.
const NULL_TESTS: [(&str, bool); 8] = [
    ("isnull", false),
    ("is_null", false),
    ("missing", false),
    ("isnotnull", true),
    ("is_not_null", true),
    ("notnull", true),
    ("exists", true),
    ("has", true),
];

/// Other functions, on the name of a token.
const FUNCTIONS: [&str; 30] = [
    "isempty",
    "isnotempty",
    "is_empty",
    "is_not_empty",
    "isblank",
    "empty",
    "notempty",
    "lower",
    "upper",
    "lcase",
    "ucase",
    "tolower",
    "toupper",
    "length",
    "len",
    "strlen",
    "count",
    "contains",
    "startswith",
    "endswith",
    "matches",
    "match",
    "match_regex",
    "regex_match",
    "regexp_like",
    "cidrmatch",
    "like",
    "trim",
    "coalesce",
    "tostring",
];

/// Those that are words of English, too.
const TEXT: [&str; 15] = [
    "missing", "exists", "has", "empty", "lower", "upper", "length", "count", "contains",
    "matches", "match", "like", "trim", "len", "coalesce",
];

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
        // `!in`, `!contains`
        Err(_) => match rest.strip_prefix('!') {
            Some(after) if after.starts_with(|c: char| c.is_ascii_alphabetic()) => (after, true),
            _ => (rest, false),
        },
    };
    let is_exclaimed = is_negated
        && input
            .get(..input.len() - rest.len())
            .is_some_and(|before| before.ends_with('!'));
    if let Some(found) = existence(input, name, rest, is_negated) {
        return Ok(found);
    }
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
    if let Some((after, operator)) = in_word(rest)
        && (after_blanks(after).starts_with(|c| matches!(symbol(c), '(' | '[' | '{'))
            || (name.contains('.')
                && after_blanks(after).starts_with(|c| opening_quote(c).is_some())))
    {
        return here(after, operator, HabitKind::In);
    }
    if let Ok((after, operator)) = word("between").parse(rest) {
        let after_word = after_blanks(after);
        let is_bracket = after_word.starts_with(|c| matches!(symbol(c), '(' | '['));
        if is_bracket || starts_like_a_bound(after_word) {
            return here(after, operator, HabitKind::Between);
        }
    }
    if let Some((after, operator)) = operator_word(rest, name) {
        return here(after, operator, HabitKind::Word);
    }
    if !is_negated && let Some((after, operator, meant)) = comparing_word(rest, name) {
        return here(after, operator, HabitKind::Compare(meant));
    }
    if is_exclaimed {
        return fail().parse(input);
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

/// `isnull(name)` and the like, and `lower(name)` up to the name.
fn function<'s>(input: &'s str, name: &str, rest: &'s str) -> Option<(&'s str, Habit<'s>)> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    let null_test = NULL_TESTS.iter().find(|(known, _)| is(known));
    let is_function = null_test.is_some() || FUNCTIONS.iter().any(|known| is(known));
    let open = rest
        .chars()
        .next()
        .filter(|c| symbol(*c) == '(' && is_function)?;
    let inside = after_blanks(rest.get(open.len_utf8()..)?);
    let (after, argument) = token_name(inside).ok()?;
    let operator = input.get(..input.len() - rest.len())?;
    let mut end = after_blanks(after).chars();
    let is_closed = end.next().is_some_and(|c| symbol(c) == ')');
    let found = |rest, name, is_negated, kind| {
        Some((
            rest,
            Habit {
                name,
                is_negated,
                operator,
                kind,
            },
        ))
    };
    match null_test {
        Some((_, is_negated)) if is_closed => {
            found(end.as_str(), argument, *is_negated, HabitKind::Function)
        }
        // A word before parentheses may be text; the name of a token in them is none.
        _ if argument.contains('.') || (is_closed && !TEXT.iter().any(|it| is(it))) => {
            found(rest, argument, false, HabitKind::OtherFunction)
        }
        _ => None,
    }
}

/// `exists name` and `name exists`, where the name has a dot in it and so is no English word.
fn existence<'s>(
    input: &'s str,
    name: &'s str,
    rest: &'s str,
    is_negated: bool,
) -> Option<(&'s str, Habit<'s>)> {
    let ends = |rest: &str| {
        let rest = after_blanks(rest);
        rest.starts_with(|c| symbol(c) == ')')
            || rest.is_empty()
            || boolean_word(rest).is_ok_and(|(_, word)| !word.eq_ignore_ascii_case("not"))
    };
    let kind = HabitKind::Function;
    if name.eq_ignore_ascii_case("exists") && !is_negated {
        let (after, asked) = token_name(rest).ok()?;
        let operator = input.get(..name.len())?;
        return (asked.contains('.') && ends(after)).then_some((
            after,
            Habit {
                name: asked,
                is_negated: true,
                operator,
                kind,
            },
        ));
    }
    let (after, operator) = word("exists").parse(rest).ok()?;
    (name.contains('.') && ends(after)).then_some((
        after,
        Habit {
            name,
            is_negated: !is_negated,
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
            let next = chars.clone().next();
            let is_glued =
                name.contains('.') && next.is_some_and(|c| c.is_alphabetic() || c == '*');
            quote.is_some() || is_glued || (is_apart && !chars.as_str().is_empty())
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

/// `in`, and `in~` of others.
fn in_word(rest: &str) -> Option<(&str, &str)> {
    let head = rest
        .get(..2)
        .filter(|head| head.eq_ignore_ascii_case("in"))?;
    let after = rest.get(head.len()..)?;
    match after.strip_prefix('~') {
        Some(after) => Some((after, rest.get(..3)?)),
        None => word("in").parse(rest).ok(),
    }
}

/// A word that compares in other languages, and what it is here.
fn comparing_word<'s>(rest: &'s str, name: &str) -> Option<(&'s str, &'s str, &'static str)> {
    let mut all = COMPARISONS.iter();
    let (after, operator, meant) = all.find_map(|(text, meant)| {
        let (after, operator) = word(text).parse(rest).ok()?;
        Some((after, operator, *meant))
    })?;
    let value = after_blanks(after);
    let is_value = starts_like_a_bound(value) || (name.contains('.') && !value.is_empty());
    (is_value && boolean_word(value).is_err()).then_some((after, operator, meant))
}

/// A word that is an operator in other languages, or some that are one.
fn operator_word<'s>(rest: &'s str, name: &str) -> Option<(&'s str, &'s str)> {
    let followed = |after: &str| {
        let next = after_blanks(after).chars().next();
        (next.is_some(), next.and_then(opening_quote).is_some())
    };
    let mut words = OPERATORS.iter();
    if let Some((after, operator)) = words.find_map(|text| word(text).parse(rest).ok())
        && followed(after).0
    {
        return Some((after, operator));
    }
    let after = words_at_start(rest)?;
    let (any, quoted) = followed(after);
    let operator = rest.get(..rest.len() - after.len())?;
    let is_list = after_blanks(after).starts_with(|c| matches!(symbol(c), '(' | '['));
    let is_weak = WEAK.iter().any(|word| operator.eq_ignore_ascii_case(word));
    let is_meant = quoted
        || (any && !is_weak && (name.contains('.') || operator == "LIKE"))
        || (is_list && operator.contains('_'));
    is_meant.then_some((after, operator))
}

/// What follows the words at the start that are an operator in other languages.
fn words_at_start(rest: &str) -> Option<&str> {
    // Most words start with another letter than all of these.
    WORDS.iter().find_map(|words| {
        let mut after = rest;
        for (at, text) in words.iter().enumerate() {
            let start = if at == 0 { after } else { after_blanks(after) };
            (after, _) = word(text).parse(start).ok()?;
        }
        Some(after)
    })
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
