//! The compiler: from a checked query to a [`Program`].

use crate::check::{Checked, Field, Keys, NodeId, NodeKind, Test};
use crate::schema::Kind;

use crate::eval::compare::check::Check;
use crate::eval::compare::matcher::Matcher;
use crate::eval::json::Level;
use crate::eval::program::code::Op;
use crate::eval::program::ids::{JoinId, LeafId, PartId, PlaceId};
use crate::eval::program::leaf::{Ask, Join, Leaf, Link};
use crate::eval::program::wanted::WantedBuilder;
use crate::eval::program::{Part, Program};

/// Compiles a checked query.
pub(in crate::eval) fn plan(checked: &Checked) -> Program {
    plan_part(checked, checked.root())
}

/// Compiles one condition of a checked query, which is not inside a nested group.
pub(in crate::eval) fn plan_part(checked: &Checked, root: NodeId) -> Program {
    let mut parts: Vec<Part> = Vec::new();
    // The roots of the parts so far; planning a part may append more.
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
    }
}

/// What is still to be emitted for a part.
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
    code: Vec<Op<LeafId>>,
    /// The position of each label. A jump holds a label until all are placed.
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
            join: JoinId::ROOT,
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

    /// Emits the conditions one after the other, until one decides.
    fn join(&mut self, children: &[NodeId], all: bool, up: Link) {
        let join = JoinId::new(self.joins.len());
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
        let part = PartId::new(self.roots.len());
        self.roots.push(inside);
        self.leaf(link, Ask::Element(part), [place].into());
    }

    fn test(&mut self, field: &Field, kind: Kind, test: &Test, link: Link) {
        let places = field.places.iter().map(|keys| self.wanted.place(keys));
        let places = places.collect();
        self.leaf(link, Ask::Value(Check::new(test, kind)), places);
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.no_values = field.no_values.clone();
        }
    }

    fn leaf(&mut self, up: Link, ask: Ask, places: Box<[PlaceId]>) {
        self.code.push(Op::Leaf(LeafId::new(self.leaves.len())));
        self.leaves.push(Leaf {
            up,
            ask,
            places,
            no_values: None,
        });
    }
}
