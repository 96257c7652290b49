//! A set of intervals that finds all which contain a value.
//!
//! The intervals are in sorted blocks, each twice as large as the one before. Adding one merges the
//! smaller blocks, so it takes a logarithmic number of steps on average (Bentley, Saxe 1980). In a
//! block every interval knows the largest upper bound of its half, as in an interval tree.

use std::ops::Bound;

use super::ids::PredicateId;
use crate::check::Interval;

#[derive(Clone, Debug)]
pub(super) struct Intervals<T> {
    /// Block `n` is empty or has up to 2ⁿ intervals.
    blocks: Vec<Vec<Entry<T>>>,
    live: usize,
    dead: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry<T> {
    interval: Interval<T>,
    /// The furthest upper bound in the part of the block that this is the middle of.
    reach: Bound<T>,
    predicate: PredicateId,
    /// Whether it has been removed.
    dead: bool,
}

impl<T> Default for Intervals<T> {
    fn default() -> Intervals<T> {
        let (blocks, live, dead) = (Vec::new(), 0, 0);
        Intervals { blocks, live, dead }
    }
}

/// The order of a block: by lower bound, as a position before, at or after a value; then by what
/// tells intervals apart.
fn order<T: Ord + Copy>(entry: &Entry<T>) -> impl Ord + use<T> {
    let key = |bound: Bound<T>| match bound {
        Bound::Unbounded => None,
        Bound::Included(value) => Some((value, false)),
        Bound::Excluded(value) => Some((value, true)),
    };
    let Interval { lower, upper } = entry.interval;
    (key(lower), key(upper), entry.predicate)
}

/// Whether the first upper bound reaches further than the second.
fn reaches_further<T: Ord>(a: &Bound<T>, b: &Bound<T>) -> bool {
    match (a, b) {
        (_, Bound::Unbounded) => false,
        (Bound::Unbounded, _) => true,
        (Bound::Included(a), Bound::Excluded(b)) => a >= b,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a > b,
    }
}

fn starts_by<T: Ord>(bound: &Bound<T>, value: &T) -> bool {
    match bound {
        Bound::Unbounded => true,
        Bound::Included(lower) => lower <= value,
        Bound::Excluded(lower) => lower < value,
    }
}

fn reaches<T: Ord>(bound: &Bound<T>, value: &T) -> bool {
    match bound {
        Bound::Unbounded => true,
        Bound::Included(upper) => value <= upper,
        Bound::Excluded(upper) => value < upper,
    }
}

impl<T: Ord + Copy> Intervals<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    pub(super) fn add(&mut self, interval: Interval<T>, predicate: PredicateId) {
        self.live += 1;
        self.carry(vec![Entry {
            interval,
            reach: interval.upper,
            predicate,
            dead: false,
        }]);
    }

    /// Puts a block in, together with those that are in its way.
    fn carry(&mut self, mut block: Vec<Entry<T>>) {
        loop {
            let size = block.len().next_power_of_two().trailing_zeros() as usize;
            if self.blocks.len() <= size {
                self.blocks.resize_with(size + 1, Vec::new);
            }
            match self.blocks.get_mut(size) {
                Some(place) if !place.is_empty() => block.append(place),
                Some(place) => {
                    sort(&mut block);
                    *place = block;
                    return;
                }
                None => return,
            }
        }
    }

    /// Takes an interval out that was added for a predicate; false if it is not there.
    pub(super) fn remove(&mut self, interval: &Interval<T>, predicate: PredicateId) -> bool {
        let wanted = order(&Entry {
            interval: *interval,
            reach: Bound::Unbounded,
            predicate,
            dead: false,
        });
        let mut found = false;
        for block in &mut self.blocks {
            let from = block.partition_point(|entry| order(entry) < wanted);
            let rest = block.get_mut(from..).unwrap_or_default().iter_mut();
            // Ids are reused, so a dead interval with the same id may come before it.
            let mut same = rest.take_while(|entry| order(entry) == wanted);
            if let Some(entry) = same.find(|entry| !entry.dead) {
                entry.dead = true;
                found = true;
                break;
            }
        }
        if found {
            self.live -= 1;
            self.dead += 1;
            if self.dead > self.live {
                self.tidy();
            }
        }
        found
    }

