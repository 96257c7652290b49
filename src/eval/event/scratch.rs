//! The scratch memory of a walk.

use crate::eval::compare::scalar::Buffers;
use crate::eval::event::decide::{Known, Share};
use crate::eval::program::ids::{PartId, PlaceId};

/// The buffers of a walk. They are kept between events, so that an event costs no allocation.
#[derive(Debug, Default)]
pub(in crate::eval) struct Scratch {
    pub(in crate::eval) frames: Vec<Frame>,
    pub(in crate::eval) runs: Vec<Run>,
    /// For each open object, a bit per wanted key, set once the key has been seen: the first of
    /// duplicate keys counts.
    pub(in crate::eval) seen: Vec<u64>,
    pub(in crate::eval) known: Known,
    /// The known results of the conditions on free text.
    pub(in crate::eval) free_texts: Vec<Option<bool>>,
    pub(in crate::eval) buffers: Buffers,
}

impl Scratch {
    /// Frees buffers that an unusually large event has grown.
    pub(in crate::eval) fn shrink(&mut self) {
        const USUAL: usize = 1 << 16;
        for text in [&mut self.buffers.decoded, &mut self.buffers.folded] {
            if text.capacity() > USUAL {
                *text = String::new();
            }
        }
    }
}

/// The offset where a walk stopped, with the number of objects and arrays open there.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Stop {
    pub(in crate::eval) at: usize,
    pub(in crate::eval) depth: usize,
}

/// An object or array that is open.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Frame {
    pub(in crate::eval) place: PlaceId,
    pub(in crate::eval) is_object: bool,
    /// Whether an array of the same run is around it, or it is one.
    pub(in crate::eval) in_array: bool,
    /// The start of its bits in `seen`.
    pub(in crate::eval) seen: u32,
    /// How many of its wanted keys have not been seen.
    pub(in crate::eval) left: u32,
    /// The path of the member that is being read.
    pub(in crate::eval) member: PlaceId,
}

/// An active part: the event's, then those of elements nested in each other.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Run {
    pub(in crate::eval) part: PartId,
    pub(in crate::eval) share: Share,
    /// How many frames were open when it started.
    pub(in crate::eval) frames: u32,
    /// The offset of its value.
    pub(in crate::eval) start: usize,
    /// The task of the enclosing run to continue with, at the same value.
    pub(in crate::eval) resume: Task,
}

/// What to do next.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum Task {
    /// Read the value at the cursor, which is at this path. The elements from `element` on are
    /// still to be tested.
    Value {
        place: PlaceId,
        in_array: bool,
        element: u32,
    },
    /// Continue with the next value of the innermost object or array.
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
