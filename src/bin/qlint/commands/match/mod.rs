//! `qlint match`: the events that a filter matches.

mod compact;
mod engine;
mod fields;
mod filters;
mod lines;
mod roots;
mod search;
mod stats;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole;
mod write;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use qualys_filter::{BadEvent, EventErrorKind, ScanOptions};

use crate::args::MatchArgs;
use crate::events::{BLOCK, Input, Trouble};
use crate::files::find_events;
use crate::outcome::{Failure, Outcome};
use crate::output::{self, Counts, Name, Out, Unwritable, say};
use crate::report::shown;
use engine::{Engine, Ready};
use fields::Fields;
use lines::Lines;
use roots::Roots;
use search::{Event, Search, SearchedBlock};
use stats::{Progress, Totals};
use write::Writer;

pub(crate) fn run(args: &MatchArgs) -> Result<Outcome, Failure> {
    let Some(Ready {
        engine,
        chosen,
        schemas,
        checked,
    }) = Engine::read(args)?
    else {
        return Ok(Outcome::Failed);
    };
    let fields = Fields::new(&args.fields, &schemas)?;
    let roots = Roots::new(args.root.as_ref(), schemas);
    if args.explain_plan {
        let mut out = Out::stdout();
        writeln!(out, "{}", engine.explain())?;
        for line in roots.explain().into_iter().chain(shown(&chosen)) {
            writeln!(out, "{line}")?;
        }
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
    let (files, wrong) = find_events(files);
    wrong.iter().for_each(|message| say(message));
    if args.with_filename || args.files_with_matches || (args.count && files.len() > 1) {
        let names: Vec<Name> = files.iter().map(|file| Name::from(&**file)).collect();
        output::say_spelling(names.iter());
    }
    let started = Instant::now();
    let mut run = MatchRun {
        args,
        engine: &engine,
        roots: &roots,
        totals: Totals::default(),
        options: ScanOptions::default()
            .with_invert(args.invert_match)
            .with_count(args.stats.is_some()),
        writer: Writer::new(args, &engine, files.len() > 1).with(checked, fields),
    };
    let mut failed = engine.failed() || !wrong.is_empty();
    for path in files.iter().map(Path::new) {
        failed |= !run.file(path)?;
        if run.is_done() {
            break;
        }
    }
    run.writer.filter_counts()?;
    run.writer.out.flush()?;
    let totals = run.totals;
    if totals.bad > 0 {
        let events = if totals.bad == 1 { "event" } else { "events" };
        say(&format!("{} {events} could not be read", totals.bad));
    }
    if totals.paths_seen == Some(false) && !args.quiet {
        say(
            "none of the first events has a value at a path that the filter asks for: see whether --schema and --root fit them",
        );
    }
    if let Some(format) = args.stats {
        totals.report(format, started);
    }
    let failed = failed || (args.strict && totals.bad > 0);
    Ok(match (totals.matches > 0, failed) {
        // As in grep: with -q a match is the answer, whatever else went wrong.
        (true, _) if args.quiet => Outcome::Good,
        (_, true) => Outcome::Failed,
        (true, false) => Outcome::Good,
        (false, false) => Outcome::Findings,
    })
}

/// How many matching events are looked at for paths that are asked for, if the first events had none.
const HITS: u64 = 10;

/// Searches files one after the other.
struct MatchRun<'a> {
    args: &'a MatchArgs,
    engine: &'a Engine,
    roots: &'a Roots,
    totals: Totals,
    options: ScanOptions,
    writer: Writer<'a>,
}

/// A file that is being searched.
struct Position<'a> {
    name: &'a Name,
    options: &'a ScanOptions,
    /// The offset of the next block, and the lines before it.
    offset: u64,
    line: u64,
    /// Counts the lines of the file when one is needed, if they are not counted block by block.
    lines: Option<Lines<'a>>,
    messages: Counts,
    progress: Progress,
    /// Whether its events are still to be looked at for paths that are asked for.
    looks: bool,
    /// How many matching events are wanted still, if not all.
    wanted: Option<u64>,
}

