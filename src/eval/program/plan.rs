//! From a checked query to a program: which places of an event to read, what to ask of what stands
//! there, and what the answers make together.
//!
//! A program has one part for the event and one for each nested group. A part has the same
//! conditions in two forms:
//!
//! * as *leaves* below *joins*, each of which knows what it is part of: so a walk over bytes, which
//!   meets the values in the order of the document, can tell after each of them whether the answer
//!   is known;
//! * as instructions over one truth value, with jumps forward where `AND` and `OR` need not read
//!   on: so a parsed value is asked in the order of the query.
//!
//! Neither takes a call stack, whatever the query's nesting.

use std::sync::OnceLock;

use crate::check::{Checked, Field, Keys, NodeId, NodeKind, Test};
use crate::schema::Kind;

use crate::eval::compare::matcher::{Check, Matcher};
use crate::eval::json::Level;
use crate::eval::program::code::Op;
use crate::eval::program::prefilter::Prefilter;
use crate::eval::program::wanted::{PlaceId, Wanted, WantedBuilder};

/// A compiled query.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Program {
    /// The event's part first.
    pub(in crate::eval) parts: Vec<Part>,
    /// How many conditions on free text there are.
    pub(in crate::eval) free_texts: usize,
    pub(in crate::eval) event_nesting: usize,
    pub(in crate::eval) event_bytes: usize,
    /// Whether every byte of an event is validated.
    pub(in crate::eval) strict: bool,
    pub(in crate::eval) level: Level,
    /// What to look for in a buffer; chosen at the first scan.
    pub(in crate::eval) prefilter: OnceLock<Prefilter>,
}

/// What is asked of an event, or of one element of a nested group.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Part {
    pub(in crate::eval) wanted: Wanted,
    pub(in crate::eval) leaves: Vec<Leaf>,
    pub(in crate::eval) joins: Vec<Join>,
    /// Joins of nothing, which are known from the start.
    pub(in crate::eval) constants: Vec<(Link, bool)>,
    pub(in crate::eval) code: Vec<Op>,
}

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

/// Compiles a checked query.
pub(in crate::eval) fn plan(checked: &Checked) -> Program {
    plan_part(checked, checked.root())
}

/// Compiles one condition of a checked query, which does not stand in a nested group.
pub(in crate::eval) fn plan_part(checked: &Checked, root: NodeId) -> Program {
    let mut parts: Vec<Part> = Vec::new();
    // The parts that have a number already; a part may add more behind itself.
    let mut roots = vec![root];
    let mut free_texts = 0;
    while let Some(root) = roots.get(parts.len()).copied() {
        parts.push(Planner::plan(checked, root, &mut roots, &mut free_texts));
    }
    Program {
        parts,
        free_texts: free_texts as usize,
        event_nesting: checked.limits().event_nesting,
        event_bytes: checked.limits().event_bytes,
        strict: false,
        level: Level::best(),
        prefilter: OnceLock::new(),
    }
}

/// What is still to be written of a part.
enum Todo {
    Node(NodeId, Link),
    Not,
    /// A jump to a label that is not placed yet.
    Jump(bool, usize),
    Label(usize),
}

struct Planner<'c> {
    checked: &'c Checked,
    roots: &'c mut Vec<NodeId>,
    free_texts: &'c mut u32,
    wanted: WantedBuilder,
    leaves: Vec<Leaf>,
    joins: Vec<Join>,
    constants: Vec<(Link, bool)>,
    code: Vec<Op>,
    /// Where each label stands; a jump names a label until all are placed.
    labels: Vec<usize>,
    todo: Vec<Todo>,
}

impl Planner<'_> {
    fn plan(
        checked: &Checked,
        root: NodeId,
        roots: &mut Vec<NodeId>,
        free_texts: &mut u32,
    ) -> Part {
        let top = Link {
            join: Link::ROOT,
            negated: false,
        };
        let mut planner = Planner {
            checked,
            roots,
            free_texts,
            wanted: WantedBuilder::new(),
            leaves: Vec::with_capacity(checked.len()),
            joins: Vec::new(),
            constants: Vec::new(),
            code: Vec::with_capacity(2 * checked.len()),
            labels: Vec::new(),
            todo: Vec::with_capacity(2 * checked.len()),
        };
        planner.todo.push(Todo::Node(root, top));
        while let Some(next) = planner.todo.pop() {
            match next {
                Todo::Node(id, link) => planner.node(id, link),
                Todo::Not => planner.code.push(Op::Not),
                Todo::Jump(on, to) => {
                    let to = to as u32;
                    planner.code.push(Op::Jump { on, to });
                }
                Todo::Label(label) => {
                    let here = planner.code.len();
                    if let Some(place) = planner.labels.get_mut(label) {
                        *place = here;
                    }
                }
            }
        }
        planner.finish()
    }

    fn finish(self) -> Part {
        let Planner {
            wanted,
            mut leaves,
            joins,
            constants,
            mut code,
            labels,
            ..
        } = self;
        for op in &mut code {
            if let Op::Jump { to, .. } = op {
                *to = labels.get(*to as usize).copied().unwrap_or_default() as u32;
            }
        }
        leaves.shrink_to_fit();
        let wanted = wanted.build(&mut leaves);
        Part {
            wanted,
            leaves,
            joins,
            constants,
            code,
        }
    }

    fn node(&mut self, id: NodeId, link: Link) {
        match &self.checked.node(id).kind {
            NodeKind::All(children) => self.join(children, true, link),
            NodeKind::Any(children) => self.join(children, false, link),
            NodeKind::Not(child) => {
                let negated = !link.negated;
                self.todo
                    .extend([Todo::Not, Todo::Node(*child, Link { negated, ..link })]);
            }
            NodeKind::Element(keys, inside) => self.element(keys, *inside, link),
            NodeKind::Test(field, kind, test) => self.test(field, *kind, test, link),
            NodeKind::FreeText(value) => {
                let ask = Ask::FreeText(Matcher::new(value, Kind::Text), *self.free_texts);
                *self.free_texts += 1;
                self.leaf(link, ask, [].into());
            }
        }
    }

    /// Conditions one after the other, until one decides.
    fn join(&mut self, children: &[NodeId], all: bool, up: Link) {
        let join = self.joins.len() as u32;
        self.joins.push(Join {
            up,
            all,
            children: children.len() as u32,
        });
        if children.is_empty() {
            self.code.push(Op::Set(all));
            self.constants.push((up, all));
        }
        let label = self.labels.len();
        self.labels.push(0);
        self.todo.push(Todo::Label(label));
        let negated = false;
        for (at, child) in children.iter().enumerate().rev() {
            self.todo.push(Todo::Node(*child, Link { join, negated }));
            if at > 0 {
                self.todo.push(Todo::Jump(!all, label));
            }
        }
    }

    fn element(&mut self, keys: &Keys, inside: NodeId, link: Link) {
        let place = self.wanted.place(keys);
        let part = self.roots.len() as u32;
        self.roots.push(inside);
        self.leaf(link, Ask::Element(part), [place].into());
    }

    fn test(&mut self, field: &Field, kind: Kind, test: &Test, link: Link) {
        let places = field.places.iter().map(|keys| self.wanted.place(keys));
        let places = places.collect();
        self.leaf(link, Ask::Value(Check::new(test, kind)), places);
    }

    fn leaf(&mut self, up: Link, ask: Ask, places: Box<[PlaceId]>) {
        self.code.push(Op::Leaf(self.leaves.len() as u32));
        self.leaves.push(Leaf { up, ask, places });
    }
}
