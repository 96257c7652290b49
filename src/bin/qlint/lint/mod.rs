//! `qlint check`: everything there is to say about filters, and fixing them.

pub(crate) mod config;
mod fix;
mod ignores;
pub(crate) mod report;
mod statistics;
mod tasks;

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use chrono::NaiveDate;
use qualys_filter::lint::Rule;
use qualys_filter::{Applicability, CheckOptions, Level, Linter};

use crate::args::{CheckArgs, Format};
use crate::files::unreadable;
use crate::output::{self, Form, Out, Run, say};
use crate::save::{self, Refused, Report};
use crate::work::in_parallel;
use crate::{Failure, Outcome};
use ignores::Ignores;
use report::{Entry, File, Finding};

pub(crate) use tasks::{Origin, Selection, Task, Tasks, misconfigured, with_keys};

/// What the linter says about a text.
struct Linted {
    file: File,
    linter: Linter,
    /// The fixes that are not made because the file is never written.
    unwritten: Vec<Applicability>,
}

/// Everything there is to say about the filters of a text; nothing if it was found in a folder and is
/// about something else.
///
/// # Errors
///
/// If it is not the list of filters that it should be.
fn lint(
    task: &Task,
    text: String,
    options: &CheckOptions,
    today: NaiveDate,
) -> Result<Option<Linted>, String> {
    let mut linted = Linted {
        linter: task.config.linter(task.name.path(), options),
        file: File::new(task.name.clone(), text),
        unwritten: Vec::new(),
    };
    let (file, linter) = (&mut linted.file, &linted.linter);
    let filters = match task.filters(&file.text) {
        Ok(filters) => filters,
        Err(error) if error.is_unrelated() && !task.named => return Ok(None),
        Err(error) => {
            let Some(rule) = error.rule().and_then(Rule::find) else {
                return Err(unreadable(&error, &file.name, &file.text));
            };
            let level = linter.level(rule);
            let help = "correct the file: filters in it are not looked at".to_owned();
            let (range, message) = (error.at()..error.at(), error.to_string());
            let finding = Finding::error(rule.code(), range, message, Some(help));
            if level != Level::Off {
                file.findings.push(Finding { level, ..finding });
            }
            return Ok(Some(linted));
        }
    };
    for (number, filter) in filters.iter().enumerate() {
        let report = linter.lint(filter.text());
        let ignores = Ignores::of(filter, today);
        let mut held: HashSet<&str> = HashSet::new();
        let mut findings = Vec::new();
        for remark in report.remarks() {
            if ignores.hold(remark) {
                held.insert(remark.code());
                continue;
            }
            let mut finding = Finding::of_remark(remark, number, filter, task.format);
            if fix::crosses(filter, remark) {
                finding.fix = None;
            } else if let (Some(fix), false) = (remark.fix(), task.format.can_write(filter)) {
                linted.unwritten.push(fix.applicability());
            }
            findings.push(finding);
        }
        for finding in ignores.findings(&held, linter) {
            let filter = Some(number);
            findings.push(Finding { filter, ..finding });
        }
        findings.sort_by_key(|finding| finding.range.start);
        file.findings.extend(findings);
        file.filters.push(Entry::new(filter));
    }
    Ok(Some(linted))
}

/// What came of a text.
struct Done {
    file: Option<File>,
    /// The text before and after the fixes, where they changed it, and how many they were.
    fixed: Option<(String, String, usize)>,
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
    } = match Tasks::find(&args.files) {
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
    let options = args.files.now.options();
    let today = options.now.map(|now| now.date_naive()).unwrap_or_default();
    let least = match args.unsafe_fixes {
        true => Applicability::Unsafe,
        false => Applicability::Safe,
    };
    let look = |task: &Task| look(task, &options, today, fixing.then_some(least), args.fix);
    let all = in_parallel(&tasks, args.files.threads(), look);
    let mut run = Run {
        failures,
        // Who names a number gets so many.
        verbose: args.files.verbose || args.max_diagnostics.is_some(),
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
            let text = done.fixed.map_or(file.text.clone(), |(_, after, _)| after);
            let mut data = out.data(Form::Text);
            write!(data, "{text}")?;
            if matches!(task.origin, Origin::Argument(_)) {
                writeln!(data)?;
            }
        }
        let worst = file.findings.iter().map(|finding| finding.level).max();
        failing |= worst.is_some_and(|worst| worst >= fail_on);
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
    let report = |out: &mut Out| match args.statistics {
        true => statistics::write(&run, format, out),
        false => output::write(&run, format, out),
    };
    if args.diff {
        // The difference is the output.
    } else if let Some(file) = &report_file {
        file.write(report)?;
    } else if to_stdout {
        report(&mut Out::stderr())?;
    } else {
        report(&mut out)?;
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
    let named = args.files.config.iter().chain(&args.files.schema);
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
    let before = task.read()?;
    let Some(linted) = lint(task, before.clone(), options, today)? else {
        return Ok(());
    };
    let (file, linter) = (linted.file, linted.linter);
    done.note = match file.findings.is_empty() {
        true => task.nothing_at_keys(file.filters.len()),
        false => None,
    };
    let fixable = file.findings.iter().any(|finding| finding.fix.is_some());
    done.file = Some(file);
    let Some(least) = least else {
        return Ok(());
    };
    let unwritten = linted.unwritten.iter();
    done.unwritten = unwritten.filter(|fix| **fix >= least).count();
    if done.unwritten > 0 {
        done.note = Some(format!(
            "{}: {} not made: {} are never written",
            task.name,
            counted_fixes(done.unwritten),
            task.format.plural()
        ));
    }
    if !fixable {
        return Ok(());
    }
    let keys = &task.config.keys;
    let fixed = fix::fix(&before, task.format, keys, &linter, least, today)
        .map_err(|message| format!("{}: {message}; it is left as it is", task.name))?;
    if fixed.text == before {
        return Ok(());
    }
    if write && task.origin == Origin::File {
        save::replace(task.name.path(), &before, &fixed.text)?;
    }
    done.file = lint(task, fixed.text.clone(), options, today)?.map(|linted| linted.file);
    done.fixed = Some((before, fixed.text, fixed.count));
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

pub(crate) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
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
    let advice = match run.count(Level::Advice) {
        0 => None,
        1 => Some("1 piece of advice".to_owned()),
        count => Some(format!("{count} pieces of advice")),
    };
    let some = |count: usize, one: &str| (count > 0).then(|| counted(count, one));
    let errors = some(run.count(Level::Error), "error");
    let warnings = some(run.count(Level::Warning), "warning");
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
        let fixes = files.filter_map(|finding| finding.fix.as_ref());
        fixes
            .filter(|fix| fix.applicability == applicability)
            .count()
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
