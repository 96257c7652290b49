//! `qlint match`: the events that a filter matches.

mod compact;
mod engine;
mod filters;
mod search;
mod stats;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

use qualys_filter::{BadEvent, FilterId, ScanOptions};

use engine::Engine;
use search::{Event, Search};
use stats::{Progress, Totals};

use crate::args::MatchArgs;
use crate::events::{BLOCK, Input, Trouble};
use crate::outcome::{Failure, Outcome};
use crate::output::{self, Counts, Form, Name, Out, Unwritable, one_line, say};

pub(crate) fn run(args: &MatchArgs) -> Result<Outcome, Failure> {
    let Some(engine) = Engine::read(args)? else {
        return Ok(Outcome::Failed);
    };
    if args.explain_plan {
        writeln!(Out::stdout(), "{}", engine.explain())?;
        return Ok(match engine.failed() {
            true => Outcome::Failed,
            false => Outcome::Good,
        });
    }
    let stdin = [OsString::from("-")];
    let files = match args.files() {
        [] => &stdin[..],
        files => files,
    };
    if args.with_filename || (args.count && files.len() > 1) {
        let names: Vec<Name> = files.iter().map(|file| Name::from(&**file)).collect();
        output::say_spelling(names.iter());
    }
    let started = Instant::now();
    let mut run = Run {
        args,
        engine: &engine,
        counts: match &engine {
            Engine::Many(many) => vec![0; many.set.len()],
            Engine::One(_) => Vec::new(),
        },
        several: files.len() > 1,
        totals: Totals::default(),
        out: Out::stdout(),
    };
    let mut failed = engine.failed();
    for path in files.iter().map(Path::new) {
        match run.file(path) {
            Ok(()) => {}
            Err(error) if Unwritable::is(&error) => return Err(error.into()),
            Err(error) if Trouble::is_warning(&error) => {
                run.out.flush()?;
                say(&format!("{}: {error}", Name::from(path)));
            }
            Err(error) => {
                run.out.flush()?;
                say(&format!("cannot read {}: {error}", Name::from(path)));
                failed = true;
            }
        }
        if run.out.is_closed() || (args.quiet && run.totals.matches > 0) {
            break;
        }
    }
    run.write_counts()?;
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
    engine: &'a Engine,
    /// How many events each filter of a set matches.
    counts: Vec<u64>,
    /// Whether there are several files.
    several: bool,
    totals: Totals,
    out: Out,
}

