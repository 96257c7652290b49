//! What may be said of a filter with holes, where other text will be at run time.

use std::ops::Range;

use super::FilterText;
use crate::diagnostic::Diagnostic;
use crate::lint::{Linter, Rule};
use crate::span::Span;

/// What takes the place of a hole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A part of a value in quotes.
    Quoted,
    /// A value without quotes, or a part of one.
    Value,
    /// A clause, an operator, or anything else.
    Syntax,
}

/// The places of the holes of a text, in its order.
pub(super) fn places(text: &str, holes: &[Range<usize>]) -> Vec<Place> {
    let mut places = Vec::with_capacity(holes.len());
    let mut quote: Option<char> = None;
    let mut at = 0;
    for hole in holes {
        let mut chars = text.get(at..hole.start).unwrap_or_default().chars();
        while let Some(c) = chars.next() {
            match (quote, c) {
                (Some(_), '\\') => drop(chars.next()),
                (Some(is), c) if is == c => quote = None,
                (None, '"' | '\'' | '`') => quote = Some(c),
                _ => {}
            }
        }
        places.push(match quote {
            Some(_) => Place::Quoted,
            None => place_of(text, hole),
        });
        at = hole.end;
    }
    places
}

/// The place of a hole that is not in quotes.
fn place_of(text: &str, hole: &Range<usize>) -> Place {
    let before = text.get(..hole.start).unwrap_or_default();
    let after = text.get(hole.end..).unwrap_or_default();
    let near = before.trim_end();
    let is_glued = near.len() == before.len();
    let starts_value = |c: char| matches!(c, ':' | '=' | '<' | '>' | '[' | ',');
    // `a:(x, y)` is a list; `(a:1)` is a group.
    let in_list = near
        .strip_suffix('(')
        .is_some_and(|list| list.trim_end().ends_with(':') || ends_with_word(list, &["in"]));
    let is_after_operator = near.ends_with(starts_value)
        || in_list
        || near.ends_with("..")
        || ends_with_word(near, &["in", "to", "is"]) && !is_glued;
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '*' | '-' | '+' | '/' | '_' | '.');
    let in_value = is_glued && near.ends_with(in_word);
    let next = after.trim_start();
    let names = next.starts_with([':', '=', '<', '>', '!']);
    match (is_after_operator || in_value || after.starts_with(in_word)) && !names {
        true => Place::Value,
        false => Place::Syntax,
    }
}

/// Whether a text ends with one of these words.
fn ends_with_word(text: &str, words: &[&str]) -> bool {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8)
    });
    let last = text.get(start..).unwrap_or_default();
    words.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// Whether what is said may not hold for what takes the place of a hole.
pub(super) fn is_about_hole(filter: &FilterText, diagnostic: &Diagnostic) -> bool {
    if filter.holes.is_empty() {
        return false;
    }
    let span = diagnostic.span().range();
    let is_of_parser = diagnostic.code().as_str().starts_with("qql::parse::");
    // A mistake next to a hole may be one only without what will be there.
    let near = usize::from(is_of_parser);
    let mut holes = filter.holes.iter();
    let touches = holes.any(|hole| span.start < hole.end + near && hole.start < span.end + near);
    // A hole that is no value may open or close what the parser looks for; a mistake with a fix is
    // one by itself.
    let is_syntax = || places(&filter.text, &filter.holes).contains(&Place::Syntax);
    touches || is_of_parser && diagnostic.fix().is_none() && is_syntax()
}

/// What there is to say of the holes that a program fills with any text.
pub(super) fn lint(filter: &FilterText, linter: &Linter) -> Vec<Diagnostic> {
    if filter.open.is_empty() {
        return Vec::new();
    }
    let places = places(&filter.text, &filter.holes);
    let open = filter.holes.iter().zip(places);
    let open = open.filter(|(hole, _)| filter.open.contains(hole));
    let found = open.filter_map(|(hole, place)| {
        let (message, help) = match place {
            Place::Quoted => (
                "a value that a program puts between quotes can end them",
                "refuse quotes and backslashes in it, or build the filter from values",
            ),
            Place::Value => (
                "a value that a program puts in without quotes can be anything else",
                "take a number or a date, or build the filter from values",
            ),
            Place::Syntax => (
                "a part of the filter that a program puts in can change how the rest is read",
                "read that part as a filter of its own, and join the two with the builder",
            ),
        };
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(offset(hole.start), offset(hole.end));
        let found = linter.diagnostic(Rule::INTERPOLATED_VALUE, span, message)?;
        Some(found.with_help(help))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places of `@` signs.
    fn of(text: &str) -> Vec<Place> {
        let holes = text.match_indices('@').map(|(at, _)| at..at + 1);
        places(text, &holes.collect::<Vec<_>>())
    }

    #[test]
    fn places_of_holes_are_told_apart() {
        use Place::{Quoted, Syntax, Value};
        for (text, right) in [
            ("a:\"@\"", vec![Quoted]),
            (
                "a:\"x\\\"@\" AND b:'@' AND c:`@`",
                vec![Quoted, Quoted, Quoted],
            ),
            ("a:@", vec![Value]),
            ("a > @ AND b:[@ .. @]", vec![Value, Value, Value]),
            ("a:(@, @) OR b in (@)", vec![Value, Value, Value]),
            ("a:[now-@d .. now]", vec![Value]),
            ("a:*@*", vec![Value]),
            ("@:1", vec![Syntax]),
            ("a @ 5", vec![Syntax]),
            ("@ AND (a:1)", vec![Syntax]),
            ("(@) and a:1", vec![Syntax]),
            ("a:\"x\"@", vec![Syntax]),
            ("not @ or é @", vec![Syntax, Syntax]),
        ] {
            assert_eq!(of(text), right, "{text}");
        }
    }
}
