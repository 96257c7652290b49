//! A query that fits its schema: names are places, written values are typed, sugar is gone.
//!
//! This is the one tree between the text and the machine. Everything that evaluates a filter, the
//! fast core and the slow trace alike, starts from here.

use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::finding::Finding;
use crate::limits::Limits;
use crate::schema::{Kind, NoValues};
use crate::span::Span;
use crate::syntax::ExprId;
use crate::value::{Net, Number, Period, Version};

/// A query that has been checked. Made by [`Query::check`](crate::Query::check); compiled by
/// [`Checked::compile`].
#[derive(Clone, Debug)]
pub struct Checked {
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    pub(super) warnings: Vec<Finding>,
    pub(super) limits: Limits,
}

impl Checked {
    /// A condition that always holds.
    #[cfg(feature = "eval")]
    pub(crate) fn always(limits: &Limits) -> Checked {
        Checked::any_path(Vec::new(), limits)
    }

    /// Holds on an event with a value at any of these paths; always, if there are none.
    #[cfg(feature = "eval")]
    pub(crate) fn any_path(paths: Vec<Keys>, limits: &Limits) -> Checked {
        let node = |kind| Node {
            span: Span::default(),
            origin: None,
            kind,
        };
        let tests = paths.into_iter().map(|keys| {
            let field = Field {
                token: "".into(),
                places: vec![keys],
                no_values: None,
            };
            node(NodeKind::Test(field, Kind::Auto, Test::Exists))
        });
        let mut nodes: Vec<Node> = tests.collect();
        let children: Vec<NodeId> = (0..nodes.len()).map(NodeId::new).collect();
        let root = NodeId::new(nodes.len());
        nodes.push(node(match children.is_empty() {
            true => NodeKind::All(children),
            false => NodeKind::Any(children),
        }));
        Checked {
            text: "".into(),
            nodes,
            root,
            warnings: Vec::new(),
            limits: limits.clone(),
        }
    }

    /// The text of the query.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text, shared and not copied.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// What is probably not meant, though it can be evaluated.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// The limits that it was checked under; events are held to them too.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The outermost condition.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// The condition with this id in this query; none if the query has so few that the id can only be that of
    /// another one. Where both have as many, it is not noticed.
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The condition with this id in this query.
    ///
    /// # Panics
    ///
    /// If the id is that of another query, and this one has no such condition; see [`Checked::get`]. An id of
    /// this query always has one.
    #[expect(
        clippy::indexing_slicing,
        reason = "an id of another query is a mistake of the caller, and documented"
    )]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// How many conditions there are: at least one, since the empty query is a condition that always
    /// holds.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// Which condition of a checked query. Every condition comes directly after those that it is made of
/// and theirs, so a condition with all below it is one stretch of numbers that it is the last of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(crate) fn new(index: usize) -> NodeId {
        NodeId(index as u32)
    }

    /// Its position: conditions are numbered from 0 to [`Checked::len`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it was written.
    pub span: Span,
    /// The expression of the query that it was made of. Several may be made of one, such as of `token:(a OR b)`; the
    /// span of a part is then that of the value. None for what the empty query asks.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema, check::NodeKind};
    ///
    /// let query: Query = "Type:FILE".parse()?;
    /// let checked = query.check(Schema::edr())?;
    /// let node = checked.node(checked.root());
    /// assert_eq!(node.origin, query.root());
    /// let NodeKind::Test(field, ..) = &node.kind else { panic!() };
    /// assert_eq!(&*field.token, "type");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub origin: Option<ExprId>,
    /// What it asks.
    pub kind: NodeKind,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// Holds if any of these holds.
    Any(Vec<NodeId>),
    /// Holds if all of these hold; always, if there are none.
    All(Vec<NodeId>),
    /// Holds if this does not.
    Not(NodeId),
    /// Holds if the condition does within some one element of the array at these keys.
    Element(Keys, NodeId),
    /// Holds if the test does for some value of the field.
    Test(Field, Kind, Test),
    /// Holds if some string anywhere in the event matches, as a text token would.
    FreeText(Value),
}

impl NodeKind {
    /// The conditions that this one is made of.
    pub fn children(&self) -> &[NodeId] {
        match self {
            NodeKind::Any(children) | NodeKind::All(children) => children,
            NodeKind::Not(child) | NodeKind::Element(_, child) => std::slice::from_ref(child),
            NodeKind::Test(..) | NodeKind::FreeText(_) => &[],
        }
    }
}

/// Object keys that lead from the event, or from the element of the group around, to a place. No
/// keys are the element itself.
pub type Keys = Arc<[Box<str>]>;

/// The places that a token's values are read from: the first that has a value counts. Two fields are equal if
/// their places are, and the values that say that there is none, by whatever token they are named.
#[derive(Clone, Debug)]
pub struct Field {
    /// The whole name of the token, with those of the groups around it: as the schema writes it, or else as the query
    /// does. A name that the schema does not know may be cut at its start.
    pub token: Arc<str>,
    /// The places, the best first; at least one.
    pub places: Vec<Keys>,
    /// The values there that say that there is none.
    pub(crate) no_values: Option<Arc<NoValues>>,
}

