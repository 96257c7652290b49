//! What is known so far about an event: which conditions hold, and whether that settles the answer.

use crate::eval::compare::scalar::{Buffers, Scalar};
use crate::eval::program::Part;
use crate::eval::program::ids::PlaceId;
use crate::eval::program::leaf::{Ask, Leaf, Link};

/// What is known of the leaves and joins of the parts that are being asked, one behind the other.
#[derive(Debug, Default)]
pub(in crate::eval) struct Known {
    leaves: Vec<LeafState>,
    /// For each join, how many of its conditions are not known; [`SETTLED`] once it is itself.
    joins: Vec<u32>,
}

const SETTLED: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct LeafState {
    /// A bit for each place that values may still come from. With more than 63 places the last bit
    /// stays, and what the leaf says may be known only at the end.
    open: u64,
    /// The best of the places that have had a value.
    best: u32,
    /// Whether a value there passed.
    passed: bool,
    settled: bool,
}

/// One part's share of what is known.
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

    /// Starts a part, of which nothing is known.
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

    /// Forgets a part, which is the last that was started.
    pub(in crate::eval) fn end(&mut self, share: &Share) {
        self.leaves.truncate(share.leaves as usize);
        self.joins.truncate(share.joins as usize);
    }

    /// Hands on that a condition is known.
    fn settle(&mut self, part: &Part, share: &mut Share, mut link: Link, mut truth: bool) {
        loop {
            truth ^= link.negated;
            let Some(join) = part.joins.get(link.join as usize) else {
                share.answer = Some(truth);
                return;
            };
            let Some(left) = self.joins.get_mut((share.joins + link.join) as usize) else {
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

    fn state(&mut self, share: &Share, leaf: u32) -> Option<&mut LeafState> {
        self.leaves.get_mut((share.leaves + leaf) as usize)
    }

    /// Whether what the leaf says still counts.
    pub(in crate::eval) fn needs(&self, share: &Share, leaf: u32, up: Link) -> bool {
        let state = self.leaves.get((share.leaves + leaf) as usize);
        state.is_some_and(|state| !state.settled)
            && (up.join == Link::ROOT
                || self.joins.get((share.joins + up.join) as usize) != Some(&SETTLED))
    }

    /// A value stands at a place.
    pub(in crate::eval) fn value(
        &mut self,
        part: &Part,
        share: &mut Share,
        place: PlaceId,
        value: &Scalar<'_>,
        buffers: &mut Buffers,
    ) {
        for user in &part.wanted.place(place).values {
            let Some(leaf) = part.leaves.get(user.leaf as usize) else {
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

    /// It is known what a leaf says.
    pub(in crate::eval) fn leaf(
        &mut self,
        part: &Part,
        share: &mut Share,
        id: u32,
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

    /// No more values will come from a place, nor from those below it.
    pub(in crate::eval) fn close(&mut self, part: &Part, share: &mut Share, place: PlaceId) {
        for place in part.wanted.and_below(place) {
            let values = place
                .values
                .iter()
                .map(|user| (user.leaf, user.alternative));
            let elements = place.elements.iter().map(|leaf| (*leaf, 0));
            for (id, alternative) in values.chain(elements) {
                let (Some(state), Some(leaf)) =
                    (self.state(share, id), part.leaves.get(id as usize))
                else {
                    continue;
                };
                if alternative < 63 {
                    state.open &= !(1 << alternative);
                }
                // What the best place said, where a better one can no longer speak.
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

    /// No more values will come at all. Leaves the conditions on free text open.
    pub(in crate::eval) fn close_all(&mut self, part: &Part, share: &mut Share) {
        for (id, leaf) in part.leaves.iter().enumerate() {
            if share.answer.is_some() {
                return;
            }
            let id = id as u32;
            if !matches!(leaf.ask, Ask::FreeText(..))
                && let Some(passed) = self.state(share, id).map(|state| state.passed)
            {
                self.leaf(part, share, id, leaf, passed);
            }
        }
    }
}
