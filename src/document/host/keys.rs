//! Keys at which filters are, in every format that has keys.
//!
//! Keys are named by patterns: `filter` is a string at that key, wherever it is; `filters[]` are the
//! strings of a list there; `search.query` is a string at `query` in a table at `search`.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::LazyLock;

use super::guess;
use crate::document::FilterText;
use crate::document::params::Param;

/// The keys at which strings are filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys(Vec<Key>);

/// A pattern, and which strings at it count.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    pattern: Pattern,
    spelling: Spelling,
    taken: Taken,
}

/// How the last key of a pattern is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// As it is.
    Exact,
    /// Without regard to case, `_` and `-`.
    Folded,
    /// So that it is the end of a key, folded.
    End,
}

/// Which strings at a key are filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    All,
    /// Those that look like a filter, in formats that hold much else; all in JSON.
    Likely,
    /// Those that look like a filter: other tools use this key for other languages.
    LikelyAlways,
    /// Those that look like a filter with a token of some app.
    Known,
}

/// The end of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Step<'static>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'j> {
    Key(Cow<'j, str>),
    /// Any element of a list.
    Item,
}

/// The keys that are looked at if no others are named.
const DEFAULT: &[(&str, Spelling, Taken)] = &[
    ("filter", Spelling::Exact, Taken::Likely),
    ("filters[]", Spelling::Exact, Taken::Likely),
    ("filter[]", Spelling::Exact, Taken::Likely),
    ("query", Spelling::Exact, Taken::LikelyAlways),
    ("qql", Spelling::End, Taken::All),
    ("qql[]", Spelling::End, Taken::All),
    ("havingQuery", Spelling::Folded, Taken::All),
    ("assetQuery", Spelling::Folded, Taken::LikelyAlways),
    ("ruleText", Spelling::Folded, Taken::LikelyAlways),
];

/// The names that are looked at besides in programs, where variables have names of their own.
const OF_PROGRAMS: &[(&str, Spelling, Taken)] = &[
    ("filter", Spelling::End, Taken::Known),
    ("filters[]", Spelling::End, Taken::Known),
    ("query", Spelling::End, Taken::Known),
    ("queries[]", Spelling::End, Taken::Known),
];

impl Default for Keys {
    fn default() -> Keys {
        Keys::of_table(DEFAULT)
    }
}

impl Keys {
    fn of_table(table: &[(&str, Spelling, Taken)]) -> Keys {
        let key = |(text, spelling, taken): &(&str, Spelling, Taken)| {
            let pattern = text.parse().ok()?;
            Some(Key {
                pattern,
                spelling: *spelling,
                taken: *taken,
            })
        };
        Keys(table.iter().filter_map(key).collect())
    }

    /// The keys for programs: these, and names of variables if these are the usual ones.
    pub(super) fn of_programs(&self) -> Keys {
        static ALL: LazyLock<(Keys, Keys)> = LazyLock::new(|| {
            let all = [DEFAULT, OF_PROGRAMS].concat();
            (Keys::default(), Keys::of_table(&all))
        });
        let (usual, of_programs) = &*ALL;
        match self == usual {
            true => of_programs.clone(),
            false => self.clone(),
        }
    }

    /// Whether the name of a key may be in a text; if not, no key is.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        let mut names = self.0.iter().filter_map(|key| key.pattern.last_key());
        names.any(|name| {
            // The last letters, in any case.
            let last: Vec<char> = name.chars().rev().take(3).collect();
            let last: String = last.into_iter().rev().collect();
            if !last.is_ascii() || last.contains(['_', '-']) {
                return true;
            }
            let upper = last.to_ascii_uppercase();
            let [lower, upper] = [last.to_ascii_lowercase(), upper];
            let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
            has(&last) || has(&lower) || has(&upper)
        })
    }

    /// Whether there is a key that this path ends with.
    pub(super) fn fit(&self, path: &[Step<'_>]) -> bool {
        self.0.iter().any(|key| key.fits(path))
    }

    /// Filters are the strings at these keys.
    pub fn new(patterns: Vec<Pattern>) -> Keys {
        let key = |pattern| Key {
            pattern,
            spelling: Spelling::Exact,
            taken: Taken::All,
        };
        Keys(patterns.into_iter().map(key).collect())
    }

    /// Their patterns, for messages.
    pub fn names(&self) -> Vec<String> {
        let name = |key: &Key| match key.spelling {
            Spelling::End => format!("`*{}`", joined(&key.pattern.0)),
            Spelling::Exact | Spelling::Folded => format!("`{}`", joined(&key.pattern.0)),
        };
        self.0.iter().map(name).collect()
    }

    /// Whether the string at the end of this path is a filter. `crowded` formats hold much else at keys
    /// such as `filter`.
    pub(super) fn hold(&self, path: &[Step<'_>], text: &str, crowded: bool) -> bool {
        let mut keys = self.0.iter().filter(|key| key.fits(path));
        keys.any(|key| match key.taken {
            Taken::All => true,
            Taken::Known => guess::is_known(text),
            Taken::Likely => !crowded || guess::is_likely(text),
            Taken::LikelyAlways => guess::is_likely(text),
        })
    }
}

impl Key {
    fn fits(&self, path: &[Step<'_>]) -> bool {
        let pattern = &self.pattern.0;
        let Some(start) = path.len().checked_sub(pattern.len()) else {
            return false;
        };
        let steps = path.get(start..).unwrap_or_default();
        steps.iter().zip(pattern).all(|pair| match pair {
            (Step::Key(is), Step::Key(wanted)) => match self.spelling {
                Spelling::Exact => is == wanted,
                Spelling::Folded => folded(is).eq(folded(wanted)),
                Spelling::End => {
                    let mut is = folded(is).rev();
                    folded(wanted).rev().all(|c| is.next() == Some(c))
                }
            },
            (Step::Item, Step::Item) => true,
            _ => false,
        })
    }
}

/// A key without regard to case and to what is between its words.
fn folded(key: &str) -> impl DoubleEndedIterator<Item = u8> {
    let kept = key.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    kept.map(|byte| byte.to_ascii_lowercase())
}

impl Pattern {
    /// The last name in it.
    fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Item => None,
        })
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        let wrong = || {
            format!(
                "`{text}` is no pattern of keys: write `filter`, `filters[]`, or `search.query`"
            )
        };
        let mut steps = Vec::new();
        for part in text.split('.') {
            let key = part.trim_end_matches("[]");
            if key.is_empty() || key.contains(['[', ']']) {
                return Err(wrong());
            }
            steps.push(Step::Key(Cow::Owned(key.to_owned())));
            let items = (part.len() - key.len()) / 2;
            steps.extend(std::iter::repeat_n(Step::Item, items));
        }
        Ok(Pattern(steps))
    }
}

