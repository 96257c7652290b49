//! Texts that are looked up as a whole.

use std::collections::HashMap;

use super::lists::ListId;

/// Lists by text. The map is hashed with a secret of its own (SipHash), so that no event can be made
/// to collide with what is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Equal {
    lists: HashMap<Box<str>, ListId>,
    /// A bit for each length of a text in it; the last for all longer ones too.
    lengths: u64,
}

impl Equal {
    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    pub(super) fn entry(&mut self, text: &str) -> &mut ListId {
        self.lengths |= 1 << text.len().min(63);
        self.lists.entry(text.into()).or_default()
    }

    pub(super) fn prune(&mut self, text: &str) {
        if self.lists.get(text).is_some_and(|list| list.is_empty()) {
            self.lists.remove(text);
        }
    }

    pub(super) fn get(&self, text: &str) -> ListId {
        if self.lengths >> text.len().min(63) & 1 == 0 {
            return ListId::EMPTY;
        }
        self.lists.get(text).copied().unwrap_or_default()
    }
}
