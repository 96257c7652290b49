//! Following a tree of wanted keys through an event.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Cursor, Result};
use crate::eval::error::EventErrorKind;

/// Which keys are wanted at which place, as a tree: one node a place, the event's root first.
#[derive(Debug)]
pub(in crate::eval) struct Wanted {
    places: Vec<Place>,
}

#[derive(Debug, Default)]
struct Place {
    /// The keys wanted below it, sorted.
    below: Vec<(Box<str>, u32)>,
    /// What to note the values that stand here under.
    value: Option<u32>,
    /// What to note the places of the elements that stand here under.
    element: Option<u32>,
}

/// Puts a [`Wanted`] together.
#[derive(Default)]
pub(in crate::eval) struct WantedBuilder {
    places: Vec<Place>,
    index: HashMap<(u32, Box<str>), u32>,
    slots: u32,
}

impl WantedBuilder {
    fn place(&mut self, keys: &[Box<str>]) -> &mut Place {
        if self.places.is_empty() {
            self.places.push(Place::default());
        }
        let mut at = 0;
        for key in keys {
            let next = self.places.len() as u32;
            let below = *self.index.entry((at, key.clone())).or_insert(next);
            if below == next {
                self.places.push(Place::default());
                if let Some(place) = self.places.get_mut(at as usize) {
                    place.below.push((key.clone(), next));
                }
            }
            at = below;
        }
        let last = self.places.len() - 1;
        // `at` is always an index of a place; `last` only satisfies the compiler.
        let at = last.min(at as usize);
        #[expect(
            clippy::indexing_slicing,
            reason = "the root is pushed first, and `at` is at most the last"
        )]
        &mut self.places[at]
    }

    /// Wants the values at these keys; gives their slot.
    pub(in crate::eval) fn value(&mut self, keys: &[Box<str>]) -> u32 {
        let next = self.slots;
        let slot = *self.place(keys).value.get_or_insert(next);
        self.slots = self.slots.max(slot + 1);
        slot
    }

    /// Wants the elements at these keys; gives their slot.
    pub(in crate::eval) fn element(&mut self, keys: &[Box<str>]) -> u32 {
        let next = self.slots;
        let slot = *self.place(keys).element.get_or_insert(next);
        self.slots = self.slots.max(slot + 1);
        slot
    }

    pub(in crate::eval) fn build(mut self) -> Wanted {
        self.place(&[]);
        for place in &mut self.places {
            place.below.sort();
        }
        let places = self.places;
        Wanted { places }
    }
}

impl Wanted {
    /// The root of the tree.
    pub(in crate::eval) const ROOT: u32 = 0;

    /// The place below `place` at this key, if it is wanted, with the key's position among those.
    pub(in crate::eval) fn below(&self, place: u32, key: &[u8]) -> Option<(usize, u32)> {
        let below = self.keys_below(place);
        let at = below
            .binary_search_by(|(wanted, _)| wanted.as_bytes().cmp(key))
            .ok()?;
        below.get(at).map(|(_, place)| (at, *place))
    }

    /// The keys wanted below this place, with their places.
    pub(in crate::eval) fn keys_below(&self, place: u32) -> &[(Box<str>, u32)] {
        self.places
            .get(place as usize)
            .map_or(&[], |place| &place.below)
    }

    /// Where the values and the elements at this place are noted.
    pub(in crate::eval) fn slots_at(&self, place: u32) -> (Option<u32>, Option<u32>) {
        match self.places.get(place as usize) {
            Some(place) => (place.value, place.element),
            None => (None, None),
        }
    }

    fn has_below(&self, place: u32) -> bool {
        !self.keys_below(place).is_empty()
    }
}

