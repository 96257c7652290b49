//! The leaves of a part, which read values, and the joins, which combine their results.

use std::sync::Arc;

use crate::eval::compare::check::Check;
use crate::eval::compare::matcher::Matcher;
use crate::eval::program::ids::{JoinId, PartId, PlaceId};
use crate::schema::NoValues;

/// One condition that reads something.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Leaf {
    pub(in crate::eval) up: Link,
    pub(in crate::eval) ask: Ask,
    /// The paths to read, in order of preference.
    pub(in crate::eval) places: Box<[PlaceId]>,
    /// The values there that say that there is none.
    pub(in crate::eval) no_values: Option<Arc<NoValues>>,
}

/// The condition of a leaf.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Ask {
    /// True if some value at the first path that has any passes.
    Value(Check),
    /// True if some element satisfies this part.
    Element(PartId),
    /// True if some string of the event matches. The number tells apart the conditions on free
    /// text.
    FreeText(Matcher, u32),
}

/// The parent of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::eval) struct Link {
    /// A join, or [`JoinId::ROOT`].
    pub(in crate::eval) join: JoinId,
    /// Whether the parent takes the negated result.
    pub(in crate::eval) negated: bool,
}

/// Conditions under one `AND` or `OR`.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct Join {
    pub(in crate::eval) up: Link,
    /// True for `AND`, false for `OR`.
    pub(in crate::eval) all: bool,
    pub(in crate::eval) children: u32,
}
