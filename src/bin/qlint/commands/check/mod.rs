//! `qlint check`: everything there is to say about filters, and fixing them.

mod statistics;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use qualys_filter::document::{Document, DocumentDiagnostic, HostError};
use qualys_filter::lint::Rule;
use qualys_filter::{Applicability, CheckOptions, Level, Linter, Severity, Span};

use crate::args::{CheckArgs, Format};
use crate::config::misconfigured;
use crate::files::unreadable;
use crate::input::{Origin, Task, Tasks, in_parallel};
use crate::outcome::{Failure, Outcome};
use crate::output::{Form, Out, counted, say};
use crate::report::{self, Entry, File, Finding, Run};
use crate::save::{self, Refused, Report};

/// A file with what was found in it.
fn file(task: &Task, document: &Document, found: Vec<DocumentDiagnostic>) -> File {
    let mut file = File::new(task.name.clone(), document.text().to_string());
    file.findings = found.into_iter().map(Finding::in_document).collect();
    file.filters = document.filters().iter().map(Entry::new).collect();
    file
}

/// A file in which no filters can be found, if a rule reports that.
fn broken(task: &Task, text: &str, error: &HostError, linter: &Linter) -> Option<File> {
    let rule = error.rule().and_then(Rule::find)?;
    let mut file = File::new(task.name.clone(), text.to_owned());
    if let Some(what) = linter.diagnostic(rule, Span::default(), error.to_string()) {
        let help = "correct the file: filters in it are not looked at";
        let what = what.with_label("here").with_help(help);
        file.findings
            .push(Finding::new(what, error.at()..error.at()));
    }
    Some(file)
}

/// What came of a text.
struct Done {
    file: Option<File>,
    /// The text before and after the fixes, where they changed it, and how many they were.
    fixed: Option<(Arc<str>, Arc<str>, usize)>,
    failure: Option<String>,
    /// Something to say that is no failure.
    note: Option<String>,
    /// How many fixes were asked for and not made, because the file is never written.
    unwritten: usize,
    fail_on: Level,
}

pub(crate) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let Tasks {
        tasks,
        failures,
        wrong,
    } = match Tasks::find(&args.filters) {
        Ok(found) => found,
        Err(error) => return Ok(misconfigured(&error)),
    };
    for error in &wrong {
        misconfigured(error);
    }
    let report_file = match report_file(args, &tasks) {
        Ok(file) => file,
        Err(Refused::Argument(message)) => return Err(message.into()),
        Err(Refused::Unwritable(message)) => {
            say(&message);
            return Ok(Outcome::Broken);
        }
    };
    let files = tasks.iter().filter(|task| task.origin == Origin::File);
    let files = files.map(|task| task.name.path());
    save::clean(
        files
            .filter(|_| args.fix)
            .chain(args.output_file.as_deref()),
    );
    let fixing = args.fix || args.diff;
    let to_stdout = args.fix && tasks.iter().any(|task| task.origin != Origin::File);
    let options = args.filters.now.options();
    let today = options.now.map(|now| now.date_naive()).unwrap_or_default();
    let least = match args.unsafe_fixes {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let look = |task: &Task| look(task, &options, today, fixing.then_some(least), args.fix);
    let all = in_parallel(&tasks, args.run.threads(), look);
    let mut run = Run {
        failures,
        // Who names a number gets so many.
        verbose: args.run.verbose || args.max_diagnostics.is_some(),
        ..Run::default()
    };
    let (mut failing, mut fixes, mut changed, mut unwritten) = (false, 0, 0, 0);
    let mut notes = Vec::new();
    let mut out = Out::stdout();
    for (task, done) in tasks.iter().zip(all) {
        let fail_on = args.fail_on.map_or(done.fail_on, Level::from);
        run.failures.extend(done.failure);
        notes.extend(done.note);
        unwritten += done.unwritten;
        if let Some((before, after, count)) = &done.fixed {
            fixes += count;
            changed += 1;
            if args.diff {
                save::diff(&task.name, before, after, &mut out)?;
            }
        }
        let Some(file) = done.file else { continue };
        if args.fix && task.origin != Origin::File {
            let after = done.fixed.as_ref().map(|(_, after, _)| &**after);
            let text = after.unwrap_or(&file.text);
            let mut data = out.data(Form::Text);
            write!(data, "{text}")?;
            if matches!(task.origin, Origin::Argument(_)) {
                writeln!(data)?;
            }
        }
        let worst = file
            .findings
            .iter()
            .map(|finding| finding.what.severity())
            .max();
        failing |= worst.is_some_and(|worst| Level::from(worst) >= fail_on);
        run.files.push(file);
    }
    run.failures.iter().chain(&notes).for_each(|text| say(text));
    let failed = !run.failures.is_empty();
    let format = args.format.unwrap_or(match out.is_terminal() {
        true => Format::Human,
        false => Format::Plain,
    });
    let summary = summary(&run, fixes, fixing);
    if let Some(most) = args.max_diagnostics {
        hide(&mut run, most);
    }
    let write = |out: &mut Out| match args.statistics {
        true => statistics::write(&run, format, out),
        false => report::write(&run, format, out),
    };
    if args.diff {
        // The difference is the output.
    } else if let Some(file) = &report_file {
        file.write(write)?;
    } else if to_stdout {
        write(&mut Out::stderr())?;
    } else {
        write(&mut out)?;
    }
    out.flush()?;
    drop(out);
    if run.hidden > 0 {
        say(&format!("{} not shown", counted(run.hidden, "finding")));
    }
    if matches!(format, Format::Human | Format::Narrated) || args.fix {
        say(&summary);
    }
    Ok(
        match (failed, unwritten > 0 || (args.diff && changed > 0)) {
            _ if !wrong.is_empty() => Outcome::Failed,
            (true, _) => Outcome::Broken,
            _ if args.exit_zero => Outcome::Good,
            (_, true) => Outcome::Findings,
            _ if args.diff => Outcome::Good,
            _ if failing => Outcome::Findings,
            _ => Outcome::Good,
        },
    )
}

