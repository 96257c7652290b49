//! The ids of a program: small numbers that name its places.

/// The index of a path of an event that a part reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::eval) struct PlaceId(u32);

impl PlaceId {
    /// The event, or the element of a nested group.
    pub(in crate::eval) const ROOT: PlaceId = PlaceId(0);

    pub(in crate::eval) fn new(index: usize) -> PlaceId {
        PlaceId(index as u32)
    }

    #[inline]
    pub(in crate::eval) fn index(self) -> usize {
        self.0 as usize
    }
}
