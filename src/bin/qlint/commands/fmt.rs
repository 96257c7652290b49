//! `qlint fmt`: filters in their canonical form.

use std::io::Write;

use crate::args::FmtArgs;
use crate::config::misconfigured;
use crate::files::unreadable;
use crate::input::{Origin, Task, Tasks, in_parallel};
use crate::outcome::{Failure, Outcome};
use crate::output::{Form, Out, counted, say};
use crate::report::{self, File, Finding};
use crate::save;

/// So many filters that are not written are shown for each file.
const SHOWN: usize = 10;

/// What came of a text.
struct Done {
    before: String,
    after: String,
    /// What is wrong with filters that cannot be read.
    wrong: File,
    /// What to say about filters that are not in the canonical form, and are not written.
    unwritten: Vec<String>,
    note: Option<String>,
    /// Whether the file is about something else than filters.
    unrelated: bool,
    failure: Option<String>,
}

pub(crate) fn fmt(args: &FmtArgs) -> Result<Outcome, Failure> {
    let Tasks {
        tasks,
        mut failures,
        wrong: misconfigurations,
    } = match Tasks::find(&args.filters) {
        Ok(found) => found,
        Err(error) => return Ok(misconfigured(&error)),
    };
    for error in &misconfigurations {
        misconfigured(error);
    }
    let write = !args.check && !args.diff;
    let files = tasks.iter().filter(|task| task.origin == Origin::File);
    save::clean(files.map(|task| task.name.path()).filter(|_| write));
    let width = |task: &Task| args.width.unwrap_or(task.config.width);
    let look = |task: &Task| one(task, width(task), write);
    let all = in_parallel(&tasks, args.run.threads(), look);
    let mut out = Out::stdout();
    let (mut changed, mut wrong, mut unwritten, mut files) = (0, 0, 0, 0);
    for (task, done) in tasks.iter().zip(all) {
        let different = done.before != done.after;
        changed += usize::from(different);
        wrong += done.wrong.findings.len();
        unwritten += done.unwritten.len();
        files += usize::from(task.origin == Origin::File && !done.unrelated);
        if args.diff {
            save::diff(&task.name, &done.before, &done.after, &mut out)?;
        } else if args.check {
            if different {
                writeln!(out, "{} would change", task.name)?;
            }
        } else if task.origin != Origin::File && done.failure.is_none() {
            let mut data = out.data(Form::Text);
            write!(data, "{}", done.after)?;
            if matches!(task.origin, Origin::Argument(_)) {
                writeln!(data)?;
            }
        }
        out.flush()?;
        report::to_stderr(&done.wrong, args.run.verbose);
        done.note.iter().for_each(|note| say(note));
        done.unwritten.iter().take(SHOWN).for_each(|text| say(text));
        if let Some(more @ 1..) = done.unwritten.len().checked_sub(SHOWN) {
            let more = counted(more, "filter");
            say(&format!("{}: {more} more like this", task.name));
        }
        failures.extend(done.failure);
    }
    failures.iter().for_each(|failure| say(failure));
    if wrong > 0 {
        say("filters that cannot be read are left as they are");
    }
    if write && files > 0 {
        say(&format!(
            "{} of {} changed",
            changed,
            counted(files, "file")
        ));
    }
    Ok(
        match (
            failures.is_empty(),
            wrong > 0 || unwritten > 0 || (!write && changed > 0),
        ) {
            _ if !misconfigurations.is_empty() => Outcome::Failed,
            (false, _) => Outcome::Broken,
            (true, true) => Outcome::Findings,
            (true, false) => Outcome::Good,
        },
    )
}

fn one(task: &Task, width: usize, write: bool) -> Done {
    let mut done = Done {
        before: String::new(),
        after: String::new(),
        wrong: File::new(task.name.clone(), String::new()),
        unwritten: Vec::new(),
        note: None,
        unrelated: false,
        failure: None,
    };
    let before = match task.read() {
        Ok(text) => text,
        Err(message) => {
            done.failure = Some(message);
            return done;
        }
    };
    match formatted(&before, task, width, &mut done) {
        Ok(after) => done.after = after,
        Err(message) => {
            done.failure = Some(message);
            done.after = before.clone();
        }
    }
    if write
        && task.origin == Origin::File
        && done.after != before
        && let Err(message) = save::replace(task.name.path(), &before, &done.after)
    {
        done.failure = Some(message);
        done.after = before.clone();
    }
    done.wrong.text = before.clone();
    done.before = before;
    done
}

/// The text with every filter in its canonical form; those that cannot be read are left.
fn formatted(text: &str, task: &Task, width: usize, done: &mut Done) -> Result<String, String> {
    let document = match task.document(text) {
        Ok(document) => document,
        Err(error) if error.is_unrelated() && !task.named => {
            done.unrelated = true;
            return Ok(text.to_owned());
        }
        Err(error) => return Err(unreadable(&error, &task.name, text)),
    };
    let filters = document.filters();
    done.note = task.nothing_at_keys(filters.len());
    let formatted = document.formatted(width);
    for (index, errors) in &formatted.unreadable {
        let Some(filter) = filters.get(*index) else {
            continue;
        };
        let found = errors.iter();
        let found = found.map(|error| Finding::at(error.diagnostic(), filter.map()));
        done.wrong.findings.extend(found);
    }
    let positions = document.positions();
    for (index, line) in &formatted.unwritten {
        let start = filters.get(*index).map_or(0, |filter| filter.range().start);
        done.unwritten.push(format!(
            "{}:{}: {} are never written; the canonical form is {line}",
            task.name,
            positions.line(start) + 1,
            task.format.plural()
        ));
    }
    Ok(formatted.text)
}
