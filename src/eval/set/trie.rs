//! A radix tree over bytes: finds which of its texts are prefixes of a text, in time linear in that
//! text.

use slab::Slab;

use super::ids::PredicateId;
use super::lists::{ListId, Lists};

/// A radix tree over bytes.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Slab<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The bytes on the edge from the parent.
    label: Box<[u8]>,
    above: u32,
    /// The children with the first bytes of their labels, sorted.
    below: Vec<(u8, u32)>,
    lists: NodeLists,
}

/// The lists of a node's text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NodeLists {
    /// For texts with this prefix.
    pub(super) starts: ListId,
    /// For this text alone.
    pub(super) whole: ListId,
}

impl NodeLists {
    fn is_empty(&self) -> bool {
        self.starts.is_empty() && self.whole.is_empty()
    }
}

const ROOT: u32 = 0;

impl Default for Trie {
    fn default() -> Trie {
        let mut nodes = Slab::new();
        // The first number of a new store is 0.
        nodes.insert(Node::default());
        Trie { nodes }
    }
}

impl Trie {
    fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    fn child(&self, node: &Node, byte: u8) -> Option<(usize, u32)> {
        let at = node.below.binary_search_by_key(&byte, |(b, _)| *b).ok()?;
        node.below.get(at).map(|(_, id)| (at, *id))
    }

    /// Descends along a text; returns the last node, and its depth in bytes.
    fn descend(&self, text: &[u8]) -> (u32, usize) {
        let (mut id, mut depth) = (ROOT, 0);
        while let Some(node) = self.node(id)
            && let Some(byte) = text.get(depth)
            && let Some((_, child)) = self.child(node, *byte)
            && let Some(below) = self.node(child)
            && text
                .get(depth..)
                .unwrap_or_default()
                .starts_with(&below.label)
        {
            (id, depth) = (child, depth + below.label.len());
        }
        (id, depth)
    }

    /// The lists of a text, if it has been added.
    pub(super) fn get(&self, text: &[u8]) -> Option<NodeLists> {
        let (id, depth) = self.descend(text);
        let node = self.node(id).filter(|_| depth == text.len())?;
        Some(node.lists)
    }

    /// The same, to be changed; [`Trie::prune`] is due if they become empty.
    pub(super) fn get_mut(&mut self, text: &[u8]) -> Option<&mut NodeLists> {
        let (id, depth) = self.descend(text);
        let node = self.nodes.get_mut(id as usize);
        node.filter(|_| depth == text.len())
            .map(|node| &mut node.lists)
    }

    /// The lists of a text, which is added if it is missing.
    pub(super) fn entry(&mut self, text: &[u8]) -> &mut NodeLists {
        let (mut id, depth) = self.descend(text);
        let mut rest = text.get(depth..).unwrap_or_default();
        let first = rest.first();
        let child = first.and_then(|first| self.child(self.node(id)?, *first));
        if let Some((at, child)) = child {
            // The text diverges inside the label of the child.
            let shared;
            (id, shared) = self.split(id, at, child, rest);
            rest = rest.get(shared..).unwrap_or_default();
        }
        if let Some(first) = rest.first() {
            let leaf = self.nodes.insert(Node {
                label: rest.into(),
                above: id,
                ..Node::default()
            });
            self.link(id, *first, leaf as u32);
            id = leaf as u32;
        }
        #[expect(clippy::indexing_slicing, reason = "found or inserted just now")]
        &mut self.nodes[id as usize].lists
    }

    /// Inserts a node between `above` and its child at this position, where the child's label
    /// diverges from `rest`. Returns the node and the length of its label.
    fn split(&mut self, above: u32, at: usize, child: u32, rest: &[u8]) -> (u32, usize) {
        let Some(below) = self.nodes.get_mut(child as usize) else {
            return (above, 0);
        };
        let same = below.label.iter().zip(rest).take_while(|(a, b)| a == b);
        let (shared, left) = below.label.split_at(same.count());
        let (shared, left): (Box<[u8]>, Box<[u8]>) = (shared.into(), left.into());
        let first = left.first().copied().unwrap_or_default();
        let length = shared.len();
        below.label = left;
        let between = self.nodes.insert(Node {
            label: shared,
            above,
            below: vec![(first, child)],
            ..Node::default()
        }) as u32;
        if let Some(below) = self.nodes.get_mut(child as usize) {
            below.above = between;
        }
        let node = self.nodes.get_mut(above as usize);
        if let Some(entry) = node.and_then(|node| node.below.get_mut(at)) {
            entry.1 = between;
        }
        (between, length)
    }

