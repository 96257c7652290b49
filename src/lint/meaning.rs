//! Which conditions of a query say the same, and which stand beside each other.

use std::collections::HashMap;

use super::context::Seen;
use crate::check::{Checked, Field, NodeId, NodeKind, Test, Value};
use crate::schema::{Kind, Token};
use crate::span::Span;
use crate::syntax::ExprKind;
use crate::value::fold;

/// The checked form of a query, with the way from there to its expressions.
pub(super) struct Meaning<'q> {
    pub(super) checked: &'q Checked,
    /// For every condition, the expression that it was written as, by its position.
    written: Vec<Option<usize>>,
    /// For every condition, a number that those with the same meaning share.
    classes: Vec<u32>,
    /// For every condition, whether one clause was written as it, or as more than it.
    clauses: Vec<bool>,
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

/// Of conditions on one field, each is compared with so many before it, so that the work stays
/// linear.
const COMPARED: usize = 16;

impl<'q> Meaning<'q> {
    pub(super) fn new(checked: &'q Checked, seen: &[Seen<'_>]) -> Meaning<'q> {
        let by_span: HashMap<Span, usize> = (0..)
            .zip(seen)
            .map(|(at, seen)| (seen.expr.span, at))
            .collect();
        let ids = (0..checked.len()).map(NodeId::new);
        let written = ids
            .clone()
            .map(|id| by_span.get(&checked.node(id).span).copied());
        let written: Vec<Option<usize>> = written.collect();
        let clause = |at: &Option<usize>| {
            let seen = at.and_then(|at| seen.get(at));
            seen.is_none_or(|seen| matches!(seen.expr.kind, ExprKind::Clause(_)))
        };
        let clauses = written.iter().map(clause).collect();
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
            checked,
            written,
            classes,
            clauses,
        }
    }

    /// The number that conditions of the same meaning share.
    pub(super) fn class(&self, id: NodeId) -> u32 {
        self.classes.get(id.index()).copied().unwrap_or_default()
    }

    /// The expression that a condition was written as, by its position. Several conditions may have
    /// been written as one.
    pub(super) fn written(&self, id: NodeId) -> Option<usize> {
        self.written.get(id.index()).copied().flatten()
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
            let clause = |id: NodeId| self.clauses.get(id.index()) == Some(&true);
            let same = |id: NodeId| match &self.checked.node(id).kind {
                NodeKind::Any(_) => any && !clause(id),
                NodeKind::All(_) => !any && !clause(id),
                _ => false,
            };
            // What one clause was written as stands beside nothing.
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
    pub(super) fn leaf(&self, id: NodeId, seen: &[Seen<'_>]) -> Option<Leaf<'q>> {
        let (negated, kind) = match &self.checked.node(id).kind {
            NodeKind::Not(inner) => (true, &self.checked.node(*inner).kind),
            kind => (false, kind),
        };
        let NodeKind::Test(field, kind, test) = kind else {
            return None;
        };
        let mut written = self.written(id).and_then(|at| seen.get(at));
        if let Some(outer) = written.filter(|outer| outer.token.is_none()) {
            // `NOT` and the clause behind it.
            let inside = |seen: &&Seen<'_>| seen.expr.span.end <= outer.expr.span.end;
            let from = self.written(id).unwrap_or_default();
            let rest = seen.get(from..).unwrap_or_default().iter();
            written = rest.take_while(inside).find(|seen| seen.token.is_some());
        }
        let one = |token: &Token| {
            let paths = token.paths();
            !paths.is_empty() && paths.iter().all(|path| path.arrays().next().is_none())
        };
        Some(Leaf {
            id,
            negated,
            field,
            kind: *kind,
            test,
            single: written.and_then(|seen| seen.token).is_some_and(one),
        })
    }

    /// The conditions of one field that stand beside each other, as pairs, the earlier first.
    pub(super) fn pairs(&self, joined: &Joined, seen: &[Seen<'_>]) -> Vec<(Leaf<'q>, Leaf<'q>)> {
        let mut fields: HashMap<(&Field, Kind), Vec<NodeId>> = HashMap::new();
        let mut pairs = Vec::new();
        for id in &joined.leaves {
            let Some(leaf) = self.leaf(*id, seen) else {
                continue;
            };
            let others = fields.entry((leaf.field, leaf.kind)).or_default();
            for other in others.iter().rev().take(COMPARED).rev() {
                if let (Some(earlier), Some(later)) =
                    (self.leaf(*other, seen), self.leaf(*id, seen))
                {
                    pairs.push((earlier, later));
                }
            }
            others.push(*id);
        }
        pairs
    }
}

/// A value that ignores case, in small letters.
fn without_case(value: &Value) -> Value {
    let lower = |text: &str| fold(text).into_owned().into();
    match value {
        Value::Whole(text) => Value::Whole(lower(text)),
        Value::Prefix(text) => Value::Prefix(lower(text)),
        Value::Pattern(text) => Value::Pattern(lower(text)),
        other => other.clone(),
    }
}