impl MatchRun<'_> {
    /// Whether nothing more has to be read.
    fn is_done(&self) -> bool {
        self.writer.out.is_closed() || (self.args.quiet && self.totals.matches > 0)
    }

    /// Searches a file, and says if it cannot be read. Returns whether it could be.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn file(&mut self, path: &Path) -> io::Result<bool> {
        let Err(error) = self.search(path) else {
            return Ok(true);
        };
        if Unwritable::is(&error) {
            return Err(error);
        }
        self.writer.out.flush()?;
        let name = Name::from(path);
        if Trouble::is_warning(&error) {
            say(&format!("{name}: {error}"));
            return Ok(true);
        }
        say(&format!("cannot read {name}: {error}"));
        Ok(false)
    }

    fn search(&mut self, path: &Path) -> io::Result<()> {
        let args = self.args;
        let mut input = Input::open(path, args.mmap)?;
        let name = match path.as_os_str() == "-" {
            true => Name::from("<stdin>"),
            false => Name::from(path),
        };
        let mut options = self.options.clone();
        options.root = self.roots.of(&mut input)?;
        if let Some(root) = &options.root {
            *self.totals.roots.entry(root.to_string()).or_default() += 1;
        }
        let limits = args.limits();
        let search = Search {
            engine: self.engine,
            options: &options,
            limits: &limits,
            threads: args.threads(),
            block: BLOCK,
            lines: args.line_number || input.len.is_none(),
        };
        let mut position = Position {
            name: &name,
            options: &options,
            offset: 0,
            line: 0,
            lines: (!search.lines).then(|| Lines::new(path)),
            messages: Counts::new(args.verbose),
            progress: Progress::new(input.len, args.quiet),
            looks: self.totals.paths_seen != Some(true),
            wanted: args.max_count,
        };
        let before = self.totals.matches;
        let searched = search.run(input, |found| self.block(found, &mut position));
        drop(position.progress);
        position.messages.say_rest(&name, "bad event", "bad events");
        match searched {
            Err(error) if Unwritable::is(&error) => Err(error),
            searched => {
                let matches = self.totals.matches - before;
                self.writer.file_count(&name, matches)?;
                searched
            }
        }
    }

    /// Writes the events of a block. Returns whether more have to be read.
    fn block(&mut self, found: &SearchedBlock, position: &mut Position<'_>) -> io::Result<bool> {
        let (passed, lines) = found.passed();
        position.offset += passed;
        position.line += lines;
        if position.looks
            && let options = found.options(position.options)
            && let Some(seen) = self.engine.paths_seen(found.bytes(), &options)
        {
            let before = self.totals.paths_seen.unwrap_or_default();
            self.totals.paths_seen = Some(before || seen);
            position.looks = false;
        }
        for event in &found.events {
            match event {
                Event::Hit { range, line, ids } => {
                    self.totals.matches += 1;
                    if self.args.quiet {
                        return Ok(false);
                    }
                    if self.args.files_with_matches {
                        self.writer.file(position.name)?;
                        return Ok(false);
                    }
                    let bytes = found.bytes().get(range.clone()).unwrap_or_default();
                    // After the first events there may be others.
                    if self.totals.paths_seen == Some(false) && self.totals.matches <= HITS {
                        self.totals.paths_seen =
                            self.engine.paths_seen(bytes, &ScanOptions::default());
                    }
                    let (line, ids) = (position.line + line, found.ids(ids));
                    self.writer.event(position.name, line, ids, bytes)?;
                    position.wanted = position.wanted.map(|wanted| wanted - 1);
                    if position.wanted == Some(0) {
                        return Ok(false);
                    }
                }
                Event::Bad(bad) => {
                    self.totals.bad += 1;
                    self.report(bad, position)?;
                }
            }
        }
        let bytes = found.bytes().len() as u64;
        position.offset += bytes;
        position.line += found.lines;
        self.totals.bytes += passed + bytes;
        self.totals.events += found.read;
        position.progress.add(passed + bytes);
        Ok(!self.writer.out.is_closed())
    }

    /// Says what is wrong with an event of the block at this position.
    fn report(&mut self, bad: &BadEvent, position: &mut Position<'_>) -> io::Result<()> {
        let kind = bad.error.kind();
        let code = bad.error.code();
        if !position.messages.shows(code.as_str()) {
            return Ok(());
        }
        // The events before it come out first.
        self.writer.out.flush()?;
        if let Some(lines) = &mut position.lines {
            position.line = lines.before(position.offset)?;
        }
        let line = position.line + bad.line;
        let at = position.offset + bad.error.offset() as u64;
        // The limit is one of the document around the events.
        let whole = match &position.options.root {
            Some(root) if kind == EventErrorKind::TooLong => {
                format!(
                    "; the events at {root} are read with the document around them, so raise --max-event"
                )
            }
            _ => String::new(),
        };
        let message = format!(
            "{}:{line}: {kind} at byte {at} [{code}]{whole}",
            position.name
        );
        position.progress.suspend(|| say(&message));
        Ok(())
    }
}
