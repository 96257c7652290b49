//! `qlint same`: whether two filters match the same events.

use std::io::Write;
use std::path::Path;

use qualys_filter::document::{Document, Format};
use qualys_filter::lint::{Relation, compare};
use qualys_filter::{Checked, Linter};

use crate::args::SameArgs;
use crate::config::{ConfigError, Configs, misconfigured};
use crate::input::{Checker, adjust};
use crate::outcome::{Failure, Outcome};
use crate::output::{EXPRESSION, Out, say};
use crate::report::{File, to_stderr};

pub(crate) fn same(args: &SameArgs) -> Result<Outcome, Failure> {
    let linter = match linter(args) {
        Ok(linter) => linter,
        Err(error) => return Ok(misconfigured(&error)),
    };
    let linter = match linter.choices([&*args.first, &*args.second]).as_deref() {
        Some([first, second]) if first.schema().name() == second.schema().name() => {
            linter.with_schema(first.schema())
        }
        Some([first, second]) => {
            let (first, second) = (first.schema().name(), second.schema().name());
            let message = format!(
                "A is a filter of {first}, B one of {second}; name the schema of both with -s"
            );
            return Err(message.into());
        }
        _ => linter,
    };
    let first = checked("A", &args.first, &linter)?;
    let second = checked("B", &args.second, &linter)?;
    let (Some(first), Some(second)) = (first, second) else {
        return Ok(Outcome::Failed);
    };
    let relation = compare(&first, &second);
    let only =
        |one: &Checked, other: &Checked, proven: &[Relation]| match proven.contains(&relation) {
            true => Ok(None),
            false => event(one, other),
        };
    let only_first = only(&first, &second, &[Relation::Equivalent, Relation::Implies])?;
    let only_second = only(&second, &first, &[Relation::Equivalent, Relation::Implied])?;
    let mut out = Out::stdout();
    let outcome = match (relation, only_first.is_some() || only_second.is_some()) {
        (Relation::Equivalent, _) => {
            writeln!(out, "equivalent")?;
            Outcome::Good
        }
        (Relation::Implies, true) => {
            writeln!(out, "A implies B")?;
            Outcome::Findings
        }
        (Relation::Implied, true) => {
            writeln!(out, "B implies A")?;
            Outcome::Findings
        }
        (Relation::Implies, false) => {
            writeln!(out, "A implies B; whether B implies A is not decided")?;
            Outcome::Broken
        }
        (Relation::Implied, false) => {
            writeln!(out, "B implies A; whether A implies B is not decided")?;
            Outcome::Broken
        }
        (_, true) => {
            writeln!(out, "different")?;
            Outcome::Findings
        }
        (_, false) => {
            writeln!(out, "not decided")?;
            Outcome::Broken
        }
    };
    for (name, event) in [("A", only_first), ("B", only_second)] {
        if let Some(event) = event {
            write!(out, "only {name} matches: ")?;
            writeln!(out.json(), "{event}")?;
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// An event that one filter matches and the other does not, if one is found. Both are run on it.
fn event(one: &Checked, other: &Checked) -> Result<Option<String>, Failure> {
    let Some(event) = one.counterexample(other) else {
        return Ok(None);
    };
    let matches = |checked: &Checked| checked.compile().is_match(event.as_bytes());
    let tells = matches(one)? && !matches(other)?;
    Ok(tells.then_some(event))
}

/// A filter against its schema. What is wrong with it is said.
fn checked(name: &str, text: &str, linter: &Linter) -> Result<Option<Checked>, Failure> {
    let document = Document::new(text, Format::WHOLE)?;
    let mut file = File::new(name, text.to_owned());
    let mut checker = Checker::new(true);
    let filter = document.filters().first();
    let checked = filter.and_then(|filter| checker.check(filter, linter, &mut file));
    to_stderr(&file, false);
    if checked.is_none() && file.findings.is_empty() {
        say(&format!("{name} is not a filter"));
    }
    Ok(checked)
}

/// The linter for the filters, with the schema that the arguments name, or else the configuration of the
/// current folder.
fn linter(args: &SameArgs) -> Result<Linter, ConfigError> {
    let mut configs = Configs::new(&[], true, adjust(&[], &args.schema)?)?;
    let path = Path::new(EXPRESSION);
    match configs.of(path) {
        Some(config) => Ok(config.linter(path, &args.now.options())),
        None => Err(configs
            .into_wrong()
            .pop()
            .unwrap_or_else(|| ConfigError::Other("the configuration cannot be used".to_owned()))),
    }
}
