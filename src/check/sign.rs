//! Signs of Unicode where `-` or `+` is meant, as word processors and web pages put them.

use crate::value::sign_of;

/// A text with its signs in plain ASCII.
pub(super) struct Plain {
    /// The first sign that was not.
    pub(super) found: char,
    /// What is meant by it.
    pub(super) sign: char,
    /// The text with all of them replaced.
    pub(super) text: String,
}

/// The text with `-` and `+` in place of the signs that look like them; `None` if it has no
/// such sign.
pub(super) fn plain(text: &str) -> Option<Plain> {
    let (found, sign) = text.chars().find_map(|c| Some((c, sign_of(c)?)))?;
    let text = text.chars().map(|c| sign_of(c).unwrap_or(c)).collect();
    Some(Plain { found, sign, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The property `Dash` of Unicode 16, without `-` itself.
    const DASHES: &str = "\u{58a}\u{5be}\u{1400}\u{1806}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\
        \u{2053}\u{207b}\u{208b}\u{2212}\u{2e17}\u{2e1a}\u{2e3a}\u{2e3b}\u{2e40}\u{2e5d}\u{301c}\u{3030}\u{30a0}\
        \u{fe31}\u{fe32}\u{fe58}\u{fe63}\u{ff0d}\u{10d6e}\u{10ead}";

    #[test]
    fn every_dash_of_unicode_is_a_minus() {
        let others = "\u{ad}\u{2d7}\u{2043}\u{2796}";
        for found in DASHES.chars().chain(others.chars()) {
            let plain = plain(&format!("now{found}7d")).unwrap();
            assert_eq!((plain.found, plain.sign), (found, '-'), "{found:?}");
            assert_eq!(plain.text, "now-7d", "{found:?}");
        }
        for found in "\u{2d6}\u{207a}\u{208a}\u{2795}\u{fb29}\u{fe62}\u{ff0b}".chars() {
            let plain = plain(&format!("now{found}7d")).unwrap();
            assert_eq!((plain.found, plain.sign), (found, '+'), "{found:?}");
            assert_eq!(plain.text, "now+7d", "{found:?}");
        }
    }

    #[test]
    fn signs_become_plain() {
        for (text, found, sign, right) in [
            ("now–7d", '–', '-', "now-7d"),
            ("2024–01—02", '–', '-', "2024-01-02"),
            ("−5", '−', '-', "-5"),
            ("now＋1h", '＋', '+', "now+1h"),
            ("now－1h", '－', '-', "now-1h"),
        ] {
            let plain = plain(text).unwrap();
            assert_eq!((plain.found, plain.sign), (found, sign), "{text}");
            assert_eq!(plain.text, right, "{text}");
        }
        for text in [
            "now-7d", "now+1h", "nowé", "", "now…", "now7d", "~5", "now·7d",
        ] {
            assert!(plain(text).is_none(), "{text}");
        }
    }
}
