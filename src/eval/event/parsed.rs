//! One filter against a parsed event: the conditions run in the order of the query, and each looks
//! up its values.

use std::fmt::Write;

use serde_json::Value as Json;

use crate::eval::compare::check::Check;
use crate::eval::compare::scalar::{Buffers, Scalar};
use crate::eval::program::code::Op;
use crate::eval::program::ids::PlaceId;
use crate::eval::program::leaf::{Ask, Leaf};
use crate::eval::program::wanted::Wanted;
use crate::eval::program::{Part, Program};
use crate::schema::NoValues;

/// Whether the event matches.
pub(in crate::eval) fn is_match(program: &Program, event: &Json, buffers: &mut Buffers) -> bool {
    let mut groups: Vec<Group<'_, '_>> = Vec::new();
    let Some(part) = program.parts.first() else {
        return false;
    };
    let mut group = Group {
        part,
        element: event,
        elements: Vec::new(),
        at: 0,
    };
    let mut truth = false;
    loop {
        let Some(op) = group.part.code.get(group.at) else {
            // At the end of a part: done if it holds, else on with the next element.
            if !truth && let Some(element) = group.elements.pop() {
                (group.element, group.at) = (element, 0);
                continue;
            }
            match groups.pop() {
                Some(around) => group = around,
                None => return truth,
            }
            continue;
        };
        group.at += 1;
        match op {
            Op::Set(to) => truth = *to,
            Op::Not => truth = !truth,
            Op::Jump { on, to } => {
                if truth == *on {
                    group.at = *to as usize;
                }
            }
            Op::Leaf(id) => {
                let Some(leaf) = group.part.leaves.get(id.index()) else {
                    continue;
                };
                truth = match &leaf.ask {
                    Ask::Value(_) => passes(group.part, leaf, group.element, buffers),
                    Ask::FreeText(matcher, _) => {
                        let folded = &mut buffers.folded;
                        any_string(event, &mut |text| matcher.matches_text(text, folded))
                    }
                    Ask::Element(inner) => {
                        let mut elements = elements(group.part, leaf, group.element);
                        elements.reverse();
                        let first = elements.pop();
                        if let Some(part) = program.parts.get(inner.index())
                            && let Some(element) = first
                        {
                            let inner = Group {
                                part,
                                element,
                                elements,
                                at: 0,
                            };
                            groups.push(std::mem::replace(&mut group, inner));
                        }
                        false
                    }
                };
            }
        }
    }
}

/// A part and the elements that it is still to be tested on.
struct Group<'p, 'e> {
    part: &'p Part,
    element: &'e Json,
    /// The remaining elements, the next one last.
    elements: Vec<&'e Json>,
    /// The next instruction.
    at: usize,
}

/// True if some value at the leaf's first path that has any passes.
fn passes(part: &Part, leaf: &Leaf, element: &Json, buffers: &mut Buffers) -> bool {
    let Ask::Value(check) = &leaf.ask else {
        return false;
    };
    let no_values = leaf.no_values.as_deref();
    for place in &leaf.places {
        match look_up(&part.wanted, *place, element) {
            LookUp::Nothing => {}
            LookUp::One(value) => {
                if let Some(passed) = one_passes(check, no_values, value, buffers) {
                    return passed;
                }
            }
            LookUp::Elements(elements) => {
                let mut some = false;
                for element in elements {
                    match one_passes(check, no_values, element, buffers) {
                        Some(true) => return true,
                        Some(false) => some = true,
                        None => {}
                    }
                }
                if some {
                    return false;
                }
            }
            LookUp::Arrays => {
                let (mut some, mut passed) = (false, false);
                visit(&part.wanted, *place, element, &mut |value| {
                    let one = one_passes(check, no_values, value, buffers);
                    some |= one.is_some();
                    passed |= one == Some(true);
                    passed
                });
                if some {
                    return passed;
                }
            }
        }
    }
    false
}

