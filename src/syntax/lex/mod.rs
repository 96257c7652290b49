//! The leaves of the grammar, as nom parsers over `&str`.
//!
//! Takes the rest of a query's text, returns what is at its start; knows no tree and no errors
//! but those a bare value carries with it.

mod bare;
mod escape;
mod foreign;
mod habit;
mod lookalike;

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while, take_while_m_n, take_while1};
use nom::character::complete::char;
use nom::combinator::{fail, peek, recognize, rest, value, verify};
use nom::multi::many0_count;
use nom::sequence::{pair, terminated};
use nom::{IResult, Parser};

use super::ast::Comparison;

pub(super) use bare::{Place, bare, is_range, would_be_boolean};
pub(super) use escape::Encoding;
pub(crate) use foreign::{Foreign, foreign};
pub(super) use foreign::{WrongStart, wrong_start};
pub(super) use habit::{Habit, HabitKind, habit};
pub(super) use lookalike::{
    Operator, dots, is_blank, is_dash, is_foreign_blank, is_invisible, is_joiner, is_stray,
    operator, symbol,
};

/// The straight quote that an opening quote means, and whether it was straight.
pub(super) fn opening_quote(c: char) -> Option<(char, bool)> {
    match c {
        '"' | '\'' | '`' => Some((c, true)),
        '\u{201c}'..='\u{201f}' | '\u{ff02}' => Some(('"', false)),
        '\u{2018}'..='\u{201b}' | '\u{ff07}' => Some(('\'', false)),
        '\u{ff40}' => Some(('`', false)),
        _ => None,
    }
}

/// The closing quote of an opening one that is none of the language and may also start a text: where it closes, the
/// quote that is meant.
pub(super) fn foreign_quotes(input: &str) -> Option<(char, usize)> {
    let open = input.chars().next().filter(|c| !c.is_ascii())?;
    let (close, meant) = match open {
        '\u{ab}' => ('\u{bb}', '"'),
        '\u{bb}' => ('\u{ab}', '"'),
        '\u{2039}' => ('\u{203a}', '\''),
        '\u{203a}' => ('\u{2039}', '\''),
        '\u{300c}' | '\u{300e}' | '\u{fe41}' | '\u{fe43}' => {
            (char::from_u32(u32::from(open) + 1)?, '"')
        }
        '\u{ff62}' => ('\u{ff63}', '"'),
        '\u{301d}' | '\u{301e}' | '\u{301f}' => {
            return closed(input, &['\u{301d}', '\u{301e}', '\u{301f}'], '"');
        }
        '\u{2033}' | '\u{2036}' | '\u{2ba}' | '\u{2ee}' => {
            return closed(input, &['\u{2033}', '\u{2036}', '\u{2ba}', '\u{2ee}'], '"');
        }
        '\u{275d}' | '\u{275e}' | '\u{2760}' => {
            return closed(input, &['\u{275d}', '\u{275e}'], '"');
        }
        '\u{275b}' | '\u{275c}' | '\u{275f}' => {
            return closed(input, &['\u{275b}', '\u{275c}'], '\'');
        }
        '\u{2032}' | '\u{2b9}' | '\u{2bc}' => {
            return closed(input, &['\u{2032}', '\u{2b9}', '\u{2bc}'], '\'');
        }
        '\u{b4}' | '\u{2035}' | '\u{2cb}' | '\u{1fef}' => {
            return closed(input, &['\u{b4}', '\u{2035}', '\u{2cb}', '\u{1fef}'], '`');
        }
        '\u{2e42}' => return closed(input, &['\u{201c}', '\u{201d}', '\u{201f}'], '"'),
        _ => return None,
    };
    closed(input, &[close], meant)
}

/// How many characters are looked at for such a closing quote.
const LONGEST_QUOTED: usize = 1000;

/// A text that opens with a quote and closes with one of these, at the end of a word.
fn closed(input: &str, closing: &[char], meant: char) -> Option<(char, usize)> {
    // What is looked at is looked at again.
    let mut after_open = input.char_indices().skip(1).take(LONGEST_QUOTED);
    let (at, close) = after_open.find(|(_, c)| closing.contains(c))?;
    let end = at + close.len_utf8();
    let is_end = word_end(input.get(end..)?).is_ok();
    let one = input.chars().next().map_or(0, char::len_utf8);
    (is_end && at > one).then_some((meant, end))
}

/// Blanks, also none.
pub(super) fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
}

/// What follows the blanks of any kind, and invisible characters, at the start.
pub(super) fn after_blanks(input: &str) -> &str {
    input.trim_start_matches(|c| is_blank(c) || is_no_text(c))
}

/// A blank that is not one of the language, or an invisible character.
pub(super) fn is_no_text(c: char) -> bool {
    is_foreign_blank(c) || is_invisible(c)
}

