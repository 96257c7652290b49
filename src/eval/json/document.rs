//! Reading all of a document.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Cursor, RawString, Result};
use crate::eval::error::EventErrorKind;

/// Reads a document to its end as every parser of JSON would: all of it has to be well formed.
pub(in crate::eval) fn validate(cursor: &mut Cursor<'_>, decoded: &mut String) -> Result<()> {
    // Validating UTF-8 once for all strings is faster than for each. If the bytes are not UTF-8,
    // the first bad string reports it.
    let is_utf8 = std::str::from_utf8(cursor.rest()).is_ok();
    let mut string = |string: RawString<'_>| match is_utf8 && string.plain().is_some() {
        true => Ok(()),
        false => string.text(decoded).map(drop),
    };
    // Whether each open bracket is that of an object.
    let mut open: Vec<bool> = Vec::new();
    loop {
        cursor.blanks();
        let mut opened = false;
        match cursor.peek() {
            Some(b'"') => string(cursor.string()?)?,
            Some(bracket @ (b'{' | b'[')) => {
                cursor.open(open.len())?;
                open.push(bracket == b'{');
                opened = true;
            }
            Some(b'-' | b'0'..=b'9') => drop(cursor.number()?),
            _ => drop(cursor.word()?),
        }
        loop {
            let Some(is_object) = open.last().copied() else {
                return Ok(());
            };
            let first = std::mem::take(&mut opened);
            let more = match is_object {
                true => cursor.next_member(first)?,
                false => cursor.next_element(first)?,
            };
            if !more {
                open.pop();
                continue;
            }
            if is_object {
                string(cursor.string()?)?;
                cursor.colon()?;
            }
            break;
        }
    }
}

/// Whether any string of a document passes, keys left aside; of equal keys only the first counts.
/// Reads to the end of the document unless one passes.
pub(in crate::eval) fn any_string(
    cursor: &mut Cursor<'_>,
    decoded: &mut String,
    passes: &mut dyn FnMut(&str) -> bool,
) -> Result<bool> {
    let mut open: Vec<Members<'_>> = Vec::new();
    loop {
        cursor.blanks();
        let mut opened = false;
        match cursor.peek() {
            Some(b'"') => {
                if passes(cursor.string()?.text(decoded)?) {
                    return Ok(true);
                }
            }
            Some(bracket @ (b'{' | b'[')) => {
                cursor.open(open.len())?;
                let keys = (bracket == b'{').then(HashSet::new);
                open.push(Members { keys });
                opened = true;
            }
            _ => cursor.skip(open.len())?,
        }
        loop {
            let depth = open.len();
            let Some(inner) = open.last_mut() else {
                return Ok(false);
            };
            if inner.next(cursor, depth, std::mem::take(&mut opened))? {
                break;
            }
            open.pop();
        }
    }
}

/// The members of an open object, or the elements of an open array.
struct Members<'e> {
    /// The keys so far; none in an array.
    keys: Option<HashSet<Cow<'e, str>>>,
}

impl<'e> Members<'e> {
    /// Goes on to the next value that counts; false if there is none and this is closed. It has
    /// just been opened, or a value of it has just been read.
    fn next(&mut self, cursor: &mut Cursor<'e>, depth: usize, opened: bool) -> Result<bool> {
        let mut first = opened;
        loop {
            let Some(keys) = &mut self.keys else {
                return cursor.next_element(first);
            };
            if !cursor.next_member(first)? {
                return Ok(false);
            }
            first = false;
            let key = cursor.string()?.decode()?;
            cursor.colon()?;
            if keys.insert(key) {
                return Ok(true);
            }
            cursor.skip(depth)?;
        }
    }
}

impl Cursor<'_> {
    /// That only blanks are left.
    pub(in crate::eval) fn end(&mut self) -> Result<()> {
        self.blanks();
        match self.peek() {
            Some(_) => Err(self.error(EventErrorKind::TrailingData)),
            None => Ok(()),
        }
    }
}
