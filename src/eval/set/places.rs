//! The tree of keys that a set reads, which can grow and shrink.

use std::collections::HashMap;

use slab::Slab;

use super::ids::{FieldId, PlaceId};

#[derive(Clone, Debug)]
pub(super) struct Places {
    places: Slab<Place>,
}

/// A node of the tree: one path of an event.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) key: Box<str>,
    above: PlaceId,
    pub(super) below: Below,
    /// The fields that read this path, with its position among the field's paths.
    pub(super) fields: Vec<(FieldId, u32)>,
}

/// The children of a node, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Below {
    /// A bit for each length of a key; the last bit is for all longer keys.
    lengths: u64,
    /// Few children, found by a mark that most other keys do not have.
    few: Vec<(Mark, PlaceId)>,
    /// The children instead, once there have been many.
    many: HashMap<Box<str>, PlaceId>,
}

/// The first, middle and last bytes of a key, and its length: nearly always different for different
/// keys.
type Mark = u32;

fn mark(key: &[u8]) -> Mark {
    let first = key.first().copied().unwrap_or_default();
    let last = key.last().copied().unwrap_or_default();
    let middle = key.get(key.len() / 2).copied().unwrap_or_default();
    u32::from_le_bytes([first, last, middle, key.len() as u8])
}

/// With more children than this, they are found by hash.
const FEW: usize = 32;

impl Default for Places {
    fn default() -> Places {
        let mut places = Slab::new();
        // The first number of a new store is 0.
        places.insert(Place::default());
        Places { places }
    }
}

impl Places {
    pub(super) fn get(&self, id: PlaceId) -> Option<&Place> {
        self.places.get(id.index())
    }

    /// The keys of a path, the last one first.
    pub(super) fn keys_back(&self, id: PlaceId) -> impl Iterator<Item = &str> {
        let mut at = id;
        std::iter::from_fn(move || {
            let place = self.get(at).filter(|_| at != PlaceId::ROOT)?;
            at = place.above;
            Some(&*place.key)
        })
    }

    /// Whether nothing is read.
    pub(super) fn is_empty(&self) -> bool {
        self.get(PlaceId::ROOT)
            .is_none_or(|root| root.fields.is_empty() && root.below.is_empty())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// One more than the largest id.
    pub(super) fn len(&self) -> usize {
        self.places.capacity()
    }

    /// The child at this key, if it is wanted.
    #[inline]
    pub(super) fn below(&self, place: &Place, key: &[u8]) -> Option<PlaceId> {
        let below = &place.below;
        if below.lengths >> key.len().min(63) & 1 == 0 {
            return None;
        }
        if !below.many.is_empty() {
            let key = std::str::from_utf8(key).ok()?;
            return below.many.get(key).copied();
        }
        let wanted = mark(key);
        let mut same = below.few.iter().filter(|(mark, _)| *mark == wanted);
        let found = same.find(|(_, id)| {
            let place = self.get(*id);
            place.is_some_and(|place| place.key.as_bytes() == key)
        });
        found.map(|(_, id)| *id)
    }

    /// The node at these keys, which is added if it is missing.
    pub(super) fn entry<'k>(&mut self, keys: impl IntoIterator<Item = &'k str>) -> PlaceId {
        let mut at = PlaceId::ROOT;
        for key in keys {
            let found = self
                .get(at)
                .and_then(|place| self.below(place, key.as_bytes()));
            at = found.unwrap_or_else(|| self.add(at, key));
        }
        at
    }

    fn add(&mut self, above: PlaceId, key: &str) -> PlaceId {
        let id = self.places.insert(Place {
            key: key.into(),
            above,
            ..Place::default()
        });
        let id = PlaceId::new(id);
        let Some(place) = self.places.get_mut(above.index()) else {
            return id;
        };
        let below = &mut place.below;
        below.lengths |= 1 << key.len().min(63);
        if below.many.is_empty() && below.few.len() < FEW {
            below.few.push((mark(key.as_bytes()), id));
            return id;
        }
        let few = std::mem::take(&mut below.few).into_iter().map(|(_, id)| id);
        let key_of = |id: PlaceId| Some((self.get(id)?.key.clone(), id));
        let all: Vec<_> = few.chain([id]).filter_map(key_of).collect();
        if let Some(place) = self.places.get_mut(above.index()) {
            place.below.many.extend(all);
        }
        id
    }

    pub(super) fn attach(&mut self, id: PlaceId, field: FieldId, alternative: u32) {
        if let Some(place) = self.places.get_mut(id.index()) {
            place.fields.push((field, alternative));
        }
    }

    /// Removes a field from a node, and the nodes that no field reads any more.
    pub(super) fn detach(&mut self, id: PlaceId, field: FieldId) {
        if let Some(place) = self.places.get_mut(id.index()) {
            place.fields.retain(|(other, _)| *other != field);
        }
        let mut at = id;
        while at != PlaceId::ROOT
            && let Some(place) = self.get(at)
            && place.fields.is_empty()
            && place.below.is_empty()
        {
            let (above, key) = (place.above, place.key.clone());
            self.places.try_remove(at.index());
            if let Some(place) = self.places.get_mut(above.index()) {
                let below = &mut place.below;
                below.few.retain(|(_, id)| *id != at);
                below.many.remove(&key);
                // Without children it is reset.
                if below.is_empty() {
                    *below = Below::default();
                }
            }
            at = above;
        }
    }
}

impl Below {
    pub(super) fn is_empty(&self) -> bool {
        self.few.is_empty() && self.many.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.few.len() + self.many.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = PlaceId> {
        let few = self.few.iter().map(|(_, id)| *id);
        few.chain(self.many.values().copied())
    }
}
