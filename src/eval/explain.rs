//! What a filter does to find its matches, in words.

use std::fmt::{self, Display, Formatter};

use crate::eval::filter::Filter;
use crate::eval::program::Program;
use crate::eval::program::leaf::Ask;
use crate::eval::program::prefilter::Prefilter;
use crate::eval::program::wanted::Wanted;

/// How a filter finds its matches. Made by [`Filter::explain`]; for people, and may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The literal that a scan searches for before it reads an event, if there is one.
    pub literal: Option<String>,
    /// The steps, a line each.
    lines: Vec<String>,
}

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl Explanation {
    pub(super) fn new(literal: Option<String>, lines: Vec<String>) -> Explanation {
        Explanation { literal, lines }
    }
}

impl Filter {
    /// How the filter finds its matches: what a [`scan`](Filter::scan) searches for in the buffer,
    /// why, and which keys it then reads of an event.
    ///
    /// ```
    /// use qualys_filter::{Query, Schema};
    ///
    /// let query: Query = r#"type:FILE AND file.name:"energyprov.dll""#.parse()?;
    /// let filter = query.check(Schema::edr())?.compile();
    /// assert_eq!(filter.explain().literal.as_deref(), Some("energyprov.dll"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self) -> Explanation {
        let program = self.program();
        let (literal, first) = match &**self.prefilter() {
            _ if program.strict => (None, "read every event: every byte is validated".to_owned()),
            Prefilter::Nothing => {
                let why = "no rare piece of text and no rare key is in every match";
                (None, format!("read every event: {why}"))
            }
            Prefilter::Literal(needle) => {
                let case = if needle.any_case() {
                    " in any case"
                } else {
                    ""
                };
                let text = needle.text();
                let why = "every match contains it, or an escape that could hide it";
                (
                    Some(text.to_owned()),
                    format!("look for `{text}`{case}, or `\\u00`: {why}"),
                )
            }
            Prefilter::Key { needle, .. } => {
                let text = needle.text();
                let why = "its value has many spellings, so it is tested where the key is";
                (
                    Some(text.to_owned()),
                    format!("look for `{text}`, or `\\u00`: {why}"),
                )
            }
        };
        let mut lines = vec![first];
        if literal.is_some() {
            lines.push("read the events where it occurs".to_owned());
        }
        lines.extend(reading(program));
        Explanation::new(literal, lines)
    }
}

/// Which values are read, in the order of the query, and how.
fn reading(program: &Program) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, part) in program.parts.iter().enumerate() {
        let mut places: Vec<String> = Vec::new();
        let mut free_text = false;
        for leaf in &part.leaves {
            free_text |= matches!(leaf.ask, Ask::FreeText(..));
            for place in &leaf.places {
                let mut keys: Vec<&str> = part.wanted.keys_back(*place).collect();
                keys.reverse();
                let path = match *place == Wanted::ROOT {
                    true => "itself".to_owned(),
                    false => keys.join("."),
                };
                if !places.contains(&path) {
                    places.push(path);
                }
            }
        }
        let of = match number {
            0 => "an event",
            _ => "an element of a nested group",
        };
        if !places.is_empty() {
            let places = places.join(", ");
            lines.push(format!(
                "of {of} read {places}; stop when the answer is known"
            ));
        }
        if free_text {
            lines.push(format!("of {of} read every string, if still needed"));
        }
    }
    lines
}
