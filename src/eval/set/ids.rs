//! The ids of a set: small numbers that name its filters, rules, predicates, fields and places.

/// The id of a filter in a set: its position among those that the set was made of, counted from 0.
/// Those that are [inserted](crate::FilterSet::insert) later follow. The id of a removed filter is
/// not reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilterId(pub(super) u32);

impl FilterId {
    /// The filter at this position.
    pub fn new(index: u32) -> FilterId {
        FilterId(index)
    }

    /// The position.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The id of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RuleId(u32);

impl RuleId {
    pub(super) fn new(index: usize) -> RuleId {
        RuleId(index as u32)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The id of a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PredicateId(u32);

impl PredicateId {
    pub(super) fn new(index: usize) -> PredicateId {
        PredicateId(index as u32)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The id of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FieldId(u32);

impl FieldId {
    pub(super) fn new(index: usize) -> FieldId {
        FieldId(index as u32)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The id of a path of an event that a set reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PlaceId(u32);

impl PlaceId {
    /// The event itself.
    pub(super) const ROOT: PlaceId = PlaceId(0);

    pub(super) fn new(index: usize) -> PlaceId {
        PlaceId(index as u32)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}
