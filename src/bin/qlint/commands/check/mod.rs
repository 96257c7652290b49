//! `qlint check`: what is wrong with filters and what could be better, and fixing it.

mod known;
mod look;
mod show;
mod statistics;
mod summary;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use qualys_filter::Level;

use crate::args::{CheckArgs, Format};
use crate::config::{Selection, misconfigured};
use crate::input::{Origin, Task, Tasks, in_parallel};
use crate::outcome::{Failure, Outcome};
use crate::output::{Form, Out, counted, say};
use crate::report::{self, Report};
use crate::save::{self, Refused, ReportFile};
use look::{Look, TaskResult};
use summary::summary;

pub(crate) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let rules = match Selection::of(&args.rules) {
        Ok(rules) => rules,
        Err(error) => return Ok(misconfigured(&error)),
    };
    let mut found = match Tasks::find_with(&args.filters, &rules) {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    found.keep_changed(args.run.since.as_deref())?;
    let failures = std::mem::take(&mut found.failures);
    let tasks = &found.tasks;
    if args.show_files || args.show_settings {
        match args.show_files {
            true => show::files(tasks)?,
            false => show::settings(tasks, args)?,
        }
        failures.iter().for_each(|failure| say(failure));
        return Ok(match failures.is_empty() {
            _ if found.misconfigured => Outcome::Failed,
            false => Outcome::Broken,
            true => Outcome::Good,
        });
    }
    let mut baseline = known::read(args)?;
    let report_files = report_file(args, tasks)
        .and_then(|report| Ok((report, known::file(args, inputs(args, tasks))?)));
    let (report_file, baseline_file) = match report_files {
        Ok(files) => files,
        Err(Refused::Argument(message)) => return Err(message.into()),
        Err(Refused::Unwritable(message)) => {
            say(&message);
            return Ok(Outcome::Broken);
        }
    };
    let written = files(tasks).filter(|_| args.writes());
    save::clean(written.chain(args.output_file.as_deref()));
    let look = Look::new(args);
    let results = in_parallel(tasks, args.run.threads(), |task| look.at(task));
    let mut out = Out::stdout();
    let mut all = Results::new(args, failures);
    let mut filled = Vec::new();
    for (task, result) in tasks.iter().zip(results) {
        if result.is_filled() {
            filled.push(task);
        }
        let mut result = result;
        if let (Some(baseline), Some(file)) = (&mut baseline, &mut result.file) {
            let taken = baseline.take(file);
            match args.write_baseline.is_some() && args.baseline.is_none() {
                // They are known from now on.
                true => file.findings.clear(),
                false => all.known += taken,
            }
        }
        all.add(args, task, result, &mut out)?;
    }
    let empty = found.empty_folders(filled.into_iter());
    all.empty
        .extend(empty.into_iter().filter(|_| !args.filters.allow_empty));
    all.say(args);
    let format = args.format.unwrap_or(match out.is_terminal() {
        true => Format::Human,
        false => Format::Plain,
    });
    let summary = summary(&all.report, all.fixes, args.fix || args.diff);
    let summary = match args.add_ignore {
        true => format!(
            "{} ignored by new comments; {summary}",
            counted(all.ignored, "finding")
        ),
        false => summary,
    };
    if let Some(most) = args.max_diagnostics {
        hide(&mut all.report, most);
    }
    let to_stdout = args.writes() && tasks.iter().any(|task| task.origin != Origin::File);
    write(
        args,
        &all.report,
        format,
        report_file.as_ref(),
        to_stdout,
        &mut out,
    )?;
    out.flush()?;
    drop(out);
    let hidden = all.report.hidden;
    if hidden > 0 && args.is_chatty() {
        say(&format!("{} not shown", counted(hidden, "finding")));
    }
    if all.known > 0 && args.is_chatty() {
        say(&format!(
            "{} not shown, since the baseline has them",
            counted(all.known, "finding")
        ));
    }
    if let Some(baseline) = &baseline {
        known::finish(args, baseline, baseline_file.as_ref())?;
    }
    let nothing =
        !all.empty.is_empty() && all.report.files.iter().all(|file| file.filters.is_empty());
    if args.is_chatty()
        && !nothing
        && (matches!(format, Format::Human | Format::Narrated) || args.writes())
    {
        say(&summary);
    }
    Ok(match found.misconfigured {
        true => Outcome::Failed,
        false => all.outcome(args),
    })
}

/// The files that are read.
fn files(tasks: &[Task]) -> impl Iterator<Item = &Path> {
    let files = tasks.iter().filter(|task| task.origin == Origin::File);
    files.map(|task| task.name.path())
}

/// The file for the report, if it does not go to standard output. It is none of the files that are read.
fn report_file(args: &CheckArgs, tasks: &[Task]) -> Result<Option<ReportFile>, Refused> {
    let Some(path) = &args.output_file else {
        return Ok(None);
    };
    let baselines = args.baseline.iter().chain(&args.write_baseline);
    let inputs = inputs(args, tasks).chain(baselines.map(PathBuf::as_path));
    ReportFile::new(path, inputs).map(Some)
}

