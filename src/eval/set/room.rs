//! The room that a set works in while it is asked about an event.

use super::backoff::Backoff;
use super::ids::{PlaceId, PredicateId, RuleId};
use super::index::Hits;
use crate::eval::compare::scalar::Buffers;
use crate::eval::event::scratch::Scratch;

/// What is known of one event. It is kept from event to event, so that nothing is allocated: what
/// belongs to an earlier event is told by the number of the event that stands beside it.
#[derive(Debug, Default)]
pub(super) struct Room {
    event: u32,
    /// For each place, the values that stand there.
    places: Vec<Marked<Values>>,
    /// The places that have values, in the order of the first of them.
    pub(super) touched: Vec<PlaceId>,
    pub(super) values: Vec<StoredValue>,
    predicates: Vec<Marked<bool>>,
    rules: Vec<Marked<()>>,
    /// The rules that may hold.
    pub(super) woken: Vec<RuleId>,
    pub(super) frames: Vec<Frame>,
    /// For each place the last object that has had its key.
    keys: Vec<u64>,
    /// How many objects there have been.
    objects: u64,
    pub(super) hits: Hits,
    pub(super) buffers: Buffers,
    /// A word in small letters.
    pub(super) word: String,
    /// Texts of values that somebody else has parsed.
    pub(super) texts: String,
    pub(super) walk: Scratch,
    pub(super) backoff: Backoff,
}

#[derive(Clone, Copy, Debug, Default)]
struct Marked<T> {
    event: u32,
    is: T,
}

/// The first and the last value of a place.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    first: u32,
    last: u32,
}

/// A value that stands at a place, as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredValue {
    pub(super) what: RawValue,
    /// The next value at the same place.
    next: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum RawValue {
    /// Between these places, perhaps with escapes.
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

/// An object or array that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) place: PlaceId,
    /// Its number, if it is an object.
    pub(super) object: Option<u64>,
    /// How many of the keys wanted in it have not been seen.
    pub(super) left: usize,
}

impl Room {
    /// Starts on an event, with so many of each.
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

    /// Gives back the room that an unusual event has taken.
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

    /// Whether this is the first time that an object has the key that leads to a place.
    #[inline]
    pub(super) fn is_first(&mut self, object: u64, place: PlaceId) -> bool {
        match self.keys.get_mut(place as usize) {
            Some(last) => std::mem::replace(last, object) != object,
            None => false,
        }
    }

    /// Notes a value at a place.
    pub(super) fn note(&mut self, place: PlaceId, what: RawValue) {
        let at = self.values.len() as u32;
        let event = self.event;
        let Some(values) = self.places.get_mut(place as usize) else {
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

    /// The first value of a place.
    #[inline]
    pub(super) fn first(&self, place: PlaceId) -> Option<u32> {
        let values = self.places.get(place as usize)?;
        (values.event == self.event).then_some(values.is.first)
    }

    /// The value of this number, and that of the next one at the same place.
    pub(super) fn value(&self, at: u32) -> Option<(RawValue, Option<u32>)> {
        let found = self.values.get(at as usize)?;
        Some((found.what, found.next))
    }

    /// What is known of a predicate.
    #[inline]
    pub(super) fn known(&self, predicate: PredicateId) -> Option<bool> {
        let known = self.predicates.get(predicate as usize)?;
        (known.event == self.event).then_some(known.is)
    }

    pub(super) fn know(&mut self, predicate: PredicateId, is: bool) {
        let event = self.event;
        if let Some(known) = self.predicates.get_mut(predicate as usize) {
            *known = Marked { event, is };
        }
    }

    pub(super) fn wake(&mut self, rule: RuleId) {
        if let Some(entry) = self.rules.get_mut(rule as usize)
            && entry.event != self.event
        {
            entry.event = self.event;
            self.woken.push(rule);
        }
    }
}

/// Makes room for so many.
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
