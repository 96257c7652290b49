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

/// The index of a rule.
pub(super) type RuleId = u32;

/// The index of a predicate.
pub(super) type PredicateId = u32;

/// The index of a field.
pub(super) type FieldId = u32;

/// The id of a path of an event that a set reads.
pub(super) type PlaceId = u32;
