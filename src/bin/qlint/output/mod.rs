//! Showing what was found: one form a file.

mod checkstyle;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod places;
mod plain;
mod sarif;

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use fnv::FnvHasher;
use qualys_filter::lint::Level;

use crate::args::Format;
use crate::lint::report::{File, Finding};
use places::Places;

pub(crate) use json::json_schema;
pub(crate) use places::harmless;

/// What a run found.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) files: Vec<File>,
    /// What could not be done: the messages.
    pub(crate) failures: Vec<String>,
    /// Findings that are not shown, because there are more than were asked for.
    pub(crate) hidden: usize,
}

impl Run {
    pub(crate) fn count(&self, level: Level) -> usize {
        self.files.iter().map(|file| file.count(level)).sum()
    }

    fn findings(&self) -> impl Iterator<Item = (&File, &Finding)> {
        let files = self.files.iter();
        files.flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
    }
}

/// Writes a run in one of the forms.
pub(crate) fn write(run: &Run, format: Format, color: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(run, human::Theme::Graphical { color }, out),
        Format::Narrated => human::write(run, human::Theme::Narrated, out),
        Format::Plain => plain::write(run, out),
        Format::Json => json::write(run, out),
        Format::Jsonl => json::write_lines(run, out),
        Format::Sarif => sarif::write(run, out),
        Format::Github => github::write(run, out),
        Format::Junit => junit::write(run, out),
        Format::Checkstyle => checkstyle::write(run, out),
        Format::Gitlab => gitlab::write(run, out),
    }
}

/// Shows what was found in a file to the user, aside from the output.
pub(crate) fn to_stderr(file: &File) {
    let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let mut err = io::stderr().lock();
    let _ = human::write_file(file, human::Theme::Graphical { color }, &mut err);
}

/// Tells the user something that is not output, on standard error.
pub(crate) fn say(message: &str) {
    let message = harmless(message);
    let _ = writeln!(anstream::stderr(), "qlint: {message}");
}

/// Something that says that two findings of different runs are the same: the rule, the text of the
/// filter, and what of it was found, but not the line, which changes with every edit above it.
struct Fingerprints(HashMap<u64, usize>);

impl Fingerprints {
    fn new() -> Fingerprints {
        Fingerprints(HashMap::new())
    }

    /// The next one, different from those before.
    fn of(&mut self, file: &File, finding: &Finding) -> String {
        let mut hash = FnvHasher::default();
        let filter = finding.filter.and_then(|at| file.filters.get(at));
        let found = file.text.get(finding.range.clone()).unwrap_or_default();
        let parts = [
            &*finding.code,
            filter.map_or(&*file.name, |filter| &*filter.text),
            found,
        ];
        for part in parts {
            for word in part.split_whitespace() {
                hash.write(word.as_bytes());
                hash.write_u8(b' ');
            }
            hash.write_u8(0);
        }
        let hash = hash.finish();
        let count = self.0.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}{count:02x}")
    }
}

/// A text in XML, between tags or in double quotes.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' => escaped.push_str("&#9;"),
            // XML 1.0 has no way to write them.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The message with what to do.
fn whole_message(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; help: {help}", finding.message),
        None => finding.message.clone(),
    }
}

fn safety(safety: qualys_filter::lint::Safety) -> &'static str {
    match safety {
        qualys_filter::lint::Safety::Safe => "safe",
        qualys_filter::lint::Safety::Unsafe => "unsafe",
    }
}
