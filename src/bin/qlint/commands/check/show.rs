//! What would be read, and with which settings.

use std::io::{self, Write};

use crate::args::CheckArgs;
use crate::input::Task;
use crate::output::Out;

/// Lists the texts, each with how it is read.
pub(super) fn files(tasks: &[Task]) -> io::Result<()> {
    let mut out = Out::stdout();
    for task in tasks {
        writeln!(out, "{}\t{}", task.name, task.format.name())?;
    }
    out.flush()
}

/// Shows the settings of the texts. Those with the same settings are named together.
pub(super) fn settings(tasks: &[Task], args: &CheckArgs) -> io::Result<()> {
    let options = args.filters.now.options();
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for task in tasks {
        let settings = task.config.settings(task.name.path(), &options);
        let own = std::iter::once(("read as", task.format.name().to_owned()));
        let lines = own.chain(settings);
        let text: String = lines
            .map(|(name, value)| format!("  {name}: {value}\n"))
            .collect();
        let name = task.name.to_string();
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(name),
            None => groups.push((text, vec![name])),
        }
    }
    let mut out = Out::stdout();
    for (text, names) in &groups {
        for name in names {
            writeln!(out, "{name}")?;
        }
        write!(out, "{text}")?;
    }
    out.flush()
}
