//! A value without quotes: where it ends, and what is wrong with it.

use super::{
    after_blanks, boolean_word, clause_start, dots, is_blank, is_dash, is_foreign_blank,
    is_invisible, is_stray, opening_quote, operator, quoted, spoilt_name, symbol,
};

/// Where a bare value is; this decides where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Place {
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
pub(in crate::syntax) struct Bare {
    /// Its length, without blanks at its end.
    pub(in crate::syntax) len: usize,
    /// The first colon where none may be, with the length of its word.
    pub(in crate::syntax) colon: Option<(usize, usize)>,
    /// The first parenthesis that is not closed, and how many there are.
    pub(in crate::syntax) unbalanced: Option<(usize, usize)>,
    /// Characters that only look like blanks, or like nothing, and what to write instead.
    pub(in crate::syntax) foreign: Vec<(usize, char, &'static str)>,
    /// Where the word `TO` comes after another, with its length; in any case after a number or a
    /// date, where a dash is the same before another number or date.
    pub(in crate::syntax) to: Option<(usize, usize)>,
    /// The first operator at the start of a later word, with its length.
    pub(in crate::syntax) operator: Option<(usize, usize)>,
}

/// A value without quotes: words, until something that cannot belong to it. If it `can_close`, a
/// parenthesis of Unicode that closes nothing in it ends it, too.
pub(in crate::syntax) fn bare(input: &str, place: Place, can_close: bool) -> Bare {
    let mut bare = Bare::default();
    let ordered = starts_like_a_bound(input);
    let mut scan = Scan {
        place,
        can_close,
        ordered,
        open: Vec::new(),
        foreign_open: 0,
    };
    let mut at = 0;
    loop {
        let here = input.get(at..).unwrap_or_default();
        let first = at == 0;
        if !first {
            if opening_quote(here.chars().next().unwrap_or_default()).is_some() {
                break;
            }
            if boolean_word(here).is_ok() {
                break;
            }
            if clause_start(here).is_ok() {
                bare.len = before_separator(input.get(..bare.len).unwrap_or_default(), place);
                break;
            }
            if spoilt_name(here).is_some() {
                break;
            }
            if bare.operator.is_none()
                && let Some(operator) = operator(here).filter(|found| found.ascii != ":")
            {
                bare.operator = Some((at, operator.len));
            }
        }
        let word = scan.word(here, at, &mut bare.foreign);
        let free_first = first && place == Place::Free;
        if let Some(colon) = word.colon.filter(|_| !first || free_first) {
            bare.colon.get_or_insert((at + colon, at + word.len));
        }
        let after = |word: &str| after_blanks(here.get(word.len()..).unwrap_or_default());
        let is_to = |word: &str| {
            word == "TO"
                || (ordered && word.eq_ignore_ascii_case("to"))
                || (ordered && is_one_dash(word) && starts_like_a_bound(after(word)))
        };
        if !first && here.get(..word.len).is_some_and(is_to) {
            bare.to.get_or_insert((at, word.len));
        }
        if word.len > 0 {
            bare.len = at + word.len;
        }
        if word.last {
            break;
        }
        let end = at + word.len;
        let gap = gap(input.get(end..).unwrap_or_default(), end, &mut bare.foreign);
        if end + gap >= input.len() || word.len + gap == 0 {
            break;
        }
        at = end + gap;
    }
    // What is in the gap after the value is read again by the caller.
    bare.foreign.retain(|(at, ..)| *at < bare.len);
    bare.unbalanced = scan.open.first().map(|first| (*first, scan.open.len()));
    bare
}

/// Whether the word around a place would be `AND`, `OR` or `NOT` without its invisible characters.
pub(in crate::syntax) fn would_be_boolean(input: &str, at: usize) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || is_invisible(c);
    let (before, after) = input.split_at_checked(at).unwrap_or_default();
    // A word of the language is short; a run of invisible characters need not be.
    let before: String = before
        .chars()
        .rev()
        .take_while(|c| is_letter(*c))
        .take(8)
        .collect();
    let after = after.chars().take_while(|c| is_letter(*c)).take(8);
    let word: String = before
        .chars()
        .rev()
        .chain(after)
        .filter(|c| !is_invisible(*c))
        .collect();
    ["and", "or", "not"]
        .iter()
        .any(|it| word.eq_ignore_ascii_case(it))
}

/// Whether a number or a date starts here.
fn starts_like_a_bound(input: &str) -> bool {
    input.starts_with(|c: char| c.is_ascii_digit()) || input.starts_with("now")
}

fn is_one_dash(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(is_dash) && chars.as_str().is_empty()
}

/// The length of what is between two words, which starts `at` bytes into the value.
fn gap(after: &str, at: usize, foreign: &mut Vec<(usize, char, &'static str)>) -> usize {
    let mut chars = after.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            _ if is_blank(c) => {}
            _ if is_foreign_blank(c) => foreign.push((at + offset, c, " ")),
            _ if c.is_ascii() => return offset,
            _ if is_invisible(c) && is_stray(None, c, next) => {
                // Right after a word it takes the place of a blank.
                let instead = if offset == 0 { " " } else { "" };
                foreign.push((at + offset, c, instead));
            }
            _ => return offset,
        }
    }
    after.len()
}

/// A value before a clause with a character at its end that joins clauses in other languages:
/// its length without that.
fn before_separator(value: &str, place: Place) -> usize {
    let Some(last) = value.chars().next_back() else {
        return 0;
    };
    let before = value
        .get(..value.len() - last.len_utf8())
        .unwrap_or_default();
    let is_separator = match symbol(last) {
        ',' | ';' => !place.in_brackets(),
        '&' | '|' => true,
        '+' | '^' => before.ends_with(is_blank),
        _ => false,
    };
    let before = before.trim_end_matches(|c| is_blank(c) || is_foreign_blank(c));
    match is_separator && !before.is_empty() && !before.ends_with('(') {
        true => before.len(),
        false => value.len(),
    }
}

