//! The leaves of the grammar, as nom parsers over `&str`.
//!
//! Takes the rest of a query's text, gives what stands at its start; knows no tree and no errors
//! but those a bare value carries with it.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while_m_n, take_while1};
use nom::character::complete::char;
use nom::combinator::{fail, opt, peek, recognize, rest, value, verify};
use nom::multi::many0_count;
use nom::sequence::{pair, terminated};
use nom::{IResult, Parser};

use super::ast::Comparison;

/// A blank of the language.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// A character that looks like a blank, or like nothing at all, and is no blank of the language.
pub(super) fn is_foreign_blank(c: char) -> bool {
    let invisible = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    invisible || (c.is_whitespace() && !is_blank(c))
}

/// The straight quote that an opening quote stands for, and whether it was straight.
pub(super) fn opening_quote(c: char) -> Option<(char, bool)> {
    match c {
        '"' | '\'' | '`' => Some((c, true)),
        '\u{201c}' | '\u{201d}' | '\u{201e}' => Some(('"', false)),
        '\u{2018}' | '\u{2019}' | '\u{201a}' => Some(('\'', false)),
        _ => None,
    }
}

/// Blanks, also none.
pub(super) fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
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
                || opening_quote(c).is_some()
                || matches!(c, '(' | ')' | '[' | ']' | ',' | ':' | '<' | '>' | '=' | '!')
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
pub(super) fn comparison(input: &str) -> IResult<&str, Comparison> {
    alt((
        value(Comparison::AtLeast, tag(">=")),
        value(Comparison::AtMost, tag("<=")),
        value(Comparison::Greater, tag(">")),
        value(Comparison::Less, tag("<")),
        value(Comparison::Equal, tag("=")),
    ))
    .parse(input)
}

/// `dots = ".." | "..."`
pub(super) fn dots(input: &str) -> IResult<&str, &str> {
    alt((tag("..."), tag(".."))).parse(input)
}

/// `IS , [ NOT ] , NULL`; gives whether it is negated.
pub(super) fn null_test(input: &str) -> IResult<&str, bool> {
    let (input, _) = (word("is"), blanks).parse(input)?;
    let (input, negated) = match word("not").parse(input) {
        Ok((input, _)) => (blanks(input)?.0, true),
        Err(_) => (input, false),
    };
    value(negated, word("null")).parse(input)
}

/// Whether a clause starts here: a token's name and an operator. Gives the name.
pub(super) fn clause_start(input: &str) -> IResult<&str, &str> {
    terminated(
        token_name,
        pair(
            blanks,
            alt((recognize(operator_start), recognize(null_test))),
        ),
    )
    .parse(input)
}

/// The first character of an operator, right or wrong.
fn operator_start(input: &str) -> IResult<&str, &str> {
    alt((tag(":"), tag(">"), tag("<"), tag("="), tag("!="))).parse(input)
}

/// A quoted value from behind its opening quote: what follows its closing quote, and its raw text.
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

/// Where a bare value stands; this decides where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// After a token's colon or comparison.
    Value,
    /// The first value in brackets: an item of a list or the lower bound of a range.
    ItemOrBound,
    /// A later item of a list.
    Item,
    /// A bound of a range.
    Bound,
    /// The first value in parentheses after a token: of a group or a range.
    GroupOrBound,
    /// A later value in parentheses after a token.
    Group,
    /// Free text.
    Free,
}

impl Place {
    fn in_brackets(self) -> bool {
        matches!(self, Place::ItemOrBound | Place::Item)
    }

    fn ends_at_dots(self) -> bool {
        matches!(
            self,
            Place::ItemOrBound | Place::Bound | Place::GroupOrBound | Place::Group
        )
    }
}

/// A bare value: how far it goes, and what is wrong with it. Places are from its first byte.
#[derive(Debug, Default)]
pub(super) struct Bare {
    /// Its length, without blanks at its end.
    pub(super) len: usize,
    /// The first colon where none may stand, with the length of its word.
    pub(super) colon: Option<(usize, usize)>,
    /// The first parenthesis that is not closed, and how many there are.
    pub(super) unbalanced: Option<(usize, usize)>,
    /// Characters that only look like blanks.
    pub(super) foreign: Vec<(usize, char)>,
    /// Where the word `TO` stands behind another; small too, behind a number or a date.
    pub(super) to: Option<usize>,
}

