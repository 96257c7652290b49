//! The scratch memory of a set.

use super::backoff::Backoff;
use super::ids::{PlaceId, PredicateId, RuleId};
use super::index::Hits;
use crate::eval::compare::scalar::Buffers;
use crate::eval::event::scratch::Scratch;

/// What is known of one event. It is kept between events, so that an event costs no allocation.
/// Each entry carries the number of its event, and is void if that is not the current one.
#[derive(Debug, Default)]
pub(super) struct Room {
    event: u32,
    /// For each path, its values.
    places: Vec<Marked<Values>>,
    /// The paths that have values, in the order of their first value.
    pub(super) touched: Vec<PlaceId>,
    pub(super) values: Vec<StoredValue>,
    predicates: Vec<Marked<bool>>,
    rules: Vec<Marked<()>>,
    /// The rules that may be true.
    pub(super) woken: Vec<RuleId>,
    pub(super) frames: Vec<Frame>,
    /// For each path, the last object that has had its key.
    keys: Vec<u64>,
    /// How many objects there have been.
    objects: u64,
    pub(super) hits: Hits,
    pub(super) buffers: Buffers,
    /// A word in lower case.
    pub(super) word: String,
    /// The texts of the values of a parsed event.
    pub(super) texts: String,
    pub(super) walk: Scratch,
    pub(super) backoff: Backoff,
}

#[derive(Clone, Copy, Debug, Default)]
struct Marked<T> {
    event: u32,
    is: T,
}

/// The first and the last value of a path.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    first: u32,
    last: u32,
}

/// A value at a path, as the event writes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredValue {
    pub(super) what: RawValue,
    /// The next value at the same path.
    next: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum RawValue {
    /// Between these offsets, perhaps with escapes.
    String {
        start: usize,
        end: usize,
        escaped: bool,
    },
    Number {
        start: usize,
        end: usize,
    },
    Boolean(bool),
    Object,
}

/// An object or array that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) place: PlaceId,
    /// Its number, if it is an object.
    pub(super) object: Option<u64>,
    /// How many of its wanted keys have not been seen.
    pub(super) left: usize,
}

impl Room {
    /// Starts an event, with room for these numbers of paths, predicates and rules.
    pub(super) fn start(&mut self, places: usize, predicates: usize, rules: usize) {
        self.touched.clear();
        self.values.clear();
        self.woken.clear();
        self.frames.clear();
        self.event = self.event.wrapping_add(1);
        if self.event == 0 {
            self.places.clear();
            self.predicates.clear();
            self.rules.clear();
            self.event = 1;
        }
        fit(&mut self.places, places);
        fit(&mut self.keys, places);
        fit(&mut self.predicates, predicates);
        fit(&mut self.rules, rules);
    }

    /// Frees buffers that an unusually large event has grown.
    pub(super) fn shrink(&mut self) {
        const USUAL: usize = 1 << 16;
        self.walk.shrink();
        let buffers = [&mut self.buffers.decoded, &mut self.buffers.folded];
        for text in buffers.into_iter().chain([&mut self.word, &mut self.texts]) {
            if text.capacity() > USUAL {
                *text = String::new();
            }
        }
        if self.values.capacity() > USUAL {
            self.values = Vec::new();
        }
    }

    /// A number for the next object.
    pub(super) fn object(&mut self) -> u64 {
        self.objects += 1;
        self.objects
    }

    /// Whether the object has this key for the first time.
    #[inline]
    pub(super) fn is_first(&mut self, object: u64, place: PlaceId) -> bool {
        match self.keys.get_mut(place.index()) {
            Some(last) => std::mem::replace(last, object) != object,
            None => false,
        }
    }

    /// Stores a value at a path.
    pub(super) fn note(&mut self, place: PlaceId, what: RawValue) {
        let at = self.values.len() as u32;
        let event = self.event;
        let Some(values) = self.places.get_mut(place.index()) else {
            return;
        };
        if values.event == event {
            let last = std::mem::replace(&mut values.is.last, at);
            if let Some(last) = self.values.get_mut(last as usize) {
                last.next = Some(at);
            }
        } else {
            let (first, last) = (at, at);
            *values = Marked {
                event,
                is: Values { first, last },
            };
            self.touched.push(place);
        }
        self.values.push(StoredValue { what, next: None });
    }

    /// The first value at a path.
    #[inline]
    pub(super) fn first(&self, place: PlaceId) -> Option<u32> {
        let values = self.places.get(place.index())?;
        (values.event == self.event).then_some(values.is.first)
    }

    /// The value with this number, and the number of the next one at the same path.
    pub(super) fn value(&self, at: u32) -> Option<(RawValue, Option<u32>)> {
        let found = self.values.get(at as usize)?;
        Some((found.what, found.next))
    }

    /// Whether a predicate is true, if that is known.
    #[inline]
    pub(super) fn known(&self, predicate: PredicateId) -> Option<bool> {
        let known = self.predicates.get(predicate.index())?;
        (known.event == self.event).then_some(known.is)
    }

    pub(super) fn know(&mut self, predicate: PredicateId, is: bool) {
        let event = self.event;
        if let Some(known) = self.predicates.get_mut(predicate.index()) {
            *known = Marked { event, is };
        }
    }

    pub(super) fn wake(&mut self, rule: RuleId) {
        if let Some(entry) = self.rules.get_mut(rule.index())
            && entry.event != self.event
        {
            entry.event = self.event;
            self.woken.push(rule);
        }
    }
}

/// Grows the vector to this length.
fn fit<T: Clone + Default>(all: &mut Vec<T>, count: usize) {
    if all.len() < count {
        all.resize(count, T::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unusual_room_is_given_back() {
        let mut room = Room::default();
        for (used, kept) in [(1, true), (1 << 16, true), ((1 << 16) + 1, false)] {
            room.values = Vec::with_capacity(used);
            let mut texts = [
                &mut room.buffers.decoded,
                &mut room.buffers.folded,
                &mut room.word,
                &mut room.texts,
            ];
            for text in &mut texts {
                **text = String::with_capacity(used);
            }
            room.walk.buffers.decoded = String::with_capacity(used);
            room.shrink();
            assert_eq!(room.values.capacity() >= used, kept, "{used}");
            let texts = [
                &room.buffers.decoded,
                &room.buffers.folded,
                &room.word,
                &room.texts,
                &room.walk.buffers.decoded,
            ];
            assert!(
                texts.iter().all(|text| (text.capacity() >= used) == kept),
                "{used}"
            );
        }
    }
}
