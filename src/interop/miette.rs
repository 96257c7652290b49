//! Rendering through `miette`. Everything that it shows is known without it, by methods of the same names.

use std::fmt::Display;

use miette::{Diagnostic as Report, LabeledSpan, SourceCode};

use crate::build::{BuildError, BuildErrors};
use crate::check::CheckErrors;
use crate::diagnostic::{Diagnostic, Severity};
#[cfg(feature = "eval")]
use crate::eval::{EventError, EventErrorKind, SetError};
#[cfg(feature = "schema-toml")]
use crate::schema::SchemaErrors;
use crate::span::Span;
use crate::syntax::ParseErrors;

impl From<Span> for miette::SourceSpan {
    fn from(span: Span) -> Self {
        (span.start as usize, span.len()).into()
    }
}

impl From<Severity> for miette::Severity {
    fn from(severity: Severity) -> miette::Severity {
        match severity {
            Severity::Advice => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        }
    }
}

impl Report for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.code()))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity().into())
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(self.help()?))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.label().to_owned()), self.span());
        Some(Box::new(std::iter::once(label)))
    }
}

/// A list of errors renders with the text as source.
macro_rules! list {
    ($list:ident) => {
        impl Report for $list {
            fn source_code(&self) -> Option<&dyn SourceCode> {
                Some(self.source())
            }

            fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Report> + 'a>> {
                let related = |diagnostic| diagnostic as &dyn Report;
                Some(Box::new(self.diagnostics().map(related)))
            }
        }
    };
}

list!(ParseErrors);
list!(CheckErrors);
#[cfg(feature = "schema-toml")]
list!(SchemaErrors);

impl Report for BuildErrors {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Report> + 'a>> {
        Some(Box::new(self.iter().map(|error| error as &dyn Report)))
    }
}

/// An error without a place in a text.
macro_rules! kind {
    ($kind:ident) => {
        impl Report for $kind {
            fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
                Some(Box::new((*self).code()))
            }

            fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
                Some(Box::new((*self).help()))
            }
        }
    };
}

kind!(BuildError);
#[cfg(feature = "eval")]
kind!(EventError);
#[cfg(feature = "eval")]
kind!(EventErrorKind);
#[cfg(feature = "eval")]
kind!(SetError);
