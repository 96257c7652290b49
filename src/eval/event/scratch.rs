//! The room that a walk works in.

use crate::eval::compare::scalar::Buffers;
use crate::eval::event::decide::{Known, Share};
use crate::eval::program::ids::PlaceId;

/// What a walk needs room for. It is kept from event to event, so that nothing is allocated.
#[derive(Debug, Default)]
pub(in crate::eval) struct Scratch {
    pub(in crate::eval) frames: Vec<Frame>,
    pub(in crate::eval) runs: Vec<Run>,
    /// For each open object a bit for each of the keys wanted in it, once it has been seen: the
    /// first of equal keys counts.
    pub(in crate::eval) seen: Vec<u64>,
    pub(in crate::eval) known: Known,
    /// What is known of the conditions on free text.
    pub(in crate::eval) free_texts: Vec<Option<bool>>,
    pub(in crate::eval) buffers: Buffers,
}

impl Scratch {
    /// Gives back the room that an unusual event has taken.
    pub(in crate::eval) fn shrink(&mut self) {
        const USUAL: usize = 1 << 16;
        for text in [&mut self.buffers.decoded, &mut self.buffers.folded] {
            if text.capacity() > USUAL {
                *text = String::new();
            }
        }
    }
}

/// Where a walk has stopped, with the number of objects and arrays that are open there.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Stop {
    pub(in crate::eval) at: usize,
    pub(in crate::eval) depth: usize,
}

/// An object or array that the walk is inside of.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Frame {
    pub(in crate::eval) place: PlaceId,
    pub(in crate::eval) is_object: bool,
    /// Whether an array of the same run is around it, or it is one.
    pub(in crate::eval) in_array: bool,
    /// Where its bits of `seen` start.
    pub(in crate::eval) seen: u32,
    /// How many of the keys wanted in it have not been seen.
    pub(in crate::eval) left: u32,
    /// The place of the member that is being read.
    pub(in crate::eval) member: PlaceId,
}

/// A part that is being asked: the event's, and then those of elements inside of each other.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Run {
    pub(in crate::eval) part: u32,
    pub(in crate::eval) share: Share,
    /// How many frames were open where it started.
    pub(in crate::eval) frames: u32,
    /// Where its value starts.
    pub(in crate::eval) start: usize,
    /// What to go on with in the run around, at the same value.
    pub(in crate::eval) resume: Task,
}

/// What to do next.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum Task {
    /// Read the value that stands here, at this place. The elements from `element` on still have
    /// to be asked.
    Value {
        place: PlaceId,
        in_array: bool,
        element: u32,
    },
    /// Go on to the next value of the innermost object or array.
    Next { opened: bool },
    /// A value has been read.
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unusual_room_is_given_back() {
        let mut scratch = Scratch::default();
        for (used, kept) in [(1, true), (1 << 16, true), ((1 << 16) + 1, false)] {
            scratch.buffers.decoded = String::with_capacity(used);
            scratch.buffers.folded = String::with_capacity(used);
            scratch.shrink();
            for text in [&scratch.buffers.decoded, &scratch.buffers.folded] {
                assert_eq!(text.capacity() >= used, kept, "{used}");
            }
        }
    }
}