    fn link(&mut self, above: u32, first: u8, child: u32) {
        if let Some(node) = self.nodes.get_mut(above as usize) {
            let at = node.below.partition_point(|(byte, _)| *byte < first);
            node.below.insert(at, (first, child));
        }
    }

    /// Removes a text whose lists are empty, and the nodes that led only to it.
    pub(super) fn prune(&mut self, text: &[u8]) {
        let (mut id, depth) = self.descend(text);
        if depth != text.len() {
            return;
        }
        while id != ROOT
            && let Some(node) = self.node(id)
            && node.lists.is_empty()
            && node.below.is_empty()
        {
            let above = node.above;
            self.nodes.try_remove(id as usize);
            if let Some(node) = self.nodes.get_mut(above as usize) {
                node.below.retain(|(_, child)| *child != id);
            }
            id = above;
        }
    }

    /// Removes a predicate from the list of texts with this prefix; false if it is not there.
    pub(super) fn remove_start(
        &mut self,
        text: &[u8],
        predicate: PredicateId,
        lists: &mut Lists,
    ) -> bool {
        let there = self.get_mut(text);
        let found = there.is_some_and(|there| lists.remove(&mut there.starts, predicate));
        if found {
            self.prune(text);
        }
        found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() == 1 && self.node(ROOT).is_some_and(|root| root.lists.is_empty())
    }

    /// Calls `each` with the lists of all prefixes of a text, and of the text itself.
    pub(super) fn walk(&self, text: &[u8], mut each: impl FnMut(ListId)) {
        let Some(mut node) = self.node(ROOT) else {
            return;
        };
        let mut rest = text;
        loop {
            if !node.lists.starts.is_empty() {
                each(node.lists.starts);
            }
            let Some(first) = rest.first() else {
                if !node.lists.whole.is_empty() {
                    each(node.lists.whole);
                }
                return;
            };
            let Some((_, child)) = self.child(node, *first) else {
                return;
            };
            let Some(below) = self.node(child) else {
                return;
            };
            // Labels are short: a loop over them is faster than a call that compares.
            let label = &*below.label;
            let Some((here, after)) = rest.split_at_checked(label.len()) else {
                return;
            };
            if here.iter().zip(label).any(|(a, b)| a != b) {
                return;
            }
            (node, rest) = (below, after);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_finds_the_beginnings_that_are_there(
            texts in prop::collection::vec("[abc]{0,5}", 0..30),
            removed in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
            text in "[abc]{0,8}",
        ) {
            let (mut trie, mut lists) = (Trie::default(), Lists::default());
            let mut starts: BTreeSet<usize> = (0..texts.len()).collect();
            for (predicate, text) in texts.iter().enumerate() {
                let entry = trie.entry(text.as_bytes());
                // Every second one wants the whole text.
                let list = if predicate % 2 == 0 { &mut entry.starts } else { &mut entry.whole };
                lists.add(list, PredicateId::new(predicate));
            }
            for index in removed {
                if texts.is_empty() { break; }
                let at = index.index(texts.len());
                let key = texts[at].as_bytes();
                if starts.remove(&at) {
                    let entry = trie.get_mut(key).unwrap();
                    let list = if at % 2 == 0 { &mut entry.starts } else { &mut entry.whole };
                    prop_assert!(lists.remove(list, PredicateId::new(at)));
                    trie.prune(key);
                }
            }
            let mut found = Vec::new();
            trie.walk(text.as_bytes(), |list| found.extend(lists.iter(list).map(PredicateId::index)));
            found.sort_unstable();
            let right: Vec<usize> = starts.iter().copied()
                .filter(|at| if at % 2 == 0 { text.starts_with(&texts[*at]) } else { text == texts[*at] })
                .collect();
            prop_assert_eq!(found, right);
            prop_assert_eq!(trie.is_empty(), starts.is_empty());
        }
    }
}
