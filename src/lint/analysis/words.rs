//! Words that are nearly always something else.

/// Whether this is a word for no value.
pub(in crate::lint) fn is_null(text: &str) -> bool {
    let words = ["null", "none", "nil", "undefined"];
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}
