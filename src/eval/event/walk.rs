//! The walk through the bytes of an event. It tests each wanted value when it meets it, and stops
//! as soon as the answer is known.
//!
//! No tree is built. Unwanted values are skipped by counting brackets. An element of a nested group
//! is walked by that group's part first, then again if the enclosing part wants something in it.

use crate::eval::compare::scalar::{Buffers, Scalar};
use crate::eval::error::EventError;
use crate::eval::event::scratch::{Frame, Run, Scratch, Stop, Task};
use crate::eval::json::{Cursor, any_string};
use crate::eval::program::ids::{LeafId, PartId, PlaceId};
use crate::eval::program::leaf::Ask;
use crate::eval::program::wanted::{Place, Wanted};
use crate::eval::program::{Part, Program};

type Result<T> = std::result::Result<T, EventError>;

/// Walks the event that starts at `start`. Returns whether it matches, and where the walk stopped.
pub(in crate::eval) fn walk(
    program: &Program,
    bytes: &[u8],
    start: usize,
    scratch: &mut Scratch,
) -> Result<(bool, Stop)> {
    let Some(part) = program.parts.first() else {
        return Ok((
            false,
            Stop {
                at: start,
                depth: 0,
            },
        ));
    };
    scratch.frames.clear();
    scratch.runs.clear();
    scratch.seen.clear();
    scratch.known.clear();
    scratch.free_texts.clear();
    scratch.free_texts.resize(program.free_texts, None);
    let run = Run {
        part: PartId::EVENT,
        share: scratch.known.start(part),
        frames: 0,
        start,
        resume: Task::Done,
    };
    let mut walk = Walk {
        program,
        cursor: Cursor::new(program.level, bytes, start, program.event_nesting),
        scratch,
        part,
        run,
    };
    let answer = match run.share.answer {
        Some(answer) => answer,
        None => walk.run()?,
    };
    let (at, depth) = (walk.cursor.at(), walk.scratch.frames.len());
    Ok((answer, Stop { at, depth }))
}

struct Walk<'p, 'e, 's> {
    program: &'p Program,
    cursor: Cursor<'e>,
    scratch: &'s mut Scratch,
    /// The innermost active part and its run; the enclosing ones are in `scratch`.
    part: &'p Part,
    run: Run,
}

impl<'p> Walk<'p, '_, '_> {
    fn run(&mut self) -> Result<bool> {
        let mut task = Task::Value {
            place: Wanted::ROOT,
            in_array: false,
            element: 0,
        };
        loop {
            task = match task {
                Task::Value {
                    place,
                    in_array,
                    element,
                } => self.value(place, in_array, element)?,
                Task::Next { opened } => self.next(opened)?,
                Task::Done => {
                    let inside = self.scratch.frames.get(self.run.frames as usize..);
                    match inside.and_then(<[Frame]>::last) {
                        // The value of this run is complete.
                        None => {
                            self.close_all()?;
                            Task::Done
                        }
                        Some(frame) => {
                            if !frame.in_array {
                                let member = frame.member;
                                let share = &mut self.run.share;
                                self.scratch.known.close(self.part, share, member);
                            }
                            Task::Next { opened: false }
                        }
                    }
                }
            };
            // An answer may settle the enclosing part as well.
            while let Some(answer) = self.run.share.answer {
                match self.scratch.runs.pop() {
                    None => return Ok(answer),
                    Some(around) => task = self.leave(around, answer)?,
                }
            }
        }
    }

