//! The answer of a set, and asking for it.

use serde_json::Value as Json;

use super::evaluate::{Event, evaluate};
use super::ids::{FilterId, RuleId};
use super::room::Room;
use super::{FilterSet, ROOM};
use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::event::scratch::Stop;
use crate::eval::json::{Cursor, validate};

/// The filters that an event matches, with the room that it takes to find them: kept from event to
/// event, it costs no allocation.
///
/// ```
/// use qualys_filter::{FilterSet, Matches, Query, Schema};
///
/// let filter = "type:FILE".parse::<Query>()?.check(Schema::edr())?;
/// let set = FilterSet::new([&filter]);
/// let mut matches = Matches::new();
/// for (event, count) in [(r#"{"type": "FILE"}"#, 1), (r#"{"type": "PROCESS"}"#, 0)] {
///     set.matches_into(event.as_bytes(), &mut matches)?;
///     assert_eq!(matches.len(), count);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Matches {
    pub(super) ids: Vec<FilterId>,
    pub(super) room: Room,
}

impl Matches {
    /// None yet.
    pub fn new() -> Matches {
        Matches::default()
    }

    /// The filters, in ascending order.
    pub fn as_slice(&self) -> &[FilterId] {
        &self.ids
    }

    /// The filters, in ascending order.
    pub fn iter(&self) -> std::iter::Copied<std::slice::Iter<'_, FilterId>> {
        self.ids.iter().copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

impl<'m> IntoIterator for &'m Matches {
    type Item = FilterId;
    type IntoIter = std::iter::Copied<std::slice::Iter<'m, FilterId>>;

    fn into_iter(self) -> Self::IntoIter {
        self.ids.iter().copied()
    }
}

impl FilterSet {
    /// Whether any filter matches the event: the bytes of one JSON document.
    ///
    /// # Errors
    ///
    /// If the bytes are not JSON where they are read, or beyond a limit. Every value that any
    /// filter needs is read, so an event that a single filter would accept may be an error.
    pub fn is_match(&self, event: &[u8]) -> Result<bool, EventError> {
        ROOM.with_borrow_mut(|room| {
            let mut any = false;
            let result = self.ask_whole(event, room, &mut |_| {
                any = true;
                true
            });
            room.shrink();
            result.map(|()| any)
        })
    }

    /// The filters that match the event, in ascending order.
    ///
    /// # Errors
    ///
    /// As [`FilterSet::is_match`].
    pub fn matches(&self, event: &[u8]) -> Result<Vec<FilterId>, EventError> {
        ROOM.with_borrow_mut(|room| {
            let mut ids = Vec::new();
            let result = self.ask_whole(event, room, &mut |rule| self.take(rule, &mut ids));
            room.shrink();
            ids.sort_unstable();
            result.map(|()| ids)
        })
    }

    /// The same, into a value that is reused from event to event.
    ///
    /// # Errors
    ///
    /// As [`FilterSet::is_match`]; nothing matches then.
    pub fn matches_into(&self, event: &[u8], matches: &mut Matches) -> Result<(), EventError> {
        let Matches { ids, room } = matches;
        ids.clear();
        let result = self.ask_whole(event, room, &mut |rule| self.take(rule, ids));
        room.shrink();
        match result {
            Ok(()) => ids.sort_unstable(),
            Err(_) => ids.clear(),
        }
        result
    }

    /// Whether any filter matches an event that has been parsed already.
    pub fn is_match_value(&self, event: &Json) -> bool {
        ROOM.with_borrow_mut(|room| {
            let mut any = false;
            self.ask_value(event, room, &mut |_| {
                any = true;
                true
            });
            any
        })
    }

    /// The filters that match an event that has been parsed already, in ascending order.
    ///
    /// Of equal keys, and of the text of numbers, they see what the parser kept.
    ///
    /// ```
    /// use qualys_filter::{FilterId, FilterSet, Query, Schema};
    /// use serde_json::json;
    ///
    /// let filter = "severity >= 4".parse::<Query>()?.check(Schema::fim())?;
    /// let set = FilterSet::new([filter]);
    /// assert_eq!(set.matches_value(&json!({"severity": 5})), [FilterId::new(0)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matches_value(&self, event: &Json) -> Vec<FilterId> {
        ROOM.with_borrow_mut(|room| {
            let mut ids = Vec::new();
            self.ask_value(event, room, &mut |rule| self.take(rule, &mut ids));
            ids.sort_unstable();
            ids
        })
    }

    /// The same, into a value that is reused from event to event.
    pub fn matches_value_into(&self, event: &Json, matches: &mut Matches) {
        let Matches { ids, room } = matches;
        ids.clear();
        self.ask_value(event, room, &mut |rule| self.take(rule, ids));
        ids.sort_unstable();
    }

    /// Takes the filters of a rule that is true; never asks to stop.
    pub(super) fn take(&self, rule: RuleId, ids: &mut Vec<FilterId>) -> bool {
        if let Some(rule) = self.set.rules.get(rule) {
            ids.extend_from_slice(&rule.ids);
        }
        false
    }

    fn ask_whole(
        &self,
        event: &[u8],
        room: &mut Room,
        each: &mut dyn FnMut(RuleId) -> bool,
    ) -> Result<(), EventError> {
        let set = &*self.set;
        if event.len() > set.limits.event_bytes {
            let kind = EventErrorKind::TooLong;
            return Err(EventError::new(kind, set.limits.event_bytes));
        }
        let cursor = |at| Cursor::new(self.level, event, at, set.limits.event_nesting);
        if self.strict {
            let mut all = cursor(0);
            validate(&mut all, &mut room.buffers.decoded)?;
            all.end()?;
        }
        if !self.strict
            && let Some(prefilter) = set.prefilter()
            && room.backoff.searches()
        {
            let len = event.len();
            if prefilter
                .find(&set.predicates, self.level, event, 0, room)
                .is_none()
            {
                room.backoff.found(len, 0);
                return Ok(());
            }
            room.backoff.found(0, len);
        }
        let Stop { at, depth } = self.ask(event, 0, room, each)?;
        if depth == 0 && at > 0 {
            cursor(at).end()?;
        }
        Ok(())
    }

    /// Evaluates the event that starts at `start`.
    pub(super) fn ask(
        &self,
        bytes: &[u8],
        start: usize,
        room: &mut Room,
        each: &mut dyn FnMut(RuleId) -> bool,
    ) -> Result<Stop, EventError> {
        evaluate(self, Event::Bytes { bytes, start }, room, each)
    }

    fn ask_value(&self, event: &Json, room: &mut Room, each: &mut dyn FnMut(RuleId) -> bool) {
        // A parsed event has no errors.
        let _ = evaluate(self, Event::Value(event), room, each);
        room.shrink();
    }
}
