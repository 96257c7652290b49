//! Lists of predicates, in one store for a whole set.
//!
//! Nearly every list has one entry, so a list is the number of its first entry and each entry knows
//! the next.

use slab::Slab;

use super::ids::PredicateId;

/// A list of predicates, by its first entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListId(u32);

impl ListId {
    pub(super) const EMPTY: ListId = ListId(u32::MAX);

    pub(super) fn is_empty(self) -> bool {
        self == ListId::EMPTY
    }

    /// A small number that is unique to this list, if it is not empty.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Default for ListId {
    fn default() -> ListId {
        ListId::EMPTY
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    entries: Slab<(PredicateId, ListId)>,
}

impl Lists {
    pub(super) fn add(&mut self, list: &mut ListId, predicate: PredicateId) {
        let at = self.entries.insert((predicate, *list));
        *list = ListId(at as u32);
    }

    /// Removes a predicate from a list; false if it is not there.
    pub(super) fn remove(&mut self, list: &mut ListId, predicate: PredicateId) -> bool {
        let mut before: Option<ListId> = None;
        let mut at = *list;
        while let Some((other, next)) = self.entries.get(at.index()).copied() {
            if other != predicate {
                before = Some(at);
                at = next;
                continue;
            }
            self.entries.try_remove(at.index());
            match before.and_then(|before| self.entries.get_mut(before.index())) {
                Some(before) => before.1 = next,
                None => *list = next,
            }
            return true;
        }
        false
    }

    pub(super) fn iter(&self, list: ListId) -> impl Iterator<Item = PredicateId> {
        let mut at = list;
        std::iter::from_fn(move || {
            let (predicate, next) = self.entries.get(at.index()).copied()?;
            at = next;
            Some(predicate)
        })
    }

    /// How many entries there are.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    /// One more than the largest [`ListId::index`].
    pub(super) fn len(&self) -> usize {
        self.entries.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_there_until_it_is_removed() {
        let mut lists = Lists::default();
        let (mut a, mut b) = (ListId::EMPTY, ListId::EMPTY);
        for predicate in (0..5).map(PredicateId::new) {
            lists.add(&mut a, predicate);
            lists.add(&mut b, predicate);
        }
        for (gone, left) in [(4, vec![3, 2, 1, 0]), (0, vec![3, 2, 1]), (2, vec![3, 1])] {
            let gone = PredicateId::new(gone);
            assert!(lists.remove(&mut a, gone));
            assert!(!lists.remove(&mut a, gone));
            let there: Vec<_> = lists.iter(a).map(PredicateId::index).collect();
            assert_eq!(there, left);
        }
        assert_eq!(lists.iter(b).count(), 5);
        let [one, three] = [1, 3].map(PredicateId::new);
        assert!(lists.remove(&mut a, one) && lists.remove(&mut a, three) && a.is_empty());
    }
}
