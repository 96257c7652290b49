//! Words and signs in a bare text that are operators, comments or clauses in other languages.

use super::{Encoding, after_blanks, is_blank, opening_quote, symbol, token_name};

/// What a word or sign of another language does to the text that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// It can hardly be text.
    Sign,
    /// It may be a word of a sentence.
    Word,
    /// It is an escape, or the start of a clause, and no operator.
    Part,
}

/// Signs that are no words of a sentence, where blanks are on both sides.
const SIGNS: [&str; 17] = [
    "||", "&&", ";", "~", "=~", "!~", "==", "===", "!=", "<>", "--", "//", "#", "/*", "*/", "=>",
    "->",
];

/// Words that are nothing but operators.
const OPERATORS: [&str; 23] = [
    "xor",
    "nor",
    "ilike",
    "rlike",
    "regexp",
    "iequals",
    "icontains",
    "startswith",
    "endswith",
    "starts_with",
    "ends_with",
    "contains_any",
    "contains_all",
    "containsany",
    "containsall",
    "has_any",
    "has_all",
    "has_cs",
    "hasprefix",
    "hassuffix",
    "in~",
    "!in",
    "!contains",
];

/// Words that are operators in other languages, and words of sentences, too.
const WORDS: [&str; 20] = [
    "like", "contains", "contain", "matches", "regex", "equals", "eq", "ne", "neq", "gt", "gte",
    "lt", "lte", "between", "where", "having", "but", "unless", "without", "has",
];

/// Words after a bar, and in part at the end, that are commands of other languages.
const COMMANDS: [&str; 24] = [
    "count",
    "where",
    "limit",
    "sort",
    "head",
    "tail",
    "stats",
    "project",
    "summarize",
    "top",
    "order",
    "table",
    "fields",
    "eval",
    "extend",
    "take",
    "join",
    "dedup",
    "distinct",
    "search",
    "rex",
    "render",
    "group",
    "union",
];

/// The first word or sign of another language in a bare text, as a range of its bytes, and how sure it is one.
///
/// Whether it is one is only known where there are several words; a text of one word has none.
pub(crate) fn foreign(text: &str) -> Option<(std::ops::Range<usize>, Foreign)> {
    let mut weak = escape(text).map(|range| (range, Foreign::Part));
    let mut rest = text;
    while let Some(word) = first_word(rest) {
        let at = text.len() - rest.len();
        let after = rest.get(word.len()..).unwrap_or_default();
        let next = after_blanks(after);
        let is = |known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
        let next_word = first_word(next).unwrap_or_default();
        let next_is = |known: &[&str]| {
            known
                .iter()
                .any(|known| next_word.eq_ignore_ascii_case(known))
        };
        let in_brackets = next.starts_with(|c| matches!(symbol(c), '(' | '[' | '{'));
        let is_number = next_word.starts_with(|c: char| c.is_ascii_digit());
        let (is_alone, is_first, is_last) = (word.len() == text.len(), at == 0, next.is_empty());
        let sign = (is(&SIGNS) && !is_alone)
            || (word == "|" && next_is(&COMMANDS))
            || (is(&OPERATORS) && !is_alone && (!is_last || is_first))
            || (is(&["in"]) && in_brackets)
            || (is(&["limit", "offset"]) && is_number && !is_first)
            || (is(&["order", "sort", "group"]) && next_is(&["by"]) && !is_first)
            || (is(&["starts", "ends", "begins"]) && next_is(&["with"]) && is_first);
        if sign {
            return Some((at..at + word.len(), Foreign::Sign));
        }
        let quoted = next.starts_with(|c| opening_quote(c).is_some());
        let is_word = (is(&WORDS) && !is_alone)
            || (is(&["in"]) && !is_alone && (is_first || is_last || quoted))
            || (is(&["limit", "offset"]) && is_number)
            || (is(&["does", "starts", "ends", "begins"]) && next_is(&["with", "not"]))
            || (word == "|" && !is_alone);
        if has_clause(word) && weak.is_none() {
            weak = Some((at..at + word.len(), Foreign::Part));
        }
        if is_word && weak.is_none() {
            weak = Some((at..at + word.len(), Foreign::Word));
        }
        rest = next;
    }
    weak
}

