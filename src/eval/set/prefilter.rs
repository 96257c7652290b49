//! The prefilter of a set: the keys of the fields that its rules wait for.
//!
//! An event that satisfies a rule satisfies one of the rule's triggers. A value that passes the
//! trigger is then after the last key of one of its paths, and the key is written unchanged or with
//! an escape that begins with `\u00`. An event without such a value and without such an escape
//! satisfies no rule. A candidate is necessary, not sufficient: the same key may occur at other
//! paths.

use super::ids::FieldId;
use super::predicate::Predicates;
use super::room::Room;
use super::rule::Rules;
use crate::eval::compare::scalar::Scalar;
use crate::eval::json::{AfterKey, Keys, Level, Seen, after_key};
use crate::eval::program::prefilter::key_needle;

/// The keys of which every match has at least one.
#[derive(Clone, Debug)]
pub(super) struct Prefilter {
    keys: Keys,
    /// For each key, the fields whose values may be after it.
    fields: Vec<Vec<FieldId>>,
}

impl Prefilter {
    /// The prefilter, if searching pays for these rules.
    pub(super) fn choose(predicates: &Predicates, rules: &Rules) -> Option<Prefilter> {
        let most = 2 * Keys::MOST;
        let waits = rules.always.is_empty() && predicates.free_text().is_none();
        if !waits || predicates.indexed.len() > most {
            return None;
        }
        let mut keys: Vec<&str> = Vec::new();
        let mut fields: Vec<Vec<FieldId>> = Vec::new();
        for id in &predicates.indexed {
            let field = predicates.field(*id)?;
            // Slow lookups are left to the walk, which does them only at the right path.
            if !field.index.as_ref()?.is_quick() {
                return None;
            }
            for place in &field.places {
                // The event itself has no key.
                let key = &*predicates.places.get(*place)?.key;
                match keys.iter().position(|other| *other == key) {
                    Some(at) => fields.get_mut(at)?.push(*id),
                    None => {
                        keys.push(key);
                        fields.push(vec![*id]);
                    }
                }
            }
        }
        let needles = keys.into_iter().map(|key| match key {
            "" => None,
            _ => key_needle(key),
        });
        let needles: Vec<_> = needles.collect::<Option<_>>()?;
        let some = (1..=Keys::MOST).contains(&needles.len());
        let keys = Keys::new(needles);
        some.then_some(Prefilter { keys, fields })
    }

    /// The keys, in quotes.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        (0..self.fields.len()).filter_map(|key| Some(self.keys.get(key)?.text()))
    }

    /// The first candidate at or after `from`.
    pub(super) fn find(
        &self,
        predicates: &Predicates,
        level: Level,
        bytes: &[u8],
        from: usize,
        room: &mut Room,
    ) -> Option<usize> {
        self.keys
            .find(level, bytes, from, &mut |at, seen| match seen {
                Seen::Escape => true,
                Seen::Key(key) => self.may_match(predicates, key, bytes, at, room),
            })
    }

    /// Whether the value after the key at this offset may wake a rule.
    fn may_match(
        &self,
        predicates: &Predicates,
        key: usize,
        bytes: &[u8],
        at: usize,
        room: &mut Room,
    ) -> bool {
        let (Some(needle), Some(fields)) = (self.keys.get(key), self.fields.get(key)) else {
            return true;
        };
        let indexes = fields.iter().filter_map(|id| {
            let field = predicates.field(*id)?;
            Some((field.index.as_deref()?, field.coercions))
        });
        let may_match = |value: Scalar<'_>, room: &mut Room| {
            indexes.clone().any(|(index, coercions)| {
                room.hits.start(&predicates.lists);
                let folded = &mut room.buffers.folded;
                index.find(&value, coercions, folded, &mut room.word, &mut room.hits);
                !room.hits.is_empty()
            })
        };
        match after_key(bytes, at + needle.text().len()) {
            AfterKey::Nothing => false,
            AfterKey::Unknown => true,
            AfterKey::Number(text) => may_match(Scalar::Number(text), room),
            AfterKey::Boolean(boolean) => may_match(Scalar::Boolean(boolean), room),
            AfterKey::String(string) => {
                if let Some(inside) = string.plain()
                    && !indexes.clone().any(|(index, _)| index.may_have(inside))
                {
                    return false;
                }
                let mut decoded = std::mem::take(&mut room.buffers.decoded);
                let text = string.text(&mut decoded);
                // An invalid string is reported by the walk.
                let found = text.map_or(true, |text| may_match(Scalar::String(text), room));
                room.buffers.decoded = decoded;
                found
            }
        }
    }
}
