//! The leaves of a part, which read values, and the joins that make an answer of theirs.

use crate::eval::compare::check::Check;
use crate::eval::compare::matcher::Matcher;
use crate::eval::program::ids::PlaceId;

/// One condition that reads something.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Leaf {
    pub(in crate::eval) up: Link,
    pub(in crate::eval) ask: Ask,
    /// Where to read, the best place first.
    pub(in crate::eval) places: Box<[PlaceId]>,
}

/// What a leaf asks.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Ask {
    /// Whether a value passes of the first place that has one.
    Value(Check),
    /// Whether some element satisfies this part.
    Element(u32),
    /// Whether some string of the event matches; which of these conditions it is.
    FreeText(Matcher, u32),
}

/// What a condition is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) struct Link {
    /// A join, or [`Link::ROOT`].
    pub(in crate::eval) join: u32,
    /// Whether its opposite counts.
    pub(in crate::eval) negated: bool,
}

impl Link {
    pub(in crate::eval) const ROOT: u32 = u32::MAX;
}

/// Conditions under one `AND` or `OR`.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Join {
    pub(in crate::eval) up: Link,
    /// Whether all have to hold, else any.
    pub(in crate::eval) all: bool,
    pub(in crate::eval) children: u32,
}
