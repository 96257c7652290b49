//! Whether one query implies another, as far as that can be proven.

use std::collections::HashMap;

use super::sets;
use crate::check::{Checked, Field, Keys, NodeId, NodeKind, Test, Value};
use crate::schema::Kind;

/// How two queries relate, as far as it is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// They match the same events.
    Equivalent,
    /// The second matches every event that the first does.
    Implies,
    /// The first matches every event that the second does.
    Implied,
    /// Nothing is proven. They may still be equivalent.
    Unknown,
}

/// How two queries relate that were checked with the same schema and the same time. What it says besides
/// [`Relation::Unknown`] holds of every event, also of those with several values where one is expected.
///
/// `AND`, `OR`, `NOT` and nested groups are taken apart; of values it knows the order, lists, and which
/// contain others. It stops after a fixed number of steps, and says [`Relation::Unknown`] then.
///
/// ```
/// use qualys_filter::{Query, Schema, lint::{Relation, compare}};
///
/// let checked = |text: &str| text.parse::<Query>().unwrap().check(Schema::edr()).unwrap();
/// let two = checked("type:FILE OR type:PROCESS");
/// assert_eq!(compare(&two, &checked("type:[PROCESS, FILE]")), Relation::Equivalent);
/// assert_eq!(compare(&two, &checked("NOT NOT type:FILE")), Relation::Implied);
/// assert_eq!(compare(&two, &checked("action:CREATED")), Relation::Unknown);
/// ```
pub fn compare(first: &Checked, second: &Checked) -> Relation {
    let mut known = HashMap::new();
    let classes = [first, second].map(|checked| classes(checked, &mut known));
    let [of_first, of_second] = &classes;
    let (first, second) = (Node::root(first, of_first), Node::root(second, of_second));
    match (implies(first, second), implies(second, first)) {
        (true, true) => Relation::Equivalent,
        (true, false) => Relation::Implies,
        (false, true) => Relation::Implied,
        (false, false) => Relation::Unknown,
    }
}

/// For every condition, a number that those of the same form share.
fn classes(checked: &Checked, known: &mut HashMap<NodeKind, u32>) -> Vec<u32> {
    let mut classes: Vec<u32> = Vec::new();
    for id in (0..checked.len()).map(NodeId::new) {
        // A condition over classes in place of conditions is the same for the same form.
        let of = |id: &NodeId| {
            let class = classes.get(id.index()).copied().unwrap_or_default();
            NodeId::new(class as usize)
        };
        let kind = match &checked.node(id).kind {
            NodeKind::Any(children) => NodeKind::Any(children.iter().map(of).collect()),
            NodeKind::All(children) => NodeKind::All(children.iter().map(of).collect()),
            NodeKind::Not(child) => NodeKind::Not(of(child)),
            NodeKind::Element(keys, child) => NodeKind::Element(keys.clone(), of(child)),
            leaf => leaf.clone(),
        };
        let next = known.len() as u32;
        classes.push(*known.entry(kind).or_insert(next));
    }
    classes
}

fn implies(first: Node<'_>, second: Node<'_>) -> bool {
    let mut prover = Prover { steps: STEPS };
    prover.follows(vec![(first, Side::Given), (second, Side::Wanted)], 0) == Some(true)
}

/// How many conditions are looked at, or compared.
const STEPS: usize = 200_000;

/// How deep nested groups within each other are looked into.
const DEEPEST: usize = 16;

/// A condition of one of the queries.
#[derive(Clone, Copy)]
struct Node<'c> {
    checked: &'c Checked,
    classes: &'c [u32],
    id: NodeId,
}

impl<'c> Node<'c> {
    fn root(checked: &'c Checked, classes: &'c [u32]) -> Node<'c> {
        Node {
            checked,
            classes,
            id: checked.root(),
        }
    }

    fn class(self) -> u32 {
        self.classes
            .get(self.id.index())
            .copied()
            .unwrap_or_default()
    }

    fn kind(self) -> &'c NodeKind {
        &self.checked.node(self.id).kind
    }

    fn at(self, id: NodeId) -> Node<'c> {
        Node { id, ..self }
    }
}

/// Whether a condition is known to hold, or is one of those of which one has to be shown to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Given,
    Wanted,
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Given => Side::Wanted,
            Side::Wanted => Side::Given,
        }
    }
}

/// A condition that is not made of others on the same event or element.
#[derive(Clone)]
enum Atom<'c> {
    Test(&'c Field, Kind, Test),
    Element(&'c Keys, Node<'c>),
    Text(&'c Value),
}

impl Atom<'_> {
    /// Whether it holds only where the other does.
    fn implies(&self, other: &Atom<'_>) -> bool {
        match (self, other) {
            (Atom::Test(field, kind, a), Atom::Test(of, as_kind, b)) => {
                field == of && kind == as_kind && sets::implies(*kind, a, b)
            }
            (Atom::Text(a), Atom::Text(b)) => a == b,
            _ => false,
        }
    }

    /// Each of several values of a list, which one value of the event is enough for.
    fn parts(&self) -> Option<Vec<Atom<'_>>> {
        let Atom::Test(field, kind, Test::AnyOf(values)) = self else {
            return None;
        };
        let one = |value: &Value| Atom::Test(field, *kind, Test::AnyOf(vec![value.clone()]));
        (values.len() > 1).then(|| values.iter().map(one).collect())
    }
}

