//! The results known so far about an event, and whether they settle the answer.

use crate::eval::compare::scalar::{Buffers, Scalar};
use crate::eval::program::Part;
use crate::eval::program::ids::{JoinId, LeafId, PlaceId};
use crate::eval::program::leaf::{Ask, Leaf, Link};

/// The state of the leaves and joins of all active parts, one part after the other.
#[derive(Debug, Default)]
pub(in crate::eval) struct Known {
    leaves: Vec<LeafState>,
    /// For each join, how many of its children are unknown; [`SETTLED`] once the join itself is
    /// known.
    joins: Vec<u32>,
}

const SETTLED: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct LeafState {
    /// A bit for each path that may still have values. With more than 63 paths the last bit stays
    /// set, and the leaf may be settled only at the end.
    open: u64,
    /// The most preferred path that has had a value.
    best: u32,
    /// Whether a value there passed.
    passed: bool,
    settled: bool,
}

/// The state of one part: where its leaves and joins start.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Share {
    leaves: u32,
    joins: u32,
    /// Whether the part holds, once that is known.
    pub(in crate::eval) answer: Option<bool>,
}

impl Known {
    pub(in crate::eval) fn clear(&mut self) {
        self.leaves.clear();
        self.joins.clear();
    }

    /// Starts a part with nothing known.
    pub(in crate::eval) fn start(&mut self, part: &Part) -> Share {
        let mut share = Share {
            leaves: self.leaves.len() as u32,
            joins: self.joins.len() as u32,
            answer: None,
        };
        self.leaves.extend(part.leaves.iter().map(|leaf| LeafState {
            open: match leaf.places.len() {
                count @ 0..64 => !(u64::MAX << count),
                _ => u64::MAX,
            },
            best: u32::MAX,
            passed: false,
            settled: false,
        }));
        self.joins
            .extend(part.joins.iter().map(|join| join.children));
        for (link, truth) in &part.constants {
            self.settle(part, &mut share, *link, *truth);
        }
        share
    }

    /// Drops the part that was started last.
    pub(in crate::eval) fn end(&mut self, share: &Share) {
        self.leaves.truncate(share.leaves as usize);
        self.joins.truncate(share.joins as usize);
    }

    /// Passes the result of a condition up to its parents.
    fn settle(&mut self, part: &Part, share: &mut Share, mut link: Link, mut truth: bool) {
        loop {
            truth ^= link.negated;
            let Some(join) = part.joins.get(link.join.index()) else {
                share.answer = Some(truth);
                return;
            };
            let Some(left) = self.joins.get_mut(share.joins as usize + link.join.index()) else {
                return;
            };
            if *left == SETTLED {
                return;
            }
            *left -= 1;
            if truth == join.all {
                if *left > 0 {
                    return;
                }
                truth = join.all;
            }
            *left = SETTLED;
            link = join.up;
        }
    }

    fn state(&mut self, share: &Share, leaf: LeafId) -> Option<&mut LeafState> {
        self.leaves.get_mut(share.leaves as usize + leaf.index())
    }

    /// Whether the result of the leaf still matters.
    pub(in crate::eval) fn needs(&self, share: &Share, leaf: LeafId, up: Link) -> bool {
        let state = self.leaves.get(share.leaves as usize + leaf.index());
        state.is_some_and(|state| !state.settled)
            && (up.join == JoinId::ROOT
                || self.joins.get(share.joins as usize + up.join.index()) != Some(&SETTLED))
    }

    /// Takes a value at a path.
    pub(in crate::eval) fn value(
        &mut self,
        part: &Part,
        share: &mut Share,
        place: PlaceId,
        value: &Scalar<'_>,
        buffers: &mut Buffers,
    ) {
        for user in &part.wanted.place(place).values {
            let Some(leaf) = part.leaves.get(user.leaf.index()) else {
                continue;
            };
            if !self.needs(share, user.leaf, leaf.up) {
                continue;
            }
            let Ask::Value(check) = &leaf.ask else {
                continue;
            };
            let Some(state) = self.state(share, user.leaf) else {
                continue;
            };
            if value.is_none_of(leaf.no_values.as_deref()) {
                continue;
            }
            if user.alternative > state.best || (user.alternative == state.best && state.passed) {
                continue;
            }
            state.best = user.alternative;
            state.passed = check.passes(value, buffers);
            if state.passed && user.alternative == 0 {
                self.leaf(part, share, user.leaf, leaf, true);
                if share.answer.is_some() {
                    return;
                }
            }
        }
    }

    /// Records the result of a leaf.
    pub(in crate::eval) fn leaf(
        &mut self,
        part: &Part,
        share: &mut Share,
        id: LeafId,
        leaf: &Leaf,
        truth: bool,
    ) {
        if let Some(state) = self.state(share, id)
            && !state.settled
        {
            state.settled = true;
            self.settle(part, share, leaf.up, truth);
        }
    }

    /// Closes a path and its descendants: they have no more values.
    pub(in crate::eval) fn close(&mut self, part: &Part, share: &mut Share, place: PlaceId) {
        for place in part.wanted.and_below(place) {
            let values = place
                .values
                .iter()
                .map(|user| (user.leaf, user.alternative));
            let elements = place.elements.iter().map(|leaf| (*leaf, 0));
            for (id, alternative) in values.chain(elements) {
                let (Some(state), Some(leaf)) =
                    (self.state(share, id), part.leaves.get(id.index()))
                else {
                    continue;
                };
                if alternative < 63 {
                    state.open &= !(1 << alternative);
                }
                // The best path's result is final once no better path can have a value.
                let better = 1_u64
                    .checked_shl(state.best)
                    .map_or(u64::MAX, |bit| bit - 1);
                if state.open & (better | better.wrapping_add(1)) == 0 {
                    let passed = state.passed;
                    self.leaf(part, share, id, leaf, passed);
                    if share.answer.is_some() {
                        return;
                    }
                }
            }
        }
    }

    /// Closes all paths. Conditions on free text stay open.
    pub(in crate::eval) fn close_all(&mut self, part: &Part, share: &mut Share) {
        for (id, leaf) in part.leaves.iter().enumerate() {
            if share.answer.is_some() {
                return;
            }
            let id = LeafId::new(id);
            if !matches!(leaf.ask, Ask::FreeText(..))
                && let Some(passed) = self.state(share, id).map(|state| state.passed)
            {
                self.leaf(part, share, id, leaf, passed);
            }
        }
    }
}