/// What stands at a wanted place of an event; `N` names a place to go on from.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Found<'e, N> {
    String(Cow<'e, str>),
    /// A number by its text.
    Number(Cow<'e, str>),
    Boolean(bool),
    Object,
    Element(N),
}

/// An object or array that the walk is inside of.
struct Open {
    place: u32,
    is_object: bool,
    /// Which of the keys wanted here have been seen: the first of equal keys counts.
    seen: Vec<bool>,
    /// How many of them have not.
    left: usize,
}

/// Walks the value at the cursor, and notes what stands at the wanted places. Gives the cursor
/// behind the value, or nothing if the rest of it did not have to be read.
pub(in crate::eval) fn walk<'e>(
    mut cursor: Cursor<'e>,
    wanted: &Wanted,
    found: &mut Vec<(u32, Found<'e, usize>)>,
) -> Result<Option<Cursor<'e>>> {
    let mut open: Vec<Open> = Vec::new();
    let mut place = Wanted::ROOT;
    loop {
        cursor.blanks();
        let mut opened = value(&mut cursor, open.len(), wanted, place, found)?;
        if let Some(is_object) = opened {
            let (seen, left) = (Vec::new(), wanted.keys_below(place).len());
            open.push(Open {
                place,
                is_object,
                seen,
                left,
            });
        }
        place = loop {
            let depth = open.len();
            let Some(inner) = open.last_mut() else {
                return Ok(Some(cursor));
            };
            if inner.is_object && inner.left == 0 {
                // All that is wanted of this object has been seen.
                if depth == 1 {
                    return Ok(None);
                }
                cursor.close(depth)?;
                open.pop();
                opened = None;
                continue;
            }
            match inner.next(&mut cursor, depth, wanted, opened.take().is_some())? {
                Some(next) => break next,
                None => drop(open.pop()),
            }
        };
    }
}

/// Reads the value at a place, or only opens it: then gives whether it is an object.
fn value<'e>(
    cursor: &mut Cursor<'e>,
    depth: usize,
    wanted: &Wanted,
    place: u32,
    found: &mut Vec<(u32, Found<'e, usize>)>,
) -> Result<Option<bool>> {
    let (value, element) = wanted.slots_at(place);
    let byte = cursor.peek();
    if let Some(slot) = element
        && !matches!(byte, Some(b'[' | b'n'))
    {
        found.push((slot, Found::Element(cursor.at())));
    }
    let mut note = |what| {
        if let Some(slot) = value {
            found.push((slot, what));
        }
    };
    match byte {
        Some(bracket @ (b'{' | b'[')) => {
            let is_object = bracket == b'{';
            if is_object {
                note(Found::Object);
                if !wanted.has_below(place) {
                    cursor.skip(depth)?;
                    return Ok(None);
                }
            }
            if depth >= cursor.nesting {
                return Err(cursor.error(EventErrorKind::NestingTooDeep));
            }
            cursor.require(bracket)?;
            return Ok(Some(is_object));
        }
        Some(b'"') => {
            let string = cursor.string()?;
            if value.is_some() {
                note(Found::String(string.decode()?));
            }
        }
        Some(b't' | b'f' | b'n') => {
            if let Some(boolean) = cursor.word()? {
                note(Found::Boolean(boolean));
            }
        }
        Some(b'-' | b'0'..=b'9') => note(Found::Number(Cow::Borrowed(cursor.number()?))),
        _ => return Err(cursor.unexpected()),
    }
    Ok(None)
}

impl Open {
    /// Goes on to the next value that is wanted, and gives its place; nothing if there is none and
    /// this is closed. It has just been opened, or a value of it has just been read.
    fn next(
        &mut self,
        cursor: &mut Cursor<'_>,
        depth: usize,
        wanted: &Wanted,
        opened: bool,
    ) -> Result<Option<u32>> {
        let close = if self.is_object { b'}' } else { b']' };
        cursor.blanks();
        if opened && cursor.eat(close) {
            return Ok(None);
        }
        let mut first = opened;
        loop {
            if !first && !cursor.eat(b',') {
                cursor.require(close)?;
                return Ok(None);
            }
            first = false;
            if !self.is_object {
                return Ok(Some(self.place));
            }
            cursor.blanks();
            let key = cursor.string()?;
            cursor.blanks();
            cursor.require(b':')?;
            let below = match key.plain() {
                Some(key) => wanted.below(self.place, key),
                None => wanted.below(self.place, key.decode()?.as_bytes()),
            };
            if let Some((at, below)) = below
                && self.see(at)
            {
                return Ok(Some(below));
            }
            cursor.blanks();
            cursor.skip(depth)?;
            cursor.blanks();
        }
    }

    /// Whether this wanted key is seen for the first time.
    fn see(&mut self, at: usize) -> bool {
        if self.seen.len() <= at {
            self.seen.resize(at + 1, false);
        }
        let first = self
            .seen
            .get_mut(at)
            .is_some_and(|seen| !std::mem::replace(seen, true));
        self.left -= usize::from(first);
        first
    }
}
