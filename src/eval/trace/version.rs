//! Versions in the reference.

use std::cmp::Ordering;

use super::text::lower;

/// Whether a text is a version: it has a digit.
pub(super) fn is_one(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// The order of two versions; `None` if one of the texts is not a version.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    if !is_one(a) || !is_one(b) {
        return None;
    }
    let (mut a, mut b) = (keys(a), keys(b));
    let length = a.len().max(b.len());
    a.resize(length, Key::Missing);
    b.resize(length, Key::Missing);
    Some(a.cmp(&b))
}

/// A part, in the order of what comes before what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A text that begins with `alpha`, `beta`, `pre`, `rc` or `dev`.
    Before(String),
    Missing,
    /// The number of its digits, and these.
    Number(usize, String),
    Text(String),
}

fn keys(text: &str) -> Vec<Key> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut spaced = String::new();
    let mut before = '.';
    for c in text.chars() {
        let digits = (before.is_ascii_digit(), c.is_ascii_digit());
        let letters = (before.is_alphabetic(), c.is_alphabetic());
        if (digits.0 && letters.1) || (letters.0 && digits.1) {
            spaced.push('.');
        }
        spaced.push(c);
        before = c;
    }
    let parts = spaced.split(['.', '-', '_', '+']);
    parts.filter(|part| !part.is_empty()).map(key).collect()
}

fn key(part: &str) -> Key {
    if part.chars().all(|c| c.is_ascii_digit()) {
        let digits = part.trim_start_matches('0').to_owned();
        return Key::Number(digits.len(), digits);
    }
    let text = lower(part);
    let words = ["alpha", "beta", "pre", "rc", "dev"];
    match words.iter().any(|word| text.starts_with(word)) {
        true => Key::Before(text),
        false => Key::Text(text),
    }
}
