//! Output: standard output, standard error, and files of reports.
//!
//! Everything that people or build servers read goes through an [`Out`], which replaces what a terminal
//! interprets. Events and filters are written unchanged, by [`Out::data`]. Nothing else in the tool can write to standard output or standard error: clippy
//! forbids it, and `tests/docs/layers.rs` looks for it.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};

use super::harmless::{Form, written};

/// A stream of harmless text.
pub(crate) struct Out {
    /// What messages call it.
    name: String,
    to: BufWriter<Box<dyn Write>>,
    form: Form,
    color: bool,
    terminal: bool,
    /// Bytes that need the following bytes to be understood: part of a character, or a carriage return.
    held: Vec<u8>,
    /// Whether its reader has closed it.
    closed: bool,
    /// Whether something could not be written.
    failed: bool,
}

/// The colour of a part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    None,
    Dim,
    Red,
    Green,
    Yellow,
    Cyan,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that they are disallowed for"
)]
impl Out {
    pub(crate) fn stdout() -> Out {
        let stdout = io::stdout();
        let color = AutoStream::choice(&stdout) != ColorChoice::Never;
        let terminal = stdout.is_terminal();
        Out::new("<stdout>", Box::new(stdout.lock()), color, terminal)
    }

    pub(crate) fn stderr() -> Out {
        let stderr = io::stderr();
        let color = AutoStream::choice(&stderr) != ColorChoice::Never;
        let terminal = stderr.is_terminal();
        Out::new("<stderr>", Box::new(stderr.lock()), color, terminal)
    }
}

impl Out {
    /// A file for a report.
    pub(crate) fn file(name: &str, file: File) -> Out {
        Out::new(name, Box::new(file), false, false)
    }

    /// Writes what is left, and returns the error that a drop could not return.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.release()?;
        self.flush()
    }

    /// The error of a write.
    pub(crate) fn unwritable(name: &str, error: io::Error) -> io::Error {
        let name = name.to_owned();
        io::Error::new(error.kind(), Unwritable { name, error })
    }

    fn new(name: &str, to: Box<dyn Write>, color: bool, terminal: bool) -> Out {
        Out {
            name: name.to_owned(),
            to: BufWriter::with_capacity(1 << 16, to),
            form: Form::Text,
            color,
            terminal,
            held: Vec::new(),
            closed: false,
            failed: false,
        }
    }

    /// Sets how interpreted characters are written from here on.
    pub(crate) fn set_form(&mut self, form: Form) {
        self.form = form;
    }

    /// Whether parts of it can have colours.
    pub(crate) fn color(&self) -> bool {
        self.color
    }

    /// Whether it is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether its reader has closed it. What is written then is dropped. That is not an error.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes a text in a colour, if there are colours.
    pub(crate) fn painted(&mut self, paint: Paint, text: &str) -> io::Result<()> {
        let code = match paint {
            Paint::None => "",
            Paint::Dim => "\u{1b}[2m",
            Paint::Red => "\u{1b}[31m",
            Paint::Green => "\u{1b}[32m",
            Paint::Yellow => "\u{1b}[33m",
            Paint::Cyan => "\u{1b}[36m",
        };
        if !self.color || code.is_empty() {
            return self.write_all(text.as_bytes());
        }
        self.rendered(code)?;
        self.write_all(text.as_bytes())?;
        self.rendered("\u{1b}[0m")
    }

    /// Writes a text that has colours and is otherwise harmless already.
    pub(crate) fn rendered(&mut self, text: &str) -> io::Result<()> {
        self.release()?;
        self.pass(text.as_bytes())
    }

    /// A writer for JSON.
    pub(crate) fn json(&mut self) -> Data<'_> {
        let before = std::mem::replace(&mut self.form, Form::Json);
        Data {
            raw: false,
            before,
            out: self,
        }
    }

    /// A writer for events and filters, which are written unchanged. Only on a terminal they are made
    /// harmless in this form.
    pub(crate) fn data(&mut self, form: Form) -> Data<'_> {
        Data {
            raw: !self.terminal,
            before: std::mem::replace(&mut self.form, form),
            out: self,
        }
    }

    /// Writes the bytes that were kept back.
    fn release(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let held = std::mem::take(&mut self.held);
        let text = String::from_utf8_lossy(&held);
        self.pass(written(&text, self.form).as_bytes())
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.closed {
            true => Ok(()),
            false => {
                let result = self.to.write_all(bytes);
                self.look_at(result)
            }
        }
    }

    fn look_at(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(error) => {
                self.failed = true;
                Err(Out::unwritable(&self.name, error))
            }
        }
    }

    /// Writes the bytes that are understood, and keeps the others back.
    fn filter(&mut self, bytes: &[u8]) -> io::Result<()> {
        // The common case: many small parts of plain text.
        let harmless = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
        if self.held.is_empty() && bytes.iter().all(harmless) {
            return self.pass(bytes);
        }
        let mut all = std::mem::take(&mut self.held);
        let bytes = match all.is_empty() {
            true => bytes,
            false => {
                all.extend_from_slice(bytes);
                &all
            }
        };
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let (mut text, invalid) = (chunk.valid(), chunk.invalid());
            let last = chunks.peek().is_none();
            if last
                && invalid.is_empty()
                && let Some(before) = text.strip_suffix('\r')
            {
                self.held.push(b'\r');
                text = before;
            }
            self.pass(written(text, self.form).as_bytes())?;
            if last && is_cut(invalid) {
                self.held.extend_from_slice(invalid);
            } else if !invalid.is_empty() {
                self.pass("\u{fffd}".as_bytes())?;
            }
        }
        Ok(())
    }
}

