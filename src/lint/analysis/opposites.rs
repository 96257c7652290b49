//! Conditions beside each other that exclude each other, or of which one always holds.

use std::collections::{HashMap, HashSet};

use crate::check::{NodeId, NodeKind, shown};
use crate::lint::context::Context;
use crate::lint::meaning::Leaf;
use crate::span::Span;

/// The conditions joined by `AND`, or by `OR`, that are opposite to an earlier one, and the text of
/// that one. `are` says which tests of one field are opposite.
pub(in crate::lint) fn opposites(
    context: &Context<'_>,
    any: bool,
    are: impl Fn(&Leaf<'_>, &Leaf<'_>) -> bool,
) -> Vec<(Span, String)> {
    let Some(meaning) = &context.meaning else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for joined in meaning.joined().iter().filter(|joined| joined.any == any) {
        let mut told: HashSet<NodeId> = HashSet::new();
        let mut tell = |later: NodeId, earlier: NodeId| {
            if told.insert(later) {
                let other = shown(context.text(meaning.span(earlier)));
                found.push((meaning.span(later), other));
            }
        };
        for (earlier, later) in meaning.pairs(joined, context) {
            if are(&earlier, &later) {
                tell(later.id, earlier.id);
            }
        }
        // A condition of any form, and `NOT` with the same.
        let mut plain: HashMap<u32, NodeId> = HashMap::new();
        let mut negated: HashMap<u32, NodeId> = HashMap::new();
        for id in &joined.leaves {
            let earlier = match &meaning.checked.node(*id).kind {
                NodeKind::Not(inside) => {
                    negated.entry(meaning.class(*inside)).or_insert(*id);
                    plain.get(&meaning.class(*inside))
                }
                _ => {
                    plain.entry(meaning.class(*id)).or_insert(*id);
                    negated.get(&meaning.class(*id))
                }
            };
            if let Some(earlier) = earlier {
                tell(*id, *earlier);
            }
        }
    }
    found
}
