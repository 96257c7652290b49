//! The root path: where the events are inside of each document.

use std::ops::Range;

use crate::eval::error::{EventError, EventErrorKind};
use crate::eval::json::Cursor;

/// The value at these keys of the document that starts at the cursor. Arrays on the way are not
/// entered.
pub(super) fn value_at(
    keys: &[String],
    cursor: &mut Cursor<'_>,
) -> Result<Range<usize>, EventError> {
    let document = cursor.at();
    for wanted in keys {
        if !cursor.eat(b'{') {
            return Err(cursor.error(EventErrorKind::NoRoot));
        }
        let mut first = true;
        loop {
            if !cursor.next_member(first)? {
                return Err(EventError::new(EventErrorKind::NoRoot, document));
            }
            first = false;
            let key = cursor.string()?.decode()?;
            cursor.colon()?;
            if key == *wanted {
                break;
            }
            cursor.skip(0)?;
        }
    }
    let start = cursor.at();
    if cursor.peek() == Some(b'n') {
        return Err(cursor.error(EventErrorKind::NoRoot));
    }
    cursor.skip(0)?;
    Ok(start..cursor.at())
}

/// The start of the next element of an array whose bytes end with its elements, and its end or what
/// is wrong with it. Leaves the cursor at the element after it.
pub(super) fn next_element(cursor: &mut Cursor<'_>) -> Option<(usize, Result<usize, EventError>)> {
    cursor.blanks();
    cursor.peek()?;
    let start = cursor.at();
    if let Err(error) = cursor.skip(0) {
        return Some((start, Err(error)));
    }
    let end = cursor.at();
    cursor.blanks();
    if !cursor.eat(b',') && cursor.peek().is_some() {
        return Some((start, Err(cursor.unexpected())));
    }
    Some((start, Ok(end)))
}
