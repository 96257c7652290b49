//! The tree of wanted keys: which keys of an event a part reads.

use std::collections::HashMap;

use crate::eval::program::ids::{LeafId, PlaceId};
use crate::eval::program::leaf::{Ask, Leaf};

/// The tree of wanted keys: one node per path, the event's root first, then in depth-first order.
#[derive(Clone, Debug)]
pub(in crate::eval) struct Wanted {
    places: Vec<Place>,
}

/// A node of the tree: one path of an event.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Place {
    /// The key that leads here.
    pub(in crate::eval) key: Box<str>,
    /// The parent node; the root is its own parent.
    pub(in crate::eval) parent: PlaceId,
    /// The number of keys in the path.
    pub(in crate::eval) depth: u32,
    /// The child nodes, sorted by the length of their key, then by the key.
    pub(in crate::eval) below: Vec<PlaceId>,
    /// A bit for each length of a child's key; the last bit is for all longer keys.
    lengths: u64,
    /// One after the last descendant.
    pub(in crate::eval) end: PlaceId,
    /// The leaves that read values here, with the position of this path among the leaf's.
    pub(in crate::eval) values: Vec<User>,
    /// The leaves that read elements here.
    pub(in crate::eval) elements: Vec<LeafId>,
}

/// A leaf that reads a place.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct User {
    pub(in crate::eval) leaf: LeafId,
    /// Which of the leaf's places it is.
    pub(in crate::eval) alternative: u32,
}

impl Wanted {
    pub(in crate::eval) const ROOT: PlaceId = PlaceId::ROOT;

    #[expect(
        clippy::indexing_slicing,
        reason = "an id is only ever made by the tree that it indexes"
    )]
    #[inline]
    pub(in crate::eval) fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.index()]
    }

    /// A node and its descendants.
    pub(in crate::eval) fn and_below(&self, id: PlaceId) -> &[Place] {
        let range = id.index()..self.place(id).end.index();
        self.places.get(range).unwrap_or_default()
    }

    /// The child node at this key, if it is wanted, with its position among the children.
    #[inline(always)] // most keys are told apart by their length
    pub(in crate::eval) fn below(&self, place: &Place, key: &[u8]) -> Option<(usize, PlaceId)> {
        if place.lengths >> key.len().min(63) & 1 == 0 {
            return None;
        }
        self.below_by_text(place, key)
    }

    fn below_by_text(&self, place: &Place, key: &[u8]) -> Option<(usize, PlaceId)> {
        if place.below.len() <= 8 {
            let below = place.below.iter().copied().enumerate();
            let mut below = below.map(|(at, id)| (at, id, self.place(id).key.as_bytes()));
            let found = below.find(|(.., wanted)| *wanted == key);
            return found.map(|(at, id, _)| (at, id));
        }
        let order = |id: &PlaceId| {
            let wanted = self.place(*id).key.as_bytes();
            (wanted.len(), wanted).cmp(&(key.len(), key))
        };
        let at = place.below.binary_search_by(order).ok()?;
        place.below.get(at).map(|id| (at, *id))
    }

    /// The keys of a path, the last one first.
    pub(in crate::eval) fn keys_back(&self, id: PlaceId) -> impl Iterator<Item = &str> {
        let mut at = id;
        std::iter::from_fn(move || {
            let place = (at != Wanted::ROOT).then(|| self.place(at))?;
            at = place.parent;
            Some(&*place.key)
        })
    }
}

/// Puts a [`Wanted`] together.
pub(in crate::eval) struct WantedBuilder {
    places: Vec<Place>,
    /// The children of nodes that have many.
    index: HashMap<(PlaceId, Box<str>), PlaceId>,
}

/// With more children than this, a node's children are found by hash.
const FEW: usize = 16;

impl WantedBuilder {
    pub(in crate::eval) fn new() -> WantedBuilder {
        WantedBuilder {
            places: vec![Place::default()],
            index: HashMap::new(),
        }
    }