    /// Ends the value of the run: what has not been seen is missing.
    fn close_all(&mut self) -> Result<()> {
        let Scratch {
            known,
            free_texts,
            buffers,
            runs,
            ..
        } = &mut *self.scratch;
        let share = &mut self.run.share;
        known.close_all(self.part, share);
        if share.answer.is_some() {
            return Ok(());
        }
        // Only conditions on free text are open.
        let event = runs.first().map_or(self.run.start, |run| run.start);
        for (id, leaf) in self.part.leaves.iter().enumerate() {
            let id = LeafId::new(id);
            let Ask::FreeText(matcher, number) = &leaf.ask else {
                continue;
            };
            if !known.needs(share, id, leaf.up) {
                continue;
            }
            let seen = free_texts.get(*number as usize).copied().flatten();
            let truth = match seen {
                Some(truth) => truth,
                None => {
                    let Buffers { decoded, folded } = &mut *buffers;
                    let mut passes = |text: &str| matcher.matches_text(text, folded);
                    any_string(&mut self.cursor.moved_to(event), decoded, &mut passes)?
                }
            };
            if let Some(seen) = free_texts.get_mut(*number as usize) {
                *seen = Some(truth);
            }
            known.leaf(self.part, share, id, leaf, truth);
            if share.answer.is_some() {
                return Ok(());
            }
        }
        // Unreachable: the leaves determine the answer. Default to `false` rather than panic.
        share.answer.get_or_insert(false);
        Ok(())
    }

    /// Starts a part on the element at the cursor.
    fn enter(&mut self, part: &'p Part, id: PartId, resume: Task) {
        let run = Run {
            part: id,
            share: self.scratch.known.start(part),
            frames: self.scratch.frames.len() as u32,
            start: self.cursor.at(),
            resume,
        };
        let around = std::mem::replace(&mut self.run, run);
        self.scratch.runs.push(around);
        self.part = part;
    }

    /// Ends the part of an element, which has its answer, and continues with the enclosing part.
    fn leave(&mut self, around: Run, answer: bool) -> Result<Task> {
        let run = std::mem::replace(&mut self.run, around);
        self.scratch.known.end(&run.share);
        if let Some(part) = self.program.parts.get(around.part.index()) {
            self.part = part;
        }
        let depth = self.scratch.frames.len();
        let Task::Value { place, element, .. } = run.resume else {
            return Ok(run.resume);
        };
        let here = self.part.wanted.place(place);
        let asked = element.checked_sub(1);
        let asked = asked.and_then(|at| here.elements.get(at as usize));
        if answer
            && let Some(id) = asked
            && let Some(leaf) = self.part.leaves.get(id.index())
        {
            let (known, share) = (&mut self.scratch.known, &mut self.run.share);
            known.leaf(self.part, share, *id, leaf, true);
            if share.answer.is_some() {
                // The walk may stop here, inside open objects and arrays.
                return Ok(run.resume);
            }
        }
        let inside = depth - run.frames as usize;
        if inside > 0 {
            let outermost = self.scratch.frames.get(run.frames as usize);
            let seen = outermost.map_or(0, |frame| frame.seen as usize);
            self.scratch.seen.truncate(seen);
            self.scratch.frames.truncate(run.frames as usize);
        }
        let is_wanted = !here.below.is_empty() || !here.values.is_empty();
        if is_wanted || self.next_element(here, element).is_some() {
            self.cursor.seek(run.start);
            return Ok(run.resume);
        }
        // The rest of it is not wanted.
        if inside > 0 {
            self.cursor.close(inside, depth)?;
        } else if self.cursor.at() == run.start {
            self.cursor.skip(depth)?;
        }
        Ok(Task::Done)
    }

    /// The next leaf that tests the element at this path, with its position.
    fn next_element(&self, here: &Place, from: u32) -> Option<(u32, LeafId)> {
        let elements = here.elements.iter().enumerate().skip(from as usize);
        let mut elements = elements.filter_map(|(at, id)| {
            let leaf = self.part.leaves.get(id.index())?;
            let needed = self.scratch.known.needs(&self.run.share, *id, leaf.up);
            needed.then_some((at as u32, *id))
        });
        elements.next()
    }

