//! Evaluates a set on one event: collects its values, looks each up in the index of its field, and
//! runs only the rules that this wakes.

use serde_json::Value as Json;

use super::collect::{collect, collect_value};
use super::ids::{FieldId, PlaceId, PredicateId, RuleId};
use super::index::Index;
use super::predicate::{Field, Predicate};
use super::room::{RawValue, Room};
use super::{FilterSet, Set};
use crate::eval::compare::scalar::{Buffers, Coercions, Scalar};
use crate::eval::error::EventError;
use crate::eval::event::parsed;
use crate::eval::event::scratch::Stop;
use crate::eval::event::walk::walk;
use crate::eval::json::{Cursor, Level, RawString, any_string};
use crate::eval::program::code::run;
use crate::schema::Kind;

/// An event, in the form in which the caller has it.
#[derive(Clone, Copy)]
pub(super) enum Event<'e> {
    /// The document that starts here in a buffer.
    Bytes { bytes: &'e [u8], start: usize },
    /// A parsed event.
    Value(&'e Json),
}

/// Finds the rules that an event satisfies, and calls `each` with them until it returns true.
/// Returns where the walk over the event stopped.
pub(super) fn evaluate(
    filters: &FilterSet,
    event: Event<'_>,
    room: &mut Room,
    each: &mut dyn FnMut(RuleId) -> bool,
) -> Result<Stop, EventError> {
    let (set, level) = (&*filters.set, filters.level);
    let predicates = &set.predicates;
    let places = &predicates.places;
    room.start(places.len(), predicates.len(), set.rules.len());
    let mut stop = Stop { at: 0, depth: 0 };
    match event {
        Event::Bytes { bytes, start } => {
            stop.at = start;
            if !places.is_empty() {
                let nesting = set.limits.event_nesting;
                let mut cursor = Cursor::new(level, bytes, start, nesting);
                stop = collect(places, &mut cursor, room)?;
            }
        }
        Event::Value(json) => collect_value(places, json, room),
    }
    // The texts do not change from here on.
    let texts = std::mem::take(&mut room.texts);
    let bytes = match event {
        Event::Bytes { bytes, .. } => bytes,
        Event::Value(_) => texts.as_bytes(),
    };
    let mut evaluation = Evaluation {
        set,
        level,
        event,
        bytes,
        room,
    };
    let result = evaluation.run(each);
    room.texts = texts;
    result.map(|()| stop)
}

struct Evaluation<'s, 'e, 'r> {
    set: &'s Set,
    level: Level,
    event: Event<'e>,
    /// The text that the values refer to.
    bytes: &'e [u8],
    room: &'r mut Room,
}

