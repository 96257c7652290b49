//! Case: how texts that differ only in case become equal.
//!
//! A text is folded character by character to lower case, with the mappings of Unicode that need no
//! language and no context. The evaluator, the linter and versions all fold this way: a safe fix
//! relies on it.

use std::borrow::Cow;

/// The characters of a text, folded.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The text, folded.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    let mut folded = String::new();
    match fold_into(text, &mut folded) {
        same if same.as_ptr() == text.as_ptr() => Cow::Borrowed(text),
        _ => Cow::Owned(folded),
    }
}

/// The same, in the buffer if it is not the text itself.
pub(crate) fn fold_into<'t>(text: &'t str, buffer: &'t mut String) -> &'t str {
    if !text.is_ascii() {
        buffer.clear();
        buffer.extend(folded(text));
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
pub(crate) fn equals_folded(folded: &str, text: &str) -> bool {
    match text.is_ascii() {
        true => folded.eq_ignore_ascii_case(text),
        false => self::folded(text).eq(folded.chars()),
    }
}

/// Whether a text has this prefix, ignoring case; the prefix is folded already.
pub(crate) fn starts_with_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        let start = text.get(..folded.len());
        return start.is_some_and(|start| start.eq_ignore_ascii_case(folded));
    }
    let mut chars = self::folded(text);
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

    #[test]
    fn all_ways_of_folding_agree() {
        for text in ["", "abc", "aBC 1", "İx", "ΑΣ", "\u{212a}elvin", "ß", "ǅ"] {
            let expected: String = folded(text).collect();
            assert_eq!(fold(text), expected, "{text}");
            assert!(equals_folded(&expected, text), "{text}");
            assert!(starts_with_folded(text, &expected), "{text}");
        }
    }
}