/// The files that are read, with those of settings.
fn inputs<'a>(args: &'a CheckArgs, tasks: &'a [Task]) -> impl Iterator<Item = &'a Path> {
    let settings = tasks.iter().flat_map(|task| task.config.sources());
    let named = args
        .filters
        .config
        .iter()
        .chain(&args.filters.schema.schema);
    // A baseline has no filters, even if it is found among files with some.
    let is_baseline = |path: &Path| {
        let mut baselines = args.baseline.iter().chain(&args.write_baseline);
        baselines.any(|name| path == name.strip_prefix(".").unwrap_or(name)) && known::is_one(path)
    };
    let files = files(tasks).filter(move |path| !is_baseline(path));
    files.chain(settings).chain(named.map(Path::new))
}

/// The results of all texts.
struct Results {
    report: Report,
    /// Messages that are not failures.
    notes: Vec<String>,
    /// Messages about files and folders without filters.
    empty: Vec<String>,
    /// How many findings comments were written for.
    ignored: usize,
    /// How many findings the baseline has.
    known: usize,
    /// How many fixes were made, and in how many texts.
    fixes: usize,
    changed: usize,
    /// How many fixes were not made because their files are never written.
    unwritten: usize,
    /// Whether a finding has the level of `--fail-on`.
    failing: bool,
}

impl Results {
    fn new(args: &CheckArgs, failures: Vec<String>) -> Results {
        Results {
            report: Report {
                failures,
                // A user who names a number gets that number.
                verbose: args.run.verbose || args.max_diagnostics.is_some(),
                ..Report::default()
            },
            notes: Vec::new(),
            empty: Vec::new(),
            ignored: 0,
            known: 0,
            fixes: 0,
            changed: 0,
            unwritten: 0,
            failing: false,
        }
    }

    /// Adds the result of a text. With `--diff` it writes the difference; with `--fix` it writes the fixed
    /// text of an argument or of standard input.
    fn add(
        &mut self,
        args: &CheckArgs,
        task: &Task,
        result: TaskResult,
        out: &mut Out,
    ) -> io::Result<()> {
        self.report.failures.extend(result.failure);
        self.notes.extend(result.notes);
        self.unwritten += result.unwritten;
        self.ignored += result.ignored;
        self.empty
            .extend(result.empty.filter(|_| !args.filters.allow_empty));
        if let Some(fixed) = &result.fixed {
            self.fixes += fixed.count;
            self.changed += 1;
            if args.diff {
                save::diff(&task.name, &fixed.before, &fixed.after, out)?;
            }
        }
        let Some(file) = result.file else {
            return Ok(());
        };
        if args.writes() && task.origin != Origin::File {
            let after = result.fixed.as_ref().map(|fixed| &*fixed.after);
            let mut data = out.data(Form::Text);
            write!(data, "{}", after.unwrap_or(&file.text))?;
            if matches!(task.origin, Origin::Argument(_)) {
                writeln!(data)?;
            }
        }
        let fail_on = args.fail_on.map_or(task.config.fail_on, Level::from);
        let findings = file.findings.iter();
        let worst = findings.map(|finding| finding.what.severity()).max();
        self.failing |= worst.is_some_and(|worst| Level::from(worst) >= fail_on);
        self.report.files.push(file);
        Ok(())
    }

    /// Writes the messages.
    fn say(&self, args: &CheckArgs) {
        if args.silent {
            return;
        }
        let notes = self.notes.iter().filter(|_| args.is_chatty());
        let messages = self.report.failures.iter().chain(&self.empty).chain(notes);
        messages.for_each(|text| say(text));
    }

    fn outcome(&self, args: &CheckArgs) -> Outcome {
        let to_change = self.unwritten > 0 || (args.diff && self.changed > 0);
        match self.report.failures.is_empty() {
            false => Outcome::Broken,
            _ if !self.empty.is_empty() => Outcome::Failed,
            _ if args.exit_zero => Outcome::Good,
            _ if to_change => Outcome::Findings,
            _ if args.diff => Outcome::Good,
            _ if self.failing => Outcome::Findings,
            _ => Outcome::Good,
        }
    }
}

/// Keeps only the first findings.
fn hide(report: &mut Report, most: usize) {
    let mut left = most;
    for file in &mut report.files {
        let keep = file.findings.len().min(left);
        report.hidden += file.findings.len() - keep;
        file.findings.truncate(keep);
        left -= keep;
    }
}

/// Writes the report to its file, or to `out`. Where fixed texts go to standard output, it goes to
/// standard error.
fn write(
    args: &CheckArgs,
    report: &Report,
    format: Format,
    file: Option<&ReportFile>,
    texts_to_stdout: bool,
    out: &mut Out,
) -> io::Result<()> {
    let write = |out: &mut Out| match args.statistics {
        true => statistics::write(report, format, out),
        false => report::write(report, format, out),
    };
    match file {
        // The difference is the output.
        _ if args.diff => Ok(()),
        None if args.silent => Ok(()),
        Some(file) => file.write(write),
        None if texts_to_stdout => write(&mut Out::stderr()),
        None => write(out),
    }
}
