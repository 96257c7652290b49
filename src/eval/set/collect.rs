//! Collects the values of an event that a set reads, in one walk.

use std::fmt::Write;

use serde_json::Value as Json;

use super::ids::PlaceId;
use super::places::{Place, Places};
use super::room::{Frame, RawValue, Room};
use crate::eval::error::EventError;
use crate::eval::event::scratch::Stop;
use crate::eval::json::Cursor;

/// Stores the values of the event at the cursor. Returns where the walk stopped, which is as soon
/// as every wanted key has been seen.
pub(super) fn collect(
    places: &Places,
    cursor: &mut Cursor<'_>,
    room: &mut Room,
) -> Result<Stop, EventError> {
    let mut id = PlaceId::ROOT;
    loop {
        let mut opened = false;
        if let Some(place) = places.get(id) {
            opened = value(id, place, cursor, room)?;
        }
        // Move to the next wanted value.
        loop {
            let depth = room.frames.len();
            let Some(frame) = room.frames.last().copied() else {
                return Ok(Stop {
                    at: cursor.at(),
                    depth: 0,
                });
            };
            let next = match frame.object {
                None => cursor.next_element(opened)?.then_some(frame.place),
                Some(_) if frame.left == 0 && depth == 1 => {
                    let at = cursor.at();
                    return Ok(Stop { at, depth });
                }
                Some(_) if frame.left == 0 => {
                    cursor.close(1, depth)?;
                    None
                }
                Some(object) => member(places, cursor, room, frame.place, object, opened)?,
            };
            match next {
                Some(next) => {
                    id = next;
                    break;
                }
                None => {
                    room.frames.pop();
                    opened = false;
                }
            }
        }
    }
}

/// Reads the value at a path, or opens it if it is an object or array; returns whether it was
/// opened.
#[inline]
fn value(
    id: PlaceId,
    place: &Place,
    cursor: &mut Cursor<'_>,
    room: &mut Room,
) -> Result<bool, EventError> {
    let is_read = !place.fields.is_empty();
    let depth = room.frames.len();
    cursor.blanks();
    let what = match cursor.peek() {
        Some(b'{') => {
            if is_read {
                room.note(id, RawValue::Object);
            }
            if place.below.is_empty() {
                cursor.skip(depth)?;
                return Ok(false);
            }
            cursor.open(depth)?;
            let frame = Frame {
                place: id,
                object: Some(room.object()),
                left: place.below.len(),
            };
            room.frames.push(frame);
            return Ok(true);
        }
        Some(b'[') => {
            cursor.open(depth)?;
            room.frames.push(Frame {
                place: id,
                object: None,
                left: 0,
            });
            return Ok(true);
        }
        Some(b'"') => {
            let string = cursor.string()?;
            let (start, escaped) = (string.offset(), string.plain().is_none());
            let end = cursor.at() - 1;
            RawValue::String {
                start,
                end,
                escaped,
            }
        }
        Some(b't' | b'f' | b'n') => match cursor.word()? {
            Some(boolean) => RawValue::Boolean(boolean),
            None => return Ok(false),
        },
        Some(b'-' | b'0'..=b'9') => {
            let start = cursor.at();
            cursor.number()?;
            let end = cursor.at();
            RawValue::Number { start, end }
        }
        _ => return Err(cursor.unexpected()),
    };
    if is_read {
        room.note(id, what);
    }
    Ok(false)
}

/// Moves to the next wanted member of an object, and returns its path; `None` after the object's
/// end. The first of duplicate keys counts.
#[inline]
fn member(
    places: &Places,
    cursor: &mut Cursor<'_>,
    room: &mut Room,
    id: PlaceId,
    object: u64,
    opened: bool,
) -> Result<Option<PlaceId>, EventError> {
    let Some(place) = places.get(id) else {
        return Ok(None);
    };
    let depth = room.frames.len();
    let mut first = opened;
    loop {
        if !cursor.next_member(first)? {
            return Ok(None);
        }
        first = false;
        let key = cursor.string()?;
        cursor.colon()?;
        let below = match key.plain() {
            Some(key) => places.below(place, key),
            None => {
                let text = key.text(&mut room.buffers.decoded)?;
                places.below(place, text.as_bytes())
            }
        };
        if let Some(below) = below
            && room.is_first(object, below)
        {
            if let Some(frame) = room.frames.last_mut() {
                frame.left -= 1;
            }
            return Ok(Some(below));
        }
        cursor.skip(depth)?;
    }
}

/// How deep parsed values are followed by recursion; deeper ones are put in a list.
const RECURSION: usize = 64;

/// Stores the values of a parsed event. Their texts are in `room.texts`.
pub(super) fn collect_value(places: &Places, event: &Json, room: &mut Room) {
    room.texts.clear();
    let mut deep = Vec::new();
    at_place(places, PlaceId::ROOT, event, 0, room, &mut deep);
    while let Some((id, value)) = deep.pop() {
        at_place(places, id, value, 0, room, &mut deep);
    }
}

fn at_place<'e>(
    places: &Places,
    id: PlaceId,
    value: &'e Json,
    depth: usize,
    room: &mut Room,
    deep: &mut Vec<(PlaceId, &'e Json)>,
) {
    if depth > RECURSION {
        deep.push((id, value));
        return;
    }
    let Some(place) = places.get(id) else {
        return;
    };
    let is_read = !place.fields.is_empty();
    let start = room.texts.len();
    let what = match value {
        Json::Null => return,
        Json::Array(elements) => {
            for element in elements {
                at_place(places, id, element, depth + 1, room, deep);
            }
            return;
        }
        Json::Object(members) => {
            if is_read {
                room.note(id, RawValue::Object);
            }
            for below in place.below.ids() {
                let key = places.get(below).map_or("", |place| &*place.key);
                if let Some(member) = members.get(key) {
                    at_place(places, below, member, depth + 1, room, deep);
                }
            }
            return;
        }
        _ if !is_read => return,
        Json::Bool(boolean) => RawValue::Boolean(*boolean),
        Json::String(text) => {
            room.texts.push_str(text);
            let (end, escaped) = (room.texts.len(), false);
            RawValue::String {
                start,
                end,
                escaped,
            }
        }
        Json::Number(number) => {
            // Writing to a string cannot fail.
            let _ = write!(room.texts, "{number}");
            let end = room.texts.len();
            RawValue::Number { start, end }
        }
    };
    room.note(id, what);
}
