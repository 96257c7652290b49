//! The form for people: with the source, drawn or in sentences.

use std::borrow::Cow;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, NarratableReportHandler};
use qualys_filter::Applicability;

use super::first::findings;
use super::places::{Excerpt, Places};
use super::{File, FileEdit, Finding, RenderedFinding, Report, plain};
use crate::output::{Out, harmless, one_line};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    /// With arrows to the source.
    Graphical,
    /// In sentences, for screen readers.
    Narrated,
}

pub(super) fn write(report: &Report, theme: Theme, out: &mut Out) -> io::Result<()> {
    report
        .files
        .iter()
        .try_for_each(|file| write_file(file, report.verbose, theme, out))
}

pub(super) fn write_file(file: &File, all: bool, theme: Theme, out: &mut Out) -> io::Result<()> {
    if file.findings.is_empty() {
        return Ok(());
    }
    // The harmless text has the same length, so that offsets stay the same.
    let shown = File {
        name: file.name.clone(),
        text: harmless(&file.text).into_owned(),
        shown: true,
        filters: Vec::new(),
        chosen: Vec::new(),
        findings: Vec::new(),
    };
    let places = Places::new(&shown);
    let (findings, rest) = findings(file, all);
    for finding in findings {
        match file.shown {
            true => one(finding, &places, theme, out)?,
            false => plain::one(finding, &places, out)?,
        }
    }
    if let Some(rest) = rest {
        writeln!(out, "{rest}\n")?;
    }
    Ok(())
}

fn one(finding: &Finding, places: &Places<'_>, theme: Theme, out: &mut Out) -> io::Result<()> {
    let shown = RenderedFinding {
        finding,
        message: one_line(finding.what.message()).into_owned(),
        label: one_line(finding.what.label()).into_owned(),
        help: finding.what.help().map(|help| one_line(help).into_owned()),
        source: Excerpt(places),
    };
    let mut text = String::new();
    let rendered = match theme {
        Theme::Narrated => NarratableReportHandler::new().render_report(&mut text, &shown),
        Theme::Graphical => {
            let theme = match out.color() {
                true => GraphicalTheme::unicode(),
                false => GraphicalTheme::unicode_nocolor(),
            };
            // A fixed width, so that output does not depend on the terminal.
            let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
            handler.render_report(&mut text, &shown)
        }
    };
    if rendered.is_err() {
        return plain::one(finding, places, out);
    }
    out.rendered(&without_commands(&text))?;
    if let Some((applicability, edits)) = finding.fix()
        && let Some(fixed) = fixed_line(edits, places)
    {
        // `--fix` makes an unsafe fix only with `--unsafe-fixes`.
        let what = match applicability {
            Applicability::Safe => "fixed",
            _ => "unsafe fix",
        };
        writeln!(out, "  {what}: {fixed}")?;
    }
    writeln!(out)
}

/// The text without lines that look like a command to a build server, which ignores blanks before `::`.
/// A long message takes several lines.
fn without_commands(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| {
        let line = line.trim_start();
        line.starts_with("::") || line.starts_with("##")
    };
    if !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let inert = text
        .split_inclusive('\n')
        .map(|line| match is_command(line) {
            true => format!("  | {line}"),
            false => line.to_owned(),
        });
    Cow::Owned(inert.collect())
}

/// The line after the fix, or the part of it around the fix; none if the fix spans several lines or is too
/// long to show.
fn fixed_line(edits: &[FileEdit], places: &Places<'_>) -> Option<String> {
    const LONGEST: usize = 200;
    let (first, last) = (edits.first()?, edits.last()?);
    let (start, end) = (first.0.start, last.0.end);
    let (before, after) = places.around(start, end);
    let mut fixed = before.into_owned();
    let mut at = start;
    for (range, text) in edits {
        fixed.push_str(places.text.get(at..range.start)?);
        fixed.push_str(&harmless(text));
        at = range.end;
    }
    fixed.push_str(&after);
    let line = fixed.trim();
    (line.len() <= LONGEST && !line.contains('\n')).then(|| line.to_owned())
}
