//! The forms in which an event may come: as bytes, and as a value that somebody has parsed.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value as Json;

use super::error::{EventError, EventErrorKind};
use super::json::{Cursor, Found, Wanted, walk};

/// An event in one of the forms that filters are run against.
pub(super) trait Event<'e>: Copy {
    /// A place in it.
    type Node: Copy;

    /// The event itself.
    fn root(self) -> Self::Node;

    /// Notes what stands at the wanted places below a node.
    fn walk(
        self,
        node: Self::Node,
        wanted: &Wanted,
        found: &mut Vec<(u32, Found<'e, Self::Node>)>,
    ) -> Result<(), EventError>;

    /// Whether any string in it passes.
    fn any_string(self, passes: &mut dyn FnMut(&str) -> bool) -> Result<bool, EventError>;
}

/// An event as bytes; a node is where its value starts.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'e> {
    cursor: Cursor<'e>,
}

impl<'e> Bytes<'e> {
    pub(super) fn new(event: &'e [u8], nesting: usize) -> Bytes<'e> {
        let cursor = Cursor::new(event, nesting);
        Bytes { cursor }
    }
}

impl<'e> Event<'e> for Bytes<'e> {
    type Node = usize;

    fn root(self) -> usize {
        0
    }

    fn walk(
        self,
        node: usize,
        wanted: &Wanted,
        found: &mut Vec<(u32, Found<'e, usize>)>,
    ) -> Result<(), EventError> {
        let Some(mut cursor) = walk(self.cursor.moved_to(node), wanted, found)? else {
            return Ok(());
        };
        cursor.blanks();
        match cursor.peek() {
            Some(_) if node == 0 => Err(cursor.error(EventErrorKind::TrailingData)),
            _ => Ok(()),
        }
    }

    fn any_string(self, passes: &mut dyn FnMut(&str) -> bool) -> Result<bool, EventError> {
        let mut cursor = self.cursor;
        let mut open: Vec<Members<'e>> = Vec::new();
        loop {
            cursor.blanks();
            let mut opened = false;
            match cursor.peek() {
                Some(b'"') => {
                    if passes(&cursor.string()?.decode()?) {
                        return Ok(true);
                    }
                }
                Some(bracket @ (b'{' | b'[')) => {
                    if open.len() >= cursor.nesting() {
                        return Err(cursor.error(EventErrorKind::NestingTooDeep));
                    }
                    cursor.require(bracket)?;
                    let keys = (bracket == b'{').then(HashSet::new);
                    open.push(Members { keys });
                    opened = true;
                }
                _ => cursor.skip(open.len())?,
            }
            loop {
                let depth = open.len();
                let Some(inner) = open.last_mut() else {
                    cursor.blanks();
                    return match cursor.peek() {
                        Some(_) => Err(cursor.error(EventErrorKind::TrailingData)),
                        None => Ok(false),
                    };
                };
                if inner.next(&mut cursor, depth, std::mem::take(&mut opened))? {
                    break;
                }
                open.pop();
            }
        }
    }
}

/// The members of an open object, or the elements of an open array.
struct Members<'e> {
    /// The keys so far, for the first of equal keys counts; none in an array.
    keys: Option<HashSet<Cow<'e, str>>>,
}

impl<'e> Members<'e> {
    /// Goes on to the next value that counts; false if there is none and this is closed. It has
    /// just been opened, or a value of it has just been read.
    fn next(
        &mut self,
        cursor: &mut Cursor<'e>,
        depth: usize,
        opened: bool,
    ) -> Result<bool, EventError> {
        let close = if self.keys.is_some() { b'}' } else { b']' };
        cursor.blanks();
        if opened && cursor.eat(close) {
            return Ok(false);
        }
        let mut first = opened;
        loop {
            if !first && !cursor.eat(b',') {
                cursor.require(close)?;
                return Ok(false);
            }
            first = false;
            let Some(keys) = &mut self.keys else {
                return Ok(true);
            };
            cursor.blanks();
            let key = cursor.string()?.decode()?;
            cursor.blanks();
            cursor.require(b':')?;
            if keys.insert(key) {
                return Ok(true);
            }
            cursor.blanks();
            cursor.skip(depth)?;
            cursor.blanks();
        }
    }
}

impl<'e> Event<'e> for &'e Json {
    type Node = &'e Json;

    fn root(self) -> &'e Json {
        self
    }

    fn walk(
        self,
        node: &'e Json,
        wanted: &Wanted,
        found: &mut Vec<(u32, Found<'e, &'e Json>)>,
    ) -> Result<(), EventError> {
        let mut todo = vec![(Wanted::ROOT, node)];
        while let Some((place, value)) = todo.pop() {
            let (value_slot, element_slot) = wanted.slots_at(place);
            if let Some(slot) = element_slot
                && !matches!(value, Json::Array(_) | Json::Null)
            {
                found.push((slot, Found::Element(value)));
            }
            let what = match value {
                Json::Null => None,
                Json::Bool(boolean) => Some(Found::Boolean(*boolean)),
                Json::Number(number) => Some(Found::Number(number.to_string().into())),
                Json::String(text) => Some(Found::String(text.into())),
                Json::Array(elements) => {
                    todo.extend(elements.iter().rev().map(|element| (place, element)));
                    None
                }
                Json::Object(members) => {
                    for (key, below) in wanted.keys_below(place) {
                        todo.extend(members.get(&**key).map(|member| (*below, member)));
                    }
                    Some(Found::Object)
                }
            };
            if let (Some(slot), Some(what)) = (value_slot, what) {
                found.push((slot, what));
            }
        }
        Ok(())
    }

    fn any_string(self, passes: &mut dyn FnMut(&str) -> bool) -> Result<bool, EventError> {
        let mut todo = vec![self];
        while let Some(value) = todo.pop() {
            match value {
                Json::String(text) if passes(text) => return Ok(true),
                Json::Array(elements) => todo.extend(elements),
                Json::Object(members) => todo.extend(members.values()),
                _ => {}
            }
        }
        Ok(false)
    }
}
