//! Matching text: case, words, phrases and patterns.
//!
//! Nothing here allocates except in a buffer of the caller's, which keeps its capacity. ASCII text,
//! which nearly all events are, has fast paths with the same results.

mod pattern;
mod phrase;
mod words;

use std::borrow::Cow;

pub(in crate::eval) use pattern::Pattern;
pub(in crate::eval) use phrase::{Phrase, Prefixes};
pub(in crate::eval) use words::any_word;

/// The text in lower case, character by character, so that texts that differ only in case become
/// equal.
pub(in crate::eval) fn fold(text: &str) -> Cow<'_, str> {
    let mut folded = String::new();
    match fold_into(text, &mut folded) {
        same if same.as_ptr() == text.as_ptr() => Cow::Borrowed(text),
        _ => Cow::Owned(folded),
    }
}

/// The same, in the buffer if it is not the text itself.
pub(in crate::eval) fn fold_into<'t>(text: &'t str, buffer: &'t mut String) -> &'t str {
    if !text.is_ascii() {
        buffer.clear();
        buffer.extend(text.chars().flat_map(char::to_lowercase));
        return buffer;
    }
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    buffer.clear();
    buffer.push_str(text);
    buffer.make_ascii_lowercase();
    buffer
}

/// Whether two texts are equal but for case; the first is folded already.
pub(in crate::eval) fn equals_folded(folded: &str, text: &str) -> bool {
    match text.is_ascii() {
        true => folded.eq_ignore_ascii_case(text),
        false => text.chars().flat_map(char::to_lowercase).eq(folded.chars()),
    }
}

/// Whether a text has this prefix, ignoring case; the prefix is folded already.
pub(in crate::eval) fn starts_with_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        let start = text.get(..folded.len());
        return start.is_some_and(|start| start.eq_ignore_ascii_case(folded));
    }
    let mut chars = text.chars().flat_map(char::to_lowercase);
    folded.chars().all(|c| chars.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_goes_by_characters() {
        // The Kelvin sign and the dotted capital I have lower-case forms of other lengths.
        assert!(equals_folded("k", "\u{212a}"));
        assert!(starts_with_folded("İx", "i\u{307}"));
        assert!(!equals_folded("ss", "ß"));
    }
}