/// An escape of HTML, or of a URL for what is not part of a word.
fn escape(text: &str) -> Option<std::ops::Range<usize>> {
    let mut places = text.match_indices(['%', '&']).map(|(at, _)| at);
    places.find_map(|at| {
        let rest = text.get(at..)?;
        let (len, _) = Encoding::Html.escape(rest).or_else(|| {
            let found = Encoding::Percent.escape(rest)?;
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
            let is_sign = found
                .1
                .as_slice()
                .first()
                .is_some_and(|byte| !is_word(byte));
            is_sign.then_some(found)
        })?;
        Some(at..at + len)
    })
}

/// Whether a word starts with a name, a colon, and what can only be the operand of a clause.
fn has_clause(word: &str) -> bool {
    let operand = token_name(word)
        .ok()
        .and_then(|(after, _)| after.strip_prefix(':'));
    operand.is_some_and(|it| it.starts_with(|c| "[(".contains(c) || opening_quote(c).is_some()))
}

/// The characters up to the next blank.
fn first_word(text: &str) -> Option<&str> {
    let end = text.find(is_blank).unwrap_or(text.len());
    text.get(..end).filter(|word| !word.is_empty())
}

/// How many characters a range in braces has at most.
const LONGEST: usize = 200;

/// What a value after a colon starts with, where that is an operator of another language: its length.
pub(in crate::syntax) fn wrong_start(input: &str) -> Option<(usize, WrongStart)> {
    let word = first_word(input)?;
    let after = after_blanks(input.get(word.len()..)?);
    let quoted = after.starts_with(|c| opening_quote(c).is_some());
    let is = |known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
    let bare = |c: char| matches!(symbol(c), '(' | '[');
    let first = word.chars().next()?;
    if symbol(first) == '~' {
        let inside = input.get(first.len_utf8()..)?;
        let is_one = inside.starts_with(|c| opening_quote(c).is_some())
            || (inside.starts_with(is_blank) && !after.is_empty());
        return is_one.then_some((first.len_utf8(), WrongStart::Tilde));
    }
    if first == '{' {
        // Bounds are short, and what is looked at is looked at again.
        let mut near = input.char_indices().take(LONGEST);
        let (at, _) = near.find(|(_, c)| matches!(c, '}' | ']' | '\n'))?;
        let len = at + 1;
        let is_range = input
            .get(1..len)
            .is_some_and(|inside| inside.contains(" TO "));
        return is_range.then_some((len, WrongStart::Braces));
    }
    if is(&["in"]) && after.starts_with(bare) {
        let inside = after.get(1..).map(after_blanks).unwrap_or_default();
        let is_list = after.starts_with('[') || inside.starts_with(|c| opening_quote(c).is_some());
        return is_list.then_some((word.len(), WrongStart::In));
    }
    if is(&["between"]) && after.starts_with(|c: char| c.is_ascii_digit() || bare(c)) {
        return Some((word.len(), WrongStart::Between));
    }
    let is_operator = is(&OPERATORS) || is(&["like", "contains", "matches", "regex", "equals"]);
    (quoted && is_operator).then_some((word.len(), WrongStart::Word))
}

/// An operator of another language after a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum WrongStart {
    Tilde,
    /// `{a TO b}`
    Braces,
    In,
    Between,
    Word,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_languages_are_told() {
        for (text, found) in [
            ("FILE | count", "|"),
            ("FILE limit 5", "limit"),
            ("FILE order by dateTime", "order"),
            ("FILE # c", "#"),
            ("FILE /* c */", "/*"),
            ("FILE xor", ""),
            ("FILE xor PROCESS", "xor"),
            ("in [\"a\"]", "in"),
            ("has_any (a, b)", "has_any"),
            ("starts with x", "starts"),
        ] {
            let sign = foreign(text).filter(|(_, foreign)| *foreign == Foreign::Sign);
            let sign = sign
                .and_then(|(range, _)| text.get(range))
                .unwrap_or_default();
            assert_eq!(sign, found, "{text}");
        }
        for (text, found) in [
            ("like x", "like"),
            ("Up | Down", "|"),
            ("PC equals Mac", "equals"),
        ] {
            let (range, how) = foreign(text).unwrap();
            assert_eq!(
                (text.get(range), how),
                (Some(found), Foreign::Word),
                "{text}"
            );
        }
        for text in [
            "like",
            "#",
            "remote code",
            "C# and F#",
            "Johnson & Johnson",
            "10 MB",
            "a-b",
            "",
            " ",
        ] {
            assert_eq!(foreign(text), None, "{text}");
        }
    }
}
