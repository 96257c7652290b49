//! Text in the reference: case, words and patterns.

use unicode_segmentation::UnicodeSegmentation;

pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn lower_words(text: &str) -> Vec<String> {
    text.unicode_words().map(lower).collect()
}

/// Bare: any of the blank-separated parts; the last may be a prefix.
pub(super) fn parts_match(written: &str, text: &str) -> bool {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let parts: Vec<&str> = written
        .split(blank)
        .filter(|part| !part.is_empty())
        .collect();
    (0..parts.len()).any(|at| {
        let last = at + 1 == parts.len();
        parts
            .get(at)
            .is_some_and(|part| phrase_matches(part, text, last))
    })
}

/// Quoted: the words in order, adjacent; the last may be a prefix.
pub(super) fn phrase_matches(written: &str, text: &str, prefix: bool) -> bool {
    let (wanted, words) = (lower_words(written), lower_words(text));
    let Some((last, before)) = wanted.split_last() else {
        return false;
    };
    words
        .windows(wanted.len())
        .any(|window| match window.split_last() {
            Some((end, start)) => {
                start == before && (end == last || (prefix && end.starts_with(last.as_str())))
            }
            None => false,
        })
}

/// Matches a pattern in which `*` is any run of characters; ignores case.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = lower(pattern).chars().collect();
    let text: Vec<char> = lower(text).chars().collect();
    let (mut p, mut t) = (0, 0);
    // The pattern after the last star, and the end of the text that the star matches so far.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some('*'), _) => {
                p += 1;
                retry = Some((p, t));
            }
            (Some(wanted), Some(found)) if wanted == found => {
                p += 1;
                t += 1;
            }
            // The star takes one character more.
            _ => match retry {
                Some((behind_star, end)) if end < text.len() => {
                    retry = Some((behind_star, end + 1));
                    (p, t) = (behind_star, end + 1);
                }
                _ => return false,
            },
        }
    }
}
