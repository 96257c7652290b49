//! What `qlint match` asks of events: one filter, or a set of them.

use std::ffi::OsString;
use std::ops::Range;

use miette::Diagnostic;
use qualys_filter::{
    BadEvent, CheckOptions, Checked, Filter, FilterId, FilterSet, FilterSetBuilder, Query,
    ScanOptions, Schema, Span,
};

use crate::args::MatchArgs;
use crate::lint::report::{File, Finding};
use crate::lists::{Listed, read_all};
use crate::output::{say, to_stderr};
use crate::source::Map;
use crate::{Failure, schema};

/// One filter, or many.
pub(crate) enum Question {
    One(Filter),
    Many(Many),
}

/// A set of filters.
pub(crate) struct Many {
    /// The filters that can be used, with their names.
    pub(crate) set: FilterSet,
    /// Whether some file or filter could not be used.
    pub(crate) failed: bool,
}

impl Question {
    /// Reads the filters. What is wrong with them goes to standard error; nothing if none can be
    /// used.
    pub(crate) fn read(args: &MatchArgs) -> Result<Option<Question>, Failure> {
        let schema = schema::load(&args.schema)?;
        let options = args.now.options();
        let mut reader = Reader {
            schema: &schema,
            options,
            warn: !args.quiet && args.filter().is_some(),
            warnings: 0,
        };
        if let Some(text) = args.filter() {
            let text = text.to_str().ok_or("the filter is not UTF-8")?;
            let filter = Listed::argument(text);
            let Some(checked) = reader.check(&filter) else {
                return Ok(None);
            };
            let filter = checked.compile();
            let filter = if args.strict { filter.strict() } else { filter };
            return Ok(Some(Question::One(filter)));
        }
        let events = args.files();
        let from_stdin = |files: &[OsString]| files.iter().any(|file| file == "-");
        let is_read = !args.explain_plan && (events.is_empty() || from_stdin(events));
        if from_stdin(&args.filters) && is_read {
            return Err("standard input cannot be both the filters and the events".into());
        }
        let (listed, mut failed) = read_all(&args.filters, args.lines);
        let mut good = Vec::new();
        for filter in &listed {
            match reader.check(filter) {
                Some(checked) => good.push((&filter.name, checked)),
                None => {
                    say(&format!("filter `{}` is left out", filter.name));
                    failed = true;
                }
            }
        }
        // Those of many filters would bury what matters.
        if reader.warnings > 0 && !args.quiet {
            let count = reader.warnings;
            let (count, them) = match count {
                1 => ("1 warning".to_owned(), "it"),
                _ => (format!("{count} warnings"), "them"),
            };
            say(&format!(
                "{count} about the filters; `qlint check` shows {them}"
            ));
        }
        let mut builder = FilterSetBuilder::new();
        for (name, checked) in &good {
            builder.add_named(name.as_str(), checked);
        }
        let set = builder.build()?;
        let set = if args.strict { set.strict() } else { set };
        let many = Many { set, failed };
        Ok(Some(Question::Many(many)))
    }

    /// Whether some of what was asked for could not be used.
    pub(crate) fn failed(&self) -> bool {
        match self {
            Question::One(_) => false,
            Question::Many(many) => many.failed,
        }
    }

    /// How matches are looked for.
    pub(crate) fn explain(&self) -> String {
        match self {
            Question::One(filter) => filter.explain().to_string(),
            Question::Many(many) => many.set.explain().to_string(),
        }
    }

    /// Searches a buffer. Gives how many events were read.
    pub(crate) fn scan(
        &self,
        buffer: &[u8],
        options: &ScanOptions,
        lines: bool,
        each: &mut dyn FnMut(Found<'_>),
    ) -> u64 {
        match self {
            Question::One(filter) => {
                let mut scan = filter.scan_with(buffer, options);
                while let Some(event) = scan.next() {
                    each(match event {
                        Err(bad) => Found::Bad(bad),
                        Ok(hit) => {
                            let line = if lines { scan.line(&hit) } else { 0 };
                            let (range, ids) = (hit.range, &[][..]);
                            Found::Hit { range, line, ids }
                        }
                    });
                }
                scan.events()
            }
            Question::Many(many) => {
                let mut scan = many.set.scan_with(buffer, options);
                let mut matches = qualys_filter::Matches::new();
                while let Some(event) = scan.next_into(&mut matches) {
                    each(match event {
                        Err(bad) => Found::Bad(bad),
                        Ok(range) => {
                            let line = if lines { scan.line(range.start) } else { 0 };
                            let ids = matches.as_slice();
                            Found::Hit { range, line, ids }
                        }
                    });
                }
                scan.events()
            }
        }
    }
}

/// An event that was found.
pub(crate) enum Found<'m> {
    Hit {
        range: Range<usize>,
        /// Counted from 1; 0 if nobody asked.
        line: u64,
        /// The filters of a set that it matches.
        ids: &'m [FilterId],
    },
    Bad(BadEvent),
}

/// Checks filters one after the other.
struct Reader<'a> {
    schema: &'a Schema,
    options: CheckOptions,
    /// Whether warnings are reported too, and how many there were.
    warn: bool,
    warnings: usize,
}

impl Reader<'_> {
    /// The filter, if it can be used; what is wrong with it is reported.
    fn check(&mut self, filter: &Listed) -> Option<Checked> {
        let mut file = File::new(filter.file.clone(), filter.source.to_string());
        let map = Map::plain(filter.start);
        let mut found = |diagnostic: &dyn Diagnostic, span: Span, fix| {
            let finding = Finding::of_diagnostic(diagnostic, span, &map);
            file.findings.push(finding.with_fix(fix, &map));
        };
        let checked = match filter.text.parse::<Query>() {
            Err(errors) => {
                errors.iter().for_each(|e| found(e, e.span(), e.fix()));
                None
            }
            Ok(query) => match query.check_with(self.schema, &self.options) {
                Err(errors) => {
                    errors.iter().for_each(|e| found(e, e.span(), e.fix()));
                    None
                }
                Ok(checked) => {
                    let warnings = checked.warnings();
                    self.warnings += warnings.len();
                    if self.warn {
                        warnings.iter().for_each(|w| found(w, w.span(), w.fix()));
                    }
                    Some(checked)
                }
            },
        };
        to_stderr(&file, false);
        checked
    }
}
