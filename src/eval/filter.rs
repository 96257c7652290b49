//! One filter against one event.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value as Json;

use super::error::{EventError, EventErrorKind};
use super::json::{Cursor, Found, Wanted, walk};
use super::plan::{Op, Program, plan};
use crate::check::Checked;

/// A compiled filter. Cheap to clone, and may be used from many threads at once.
///
/// ```
/// use qualys_filter::{Query, Schema};
///
/// let query: Query = r#"type:FILE AND file.name:"energyprov.dll""#.parse()?;
/// let filter = query.check(Schema::edr())?.compile();
/// assert!(filter.is_match(br#"{"type": "FILE", "file": {"fileName": "energyprov.dll"}}"#)?);
/// assert!(!filter.is_match(br#"{"type": "FILE"}"#)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    pub(super) program: Arc<Program>,
}

impl Checked {
    /// Makes a filter that can be run. Cannot fail: whatever could, has failed in the check.
    pub fn compile(&self) -> Filter {
        let program = Arc::new(plan(self));
        Filter { program }
    }
}

impl Filter {
    /// Whether the event matches: the bytes of one JSON document.
    ///
    /// The event is taken to be well formed where the answer does not depend on it: what no
    /// condition asks for is skipped, not validated.
    ///
    /// # Errors
    ///
    /// If the bytes are not JSON where they are read, or beyond a limit.
    pub fn is_match(&self, event: &[u8]) -> Result<bool, EventError> {
        if event.len() > self.program.event_bytes {
            return Err(EventError::new(
                EventErrorKind::TooLong,
                self.program.event_bytes,
            ));
        }
        let cursor = Cursor::new(event, self.program.event_nesting);
        Run::new(&self.program, Bytes { cursor }).run()
    }

    /// Whether an event matches that has been parsed already.
    ///
    /// Of equal keys, and of the text of numbers, it sees what the parser kept.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    /// use serde_json::json;
    ///
    /// let filter = "severity >= 4".parse::<Query>()?.check(Schema::fim())?.compile();
    /// assert!(filter.is_match_value(&json!({"severity": 5})));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_match_value(&self, event: &Json) -> bool {
        // A value that is there already cannot be malformed.
        Run::new(&self.program, event).run().unwrap_or(false)
    }
}

/// An event in one of the forms that filters are run against.
trait Event<'e>: Copy {
    /// A place in it.
    type Node: Copy;

    /// The event itself.
    fn root(self) -> Self::Node;

    /// Notes what stands at the wanted places below a node. `is_root` is whether the node is the
    /// event itself.
    fn walk(
        self,
        node: Self::Node,
        wanted: &Wanted,
        found: &mut Vec<(u32, Found<'e, Self::Node>)>,
    ) -> Result<(), EventError>;

    /// Whether any string in it passes.
    fn any_string(self, passes: &mut dyn FnMut(&str) -> bool) -> Result<bool, EventError>;
}

/// A program on its way through an event.
struct Run<'p, 'e, E: Event<'e>> {
    program: &'p Program,
    event: E,
    groups: Vec<Group<'e, E>>,
}

/// The part that is run, with what it reads.
struct Group<'e, E: Event<'e>> {
    part: usize,
    /// The next instruction.
    at: usize,
    found: Vec<(u32, Found<'e, E::Node>)>,
    /// The elements that come after the present one, the next one last.
    elements: Vec<E::Node>,
}

impl<'p, 'e, E: Event<'e>> Run<'p, 'e, E> {
    fn new(program: &'p Program, event: E) -> Self {
        let groups = Vec::new();
        Run {
            program,
            event,
            groups,
        }
    }

