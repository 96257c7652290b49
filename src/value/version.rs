//! Versions of software, compared part by part.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::case::folded;

/// A version, such as `4.8.0-rc1`: a text with a digit in it.
///
/// Versions are compared part by part. Parts end at `.`, `-`, `_` and `+`, and between a digit and a
/// letter; a leading `v` is not a part. Digits compare as numbers of any length, anything else as text,
/// ignoring case. A part that is missing comes before any other, but after one that begins with `alpha`,
/// `beta`, `pre`, `rc` or `dev`; a number comes before a text, as in Semantic Versioning 2.0.0, 11.4.3.
/// So versions are equal if they have the same parts, however these are written.
///
/// ```
/// use qualys_filter::value::Version;
///
/// let version = |text: &str| text.parse::<Version>().unwrap();
/// assert!(version("2.0-rc1") < version("2.0"));
/// assert!(version("2.0") < version("2.0.1"));
/// assert!(version("4.10") > version("4.8"));
/// assert_eq!(version("v1.02"), version("1.2"));
/// assert!("latest".parse::<Version>().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Version(Box<str>);

impl Version {
    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How a text of an event compares to this version, if it is one itself.
    pub(crate) fn compare(&self, text: &str) -> Option<Ordering> {
        is_version(text).then(|| compare(text, &self.0))
    }
}

/// A text without a digit, which is not a [`Version`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("a version has at least one digit")]
pub struct VersionError(());

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Version, VersionError> {
        match is_version(text) {
            true => Ok(Version(text.into())),
            false => Err(VersionError(())),
        }
    }
}

impl Display for Version {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for part in Parts::of(&self.0) {
            match part {
                Part::Number(digits) => digits.hash(state),
                Part::Text(text) => folded(text).for_each(|c| c.hash(state)),
            }
            // No part holds this, so that parts are told apart.
            state.write_u8(b'.');
        }
    }
}

fn is_version(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Takes time linear in the texts, and allocates nothing.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (Parts::of(a), Parts::of(b));
    loop {
        let (a, b) = (a.next(), b.next());
        let order = rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
            (Some(Part::Number(a)), Some(Part::Number(b))) => {
                a.len().cmp(&b.len()).then_with(|| a.cmp(b))
            }
            (Some(Part::Text(a)), Some(Part::Text(b))) => folded(a).cmp(folded(b)),
            _ => Ordering::Equal,
        });
        if order.is_ne() || a.is_none() {
            return order;
        }
    }
}

/// What comes before what, before the parts themselves are compared.
fn rank(part: Option<Part<'_>>) -> u8 {
    const BEFORE: [&str; 5] = ["alpha", "beta", "pre", "rc", "dev"];
    match part {
        Some(Part::Text(text)) => {
            let begins = |word: &&str| {
                let mut letters = folded(text);
                word.chars().all(|c| letters.next() == Some(c))
            };
            match BEFORE.iter().any(begins) {
                true => 0,
                false => 3,
            }
        }
        None => 1,
        Some(Part::Number(_)) => 2,
    }
}

#[derive(Clone, Copy, Debug)]
enum Part<'t> {
    /// Digits, without zeros before them.
    Number(&'t str),
    Text(&'t str),
}

/// The parts of a version, none of them empty.
struct Parts<'t> {
    rest: &'t str,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Parts<'t> {
        let rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
        Parts { rest }
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    fn next(&mut self) -> Option<Part<'t>> {
        const SEPARATORS: [char; 4] = ['.', '-', '_', '+'];
        let rest = self.rest.trim_start_matches(SEPARATORS);
        let mut before = rest.chars().next()?;
        let changes = |a: char, b: char| a.is_ascii_digit() && b.is_alphabetic();
        let end = rest.char_indices().find(|(_, c)| {
            let ends = SEPARATORS.contains(c) || changes(before, *c) || changes(*c, before);
            before = *c;
            ends
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        let (part, rest) = rest.split_at_checked(end)?;
        self.rest = rest;
        Some(match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Part::Number(part.trim_start_matches('0')),
            false => Part::Text(part),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    /// Versions in their order; those of a line are equal.
    const ORDERED: &[&[&str]] = &[
        &["0", "v0", "00", "0-"],
        &["0.1", "0-1", ".0.1", "0..1"],
        &["1-alpha", "1alpha", "1.Alpha"],
        &["1-alpha2", "1.ALPHA-02"],
        &["1-beta"],
        &["1-dev3"],
        &["1-preview", "1-PREVIEW"],
        &["1-rc1", "1rc1", "v1RC1", "1_rc_1"],
        &["1-rc2"],
        &["1-rc10"],
        &["1", "v1", "V1", "1.", "01"],
        &["1.0-rc1"],
        &["1.0", "1-0"],
        &["1.0.0"],
        &["1.2"],
        &["1.10"],
        &["1.10.0"],
        &["1.10a", "1.10-A"],
        &["1.10b"],
        &["1.a", "1-a", "1a"],
        &["2.0-rc1"],
        &["2.0"],
        &["2.0.1"],
        &["4.8.0.61"],
        &["4.10"],
        &["18446744073709551616"],
        &["100000000000000000000000000000000000000000"],
        &["a1"],
        &["é1", "É1"],
    ];

    #[test]
    fn versions_have_their_order() {
        let hasher = std::hash::RandomState::new();
        let all = ORDERED.iter().enumerate();
        let all: Vec<_> = all
            .flat_map(|(at, line)| line.iter().map(move |text| (at, *text)))
            .collect();
        for (a, a_text) in &all {
            for (b, b_text) in &all {
                let x: Version = a_text.parse().unwrap();
                let y: Version = b_text.parse().unwrap();
                assert_eq!(x.cmp(&y), a.cmp(b), "{a_text} {b_text}");
                assert_eq!(y.compare(a_text), Some(a.cmp(b)), "{a_text} {b_text}");
                if a == b {
                    assert_eq!(
                        hasher.hash_one(&x),
                        hasher.hash_one(&y),
                        "{a_text} {b_text}"
                    );
                }
            }
        }
    }

    #[test]
    fn without_a_digit_it_is_no_version() {
        for text in ["", "v", "latest", "rc", "１.２", "...", "-"] {
            assert_eq!(text.parse::<Version>(), Err(VersionError(())), "{text}");
            let one: Version = "1".parse().unwrap();
            assert_eq!(one.compare(text), None, "{text}");
        }
    }
}