struct Word {
    len: usize,
    colon: Option<usize>,
    last: bool,
}

/// What is known of a bare value while its words are read.
struct Scan {
    place: Place,
    can_close: bool,
    /// Whether the value starts with a number or a date.
    ordered: bool,
    /// Where the parentheses are that are still open in it.
    open: Vec<usize>,
    /// How many parentheses of Unicode are.
    foreign_open: usize,
}

impl Scan {
    /// One word of a bare value, which starts `at` bytes into it.
    fn word(
        &mut self,
        here: &str,
        at: usize,
        foreign: &mut Vec<(usize, char, &'static str)>,
    ) -> Word {
        let place = self.place;
        let mut word = Word {
            len: here.len(),
            colon: None,
            last: false,
        };
        let mut previous = None;
        let mut chars = here.char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let rest = |skip: usize| here.get(offset + skip..).unwrap_or_default();
            let ends = match c {
                '&' | '|' => next == Some(c),
                ')' => self.open.pop().is_none(),
                ',' => place.in_brackets(),
                ']' => place.in_brackets() || place == Place::Bound,
                '.' => {
                    place.ends_at_dots()
                        && !next.is_some_and(|next| next.is_ascii_alphanumeric())
                        && dots(rest(0), offset == 0).is_some()
                }
                _ if c.is_ascii() => false,
                _ => self.ends_at(c, rest(0)),
            };
            if ends {
                (word.len, word.last) = (offset, true);
                return word;
            }
            match c {
                '(' => self.open.push(at + offset),
                ':' => {
                    word.colon.get_or_insert(offset);
                }
                c if is_blank(c) || is_foreign_blank(c) => {
                    word.len = offset;
                    return word;
                }
                _ if c.is_ascii() || !is_invisible(c) => {}
                _ if is_stray(previous, c, next) => {
                    if boolean_word(rest(c.len_utf8())).is_ok() {
                        // The gap after the word starts with it.
                        word.len = offset;
                        return word;
                    }
                    foreign.push((at + offset, c, ""));
                }
                _ => {}
            }
            previous = Some(c);
        }
        word.last = true;
        word
    }

    /// Whether a character beyond ASCII ends the value.
    fn ends_at(&mut self, c: char, rest: &str) -> bool {
        let place = self.place;
        match symbol(c) {
            ',' => place.in_brackets(),
            ']' => place.in_brackets() || place == Place::Bound,
            '(' => {
                self.foreign_open += 1;
                false
            }
            ')' if self.foreign_open > 0 => {
                self.foreign_open -= 1;
                false
            }
            ')' => self.can_close || place == Place::Bound,
            '&' | '|' => rest.chars().nth(1).map(symbol) == Some(symbol(c)),
            _ if place.ends_at_dots() => {
                dots(rest, false).is_some_and(|(len, _)| self.has_bound(rest.get(len..)))
            }
            _ => false,
        }
    }

    /// Whether something that can be a bound follows an ellipsis: text may end with one.
    fn has_bound(&self, rest: Option<&str>) -> bool {
        let rest = after_blanks(rest.unwrap_or_default());
        match rest.chars().next().map(symbol) {
            None | Some(']' | ')') => self.ordered,
            Some(',') => false,
            _ => boolean_word(rest).is_err(),
        }
    }
}

/// Whether the parentheses of an operand hold a range, though its lower bound looks like the start of
/// a clause: `(fe80::1 .. fe80::9)`. Takes what follows the parenthesis.
///
/// Looks at two bounds and no further, and at nothing that has parentheses, brackets or quotes of its
/// own, so that what it looks at is looked at once.
pub(in crate::syntax) fn is_range(input: &str) -> bool {
    let bound = |input: &str| -> usize {
        let mut at = 0;
        loop {
            let here = input.get(at..).unwrap_or_default();
            if boolean_word(here).is_ok() || (at > 0 && clause_start(here).is_ok()) {
                return at;
            }
            for (offset, c) in here.char_indices() {
                match symbol(c) {
                    '(' | ')' | '[' | ']' | ',' => return at + offset,
                    c if opening_quote(c).is_some() => return at + offset,
                    _ if dots(here.get(offset..).unwrap_or_default(), false).is_some() => {
                        return at + offset;
                    }
                    _ => {}
                }
                if is_blank(c) || is_foreign_blank(c) {
                    break;
                }
            }
            let word = here.find(|c| is_blank(c) || is_foreign_blank(c));
            let Some(word) = word else {
                return input.len();
            };
            let after = here.get(word..).unwrap_or_default();
            at = input.len() - after_blanks(after).len();
        }
    };
    let rest = input.get(bound(input)..).unwrap_or_default();
    let Some((len, _)) = dots(rest, false) else {
        return false;
    };
    let upper = after_blanks(rest.get(len..).unwrap_or_default());
    let quote = upper
        .chars()
        .next()
        .and_then(|c| Some((c, opening_quote(c)?)));
    let after = match quote {
        Some((c, (quote, straight))) => {
            let inside = upper.get(c.len_utf8()..).unwrap_or_default();
            quoted(inside, quote, straight).map_or("", |(after, _)| after)
        }
        None => upper.get(bound(upper)..).unwrap_or_default(),
    };
    after_blanks(after).starts_with(|c| matches!(symbol(c), ')' | ']'))
}
