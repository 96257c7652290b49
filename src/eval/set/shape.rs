//! The shape of a query, as a set needs it: its structure and its instructions. It knows nothing of
//! a set.

use crate::check::{Checked, Keys, NodeId, NodeKind};
use crate::eval::program::code::Op;

/// A query with its structure.
pub(super) struct Shape<'c> {
    checked: &'c Checked,
    /// The surroundings of each condition.
    around: Vec<Around>,
    ops: Vec<Op<NodeId>>,
}

#[derive(Clone, Copy)]
struct Around {
    /// The parent condition.
    up: NodeId,
    /// Whether it is the last child of its parent.
    last: bool,
    /// The nested group that contains it.
    group: Option<NodeId>,
    /// The number of keys to that group's elements.
    keys: usize,
}

impl<'c> Shape<'c> {
    /// Reads the structure of a query.
    pub(super) fn of(checked: &'c Checked) -> Shape<'c> {
        let nothing = Around {
            up: NodeId::new(0),
            last: true,
            group: None,
            keys: 0,
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
                        up: id,
                        last: at + 1 == children.len(),
                        group,
                        keys,
                    };
                }
            }
        }
        let ops = ops(checked, &around);
        Shape {
            checked,
            around,
            ops,
        }
    }

    pub(super) fn checked(&self) -> &'c Checked {
        self.checked
    }

    /// The query as instructions over its conditions. A nested group is one condition.
    pub(super) fn ops(&self) -> &[Op<NodeId>] {
        &self.ops
    }

    /// All conditions, each after its children.
    pub(super) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.around.len()).map(NodeId::new)
    }

    /// Whether a condition is inside a nested group.
    pub(super) fn is_inside(&self, id: NodeId) -> bool {
        self.around(id).is_some_and(|around| around.group.is_some())
    }

    /// The number of keys to the elements of the nested group that contains a condition.
    pub(super) fn keys_around(&self, id: NodeId) -> usize {
        self.around(id).map_or(0, |around| around.keys)
    }

    /// The path of a condition inside a nested group, from the event's root.
    pub(super) fn keys_of_event(&self, id: NodeId, keys: &Keys) -> Keys {
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

    fn around(&self, id: NodeId) -> Option<&Around> {
        self.around.get(id.index())
    }
}

fn ops(checked: &Checked, around: &[Around]) -> Vec<Op<NodeId>> {
    let mut ops = Vec::with_capacity(2 * around.len());
    let mut ends = vec![0_u32; around.len()];
    for (id, around) in around.iter().enumerate() {
        if around.group.is_some() {
            continue;
        }
        let id = NodeId::new(id);
        match &checked.node(id).kind {
            NodeKind::All(children) if children.is_empty() => ops.push(Op::Set(true)),
            NodeKind::Any(children) if children.is_empty() => ops.push(Op::Set(false)),
            NodeKind::All(_) | NodeKind::Any(_) => {}
            NodeKind::Not(_) => ops.push(Op::Not),
            NodeKind::Test(..) | NodeKind::FreeText(_) | NodeKind::Element(..) => {
                ops.push(Op::Leaf(id));
            }
        }
        if let Some(end) = ends.get_mut(id.index()) {
            *end = ops.len() as u32;
        }
        // If the answer may be known here, jump to the end of the parent, which is not placed yet.
        if !around.last {
            let on = matches!(checked.node(around.up).kind, NodeKind::Any(_));
            let to = around.up.index() as u32;
            ops.push(Op::Jump { on, to });
        }
    }
    for op in &mut ops {
        if let Op::Jump { to, .. } = op {
            *to = ends.get(*to as usize).copied().unwrap_or_default();
        }
    }
    ops
}