impl Field {
    /// The values that say in events that there is none, as `null` does: those of
    /// [`Token::no_values`](crate::schema::Token::no_values).
    pub fn no_values(&self) -> impl Iterator<Item = &str> {
        let values = self.no_values.as_deref().map(NoValues::texts);
        values.unwrap_or_default().iter().map(|value| &**value)
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.places == other.places && self.no_values == other.no_values
    }
}

impl Eq for Field {}

impl Hash for Field {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.places.hash(state);
        self.no_values.hash(state);
    }
}

/// The test of a field's values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Test {
    /// There is one.
    Exists,
    /// One is any of these.
    AnyOf(Vec<Value>),
    /// One lies in here.
    Range(Range),
}

/// A written value, as the token's kind reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Value {
    /// A lone `*`: any value.
    Any,
    /// Bare, for text: any of its blank-separated parts, the last of which may be a prefix.
    Parts(Box<str>),
    /// Quoted, for text: its words in order and adjacent, the last of which may be a prefix.
    Phrase(Box<str>),
    /// For keywords: the whole value, ignoring case.
    Whole(Box<str>),
    /// For ids: the whole value or its beginning, ignoring case.
    Prefix(Box<str>),
    /// In backticks: the whole value, exactly.
    Exact(Box<str>),
    /// With `*`, which matches any characters; ignoring case.
    Pattern(Box<str>),
    /// An equal number.
    Number(Number),
    /// An equal boolean.
    Boolean(bool),
    /// An equal version, however it is written.
    Version(Version),
    /// A date in this period.
    Period(Period),
    /// An address in this net.
    Net(Net),
    /// For kind *auto*: what the written value can be.
    Auto(Auto),
}

/// A written value on a token of kind *auto*: its text, and all else that it can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Auto {
    /// As on a text token: [`Value::Parts`] or [`Value::Phrase`].
    pub text: Box<Value>,
    /// The number that it is.
    pub number: Option<Number>,
    /// The boolean that it is.
    pub boolean: Option<bool>,
    /// The period that it is.
    pub period: Option<Period>,
    /// The address or net that it is.
    pub net: Option<Net>,
}

/// What a range or comparison takes. Kinds but *auto* have exactly one of these; on *auto*
/// there is one for each thing that both bounds are, and none if they have nothing in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Range {
    /// Numbers in here.
    pub numbers: Option<Interval<Number>>,
    /// Dates in here.
    pub dates: Option<Interval<DateTime<Utc>>>,
    /// Versions in here.
    pub versions: Option<Box<Interval<Version>>>,
    /// Addresses in here.
    pub addresses: Option<Interval<u128>>,
}

/// All between two bounds; nothing, if the lower is above the upper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval<T> {
    pub(crate) lower: Bound<T>,
    pub(crate) upper: Bound<T>,
}

impl<T> Interval<T> {
    /// All between these bounds.
    ///
    /// ```
    /// use std::ops::Bound;
    /// use qualys_filter::check::Interval;
    ///
    /// let interval = Interval::new(Bound::Included(1), Bound::Excluded(5));
    /// assert!(interval.contains(&1) && !interval.contains(&5));
    /// assert_eq!(interval.upper(), Bound::Excluded(&5));
    /// ```
    pub fn new(lower: Bound<T>, upper: Bound<T>) -> Interval<T> {
        Interval { lower, upper }
    }

    /// The lower bound.
    pub fn lower(&self) -> Bound<&T> {
        self.lower.as_ref()
    }

    /// The upper bound.
    pub fn upper(&self) -> Bound<&T> {
        self.upper.as_ref()
    }
}

impl<T: Ord> Interval<T> {
    /// Whether the value lies between the bounds.
    pub fn contains(&self, value: &T) -> bool {
        let above = match &self.lower {
            Bound::Included(lower) => lower <= value,
            Bound::Excluded(lower) => lower < value,
            Bound::Unbounded => true,
        };
        above
            && match &self.upper {
                Bound::Included(upper) => value <= upper,
                Bound::Excluded(upper) => value < upper,
                Bound::Unbounded => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    use super::*;

    #[test]
    fn an_interval_has_what_its_bounds_let_in() {
        let inside = |lower, upper| -> Vec<u8> {
            let interval = Interval { lower, upper };
            (0..6).filter(|value| interval.contains(value)).collect()
        };
        assert_eq!(inside(Included(2), Included(4)), [2, 3, 4]);
        assert_eq!(inside(Excluded(2), Included(4)), [3, 4]);
        assert_eq!(inside(Included(2), Excluded(4)), [2, 3]);
        assert_eq!(inside(Excluded(2), Excluded(4)), [3]);
        assert_eq!(inside(Unbounded, Excluded(2)), [0, 1]);
        assert_eq!(inside(Excluded(4), Unbounded), [5]);
        assert_eq!(inside(Included(3), Included(3)), [3]);
        assert!(inside(Included(3), Excluded(3)).is_empty());
    }
}
