//! `qlint match`: the events that a filter matches.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::time::Instant;

use miette::Diagnostic;
use qualys_filter::{BadEvent, Filter, Query, ScanOptions, Span};

use crate::args::{Format, MatchArgs};
use crate::blocks::Input;
use crate::report::{Finding, Reporter, say};
use crate::search::{Event, Search};
use crate::stats::{Progress, Totals};
use crate::{Failure, Outcome, event, schema};

pub(crate) fn run(args: &MatchArgs) -> Result<Outcome, Failure> {
    let Some(filter) = compile(args)? else {
        return Ok(Outcome::Failed);
    };
    if args.explain_plan {
        writeln!(io::stdout(), "{}", filter.explain())?;
        return Ok(Outcome::Good);
    }
    let stdin = ["-".to_owned()];
    let files = if args.files.is_empty() {
        &stdin[..]
    } else {
        &args.files
    };
    let started = Instant::now();
    let mut run = Run {
        args,
        several: files.len() > 1,
        totals: Totals::default(),
        out: io::BufWriter::with_capacity(1 << 16, io::stdout().lock()),
    };
    let mut failed = false;
    for path in files {
        match run.file(&filter, path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error.into()),
            Err(error) => {
                run.out.flush()?;
                say(&format!("cannot read {path}: {error}"));
                failed = true;
            }
        }
        if args.quiet && run.totals.matches > 0 {
            break;
        }
    }
    run.out.flush()?;
    let totals = run.totals;
    if totals.bad > 0 {
        let events = if totals.bad == 1 { "event" } else { "events" };
        say(&format!("{} {events} could not be read", totals.bad));
    }
    if let Some(format) = args.stats {
        totals.report(format, started);
    }
    let failed = failed || (args.strict && totals.bad > 0);
    Ok(match (totals.matches > 0, failed) {
        // As grep does: with -q a match is an answer, whatever else went wrong.
        (true, _) if args.quiet => Outcome::Good,
        (_, true) => Outcome::Failed,
        (true, false) => Outcome::Good,
        (false, false) => Outcome::Findings,
    })
}

/// The files one after the other.
struct Run<'a> {
    args: &'a MatchArgs,
    /// Whether there are several files.
    several: bool,
    totals: Totals,
    out: io::BufWriter<io::StdoutLock<'a>>,
}

impl Run<'_> {
    /// Searches a file and writes what is found.
    fn file(&mut self, filter: &Filter, path: &str) -> io::Result<()> {
        let args = self.args;
        let input = Input::open(path, args.mmap)?;
        let name = input.name.clone();
        let options = ScanOptions {
            root: args.root.clone(),
            invert: args.invert_match,
            count: args.stats.is_some(),
        };
        let search = Search {
            filter,
            options: &options,
            threads: args.threads(),
            lines: args.line_number || input.len.is_none(),
        };
        let mut uncounted = (!search.lines).then(|| Lines::new(path));
        let mut progress = Progress::new(input.len, args.quiet);
        let before = self.totals.matches;
        // Where the present block starts.
        let (mut offset, mut line) = (0, 0);
        search.run(input, |found| {
            for event in &found.events {
                match event {
                    Event::Hit {
                        range,
                        line: inside,
                    } => {
                        self.totals.matches += 1;
                        if args.quiet {
                            return Ok(false);
                        }
                        if !args.count {
                            let bytes = found.bytes().get(range.clone()).unwrap_or_default();
                            self.write(&name, line + inside, bytes)?;
                        }
                    }
                    Event::Bad(bad) => {
                        // Events come out before what is said of those behind them.
                        self.out.flush()?;
                        if let Some(lines) = &mut uncounted {
                            line = lines.before(offset as u64)?;
                        }
                        progress.suspend(|| report_bad(&name, bad, offset, line));
                        self.totals.bad += 1;
                    }
                }
            }
            let bytes = found.bytes().len();
            offset += bytes;
            line += found.lines;
            self.totals.bytes += bytes as u64;
            self.totals.events += found.read;
            progress.add(bytes as u64);
            Ok(true)
        })?;
        drop(progress);
        if args.count && !args.quiet {
            if self.several || args.with_filename {
                write!(self.out, "{name}:")?;
            }
            writeln!(self.out, "{}", self.totals.matches - before)?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, line: u64, event: &[u8]) -> io::Result<()> {
        if self.args.with_filename {
            write!(self.out, "{name}:")?;
        }
        if self.args.line_number {
            write!(self.out, "{line}:")?;
        }
        match self.args.compact {
            true => event::write_compact(&mut self.out, event)?,
            false => self.out.write_all(event)?,
        }
        self.out.write_all(b"\n")
    }
}

/// Compiles the filter; what is wrong with it goes to standard error.
fn compile(args: &MatchArgs) -> Result<Option<Filter>, Failure> {
    let schema = schema::load(&args.schema)?;
    let mut reporter = Reporter::to_stderr(Format::Human);
    let mut report = |diagnostic: &dyn Diagnostic, span: Span, fix| {
        let finding = Finding::new("FILTER", &args.filter, None, diagnostic, span.range());
        reporter.report(&finding.with_fix(fix, 0))
    };
    let query: Query = match args.filter.parse() {
        Ok(query) => query,
        Err(errors) => {
            let errors: qualys_filter::ParseErrors = errors;
            errors
                .iter()
                .try_for_each(|e| report(e, e.span(), e.fix()))?;
            return Ok(None);
        }
    };
    match query.check_with(&schema, &args.now.options()) {
        Ok(checked) => {
            if !args.quiet {
                let warnings = checked.warnings().iter();
                warnings
                    .into_iter()
                    .try_for_each(|w| report(w, w.span(), w.fix()))?;
            }
            let filter = checked.compile();
            Ok(Some(if args.strict { filter.strict() } else { filter }))
        }
        Err(errors) => {
            errors
                .iter()
                .try_for_each(|e| report(e, e.span(), e.fix()))?;
            Ok(None)
        }
    }
}

/// The lines of a file, counted only when something is wrong in it.
struct Lines<'a> {
    path: &'a str,
    /// The lines before this byte have been counted.
    offset: u64,
    lines: u64,
}

impl Lines<'_> {
    fn new(path: &str) -> Lines<'_> {
        Lines {
            path,
            offset: 0,
            lines: 0,
        }
    }

    /// How many lines end before this byte, which is at or behind those asked for before.
    fn before(&mut self, offset: u64) -> io::Result<u64> {
        let mut file = File::open(self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut reader = BufReader::with_capacity(1 << 16, file.take(offset - self.offset));
        loop {
            let bytes = reader.fill_buf()?;
            if bytes.is_empty() {
                break;
            }
            let count = bytes.len();
            self.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            reader.consume(count);
        }
        self.offset = offset;
        Ok(self.lines)
    }
}

/// Says what is wrong with an event of a block that starts at this byte, behind so many lines.
fn report_bad(name: &str, bad: &BadEvent, offset: usize, lines: u64) {
    let (kind, at, line) = (
        bad.error.kind(),
        offset + bad.error.offset(),
        lines + bad.line,
    );
    let code = kind.code().map(|code| code.to_string());
    let code = code.unwrap_or_default();
    say(&format!("{name}:{line}: {kind} at byte {at} [{code}]"));
}
