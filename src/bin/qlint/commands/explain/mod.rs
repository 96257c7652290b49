//! `qlint explain`: what a filter means, and what an event makes of it.

mod words;

use std::io::{self, Write};
use std::path::Path;

use qualys_filter::check::{NodeId, NodeKind};
use qualys_filter::document::Map;
use qualys_filter::eval::trace::{Answer, Json};
use qualys_filter::{Applicability, Checked, Linter, Query, ScanOptions};

use crate::args::ExplainArgs;
use crate::config::schema;
use crate::files::read_text;
use crate::outcome::{Failure, Outcome};
use crate::output::{Out, Paint, one_line};
use crate::report::{File, Finding, to_stderr};

/// More values than this are only counted.
const SHOWN: usize = 3;
/// More characters of a value are cut.
const LONGEST: usize = 60;

pub(crate) fn explain(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let schema = schema::load(&args.schema)?;
    let options = args.now.options();
    let text = &args.expression;
    let mut file = File::new("-e", text.clone());
    let map = Map::plain(0);
    let query = match text.parse::<Query>() {
        Ok(query) => query,
        Err(errors) => {
            let found = errors
                .iter()
                .map(|error| Finding::at(error.diagnostic(), &map));
            file.findings.extend(found);
            to_stderr(&file, false);
            return Ok(Outcome::Failed);
        }
    };
    let checked = match query.check_with(&schema, &options) {
        Ok(checked) => checked,
        Err(errors) => {
            let found = errors
                .iter()
                .map(|error| Finding::at(error.diagnostic(), &map));
            file.findings.extend(found);
            to_stderr(&file, false);
            return Ok(Outcome::Failed);
        }
    };
    let warnings = checked.warnings().iter();
    file.findings
        .extend(warnings.map(|found| Finding::at(found.diagnostic(), &map)));
    to_stderr(&file, false);
    let event = args
        .event
        .as_deref()
        .map(|path| event(path, args, &checked))
        .transpose()?;
    let answers = event.as_ref().map(|event| checked.trace(event));
    let mut out = Out::stdout();
    let linter = Linter::new(&schema).with_options(options);
    let clear = linter.fix_where(text, Applicability::Safe, |it| {
        it.code().name() == "mixed_and_or"
    });
    writeln!(out, "{}\n", clear.text.trim())?;
    let tree = Tree {
        checked: &checked,
        answers: answers.as_deref(),
    };
    tree.draw(&mut out)?;
    let Some(answers) = answers else {
        return Ok(Outcome::Good);
    };
    let holds = answers
        .get(checked.root().index())
        .is_some_and(|answer| answer.holds);
    writeln!(
        out,
        "\n{}",
        if holds {
            "the event matches"
        } else {
            "the event does not match"
        }
    )?;
    Ok(if holds {
        Outcome::Good
    } else {
        Outcome::Findings
    })
}

/// The event that the arguments name.
fn event(path: &Path, args: &ExplainArgs, checked: &Checked) -> Result<Json, Failure> {
    let (name, text) = read_text(path)?;
    let mut options = ScanOptions::default();
    options.root = args.root.clone();
    // The empty filter matches every event, so that a scan finds all of them.
    let everything = "".parse::<Query>()?.check(qualys_filter::Schema::open())?;
    let filter = everything.compile().strict();
    let mut events = filter.scan_with(text.as_bytes(), &options);
    let Some(event) = events.nth(args.number.saturating_sub(1)) else {
        return Err(format!("{name} holds no event number {}", args.number).into());
    };
    let hit = event.map_err(|bad| format!("{name}: {bad}"))?;
    let bytes = text.as_bytes().get(hit.range).unwrap_or_default();
    let event = Json::read(bytes, checked.limits().event_nesting);
    event.ok_or_else(|| format!("{name}: event number {} cannot be read", args.number).into())
}

/// The conditions of a filter, one a line, under what they are part of.
struct Tree<'c> {
    checked: &'c Checked,
    answers: Option<&'c [Answer]>,
}

impl Tree<'_> {
    fn draw(&self, out: &mut Out) -> io::Result<()> {
        // Each with what stands before its line, and before the lines below it.
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
            // `IS NULL`, and other clauses that are more than one condition, stand on one line.
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

    /// Whether the condition holds.
    fn mark(&self, id: NodeId) -> Option<(&'static str, Paint)> {
        let answer = self.answer(id)?;
        let test = matches!(self.checked.node(id).kind, NodeKind::Test(..));
        Some(match answer {
            Answer { asked: false, .. } => ("not asked", Paint::Dim),
            Answer { holds: true, .. } => ("true", Paint::Green),
            Answer { values, .. } if test && values.is_empty() => ("no value", Paint::Yellow),
            _ => ("false", Paint::Red),
        })
    }

    /// The values that a test saw, or the element that a group asked.
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
