//! The baseline of a run: findings that are known.

use std::path::Path;

use crate::args::CheckArgs;
use crate::files::open;
use crate::outcome::Failure;
use crate::output::{Name, counted, one_line, say};
use crate::report::Baseline;
use crate::save::{Refused, ReportFile};

/// How many entries that are gone are named.
const SHOWN: usize = 10;
/// More characters of a filter are cut.
const LONGEST: usize = 80;

/// The baseline that the arguments name; an empty one if one is written; none if there is none.
pub(super) fn read(args: &CheckArgs) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &args.baseline else {
        return Ok(args.write_baseline.as_ref().map(|_| Baseline::default()));
    };
    let name = Name::from(path.as_path());
    let text = open::settings(path)
        .map_err(|error| format!("cannot read the baseline {name}: {error}"))?;
    let baseline = Baseline::read(&text);
    let baseline = baseline.map_err(|(line, column, message)| {
        format!("{name}:{line}:{column}: this is not a baseline: {message}")
    })?;
    Ok(Some(baseline))
}

/// Whether a file is a baseline.
pub(super) fn is_one(path: &Path) -> bool {
    open::settings(path).is_ok_and(|text| Baseline::read(&text).is_ok())
}

/// The file for the new baseline, which is none of the files that are read.
pub(super) fn file<'p>(
    args: &CheckArgs,
    inputs: impl Iterator<Item = &'p Path>,
) -> Result<Option<ReportFile>, Refused> {
    let path = args.write_baseline.as_deref();
    path.map(|path| ReportFile::new(path, inputs)).transpose()
}

/// Writes the new baseline, or says what of the old one is gone.
pub(super) fn finish(
    args: &CheckArgs,
    baseline: &Baseline,
    file: Option<&ReportFile>,
) -> std::io::Result<()> {
    if let (Some(file), Some(path)) = (file, &args.write_baseline) {
        let new = match args.baseline {
            Some(_) => baseline.shrunk(),
            None => baseline.of_run(),
        };
        file.write(|out| new.write(out))?;
        if args.is_chatty() {
            let name = Name::from(path.as_path());
            say(&format!(
                "{} in {name}",
                counted(new.len(), "known finding")
            ));
        }
        return Ok(());
    }
    let gone = baseline.gone();
    if !args.is_chatty() || gone.is_empty() {
        return Ok(());
    }
    for (rule, text, before, now) in gone.iter().take(SHOWN) {
        let short: String = one_line(text).chars().take(LONGEST).collect();
        let cut = if short.len() < text.len() { "…" } else { "" };
        let left = match now {
            0 => String::new(),
            now => format!(" {now} of {before} times"),
        };
        let is = if *now == 0 { "is gone" } else { "is left" };
        say(&format!(
            "{rule} of the baseline {is}{left} in: {short}{cut}"
        ));
    }
    if let Some(more @ 1..) = gone.len().checked_sub(SHOWN) {
        say(&format!("{more} more of the baseline like this"));
    }
    say("remove what is gone with --write-baseline beside --baseline");
    Ok(())
}
