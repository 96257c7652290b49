//! `qlint check`: everything that is wrong with filters.

use miette::Diagnostic;
use qualys_filter::{Query, Span};

use crate::args::{CheckArgs, Deny, Format};
use crate::report::{Finding, Reporter, say};
use crate::source::Source;
use crate::{Failure, Outcome, schema};

/// What has been found so far.
#[derive(Default)]
struct Tally {
    filters: usize,
    errors: usize,
    warnings: usize,
}

pub(crate) fn check(args: &CheckArgs) -> Result<Outcome, Failure> {
    let schema = schema::load(&args.schema)?;
    let options = args.now.options();
    let mut reporter = Reporter::to_stdout(args.format);
    let mut tally = Tally::default();
    let mut failed = false;
    let expressions = args
        .expressions
        .iter()
        .map(|text| Ok(Source::expression(text)));
    let files = args.files.iter().map(|path| Source::read(path, args.lines));
    for source in expressions.chain(files) {
        // A file that cannot be read does not keep the others from being checked.
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                say(&error.to_string());
                failed = true;
                continue;
            }
        };
        for (number, filter) in source.filters.iter().enumerate() {
            tally.filters += 1;
            let mut report = |diagnostic: &dyn Diagnostic, span: Span, fix| {
                let range = span.range();
                let range = range.start + filter.start..range.end + filter.start;
                let finding =
                    Finding::new(&source.name, &source.text, Some(number), diagnostic, range)
                        .with_fix(fix, filter.start);
                match finding.is_error() {
                    true => tally.errors += 1,
                    false => tally.warnings += 1,
                }
                reporter.report(&finding)
            };
            match filter.text.parse::<Query>() {
                Err(errors) => errors
                    .iter()
                    .try_for_each(|e| report(e, e.span(), e.fix()))?,
                Ok(query) => match query.check_with(&schema, &options) {
                    Err(errors) => errors
                        .iter()
                        .try_for_each(|e| report(e, e.span(), e.fix()))?,
                    Ok(checked) => {
                        let warnings = checked.warnings().iter();
                        warnings
                            .into_iter()
                            .try_for_each(|w| report(w, w.span(), w.fix()))?;
                    }
                },
            }
        }
    }
    let human = reporter.format() == Format::Human;
    reporter.finish()?;
    if human {
        say(&tally.summary());
    }
    let denied = args.deny == Some(Deny::Warnings) && tally.warnings > 0;
    Ok(match (failed, tally.errors > 0 || denied) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Good,
    })
}

impl Tally {
    fn summary(&self) -> String {
        let count = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let filters = count(self.filters, "filter");
        match (self.errors, self.warnings) {
            (0, 0) => format!("nothing to report in {filters}"),
            (errors, 0) => format!("{} in {filters}", count(errors, "error")),
            (0, warnings) => format!("{} in {filters}", count(warnings, "warning")),
            (errors, warnings) => {
                let (errors, warnings) = (count(errors, "error"), count(warnings, "warning"));
                format!("{errors} and {warnings} in {filters}")
            }
        }
    }
}
