//! How a filter is written in the strings of a program.

use std::ops::Range;

use super::language::{Form, Holes, Language};
use super::scan::tokens;
use super::text;
use super::values::{Part, Value, Values};
use crate::document::host::literal::{Decoded, Literal};

/// How a filter is written in the strings of a program: all of one form.
#[derive(Debug)]
pub(super) struct SourceString {
    language: &'static Language,
    form: &'static Form,
    format: Option<Holes>,
    /// The quotes, with what is before and after them.
    open: String,
    close: String,
    /// What is before the second and further lines.
    indent: String,
}

impl SourceString {
    /// How a value is written; nothing if it cannot be written.
    pub(super) fn of(
        host: &str,
        language: &'static Language,
        value: &Value,
        range: &Range<usize>,
    ) -> Option<SourceString> {
        let mut forms = value.parts.iter().map(|part| match part {
            Part::Text {
                form,
                inside,
                format,
            } => Some((*form, *format, inside)),
            Part::Value(_) => None,
        });
        let (form, format, first) = forms.next()??;
        if !forms.all(|next| next.is_some_and(|next| next.0 == form && next.1 == format)) {
            return None;
        }
        let prefix = form.prefixes.first()?;
        let fence = match form.fence {
            Some(fence) => {
                let before = host.as_bytes().get(..first.start).unwrap_or_default();
                let quote = if fence == b'#' { 1 } else { form.open.len() };
                let before = before.get(..before.len().checked_sub(quote)?)?.iter().rev();
                before.take_while(|byte| **byte == fence).count()
            }
            None => 0,
        };
        let fence: String =
            std::iter::repeat_n(char::from(form.fence.unwrap_or(b'#')), fence).collect();
        let (open, close) = match form.fence {
            Some(b'"') => (
                format!("{prefix}{}{fence}", form.open),
                format!("{fence}{}", form.close),
            ),
            _ => (
                format!("{prefix}{fence}{}", form.open),
                format!("{}{fence}", form.close),
            ),
        };
        // Lines after the first are where the second one is, or else where the string is.
        let written = host.get(range.clone()).unwrap_or_default();
        let second = written.split('\n').nth(1);
        let line = second.or_else(|| host.get(..range.start)?.rsplit('\n').next());
        let indent = line.unwrap_or_default();
        let indent = indent
            .get(..indent.len() - indent.trim_start_matches([' ', '\t']).len())
            .unwrap_or_default();
        Some(SourceString {
            language,
            form,
            format,
            open,
            close,
            indent: indent.to_owned(),
        })
    }
}

impl Literal for SourceString {
    fn read(&self, written: &str) -> Option<Decoded> {
        // Blanks part what is written from the quotes; they are none of the text.
        let whole = format!("{} {written} {}", self.open, self.close);
        let tokens = tokens(&whole, self.language);
        let values = Values {
            text: &whole,
            language: self.language,
            tokens: &tokens,
        };
        let last = tokens.last()?;
        let all = tokens.first()?.range.start == 0 && last.range.end == whole.len();
        let mut value = values.value(0, true).filter(|_| all)?;
        let mut covered = 0;
        for part in &mut value.parts {
            let Part::Text {
                form,
                inside,
                format,
            } = part
            else {
                return None;
            };
            if *form != self.form {
                return None;
            }
            *format = self.format;
            covered = inside.end;
        }
        // Everything that is written is in the value, between the outer quotes.
        if covered + self.close.len() != whole.len() {
            return None;
        }
        let read = text::read(&whole, self.language, &value)?;
        let blanks = read.range.start.checked_sub(self.open.len() + 1)?;
        let mut decoded = read.decoded;
        for (_, to) in &mut decoded.steps {
            *to += blanks;
        }
        Some(decoded)
    }

    fn write(&self, part: &str) -> String {
        let holes = match (self.form.holes, self.format) {
            (Holes::None, Some(format)) => format,
            (own, _) => own,
        };
        text::write(part, self.form, holes, &self.indent)
    }

    fn is_multiline(&self) -> bool {
        self.form.has_lines
    }
}
