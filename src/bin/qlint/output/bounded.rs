//! A bound on the messages about a file: the first ones in full, and a count of the others.

use std::collections::BTreeMap;

use super::{Name, say};

/// How many messages about a file are shown in full.
const SHOWN: usize = 10;

/// Counts the messages that are shown, and the others by kind.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    all: bool,
    shown: usize,
    more: BTreeMap<String, usize>,
}

impl Counts {
    /// Shows all messages, or the first ones.
    pub(crate) fn new(all: bool) -> Counts {
        Counts {
            all,
            ..Counts::default()
        }
    }

    /// Counts a message of a kind. Returns whether it is shown.
    pub(crate) fn shows(&mut self, kind: &str) -> bool {
        if self.all || self.shown < SHOWN {
            self.shown += 1;
            return true;
        }
        match self.more.get_mut(kind) {
            Some(count) => *count += 1,
            None => {
                self.more.insert(kind.to_owned(), 1);
            }
        }
        false
    }

    /// A line with the count of the other messages, and of each kind, the most frequent first.
    pub(crate) fn rest(&self, one: &str, several: &str) -> Option<String> {
        let count = self.more.values().sum();
        let what = match count {
            0 => return None,
            1 => one,
            _ => several,
        };
        let mut kinds: Vec<(&String, &usize)> = self.more.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let kinds: Vec<String> = kinds
            .into_iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let kinds = kinds.join(", ");
        Some(format!("{count} more {what}: {kinds}; --verbose shows all"))
    }

    /// Says how many other messages there are.
    pub(crate) fn say_rest(&self, name: &Name, one: &str, several: &str) {
        if let Some(rest) = self.rest(one, several) {
            say(&format!("{name}: {rest}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_shown_and_the_rest_is_counted() {
        let mut counts = Counts::new(false);
        let kinds = ["a", "b", "b"].iter().cycle().take(25);
        assert_eq!(kinds.filter(|kind| counts.shows(kind)).count(), SHOWN);
        let rest = counts.rest("event", "events").unwrap();
        assert_eq!(rest, "15 more events: 10 b, 5 a; --verbose shows all");
        let mut all = Counts::new(true);
        assert!((0..25).all(|_| all.shows("a")) && all.rest("event", "events").is_none());
    }
}
