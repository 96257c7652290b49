//! The tree of a filter, with what an event makes of it.

use std::io::{self, Write};

use qualys_filter::Checked;
use qualys_filter::check::{NodeId, NodeKind};
use qualys_filter::eval::trace::{Answer, Json};

use super::words;
use crate::output::{Out, Paint, one_line};

/// More values than this are only counted.
const SHOWN: usize = 3;
/// More characters of a value are cut.
const LONGEST: usize = 60;

/// The nodes of a filter, one a line, each below the node that it is part of.
pub(super) struct Tree<'c> {
    pub(super) checked: &'c Checked,
    /// What each node comes to on an event, if there is one.
    pub(super) answers: Option<&'c [Answer]>,
}

impl Tree<'_> {
    pub(super) fn draw(&self, out: &mut Out) -> io::Result<()> {
        // Nodes, each with the prefix of its own line and that of the lines below it.
        let mut todo = vec![(self.checked.root(), String::new(), String::new())];
        while let Some((id, first, rest)) = todo.pop() {
            write!(out, "{first}")?;
            if let Some((word, paint)) = self.mark(id) {
                out.painted(paint, word)?;
                write!(out, ": ")?;
            }
            writeln!(out, "{}", one_line(&words::of(self.checked, id)))?;
            if let Some(seen) = self.seen(id) {
                let below = if words::is_one_line(self.checked, id) {
                    " "
                } else {
                    "│"
                };
                writeln!(out, "{rest}{below}  {seen}")?;
            }
            let children = self.checked.node(id).kind.children();
            // A clause is one line, even if it is several nodes, as `IS NULL` is.
            if words::is_one_line(self.checked, id) {
                continue;
            }
            for (at, child) in children.iter().enumerate().rev() {
                let (branch, line) = match at + 1 == children.len() {
                    true => ("└─ ", "   "),
                    false => ("├─ ", "│  "),
                };
                todo.push((*child, format!("{rest}{branch}"), format!("{rest}{line}")));
            }
        }
        Ok(())
    }

    fn answer(&self, id: NodeId) -> Option<&Answer> {
        self.answers?.get(id.index())
    }

    /// What the node comes to on the event.
    fn mark(&self, id: NodeId) -> Option<(&'static str, Paint)> {
        let answer = self.answer(id)?;
        let test = matches!(self.checked.node(id).kind, NodeKind::Test(..));
        Some(match answer {
            Answer { asked: false, .. } => ("not evaluated", Paint::Dim),
            Answer { holds: true, .. } => ("true", Paint::Green),
            Answer { values, .. } if test && values.is_empty() => ("no value", Paint::Yellow),
            _ => ("false", Paint::Red),
        })
    }

    /// The values that a test read, or the element that a group was evaluated on.
    fn seen(&self, id: NodeId) -> Option<String> {
        let one = words::is_one_line(self.checked, id);
        let inner = match &self.checked.node(id).kind {
            NodeKind::Not(inner) if one => *inner,
            _ => id,
        };
        let answer = self.answer(inner)?;
        match &self.checked.node(inner).kind {
            NodeKind::Test(..) if answer.asked && !answer.values.is_empty() => {
                let shown: Vec<String> = answer.values.iter().take(SHOWN).map(shown).collect();
                let more = answer.values.len().saturating_sub(SHOWN);
                let more = match more {
                    0 => String::new(),
                    more => format!(", and {more} more"),
                };
                Some(format!("saw {}{more}", shown.join(", ")))
            }
            NodeKind::Element(..) if answer.asked => Some(match answer.element {
                None => "there is no element".to_owned(),
                Some(at) => format!("element {} of {}:", at + 1, answer.values.len()),
            }),
            _ => None,
        }
    }
}

/// A value of an event on one line.
fn shown(json: &Json) -> String {
    let text = match json {
        Json::Null => "null".to_owned(),
        Json::Boolean(boolean) => boolean.to_string(),
        Json::Number(text) => text.clone(),
        Json::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    };
    let text = one_line(&text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}