    fn run(mut self) -> Result<bool, EventError> {
        let mut truth = self.enter(0, vec![self.event.root()])?;
        while let Some(group) = self.groups.last_mut() {
            let code = self
                .program
                .parts
                .get(group.part)
                .map_or(&[][..], |part| &part.code);
            let Some(op) = code.get(group.at) else {
                truth = self.leave(truth)?;
                continue;
            };
            group.at += 1;
            match op {
                Op::Set(to) => truth = *to,
                Op::Not => truth = !truth,
                Op::Jump { on, to } => {
                    if truth == *on {
                        group.at = *to;
                    }
                }
                Op::Test { slots, check } => {
                    let mut values = slots.iter().map(|slot| values_at(&group.found, *slot));
                    let values = values.find(|values| !values.is_empty()).unwrap_or(&[]);
                    truth = values.iter().any(|(_, value)| check.passes(value));
                }
                Op::Element { slot, part } => {
                    let elements = values_at(&group.found, *slot).iter().rev();
                    let elements = elements.filter_map(|(_, found)| match found {
                        Found::Element(node) => Some(*node),
                        _ => None,
                    });
                    let elements = elements.collect();
                    truth = self.enter(*part, elements)?;
                }
                Op::FreeText(matcher) => {
                    truth = self
                        .event
                        .any_string(&mut |text| matcher.matches_text(text))?;
                }
            }
        }
        Ok(truth)
    }

    /// Starts a part on the first of these elements, if there is one.
    fn enter(&mut self, part: usize, elements: Vec<E::Node>) -> Result<bool, EventError> {
        let (at, found) = (0, Vec::new());
        self.groups.push(Group {
            part,
            at,
            found,
            elements,
        });
        self.next_element()
    }

    /// At the end of a part: done if it holds, else on with the next element.
    fn leave(&mut self, truth: bool) -> Result<bool, EventError> {
        if truth {
            self.groups.pop();
            return Ok(true);
        }
        self.next_element()
    }

    fn next_element(&mut self) -> Result<bool, EventError> {
        let Some(group) = self.groups.last_mut() else {
            return Ok(false);
        };
        let Some(element) = group.elements.pop() else {
            self.groups.pop();
            return Ok(false);
        };
        group.at = 0;
        group.found.clear();
        if let Some(part) = self.program.parts.get(group.part) {
            self.event.walk(element, &part.wanted, &mut group.found)?;
        }
        group.found.sort_by_key(|(slot, _)| *slot);
        Ok(false)
    }
}

/// What was found for a slot.
fn values_at<'f, 'e, N>(found: &'f [(u32, Found<'e, N>)], slot: u32) -> &'f [(u32, Found<'e, N>)] {
    let start = found.partition_point(|(at, _)| *at < slot);
    let rest = found.get(start..).unwrap_or_default();
    let len = rest.partition_point(|(at, _)| *at == slot);
    rest.get(..len).unwrap_or_default()
}

/// An event as bytes; a node is where its value starts.
#[derive(Clone, Copy)]
struct Bytes<'e> {
    cursor: Cursor<'e>,
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
        // The keys of each open object, for the first of equal keys counts; none for an array.
        let mut open: Vec<Option<HashSet<Cow<'e, str>>>> = Vec::new();
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
                    cursor.expect(bracket)?;
                    open.push((bracket == b'{').then(HashSet::new));
                    opened = true;
                }
                _ => cursor.skip(open.len())?,
            }
            // On to the next value that counts.
            loop {
                let depth = open.len();
                let Some(keys) = open.last_mut() else {
                    cursor.blanks();
                    return match cursor.peek() {
                        Some(_) => Err(cursor.error(EventErrorKind::TrailingData)),
                        None => Ok(false),
                    };
                };
                cursor.blanks();
                let close = if keys.is_some() { b'}' } else { b']' };
                let opened = std::mem::take(&mut opened);
                if (opened && cursor.eat(close)) || (!opened && !cursor.eat(b',')) {
                    if !opened {
                        cursor.expect(close)?;
                    }
                    open.pop();
                    continue;
                }
                let Some(keys) = keys else { break };
                cursor.blanks();
                let key = cursor.string()?.decode()?;
                cursor.blanks();
                cursor.expect(b':')?;
                if keys.insert(key) {
                    break;
                }
                cursor.blanks();
                cursor.skip(depth)?;
            }
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
