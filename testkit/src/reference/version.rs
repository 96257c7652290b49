//! Versions.

use std::cmp::Ordering;

/// One part of a version.
#[derive(Debug, PartialEq)]
enum Part {
    /// Digits without leading zeros: "digits compare as numbers of any length".
    Number(String),
    /// "other parts as text ignoring case"
    Text(String),
}

/// Compares two versions "part by part"; `None` where one of them is not a version.
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    if !is_one(a) || !is_one(b) {
        return None;
    }
    let (a, b) = (parts(a), parts(b));
    for at in 0..a.len().max(b.len()) {
        let order = compare_parts(a.get(at), b.get(at));
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// "A value without any digit never compares."
pub fn is_one(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// "split at `.`, `-`, `_`, `+` and between a digit and a letter"; "leading `v` ignored".
fn parts(text: &str) -> Vec<Part> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut pieces = vec![String::new()];
    let mut before = None;
    for c in text.chars() {
        let joint = match before {
            Some(before) => {
                let digit_letter = |a: char, b: char| a.is_ascii_digit() && b.is_alphabetic();
                digit_letter(before, c) || digit_letter(c, before)
            }
            None => false,
        };
        let separator = matches!(c, '.' | '-' | '_' | '+');
        if joint || separator {
            pieces.push(String::new());
        }
        if !separator {
            pieces.last_mut().expect("there is one").push(c);
        }
        before = Some(c);
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces.into_iter().map(part).collect()
}

fn part(piece: String) -> Part {
    match piece.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Part::Number(piece.trim_start_matches('0').to_owned()),
        false => Part::Text(piece.chars().flat_map(char::to_lowercase).collect()),
    }
}

/// "a part that is missing comes before any other, but after one that begins `alpha`, `beta`,
/// `pre`, `rc` or `dev`"
fn compare_parts(a: Option<&Part>, b: Option<&Part>) -> Ordering {
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Some(Part::Number(a)), Some(Part::Number(b))) => {
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        }
        (Some(Part::Text(a)), Some(Part::Text(b))) => a.chars().cmp(b.chars()),
        _ => Ordering::Equal,
    })
}

fn rank(part: Option<&Part>) -> u8 {
    match part {
        Some(Part::Text(text)) => {
            let before = ["alpha", "beta", "pre", "rc", "dev"];
            match before.iter().any(|word| text.starts_with(word)) {
                true => 0,
                false => 3,
            }
        }
        None => 1,
        Some(Part::Number(_)) => 2,
    }
}