/// What is given and what is wanted: it is proven that if all that is given holds, some of what is wanted
/// does.
#[derive(Clone, Default)]
struct Sequent<'c> {
    todo: Vec<(Node<'c>, Side)>,
    /// The conditions that have been looked at, by their classes.
    seen: Vec<(u32, Side)>,
    given: Vec<Atom<'c>>,
    wanted: Vec<Atom<'c>>,
    is_proven: bool,
}

struct Prover {
    steps: usize,
}

impl Prover {
    /// Takes a step; none if there are none left.
    fn step(&mut self, count: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(count)?;
        Some(())
    }

    /// Whether some of what is wanted follows from all that is given; none if it takes too many steps.
    fn follows<'c>(&mut self, todo: Vec<(Node<'c>, Side)>, depth: usize) -> Option<bool> {
        if depth > DEEPEST {
            return None;
        }
        let mut open = vec![Sequent {
            todo,
            ..Sequent::default()
        }];
        while let Some(sequent) = open.pop() {
            let mut sequent = sequent;
            let branches = self.reduce(&mut sequent)?;
            if sequent.is_proven {
                continue;
            }
            if !branches.is_empty() {
                for branch in branches {
                    let size = sequent.given.len() + sequent.wanted.len() + sequent.seen.len();
                    self.step(size + sequent.todo.len())?;
                    let mut next = sequent.clone();
                    next.todo.push(branch);
                    open.push(next);
                }
                continue;
            }
            if self.by_elements(&sequent, depth)? {
                continue;
            }
            let lists = sequent.given.iter().enumerate();
            let mut lists = lists.filter_map(|(at, atom)| Some((at, atom.parts()?)));
            let Some((at, parts)) = lists.next() else {
                return Some(false);
            };
            for part in parts {
                self.step(sequent.given.len() + sequent.wanted.len())?;
                let mut next = sequent.clone();
                next.given.swap_remove(at);
                // A part borrows of the sequent only what that borrows of the query.
                let part = match (&part, sequent.given.get(at)) {
                    (Atom::Test(.., test), Some(Atom::Test(field, kind, _))) => {
                        Atom::Test(field, *kind, test.clone())
                    }
                    _ => return Some(false),
                };
                self.add(&mut next, part, Side::Given)?;
                open.push(next);
            }
        }
        Some(true)
    }

    /// Takes conditions apart until one is left that needs a proof for each of its parts; returns these,
    /// or nothing if all are apart.
    fn reduce<'c>(&mut self, sequent: &mut Sequent<'c>) -> Option<Vec<(Node<'c>, Side)>> {
        let mut later = Vec::new();
        while let Some((node, side)) = sequent.todo.pop() {
            self.step(1 + sequent.seen.len())?;
            let class = node.class();
            sequent.is_proven |= sequent.seen.contains(&(class, side.other()));
            if sequent.is_proven {
                return Some(Vec::new());
            }
            if !sequent.seen.contains(&(class, side)) {
                sequent.seen.push((class, side));
            }
            match (node.kind(), side) {
                (NodeKind::Not(inner), side) => sequent.todo.push((node.at(*inner), side.other())),
                (NodeKind::All(children), Side::Given)
                | (NodeKind::Any(children), Side::Wanted) => {
                    let children = children.iter().map(|child| (node.at(*child), side));
                    sequent.todo.extend(children);
                }
                // None of no conditions holds, and all of them do.
                (NodeKind::Any(children) | NodeKind::All(children), _) if children.is_empty() => {
                    sequent.is_proven = true;
                }
                (NodeKind::Any(_) | NodeKind::All(_), side) => later.push((node, side)),
                (NodeKind::Test(field, kind, test), side) => {
                    self.add(sequent, Atom::Test(field, *kind, test.clone()), side)?;
                }
                (NodeKind::Element(keys, inner), side) => {
                    self.add(sequent, Atom::Element(keys, node.at(*inner)), side)?;
                }
                (NodeKind::FreeText(value), side) => self.add(sequent, Atom::Text(value), side)?,
            }
        }
        if sequent.is_proven || later.is_empty() {
            return Some(Vec::new());
        }
        // Each part of what is wanted is shown on its own before what is given is split.
        let wanted = later.iter().position(|(_, side)| *side == Side::Wanted);
        let (node, side) = later.swap_remove(wanted.unwrap_or(0));
        sequent.todo = later;
        let children = node.kind().children().iter();
        Some(children.map(|child| (node.at(*child), side)).collect())
    }

    /// Adds an atom, and notes if it proves what is wanted.
    fn add<'c>(&mut self, sequent: &mut Sequent<'c>, atom: Atom<'c>, side: Side) -> Option<()> {
        self.step(1 + sequent.given.len() + sequent.wanted.len())?;
        match side {
            Side::Given => {
                sequent.is_proven |= sequent.wanted.iter().any(|wanted| atom.implies(wanted));
                sequent.given.push(atom);
            }
            Side::Wanted => {
                sequent.is_proven |= sequent.given.iter().any(|given| given.implies(&atom));
                sequent.wanted.push(atom);
            }
        }
        Some(())
    }

    /// Whether the element of some nested group that is given satisfies one of those that are wanted.
    fn by_elements(&mut self, sequent: &Sequent<'_>, depth: usize) -> Option<bool> {
        for given in &sequent.given {
            let Atom::Element(keys, inner) = given else {
                continue;
            };
            let wanted = sequent.wanted.iter().filter_map(|wanted| match wanted {
                Atom::Element(of, inner) if of == keys => Some((*inner, Side::Wanted)),
                _ => None,
            });
            let todo: Vec<_> = wanted.chain([(*inner, Side::Given)]).collect();
            if self.follows(todo, depth + 1)? {
                return Some(true);
            }
        }
        Some(false)
    }
}