/// Whether a value passes; `None` if it is null, says that there is none, or is an array.
fn one_passes(
    check: &Check,
    no_values: Option<&NoValues>,
    value: &Json,
    buffers: &mut Buffers,
) -> Option<bool> {
    let scalar = match value {
        Json::Null | Json::Array(_) => return None,
        Json::Bool(boolean) => Scalar::Boolean(*boolean),
        Json::String(text) => Scalar::String(text),
        Json::Object(_) => Scalar::Object,
        Json::Number(number) => {
            let mut text = std::mem::take(&mut buffers.decoded);
            text.clear();
            // Writing to a string cannot fail.
            let _ = write!(text, "{number}");
            let scalar = Scalar::Number(&text);
            let some = !scalar.is_none_of(no_values);
            let passed = some.then(|| check.passes(&scalar, buffers));
            buffers.decoded = text;
            return passed;
        }
    };
    let some = !scalar.is_none_of(no_values);
    some.then(|| check.passes(&scalar, buffers))
}

/// The elements at a leaf's path: all but arrays and null.
fn elements<'e>(part: &Part, leaf: &Leaf, element: &'e Json) -> Vec<&'e Json> {
    let is_element = |value: &Json| !matches!(value, Json::Array(_) | Json::Null);
    let mut elements = Vec::new();
    for place in &leaf.places {
        match look_up(&part.wanted, *place, element) {
            LookUp::Nothing => continue,
            LookUp::One(value) => {
                elements.extend(is_element(value).then_some(value));
                continue;
            }
            LookUp::Elements(all) => {
                elements.extend(all.iter().filter(|value| is_element(value)));
                continue;
            }
            LookUp::Arrays => {}
        }
        visit(&part.wanted, *place, element, &mut |value| {
            elements.extend(is_element(value).then_some(value));
            false
        });
    }
    elements
}

/// The values at a path.
enum LookUp<'e> {
    Nothing,
    One(&'e Json),
    /// The elements of an array there, none of which is an array.
    Elements(&'e [Json]),
    /// There are other arrays at the path or on the way to it.
    Arrays,
}

/// Looks up the values at a path.
fn look_up<'e>(wanted: &Wanted, place: PlaceId, root: &'e Json) -> LookUp<'e> {
    match look_up_one(wanted, place, root) {
        LookUp::One(Json::Array(elements)) => match elements.iter().any(Json::is_array) {
            true => LookUp::Arrays,
            false => LookUp::Elements(elements),
        },
        other => other,
    }
}

/// Looks up the one value at a path, which may be an array. Nearly always the path has few keys and
/// no array on the way.
fn look_up_one<'e>(wanted: &Wanted, place: PlaceId, root: &'e Json) -> LookUp<'e> {
    let here = wanted.place(place);
    let value = match place {
        Wanted::ROOT => root,
        _ if here.depth == 1 => match root {
            Json::Object(members) => match members.get(&*here.key) {
                Some(member) => member,
                None => return LookUp::Nothing,
            },
            Json::Array(_) => return LookUp::Arrays,
            _ => return LookUp::Nothing,
        },
        _ if here.depth > 8 => return LookUp::Arrays,
        // As deep as the key is.
        _ => match look_up_one(wanted, here.parent, root) {
            LookUp::One(Json::Object(members)) => match members.get(&*here.key) {
                Some(member) => member,
                None => return LookUp::Nothing,
            },
            LookUp::One(Json::Array(_)) => return LookUp::Arrays,
            LookUp::One(_) => return LookUp::Nothing,
            other => return other,
        },
    };
    LookUp::One(value)
}

/// Calls `each` with the values at a path, through all arrays, until it returns true.
fn visit<'e>(
    wanted: &Wanted,
    place: PlaceId,
    root: &'e Json,
    each: &mut dyn FnMut(&'e Json) -> bool,
) {
    let mut keys: Vec<&str> = wanted.keys_back(place).collect();
    keys.reverse();
    let mut todo = vec![(0, root)];
    while let Some((depth, value)) = todo.pop() {
        match (value, keys.get(depth)) {
            (Json::Array(elements), _) => {
                todo.extend(elements.iter().rev().map(|element| (depth, element)));
            }
            (Json::Object(members), Some(key)) => {
                todo.extend(members.get(*key).map(|member| (depth + 1, member)));
            }
            (_, Some(_)) => {}
            (_, None) => {
                if each(value) {
                    return;
                }
            }
        }
    }
}

/// Whether any string of an event passes; keys do not count.
pub(in crate::eval) fn any_string(event: &Json, passes: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut todo = vec![event];
    while let Some(value) = todo.pop() {
        match value {
            Json::String(text) if passes(text) => return true,
            Json::Array(elements) => todo.extend(elements),
            Json::Object(members) => todo.extend(members.values()),
            _ => {}
        }
    }
    false
}
