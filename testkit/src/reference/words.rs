//! Words, and patterns with `*`.

use unicode_segmentation::UnicodeSegmentation;

/// "Ignoring case is character by character, `char::to_lowercase`, everywhere."
pub fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// "Unicode word boundaries (UAX #29), lower-cased".
pub fn words(text: &str) -> Vec<String> {
    text.unicode_words().map(lower).collect()
}

/// Whether the words occur in the text in order and adjacent; the last word is a prefix if `prefix`
/// says so. "A written value without words … matches nothing."
pub fn has_words(text: &[String], wanted: &[String], prefix: bool) -> bool {
    let Some((last, before)) = wanted.split_last() else {
        return false;
    };
    text.windows(wanted.len()).any(|window| {
        let (end, start) = window
            .split_last()
            .expect("it is as long as what is wanted");
        start == before && (end == last || (prefix && end.starts_with(last.as_str())))
    })
}

/// "its words in order, adjacent; the last may be a prefix"
pub fn quoted(text: &str, written: &str) -> bool {
    has_words(&words(text), &words(written), true)
}

/// "any of its blank-separated parts; the last may be a prefix; a part that splits into several
/// words is a phrase"; "a last part without words leaves no prefix".
pub fn bare(text: &str, written: &str) -> bool {
    let text = words(text);
    let parts: Vec<&str> = written
        .split([' ', '\t', '\r', '\n'])
        .filter(|part| !part.is_empty())
        .collect();
    let last = parts.len().saturating_sub(1);
    let mut parts = parts.iter().enumerate();
    parts.any(|(at, part)| has_words(&text, &words(part), at == last))
}

/// "`*` is the only wildcard and stands for any run of characters, also none."
pub fn glob(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (lower(text), lower(pattern));
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    // For each prefix of the text, whether the pattern so far matches it.
    let mut matched = vec![false; text.len() + 1];
    matched[0] = true;
    for c in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match c {
                '*' => matched[at] || (at > 0 && next[at - 1]),
                _ => at > 0 && matched[at - 1] && text[at - 1] == c,
            };
        }
        matched = next;
    }
    matched[text.len()]
}

/// "On a text token a pattern matches if, ignoring case, it matches the whole value or any one of
/// its words."
pub fn glob_or_word(text: &str, pattern: &str) -> bool {
    glob(text, pattern) || words(text).iter().any(|word| glob(word, pattern))
}
