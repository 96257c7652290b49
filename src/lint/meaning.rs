//! Which conditions of a query say the same, and which are beside each other.

use std::collections::HashMap;

use super::context::Context;
use crate::check::{Checked, Field, NodeId, NodeKind, Test, Value};
use crate::schema::{Kind, Token};
use crate::span::Span;
use crate::syntax::{ExprKind, Query};
use crate::value::fold;

/// The checked form of a query, with the way from there to its expressions.
pub(super) struct Meaning<'q> {
    query: &'q Query,
    pub(super) checked: &'q Checked,
    /// For every condition, a number that those with the same meaning share.
    classes: Vec<u32>,
}

/// The conditions that an `AND` or an `OR` joins, those of the same within it too.
pub(super) struct Joined {
    /// Whether by `OR`.
    pub(super) any: bool,
    pub(super) leaves: Vec<NodeId>,
}

/// A condition on one field: a test, or `NOT` with one.
pub(super) struct Leaf<'q> {
    pub(super) id: NodeId,
    pub(super) negated: bool,
    pub(super) field: &'q Field,
    pub(super) kind: Kind,
    pub(super) test: &'q Test,
    /// Whether an event has at most one value there.
    pub(super) single: bool,
}

/// Each condition on a field is compared with at most this many before it, so that the work stays
/// linear.
const COMPARED: usize = 16;

impl<'q> Meaning<'q> {
    pub(super) fn new(query: &'q Query, checked: &'q Checked) -> Meaning<'q> {
        let ids = (0..checked.len()).map(NodeId::new);
        let mut known: HashMap<NodeKind, u32> = HashMap::new();
        let mut classes: Vec<u32> = Vec::new();
        for id in ids {
            // A condition over classes in place of conditions is the same for the same meaning.
            let of = |id: &NodeId| {
                let class = classes.get(id.index()).copied().unwrap_or_default();
                NodeId::new(class as usize)
            };
            let kind = match &checked.node(id).kind {
                NodeKind::Any(children) => NodeKind::Any(children.iter().map(of).collect()),
                NodeKind::All(children) => NodeKind::All(children.iter().map(of).collect()),
                NodeKind::Not(child) => NodeKind::Not(of(child)),
                NodeKind::Element(keys, child) => NodeKind::Element(keys.clone(), of(child)),
                NodeKind::Test(field, kind, Test::AnyOf(values)) => {
                    let values = values.iter().map(without_case).collect();
                    NodeKind::Test(field.clone(), *kind, Test::AnyOf(values))
                }
                leaf => leaf.clone(),
            };
            let next = known.len() as u32;
            classes.push(*known.entry(kind).or_insert(next));
        }
        Meaning {
            query,
            checked,
            classes,
        }
    }

    /// The number that conditions of the same meaning share.
    pub(super) fn class(&self, id: NodeId) -> u32 {
        self.classes.get(id.index()).copied().unwrap_or_default()
    }

    /// Whether a condition was written as one clause, or as a part of one.
    fn is_of_clause(&self, id: NodeId) -> bool {
        let origin = self.checked.node(id).origin;
        origin.is_none_or(|id| matches!(self.query.expr(id).kind, ExprKind::Clause(_)))
    }

    pub(super) fn span(&self, id: NodeId) -> Span {
        self.checked.node(id).span
    }

    /// Every `AND` and `OR` with what it joins, but those that are part of another of the same.
    pub(super) fn joined(&self) -> Vec<Joined> {
        let ids = (0..self.checked.len()).map(NodeId::new);
        let mut inner = vec![false; self.checked.len()];
        let mut all = Vec::new();
        // Those around come after those within.
        for id in ids.rev() {
            let kind = &self.checked.node(id).kind;
            let any = match kind {
                NodeKind::Any(_) => true,
                NodeKind::All(_) => false,
                _ => continue,
            };
            let clause = |id: NodeId| self.is_of_clause(id);
            let same = |id: NodeId| match &self.checked.node(id).kind {
                NodeKind::Any(_) => any && !clause(id),
                NodeKind::All(_) => !any && !clause(id),
                _ => false,
            };
            // The conditions of one clause are beside nothing.
            if clause(id) || inner.get(id.index()) == Some(&true) {
                continue;
            }
            let mut leaves = Vec::new();
            let mut todo: Vec<NodeId> = kind.children().iter().rev().copied().collect();
            while let Some(child) = todo.pop() {
                let kind = &self.checked.node(child).kind;
                match same(child) {
                    true => {
                        if let Some(entry) = inner.get_mut(child.index()) {
                            *entry = true;
                        }
                        todo.extend(kind.children().iter().rev());
                    }
                    false => leaves.push(child),
                }
            }
            all.push(Joined { any, leaves });
        }
        all.reverse();
        all
    }

    /// The condition as one on a field, if it is one.
    pub(super) fn leaf(&self, id: NodeId, context: &Context<'_>) -> Option<Leaf<'q>> {
        let node = self.checked.node(id);
        let (negated, node) = match &node.kind {
            NodeKind::Not(inner) => (true, self.checked.node(*inner)),
            _ => (false, node),
        };
        let NodeKind::Test(field, kind, test) = &node.kind else {
            return None;
        };
        let one = |token: &Token| {
            let paths = token.paths();
            !paths.is_empty() && paths.iter().all(|path| path.arrays().next().is_none())
        };
        let written = node.origin.and_then(|origin| context.of(origin));
        Some(Leaf {
            id,
            negated,
            field,
            kind: *kind,
            test,
            single: written.and_then(|seen| seen.token).is_some_and(one),
        })
    }

    /// The conditions of one field that are beside each other, as pairs, the earlier first.
    pub(super) fn pairs(
        &self,
        joined: &Joined,
        context: &Context<'_>,
    ) -> Vec<(Leaf<'q>, Leaf<'q>)> {
        let mut fields: HashMap<(&Field, Kind), Vec<NodeId>> = HashMap::new();
        let mut pairs = Vec::new();
        for id in &joined.leaves {
            let Some(leaf) = self.leaf(*id, context) else {
                continue;
            };
            let others = fields.entry((leaf.field, leaf.kind)).or_default();
            for other in others.iter().rev().take(COMPARED).rev() {
                if let (Some(earlier), Some(later)) =
                    (self.leaf(*other, context), self.leaf(*id, context))
                {
                    pairs.push((earlier, later));
                }
            }
            others.push(*id);
        }
        pairs
    }
}

/// A value that ignores case, in lower case.
fn without_case(value: &Value) -> Value {
    let lower = |text: &str| fold(text).into_owned().into();
    match value {
        Value::Whole(text) => Value::Whole(lower(text)),
        Value::Prefix(text) => Value::Prefix(lower(text)),
        Value::Pattern(text) => Value::Pattern(lower(text)),
        other => other.clone(),
    }
}