/// `ident = [A-Za-z_] , { [A-Za-z0-9_-] }`
fn ident(input: &str) -> IResult<&str, &str> {
    recognize(pair(
        take_while_m_n(1, 1, |c: char| c.is_ascii_alphabetic() || c == '_'),
        take_while(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
    ))
    .parse(input)
}

/// `token = ident , { "." , ident }`, and not one of the Boolean words alone.
pub(super) fn token_name(input: &str) -> IResult<&str, &str> {
    let name = recognize(pair(ident, many0_count(pair(char('.'), ident))));
    verify(name, |name: &str| {
        !["and", "or", "not"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word))
    })
    .parse(input)
}

/// What may follow a word of the language: a blank, the end, a bracket, a quote or an operator.
fn word_end(input: &str) -> IResult<&str, ()> {
    let end = match input.chars().next() {
        None => true,
        Some(c) => {
            is_blank(c)
                || is_foreign_blank(c)
                || (is_invisible(c) && !is_joiner(c))
                || opening_quote(c).is_some()
                || matches!(
                    symbol(c),
                    '(' | ')' | '[' | ']' | ',' | ':' | '<' | '>' | '=' | '!'
                )
        }
    };
    value((), verify(peek(rest), |_: &str| end)).parse(input)
}

/// A word of the language, in any case. Only to be called where a word starts.
pub(super) fn word<'a>(
    text: &'static str,
) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
    terminated(tag_no_case(text), word_end)
}

/// `AND`, `OR` or `NOT`.
pub(super) fn boolean_word(input: &str) -> IResult<&str, &str> {
    // A look at the first letter keeps this off the path of most words.
    match input.as_bytes().first() {
        Some(b'a' | b'A' | b'o' | b'O' | b'n' | b'N') => {
            alt((word("and"), word("or"), word("not"))).parse(input)
        }
        _ => fail().parse(input),
    }
}

/// `comparison = ">=" | "<=" | ">" | "<" | "="`
pub(super) fn comparison(operator: &str) -> Option<Comparison> {
    let mut all = Comparison::ALL.iter().copied();
    all.find(|comparison| comparison.as_str() == operator)
}

/// `IS , [ NOT ] , NULL`; returns whether it is negated.
pub(super) fn null_test(input: &str) -> IResult<&str, bool> {
    let (input, _) = word("is").parse(input)?;
    let input = after_blanks(input);
    let (input, negated) = match word("not").parse(input) {
        Ok((input, _)) => (after_blanks(input), true),
        Err(_) => (input, false),
    };
    value(negated, word("null")).parse(input)
}

/// Whether a clause starts here: a token's name and an operator, right or wrong. Returns the name.
pub(super) fn clause_start(input: &str) -> IResult<&str, &str> {
    let (rest, name) = token_name(input)?;
    let after = after_blanks(rest);
    match operator(after).is_some() || null_test(after).is_ok() {
        true => Ok((rest, name)),
        false => fail().parse(input),
    }
}

/// A token's name with invisible characters in it, before an operator: its length and itself
/// without them.
pub(super) fn spoilt_name(input: &str) -> Option<(usize, String)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = input.find(|c| !is_part(c))?;
    let mut chars = input.get(end..)?.chars();
    chars.next().filter(|c| is_invisible(*c))?;
    let end = input.find(|c| !is_part(c) && !is_invisible(c))?;
    let written = input.get(..end)?;
    let name = written.replace(is_invisible, "");
    let rest = input.get(end..)?;
    let after = after_blanks(rest);
    let is_clause = operator(after).is_some() || null_test(after).is_ok();
    (is_clause && matches!(token_name(&name), Ok(("", _)))).then_some((end, name))
}

/// A quoted value from after its opening quote: what follows its closing quote, and its raw text.
///
/// With `escapes`, a backslash before the quote or a backslash is part of the value. A typographic
/// opener also closes at a typographic quote of its class.
pub(super) fn quoted(input: &str, quote: char, straight: bool) -> Option<(&str, &str)> {
    let escapes = quote != '`';
    let mut chars = input.char_indices();
    while let Some((at, c)) = chars.next() {
        let typographic = !straight && matches!(opening_quote(c), Some((q, false)) if q == quote);
        if c == quote || typographic {
            let inside = input.get(..at)?;
            let after = input.get(at + c.len_utf8()..)?;
            return Some((after, inside));
        }
        if escapes && c == '\\' {
            let next = chars.clone().next();
            if matches!(next, Some((_, n)) if n == quote || n == '\\') {
                chars.next();
            }
        }
    }
    None
}

/// Undoes the escapes of a quoted value.
pub(super) fn unescape(raw: &str, quote: char) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = chars.next_if(|next| c == '\\' && (*next == quote || *next == '\\'));
        text.push(escaped.unwrap_or(c));
    }
    text
}

/// The characters up to the next blank, bracket or comma, for skipping what cannot be read.
pub(super) fn skip_word(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !is_blank(c) && !is_foreign_blank(c) && !"()[],".contains(symbol(c)))
        .parse(input)
}