    /// Forgets the intervals that have been removed.
    fn tidy(&mut self) {
        let all = std::mem::take(&mut self.blocks).into_iter().flatten();
        let all: Vec<_> = all.filter(|entry| !entry.dead).collect();
        self.dead = 0;
        if !all.is_empty() {
            self.carry(all);
        }
    }

    /// Calls `each` with the predicates whose interval holds the value.
    pub(super) fn find(&self, value: &T, mut each: impl FnMut(PredicateId)) {
        for block in &self.blocks {
            find_in(block, value, &mut each);
        }
    }
}

/// Sorts a block and notes how far its parts reach.
fn sort<T: Ord + Copy>(block: &mut [Entry<T>]) {
    block.sort_by_key(order);
    note_reach(block);
}

/// As deep as the logarithm of the block's length.
fn note_reach<T: Ord + Copy>(part: &mut [Entry<T>]) -> Option<Bound<T>> {
    let (before, rest) = part.split_at_mut(part.len() / 2);
    let (middle, after) = rest.split_first_mut()?;
    middle.reach = middle.interval.upper;
    for reach in [note_reach(before), note_reach(after)]
        .into_iter()
        .flatten()
    {
        if reaches_further(&reach, &middle.reach) {
            middle.reach = reach;
        }
    }
    Some(middle.reach)
}

/// As deep as the logarithm of the block's length.
fn find_in<T: Ord>(part: &[Entry<T>], value: &T, each: &mut impl FnMut(PredicateId)) {
    let (before, rest) = part.split_at(part.len() / 2);
    let Some((middle, after)) = rest.split_first() else {
        return;
    };
    if !reaches(&middle.reach, value) {
        return;
    }
    find_in(before, value, each);
    if starts_by(&middle.interval.lower, value) {
        if !middle.dead && reaches(&middle.interval.upper, value) {
            each(middle.predicate);
        }
        find_in(after, value, each);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bound() -> impl Strategy<Value = Bound<i8>> {
        prop_oneof![
            Just(Bound::Unbounded),
            (-10_i8..10).prop_map(Bound::Included),
            (-10_i8..10).prop_map(Bound::Excluded),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn all_that_hold_a_value_are_found(
            bounds in prop::collection::vec((bound(), bound()), 0..60),
            removed in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
            value in -12_i8..12,
        ) {
            let all: Vec<_> = bounds.into_iter().map(|(lower, upper)| Interval { lower, upper }).collect();
            let mut intervals = Intervals::default();
            let mut live = vec![true; all.len()];
            for (predicate, interval) in all.iter().enumerate() {
                intervals.add(*interval, PredicateId::new(predicate));
            }
            for index in removed {
                if all.is_empty() { break; }
                let at = index.index(all.len());
                prop_assert_eq!(intervals.remove(&all[at], PredicateId::new(at)), std::mem::take(&mut live[at]));
                // No more is kept of the others than there is.
                let kept: usize = intervals.blocks.iter().map(Vec::len).sum();
                prop_assert_eq!(intervals.len(), live.iter().filter(|live| **live).count());
                prop_assert!(kept <= 2 * intervals.len());
            }
            let mut found = Vec::new();
            intervals.find(&value, |predicate| found.push(predicate.index()));
            found.sort_unstable();
            let right: Vec<usize> = (0..all.len()).filter(|at| live[*at] && all[*at].contains(&value)).collect();
            prop_assert_eq!(found, right);
            prop_assert_eq!(intervals.is_empty(), !live.contains(&true));
        }
    }
}