impl Run<'_> {
    /// Searches a file and writes what is found.
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let args = self.args;
        let input = Input::open(path, args.mmap)?;
        let name = match path.as_os_str() == "-" {
            true => Name::from("<stdin>"),
            false => Name::from(path),
        };
        let mut options = ScanOptions::default()
            .with_invert(args.invert_match)
            .with_count(args.stats.is_some());
        options.root = args.root.clone();
        let limits = args.limits();
        let search = Search {
            engine: self.engine,
            options: &options,
            limits: &limits,
            threads: args.threads(),
            block: BLOCK,
            lines: args.line_number || input.len.is_none(),
        };
        let mut uncounted = (!search.lines).then(|| Lines::new(path));
        let mut messages = Counts::new(args.verbose);
        let mut progress = Progress::new(input.len, args.quiet);
        let before = self.totals.matches;
        // Where the present block starts.
        let (mut offset, mut line) = (0_u64, 0);
        let searched = search.run(input, |found| {
            let (passed, lines) = found.passed();
            offset += passed;
            line += lines;
            for event in &found.events {
                match event {
                    Event::Hit {
                        range,
                        line: inside,
                        ids,
                    } => {
                        self.totals.matches += 1;
                        if args.quiet {
                            return Ok(false);
                        }
                        let ids = found.ids(ids);
                        if args.count {
                            self.count(ids);
                        } else {
                            let bytes = found.bytes().get(range.clone()).unwrap_or_default();
                            self.write(&name, line + inside, ids, bytes)?;
                        }
                    }
                    Event::Bad(bad) => {
                        self.totals.bad += 1;
                        if !messages.shows(bad.error.code().as_str()) {
                            continue;
                        }
                        // Events come out before what is said of those behind them.
                        self.out.flush()?;
                        if let Some(lines) = &mut uncounted {
                            line = lines.before(offset)?;
                        }
                        progress.suspend(|| report_bad(&name, bad, offset, line));
                    }
                }
            }
            let bytes = found.bytes().len() as u64;
            offset += bytes;
            line += found.lines;
            self.totals.bytes += passed + bytes;
            self.totals.events += found.read;
            progress.add(passed + bytes);
            Ok(!self.out.is_closed())
        });
        drop(progress);
        messages.say_rest(&name, "bad event", "bad events");
        if let Err(error) = &searched
            && Unwritable::is(error)
        {
            return searched;
        }
        if args.count && !args.quiet && !self.counts_filters() {
            if self.several || args.with_filename {
                write!(self.out, "{name}:")?;
            }
            writeln!(self.out, "{}", self.totals.matches - before)?;
        }
        searched
    }

    /// Whether events are counted for each filter, not for each file.
    fn counts_filters(&self) -> bool {
        matches!(self.engine, Engine::Many(_)) && !self.args.invert_match
    }

    fn count(&mut self, ids: &[FilterId]) {
        for id in ids {
            if let Some(count) = self.counts.get_mut(id.index()) {
                *count += 1;
            }
        }
    }

    /// Writes how many events each filter matches.
    fn write_counts(&mut self) -> io::Result<()> {
        if let Engine::Many(many) = self.engine
            && self.args.count
            && !self.args.quiet
            && self.counts_filters()
        {
            for (count, id) in self.counts.iter().zip(many.set.ids()) {
                let name = one_line(many.set.name(id).unwrap_or_default());
                writeln!(self.out, "{count}\t{name}")?;
            }
        }
        Ok(())
    }

    fn write(&mut self, file: &Name, line: u64, ids: &[FilterId], event: &[u8]) -> io::Result<()> {
        let names = match self.engine {
            Engine::Many(many) => {
                let names = ids.iter().filter_map(|id| many.set.name(*id));
                Some(names.collect::<Vec<_>>())
            }
            Engine::One(_) => None,
        };
        if self.args.json {
            return self.write_json(file, line, &names.unwrap_or_default(), event);
        }
        if self.args.with_filename {
            write!(self.out, "{file}:")?;
        }
        if self.args.line_number {
            write!(self.out, "{line}:")?;
        }
        for (at, name) in names.iter().flatten().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(self.out, "{comma}{}", one_line(name))?;
        }
        if names.is_some_and(|names| !names.is_empty()) {
            self.out.write_all(b"\t")?;
        }
        let mut data = self.out.data(Form::Json);
        match self.args.compact {
            true => compact::write(&mut data, event)?,
            false => data.write_all(event)?,
        }
        data.write_all(b"\n")
    }

    /// Writes an object with what is known of an event.
    fn write_json(
        &mut self,
        file: &Name,
        line: u64,
        names: &[&str],
        event: &[u8],
    ) -> io::Result<()> {
        let mut data = self.out.data(Form::Json);
        data.write_all(b"{")?;
        if self.args.with_filename {
            write!(data, "\"file\":{},", serde_json::json!(file.text()))?;
        }
        if self.args.line_number {
            write!(data, "\"line\":{line},")?;
        }
        let names = serde_json::json!(names);
        write!(data, "\"filters\":{names},\"event\":")?;
        compact::write(&mut data, event)?;
        data.write_all(b"}\n")
    }
}

/// The lines of a file, counted only when something is wrong in it.
struct Lines<'a> {
    path: &'a Path,
    /// The lines before this byte have been counted.
    offset: u64,
    lines: u64,
}

impl Lines<'_> {
    fn new(path: &Path) -> Lines<'_> {
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
fn report_bad(name: &Name, bad: &BadEvent, offset: u64, lines: u64) {
    let (kind, at, line) = (
        bad.error.kind(),
        offset + bad.error.offset() as u64,
        lines + bad.line,
    );
    let code = bad.error.code();
    say(&format!("{name}:{line}: {kind} at byte {at} [{code}]"));
}
