//! One filter against one event.

use std::sync::Arc;

use serde_json::Value as Json;

use super::error::{EventError, EventErrorKind};
use super::json::Found;
use super::plan::{Op, Program, plan};
use super::source::{Bytes, Event};
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
        Run::new(&self.program, Bytes::new(event, self.program.event_nesting)).run()
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