impl<'s> Evaluation<'s, '_, '_> {
    fn run(&mut self, each: &mut dyn FnMut(RuleId) -> bool) -> Result<(), EventError> {
        let predicates = &self.set.predicates;
        for at in 0.. {
            let Some(place) = self.room.touched.get(at).copied() else {
                break;
            };
            let fields = predicates.places.get(place).map(|place| &place.fields);
            for (field, alternative) in fields.into_iter().flatten() {
                self.look_up_field(*field, place, *alternative)?;
            }
        }
        if let Some(index) = predicates.free_text() {
            self.look_up_strings(index)?;
        }
        let always = self.set.rules.always.iter();
        for at in 0.. {
            let Some(rule) = self.room.woken.get(at).copied() else {
                break;
            };
            if self.holds(rule)? && each(rule) {
                return Ok(());
            }
        }
        for rule in always {
            if self.holds(*rule)? && each(*rule) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Looks up the values at a path in the index of a field that reads it.
    fn look_up_field(
        &mut self,
        id: FieldId,
        place: PlaceId,
        alternative: u32,
    ) -> Result<(), EventError> {
        let Some(field) = self.set.predicates.field(id) else {
            return Ok(());
        };
        let Some(index) = &field.index else {
            return Ok(());
        };
        // Only the first path that has a value counts.
        if !field.any_place() {
            for better in field.places.iter().take(alternative as usize) {
                if self.has_value(field, *better)? {
                    return Ok(());
                }
            }
        }
        let mut next = self.room.first(place);
        while let Some((what, after)) = next.and_then(|at| self.room.value(at)) {
            next = after;
            if let RawValue::String {
                start,
                end,
                escaped: false,
            } = what
                && let Some(string) = self.bytes.get(start..end)
                && !index.may_have(string)
            {
                continue;
            }
            let mut decoded = std::mem::take(&mut self.room.buffers.decoded);
            let value = scalar(self.bytes, what, &mut decoded);
            let value = value.map(|value| {
                if value.is_none_of(field.no_values()) {
                    return;
                }
                let room = &mut *self.room;
                room.hits.start(&self.set.predicates.lists);
                let folded = &mut room.buffers.folded;
                index.find(
                    &value,
                    field.coercions,
                    folded,
                    &mut room.word,
                    &mut room.hits,
                );
                take_hits(self.set, room, &value);
            });
            self.room.buffers.decoded = decoded;
            value?;
        }
        Ok(())
    }

    /// Whether a field has a value at this path, and not only such that say that there is none.
    fn has_value(&mut self, field: &Field, place: PlaceId) -> Result<bool, EventError> {
        let mut next = self.room.first(place);
        let Some(no_values) = field.no_values() else {
            return Ok(next.is_some());
        };
        while let Some((what, after)) = next.and_then(|at| self.room.value(at)) {
            next = after;
            let value = scalar(self.bytes, what, &mut self.room.buffers.decoded)?;
            if !value.is_none_of(Some(no_values)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks up every string of the event.
    fn look_up_strings(&mut self, index: &'s Index) -> Result<(), EventError> {
        let set = self.set;
        let coercions = Coercions::new(Kind::Text);
        let room = &mut *self.room;
        let mut decoded = std::mem::take(&mut room.buffers.decoded);
        let mut each = |text: &str| {
            let value = Scalar::String(text);
            room.hits.start(&set.predicates.lists);
            let folded = &mut room.buffers.folded;
            index.find(&value, coercions, folded, &mut room.word, &mut room.hits);
            take_hits(set, room, &value);
            false
        };
        let result = match self.event {
            Event::Bytes { bytes, start } => {
                let nesting = set.limits.event_nesting;
                let mut cursor = Cursor::new(self.level, bytes, start, nesting);
                any_string(&mut cursor, &mut decoded, &mut each).map(drop)
            }
            Event::Value(json) => {
                parsed::any_string(json, &mut each);
                Ok(())
            }
        };
        self.room.buffers.decoded = decoded;
        result
    }

    fn holds(&mut self, rule: RuleId) -> Result<bool, EventError> {
        match self.set.rules.get(rule) {
            Some(rule) => run(&rule.code, |predicate| self.is_true(predicate)),
            None => Ok(false),
        }
    }

    fn is_true(&mut self, id: PredicateId) -> Result<bool, EventError> {
        if let Some(known) = self.room.known(id) {
            return Ok(known);
        }
        let Some(predicate) = self.set.predicates.get(id) else {
            return Ok(false);
        };
        // An indexed predicate would be known if it were true.
        let is = !predicate.is_indexed() && self.ask(predicate)?;
        self.room.know(id, is);
        Ok(is)
    }

    /// Evaluates a predicate that is not indexed.
    fn ask(&mut self, predicate: &Predicate) -> Result<bool, EventError> {
        if let Some(program) = &predicate.program {
            return match self.event {
                Event::Bytes { bytes, start } => {
                    let walked = walk(program, bytes, start, &mut self.room.walk);
                    walked.map(|(answer, _)| answer)
                }
                Event::Value(json) => Ok(parsed::is_match(program, json, &mut self.room.buffers)),
            };
        }
        let field = predicate
            .field()
            .and_then(|id| self.set.predicates.field(id));
        let (Some(field), Some(check)) = (field, &predicate.check) else {
            return Ok(false);
        };
        let mut first = None;
        for place in &field.places {
            if self.has_value(field, *place)? {
                first = self.room.first(*place);
                break;
            }
        }
        let mut next = first;
        while let Some((what, after)) = next.and_then(|at| self.room.value(at)) {
            next = after;
            let Buffers { decoded, .. } = &mut self.room.buffers;
            let mut decoded = std::mem::take(decoded);
            let value = scalar(self.bytes, what, &mut decoded);
            let passes = value.map(|value| {
                !value.is_none_of(field.no_values()) && check.passes(&value, &mut self.room.buffers)
            });
            self.room.buffers.decoded = decoded;
            if passes? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Takes the index hits for a value: marks the predicates that are true, and wakes their rules.
fn take_hits(set: &Set, room: &mut Room, value: &Scalar<'_>) {
    let predicates = &set.predicates;
    let take = |room: &mut Room, id: PredicateId| {
        let Some(predicate) = predicates.get(id) else {
            return;
        };
        if room.known(id) == Some(true) {
            return;
        }
        let check = predicate.check.as_deref();
        if check.is_some_and(|check| !check.passes(value, &mut room.buffers)) {
            return;
        }
        room.know(id, true);
        predicate.wakes.iter().for_each(|rule| room.wake(*rule));
    };
    for at in 0.. {
        let Some(list) = room.hits.lists.get(at).copied() else {
            break;
        };
        predicates.lists.iter(list).for_each(|id| take(room, id));
    }
    for at in 0.. {
        let Some(id) = room.hits.single.get(at).copied() else {
            break;
        };
        take(room, id);
    }
}

/// The stored value as a scalar.
fn scalar<'b>(
    bytes: &'b [u8],
    what: RawValue,
    decoded: &'b mut String,
) -> Result<Scalar<'b>, EventError> {
    Ok(match what {
        RawValue::String {
            start,
            end,
            escaped,
        } => {
            let inside = bytes.get(start..end).unwrap_or_default();
            Scalar::String(RawString::new(inside, start, escaped).text(decoded)?)
        }
        RawValue::Number { start, end } => {
            // It has been read as one before.
            let text = bytes.get(start..end).map(std::str::from_utf8);
            Scalar::Number(text.and_then(Result::ok).unwrap_or_default())
        }
        RawValue::Boolean(boolean) => Scalar::Boolean(boolean),
        RawValue::Object => Scalar::Object,
    })
}
