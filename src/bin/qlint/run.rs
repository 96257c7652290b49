//! `qlint match`: the events that a filter matches.

use std::io::{self, Write};

use miette::Diagnostic;
use qualys_filter::{BadEvent, Filter, Query, ScanOptions, Span};

use crate::args::{Format, MatchArgs};
use crate::report::{Finding, Reporter, say};
use crate::source::read_bytes;
use crate::{Failure, Outcome, event, schema};

pub(crate) fn run(args: &MatchArgs) -> Result<Outcome, Failure> {
    let Some(filter) = compile(args)? else {
        return Ok(Outcome::Failed);
    };
    let stdin = ["-".to_owned()];
    let files = if args.files.is_empty() {
        &stdin[..]
    } else {
        &args.files
    };
    let options = ScanOptions {
        root: args.root.clone(),
        invert: args.invert_match,
        ..ScanOptions::default()
    };
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let (mut matched, mut failed, mut bad_events) = (false, false, 0_u64);
    for path in files {
        let (name, buffer) = match read_bytes(path) {
            Ok(read) => read,
            Err(error) => {
                say(&error.to_string());
                failed = true;
                continue;
            }
        };
        let mut count = 0_u64;
        let mut scan = filter.scan_with(&buffer, &options);
        while let Some(found) = scan.next() {
            let hit = match found {
                Ok(hit) => hit,
                Err(bad) => {
                    // Events come out before what is said of those behind them.
                    out.flush()?;
                    report_bad(&name, &bad);
                    bad_events += 1;
                    continue;
                }
            };
            (matched, count) = (true, count + 1);
            if args.quiet {
                break;
            }
            if args.count {
                continue;
            }
            if args.with_filename {
                write!(out, "{name}:")?;
            }
            if args.line_number {
                write!(out, "{}:", scan.line(&hit))?;
            }
            let bytes = buffer.get(hit.range).unwrap_or_default();
            match args.compact {
                true => event::write_compact(&mut out, bytes)?,
                false => out.write_all(bytes)?,
            }
            out.write_all(b"\n")?;
        }
        if args.quiet && matched {
            break;
        }
        if args.count && !args.quiet {
            if files.len() > 1 || args.with_filename {
                write!(out, "{name}:")?;
            }
            writeln!(out, "{count}")?;
        }
    }
    out.flush()?;
    if bad_events > 0 {
        let events = if bad_events == 1 { "event" } else { "events" };
        say(&format!("{bad_events} {events} could not be read"));
    }
    let failed = failed || (args.strict && bad_events > 0);
    Ok(match (matched, failed) {
        // As grep does: with -q a match is an answer, whatever else went wrong.
        (true, _) if args.quiet => Outcome::Good,
        (_, true) => Outcome::Failed,
        (true, false) => Outcome::Good,
        (false, false) => Outcome::Findings,
    })
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

fn report_bad(name: &str, bad: &BadEvent) {
    let (line, error) = (bad.line, bad.error);
    let code = error
        .kind()
        .code()
        .map(|code| code.to_string())
        .unwrap_or_default();
    say(&format!("{name}:{line}: {error} [{code}]"));
}
