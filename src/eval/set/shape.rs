//! The shape of a query, as a set needs it: its instructions, and the triggers that it can wait
//! for.

use super::entry::share;
use super::ids::PredicateId;
use super::predicate::{FieldKey, Predicates};
use crate::check::{Checked, Keys, NodeId, NodeKind, Test, Value};
use crate::eval::program::code::Op;
use crate::schema::Kind;

/// A query with its structure.
pub(super) struct Shape<'c> {
    checked: &'c Checked,
    /// The surroundings of each condition.
    around: Vec<Around>,
    /// The query as instructions over predicates. A nested group is one predicate.
    pub(super) code: Vec<Op<PredicateId>>,
}

#[derive(Clone, Copy)]
struct Around {
    /// The parent condition.
    up: u32,
    /// Whether it is the last child of its parent.
    last: bool,
    /// The nested group that contains it.
    group: Option<NodeId>,
    /// The number of keys to that group's elements.
    keys: usize,
    /// Its predicate in the instructions.
    predicate: Option<PredicateId>,
    /// The estimated cost of triggers that fire whenever the condition is true, and whenever it is
    /// false; infinity if there are none.
    holds: f32,
    fails: f32,
}

/// Deeper paths are no triggers: events are rarely read that deep.
const DEEPEST: usize = 64;

/// A trigger: a predicate whose truth wakes a rule.
pub(super) enum Trigger {
    /// A predicate of the query itself.
    Own(PredicateId),
    /// A value in an element of a nested group, or the element itself.
    Inside(FieldKey, Test),
    /// A string anywhere.
    FreeText(Value),
}