    /// Reads the value at a path, or opens it if it is an object or array.
    fn value(&mut self, place: PlaceId, in_array: bool, element: u32) -> Result<Task> {
        self.cursor.blanks();
        let part = self.part;
        let here = part.wanted.place(place);
        let byte = self.cursor.peek();
        if !here.elements.is_empty()
            && !matches!(byte, Some(b'[' | b'n') | None)
            && let Some((at, id)) = self.next_element(here, element)
            && let Some(leaf) = part.leaves.get(id.index())
            && let Ask::Element(inner) = leaf.ask
            && let Some(inner_part) = self.program.parts.get(inner.index())
        {
            let resume = Task::Value {
                place,
                in_array,
                element: at + 1,
            };
            self.enter(inner_part, inner, resume);
            return Ok(Task::Value {
                place: Wanted::ROOT,
                in_array: false,
                element: 0,
            });
        }
        let depth = self.scratch.frames.len();
        match byte {
            Some(bracket @ (b'{' | b'[')) => {
                let is_object = bracket == b'{';
                if is_object {
                    self.note(place, here, Scalar::Object);
                    if self.run.share.answer.is_some() {
                        return Ok(Task::Done);
                    }
                    if here.below.is_empty() {
                        self.cursor.skip(depth)?;
                        return Ok(Task::Done);
                    }
                }
                self.cursor.open(depth)?;
                let seen = self.scratch.seen.len() as u32;
                let count = here.below.len();
                if is_object {
                    let words = self.scratch.seen.len() + count.div_ceil(64);
                    self.scratch.seen.resize(words, 0);
                }
                self.scratch.frames.push(Frame {
                    place,
                    is_object,
                    in_array: in_array || !is_object,
                    seen,
                    left: count as u32,
                    member: place,
                });
                return Ok(Task::Next { opened: true });
            }
            Some(b'"') => {
                let string = self.cursor.string()?;
                if !here.values.is_empty() {
                    let Scratch { known, buffers, .. } = &mut *self.scratch;
                    let mut decoded = std::mem::take(&mut buffers.decoded);
                    let text = string.text(&mut decoded);
                    let text = text.map(|text| {
                        let value = Scalar::String(text);
                        known.value(part, &mut self.run.share, place, &value, buffers);
                    });
                    self.scratch.buffers.decoded = decoded;
                    text?;
                }
            }
            Some(b't' | b'f' | b'n') => {
                if let Some(boolean) = self.cursor.word()? {
                    self.note(place, here, Scalar::Boolean(boolean));
                }
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.cursor.number()?;
                self.note(place, here, Scalar::Number(number));
            }
            _ => return Err(self.cursor.unexpected()),
        }
        Ok(Task::Done)
    }

    fn note(&mut self, id: PlaceId, place: &Place, value: Scalar<'_>) {
        if !place.values.is_empty() {
            let Scratch { known, buffers, .. } = &mut *self.scratch;
            known.value(self.part, &mut self.run.share, id, &value, buffers);
        }
    }

    /// Moves to the next wanted value of the innermost object or array.
    fn next(&mut self, opened: bool) -> Result<Task> {
        let depth = self.scratch.frames.len();
        let Scratch {
            frames,
            seen,
            buffers,
            ..
        } = &mut *self.scratch;
        let Some(frame) = frames.last_mut() else {
            return Ok(Task::Done);
        };
        let cursor = &mut self.cursor;
        if !frame.is_object {
            if !cursor.next_element(opened)? {
                frames.pop();
                return Ok(Task::Done);
            }
            return Ok(Task::Value {
                place: frame.place,
                in_array: true,
                element: 0,
            });
        }
        let wanted = &self.part.wanted;
        let here = wanted.place(frame.place);
        let mut first = opened;
        loop {
            if frame.left == 0 {
                // Every wanted key of this object has been seen.
                let base = self.run.frames as usize;
                if depth == base + 1 {
                    self.close_all()?;
                    return Ok(Task::Done);
                }
                cursor.close(1, depth)?;
                break;
            }
            if !cursor.next_member(first)? {
                break;
            }
            first = false;
            let key = cursor.string()?;
            cursor.colon()?;
            let below = match key.plain() {
                Some(key) => wanted.below(here, key),
                None => {
                    let text = key.text(&mut buffers.decoded)?;
                    wanted.below(here, text.as_bytes())
                }
            };
            if let Some((at, below)) = below
                && let Some(word) = seen.get_mut(frame.seen as usize + at / 64)
                && *word >> (at % 64) & 1 == 0
            {
                *word |= 1 << (at % 64);
                frame.left -= 1;
                frame.member = below;
                return Ok(Task::Value {
                    place: below,
                    in_array: frame.in_array,
                    element: 0,
                });
            }
            cursor.skip(depth)?;
        }
        seen.truncate(frame.seen as usize);
        frames.pop();
        Ok(Task::Done)
    }
}