/// Whether these bytes begin a character that more bytes may complete.
fn is_cut(bytes: &[u8]) -> bool {
    let error = std::str::from_utf8(bytes).err();
    error.is_some_and(|error| error.error_len().is_none())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.filter(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.to.flush();
        self.look_at(result)
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        // An error has been reported already.
        if self.failed {
            return;
        }
        let result = self.release().and_then(|()| self.flush());
        if let Err(error) = result {
            let mut lost = LOST.lock().unwrap_or_else(PoisonError::into_inner);
            lost.get_or_insert(error.to_string());
        }
    }
}

/// The error of a drop that could not write.
static LOST: Mutex<Option<String>> = Mutex::new(None);

/// The error of standard output, if it has not been reported.
pub(crate) fn lost() -> Option<String> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// See [`Out::data`].
pub(crate) struct Data<'o> {
    out: &'o mut Out,
    raw: bool,
    before: Form,
}

impl Write for Data<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.raw {
            false => self.out.filter(bytes)?,
            true => {
                self.out.release()?;
                self.out.pass(bytes)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Data<'_> {
    fn drop(&mut self) {
        let _ = self.out.release();
        self.out.form = self.before;
    }
}

/// An output that could not be written.
#[derive(Debug)]
pub(crate) struct Unwritable {
    name: String,
    error: io::Error,
}

impl Unwritable {
    /// Whether an error is of this kind.
    pub(crate) fn is(error: &io::Error) -> bool {
        error
            .get_ref()
            .is_some_and(|inner| inner.is::<Unwritable>())
    }
}

impl Display for Unwritable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.name, self.error)
    }
}

impl Error for Unwritable {}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The output for pieces of this size.
    fn in_pieces(bytes: &[u8], size: usize, write: impl Fn(&mut Out, &[u8])) -> String {
        let sink = Sink::default();
        let mut out = Out::new("x", Box::new(sink.clone()), true, true);
        bytes.chunks(size).for_each(|piece| write(&mut out, piece));
        drop(out);
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nothing_passes_however_it_is_cut() {
        let bytes =
            b"a\x1b[31m\r\nb\rc\xc2\x9b\xe2\x80\xae\xe2\x80\x93\xff\xf0\x9f\x98\x80\x9b\xe2\x80";
        let right = "a?[31m\r\nb?c¿\u{fffd}–\u{fffd}😀\u{fffd}\u{fffd}";
        for size in 1..=bytes.len() {
            let shown = in_pieces(bytes, size, |out, piece| out.write_all(piece).unwrap());
            assert_eq!(shown, right, "{size}");
        }
    }

    #[test]
    fn data_is_harmless_on_a_terminal() {
        let event = "{\"a\":\"\u{1b}\u{202e}\"}\r\n".as_bytes();
        let shown = in_pieces(event, event.len(), |out, piece| {
            out.data(Form::Json).write_all(piece).unwrap();
            write!(out, "\u{1b}").unwrap();
        });
        assert_eq!(shown, "{\"a\":\"\\u001b\\u202e\"}\r\n?");
        let sink = Sink::default();
        let mut out = Out::new("x", Box::new(sink.clone()), false, false);
        out.data(Form::Json).write_all(b"\x1b\xff").unwrap();
        out.painted(Paint::Red, "\u{1b}").unwrap();
        drop(out);
        assert_eq!(*sink.0.lock().unwrap(), b"\x1b\xff?");
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        struct Full(io::ErrorKind);
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut out = Out::new(
            "x.sarif",
            Box::new(Full(io::ErrorKind::StorageFull)),
            false,
            false,
        );
        out.write_all(b"a").unwrap();
        let error = out.flush().unwrap_err();
        assert!(Unwritable::is(&error), "{error:?}");
        assert!(
            error.to_string().starts_with("cannot write x.sarif: "),
            "{error}"
        );
        let mut out = Out::new("x", Box::new(Full(io::ErrorKind::BrokenPipe)), false, false);
        out.write_all(b"a").unwrap();
        out.flush().unwrap();
        assert!(out.is_closed());
    }
}