/// Collects the filters at certain keys, while a host walks over the values of its text.
pub(super) struct Finder<'k, 'j> {
    keys: &'k Keys,
    crowded: bool,
    path: Vec<Step<'j>>,
    filters: Vec<FilterText>,
}

impl<'k, 'j> Finder<'k, 'j> {
    /// A finder at the root of a text. See [`Keys::hold`] for `crowded`.
    pub(super) fn new(keys: &'k Keys, crowded: bool) -> Finder<'k, 'j> {
        Finder {
            keys,
            crowded,
            path: Vec::new(),
            filters: Vec::new(),
        }
    }

    /// Goes to the value of a key of a table.
    pub(super) fn key(&mut self, key: impl Into<Cow<'j, str>>) {
        self.path.push(Step::Key(key.into()));
    }

    /// Goes to the elements of a list.
    pub(super) fn item(&mut self) {
        self.path.push(Step::Item);
    }

    /// Goes back to the table or list around.
    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Whether a string with this text, at the place where the finder is, is a filter.
    pub(super) fn wants(&self, text: &str) -> bool {
        self.keys.hold(&self.path, text, self.crowded)
    }

    /// Takes a filter that is wanted, with the value of the key `name` beside it.
    pub(super) fn take(&mut self, filter: FilterText, name: Option<String>) {
        self.filters.push(FilterText {
            name,
            path: Some(joined(&self.path)),
            ..filter
        });
    }

    /// Whether there may be a filter at the place where the finder is.
    pub(super) fn has_key(&self) -> bool {
        self.keys.fit(&self.path)
    }

    /// The last filter that was taken, for hosts that order them.
    pub(super) fn take_last(&mut self) -> Option<FilterText> {
        self.filters.pop()
    }

    /// How many filters were taken.
    pub(super) fn len(&self) -> usize {
        self.filters.len()
    }

    /// Adds parameters that are beside the last filter.
    pub(super) fn add_params(&mut self, params: Vec<Param>) {
        if let Some(filter) = self.filters.last_mut() {
            filter.params.extend(params);
        }
    }

    /// Whether no filter was taken.
    pub(super) fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// The filters, in the order in which they were taken.
    pub(super) fn into_filters(self) -> Vec<FilterText> {
        self.filters
    }
}

/// A path, as in `filters[].query`.
fn joined(path: &[Step<'_>]) -> String {
    let mut name = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(key);
            }
            Step::Item => name.push_str("[]"),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_or_refused() {
        for good in ["filter", "filters[]", "a.b[].c", "a[][]"] {
            assert!(good.parse::<Pattern>().is_ok(), "{good}");
        }
        for bad in ["", "a..b", "[]", "a[0]", "a]"] {
            assert!(bad.parse::<Pattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn usual_keys_are_known_in_every_spelling() {
        let keys = Keys::default();
        let at = |key: &str, text: &str, crowded: bool| {
            keys.hold(&[Step::Key(Cow::Borrowed(key))], text, crowded)
        };
        for key in [
            "qql",
            "qualys_qql",
            "QUALYS_QQL",
            "detectionQql",
            "dynamicPatchesQQL",
            "havingQuery",
            "having_query",
        ] {
            assert!(at(key, "a word", true), "{key}");
        }
        assert!(at("filter", "a word", false) && !at("filter", "a word", true));
        assert!(at("filter", "type:FILE", true));
        assert!(at("query", "type:FILE", false) && !at("query", "SELECT a FROM b", false));
        assert!(at("rule_text", "type:FILE", true));
        assert!(!at("Filter", "type:FILE", true) && !at("sql", "type:FILE", true));
        let named = Keys::new(vec!["query".parse().unwrap()]);
        assert!(named.hold(&[Step::Key(Cow::Borrowed("query"))], "a word", true));
    }
}
