//! Whether the events of a buffer have anything at the paths that a filter asks for.

use crate::check::{Checked, Keys};
use crate::eval::buffer::options::ScanOptions;
use crate::eval::buffer::scanner::Scanner;
use crate::eval::program::Program;
use crate::eval::program::ids::PartId;
use crate::eval::program::leaf::Ask;
use crate::limits::Limits;

/// How many events of a buffer are looked at.
pub(in crate::eval) const SAMPLE: usize = 1000;

/// Whether one of the first events has a value at one of these paths; none if there are no paths or no
/// events.
pub(in crate::eval) fn paths_seen(
    paths: Vec<Keys>,
    limits: &Limits,
    buffer: &[u8],
    options: &ScanOptions,
) -> Option<bool> {
    if paths.is_empty() {
        return None;
    }
    let has_any = Checked::any_path(paths, limits).compile();
    let options = options.clone().with_invert(false);
    let mut scanner = Scanner::new(Checked::always(limits).compile(), &options);
    let mut seen = None;
    for _ in 0..SAMPLE {
        let Some(event) = scanner.next(buffer) else {
            break;
        };
        let Ok(hit) = event else { continue };
        let event = buffer.get(hit.range).unwrap_or_default();
        match has_any.is_match(event) {
            Ok(true) => return Some(true),
            Ok(false) => seen = Some(false),
            Err(_) => {}
        }
    }
    seen
}

/// The paths that a program reads, from the event on; none if it reads every string of it.
pub(in crate::eval) fn paths_of(program: &Program) -> Option<Vec<Keys>> {
    if program.free_texts > 0 {
        return None;
    }
    let mut paths = Vec::new();
    let mut todo = vec![(PartId::EVENT, Vec::new())];
    while let Some((part, above)) = todo.pop() {
        let Some(part) = program.parts.get(part.index()) else {
            continue;
        };
        for leaf in &part.leaves {
            for place in &leaf.places {
                let mut keys: Vec<Box<str>> =
                    part.wanted.keys_back(*place).map(Into::into).collect();
                keys.extend(above.iter().rev().cloned());
                keys.reverse();
                match leaf.ask {
                    Ask::Element(inside) => todo.push((inside, keys)),
                    _ => paths.push(keys.into()),
                }
            }
        }
    }
    Some(paths)
}
