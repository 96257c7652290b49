//! Writing the events that match, or how many do.

use std::io::{self, Write};

use qualys_filter::{Checked, FilterId};

use super::compact;
use super::engine::Engine;
use super::fields::Fields;
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
    /// The filters whose matched values are shown in colour, by their ids.
    shown: Vec<Checked>,
    /// The values to print, if not whole events.
    fields: Option<Fields>,
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
            shown: Vec::new(),
            fields: None,
        }
    }

    /// The writer that shows what makes filters true, if there are colours, and prints some fields, if any
    /// are named.
    pub(super) fn with(mut self, checked: Vec<Checked>, fields: Fields) -> Writer<'a> {
        if self.out.color() && !self.args.invert_match {
            self.shown = checked;
        }
        self.fields = (!fields.is_empty()).then_some(fields);
        self
    }

    /// Writes the name of a file with an event that matches.
    pub(super) fn file(&mut self, name: &Name) -> io::Result<()> {
        writeln!(self.out, "{name}")
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
        let fields = self.fields.as_ref().zip(std::str::from_utf8(event).ok());
        let fields = fields.map(|(fields, event)| fields.of(event));
        let whole = fields.is_none();
        let event = fields.as_deref().map_or(event, str::as_bytes);
        let names = names.unwrap_or_default();
        match self.args.json {
            true => self.object(file, line, &names, event),
            false => {
                self.before(file, line, &names)?;
                match self.shown.is_empty() || !whole {
                    true => self.plain(event),
                    false => self.coloured(ids, event),
                }
            }
        }
    }

    /// Writes an event, with the values in colour that make the filters of these ids true.
    fn coloured(&mut self, ids: &[FilterId], event: &[u8]) -> io::Result<()> {
        let mut short = Vec::new();
        let event = match self.args.compact {
            true => {
                compact::write(&mut short, event)?;
                &short
            }
            false => event,
        };
        let nesting = self.args.limits().event_nesting;
        let all = [0];
        let ids: Vec<usize> = ids.iter().map(|id| id.index()).collect();
        let ids = match self.engine {
            Engine::One(_) => &all[..],
            Engine::Many(_) => &ids,
        };
        let filters = ids.iter().filter_map(|id| self.shown.get(*id));
        let mut ranges: Vec<_> = filters.flat_map(|it| it.matched(event, nesting)).collect();
        ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut at = 0;
        for range in ranges.into_iter() {
            let (Some(before), Some(value)) =
                (event.get(at..range.start), event.get(range.clone()))
            else {
                continue;
            };
            self.out.data(Form::Json).write_all(before)?;
            self.out.rendered("\u{1b}[1;31m")?;
            self.out.data(Form::Json).write_all(value)?;
            self.out.rendered("\u{1b}[0m")?;
            at = range.end;
        }
        let mut data = self.out.data(Form::Json);
        data.write_all(event.get(at..).unwrap_or_default())?;
        data.write_all(b"\n")
    }

    /// Writes the file, the line and the filters of an event, as far as they are wanted.
    fn before(&mut self, file: &Name, line: u64, names: &[&str]) -> io::Result<()> {
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
        Ok(())
    }

    /// Writes an event.
    fn plain(&mut self, event: &[u8]) -> io::Result<()> {
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
