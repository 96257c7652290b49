//! Signs of Unicode where `-` or `+` is meant.

/// The ASCII sign that a character looks like.
///
/// The dashes are those of the property `Dash` of Unicode's `PropList.txt`, the soft hyphen, and
/// what is drawn as a minus.
pub(crate) fn sign_of(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{2d7}' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' => Some('-'),
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2053}' | '\u{207b}' | '\u{208b}' => Some('-'),
        '\u{2212}' | '\u{2796}' | '\u{2e17}' | '\u{2e1a}' | '\u{2e3a}' | '\u{2e3b}' => Some('-'),
        '\u{2e40}' | '\u{2e5d}' | '\u{301c}' | '\u{3030}' | '\u{30a0}' | '\u{fe31}' => Some('-'),
        '\u{fe32}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{10d6e}' | '\u{10ead}' => Some('-'),
        '\u{2d6}' | '\u{207a}' | '\u{208a}' | '\u{2795}' | '\u{fb29}' | '\u{fe62}' => Some('+'),
        '\u{ff0b}' => Some('+'),
        _ => None,
    }
}
