//! `qlint fmt`: filters in their canonical form.

use std::io::{self, Write};

use crate::args::FmtArgs;
use crate::files::unreadable;
use crate::input::{Origin, Task, Tasks, in_parallel};
use crate::outcome::{Failure, Outcome};
use crate::output::{Form, Out, counted, say};
use crate::report::{self, File, Finding};
use crate::save;

/// How many filters that are not written are shown for each file.
const SHOWN: usize = 10;

pub(crate) fn fmt(args: &FmtArgs) -> Result<Outcome, Failure> {
    let mut found = match Tasks::find(&args.filters) {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    found.keep_changed(args.run.since.as_deref())?;
    let failures = std::mem::take(&mut found.failures);
    let tasks = &found.tasks;
    let write = !args.check && !args.diff;
    let files = tasks.iter().filter(|task| task.origin == Origin::File);
    save::clean(files.map(|task| task.name.path()).filter(|_| write));
    let width = |task: &Task| args.width.unwrap_or(task.config.width);
    let format = |task: &Task| format(task, width(task), write);
    let results = in_parallel(tasks, args.run.threads(), format);
    let mut out = Out::stdout();
    let mut totals = Totals {
        failures,
        ..Totals::default()
    };
    let mut filled = Vec::new();
    for (task, result) in tasks.iter().zip(results) {
        if result.is_filled {
            filled.push(task);
        }
        result.write(task, args, &mut out)?;
        out.flush()?;
        result.say(task, args);
        totals.add(task, result);
    }
    let empty = found.empty_folders(filled.into_iter());
    totals.empty.extend(empty);
    totals.empty.retain(|_| !args.filters.allow_empty);
    totals
        .failures
        .iter()
        .chain(&totals.empty)
        .for_each(|text| say(text));
    if totals.unreadable > 0 {
        say("filters that cannot be read stay as they are");
    }
    if write && totals.files > 0 {
        let (changed, files) = (totals.changed, counted(totals.files, "file"));
        say(&format!("{changed} of {files} changed"));
    }
    let to_change = !write && totals.changed > 0;
    Ok(match totals.failures.is_empty() {
        _ if found.misconfigured => Outcome::Failed,
        false => Outcome::Broken,
        true if !totals.empty.is_empty() => Outcome::Failed,
        true if totals.unreadable > 0 || totals.unwritten > 0 || to_change => Outcome::Findings,
        true => Outcome::Good,
    })
}

/// The counts of all texts.
#[derive(Default)]
struct Totals {
    failures: Vec<String>,
    /// Messages about files and folders without filters.
    empty: Vec<String>,
    changed: usize,
    /// How many errors filters have that cannot be read.
    unreadable: usize,
    /// How many filters are not in the canonical form, and are not written.
    unwritten: usize,
    /// How many files with filters there are.
    files: usize,
}

impl Totals {
    fn add(&mut self, task: &Task, result: TaskResult) {
        self.changed += usize::from(result.before != result.after);
        self.unreadable += result.wrong.findings.len();
        self.unwritten += result.unwritten.len();
        self.files += usize::from(task.origin == Origin::File && !result.unrelated);
        self.failures.extend(result.failure);
        // An empty text comes from an editor, and goes back to it.
        let is_text = task.origin == Origin::Stdin;
        self.empty.extend(result.empty.filter(|_| !is_text));
    }
}

/// The result of one text.
struct TaskResult {
    before: String,
    after: String,
    /// What is wrong with filters that cannot be read.
    wrong: File,
    /// A message for each filter that is not in the canonical form and is not written.
    unwritten: Vec<String>,
    /// A message, if it is named and has no filter.
    empty: Option<String>,
    /// Whether it has filters, or may have some.
    is_filled: bool,
    /// Whether the file is about something other than filters.
    unrelated: bool,
    failure: Option<String>,
}

impl TaskResult {
    /// Writes to standard output what does not go to a file.
    fn write(&self, task: &Task, args: &FmtArgs, out: &mut Out) -> io::Result<()> {
        if args.diff {
            return save::diff(&task.name, &self.before, &self.after, out);
        }
        if args.check {
            return match self.before != self.after {
                true => writeln!(out, "{} would change", task.name),
                false => Ok(()),
            };
        }
        if task.origin == Origin::File || self.failure.is_some() {
            return Ok(());
        }
        let mut data = out.data(Form::Text);
        write!(data, "{}", self.after)?;
        match task.origin {
            Origin::Argument(_) => writeln!(data),
            _ => Ok(()),
        }
    }

    /// Says what is wrong, and what is not written.
    fn say(&self, task: &Task, args: &FmtArgs) {
        report::to_stderr(&self.wrong, args.run.verbose);
        self.unwritten.iter().take(SHOWN).for_each(|text| say(text));
        if let Some(more @ 1..) = self.unwritten.len().checked_sub(SHOWN) {
            let more = counted(more, "filter");
            say(&format!("{}: {more} more like this", task.name));
        }
    }
}

/// Formats the filters of a text, and writes its file.
fn format(task: &Task, width: usize, write: bool) -> TaskResult {
    let mut result = TaskResult {
        before: String::new(),
        after: String::new(),
        wrong: File::new(task.name.clone(), String::new()),
        unwritten: Vec::new(),
        empty: None,
        is_filled: true,
        unrelated: false,
        failure: None,
    };
    let before = match task.read() {
        Ok(text) => text,
        Err(message) => {
            result.failure = Some(message);
            return result;
        }
    };
    let formatted = formatted(&before, task, width, &mut result);
    let written = formatted.and_then(|after| {
        if write && task.origin == Origin::File && after != before {
            save::replace(task.name.path(), &before, &after)?;
        }
        Ok(after)
    });
    match written {
        Ok(after) => result.after = after,
        Err(message) => {
            result.failure = Some(message);
            result.after = before.clone();
        }
    }
    result.wrong.text = before.clone();
    result.before = before;
    result
}

/// The text with every filter in its canonical form. Filters that cannot be read stay as they are.
fn formatted(
    text: &str,
    task: &Task,
    width: usize,
    result: &mut TaskResult,
) -> Result<String, String> {
    let document = match task.document(text) {
        Ok(document) => document,
        Err(error) if error.is_unrelated() && !task.named => {
            result.unrelated = true;
            result.is_filled = false;
            return Ok(text.to_owned());
        }
        Err(error) => return Err(unreadable(&error, &task.name, text)),
    };
    let filters = document.filters();
    result.unrelated = !task.named && task.format.has_keys() && filters.is_empty();
    result.empty = task.nothing_in(filters.len());
    result.is_filled = !filters.is_empty();
    let formatted = document.formatted(width);
    for (index, errors) in &formatted.unreadable {
        let Some(filter) = filters.get(*index) else {
            continue;
        };
        let found = errors.iter();
        let found = found.map(|error| Finding::at(error.diagnostic(), filter.map()));
        result.wrong.findings.extend(found);
    }
    let positions = document.positions();
    for (index, line) in &formatted.unwritten {
        let start = filters.get(*index).map_or(0, |filter| filter.range().start);
        result.unwritten.push(format!(
            "{}:{}: {} cannot be written; the canonical form is {line}",
            task.name,
            positions.line(start) + 1,
            task.format.plural()
        ));
    }
    Ok(formatted.text)
}
