//! The triggers of a rule: predicates of which one is true whenever the rule is.
//!
//! Under `AND` one condition is enough, so the cheapest is taken; under `OR` all are needed. `NOT`
//! exchanges the two. A condition that must be false is not a trigger: a search finds only predicates
//! that are true.

use super::predicate::FieldKey;
use super::shape::Shape;
use crate::check::{NodeId, NodeKind, Test, Value};
use crate::eval::program::cost::{ELEMENTS, FREE_TEXT, of_test};
use crate::schema::Kind;

/// A trigger: a predicate whose truth wakes a rule.
pub(super) enum Trigger {
    /// A condition of the query, outside nested groups.
    Own(NodeId),
    /// A value in an element of a nested group, or the element itself.
    Inside(FieldKey, Test),
    /// A string anywhere.
    FreeText(Value),
}

/// Deeper paths are no triggers: events are rarely read that deep.
const DEEPEST: usize = 64;

/// The cost of a condition that has no triggers.
const NEVER: f32 = f32::INFINITY;

/// A predicate of a field without an index must be this many times rarer to be chosen.
const NEW_FIELD: f32 = 4.0;

/// What a set adds to the costs of a query's conditions outside nested groups: factors, sorted by
/// condition.
pub(super) struct Weights(Vec<(NodeId, f32)>);

impl Weights {
    /// Takes the factors sorted by condition.
    pub(super) fn new(sorted: Vec<(NodeId, f32)>) -> Weights {
        Weights(sorted)
    }

    /// The factor of a predicate with this many uses.
    pub(super) fn of(uses: u32, is_field_indexed: bool) -> f32 {
        // A predicate with many uses is probably common.
        let popular = 1.0 + 0.25 * (uses.max(1) as f32).log2();
        // Every lookup costs time, so fewer indexed fields are better.
        popular * if is_field_indexed { 1.0 } else { NEW_FIELD }
    }

    fn get(&self, id: NodeId) -> f32 {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id);
        let found = at.ok().and_then(|at| self.0.get(at));
        found.map_or(1.0, |(_, weight)| *weight)
    }
}

/// The cost of the triggers of each condition.
struct Costs<'s> {
    shape: &'s Shape<'s>,
    weights: &'s Weights,
    of: Vec<Cost>,
}

/// The estimated cost of triggers that fire whenever a condition is true, and whenever it is false;
/// infinity if there are none.
#[derive(Clone, Copy)]
struct Cost {
    holds: f32,
    fails: f32,
}

/// The triggers of a query with the least cost: if the query is true, so is one of these. `None` if
/// it has none.
pub(super) fn choose(shape: &Shape<'_>, weights: &Weights) -> Option<Vec<Trigger>> {
    let costs = Costs::new(shape, weights);
    let checked = shape.checked();
    let root = checked.root();
    if costs.get(root, true).is_infinite() {
        return None;
    }
    let mut triggers = Vec::new();
    let mut todo = vec![(root, true)];
    while let Some((id, holds)) = todo.pop() {
        match &checked.node(id).kind {
            NodeKind::Not(child) => todo.push((*child, !holds)),
            NodeKind::All(children) | NodeKind::Any(children) => {
                let all = matches!(checked.node(id).kind, NodeKind::All(_));
                if all == holds {
                    // All of them are needed, so the best one is enough.
                    let cost = |child: &&NodeId| costs.get(**child, holds);
                    let best = children.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
                    todo.extend(best.map(|best| (*best, holds)));
                } else {
                    todo.extend(children.iter().map(|child| (*child, holds)));
                }
            }
            NodeKind::Element(keys, inside) => {
                if costs.get(*inside, true) <= ELEMENTS {
                    todo.push((*inside, true));
                } else {
                    let key = FieldKey {
                        places: vec![shape.keys_of_event(id, keys)],
                        kind: Kind::Auto,
                        any_place: true,
                        no_values: None,
                    };
                    triggers.push(Trigger::Inside(key, Test::Exists));
                }
            }
            // The same inside a nested group: the trigger is the same string.
            NodeKind::FreeText(value) => triggers.push(Trigger::FreeText(value.clone())),
            NodeKind::Test(field, kind, test) if shape.is_inside(id) => {
                let places = field.places.iter();
                let key = FieldKey {
                    places: places.map(|keys| shape.keys_of_event(id, keys)).collect(),
                    kind: *kind,
                    any_place: true,
                    // A trigger may be true too often.
                    no_values: None,
                };
                triggers.push(Trigger::Inside(key, test.clone()));
            }
            NodeKind::Test(..) => triggers.push(Trigger::Own(id)),
        }
    }
    Some(triggers)
}

impl<'s> Costs<'s> {
    fn new(shape: &'s Shape<'s>, weights: &'s Weights) -> Costs<'s> {
        let mut costs = Costs {
            shape,
            weights,
            of: Vec::with_capacity(shape.ids().size_hint().0),
        };
        for id in shape.ids() {
            let (holds, fails) = costs.cost(id);
            costs.of.push(Cost { holds, fails });
        }
        costs
    }

    fn get(&self, id: NodeId, holds: bool) -> f32 {
        let cost = self.of.get(id.index());
        cost.map_or(NEVER, |cost| if holds { cost.holds } else { cost.fails })
    }

    /// The costs of a condition, true and false, whose children have theirs.
    fn cost(&self, id: NodeId) -> (f32, f32) {
        let keys = self.shape.keys_around(id);
        let sum = |children: &[NodeId], holds| {
            let costs = children.iter().map(|child| self.get(*child, holds));
            costs.sum::<f32>()
        };
        let least = |children: &[NodeId], holds| {
            let costs = children.iter().map(|child| self.get(*child, holds));
            costs.fold(NEVER, f32::min)
        };
        match &self.shape.checked().node(id).kind {
            NodeKind::Not(child) => (self.get(*child, false), self.get(*child, true)),
            NodeKind::All(children) => (least(children, true), sum(children, false)),
            NodeKind::Any(children) => (sum(children, true), least(children, false)),
            NodeKind::Element(more, inside) => {
                let exists = match keys + more.len() <= DEEPEST {
                    true => ELEMENTS,
                    false => NEVER,
                };
                (self.get(*inside, true).min(exists), NEVER)
            }
            NodeKind::FreeText(_) => (FREE_TEXT, NEVER),
            NodeKind::Test(field, kind, test) => {
                let deepest = field.places.iter().map(|place| keys + place.len()).max();
                if deepest.is_some_and(|deepest| deepest > DEEPEST) && keys > 0 {
                    return (NEVER, NEVER);
                }
                (of_test(test, *kind) * self.weights.get(id), NEVER)
            }
        }
    }
}
