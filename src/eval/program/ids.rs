//! The ids of a program: small numbers that name its places, parts, leaves and joins.

/// Ids that are indexes, each a type of its own so that they cannot be mistaken for each other.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(in crate::eval) struct $name(u32);

        impl $name {
            pub(in crate::eval) const fn new(index: usize) -> $name {
                $name(index as u32)
            }

            #[inline]
            pub(in crate::eval) const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// The index of a path of an event that a part reads.
    PlaceId
    /// The index of a part of a program.
    PartId
    /// The index of a condition of a part.
    LeafId
    /// The index of an `AND` or `OR` of a part.
    JoinId
}

impl PlaceId {
    /// The event, or the element of a nested group.
    pub(in crate::eval) const ROOT: PlaceId = PlaceId(0);
}

impl PartId {
    /// The conditions on the event itself.
    pub(in crate::eval) const EVENT: PartId = PartId(0);
}

impl JoinId {
    /// No join: the answer of the part.
    pub(in crate::eval) const ROOT: JoinId = JoinId(u32::MAX);
}
