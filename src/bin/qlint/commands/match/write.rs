//! Writing the events that match, or how many do.

use std::io::{self, Write};

use qualys_filter::FilterId;

use super::compact;
use super::engine::Engine;
use crate::args::MatchArgs;
use crate::output::{Form, Name, Out, one_line};

pub(super) struct Writer<'a> {
    pub(super) out: Out,
    args: &'a MatchArgs,
    engine: &'a Engine,
    /// Whether several files are searched.
    several: bool,
    /// How many events each filter of a set matches.
    counts: Vec<u64>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(args: &'a MatchArgs, engine: &'a Engine, several: bool) -> Writer<'a> {
        Writer {
            out: Out::stdout(),
            args,
            engine,
            several,
            counts: match engine {
                Engine::Many(many) => vec![0; many.set.len()],
                Engine::One(_) => Vec::new(),
            },
        }
    }

    /// Whether events are counted for each filter, not for each file.
    fn counts_filters(&self) -> bool {
        matches!(self.engine, Engine::Many(_)) && !self.args.invert_match
    }

    /// Writes or counts an event that matches the filters of these ids.
    pub(super) fn event(
        &mut self,
        file: &Name,
        line: u64,
        ids: &[FilterId],
        event: &[u8],
    ) -> io::Result<()> {
        if self.args.count {
            for id in ids {
                if let Some(count) = self.counts.get_mut(id.index()) {
                    *count += 1;
                }
            }
            return Ok(());
        }
        let names: Option<Vec<&str>> = match self.engine {
            Engine::Many(many) => Some(ids.iter().filter_map(|id| many.set.name(*id)).collect()),
            Engine::One(_) => None,
        };
        match self.args.json {
            true => self.object(file, line, &names.unwrap_or_default(), event),
            false => self.line(file, line, &names.unwrap_or_default(), event),
        }
    }

    /// Writes an event after its file, line and filters.
    fn line(&mut self, file: &Name, line: u64, names: &[&str], event: &[u8]) -> io::Result<()> {
        if self.args.with_filename {
            write!(self.out, "{file}:")?;
        }
        if self.args.line_number {
            write!(self.out, "{line}:")?;
        }
        for (at, name) in names.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(self.out, "{comma}{}", one_line(name))?;
        }
        if !names.is_empty() {
            self.out.write_all(b"\t")?;
        }
        let mut data = self.out.data(Form::Json);
        match self.args.compact {
            true => compact::write(&mut data, event)?,
            false => data.write_all(event)?,
        }
        data.write_all(b"\n")
    }

    /// Writes an object with the event and its file, line and filters.
    fn object(&mut self, file: &Name, line: u64, names: &[&str], event: &[u8]) -> io::Result<()> {
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

    /// With `--count`, writes how many events of a file match.
    pub(super) fn file_count(&mut self, file: &Name, matches: u64) -> io::Result<()> {
        if !self.args.count || self.args.quiet || self.counts_filters() {
            return Ok(());
        }
        if self.several || self.args.with_filename {
            write!(self.out, "{file}:")?;
        }
        writeln!(self.out, "{matches}")
    }

    /// With `--count`, writes how many events each filter matches.
    pub(super) fn filter_counts(&mut self) -> io::Result<()> {
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
}
