//! The ids of a program: small numbers that name its parts, leaves and places.

/// The index of a place of an event that a part reads.
pub(in crate::eval) type PlaceId = u32;