/// Where the report goes, if not to standard output: to none of the files that are read.
fn report_file(args: &CheckArgs, tasks: &[Task]) -> Result<Option<Report>, Refused> {
    let Some(path) = &args.output_file else {
        return Ok(None);
    };
    let files = tasks.iter().filter(|task| task.origin == Origin::File);
    let files = files.map(|task| task.name.path());
    let settings = tasks.iter().flat_map(|task| task.config.sources());
    let named = args.filters.config.iter().chain(&args.filters.schema);
    let inputs = files.chain(settings).chain(named.map(Path::new));
    Report::new(path, inputs).map(Some)
}

/// Reads, lints and, if asked to, fixes a text.
fn look(
    task: &Task,
    options: &CheckOptions,
    today: NaiveDate,
    least: Option<Applicability>,
    write: bool,
) -> Done {
    let mut done = Done {
        file: None,
        fixed: None,
        failure: None,
        note: None,
        unwritten: 0,
        fail_on: task.config.fail_on,
    };
    if let Err(message) = look_at(task, options, today, least, write, &mut done) {
        done.failure = Some(message);
    }
    done
}

fn look_at(
    task: &Task,
    options: &CheckOptions,
    today: NaiveDate,
    least: Option<Applicability>,
    write: bool,
    done: &mut Done,
) -> Result<(), String> {
    let before: Arc<str> = task.read()?.into();
    let linter = task.config.linter(task.name.path(), options);
    let document = match task.document(before.clone()) {
        Ok(document) => document,
        Err(error) if error.is_unrelated() && !task.named => return Ok(()),
        Err(error) => {
            let file = broken(task, &before, &error, &linter);
            let file = file.ok_or_else(|| unreadable(&error, &task.name, &before))?;
            if file.findings.is_empty() {
                done.note = task.nothing_at_keys(0);
            }
            done.file = Some(file);
            return Ok(());
        }
    };
    let found = document.lint(&linter, today);
    if found.is_empty() {
        done.note = task.nothing_at_keys(document.filters().len());
    }
    let fixes = found.iter().filter_map(|found| found.fix.clone());
    let (fixable, unwritten): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.edits.is_some());
    done.file = Some(file(task, &document, found));
    let Some(least) = least else {
        return Ok(());
    };
    let unwritten = unwritten.iter().filter(|fix| fix.applicability >= least);
    done.unwritten = unwritten.count();
    if done.unwritten > 0 {
        done.note = Some(format!(
            "{}: {} not made: {} are never written",
            task.name,
            counted_fixes(done.unwritten),
            task.format.plural()
        ));
    }
    if fixable.is_empty() {
        return Ok(());
    }
    let fixed = document.fix(&linter, least, today);
    let fixed = fixed.map_err(|error| format!("{}: {error}; it is left as it is", task.name))?;
    let after = fixed.document.text().clone();
    if after == before {
        return Ok(());
    }
    if write && task.origin == Origin::File {
        save::replace(task.name.path(), &before, &after)?;
    }
    let found = fixed.document.lint(&linter, today);
    done.file = Some(file(task, &fixed.document, found));
    done.fixed = Some((before, after, fixed.count));
    Ok(())
}

/// Leaves only the first findings.
fn hide(run: &mut Run, most: usize) {
    let mut left = most;
    for file in &mut run.files {
        let keep = file.findings.len().min(left);
        run.hidden += file.findings.len() - keep;
        file.findings.truncate(keep);
        left -= keep;
    }
}

fn counted_fixes(count: usize) -> String {
    match count {
        1 => "1 fix".to_owned(),
        _ => format!("{count} fixes"),
    }
}

fn summary(run: &Run, fixes: usize, fixing: bool) -> String {
    let filters = run.files.iter().map(|file| file.filters.len()).sum();
    let filters = counted(filters, "filter");
    let advice = match run.count(Severity::Advice) {
        0 => None,
        1 => Some("1 piece of advice".to_owned()),
        count => Some(format!("{count} pieces of advice")),
    };
    let some = |count: usize, one: &str| (count > 0).then(|| counted(count, one));
    let errors = some(run.count(Severity::Error), "error");
    let warnings = some(run.count(Severity::Warning), "warning");
    let parts: Vec<String> = [errors, warnings, advice].into_iter().flatten().collect();
    let text = match parts.as_slice() {
        [] => format!("nothing to report in {filters}"),
        [one] => format!("{one} in {filters}"),
        [first, last] => format!("{first} and {last} in {filters}"),
        several => format!("{} in {filters}", several.join(", ")),
    };
    if fixing {
        let left = if parts.is_empty() { "" } else { " left" };
        return format!("{}; {text}{left}", counted_fixes(fixes));
    }
    let with = |applicability: Applicability| {
        let files = run.files.iter().flat_map(|file| &file.findings);
        let fixes = files.filter_map(Finding::fix);
        fixes.filter(|(of, _)| *of == applicability).count()
    };
    match (with(Applicability::Safe), with(Applicability::Unsafe)) {
        (0, 0) => text,
        (safe, 0) => format!("{text}; `--fix` mends {safe}"),
        (0, more) => format!("{text}; `--fix --unsafe-fixes` mends {more}"),
        (safe, more) => {
            format!(
                "{text}; `--fix` mends {safe}, with `--unsafe-fixes` {}",
                safe + more
            )
        }
    }
}