    /// The node at these keys. Its id changes when the tree is built.
    pub(in crate::eval) fn place(&mut self, keys: &[Box<str>]) -> PlaceId {
        keys.iter()
            .fold(Wanted::ROOT, |place, key| self.below(place, key))
    }

    fn below(&mut self, parent: PlaceId, key: &str) -> PlaceId {
        let next = PlaceId::new(self.places.len());
        let key_of = |id: &PlaceId| self.places.get(id.index()).map(|place| &*place.key);
        let Some(place) = self.places.get(parent.index()) else {
            return Wanted::ROOT;
        };
        let count = place.below.len();
        if count <= FEW {
            if let Some(found) = place.below.iter().find(|id| key_of(id) == Some(key)) {
                return *found;
            }
            if count == FEW {
                let all = place.below.iter();
                let all = all.filter_map(|id| Some(((parent, key_of(id)?.into()), *id)));
                self.index.extend(all);
            }
        }
        if count >= FEW {
            let entry = self.index.entry((parent, key.into()));
            let found = *entry.or_insert(next);
            if found != next {
                return found;
            }
        }
        let mut depth = 0;
        if let Some(place) = self.places.get_mut(parent.index()) {
            place.below.push(next);
            depth = place.depth + 1;
        }
        // Its parent is set in `build`, once the parent has its final id.
        self.places.push(Place {
            key: key.into(),
            depth,
            ..Place::default()
        });
        next
    }

    /// Numbers the nodes depth first, and records which leaves read them.
    pub(in crate::eval) fn build(self, leaves: &mut [Leaf]) -> Wanted {
        let mut old = self.places;
        let mut number = vec![Wanted::ROOT; old.len()];
        let mut places: Vec<Place> = Vec::with_capacity(old.len());
        let mut todo = vec![(Wanted::ROOT, Wanted::ROOT)];
        while let Some((id, parent)) = todo.pop() {
            let Some(mut place) = old.get_mut(id.index()).map(std::mem::take) else {
                continue;
            };
            let new = PlaceId::new(places.len());
            if let Some(number) = number.get_mut(id.index()) {
                *number = new;
            }
            let key_of = |id: &PlaceId| old.get(id.index()).map_or("", |place| &*place.key);
            place.below.sort_by_key(|id| (key_of(id).len(), key_of(id)));
            let lengths = place.below.iter().map(|id| 1 << key_of(id).len().min(63));
            place.lengths = lengths.fold(0, |all, bit: u64| all | bit);
            place.parent = parent;
            todo.extend(place.below.iter().rev().map(|id| (*id, new)));
            places.push(place);
        }
        let new = |id: PlaceId| number.get(id.index()).copied().unwrap_or_default();
        for (at, place) in places.iter_mut().enumerate() {
            place.end = PlaceId::new(at + 1);
            for id in &mut place.below {
                *id = new(*id);
            }
        }
        // Later nodes are descendants or siblings. Each one passes its end on to its parent.
        for at in (1..places.len()).rev() {
            let ends = |place: &Place| (place.end, place.parent);
            let (end, parent) = places.get(at).map_or_else(Default::default, ends);
            if let Some(parent) = places.get_mut(parent.index()) {
                parent.end = parent.end.max(end);
            }
        }
        for (at, leaf) in leaves.iter_mut().enumerate() {
            for (alternative, id) in leaf.places.iter_mut().enumerate() {
                *id = new(*id);
                let Some(place) = places.get_mut(id.index()) else {
                    continue;
                };
                let (leaf_id, alternative) = (LeafId::new(at), alternative as u32);
                match leaf.ask {
                    Ask::Element(_) => place.elements.push(leaf_id),
                    _ => place.values.push(User {
                        leaf: leaf_id,
                        alternative,
                    }),
                }
            }
        }
        Wanted { places }
    }
}
