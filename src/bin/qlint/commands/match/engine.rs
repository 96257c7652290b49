//! What `qlint match` runs over events: one filter, or a set of them.

use std::path::Path;

use qualys_filter::document::{Document, Format};
use qualys_filter::{
    CheckOptions, Checked, Filter, FilterSet, Linter, Matches, ScanOptions, Schema,
};

use super::filters;
use super::search::{Scanned, scan};
use crate::args::MatchArgs;
use crate::config::{ConfigError, Configs, misconfigured};
use crate::input::{Checker, adjust};
use crate::outcome::Failure;
use crate::output::EXPRESSION;
use crate::report::{Chosen, File, to_stderr};

/// One filter, or many.
pub(crate) enum Engine {
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

/// An engine, with the schemas of its filters.
pub(crate) struct Ready {
    pub(crate) engine: Engine,
    pub(crate) chosen: Vec<Chosen>,
    /// The schemas of the filters, each once, in the order of the filters.
    pub(crate) schemas: Vec<Schema>,
    /// The filters, in their order, if what makes them true is shown.
    pub(crate) checked: Vec<Checked>,
}

impl Engine {
    /// Reads the filters. What is wrong with them goes to standard error. Returns nothing if none of
    /// them can be used.
    pub(crate) fn read(args: &MatchArgs) -> Result<Option<Ready>, Failure> {
        let options = args.now.options().with_limits(args.limits());
        Ok(match args.filter() {
            Some(filter) => {
                let text = filter.to_str().ok_or("the filter is not UTF-8")?;
                one(text, args, &options)?
            }
            None => filters::read(args, &options)?,
        })
    }

    /// Whether some of the filters could not be used.
    pub(crate) fn failed(&self) -> bool {
        match self {
            Engine::One(_) => false,
            Engine::Many(many) => many.failed,
        }
    }

    /// How a scan looks for matches.
    pub(crate) fn explain(&self) -> String {
        match self {
            Engine::One(filter) => filter.explain().to_string(),
            Engine::Many(many) => many.set.explain().to_string(),
        }
    }

    /// Whether some of the first events of a buffer has a value at a path that is asked for, if that can be said.
    pub(crate) fn paths_seen(&self, buffer: &[u8], options: &ScanOptions) -> Option<bool> {
        match self {
            Engine::One(filter) => filter.scan_with(buffer, options).paths_seen(),
            Engine::Many(many) => many.set.scan_with(buffer, options).paths_seen(),
        }
    }

    /// Searches a buffer. Returns how many events were read.
    pub(crate) fn scan(
        &self,
        buffer: &[u8],
        options: &ScanOptions,
        lines: bool,
        each: &mut dyn FnMut(Scanned<'_>),
    ) -> u64 {
        match self {
            Engine::One(filter) => scan(filter, buffer, options, lines, each),
            Engine::Many(many) => {
                let mut scan = many.set.scan_with(buffer, options);
                let mut matches = Matches::new();
                while let Some(event) = scan.next_into(&mut matches) {
                    each(match event {
                        Err(bad) => Scanned::Bad(bad),
                        Ok(range) => {
                            let line = if lines { scan.line(range.start) } else { 0 };
                            let ids = matches.as_slice();
                            Scanned::Hit { range, line, ids }
                        }
                    });
                }
                scan.events()
            }
        }
    }
}

/// The filter of an argument, unless it is wrong.
fn one(text: &str, args: &MatchArgs, options: &CheckOptions) -> Result<Option<Ready>, Failure> {
    let document = Document::new(text, Format::WHOLE)?;
    let linter = match linter(args, options) {
        Ok(linter) => linter,
        Err(error) => {
            misconfigured(&error);
            return Ok(None);
        }
    };
    let linters = document.linters(&linter);
    let mut file = File::new(EXPRESSION, text.to_owned());
    let mut checker = Checker::new(!args.quiet);
    let filter = document.filters().first().zip(linters.get(0));
    let checked = filter.and_then(|(filter, linter)| checker.check(filter, linter, &mut file));
    to_stderr(&file, false);
    Ok(checked.map(|checked| {
        let filter = checked.compile();
        let filter = if args.strict { filter.strict() } else { filter };
        let engine = Engine::One(filter);
        let chosen = Chosen::of(linters.choices());
        let schemas = linters.get(0).map(|linter| linter.schema().clone());
        let schemas = schemas.into_iter().collect();
        Ready {
            engine,
            chosen,
            schemas,
            checked: vec![checked],
        }
    }))
}

/// The linter of a filter that is an argument, with the schema that the arguments name, or else the
/// configuration of the current folder.
fn linter(args: &MatchArgs, options: &CheckOptions) -> Result<Linter, ConfigError> {
    let mut configs = Configs::new(&[], true, adjust(&args.keys, &args.schema)?)?;
    let path = Path::new(EXPRESSION);
    match configs.of(path) {
        Some(config) => Ok(config.linter(path, options)),
        None => Err(configs
            .into_wrong()
            .pop()
            .unwrap_or_else(|| ConfigError::Other("the configuration cannot be used".to_owned()))),
    }
}
