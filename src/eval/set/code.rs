//! The code of a filter in a set: its instructions over the set's predicates.

use super::ids::PredicateId;
use super::predicate::{FieldKey, Predicates};
use super::shape::Shape;
use super::triggers::Weights;
use crate::check::{NodeId, NodeKind};
use crate::eval::program::code::Op;

/// The instructions of a query over predicates, each of which has one use more for it.
pub(super) struct RuleCode {
    pub(super) ops: Vec<Op<PredicateId>>,
    /// The predicate of each condition outside nested groups, sorted by condition.
    predicates: Vec<(NodeId, PredicateId)>,
}

impl RuleCode {
    /// The predicate of a condition, if it is outside nested groups.
    pub(super) fn predicate(&self, id: NodeId) -> Option<PredicateId> {
        let at = self.predicates.binary_search_by_key(&id, |(id, _)| *id);
        Some(self.predicates.get(at.ok()?)?.1)
    }
}

impl Predicates {
    /// The code of a query, whose conditions become predicates.
    pub(super) fn intern(&mut self, shape: &Shape<'_>) -> RuleCode {
        let mut predicates = Vec::with_capacity(shape.ops().len());
        let ops = shape.ops().iter().map(|op| match *op {
            Op::Set(truth) => Op::Set(truth),
            Op::Not => Op::Not,
            Op::Jump { on, to } => Op::Jump { on, to },
            Op::Leaf(id) => {
                let predicate = match &shape.checked().node(id).kind {
                    NodeKind::Test(field, kind, test) => {
                        let key = FieldKey {
                            places: field.places.clone(),
                            kind: *kind,
                            any_place: false,
                            no_values: field.no_values.clone(),
                        };
                        self.of_test(key, test)
                    }
                    _ => self.of_node(shape.checked(), id),
                };
                predicates.push((id, predicate));
                Op::Leaf(predicate)
            }
        });
        let ops = ops.collect();
        RuleCode { ops, predicates }
    }

    /// What it costs to wait for the conditions of a query in this set.
    pub(super) fn weights(&self, code: &RuleCode) -> Weights {
        let weights = code.predicates.iter().map(|(id, predicate)| {
            let uses = self.get(*predicate).map_or(1, |entry| entry.uses());
            (*id, Weights::of(uses, self.is_field_indexed(*predicate)))
        });
        Weights::new(weights.collect())
    }
}

/// The predicates in the instructions.
pub(super) fn named(ops: &[Op<PredicateId>]) -> impl Iterator<Item = PredicateId> {
    ops.iter().filter_map(|op| match op {
        Op::Leaf(predicate) => Some(*predicate),
        _ => None,
    })
}