impl<'c> Shape<'c> {
    /// Reads the structure of a query, and interns its predicates.
    pub(super) fn new(checked: &'c Checked, predicates: &mut Predicates) -> Shape<'c> {
        let nothing = Around {
            up: 0,
            last: true,
            group: None,
            keys: 0,
            predicate: None,
            holds: f32::INFINITY,
            fails: f32::INFINITY,
        };
        let count = checked.root().index() + 1;
        let mut around = vec![nothing; count];
        for id in (0..count).rev().map(NodeId::new) {
            let Around { group, keys, .. } = around.get(id.index()).copied().unwrap_or(nothing);
            let kind = &checked.node(id).kind;
            let (group, keys) = match kind {
                NodeKind::Element(more, _) => (Some(id), keys + more.len()),
                _ => (group, keys),
            };
            let children = kind.children();
            for (at, child) in children.iter().enumerate() {
                if let Some(entry) = around.get_mut(child.index()) {
                    *entry = Around {
                        up: id.index() as u32,
                        last: at + 1 == children.len(),
                        group,
                        keys,
                        ..nothing
                    };
                }
            }
        }
        let mut shape = Shape {
            checked,
            around,
            code: Vec::new(),
        };
        shape.code = shape.code(predicates);
        shape
    }

    fn around(&self, id: NodeId) -> Option<&Around> {
        self.around.get(id.index())
    }

    fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.around.len()).map(NodeId::new)
    }

    fn code(&mut self, predicates: &mut Predicates) -> Vec<Op<PredicateId>> {
        let mut code = Vec::with_capacity(2 * self.around.len());
        let mut ends = vec![0_u32; self.around.len()];
        for id in self.ids() {
            let around = self.around.get_mut(id.index());
            let Some(around) = around.filter(|around| around.group.is_none()) else {
                continue;
            };
            let mut leaf = |id| {
                around.predicate = Some(id);
                code.push(Op::Leaf(id));
            };
            match &self.checked.node(id).kind {
                NodeKind::All(children) if children.is_empty() => code.push(Op::Set(true)),
                NodeKind::Any(children) if children.is_empty() => code.push(Op::Set(false)),
                NodeKind::All(_) | NodeKind::Any(_) => {}
                NodeKind::Not(_) => code.push(Op::Not),
                NodeKind::Test(field, kind, test) => {
                    let key = FieldKey {
                        places: field.places.clone(),
                        kind: *kind,
                        any_place: false,
                    };
                    leaf(predicates.of_test(key, test));
                }
                NodeKind::FreeText(_) | NodeKind::Element(..) => {
                    leaf(predicates.of_node(self.checked, id));
                }
            }
            if let Some(end) = ends.get_mut(id.index()) {
                *end = code.len() as u32;
            }
            // If the answer may be known here, jump to the end of the parent, which is not placed
            // yet.
            let up = NodeId::new(around.up as usize);
            if !around.last {
                let on = matches!(self.checked.node(up).kind, NodeKind::Any(_));
                let to = around.up;
                code.push(Op::Jump { on, to });
            }
        }
        for op in &mut code {
            if let Op::Jump { to, .. } = op {
                *to = ends.get(*to as usize).copied().unwrap_or_default();
            }
        }
        code
    }

    /// The triggers: if the query is true, so is one of these. `None` if it has none.
    pub(super) fn triggers(&mut self, predicates: &Predicates) -> Option<Vec<Trigger>> {
        for id in self.ids() {
            let (holds, fails) = self.cost(id, predicates);
            if let Some(entry) = self.around.get_mut(id.index()) {
                (entry.holds, entry.fails) = (holds, fails);
            }
        }
        let mut triggers = Vec::new();
        let root = self.checked.root();
        if self.cost_of(root, true).is_infinite() {
            return None;
        }
        let mut todo = vec![(root, true)];
        while let Some((id, holds)) = todo.pop() {
            match &self.checked.node(id).kind {
                NodeKind::Not(child) => todo.push((*child, !holds)),
                NodeKind::All(children) | NodeKind::Any(children) => {
                    let all = matches!(self.checked.node(id).kind, NodeKind::All(_));
                    if all == holds {
                        // All of them are needed, so the best one is enough.
                        let cost = |child: &&NodeId| self.cost_of(**child, holds);
                        let best = children.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
                        todo.extend(best.map(|best| (*best, holds)));
                    } else {
                        todo.extend(children.iter().map(|child| (*child, holds)));
                    }
                }
                NodeKind::Element(keys, inside) => {
                    if self.cost_of(*inside, true) <= EXISTS {
                        todo.push((*inside, true));
                    } else {
                        let places = vec![self.keys_of_event(id, keys)];
                        let (kind, any_place) = (Kind::Auto, true);
                        let key = FieldKey {
                            places,
                            kind,
                            any_place,
                        };
                        triggers.push(Trigger::Inside(key, Test::Exists));
                    }
                }
                // The same inside a nested group: the trigger is the same string.
                NodeKind::FreeText(value) => triggers.push(Trigger::FreeText(value.clone())),
                NodeKind::Test(field, kind, test) => {
                    if let Some(predicate) = self.around(id).and_then(|around| around.predicate) {
                        triggers.push(Trigger::Own(predicate));
                        continue;
                    }
                    let places = field.places.iter().map(|keys| self.keys_of_event(id, keys));
                    let key = FieldKey {
                        places: places.collect(),
                        kind: *kind,
                        any_place: true,
                    };
                    triggers.push(Trigger::Inside(key, test.clone()));
                }
            }
        }
        Some(triggers)
    }

    fn cost_of(&self, id: NodeId, holds: bool) -> f32 {
        let around = self.around(id);
        around.map_or(f32::INFINITY, |around| match holds {
            true => around.holds,
            false => around.fails,
        })
    }

    /// The costs of a condition, true and false.
    fn cost(&self, id: NodeId, predicates: &Predicates) -> (f32, f32) {
        const NEVER: f32 = f32::INFINITY;
        let keys = self.around(id).map_or(0, |around| around.keys);
        let sum = |children: &[NodeId], holds| {
            let costs = children.iter().map(|child| self.cost_of(*child, holds));
            costs.sum::<f32>()
        };
        let least = |children: &[NodeId], holds| {
            let costs = children.iter().map(|child| self.cost_of(*child, holds));
            costs.fold(NEVER, f32::min)
        };
        match &self.checked.node(id).kind {
            NodeKind::Not(child) => (self.cost_of(*child, false), self.cost_of(*child, true)),
            NodeKind::All(children) => (least(children, true), sum(children, false)),
            NodeKind::Any(children) => (sum(children, true), least(children, false)),
            NodeKind::Element(more, inside) => {
                let exists = match keys + more.len() <= DEEPEST {
                    true => EXISTS,
                    false => NEVER,
                };
                (self.cost_of(*inside, true).min(exists), NEVER)
            }
            // Every string of every event must be read for it.
            NodeKind::FreeText(_) => (2.0, NEVER),
            NodeKind::Test(field, kind, test) => {
                let deepest = field.places.iter().map(|place| keys + place.len()).max();
                if deepest.is_some_and(|deepest| deepest > DEEPEST) && keys > 0 {
                    return (NEVER, NEVER);
                }
                // A predicate with many uses is probably common.
                let predicate = self.around(id).and_then(|around| around.predicate);
                let uses = predicate
                    .and_then(|id| predicates.get(id))
                    .map_or(1, |p| p.uses());
                let popular = 1.0 + 0.25 * (uses.max(1) as f32).log2();
                // Every lookup costs time, so fewer indexed fields are better.
                let is_new = predicate.is_some_and(|id| !predicates.is_field_indexed(id));
                let new = if is_new { NEW_FIELD } else { 1.0 };
                (share(test, *kind) * popular * new, NEVER)
            }
        }
    }

    /// The path of a condition inside a nested group, from the event's root.
    fn keys_of_event(&self, id: NodeId, keys: &Keys) -> Keys {
        let mut parts = vec![keys.clone()];
        let mut at = id;
        while let Some(group) = self.around(at).and_then(|around| around.group)
            && let NodeKind::Element(keys, _) = &self.checked.node(group).kind
        {
            parts.push(keys.clone());
            at = group;
        }
        parts
            .iter()
            .rev()
            .flat_map(|keys| keys.iter().cloned())
            .collect()
    }
}

/// A predicate of a field without an index must be this many times rarer to be chosen.
const NEW_FIELD: f32 = 4.0;

/// The estimated share of events that have elements at a nested group.
const EXISTS: f32 = 0.6;

/// The predicates in the instructions.
pub(super) fn named(code: &[Op<PredicateId>]) -> impl Iterator<Item = PredicateId> {
    code.iter().filter_map(|op| match op {
        Op::Leaf(predicate) => Some(*predicate),
        _ => None,
    })
}
