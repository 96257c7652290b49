//! Showing what was found: with the source for people, a line each, or as JSON.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use anstream::{AutoStream, ColorChoice};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};
use qualys_filter::Fix;
use serde_json::json;

use crate::args::Format;

/// Tells the user something that is not output, on standard error.
pub(crate) fn say(message: &str) {
    let _ = writeln!(anstream::stderr(), "qlint: {message}");
}

/// Something that was found, with its place in the file.
#[derive(Debug)]
pub(crate) struct Finding<'s> {
    source: Excerpt<'s>,
    /// Which filter of the file it is in, from 0.
    filter: Option<usize>,
    code: String,
    severity: Severity,
    message: String,
    label: String,
    help: Option<String>,
    span: Range<usize>,
    fix: Option<(Range<usize>, String)>,
}

impl<'s> Finding<'s> {
    /// What a diagnostic of the library says, at `span` in the text of the file.
    pub(crate) fn new(
        name: &'s str,
        text: &'s str,
        filter: Option<usize>,
        diagnostic: &dyn Diagnostic,
        span: Range<usize>,
    ) -> Finding<'s> {
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        Finding {
            source: Excerpt { name, text },
            filter,
            code: diagnostic
                .code()
                .map(|code| code.to_string())
                .unwrap_or_default(),
            severity: diagnostic.severity().unwrap_or(Severity::Error),
            message: diagnostic.to_string(),
            label: label
                .and_then(|label| label.label().map(str::to_owned))
                .unwrap_or_default(),
            help: diagnostic.help().map(|help| help.to_string()),
            span,
            fix: None,
        }
    }

    /// With the change that mends it, in a filter that starts at `start` in the file.
    pub(crate) fn with_fix(self, fix: Option<&Fix>, start: usize) -> Finding<'s> {
        let moved = |fix: &Fix| {
            let range = fix.span.range();
            (range.start + start..range.end + start, fix.text.clone())
        };
        let fix = fix.map(moved);
        Finding { fix, ..self }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn severity_name(&self) -> &'static str {
        match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

impl std::fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Finding<'_> {}

impl Diagnostic for Finding<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = (self.span.start, self.span.len());
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// The text of a file; of a line that is very long, only what stands around the place asked for.
#[derive(Debug)]
struct Excerpt<'s> {
    name: &'s str,
    text: &'s str,
}

/// A line with more bytes than this is cut.
const LONG_LINE: usize = 240;
/// So many bytes are shown on either side of a place in a line that is cut.
const AROUND: usize = 60;

impl Excerpt<'_> {
    /// The line and the column of a byte, both from 1; the column in characters.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = self.text.read_span(span, before, after)?;
        let (start, end) = (span.offset(), span.offset() + span.len());
        let long = whole
            .data()
            .split(|byte| *byte == b'\n')
            .any(|line| line.len() > LONG_LINE);
        let (data, shown, line, column) = if long {
            let inside = self.text.get(start..end).unwrap_or_default();
            let end = inside.find('\n').map_or(end, |at| start + at);
            let line_start = self.text.get(..start).and_then(|text| text.rfind('\n'));
            let line_start = line_start.map_or(0, |at| at + 1);
            let line_end = self.text.get(end..).and_then(|text| text.find('\n'));
            let line_end = line_end.map_or(self.text.len(), |at| end + at);
            let from = self
                .text
                .floor_char_boundary(start.saturating_sub(AROUND))
                .max(line_start);
            let to = self
                .text
                .ceil_char_boundary(end.min(start + LONG_LINE) + AROUND)
                .min(line_end);
            let (line, column) = self.position(start);
            let data = self.text.get(from..to).unwrap_or_default().as_bytes();
            (
                data,
                SourceSpan::from((from, to - from)),
                line - 1,
                column - 1,
            )
        } else {
            (whole.data(), *whole.span(), whole.line(), whole.column())
        };
        let name = self.name.to_owned();
        Ok(Box::new(MietteSpanContents::new_named(
            name, data, shown, line, column, 1,
        )))
    }
}

/// Writes findings in one of the formats.
pub(crate) struct Reporter {
    out: Box<dyn Write>,
    format: Format,
    color: bool,
}

impl Reporter {
    /// To standard output; for people on a terminal, a line each otherwise.
    pub(crate) fn to_stdout(format: Option<Format>) -> Reporter {
        let stdout = io::stdout();
        let format = format.unwrap_or(match stdout.is_terminal() {
            true => Format::Human,
            false => Format::Plain,
        });
        let color = AutoStream::choice(&stdout) != ColorChoice::Never;
        let out = Box::new(io::BufWriter::new(stdout));
        Reporter { out, format, color }
    }

    /// To standard error.
    pub(crate) fn to_stderr(format: Format) -> Reporter {
        let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        let out = Box::new(io::stderr());
        Reporter { out, format, color }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn report(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        match self.format {
            Format::Human => self.human(finding),
            Format::Plain => self.plain(finding),
            Format::Json => self.json(finding),
        }
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn human(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let theme = match self.color {
            true => GraphicalTheme::unicode(),
            false => GraphicalTheme::unicode_nocolor(),
        };
        let mut text = String::new();
        // Lines of a fixed width: output must not depend on the terminal that it is tested in.
        let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
        let rendered = handler.render_report(&mut text, finding);
        if rendered.is_err() {
            return self.plain(finding);
        }
        if let Some((range, text_in_place)) = &finding.fix {
            let span = self.fixed_line(finding, range.clone(), text_in_place);
            let _ = writeln!(text, "  fixed: {span}");
        }
        writeln!(self.out, "{text}")
    }

    /// The line with the fix made, as far as it is of interest.
    fn fixed_line(&self, finding: &Finding<'_>, range: Range<usize>, fix: &str) -> String {
        let text = finding.source.text;
        let before = text.get(..range.start).unwrap_or_default();
        let after = text.get(range.end..).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        let after = after.split(['\r', '\n']).next().unwrap_or_default();
        let from = before.ceil_char_boundary(before.len().saturating_sub(AROUND));
        let to = after.floor_char_boundary(AROUND.min(after.len()));
        let cut = |cut: bool| if cut { "…" } else { "" };
        format!(
            "{}{}{fix}{}{}",
            cut(from > 0),
            before.get(from..).unwrap_or_default(),
            after.get(..to).unwrap_or_default(),
            cut(to < after.len()),
        )
    }

    fn plain(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let (line, column) = finding.source.position(finding.span.start);
        let (name, severity) = (finding.source.name, finding.severity_name());
        let Finding { code, message, .. } = finding;
        write!(
            self.out,
            "{name}:{line}:{column}: {severity}[{code}] {message}"
        )?;
        if let Some(help) = &finding.help {
            write!(self.out, "; help: {help}")?;
        }
        writeln!(self.out)
    }

    fn json(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        let (line, column) = finding.source.position(finding.span.start);
        let fix = finding
            .fix
            .as_ref()
            .map(|(range, text)| json!({"start": range.start, "end": range.end, "text": text}));
        let object = json!({
            "file": finding.source.name,
            "filter": finding.filter,
            "code": finding.code,
            "severity": finding.severity_name(),
            "message": finding.message,
            "help": finding.help,
            "span": {
                "start": finding.span.start,
                "end": finding.span.end,
                "line": line,
                "column": column,
            },
            "fix": fix,
        });
        writeln!(self.out, "{object}")
    }
}