/// A value without quotes: words, until something that cannot belong to it.
pub(super) fn bare(input: &str, place: Place) -> Bare {
    let mut bare = Bare::default();
    let mut open = Vec::new();
    let mut at = 0;
    let ordered = input.starts_with(|c: char| c.is_ascii_digit()) || input.starts_with("now");
    loop {
        let here = input.get(at..).unwrap_or_default();
        let first = at == 0;
        if !first && ends_before(here) {
            break;
        }
        let word = bare_word(here, place, &mut open, at);
        let free_first = first && place == Place::Free;
        if let Some(colon) = word.colon.filter(|_| !first || free_first) {
            bare.colon.get_or_insert((at + colon, at + word.len));
        }
        let is_to = |word: &str| word == "TO" || (ordered && word.eq_ignore_ascii_case("to"));
        if !first && here.get(..word.len).is_some_and(is_to) {
            bare.to.get_or_insert(at);
        }
        if word.len > 0 {
            bare.len = at + word.len;
        }
        if word.last {
            break;
        }
        let after = here.get(word.len..).unwrap_or_default();
        let behind = after.trim_start_matches(|c| is_blank(c) || is_foreign_blank(c));
        let gap = after.strip_suffix(behind).unwrap_or_default();
        let foreign = gap.char_indices().filter(|(_, c)| is_foreign_blank(*c));
        let from = at + word.len;
        bare.foreign
            .extend(foreign.map(|(offset, c)| (from + offset, c)));
        at = from + gap.len();
        if at >= input.len() {
            break;
        }
    }
    // What stands in the gap behind the value is met again by whoever reads on.
    bare.foreign.retain(|(at, _)| *at < bare.len);
    bare.unbalanced = open.first().map(|first| (*first, open.len()));
    bare
}

/// Whether a value ends before the word that starts here.
fn ends_before(here: &str) -> bool {
    let quote = here.chars().next().and_then(opening_quote);
    quote.is_some() || boolean_word(here).is_ok() || clause_start(here).is_ok()
}

struct Word {
    len: usize,
    colon: Option<usize>,
    last: bool,
}

/// One word of a bare value, which starts `at` bytes into it. Keeps the parentheses `open` in it.
fn bare_word(here: &str, place: Place, open: &mut Vec<usize>, at: usize) -> Word {
    let mut word = Word {
        len: here.len(),
        colon: None,
        last: false,
    };
    let mut chars = here.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends = match c {
            '&' | '|' => next == Some(c),
            ')' => open.pop().is_none(),
            ',' => place.in_brackets(),
            ']' => place.in_brackets() || place == Place::Bound,
            '.' => place.ends_at_dots() && next == Some('.'),
            _ => false,
        };
        if ends {
            (word.len, word.last) = (offset, true);
            return word;
        }
        match c {
            '(' => open.push(at + offset),
            ':' => {
                word.colon.get_or_insert(offset);
            }
            c if is_blank(c) || is_foreign_blank(c) => {
                word.len = offset;
                return word;
            }
            _ => {}
        }
    }
    word.last = true;
    word
}

/// The characters up to the next blank, bracket or comma, for skipping what cannot be read.
pub(super) fn skip_word(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| !is_blank(c) && !is_foreign_blank(c) && !"()[],".contains(c)).parse(input)
}

/// What looks like an operator to users of other languages: `name in (`, `name LIKE "`.
#[derive(Debug)]
pub(super) struct WordOperator<'s> {
    pub(super) name: &'s str,
    /// Whether `NOT` stands before the word.
    pub(super) negated: bool,
    pub(super) word: &'s str,
}

/// A token's name and such a word, with what follows it as it would there: `in` a parenthesis, the
/// others a quote, or anything where the name has a dot in it and so is no English word.
pub(super) fn word_operator(input: &str) -> IResult<&str, WordOperator<'_>> {
    let (rest, name) = terminated(token_name, blanks).parse(input)?;
    let (rest, not) = opt(terminated(word("not"), blanks)).parse(rest)?;
    let negated = not.is_some();
    if let Ok((after, word)) = terminated(word("in"), peek((blanks, char('(')))).parse(rest) {
        return Ok((
            after,
            WordOperator {
                name,
                negated,
                word,
            },
        ));
    }
    let mut words = alt((
        word("like"),
        word("contains"),
        word("startswith"),
        word("endswith"),
        word("matches"),
        word("equals"),
    ));
    let (after, word) = words.parse(rest)?;
    let next = after.trim_start_matches(is_blank).chars().next();
    let quoted = next.and_then(opening_quote).is_some();
    match quoted || (next.is_some() && (name.contains('.') || word == "LIKE")) {
        true => Ok((
            after,
            WordOperator {
                name,
                negated,
                word,
            },
        )),
        false => fail().parse(input),
    }
}
